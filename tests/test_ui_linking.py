"""Unknown codes and walk-ins in the window: by keyboard, in no scan's way; and matching on the Day page."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QListView, QPushButton
from pytestqt.qtbot import QtBot

from installer.sample import SAMPLES, SampleActs, awards, day, outcomes, visits
from station import texts
from station.facts import AwardState, Ref, Verdict
from station.ui.last_scans import row_of
from station.ui.linking import Question
from station.ui.match_dialog import MatchDialog, is_walk_in
from station.ui.window import DAY, DESK
from station.views import Outcome
from tests.ui_window import Scene, scene

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")

CTRL = Qt.KeyboardModifier.ControlModifier


def unknown() -> Outcome:
    return outcomes()[Verdict.REFUSED]


def shown_unknown(qtbot: QtBot) -> Scene:
    on = scene(qtbot)
    on.bulletin.outcome.emit(unknown())
    return on


def asks(on: Scene) -> Question | None:
    return on.window.desk.linking.question


def test_l_finds_whose_code_it_is_and_links_it(qtbot: QtBot) -> None:
    on = shown_unknown(qtbot)
    desk = on.window.desk
    assert desk.card.offers
    on.keys("l")
    qtbot.waitUntil(desk.code.hasFocus)
    assert (asks(on), desk.bar.isVisible()) == (Question.WHOSE, True)
    assert "5501" in desk.bar.words.text()
    QTest.keyClicks(desk.code, "pav")
    qtbot.waitUntil(desk.code.list.isVisible)
    QTest.keyClick(desk.code, Qt.Key.Key_Down)
    QTest.keyClick(desk.code, Qt.Key.Key_Down)
    chosen = desk.code.people[1]
    QTest.keyClick(desk.code, Qt.Key.Key_Return)
    assert on.asked == [("link", unknown().record.ref, chosen.id)]
    assert (asks(on), desk.bar.isVisible(), desk.code.hasFocus()) == (None, False, False)
    QTest.keyClicks(desk.code, "2023")
    QTest.keyClick(desk.code, Qt.Key.Key_Return)
    assert on.asked[-1] == ("enter", "2023", False), "a code is a code again"


def test_a_number_also_says_whose_it_is(qtbot: QtBot) -> None:
    on = shown_unknown(qtbot)
    on.window.desk.card.link.click()
    QTest.keyClicks(on.window.desk.code, "20231234")
    QTest.keyClick(on.window.desk.code, Qt.Key.Key_Return)
    assert on.asked == [("link", unknown().record.ref, "20231234")]


def test_w_asks_the_walk_ins_name_in_one_line(qtbot: QtBot) -> None:
    on = shown_unknown(qtbot)
    desk = on.window.desk
    on.keys("W")
    qtbot.waitUntil(desk.code.hasFocus)
    assert asks(on) is Question.NAME
    QTest.keyClicks(desk.code, "Pavyzde Nauja")
    QTest.qWait(120)
    assert not desk.code.list.isVisible(), "a new name finds nobody"
    QTest.keyClick(desk.code, Qt.Key.Key_Return)
    assert on.asked == [("walk_in", "Pavyzde Nauja", unknown().record.ref)]
    assert asks(on) is None


@pytest.mark.parametrize(("name", "said"), [("123", "needs a name"), ("Jonas 33309240064", "personal code")])
def test_what_is_no_name_is_said_and_asked_again(qtbot: QtBot, name: str, said: str) -> None:
    on = shown_unknown(qtbot)
    on.window.desk.card.walk_in.click()
    QTest.keyClicks(on.window.desk.code, name)
    QTest.keyClick(on.window.desk.code, Qt.Key.Key_Return)
    assert on.asked == []
    assert said in on.window.desk.bar.words.text()
    assert "33309240064" not in on.window.desk.bar.words.text() + on.window.desk.code.text()
    QTest.keyClicks(on.window.desk.code, "Jonas")
    QTest.keyClick(on.window.desk.code, Qt.Key.Key_Return)
    assert on.asked == [("walk_in", "Jonas", unknown().record.ref)]


def test_a_walk_in_without_a_code_from_any_page(qtbot: QtBot) -> None:
    on = scene(qtbot)
    on.window.turn(DAY)
    QTest.keyClick(on.window.windowHandle(), Qt.Key.Key_N, CTRL)
    assert on.window.pages.currentIndex() == DESK
    assert not on.window.desk.bar.turn.isVisible(), "there is no code to link"
    QTest.keyClicks(on.window.desk.code, "Jonas Pavyzdys")
    QTest.keyClick(on.window.desk.code, Qt.Key.Key_Return)
    assert on.asked == [("walk_in", "Jonas Pavyzdys", None)]


def test_escape_leaves_and_the_code_stays_on_offer_among_the_last_scans(qtbot: QtBot) -> None:
    on = shown_unknown(qtbot)
    desk = on.window.desk
    desk.card.link.click()
    QTest.keyClicks(desk.code, "pa")
    QTest.keyClick(desk.code, Qt.Key.Key_Escape)
    assert (asks(on), desk.bar.isVisible(), desk.code.text(), on.asked) == (None, False, "", [])
    on.bulletin.outcome.emit(outcomes()[Verdict.ADMITTED])
    assert not desk.card.offers
    place = next(k for k, row in enumerate(desk.scans.model.rows) if row.ref == unknown().record.ref)
    assert not desk.scans.link_button.isVisible()
    desk.scans.view.setFocus()
    desk.scans.view.setCurrentIndex(desk.scans.model.index(place))
    assert (desk.scans.link_button.isVisible(), desk.scans.button.isVisible()) == (True, False)
    QTest.keyClick(desk.scans.view, Qt.Key.Key_Return)
    assert asks(on) is Question.WHOSE
    desk.bar.turn.click()
    assert asks(on) is Question.NAME
    QTest.keyClicks(desk.code, "Jonas")
    QTest.keyClick(desk.code, Qt.Key.Key_Return)
    assert on.asked == [("walk_in", "Jonas", unknown().record.ref)]


def test_a_scan_meanwhile_is_taken_and_shown_and_the_question_keeps_its_code(qtbot: QtBot) -> None:
    on = shown_unknown(qtbot)
    desk = on.window.desk
    desk.card.walk_in.click()
    on.keys("Jona", gap=60)
    on.keys("20231234\r")
    assert on.asked == [("enter", "20231234", True)]
    on.bulletin.outcome.emit(outcomes()[Verdict.ADMITTED])
    assert desk.card.said is not None
    assert desk.card.said.name == SAMPLES[0].name
    assert (asks(on), desk.code.text(), desk.bar.isVisible()) == (Question.NAME, "Jona", True)
    on.bulletin.outcome.emit(replace(unknown(), record=replace(unknown().record, seq=777)))
    QTest.keyClicks(desk.code, "s")
    QTest.keyClick(desk.code, Qt.Key.Key_Return)
    assert on.asked[-1] == ("walk_in", "Jonas", unknown().record.ref)


def test_l_and_w_are_letters_where_nothing_is_offered(qtbot: QtBot) -> None:
    on = scene(qtbot)
    on.bulletin.outcome.emit(outcomes()[Verdict.ADMITTED])
    on.keys("l")
    qtbot.waitUntil(on.window.desk.code.hasFocus)
    assert (on.window.desk.code.text(), asks(on)) == ("l", None)


def test_a_code_linked_meanwhile_is_offered_no_more(qtbot: QtBot) -> None:
    on = shown_unknown(qtbot)
    desk = on.window.desk
    settled = replace(row_of(unknown()), unknown=False)
    on.bulletin.day.emit(replace(day(), scans=(settled,)))
    desk.scans.view.setCurrentIndex(desk.scans.model.index(0))
    assert not desk.scans.link_button.isVisible()


def test_a_link_is_undone_by_one_key_even_where_the_person_was_in_already(qtbot: QtBot) -> None:
    on = scene(qtbot, today=day(empty=True))
    repeat = outcomes()[Verdict.REPEAT]
    body = {**repeat.record.body, "linked": True}
    on.bulletin.outcome.emit(replace(repeat, record=replace(repeat.record, body=body)))
    QTest.keyClick(on.window.windowHandle(), Qt.Key.Key_Z, CTRL)
    assert on.asked == [("undo", repeat.record.ref)]


def test_the_question_changes_its_language(qtbot: QtBot) -> None:
    on = shown_unknown(qtbot)
    on.window.desk.card.link.click()
    english = on.window.desk.bar.words.text()
    on.window.speak("lt")
    assert on.window.desk.bar.words.text() != english
    assert on.window.desk.card.offers
    assert on.window.desk.card.link.text().startswith("Susieti")


# --- the Day page ----------------------------------------------------------------------------------------------


def opened_dialog(on: Scene, *, back: bool = False) -> MatchDialog:
    page = on.window.day
    rows = page.visits.rows.rows
    page.visits.selectRow(next(k for k, row in enumerate(rows) if (row.matched if back else is_walk_in(row))))
    page.match.click()
    assert page.match.dialog is not None
    return page.match.dialog


def at_day(qtbot: QtBot) -> Scene:
    on = scene(qtbot)
    on.window.turn(DAY)
    return on


def test_walk_ins_are_marked_and_listed_alone(qtbot: QtBot) -> None:
    page = at_day(qtbot).window.day
    page.states.buttons[3].click()
    assert {*page.visits.rows.rows} == {row for row in visits(40) if is_walk_in(row)}
    words = [str(page.visits.rows.index(0, column).data()) for column in range(page.visits.rows.columnCount())]
    assert "walk-in, not matched yet" in words


def test_matching_by_keyboard_says_what_follows(qtbot: QtBot) -> None:
    on = at_day(qtbot)
    assert not on.window.day.match.isEnabled()
    dialog = opened_dialog(on)
    qtbot.waitUntil(dialog.search.hasFocus)
    walk_in = on.window.day.visits.chosen()[0]
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    assert on.asked == []
    QTest.keyClicks(dialog.search, "pav")
    qtbot.waitUntil(lambda: len(dialog.people) > 1)
    QTest.keyClick(dialog.search, Qt.Key.Key_Down)
    chosen = dialog.chosen()
    assert chosen == dialog.people[1]
    assert walk_in.name in dialog.follows.text()
    assert chosen.name in dialog.follows.text()
    assert not dialog.do.isEnabled(), "nobody has said who does this"
    QTest.keyClicks(dialog.signer, "Sample Coordinator")
    QTest.keyClick(dialog.signer, Qt.Key.Key_Return)
    assert on.asked == [("match", walk_in.person, chosen.id, "Sample Coordinator")]
    qtbot.waitUntil(lambda: on.window.day.match.dialog is None)


def test_walk_ins_are_nobody_to_be_matched_to(qtbot: QtBot) -> None:
    class WithWalkIn(SampleActs):
        def search(self, text: str) -> list[object]:  # type: ignore[override]
            return [replace(SAMPLES[0], walk_in=True), SAMPLES[1]]

    on = scene(qtbot, acts=WithWalkIn())
    on.window.turn(DAY)
    dialog = opened_dialog(on)
    dialog.search.setText("pa")
    dialog.look_up()
    assert dialog.people == [SAMPLES[1]]
    dialog.reject()


def test_a_match_is_taken_back(qtbot: QtBot) -> None:
    on = at_day(qtbot)
    on.window.day.signer.setText("Sample Coordinator")
    dialog = opened_dialog(on, back=True)
    assert not dialog.search.isVisible()
    assert "stays issued" in dialog.follows.text()
    dialog.do.click()
    assert on.asked == [("unmatch", (Ref("0" * 32, 900),), "Sample Coordinator")]


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_dialog_names_its_controls_and_clips_nothing(qtbot: QtBot, language: str) -> None:
    on = scene(qtbot, language=language)
    on.window.turn(DAY)
    for back in (False, True):
        dialog = opened_dialog(on, back=back)
        for kind in (QLineEdit, QListView, QPushButton):
            for widget in dialog.findChildren(kind):
                if widget.isVisible():
                    assert widget.accessibleName()
                    assert dialog.rect().contains(widget.geometry())
        dialog.reject()


def test_a_walk_ins_badge_is_not_among_those_to_sign(qtbot: QtBot) -> None:
    on = scene(qtbot)
    rows = [replace(row, reason="walk_in") if row.state is AwardState.PROPOSED else row for row in awards()]
    on.bulletin.day.emit(replace(day(), awards=tuple(rows)))
    on.window.turn(DAY)
    on.window.day.tabs.buttons[2].click()
    on.window.day.signer.setText("Sample Coordinator")
    assert on.window.day.act.text() == "Nothing to sign off"
    words = {str(on.window.day.awards.rows.index(k, 4).data()) for k in range(len(rows))}
    assert "Walk-in, not matched yet" in words
