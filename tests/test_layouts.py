"""Keyboard layouts that disagree: what arrives, what it was, and what the scanner test makes of it."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.layouts import (
    EXPECTED,
    LAYOUTS,
    Found,
    Guess,
    arrives,
    guess,
    impossible,
    judge,
    looks_whole,
    restore,
    undo_of,
)

CODES = st.text(string.ascii_letters + string.digits + "-_:/?=.@+*$% ", min_size=1, max_size=60)


def number(text: str) -> bool:
    return re.fullmatch("[A-Z]{0,3}[0-9]{4,12}", text) is not None


@pytest.mark.parametrize(
    ("layout", "meant", "came"),
    [
        ("lt", "1234567890", "ąčęėįšųū„“"),
        ("lt", "!@#$%^&*()_+-=", "ĄČĘĖĮŠŲŪ()_Ž-ž"),
        ("lt-std", "1234567890", "!-/;:,.=()"),
        ("lt-std", "qwx=QW", "ąžūxĄŽ"),
        ("de", "yz-YZ_:/?@", 'zyßZY?Ö-_"'),
        ("fr", "1234567890", "&é\"'(-è_çà"),
        ("fr", "azqwmAZQWM", "qwaz,QWAZ?"),
        ("fr", "./:-_", ":!M)°"),
    ],
)
def test_what_arrives_by_layout(layout: str, meant: str, came: str) -> None:
    assert arrives(meant, layout) == came
    assert restore(came, undo_of(layout)) == meant


@pytest.mark.parametrize("layout", ["lt", "lt-std"])
@given(text=CODES)
def test_lithuanian_layouts_are_undone_whole(layout: str, text: str) -> None:
    assert restore(arrives(text, layout), undo_of(layout)) == text


def test_a_sound_text_of_a_lithuanian_scanner_s_own_signs_is_left_alone() -> None:
    assert restore("SP1:AB-12/x?y", undo_of("lt")) == "SP1:AB-12/x?y"


@pytest.mark.parametrize("layout", ["lt", "lt-std", "fr"])
@given(digits=st.text("0123456789", min_size=4, max_size=12))
def test_a_student_number_is_guessed_by_the_one_layout_that_makes_one(layout: str, digits: str) -> None:
    assert guess(arrives(digits, layout), number) == Guess(layout, digits)


@pytest.mark.parametrize("text", ["20231234", "Žukauskas", "ĄČĘ", "zy-Zy", "ąčęėž„Ü", "äöü", "", "  "])
def test_nothing_is_guessed_of_a_possible_code_or_of_what_no_layout_mends(text: str) -> None:
    assert guess(text, number) is None


def test_two_layouts_that_make_two_codes_are_no_guess() -> None:
    assert guess(arrives("1234", "lt"), lambda text: text in ("1234", "q,/'")) is None
    assert guess(arrives("1234", "lt"), lambda text: text == "q,/'") == Guess("lt-std", "q,/'")


def test_a_pass_and_an_address_are_guessed_too() -> None:
    for text in ("SP1:6BF/XZN*J$KC8%2", "https://esc.gg/aec54890-72b1-1039-8e5f-001999893752", "ona.v@stud.example.lt"):
        assert looks_whole(text)
        assert guess(arrives(text, "lt"), looks_whole) in (Guess("lt", text), None)
    assert guess(arrives("SP1:6BF/XZN*J$KC8%2", "lt"), looks_whole) == Guess("lt", "SP1:6BF/XZN*J$KC8%2")
    assert guess(arrives("SP1:6BF/XZN*J$KC8%2", "de"), looks_whole) == Guess("de", "SP1:6BF/XZN*J$KC8%2")


@pytest.mark.parametrize(
    ("text", "no_code"), [("2023", False), ("A-1", False), ("ą", True), ("“„", True), ('"&"\'', True), ("", False)]
)
def test_what_can_be_no_code(text: str, no_code: bool) -> None:
    assert impossible(text) == no_code


# --- the scanner test --------------------------------------------------------------------------------------------


def test_the_test_s_text_holds_every_risky_sign_once() -> None:
    risky = string.digits + "yzqwamYZQWAM" + "-_:/?=.@+*$% "
    assert sorted(EXPECTED) == sorted(risky)


def test_a_right_scanner() -> None:
    assert judge(EXPECTED).found is Found.RIGHT
    assert judge(EXPECTED + "\r\n").found is Found.RIGHT


@pytest.mark.parametrize("layout", ["lt", "lt-std", "fr"])
def test_a_known_layout_is_recognised_and_undone_whole(layout: str) -> None:
    tested = judge(arrives(EXPECTED, layout))
    assert (tested.found, tested.layout, tested.lost) == (Found.RESTORED, layout, "")
    assert restore(arrives("SP1:!&;20231234", layout), tested.undo) == "SP1:!&;20231234"


@pytest.mark.parametrize("accents", [("", ""), ("´", "`"), ("", "`")])
def test_dead_keys_are_lost_and_the_rest_is_kept(accents: tuple[str, str]) -> None:
    came = arrives(EXPECTED, "de").replace("012", f"01{accents[0]}2").replace("23", f"2{accents[1]}3")
    tested = judge(came)
    lost = "".join(sign for sign, accent in zip("=+", accents, strict=True) if not accent)
    assert tested.layout == "de"
    assert tested.lost == lost
    assert tested.found is (Found.DAMAGED if lost else Found.RESTORED)
    assert restore(arrives("ZY/20231234-y", "de"), tested.undo) == "ZY/20231234-y"


@settings(max_examples=30)
@given(st.lists(st.sampled_from(EXPECTED), min_size=2, max_size=2, unique=True))
def test_two_signs_that_change_places_are_learned(pair: list[str]) -> None:
    swap = str.maketrans("".join(pair), "".join(reversed(pair)))
    tested = judge(EXPECTED.translate(swap))
    assert tested.found is Found.RESTORED
    assert restore(EXPECTED.translate(swap), tested.undo) == EXPECTED
    assert restore("code".translate(swap), tested.undo) == "code"


def test_an_unknown_layout_is_learned_sign_by_sign() -> None:
    came = EXPECTED.replace("y", "ÿ").replace("/", "é").replace("0", "º")
    tested = judge(came)
    assert (tested.found, tested.layout) == (Found.RESTORED, "")
    assert restore(came, tested.undo) == EXPECTED
    assert dict(tested.undo) == {"ÿ": "y", "é": "/", "º": "0"}


@pytest.mark.parametrize(
    ("came", "lost"),
    [
        (EXPECTED.upper(), "yzqwamYZQWAM"),
        (EXPECTED.lower(), "yzqwamYZQWAM"),
        (EXPECTED.replace("4", ""), "4"),
        (EXPECTED.replace("+", ""), "+"),
        (EXPECTED.replace("y", "z"), "yz"),
        (EXPECTED[:-3], "*$%"),
    ],
)
def test_what_cannot_be_told_apart_is_lost(came: str, lost: str) -> None:
    tested = judge(came)
    assert (tested.found, tested.lost) == (Found.DAMAGED, lost)
    kept = [sign for sign in EXPECTED if sign not in lost]
    assert restore("".join(kept), tested.undo) == "".join(kept)


def test_caps_lock_is_told_from_a_wrong_layout() -> None:
    assert judge(EXPECTED.swapcase()).found is Found.CAPS


@pytest.mark.parametrize(
    "text", ["20231234", "", "SP1:6BF/XZN*J$KC8%2", "https://esc.gg/aec54890-72b1-1039-8e5f-0", "x" * 900]
)
def test_another_code_is_not_the_test(text: str) -> None:
    assert judge(text).found is Found.OTHER


@settings(max_examples=40)
@given(st.text(max_size=80))
def test_any_text_gives_an_answer_that_loses_nothing_it_claims_to_keep(text: str) -> None:
    tested = judge(text)
    assert len(set(tested.undo.values())) == len(tested.undo)
    for layout in LAYOUTS:
        restore(text, undo_of(layout))
