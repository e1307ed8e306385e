"""Themes: contrast, complete style sheets, icons and font that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QFontDatabase, QRawFont
from PySide6.QtWidgets import QApplication

import station.ui
from station.resources import resource
from station.ui.feedback import Cue, Hue
from station.ui.icons import picture
from station.ui.look import FAMILY, FILES, Look
from station.ui.theme import HUES, PAIRS, SHAPES, TEMPLATE, THEMES, contrast, sheet

NEEDED = "ĄČĘĖĮŠŲŪŽąčęėįšųūž“„–…·→0123456789"
SOURCES = sorted(Path(station.ui.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("name", THEMES)
def test_every_pair_of_words_and_ground_reaches_four_and_a_half(name: str) -> None:
    theme = THEMES[name]
    poor = {
        (ink, ground): round(contrast(getattr(theme, ink), getattr(theme, ground)), 2)
        for ink, ground in PAIRS
        if contrast(getattr(theme, ink), getattr(theme, ground)) < 4.5
    }
    assert poor == {}


@pytest.mark.parametrize("name", THEMES)
def test_borders_and_bars_reach_three(name: str) -> None:
    theme = THEMES[name]
    for ink, ground in SHAPES:
        assert contrast(getattr(theme, ink), getattr(theme, ground)) >= 3, (ink, ground)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#123456", "#123456") == 1


def test_pairs_of_the_style_sheet_are_among_those_tested() -> None:
    """Each rule that sets both colours of its own sets a listed pair."""
    listed = {*PAIRS, ("window", "text")}  # the inverted toast and tooltip
    for body in re.findall(r"\{(?!\{)((?:[^{}]|\{\{[^}]*\}\})*)\}", TEMPLATE.read_text("utf-8")):
        inks = re.findall(r"(?<![-\w])color: \{\{ (\w+) \}\}", body)
        grounds = re.findall(r"(?<!-)background: \{\{ (\w+) \}\}", body)
        for ink in inks:
            for ground in grounds:
                pair = (ink, ground)
                assert pair in listed or pair[::-1] in listed or pair == ("surface", "on_soft"), body


@pytest.mark.parametrize("name", THEMES)
def test_style_sheet_is_filled(name: str) -> None:
    assert "{{" not in sheet(THEMES[name])


def test_style_sheets_are_set_in_one_place() -> None:
    setting = [path.name for path in SOURCES if "setStyleSheet" in path.read_text("utf-8")]
    assert setting == ["look.py"]


def test_the_window_loads_nothing_heavy() -> None:
    for path in SOURCES:
        found = re.findall(r"^\s*(?:import|from) (cv2|numpy|sqlalchemy|requests|reportlab)\b", path.read_text(), re.M)
        assert not found, path


def test_font_has_the_lithuanian_letters(qapp: QApplication) -> None:
    Look(qapp, "light")
    assert FAMILY in QFontDatabase.families()
    for file in FILES:
        font = QRawFont(str(resource("fonts", file)), 16)
        assert [letter for letter in NEEDED if not font.supportsCharacter(ord(letter))] == []
    assert resource("fonts", "LICENSE-Inter.txt").is_file()


def test_every_icon_named_in_the_sources_is_there(qapp: QApplication) -> None:
    named = set()
    for path in SOURCES:
        named |= set(re.findall(r'"([a-z0-9]+(?:-[a-z0-9]+)+)"', path.read_text("utf-8")))
    have = {path.stem for path in resource("icons").glob("*.svg")}
    used = named & have | {"camera", "users", "check", "x", "lock", "languages", "sun", "moon", "contrast"}
    for name in used:
        assert not picture(name, "#ff0000").isNull()
    assert resource("icons", "LICENSE-Lucide.txt").is_file()


def test_every_cue_has_its_own_sound() -> None:
    data = {resource("sounds", f"{cue}.wav").read_bytes() for cue in Cue}
    assert len(data) == len(Cue)
    assert {str(hue) for hue in Hue} == set(HUES)
