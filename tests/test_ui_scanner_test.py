"""What a person is told of scans elsewhere, and the dialog that tests a hand scanner."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from installer.sample import SampleActs, outcomes, strip
from station.facts import Verdict
from station.layouts import EXPECTED, Found, arrives
from station.ui.window import DAY, READY
from tests.scanner_places import PLACES
from tests.typed_keys import burst, press
from tests.ui_window import scene

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_an_answer_is_seen_above_a_dialog_and_takes_no_focus(qtbot: QtBot) -> None:
    on = scene(qtbot)
    dialog = PLACES["erase"](on.window)
    assert dialog is not None
    qtbot.waitUntil(dialog.isActiveWindow)
    focus = QApplication.focusWidget()
    burst(on)
    on.bulletin.outcome.emit(outcomes()[Verdict.ADMITTED])
    note = on.window.note
    assert note.isVisible()
    assert note.isWindow()
    assert "Checked in" in note.title.text()
    assert QApplication.focusWidget() is focus
    assert note.grab().toImage().pixelColor(4, 40).name() == on.window._look.theme.green


def test_at_the_desk_the_card_is_enough(qtbot: QtBot) -> None:
    on = scene(qtbot)
    on.bulletin.outcome.emit(outcomes()[Verdict.ADMITTED])
    assert not on.window.note.isVisible()


def test_without_an_event_a_scan_elsewhere_is_told_to_be_lost(qtbot: QtBot) -> None:
    on = scene(qtbot, now=strip(event=None))
    on.window.turn(DAY)
    burst(on)
    assert on.asked == []
    assert "No event" in on.window.note.words.text()


# --- the scanner test --------------------------------------------------------------------------------------------


class Testing(SampleActs):
    __test__ = False

    @property
    def kept(self) -> list[tuple[object, ...]]:
        return [asked for asked in self.asked if asked[0] == "keep_scanner"]


@pytest.mark.parametrize(
    ("came", "found", "title"),
    [
        (EXPECTED, Found.RIGHT, "right"),
        (arrives(EXPECTED, "lt"), Found.RESTORED, "put right"),
        (EXPECTED.upper(), Found.DAMAGED, "damaged"),
        (EXPECTED.swapcase(), None, "Caps Lock"),
        ("2023123456", None, "not the test code"),
    ],
)
def test_the_test_dialog_takes_the_scan_and_says_what_it_means(
    came: str, found: Found | None, title: str, qtbot: QtBot
) -> None:
    acts = Testing()
    on = scene(qtbot, acts=acts)
    on.window.turn(READY)
    on.window.test_scanner()
    dialog = on.window.scanner_test
    assert dialog is not None
    qtbot.waitUntil(dialog.isActiveWindow)
    on.clock += 2000
    for sign in came:
        press(on, Qt.Key(ord(sign.upper()[:1])), sign)
    press(on, Qt.Key.Key_Return, "\r")
    assert dialog.isVisible(), "the Enter of the scan does not press Close"
    assert title in dialog.title.text()
    assert [kept[2].found for kept in acts.kept] == ([found] if found else [])  # type: ignore[attr-defined]
    assert [asked for asked in acts.asked if asked[0] == "enter"] == []
    dialog.close_button.click()
    assert on.window.scanner_test is None
    assert not on.window.keyboard.silence_ends


def test_a_scanner_without_enter_is_found_out_and_silence_ends_its_codes_from_then_on(qtbot: QtBot) -> None:
    acts = Testing()
    on = scene(qtbot, acts=acts)
    on.window.test_scanner()
    dialog = on.window.scanner_test
    assert dialog is not None
    qtbot.waitUntil(dialog.isActiveWindow)
    for sign in EXPECTED:
        press(on, Qt.Key(ord(sign.upper())), sign)
    qtbot.waitUntil(lambda: bool(acts.kept))
    assert acts.kept[0][3] is False
    assert "no Enter" in dialog.said.text()
    dialog.close_button.click()
    assert on.window.keyboard.silence_ends
