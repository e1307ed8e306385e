"""One presentation, one reading: by hand scanner and camera; never for what is typed."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.facts import Reading, Role, Source, Way
from station.holdoff import HoldOff


def reading(
    text: str = "C1", source: Source = Source.SCANNER, way: Way = Way.IN, role: Role = Role.TECHNICAL
) -> Reading:
    return Reading(text, source, way, role)


def story(hold: HoldOff, *steps: tuple[float, Reading]) -> list[bool]:
    """Which of the readings were answered."""
    told = []
    for at, one in steps:
        again = hold.again(one, at)
        if not again:
            hold.answered(one, at)
        told.append(not again)
    return told


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([(0, reading()), (0.3, reading())], [True, False]),
        ([(0, reading()), (2.5, reading())], [True, True]),
        # A scanner on a stand reads again and again: as long as the card lies there it is one presentation.
        ([(0, reading()), (1.5, reading()), (3.0, reading()), (4.5, reading())], [True, False, False, False]),
        ([(0, reading()), (0.3, reading("C2")), (0.6, reading())], [True, True, False]),
        ([(0, reading()), (0.3, reading(way=Way.OUT))], [True, True]),
        ([(0, reading()), (0.3, reading(role=Role.COORDINATION))], [True, True]),
        ([(0, reading(source=Source.KEYBOARD)), (0.3, reading(source=Source.KEYBOARD))], [True, True]),
        ([(0, reading()), (0.3, reading(source=Source.KEYBOARD))], [True, True]),
        ([(0, reading(source=Source.CAMERA)), (0.2, reading())], [True, False]),
        ([(0, reading()), (0.2, reading(source=Source.CAMERA))], [True, False]),
        # When a code leaves the picture is the camera's own to say.
        ([(0, reading(source=Source.CAMERA)), (1.0, reading(source=Source.CAMERA))], [True, True]),
        ([(0, reading("C1 ")), (0.2, reading("C1", source=Source.CAMERA))], [True, False]),
    ],
)
def test_what_is_one_presentation(steps: list[tuple[float, Reading]], told: list[bool]) -> None:
    assert story(HoldOff(2.0, 2.0), *steps) == told


def test_each_source_has_its_own_hold_off() -> None:
    assert story(HoldOff(5.0, 1.0), (0, reading()), (3, reading())) == [True, False]
    assert story(HoldOff(5.0, 1.0), (0, reading()), (3, reading(source=Source.CAMERA))) == [True, True]


def test_what_the_desk_could_not_answer_is_not_held_off() -> None:
    hold = HoldOff(2.0, 2.0)
    assert not hold.again(reading(), 0)
    assert not hold.again(reading(), 0.5)


def test_after_an_undo_the_same_code_counts_anew() -> None:
    hold = HoldOff(2.0, 2.0)
    assert story(hold, (0, reading())) == [True]
    hold.forget()
    assert story(hold, (0.5, reading())) == [True]


@given(st.lists(st.floats(0, 10), min_size=1, max_size=30))
def test_one_code_is_answered_once_for_each_time_it_was_away(gaps: list[float]) -> None:
    at, steps = 0.0, []
    for gap in gaps:
        at += gap
        steps.append((at, reading()))
    told = story(HoldOff(2.0, 2.0), *steps)
    moments = [when for when, _reading in steps]
    away = [True, *(b - a > 2.0 for a, b in pairwise(moments))]
    assert told == away


def test_nothing_is_remembered_for_longer_than_it_counts() -> None:
    hold = HoldOff(2.0, 1.0)
    for k in range(100):
        hold.answered(reading(f"C{k}"), float(k))
    assert len(hold._seen) <= 3
