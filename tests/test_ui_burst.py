"""The burst machine: what is a hand scanner and what is a person, by tables and by hypothesis."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.ui.burst import GAP, SURE, Burst, Heard, Lone, Overheard, Scanned, Unended

KEYS = st.text(string.ascii_letters + string.digits, min_size=1, max_size=40)
QUICK = st.integers(0, GAP)
SLOW = st.integers(GAP + 1, 400)


def press_all(burst: Burst, text: str, gaps: list[int], at: int = 1000) -> tuple[list[Heard], int]:
    heard: list[Heard] = []
    for letter, gap in zip(text, gaps, strict=True):
        at += gap
        said = burst.press(letter, at)
        if said is not None:
            heard.append(said)
    return heard, at


@given(text=KEYS, data=st.data(), last=QUICK)
def test_quick_keys_with_an_end_are_one_code(text: str, data: st.DataObject, last: int) -> None:
    gaps = data.draw(st.lists(QUICK, min_size=len(text), max_size=len(text)))
    burst = Burst()
    heard, at = press_all(burst, text, gaps)
    assert heard == []
    assert burst.end(at + last) == Scanned(text)
    assert not burst.waiting


@given(text=KEYS, data=st.data())
def test_slow_keys_are_each_alone(text: str, data: st.DataObject) -> None:
    gaps = data.draw(st.lists(SLOW, min_size=len(text), max_size=len(text)))
    burst = Burst()
    heard, at = press_all(burst, text, gaps)
    last = burst.silence(at + GAP + 1)
    assert last is not None
    assert [*heard, last] == [Lone(letter) for letter in text]


@given(text=KEYS, data=st.data(), end=st.integers(0, 400))
def test_no_key_is_ever_lost_or_told_twice(text: str, data: st.DataObject, end: int) -> None:
    gaps = data.draw(st.lists(st.integers(0, 100), min_size=len(text), max_size=len(text)))
    burst = Burst()
    heard, at = press_all(burst, text, gaps)
    last = burst.end(at + end)
    told = [*heard, *([last] if last is not None else [])]
    assert "".join(said.key if isinstance(said, Lone) else said.text for said in told) == text
    assert isinstance(last, Scanned) == (end <= GAP)


def test_an_end_without_keys_is_no_scan() -> None:
    assert Burst().end(5) is None


def test_one_key_waits_exactly_as_long_as_a_burst_may_pause() -> None:
    burst = Burst()
    burst.press("1", 1000)
    assert burst.silence(1000 + GAP) is None
    assert burst.silence(1000 + GAP + 1) == Lone("1")


def test_several_quick_keys_without_an_end_are_text() -> None:
    burst = Burst()
    press_all(burst, "jon", [0, 5, 5])
    assert burst.silence(2000) == Unended("jon")


@given(text=KEYS, data=st.data(), last=st.integers(0, 200))
def test_in_a_field_only_a_long_quick_run_is_taken(text: str, data: st.DataObject, last: int) -> None:
    gaps = data.draw(st.lists(st.integers(0, 120), min_size=len(text), max_size=len(text)))
    overheard = Overheard()
    at, run = 0, ""
    for letter, gap in zip(text, gaps, strict=True):
        at += gap
        fresh = overheard.press(letter, at)
        assert fresh == (not run or gap > GAP)
        run = letter if fresh else run + letter
    heard = overheard.end(at + last)
    assert heard == (Scanned(run) if len(run) >= SURE and last <= GAP else None)


@pytest.mark.parametrize("gap", [60, 90, 130])
def test_a_person_typing_in_a_field_is_never_a_scanner(gap: int) -> None:
    overheard = Overheard()
    for k, letter in enumerate("greitai rasantis"):
        overheard.press(letter, k * gap)
    assert overheard.end(16 * gap) is None
