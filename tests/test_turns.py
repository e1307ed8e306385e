"""Second looks by turns: time is lent, spent and earned; everything has its turn; a place that stays unread rests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest

from station.scanner.looks.regions import Region
from station.scanner.looks.turns import EARNED_S, LENT_S, PATIENCE, RESTED, Turns

ALWAYS = {True: ["bars", "sharp"], False: ["sharp", "ruined"]}
SOMETIMES = ["evened", "smooth", "zbar"]
PLACES = 3
SLACK_S = 1e-9


def spot(x: int, *, linear: bool = False) -> Region:
    return Region((x, 100, 80, 80), linear, 0.0, 1.0)


HERE, THERE, FAR = spot(100), spot(500, linear=True), spot(900)


class Frames:
    """Missed frames one after another, with a clock that only the looks move on, each by its own cost in seconds."""

    def __init__(self, cost: Mapping[str, float] | float, sometimes: Sequence[str] = SOMETIMES) -> None:
        self._cost = cost
        self._now_s = 1000.0
        self.turns = Turns(ALWAYS, sometimes, PLACES, clock=lambda: self._now_s)

    def missed(self, *spots: Region, read_by: str = "") -> list[tuple[str, Region]]:
        """What was tried on one frame, up to a look that reads it."""
        tried = []
        for look, where in self.turns.missed(spots):
            self._now_s += self._cost if isinstance(self._cost, float) else self._cost[look]
            tried.append((look, where))
            if look == read_by:
                break
        return tried

    def poor(self) -> None:
        """Frames until what was lent at first is spent."""
        for x in range(12):
            self.missed(spot(2000 + 300 * x))


EASY: list[Callable[[Frames], object]] = [lambda frames: frames.turns.read(), lambda frames: frames.missed()]
"""A frame that is read at once, and one with no likely place."""


def moving(frame: int) -> tuple[Region, Region, Region]:
    """The same kinds of places, farther on in every frame: never one that has been seen for long."""
    return spot(100 * frame), spot(100 * frame + 500, linear=True), spot(100 * frame + 900)


@pytest.mark.parametrize("linear", [True, False])
def test_the_likeliest_place_is_looked_at_by_what_its_kind_is_read_by(linear: bool) -> None:
    frames = Frames(0.0)
    for _ in range(4):
        tried = frames.missed(spot(100, linear=linear))
        assert [look for look, _ in tried if look in ALWAYS[linear]] == ALWAYS[linear]
        assert {where for _, where in tried} == {spot(100, linear=linear)}
        assert len(tried) == len(ALWAYS[linear]) + 1


def test_time_is_lent_then_only_spent_as_it_is_earned() -> None:
    frames = Frames(0.02)
    counts = [len(frames.missed(HERE)) for _ in range(9)]
    # 45 ms lent: three looks of 20 ms; then 15 ms are owed, and one look every other frame is what 10 ms buy.
    assert counts == [3, 0, 1, 0, 1, 0, 1, 0, 1]


@pytest.mark.parametrize("cost_s", [0.003, 0.008, 0.011, 0.02, 0.07])
def test_a_restless_scene_costs_what_a_frame_earns_and_no_frame_more_than_was_lent(cost_s: float) -> None:
    frames = Frames(cost_s)
    spent = [cost_s * len(frames.missed(*moving(number))) for number in range(300)]
    assert sum(spent) <= LENT_S + 300 * EARNED_S + cost_s
    # ... and a frame's time is used, as far as there are looks to spend it on.
    assert sum(spent) >= min(300 * EARNED_S - cost_s, 300 * 3 * cost_s) - SLACK_S
    assert max(spent) < LENT_S + cost_s


def test_a_look_that_reads_the_frame_is_paid_for_as_well() -> None:
    frames = Frames(LENT_S + 2 * EARNED_S)
    assert frames.missed(HERE, read_by="sharp") != []
    assert [bool(frames.missed(*moving(number))) for number in range(3)] == [False, False, True]


def test_frames_that_are_read_and_frames_with_nothing_likely_earn_back_what_was_lent() -> None:
    for easy in EASY:
        frames = Frames(0.02)
        assert len(frames.missed(HERE)) == 3
        for _ in range(2):
            easy(frames)
        assert len(frames.missed(HERE)) == 1
        for _ in range(100):
            easy(frames)
        assert len(frames.missed(HERE)) == 3  # no more than was lent at first


COSTS: list[Mapping[str, float] | float] = [
    0.0,
    EARNED_S,
    {"bars": 0.003, "sharp": 0.009, "ruined": 0.009, "evened": 0.01, "smooth": 0.01, "zbar": 0.01},
]


@pytest.mark.parametrize("cost", COSTS, ids=["free", "one a frame", "uneven"])
@pytest.mark.parametrize("first", [0, 1, 2, 3])
@pytest.mark.parametrize("places", [1, 2, 3])
def test_every_rare_look_and_every_place_has_its_turn_within_a_round(
    cost: Mapping[str, float] | float, first: int, places: int
) -> None:
    frames = Frames(cost)
    frames.poor()
    for number in range(first):
        frames.missed(*moving(number)[:places])
    tried = set()
    for number in range(frames.turns.round):
        spots = moving(number)[:places]
        tried |= {(look, spots.index(where)) for look, where in frames.missed(*spots)}
    assert tried >= {(look, 0) for look in [*SOMETIMES, ALWAYS[False][0]]}
    assert tried >= {(look, at) for at in range(1, places) for look in ALWAYS[moving(0)[at].linear]}


@pytest.mark.parametrize("cost_s", [0.02, 0.03, 0.04, 0.06])
def test_looks_that_take_several_frames_time_starve_no_other(cost_s: float) -> None:
    frames = Frames(cost_s)
    frames.poor()
    tried = set()
    for number in range(round(cost_s / EARNED_S) * frames.turns.round):
        spots = moving(number)
        tried |= {(look, spots.index(where)) for look, where in frames.missed(*spots)}
    assert tried >= {(look, 0) for look in [*SOMETIMES, ALWAYS[False][0]]}
    assert {at for _, at in tried} == {0, 1, 2}


def test_without_rare_looks_there_is_nothing_but_the_likeliest() -> None:
    frames = Frames(0.0, sometimes=[])
    for _ in range(5):
        assert frames.missed(HERE) == [("sharp", HERE), ("ruined", HERE)]


def test_a_place_that_stays_unread_is_rested_and_looked_at_now_and_then() -> None:
    frames = Frames(0.0)
    looked = [bool(frames.missed(HERE)) for _ in range(PATIENCE + 1 + 4 * RESTED)]
    assert all(looked[: PATIENCE + 1])
    late = looked[PATIENCE + 1 :]
    times = [at for at, one in enumerate(late) if one]
    assert np.diff(times).tolist() == [RESTED] * 3


def test_a_place_that_wanders_a_little_stays_the_same_and_a_jump_is_news() -> None:
    frames = Frames(0.0)
    for number in range(PATIENCE + 2):
        frames.missed(spot(100 + 5 * (number % 3)))
    assert not all(frames.missed(spot(100)) for _ in range(RESTED))
    assert frames.missed(spot(160))


def test_a_frame_that_was_read_or_holds_nothing_likely_makes_the_place_news_again() -> None:
    for easy in EASY:
        frames = Frames(0.0)
        for _ in range(3 * PATIENCE):
            frames.missed(HERE)
        easy(frames)
        assert all(frames.missed(HERE) for _ in range(PATIENCE + 1))


def test_a_look_that_is_due_comes_first_and_is_paid_for() -> None:
    frames = Frames(0.001)
    frames.poor()
    before = frames.missed(HERE)
    assert "fused" not in {look for look, _ in before}
    told = [look for look, _ in frames.turns.missed([HERE], "fused")]
    assert told[0] == "fused"
    costly = Frames(0.5)
    assert costly.missed(HERE)
    assert [look for look, _ in costly.turns.missed([HERE], "fused")] == ["fused"]
    assert costly.missed(HERE) == []
