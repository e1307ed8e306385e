"""Pictures dropped on the window, or chosen by keyboard: read for the chosen event, and what came of it is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from installer.sample import strip
from station import texts
from station.ui.acts import Stage
from station.ui.bulletin import Notice, Said
from station.ui.notices import notice_sentence
from tests.ui_window import Scene, scene

# What Qt says of its own screenless platform.
pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")

COPY = Qt.DropAction.CopyAction
FILES = (Path("/pictures/b.png"), Path("/pictures/ą č.pdf"))


def carried(*urls: str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl(url) for url in urls])
    data.setText("\n".join(urls))
    return data


def files() -> QMimeData:
    return carried(*(QUrl.fromLocalFile(str(path)).toString() for path in FILES))


def dragged(over: QWidget, data: QMimeData) -> bool:
    event = QDragEnterEvent(QPoint(10, 10), COPY, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    event.ignore()
    QApplication.sendEvent(over, event)
    return event.isAccepted()


def drop(on: Scene, data: QMimeData) -> None:
    event = QDropEvent(QPointF(10, 10), COPY, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    # Qt delivers a drop only to what took the drag; whatever came to it must be checked again.
    on.window.drop.dropEvent(event)


def test_files_over_the_window_raise_the_sheet_and_a_drop_reads_them_in_order(qtbot: QtBot) -> None:
    on = scene(qtbot)
    sheet = on.window.drop
    data = files()
    assert dragged(on.window, data)
    assert sheet.isVisible()
    ground = sheet.parentWidget()
    assert ground is not None
    assert sheet.geometry() == ground.rect()
    assert sheet.accessibleName() == "Drop to read the code"
    assert dragged(sheet, data)
    drop(on, data)
    assert not sheet.isVisible()
    assert on.asked == [("read_pictures", FILES)]


def test_a_drag_that_leaves_asks_nothing(qtbot: QtBot) -> None:
    on = scene(qtbot)
    data = files()
    dragged(on.window, data)
    dragged(on.window.drop, data)
    QApplication.sendEvent(on.window.drop, QDragLeaveEvent())
    assert not on.window.drop.isVisible()
    assert on.asked == []


@pytest.mark.parametrize("url", ["https://uni.example/a.png", "file:", ""])
def test_what_is_no_file_of_this_computer_is_not_taken(qtbot: QtBot, url: str) -> None:
    on = scene(qtbot)
    data = carried(url) if url else QMimeData()
    assert not dragged(on.window, data)
    assert not on.window.drop.isVisible()
    drop(on, data)
    assert on.asked == []


def test_a_field_does_not_take_a_picture_for_words(qtbot: QtBot) -> None:
    on = scene(qtbot)
    fields = on.window.desk.findChildren(QLineEdit)
    assert fields
    assert not any(field.acceptDrops() for field in fields)


def test_without_an_event_the_desk_says_so_and_nothing_is_read(qtbot: QtBot) -> None:
    on = scene(qtbot, now=strip(event=None))
    assert dragged(on.window, files())
    drop(on, files())
    QTest.keyClick(on.window.windowHandle(), Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    assert on.asked == []
    assert on.window.desk.card.title.text() == "No event"


def test_nothing_is_taken_before_the_station_is_open(qtbot: QtBot) -> None:
    on = scene(qtbot, stage=Stage.LOCKED)
    assert not dragged(on.window, files())


def test_the_keyboard_has_the_same_way(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    on = scene(qtbot)
    chosen = [list(map(str, FILES)), []]
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (chosen.pop(0), ""))
    for _ in range(2):
        QTest.keyClick(on.window.windowHandle(), Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    assert chosen == []
    assert on.asked == [("read_pictures", FILES)], "nothing chosen, nothing asked"
    menu = on.window.header.camera.menu()
    menu.aboutToShow.emit()
    action = menu.actions()[-1]
    assert action.text() == "Read a picture…\tCtrl+O"
    chosen.append([str(FILES[0])])
    action.trigger()
    assert on.asked[-1] == ("read_pictures", FILES[:1])


@pytest.mark.parametrize(
    ("notice", "said"),
    [
        (Notice(Said.PICTURES_READ, 1, files=1), "1 code found."),
        (Notice(Said.PICTURES_READ, 5, 1, "b.png", 3), "5 codes found. None in: b.png"),
        (Notice(Said.PICTURES_READ, 0, 1, "b.png", 1), "No code in b.png: take the picture closer and in good light."),
        (Notice(Said.PICTURES_READ, 0, 2, "a.png, b.png", 2), "0 codes found. None in: a.png, b.png"),
    ],
)
def test_what_came_of_it_is_said(notice: Notice, said: str) -> None:
    texts.activate("en")
    assert notice_sentence(notice) == said
