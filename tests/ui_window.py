"""Puts a window with recording acts on the (offscreen) stage for the tests of the window."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from installer.sample import EVENTS, SampleActs, day, strip
from station import texts
from station.ui.acts import Opening, Stage
from station.ui.bulletin import Bulletin
from station.ui.look import Look
from station.ui.window import Window
from station.views import DayView, Strip

ENDS = {"\r": Qt.Key.Key_Return, "\t": Qt.Key.Key_Tab}


@dataclass
class Scene:
    window: Window
    bulletin: Bulletin
    acts: SampleActs
    clock: int = 1_000_000

    @property
    def asked(self) -> list[tuple[object, ...]]:
        return self.acts.asked

    def keys(self, text: str, gap: int = 0, into: QWidget | None = None) -> None:
        """Press keys as the operating system does, at the window, ``gap`` ms apart by their own time stamps.

        A letter that follows itself is marked as a repeat, as X11 does within a millisecond. Each call begins two
        seconds after the last, so that runs are apart however fast the test is."""
        handle = (into or self.window).windowHandle()
        self.clock += 2000
        for before, letter in pairwise(" " + text):
            self.clock += gap
            key = ENDS.get(letter) or Qt.Key(ord(letter.upper()))
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, letter, before == letter)
                event.setTimestamp(self.clock)
                QApplication.sendEvent(handle, event)


def scene(
    qtbot: QtBot,
    *,
    stage: Stage = Stage.READY,
    language: str = "en",
    theme: str = "light",
    now: Strip | None = None,
    today: DayView | None = None,
    key_store: bool = True,
    acts: SampleActs | None = None,
) -> Scene:
    """A window on show, told of an event unless it is new or locked."""
    texts.activate(language)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    acts = acts or SampleActs()
    bulletin = Bulletin()
    opening = Opening(stage=stage, theme=theme, sound=False, toggle=True, key_store=key_store)
    window = Window(acts, bulletin, Look(application, theme), opening)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    if stage is Stage.READY:
        bulletin.events.emit(EVENTS)
        bulletin.strip.emit(now or strip())
        bulletin.day.emit(today or day())
    return Scene(window, bulletin, acts)
