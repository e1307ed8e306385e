"""One reading per presentation: by hand for each rule, by hypothesis against a plain model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from station.facts import Found
from station.scanner.watch import Watch

NOWHERE = ((0, 0), (1, 0), (1, 1), (0, 1))


def found(texts: Iterable[str], symbology: str = "QRCode") -> list[Found]:
    return [Found(text, symbology, NOWHERE, "plain") for text in texts]


def presented(frames: Sequence[tuple[float, str]], watch: Watch | None = None) -> list[tuple[float, str]]:
    """What is told of frames given as (seconds, one letter a code)."""
    watch = watch or Watch()
    sights = [(at, watch.see(found(codes), at)) for at, codes in frames]
    return [(at, sight.new.text) for at, sight in sights if sight.new is not None]


def test_a_code_that_stays_is_one_presentation() -> None:
    assert presented([(at / 30, "A") for at in range(600)]) == [(0, "A")]


def test_a_code_unread_for_less_than_the_hold_off_is_the_same_presentation() -> None:
    assert presented([(0, "A"), (1, ""), (1.9, "A"), (3.8, "A"), (5.8, "A")]) == [(0, "A")]


def test_a_code_that_left_and_came_back_is_a_new_presentation() -> None:
    assert presented([(0, "A"), (2.1, ""), (2.2, "A"), (5, "A")]) == [(0, "A"), (2.2, "A"), (5, "A")]


def test_one_after_the_other_is_two_presentations() -> None:
    assert presented([(0, "A"), (0.1, "B"), (0.2, "A"), (0.3, "B")]) == [(0, "A"), (0.1, "B")]


def test_two_new_codes_at_once_are_said_to_be_crowded_and_none_is_picked() -> None:
    watch = Watch()
    for at in range(100):
        sight = watch.see(found("AB"), at / 30)
        assert sight.new is None
        assert sight.crowded


def test_an_unreadable_frame_does_not_pick_one_of_a_crowd() -> None:
    assert presented([(0, "AB"), (0.1, "A"), (0.2, "B"), (0.3, "AB"), (0.4, "A")]) == []


def test_the_one_left_of_a_crowd_is_taken_once_it_is_surely_alone() -> None:
    assert presented([(0, "AB"), (0.1, "A"), (0.4, "A"), (0.6, "A"), (0.7, "A")]) == [(0.6, "A")]


def test_a_card_with_two_codes_of_which_one_was_read_first_is_one_presentation() -> None:
    assert presented([(0, "A"), (0.1, "AB"), (1, "AB"), (1.5, "A"), (1.9, "AB"), (3, "AB")]) == [(0, "A")]


def test_a_poster_in_the_background_does_not_block_the_desk() -> None:
    frames = [(at / 10, "P") for at in range(20)]
    frames += [(2 + at / 10, "PA") for at in range(10)]
    frames += [(3 + at / 10, "PB") for at in range(10)]
    assert presented(frames) == [(0, "P"), (2, "A"), (3, "B")]


def test_a_code_without_check_digit_needs_two_equal_reads_within_a_second() -> None:
    watch = Watch()
    seen = [watch.see(found(text, "Code39"), at).new for at, text in ((0, "A"), (0.1, "B"), (0.2, "A"))]
    assert [code and code.text for code in seen] == [None, None, "A"]
    watch = Watch()
    assert [watch.see(found("A", "ITF"), at).new for at in (0, 1.1)] == [None, None]
    assert watch.see(found("A", "ITF"), 1.3).new is not None


def test_what_is_told_is_what_was_seen() -> None:
    code = found("A", "Code128")[0]
    assert Watch().see([code], 0).new is code


frames_of = st.lists(st.tuples(st.floats(0.01, 3.0), st.sets(st.sampled_from("ABC"), max_size=3)), max_size=60).map(
    lambda steps: [(sum(gap for gap, _ in steps[: at + 1]), codes) for at, (_, codes) in enumerate(steps)]
)


@given(st.lists(st.tuples(st.floats(0.01, 4.0), st.booleans()), max_size=80))
def test_a_single_code_is_told_exactly_after_each_absence(steps: list[tuple[float, bool]]) -> None:
    watch, now, last = Watch(), 0.0, -100.0
    for gap, visible in steps:
        now += gap
        told = watch.see(found("A" if visible else ""), now).new is not None
        assert told == (visible and now - last > 2.0)
        last = now if visible else last


@given(frames_of)
def test_what_holds_for_any_film(frames: list[tuple[float, set[str]]]) -> None:
    watch = Watch()
    sights: list[tuple[float, str]] = []
    for at, codes in frames:
        sight = watch.see(found(sorted(codes)), at)
        if sight.new is not None:
            text = sight.new.text
            assert text in codes
            assert not sight.crowded
            # never twice in one presentation
            earlier = [when for when, told in sights if told == text]
            assert not earlier or any(later - before > 2.0 for before, later in gaps(frames, text, earlier[-1], at))
            sights.append((at, text))
        if sight.crowded:
            assert len(codes) >= 2


def gaps(frames: list[tuple[float, set[str]]], text: str, start: float, end: float) -> Iterable[tuple[float, float]]:
    """The times between one sight of ``text`` and the next, from ``start`` to ``end``."""
    seen = [at for at, codes in frames if text in codes and start <= at <= end]
    return pairwise(seen)


@given(frames_of)
def test_nothing_is_remembered_for_ever(frames: list[tuple[float, set[str]]]) -> None:
    watch = Watch()
    for at, codes in frames:
        watch.see(found(codes), at)
    end = frames[-1][0] if frames else 0.0
    assert watch.see(found("A"), end + 10).new is not None
