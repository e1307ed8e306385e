"""The Readiness page: every state in shape, colour and word; asked for when shown; rows that offer something."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from installer.sample_readiness import all_well, long_reasons, running, some_wrong
from station import texts
from station.ui.readiness_words import check_title, check_words
from station.ui.window import DESK, READY
from station.views import Check, Readiness, State
from tests.ui_window import scene

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_it_is_checked_when_first_shown_and_when_asked(qtbot: QtBot) -> None:
    on = scene(qtbot)
    page = on.window.ready_page
    assert on.asked == []
    on.window.turn(READY)
    assert on.asked == [("check_ready",)]
    assert page.summary.text() == "Checking…"
    on.bulletin.readiness.emit(running())
    assert not page.again.isEnabled()
    assert [row.isVisible() for row in page.rows] == [True] * 4
    on.bulletin.readiness.emit(all_well())
    assert page.summary.text() == "Ready: everything is in order"
    assert page.when.text().startswith("Checked at ")
    page.again.click()
    on.window.turn(DESK)
    on.window.turn(READY)
    assert on.asked == [("check_ready",)] * 2
    on.bulletin.readiness.emit(Readiness())
    assert not any(row.isVisible() for row in page.rows)


def test_what_is_wrong_is_said_in_word_shape_and_colour(qtbot: QtBot) -> None:
    on = scene(qtbot)
    on.window.turn(READY)
    on.bulletin.readiness.emit(some_wrong())
    page = on.window.ready_page
    assert page.summary.text() == "Not ready: 1 thing must be mended"
    rows = {row.check.name: row for row in page.rows if row.check is not None}
    assert rows["roster"].word.text() == "Not in order"
    assert "import one" in rows["roster"].said.text()
    assert rows["camera"].word.text() == "Look"
    assert rows["disk"].word.text() == "In order"
    assert "Roster: Not in order. The roster is empty" in rows["roster"].accessibleName()
    shapes = [
        rows[name]._icon.pixmap().toImage().convertToFormat(QImage.Format.Format_Alpha8)
        for name in ("roster", "camera", "disk")
    ]
    assert all(one != other for one, other in combinations(shapes, 2)), "the shapes differ, whatever their colours"
    colours = {rows[name].word.palette().windowText().color().name() for name in rows}
    assert len(colours) == 3


def test_only_warnings_are_ready(qtbot: QtBot) -> None:
    on = scene(qtbot)
    warned = tuple(check for check in some_wrong().checks if check.state is not State.FAIL)
    on.bulletin.readiness.emit(Readiness(warned, 1))
    assert on.window.ready_page.summary.text() == "Ready, but look at 2 things"


def test_a_row_offers_what_it_was_given_and_only_that_row(qtbot: QtBot) -> None:
    on = scene(qtbot)
    on.window.turn(READY)
    on.bulletin.readiness.emit(all_well())
    page = on.window.ready_page
    offered = [row.check.name for row in page.rows if row.check is not None and row.button.isVisible()]
    assert offered == ["hand scanner"]
    done: list[bool] = []
    page.offer("decode", lambda: texts._("Check again"), lambda: done.append(True))
    row = next(row for row in page.rows if row.check is not None and row.check.name == "decode")
    row.button.click()
    assert done == [True]
    hand = next(row for row in page.rows if row.check is not None and row.check.name == "hand scanner")
    hand.button.click()
    assert on.window.scanner_test is not None
    on.window.scanner_test.reject()
    assert on.window.scanner_test is None


def test_everything_is_said_again_in_the_other_language(qtbot: QtBot) -> None:
    on = scene(qtbot)
    on.window.turn(READY)
    on.bulletin.readiness.emit(long_reasons())
    page = on.window.ready_page
    before = [row.said.text() for row in page.rows] + [page.summary.text()]
    on.window.rail.tongue.click()
    after = [row.said.text() for row in page.rows] + [page.summary.text()]
    assert all(one != other for one, other in zip(before, after, strict=True))
    on.window.rail.tongue.click()
    assert [row.said.text() for row in page.rows] + [page.summary.text()] == before


def test_the_list_takes_the_focus_only_where_it_scrolls(qtbot: QtBot) -> None:
    on = scene(qtbot)
    on.window.turn(READY)
    page = on.window.ready_page
    on.bulletin.readiness.emit(all_well())
    QApplication.processEvents()
    assert page.area.focusPolicy() == Qt.FocusPolicy.NoFocus
    many = Readiness(long_reasons().checks * 3, 1)
    on.bulletin.readiness.emit(many)
    qtbot.waitUntil(lambda: page.area.focusPolicy() == Qt.FocusPolicy.TabFocus)
    on.bulletin.readiness.emit(all_well())
    qtbot.waitUntil(lambda: page.area.focusPolicy() == Qt.FocusPolicy.NoFocus)


def test_a_check_that_the_page_does_not_know_is_shown_as_it_is() -> None:
    check = Check("deny list", State.WARN, "old", "The deny list is old: fetch a new one.")
    assert (check_title("deny list"), check_words(check)) == ("deny list", check.do)
