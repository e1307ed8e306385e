"""The dialogs about the roster: columns seen and changed, counted, imported, reported; a desk opened for a reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from installer.sample import EVENT, REASONS, ROSTER
from station import texts
from station.facts import Override
from station.headings import Field
from station.rosterview import Counted, Failed, Saved, Working
from station.trouble import Trouble
from station.ui.override_dialog import OverrideDialog
from station.ui.roster_dialog import RosterDialog
from station.views import Blocked
from tests.ui_window import Scene, scene

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")
COUNTED = Counted(396, 9, 5, 2, REASONS)
FILE = Path("/somewhere/studentai.xlsx")


def dialog_of(on: Scene) -> RosterDialog:
    dialog = on.window.import_from(FILE)
    on.bulletin.roster.emit(ROSTER)
    return dialog


def test_a_file_from_its_columns_to_its_report(qtbot: QtBot) -> None:
    on = scene(qtbot)
    dialog = dialog_of(on)
    assert on.asked == [("open_roster", FILE, None)]
    assert dialog.columns.fields == list(ROSTER.columns.fields)
    assert not dialog.go.isEnabled()
    on.bulletin.roster.emit(Working(100, 412, writing=False))
    assert (dialog.bar.value(), dialog.bar.maximum()) == (100, 412)
    on.bulletin.roster.emit(COUNTED)
    assert "396 new people, 9 changed, 5 as before, 2 rows" in dialog.counts.text()
    assert dialog.lines == list(REASONS)
    assert dialog.go.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert on.asked[-1] == ("import_roster",)
    assert not dialog.go.isEnabled(), "nobody imports twice"
    assert not dialog.columns.isEnabled()
    assert "can go on scanning" in dialog.counts.text()
    on.bulletin.roster.emit(replace(COUNTED, written=True))
    assert dialog.counts.text().startswith("Imported:")
    assert not dialog.cancel.isVisible()
    dialog.go.click()
    qtbot.waitUntil(lambda: on.window.asking is None)
    assert on.asked[-1] == ("close_roster",)
    on.bulletin.roster.emit(COUNTED)
    on.bulletin.roster.emit(Failed(Trouble("disk_full", home="x")))
    assert on.window.toast.isVisible(), "what fails after its dialog was closed is said"


def test_a_column_is_changed_and_tried_again(qtbot: QtBot) -> None:
    on = scene(qtbot)
    dialog = dialog_of(on)
    on.bulletin.roster.emit(COUNTED)
    group = dialog.columns.choosers[-1]
    group.setFocus()
    QTest.keyClicks(group, "Card")
    assert on.asked[-1] == ("try_columns", (*ROSTER.columns.fields[:-1], Field.CODES))
    assert not dialog.go.isEnabled(), "what was counted is not what would be imported now"
    assert dialog.lines == []
    on.bulletin.roster.emit(Failed(Trouble("roster_columns_twice", file="f", field="email", first="A", second="B")))
    assert "“A” and “B”" in dialog.fault.text()
    assert not dialog.go.isEnabled()
    on.bulletin.roster.emit(COUNTED)
    assert dialog.fault.text() == ""
    assert dialog.go.isEnabled()


def test_another_sheet_is_opened(qtbot: QtBot) -> None:
    on = scene(qtbot)
    dialog = dialog_of(on)
    assert dialog.sheet.isVisible()
    dialog.sheet.setFocus()
    QTest.keyClick(dialog.sheet, Qt.Key.Key_Up)
    assert on.asked[-1] == ("open_roster", FILE, "Apie")
    on.bulletin.roster.emit(replace(ROSTER, sheet="", sheets=()))
    assert not dialog.sheet.isVisible()


def test_rejected_rows_are_saved(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    on = scene(qtbot)
    dialog = dialog_of(on)
    assert not dialog.save.isVisible()
    on.bulletin.roster.emit(COUNTED)
    offered: list[str] = []

    def choose(_parent: object, _title: str, name: str, _kinds: str) -> tuple[str, str]:
        offered.append(name)
        return "/x/rejected.csv", ""

    monkeypatch.setattr("station.ui.roster_dialog.QFileDialog.getSaveFileName", choose)
    dialog.save.click()
    assert offered == ["/somewhere/studentai-rejected.csv"]
    assert on.asked[-1] == ("save_rejected", Path("/x/rejected.csv"))
    on.bulletin.roster.emit(Saved("rejected.csv"))
    assert "Saved: rejected.csv" in dialog.counts.text()


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_everything_is_reached_and_named_by_keyboard(qtbot: QtBot, language: str) -> None:
    on = scene(qtbot, language=language)
    dialog = dialog_of(on)
    on.bulletin.roster.emit(COUNTED)
    qtbot.waitUntil(dialog.isActiveWindow)
    reached = set()
    for _ in range(40):
        focus = QApplication.focusWidget()
        assert focus is not None
        assert focus.accessibleName(), focus
        reached.add(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    assert {*dialog.columns.choosers, dialog.sheet, dialog.save, dialog.cancel, dialog.go} <= reached
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: on.window.asking is None)


def test_a_long_file_name_does_not_widen_the_dialog(qtbot: QtBot) -> None:
    on = scene(qtbot)
    dialog = on.window.import_from(Path("/x") / ("ž" * 240 + ".xlsx"))
    on.bulletin.roster.emit(ROSTER)
    on.bulletin.roster.emit(COUNTED)
    QApplication.processEvents()
    assert dialog.width() <= 1000
    assert dialog.height() <= 640


# --- an event that is kept closed ---


def blocked_by(on: Scene) -> OverrideDialog:
    on.bulletin.blocked.emit(Blocked(EVENT, Trouble("roster_stale", days=75, most=60)))
    assert isinstance(on.window.asking, OverrideDialog)
    return on.window.asking


def test_a_desk_is_opened_all_the_same_with_a_name_and_a_reason(qtbot: QtBot) -> None:
    on = scene(qtbot)
    dialog = blocked_by(on)
    assert "75 days ago" in dialog.found.text()
    dialog.all_the_same.click()
    assert dialog.fault.text() == "Enter your name."
    QTest.keyClicks(dialog.who, "Ona")
    QTest.keyClick(dialog.who, Qt.Key.Key_Return)
    assert dialog.fault.text() == "Enter the reason."
    QTest.keyClicks(dialog.reason, "no list yet")
    QTest.keyClick(dialog.reason, Qt.Key.Key_Return)
    assert on.asked == [("choose_event", EVENT.id, Override("no list yet", "Ona"))]
    qtbot.waitUntil(lambda: on.window.asking is None)


def test_a_roster_may_be_imported_instead(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    on = scene(qtbot)
    monkeypatch.setattr("station.ui.window.QFileDialog.getOpenFileName", lambda *_a: ("/x/people.csv", ""))
    blocked_by(on).roster.click()
    qtbot.waitUntil(lambda: on.asked == [("open_roster", Path("/x/people.csv"), None)])
    assert isinstance(on.window.asking, RosterDialog)


# --- the field for codes ---


def test_the_end_of_a_number_shows_people_and_enter_still_sends_it(qtbot: QtBot) -> None:
    on = scene(qtbot)
    field = on.window.desk.code
    asked: list[str] = []
    monkey = field._search

    def search(text: str) -> object:
        asked.append(text)
        return monkey("pav")

    field._search = search  # type: ignore[assignment]
    field.setFocus()
    for text in ("1234", "ona@ktu"):
        field.setText(text)
        qtbot.waitUntil(field.list.isVisible)
        assert asked[-1] == text
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert on.asked[-1] == ("enter", text, False)
    field.setText("1234")
    qtbot.waitUntil(field.list.isVisible)
    QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert on.asked[-1][0] == "enter_person"
    for text in ("12345", "123"):
        field.setText(text)
        assert not field._timer.isActive()
