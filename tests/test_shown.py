"""What reaches a screen: names as they are, and nothing that is not seen or turns a line around."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station import texts
from station.shown import shown, visible
from station.trouble import Trouble


@pytest.mark.parametrize(
    "text", ["", "Ąžuolė Šimkutė-Ėglė", "O’Neil", "Łódź ß", "אבג", "李", "é", "日本", "1 + 1", "damaged \ufffd"]
)
def test_what_people_write_stays(text: str) -> None:
    assert shown(text) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("A\u202eB", "A\\u202eB"),
        ("\u2066x\u2069", "\\u2066x\\u2069"),
        ("\u200e\u200f\u061c", "\\u200e\\u200f\\u061c"),
        ("a\u200bb\u2060c\ufeff", "a\\u200bb\\u2060c\\ufeff"),
        ("a\u00adb", "a\\xadb"),
        ("\x1b[2J\n\t\x00", "\\x1b[2J\\n\\t\\x00"),
        ("\u3164\u115f\uffa0\u2800\u034f", "\\u3164\\u115f\\uffa0\\u2800\\u034f"),
        ("\ufe0f\U000e0101\U000e0041", "\\ufe0f\\U000e0101\\U000e0041"),
        ("\ud800", "\\ud800"),
        ("\u2028\u2029", "\\u2028\\u2029"),
    ],
)
def test_what_is_not_seen_is_written_out(text: str, written: str) -> None:
    assert shown(text) == written
    assert not visible(text)


@given(st.text(st.characters(codec=None)))
def test_nothing_unseen_is_left_and_showing_twice_changes_nothing(text: str) -> None:
    made = shown(text)
    assert shown(made) == made
    assert made.encode("utf-8").decode() == made
    assert not any(unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for sign in made)


def test_line_ends_may_stay() -> None:
    assert shown("a\nb\x1b", keep="\n") == "a\nb\\x1b"


def test_what_a_sentence_quotes_is_harmless() -> None:
    said = texts.sentence(Trouble("event_unknown", event="x\u202e\x1b[31m"))
    assert "x\\u202e\\x1b[31m" in said
