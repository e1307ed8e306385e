"""Journeys at the desk by keyboard and hand scanner, with acts that only record or that misbehave."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from installer.sample import EVENTS, SAMPLES, SampleActs, at, day, outcome, outcomes, scans, strip, tiers
from station.facts import Ref, Release, Role, Verdict, Way
from station.trouble import Trouble
from station.ui.acts import Stage
from station.ui.bulletin import Notice, Said
from station.ui.window import DAY, DESK, START
from station.views import Camera
from tests.ui_window import Scene, scene

# What Qt says of its own screenless platform.
pytestmark = pytest.mark.qt_log_ignore("does not support (propagateSizeHints|raise)")

HUES = {"admitted": "green", "released": "blue", "switched": "violet", "repeat": "amber", "refused": "red"}


def _last_is(on: Scene, asked: object) -> bool:
    return on.asked[-1:] == [asked]


def test_single_keys_choose_role_and_way_after_a_silence(qtbot: QtBot) -> None:
    on = scene(qtbot)
    for key, asked in (
        ("2", ("set_role", Role.COORDINATION)),
        ("o", ("set_way", Way.OUT)),
        ("t", ("set_way", Way.EITHER)),
        ("ę", ("set_role", Role.TECHNICAL)),
        ("I", ("set_way", Way.IN)),
        ("1", ("set_role", Role.REPRESENTATION)),
    ):
        on.keys(key)
        assert asked not in on.asked, "a single key must wait for silence"
        qtbot.waitUntil(partial(_last_is, on, asked))
    assert on.window.desk.roles.selected == 0
    assert on.window.desk.ways.selected == 0


@pytest.mark.parametrize("page", [DESK, DAY])
def test_a_burst_goes_to_the_desk_wherever_the_focus_is(qtbot: QtBot, page: int) -> None:
    on = scene(qtbot)
    on.window.turn(page)
    button = on.window.day.sync if page == DAY else on.window.desk.ways.buttons[1]
    button.setFocus()
    on.keys("120i31234\r")
    assert on.asked == [("enter", "120i31234", True)], "no command, no button pressed, one code"
    assert on.window.pages.currentIndex() == page, "whoever scans may not be who works at the window"
    assert button.hasFocus()
    on.bulletin.outcome.emit(outcomes()[Verdict.RELEASED])
    assert on.window.note.isVisible() == (page != DESK), "the answer is there, wherever one looks"


@pytest.mark.parametrize("gap", [0, 1, 16])
def test_repeated_digits_of_a_burst_are_all_there(qtbot: QtBot, gap: int) -> None:
    """The system marks the second of two equal keys as a repeat; losing it would check somebody else in."""
    on = scene(qtbot)
    on.window.desk.ways.buttons[1].setFocus()
    on.keys("KK223355\r", gap=gap)
    assert on.asked == [("enter", "KK223355", True)]


def test_a_key_held_down_is_not_a_code(qtbot: QtBot) -> None:
    on = scene(qtbot)
    on.window.desk.ways.buttons[1].setFocus()
    on.keys("2222222222\r", gap=33)
    assert not [asked for asked in on.asked if asked[0] == "enter"]


@pytest.mark.parametrize("end", ["\r", "\t"])
def test_the_focused_button_never_sees_a_key_of_a_burst(qtbot: QtBot, end: str) -> None:
    on = scene(qtbot)
    button = on.window.desk.ways.buttons[1]
    button.setFocus()
    seen: list[str] = []

    class Spy(QObject):
        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
                seen.append(event.text())
            return False

    spy = Spy()
    button.installEventFilter(spy)
    on.keys("20231234" + end)
    assert on.asked == [("enter", "20231234", True)]
    assert seen == []
    assert button.hasFocus()
    on.keys("\r")
    assert seen == ["\r"], "an Enter by itself is the button's"


def test_a_burst_into_a_field_leaves_what_was_typed_there(qtbot: QtBot) -> None:
    on = scene(qtbot)
    on.window.turn(DAY)
    on.window.day.filter.setFocus()
    on.keys("va", gap=60)
    on.keys("20231234\r")
    assert on.asked == [("enter", "20231234", True)]
    assert on.window.day.filter.text() == "va"


def test_a_burst_ends_a_half_typed_code(qtbot: QtBot) -> None:
    on = scene(qtbot)
    on.window.desk.code.setFocus()
    on.keys("12", gap=60)
    on.keys("20231234\r")
    assert on.asked == [("enter", "20231234", True)]


def test_a_burst_in_a_dialog_is_taken_and_presses_nothing(qtbot: QtBot) -> None:
    on = scene(qtbot)
    on.window.choose_event()
    dialog = on.window.dialog
    assert dialog is not None
    qtbot.waitUntil(dialog.isActiveWindow)
    on.keys("20231234\r", into=dialog)
    assert on.asked == [("enter", "20231234", True)]
    assert dialog.isVisible()


def test_typing_a_code(qtbot: QtBot) -> None:
    on = scene(qtbot)
    QTest.keyClick(on.window.windowHandle(), Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert on.window.desk.code.hasFocus()
    QTest.keyClicks(on.window.desk.code, "2023 1234")
    QTest.keyClick(on.window.desk.code, Qt.Key.Key_Return)
    assert on.asked == [("enter", "2023 1234", False)]
    assert on.window.desk.code.text() == ""
    assert not on.window.desk.code.hasFocus(), "single keys work again"


def test_a_first_letter_that_is_no_command_begins_typing(qtbot: QtBot) -> None:
    on = scene(qtbot)
    on.keys("v")
    qtbot.waitUntil(on.window.desk.code.hasFocus)
    assert on.window.desk.code.text() == "v"


def test_finding_a_person_by_name_by_keyboard(qtbot: QtBot) -> None:
    on = scene(qtbot)
    code = on.window.desk.code
    code.setFocus()
    QTest.keyClicks(code, "pav")
    qtbot.waitUntil(code.list.isVisible)
    QTest.keyClick(code, Qt.Key.Key_Return)
    assert on.asked == [], "several fit: the first Enter only shows which one it would be"
    QTest.keyClick(code, Qt.Key.Key_Down)
    QTest.keyClick(code, Qt.Key.Key_Return)
    assert on.asked == [("enter_person", code.people[1].id)]
    assert not code.list.isVisible()


def test_escape_leaves_the_field_and_sends_nothing(qtbot: QtBot) -> None:
    on = scene(qtbot)
    code = on.window.desk.code
    code.setFocus()
    QTest.keyClicks(code, "pavx")
    QTest.keyClick(code, Qt.Key.Key_Escape)
    assert (code.text(), code.hasFocus(), on.asked) == ("", False, [])


@pytest.mark.parametrize("verdict", Verdict)
def test_each_outcome_is_on_the_card_and_in_the_list(qtbot: QtBot, verdict: Verdict) -> None:
    on = scene(qtbot)
    said = outcomes()[verdict]
    on.bulletin.outcome.emit(said)
    card = on.window.desk.card
    assert card.said is not None
    assert card.said.hue == HUES[verdict]
    assert card.title.text() in card.accessibleName()
    assert on.window.desk.scans.model.rows[0].ref == said.record.ref
    colour = card.grab().toImage().pixelColor(60, 20).name()
    assert colour == getattr(on.window._look.theme, HUES[verdict])


def test_the_card_does_not_move_its_parts(qtbot: QtBot) -> None:
    on = scene(qtbot)
    places = set()
    for long in (False, True):
        for said in outcomes(long=long).values():
            on.bulletin.outcome.emit(said)
            QApplication.processEvents()
            card = on.window.desk.card
            parts = (card.title, card.name, card.sentence, on.window.desk.code, on.window.desk.preview)
            places.add(tuple(part.geometry().top() for part in parts))
    assert len(places) == 1


def test_undo_by_one_key_takes_the_last_that_counts(qtbot: QtBot) -> None:
    on = scene(qtbot)
    undoable = [
        row for row in reversed(scans()) if not row.undone and row.verdict in ("admitted", "released", "switched")
    ]
    QTest.keyClick(on.window.windowHandle(), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert on.asked == [("undo", undoable[0].ref)]


def test_undo_of_the_selected_scan(qtbot: QtBot) -> None:
    on = scene(qtbot)
    rows = on.window.desk.scans.model.rows
    place = next(k for k, row in enumerate(rows) if row.verdict is Verdict.ADMITTED and k > 3)
    on.window.desk.scans.view.setCurrentIndex(on.window.desk.scans.model.index(place))
    on.window.desk.scans.button.click()
    assert on.asked == [("undo", rows[place].ref)]


def test_an_undone_scan_is_struck_on_card_and_list(qtbot: QtBot) -> None:
    on = scene(qtbot)
    said = outcomes()[Verdict.ADMITTED]
    on.bulletin.outcome.emit(said)
    struck = replace(on.window.desk.scans.model.rows[0], undone=True)
    on.bulletin.day.emit(replace(day(), scans=(*scans(), struck)))
    assert on.window.desk.card.title.text() == "Undone"
    assert "undone" in str(on.window.desk.scans.model.index(0).data())
    assert struck.ref not in [args[0] for args in on.asked]


def test_without_an_event_nothing_is_sent_and_the_card_says_so(qtbot: QtBot) -> None:
    on = scene(qtbot, now=strip(event=None))
    on.keys("20231234\r")
    assert on.asked == []
    assert "No event" in on.window.desk.card.accessibleName()
    on.window.desk.card.button.click()
    assert on.window.dialog is not None


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (strip(people=0), "The roster is empty"),
        (strip(camera=Camera.GONE), "hand scanner"),
        (strip(), "Show a code"),
    ],
)
def test_what_the_desk_lacks_is_said(qtbot: QtBot, now: object, words: str) -> None:
    on = scene(qtbot, now=now)  # type: ignore[arg-type]
    assert words in on.window.desk.card.accessibleName()


def test_camera_gone_is_said_in_place_of_the_picture_and_picture_returns(qtbot: QtBot) -> None:
    on = scene(qtbot)
    preview = on.window.desk.preview
    on.bulletin.frame_ready.emit()
    shown = preview.grab().toImage()
    on.bulletin.strip.emit(strip(camera=Camera.GONE))
    assert "Plug it in" in preview.accessibleDescription()
    assert preview.grab().toImage() != shown
    on.bulletin.strip.emit(strip())
    on.bulletin.frame_ready.emit()
    assert preview.grab().toImage() == shown


def test_frames_are_taken_even_when_the_desk_is_not_shown(qtbot: QtBot) -> None:
    """Else no newer frame would ever be announced."""

    class Counting(SampleActs):
        pulled = 0

        def preview(self) -> None:
            self.pulled += 1

    acts = Counting()
    on = scene(qtbot, acts=acts)
    on.window.turn(DAY)
    for _k in range(3):
        on.bulletin.frame_ready.emit()
    assert acts.pulled == 3


def test_outcomes_in_a_storm_keep_the_list_short_and_single(qtbot: QtBot) -> None:
    on = scene(qtbot, today=day(empty=True))
    for k in range(300):
        said = outcome(Release(Role.TECHNICAL, at(13)), Verdict.RELEASED, SAMPLES[0], at(14), k // 2 + 1, tiers(0))
        on.bulletin.outcome.emit(said)
    refs = [row.ref for row in on.window.desk.scans.model.rows]
    assert len(refs) == 50
    assert len(set(refs)) == 50
    assert refs[0] == Ref("0" * 32, 150)


def test_troubles_and_notices_are_shown_in_the_language(qtbot: QtBot) -> None:
    on = scene(qtbot)
    on.bulletin.trouble.emit(Trouble("language", language="de"))
    assert "de" in on.window.toast.words.text()
    on.window.toast.close_button.click()
    assert not on.window.toast.isVisible()
    for said in Said:
        on.bulletin.notice.emit(Notice(said, 2, 1, "x"))
        assert on.window.toast.words.text()


def test_choosing_and_adding_an_event_by_keyboard(qtbot: QtBot) -> None:
    on = scene(qtbot)
    QTest.keyClick(on.window.windowHandle(), Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    dialog = on.window.dialog
    assert dialog is not None
    dialog.list.setFocus()
    dialog.list.setCurrentIndex(dialog.model.index(0))
    QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    latest_first = sorted(EVENTS, key=lambda row: row.event.start, reverse=True)
    assert on.asked == [("choose_event", latest_first[1].event.id)]
    qtbot.waitUntil(lambda: on.window.dialog is None)
    on.window.choose_event()
    dialog = on.window.dialog
    assert dialog is not None
    dialog.add.click()
    QTest.keyClick(dialog.title, Qt.Key.Key_Return)
    assert dialog.fault.text() == "Enter a title."
    QTest.keyClicks(dialog.title, "Sample")
    start, end = dialog.start.dateTime(), dialog.end.dateTime()
    dialog.end.setDateTime(start)
    dialog.choose.click()
    assert "end after" in dialog.fault.text()
    dialog.end.setDateTime(end)
    dialog.choose.click()
    name, title, unit, series, first, last = on.asked[-1]
    assert (name, title, unit, series) == ("add_event", "Sample", "unit", None)
    assert isinstance(first, int)
    assert last == first + 8 * 3600 * 1_000_000


def test_first_start_by_keyboard(qtbot: QtBot) -> None:
    on = scene(qtbot, stage=Stage.NEW, key_store=False)
    start = on.window.start
    assert start.practice.hasFocus()
    QTest.keyClick(start.practice, Qt.Key.Key_Space)
    assert on.asked == [("start_practice",)]
    QTest.keyClick(start.set_up, Qt.Key.Key_Space)
    for field, text, fault in (
        (start.institution, "", "institution's name"),
        (start.issuer, "badges.example.edu", "https://"),
        (start.passphrase, "short", "at least 8"),
        (start.again, "another one", "differ"),
    ):
        QTest.keyClicks(field, text)
        if field is start.institution:
            QTest.keyClick(field, Qt.Key.Key_Return)
            assert fault in start.fault.text()
            QTest.keyClicks(field, "Sample University")
            continue
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert fault in start.fault.text()
        good = "https://badges.example.edu" if field is start.issuer else "a long passphrase"
        field.setText(good)
    QTest.keyClick(start.again, Qt.Key.Key_Return)
    assert on.asked[-1] == ("set_up", "Sample University", "https://badges.example.edu", "a long passphrase")
    assert on.window.pages.currentIndex() == START
    on.bulletin.opened.emit()
    assert on.window.pages.currentIndex() == DESK


def test_unlocking_lets_try_again(qtbot: QtBot) -> None:
    on = scene(qtbot, stage=Stage.LOCKED)
    page = on.window.unlock
    assert page.field.hasFocus()
    on.keys("2023123456\r")
    assert on.asked == [("unlock", "2023123456")], "a quickly typed passphrase is no scan"
    assert not page.field.isEnabled()
    on.bulletin.trouble.emit(Trouble("language", language="x"))
    assert page.fault.text()
    assert page.field.hasFocus()
    on.bulletin.opened.emit()
    assert on.window.pages.currentIndex() == DESK


def test_roster_file_is_asked_for(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    on = scene(qtbot)
    monkeypatch.setattr("station.ui.window.QFileDialog.getOpenFileName", lambda *_a: ("/x/people.csv", ""))
    on.window.header.roster.click()
    assert on.asked == [("open_roster", Path("/x/people.csv"), None)]


def test_cameras_are_listed_when_asked_for(qtbot: QtBot) -> None:
    on = scene(qtbot)
    menu = on.window.header.camera.menu()
    menu.aboutToShow.emit()
    menu.actions()[1].trigger()
    assert on.asked == [("choose_camera", "camera:1")]
