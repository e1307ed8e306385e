"""The burst machine: what is a hand scanner and what is a person, by tables and by hypothesis."""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.ui.burst import GAP, LEAST, MARKED_GAP, SURE, Burst, Cut, Heard, Lone, Scanned, Typed

KEYS = st.text(string.ascii_letters + string.digits, min_size=1, max_size=40)
QUICK = st.integers(0, GAP)
SLOW = st.integers(GAP + 1, 400)


def press_all(
    burst: Burst, text: str, gaps: Sequence[int], at: int = 1000, least: int = LEAST
) -> tuple[list[Heard], int]:
    heard: list[Heard] = []
    for letter, gap in zip(text, gaps, strict=True):
        at += gap
        said = burst.press(letter, at, least)
        if said is not None:
            heard.append(said)
    return heard, at


def text_of(heard: Heard) -> str:
    return heard.key if isinstance(heard, Lone) else heard.text


@pytest.mark.parametrize("least", [LEAST, SURE])
@given(text=KEYS, data=st.data(), last=QUICK)
def test_quick_keys_with_an_end_are_one_code_if_there_are_enough(
    least: int, text: str, data: st.DataObject, last: int
) -> None:
    gaps = data.draw(st.lists(QUICK, min_size=len(text), max_size=len(text)))
    burst = Burst()
    heard, at = press_all(burst, text, gaps, least=least)
    assert heard == []
    ended = burst.end(at + last)
    assert ended == Scanned(text) if len(text) >= least else not isinstance(ended, Scanned)
    assert not burst.waiting


@given(text=KEYS, data=st.data())
def test_slow_keys_are_each_alone(text: str, data: st.DataObject) -> None:
    gaps = data.draw(st.lists(SLOW, min_size=len(text), max_size=len(text)))
    burst = Burst(silence_ends=True)
    heard, at = press_all(burst, text, gaps)
    last = burst.silence(at + GAP + 1)
    assert last is not None
    assert [*heard, last] == [Lone(letter) for letter in text]


@given(text=KEYS, data=st.data(), end=st.integers(0, 400), silent=st.booleans())
def test_no_key_is_ever_lost_or_told_twice(text: str, data: st.DataObject, end: int, silent: bool) -> None:
    gaps = data.draw(st.lists(st.integers(0, 100), min_size=len(text), max_size=len(text)))
    burst = Burst(silence_ends=silent)
    heard, at = press_all(burst, text, gaps)
    last = burst.end(at + end)
    told = [*heard, *([last] if last is not None else [])]
    assert "".join(map(text_of, told)) == text


@dataclass(frozen=True)
class Act:
    """A person's keys or a scanner's, with the times between them."""

    text: str
    gaps: tuple[int, ...]
    scanner: bool


@st.composite
def typing(draw: st.DrawFn) -> Act:
    text = draw(st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=12))
    gaps = draw(st.lists(st.integers(60, 300), min_size=len(text), max_size=len(text)))
    return Act(text, tuple(gaps), scanner=False)


@st.composite
def scanning(draw: st.DrawFn) -> Act:
    text = draw(st.text(string.ascii_letters + string.digits + "-/:. ", min_size=SURE, max_size=40))
    pace = draw(st.integers(0, 16))
    gaps = draw(st.lists(st.integers(max(0, pace - 4), pace + 4), min_size=len(text), max_size=len(text)))
    return Act(text, (draw(st.integers(60, 500)), *gaps[1:]), scanner=True)


@pytest.mark.parametrize("silent", [False, True])
@pytest.mark.parametrize("least", [LEAST, SURE])
@given(acts=st.lists(typing() | scanning(), max_size=12))
def test_among_typing_every_burst_is_found_and_nothing_typed_is_taken(
    least: int, silent: bool, acts: list[Act]
) -> None:
    burst = Burst(silence_ends=silent)
    heard: list[Heard] = []
    at = 1000
    for act in acts:
        said, at = press_all(burst, act.text, act.gaps, at, least)
        heard += said
        if act.scanner and not silent:
            ended = burst.end(at + 8)
            assert ended is not None
            heard.append(ended)
            at += 8
            assert burst.trailing(at + 3), "the LF after a CR"
    last = burst.silence(at + 1000)
    heard += [last] if last is not None else []
    found = [text_of(one) for one in heard if isinstance(one, Scanned)]
    assert found == [act.text for act in acts if act.scanner]
    typed = [one for one in heard if not isinstance(one, Scanned)]
    assert typed == [Lone(letter) for act in acts if not act.scanner for letter in act.text]


@given(before=st.text(string.ascii_lowercase, min_size=1, max_size=2), code=st.text("0123456789", min_size=SURE))
def test_a_key_pressed_into_a_burst_never_makes_the_code_shorter(before: str, code: str) -> None:
    """Such a code is wrong and unknown, which is safe; a part of a code could be somebody else's."""
    burst = Burst()
    _heard, at = press_all(burst, before + code, [GAP] * len(before) + [2] * len(code))
    assert burst.end(at + 2) == Scanned(before + code)


@pytest.mark.parametrize("gap", [60, 80, 100])
@pytest.mark.parametrize("silent", [False, True])
def test_fast_typing_with_enter_is_never_a_scanner(gap: int, silent: bool) -> None:
    burst = Burst(silence_ends=silent)
    heard, at = press_all(burst, "greitai20231234", [gap] * 15)
    assert burst.end(at + gap) == Lone("4")
    assert all(isinstance(one, Lone) for one in heard)
    assert not burst.trailing(at + gap + 5)


def test_an_end_without_keys_is_no_scan() -> None:
    assert Burst().end(5) is None
    assert not Burst().trailing(5)


def test_two_keys_rolled_together_with_enter_are_a_person_s() -> None:
    burst = Burst()
    press_all(burst, "no", [0, 25])
    assert burst.end(1030) == Typed("no")


def test_one_key_waits_exactly_as_long_as_a_burst_may_pause() -> None:
    burst = Burst()
    burst.press("1", 1000)
    assert burst.waiting == GAP
    assert burst.silence(1000 + GAP) is None
    assert burst.silence(1000 + GAP + 1) == Lone("1")


def test_a_burst_without_an_end_is_cut_and_with_the_setting_a_code() -> None:
    for silent, said in ((False, Cut("20231234")), (True, Scanned("20231234", ended=False))):
        burst = Burst(silence_ends=silent)
        press_all(burst, "20231234", [5] * 8)
        assert burst.silence(2000) == said
        press_all(burst, "2023", [5] * 4, 3000)
        assert burst.silence(4000) == Cut("2023"), "too short to be certain"


def test_another_key_in_the_middle_is_no_silence() -> None:
    burst = Burst(silence_ends=True)
    press_all(burst, "20231234", [5] * 8)
    assert burst.flush() == Cut("20231234")


def test_the_end_is_repeated_only_at_once() -> None:
    burst = Burst()
    _heard, at = press_all(burst, "20231234", [5] * 8)
    assert burst.end(at + 5) == Scanned("20231234")
    assert burst.trailing(at + 9)
    assert burst.trailing(at + 12)
    assert not burst.trailing(at + 12 + GAP + 1)


def test_shift_between_slow_keys_keeps_the_burst_together() -> None:
    burst = Burst()
    at = 1000
    for letter in "ABCdef":
        if letter.isupper():
            at += 35
            burst.keep(at)
        at += 35
        assert burst.press(letter, at) is None
    assert burst.end(at + 35) == Scanned("ABCdef")
    burst.keep(at + 5000)
    assert not burst.live(at + 5000), "Shift by itself begins nothing"
    burst.press("a", 9000)
    burst.keep(9100)
    assert burst.press("b", 9120) == Lone("a"), "after a pause Shift belongs to the next key"


def test_a_key_as_prefix_makes_even_a_short_slow_code_certain() -> None:
    burst = Burst()
    burst.press("x", 1000)
    assert burst.mark(1010) == Lone("x"), "what was typed before is not the scanner's"
    assert burst.waiting == MARKED_GAP
    heard, at = press_all(burst, "A7", [100, 100], 1010, SURE)
    assert heard == []
    assert burst.end(at + 100) == Scanned("A7")
    assert burst.mark(5000) is None
    assert burst.end(5010) is None, "a prefix and nothing more"
    burst.mark(6000)
    burst.press("A", 6010)
    assert burst.silence(7000) == Cut("A")


def test_a_sign_as_prefix_is_taken_off_and_makes_a_short_code_certain() -> None:
    burst = Burst("~")
    for text, gap, said in (("~A7", 5, Scanned("A7")), ("~A7", 80, Lone("7")), ("~", 5, Lone("~"))):
        _heard, at = press_all(burst, text, [gap] * len(text), 1000, SURE)
        assert burst.end(at + 5) == said
    _heard, at = press_all(burst, "2023~1234", [5] * 9, 2000, SURE)
    assert burst.end(at) == Scanned("2023~1234"), "inside a code it is a sign like others"
    _heard, at = press_all(burst, "20231234", [5] * 8, 3000, SURE)
    assert burst.end(at) == Scanned("20231234"), "without the prefix timing decides"
