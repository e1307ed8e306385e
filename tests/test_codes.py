"""Code texts: every text gives a value, personal codes are refused, what cannot be printed is no code."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station import codes
from station.facts import Code, Fault, Malformed, RefusedKind


@given(st.text())
def test_any_text_gives_a_value(text: str) -> None:
    assert isinstance(codes.parse(text), Code | Malformed | RefusedKind)


@given(st.binary(max_size=5000))
def test_any_bytes_give_a_value(raw: bytes) -> None:
    assert isinstance(codes.parse(raw.decode("utf-8", "replace")), Code | Malformed | RefusedKind)


@pytest.mark.parametrize("text", ["33309240064", "3330 924 0064", " 33309240064\r\n", "333-0924-0064"])
def test_a_personal_code_is_refused(text: str) -> None:
    assert codes.parse(text) == RefusedKind(codes.PERSONAL_CODE)


@pytest.mark.parametrize("text", ["33309240164", "3330924006", "333092400641", "33313240064", "00000000000"])
def test_other_numbers_are_codes(text: str) -> None:
    assert isinstance(codes.parse(text), Code)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", Fault.EMPTY),
        (" \t\r\n", Fault.EMPTY),
        ("A\x00B", Fault.UNPRINTABLE),
        ("A\x1b[31mB", Fault.UNPRINTABLE),
        ("A\u202eB", Fault.UNPRINTABLE),
        ("A\ufffdB", Fault.UNPRINTABLE),
        ("A" * 1025, Fault.TOO_LONG),
        ("A" * 2_000_000, Fault.TOO_LONG),
    ],
)
def test_what_is_no_code(text: str, why: Fault) -> None:
    assert codes.parse(text) == Malformed(why)


@pytest.mark.parametrize(
    ("shown", "listed"),
    [
        ("a 123-45", "A12345"),
        ("Vardas.Pavarde@KTU.edu", "vardas.pavarde@ktu.edu"),
        ("HTTP://esc.gg/AEC54890-72b1-1039-8e5f-001999893752", "http://esc.gg/aec54890-72b1-1039-8e5f-001999893752"),
        ("E\u0304", "\u0112"),
    ],
)
def test_the_same_number_in_two_forms_is_one(shown: str, listed: str) -> None:
    assert codes.parse(shown) == codes.parse(listed)


def test_signed_texts_keep_their_spaces() -> None:
    assert codes.normal("SP1:AB C") == "SP1:AB C"


@pytest.mark.parametrize(("number", "shown"), [("123456", "3456"), ("12345", "345"), ("123", "3"), ("12", "")])
def test_never_a_whole_number_is_shown(number: str, shown: str) -> None:
    assert codes.last_four(number) == shown


# --- what numbers on cards look like ---


def usual() -> list[re.Pattern[str]]:
    return [codes.id_pattern(pattern) for pattern in codes.PATTERNS]


@pytest.mark.parametrize("text", ["20231234", "A1234", "ktu 2023-1234", "S370000000001A", "s 370 000 000 001 a"])
def test_numbers_of_cards(text: str) -> None:
    assert codes.looks_like_id(text, usual())


@pytest.mark.parametrize(
    "text", ["", "123", "4006381333931", "https://uni.example/1234", "1234\n5", "٤٥٦٧٨", "A" * 9999]
)
def test_what_is_no_number_of_a_card(text: str) -> None:
    assert not codes.looks_like_id(text, usual())


@pytest.mark.parametrize(
    "pattern", ["", "(a+)+", "a|b", "^1$", "a**", "[^0-9]", r"\w+", "[z-a]", "[", "a{3,1}", "a" * 65, "a?b?c?d?"]
)
def test_a_pattern_that_could_run_without_end_or_means_nothing(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        codes.id_pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [(r"LSP/\d{3}\.[0-9A-F-]+", "LSP/123.9-F", "LSP/123x9"), ("K.{2}1?", "KÄÖ", "KÄ1\n1"), ("[A-]{1,2}", "A-", "-B")],
)
def test_what_a_pattern_may_say(pattern: str, good: str, bad: str) -> None:
    made = codes.id_pattern(pattern)
    assert made.fullmatch(good)
    assert not made.fullmatch(bad)


@given(st.lists(st.sampled_from([".*", "A+", r"\d{0,99}", "[A-Z]?", "A", "0", "."]), min_size=1, max_size=8))
def test_no_pattern_holds_the_desk_up(parts: list[str]) -> None:
    try:
        made = codes.id_pattern("".join(parts))
    except ValueError:
        return
    for text in ("A" * codes.LONGEST_ID, "0" * codes.LONGEST_ID, "A0" * (codes.LONGEST_ID // 2), "0" * 10_000):
        began = time.process_time()
        codes.looks_like_id(text + "!", [made])
        codes.looks_like_id(text, [made])
        assert time.process_time() - began < 0.25
