"""The whole window: names for screen readers, keyboard only, both languages at once, 1280 x 720, themes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QLabel,
    QLineEdit,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from installer import screens
from installer.sample import outcomes, strip
from installer.sample_readiness import all_well, running, some_wrong
from station import texts
from station.facts import Role, Verdict
from station.layouts import EXPECTED
from station.ui.acts import Stage
from station.ui.parts import Elided
from station.ui.theme import THEMES
from station.ui.window import DAY, DESK, READY
from station.views import Camera, Link
from tests.ui_window import Scene, scene

pytestmark = pytest.mark.qt_log_ignore("does not support (propagateSizeHints|raise)")

WORST = strip(camera=Camera.GONE, link=Link.OFFLINE, refused=12, offset=-190.0, people=12_480)


def focusable(root: QWidget) -> list[QWidget]:
    """Everything shown that takes the focus by Tab or click, without the inner parts of Qt's own widgets."""
    found = []
    for widget in root.findChildren(QWidget):
        inner = isinstance(widget.parentWidget(), QAbstractScrollArea) or widget.objectName().startswith("qt_")
        if widget.isVisibleTo(root) and widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not inner:
            found.append(widget)
    return found


Case = tuple[str, Scene, QWidget]


def _pages(qtbot: QtBot, language: str) -> Iterator[Case]:
    new = scene(qtbot, stage=Stage.NEW, language=language, key_store=False)
    yield "start", new, new.window
    asking = scene(qtbot, stage=Stage.NEW, language=language, key_store=False)
    asking.window.start.turn(1)
    yield "questions", asking, asking.window
    locked = scene(qtbot, stage=Stage.LOCKED, language=language)
    yield "locked", locked, locked.window
    for verdict in Verdict:
        desk = scene(qtbot, language=language, now=WORST)
        desk.bulletin.outcome.emit(outcomes(long=True)[verdict])
        yield f"desk {verdict}", desk, desk.window
    for tab in range(3):
        page = scene(qtbot, language=language)
        page.window.turn(DAY)
        page.window.day.tabs.buttons[tab].click()
        yield f"day {tab}", page, page.window
    for readiness in (running(), all_well(), some_wrong()):
        ready = scene(qtbot, language=language)
        ready.window.turn(READY)
        ready.bulletin.readiness.emit(readiness)
        yield "readiness", ready, ready.window
    for text in ("", EXPECTED.upper()):
        tested = scene(qtbot, language=language)
        tested.window.test_scanner()
        assert tested.window.scanner_test is not None
        if text:
            tested.window.scanner_test.take(text, "", ended=True)
        yield f"scanner test {text}", tested, tested.window.scanner_test
    for new_event in (False, True):
        chooser = scene(qtbot, language=language)
        chooser.window.choose_event()
        assert chooser.window.dialog is not None
        if new_event:
            chooser.window.dialog.ask_new()
        yield f"events {new_event}", chooser, chooser.window.dialog


def everything(qtbot: QtBot, language: str = "en") -> Iterator[Case]:
    """Each page and dialog once, on show while its turn lasts."""
    for where, on, root in _pages(qtbot, language):
        for _pass in range(3):  # layouts inside layouts settle one after the other
            QApplication.processEvents()
        yield where, on, root
        if on.window.dialog is not None:
            on.window.dialog.reject()
        if on.window.scanner_test is not None:
            on.window.scanner_test.reject()
        on.window.close()


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_control_that_takes_focus_has_a_name(qtbot: QtBot, language: str) -> None:
    for where, _scene, root in everything(qtbot, language):
        nameless = [widget for widget in focusable(root) if not widget.accessibleName()]
        assert nameless == [], where


def test_every_control_is_reached_by_tab(qtbot: QtBot) -> None:
    for where, _scene, root in everything(qtbot):
        tabbed = {widget for widget in focusable(root) if widget.focusPolicy() & Qt.FocusPolicy.TabFocus}
        want = {each for each in tabbed if each.isEnabled()}
        reached: set[QWidget] = set()
        for _k in range(3 * len(tabbed) + 3):
            QTest.keyClick(root, Qt.Key.Key_Tab)
            focus = root.focusWidget()
            if focus is not None:
                reached.add(focus)
        # Tab stops at one button of a group; arrow keys reach the others.
        groups = {each.group() for each in reached if isinstance(each, QAbstractButton) and each.group()}
        left = [
            each.accessibleName()
            for each in want - reached
            if not (isinstance(each, QAbstractButton) and each.group() in groups)
        ]
        assert left == [], where


def test_arrow_keys_choose_among_segments(qtbot: QtBot) -> None:
    on = scene(qtbot)
    on.window.desk.roles.buttons[0].setFocus()
    QTest.keyClick(on.window.desk.roles.buttons[0], Qt.Key.Key_Right)
    QTest.keyClick(on.window.desk.roles.buttons[1], Qt.Key.Key_Right)
    assert on.window.desk.roles.buttons[2].hasFocus()
    assert on.asked == [("set_role", Role.COORDINATION), ("set_role", Role.TECHNICAL)]


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_nothing_is_clipped_at_1280_by_720(qtbot: QtBot, language: str) -> None:
    for where, on, root in everything(qtbot, language):
        assert (on.window.width(), on.window.height()) == (1280, 720), where
        for widget in root.findChildren(QWidget):
            if not widget.isVisibleTo(root) or isinstance(widget, Elided):
                continue
            inside = QRect(widget.mapTo(root, widget.rect().topLeft()), widget.size())
            if isinstance(widget, QAbstractButton | QLabel | QLineEdit):
                assert root.rect().contains(inside), (where, widget.accessibleName() or widget)
            if isinstance(widget, QAbstractButton) and widget.text() and not isinstance(widget, QToolButton):
                wide = QFontMetrics(widget.font()).horizontalAdvance(widget.text())
                room = widget.width() - (28 if not widget.icon().isNull() else 0)
                assert wide <= room, (where, widget.text(), wide, room)
            if isinstance(widget, QLabel) and widget.text():
                assert widget.height() >= widget.heightForWidth(widget.width()), (where, widget.text())
                if not widget.wordWrap():
                    assert widget.fontMetrics().horizontalAdvance(widget.text()) <= widget.width(), (
                        where,
                        widget.text(),
                    )


def test_long_names_are_elided_only_at_the_end_of_the_second_line(qtbot: QtBot) -> None:
    on = scene(qtbot)
    head = on.window.desk.card.name
    head.put("Ona Va")
    assert head.lines() == ["Ona Va"]
    head.put("Konstancija Elžbieta Pavyzdinskaitė-Nebūtienė")
    assert "".join(head.lines()).replace(" ", "") == "KonstancijaElžbietaPavyzdinskaitė-Nebūtienė"
    head.put("Konstancija Elžbieta " * 8)
    lines = head.lines()
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert head.toolTip()


def words_of(on: Scene) -> str:
    said = []
    for widget in on.window.findChildren(QWidget):
        for part in ("text", "placeholderText"):
            get = getattr(widget, part, None)
            if get is not None:
                said.append(str(get()))
        said.append(widget.accessibleName())
    return "\n".join(said)


def test_language_changes_at_once_and_back(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a catalogue that shouts nothing may stay in the old language, and back again nothing in it."""

    class Shouting:
        def gettext(self, message: str) -> str:
            return message.upper().replace("{N}", "{n}") if "{" not in message else f"¡{message}"

        def ngettext(self, one: str, many: str, n: int) -> str:
            return f"¡{one if n == 1 else many}"

    real = texts._catalogue
    monkeypatch.setattr(texts, "_catalogue", lambda language: Shouting() if language == "lt" else real(language))
    on = scene(qtbot)
    on.bulletin.outcome.emit(outcomes()[Verdict.RELEASED])
    on.window.turn(DAY)
    on.window.turn(DESK)
    before = words_of(on)
    on.window.rail.tongue.click()
    assert ("set_language", "lt") in on.asked
    shouted = words_of(on)
    for word in ("Checked out", "Last scans", "Clock right", "Sync now", "Code or name", "Choose event"):
        assert word not in shouted
        assert word.upper() in shouted or word == "Choose event"
    on.window.rail.tongue.click()
    assert words_of(on) == before
    texts.activate("en")


def test_themes_change_at_once(qtbot: QtBot) -> None:
    on = scene(qtbot)
    seen = set()
    for _k in THEMES:
        on.window.rail.dress.click()
        seen.add(on.window.grab().toImage().pixelColor(640, 400).name())
    assert [args[1] for args in on.asked] == ["dark", "contrast", "light"]
    assert len(seen) == 3


def test_practice_is_marked_and_only_then(qtbot: QtBot) -> None:
    on = scene(qtbot)
    assert on.window.banner.isVisible()
    on.bulletin.strip.emit(strip(practice=False))
    assert not on.window.banner.isVisible()


def test_strip_says_everything_in_words(qtbot: QtBot) -> None:
    on = scene(qtbot, now=WORST)
    bar = on.window.strip
    assert "Offline" in bar.link.words.text()
    assert "13:55" in bar.link.words.text()
    assert bar.queue.words.text() == "3 waiting"
    assert bar.refused.words.text() == "12 refused"
    assert bar.clock.words.text() == "Clock 190 s fast"
    assert bar.camera.words.text() == "Camera gone"
    assert bar.people.words.text() == "12480 people"
    assert "Šiaurinės durys" in bar.desk.text()
    on.bulletin.strip.emit(strip(offset=None))
    assert bar.clock.words.text() == "Clock not checked"
    assert not bar.refused.isVisible()


def test_pages_by_keys(qtbot: QtBot) -> None:
    on = scene(qtbot)
    for key, page in (
        (Qt.Key.Key_2, DAY),
        (Qt.Key.Key_3, READY),
        (Qt.Key.Key_1, DESK),
        (Qt.Key.Key_F, DAY),
        (Qt.Key.Key_L, DESK),
    ):
        QTest.keyClick(on.window.windowHandle(), key, Qt.KeyboardModifier.ControlModifier)
        assert on.window.pages.currentIndex() == page


def test_before_the_station_is_open_no_key_reaches_a_page(qtbot: QtBot) -> None:
    on = scene(qtbot, stage=Stage.NEW)
    for key in (Qt.Key.Key_2, Qt.Key.Key_E, Qt.Key.Key_Z, Qt.Key.Key_L, Qt.Key.Key_K):
        QTest.keyClick(on.window.windowHandle(), key, Qt.KeyboardModifier.ControlModifier)
    on.keys("20231234\r")
    assert on.window.dialog is None
    assert [args for args in on.asked if args[0] != "start_practice"] == []


def test_long_event_titles_leave_room_for_the_buttons(qtbot: QtBot) -> None:
    on = scene(qtbot)
    event = strip().event
    assert event is not None
    title = "Tarptautinė studentų mokslinė konferencija „Ateities technologijos ir visuomenė“ " * 2
    long = type(event)(event.id, title, event.kind, event.unit, event.series, event.start, event.end, event.earns)
    on.bulletin.strip.emit(strip(event=long))
    QApplication.processEvents()
    header = on.window.header
    assert header.event_button.text().endswith("…")
    assert on.window.width() == 1280
    assert header.camera.geometry().right() <= header.width()


def test_the_window_imports_nothing_heavy() -> None:
    code = (
        "import sys, station.ui.window;"
        "print([name for name in ('cv2','numpy','sqlalchemy','requests','reportlab') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_page_can_be_pictured(qtbot: QtBot, tmp_path: Path) -> None:
    written = screens.render(tmp_path, "-en-contrast")
    assert len(written) == len(screens.shots()) + 3
    assert all(path.stat().st_size > 5000 for path in written)
