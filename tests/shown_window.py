"""A window on a real screen for the tests of a real keyboard: goes to places and tells what became of the keys.

Reads one line a command: ``go PLACE``, ``tell``, ``end``. Answers each with one line of JSON.
"""

from __future__ import annotations

import json
import sys
from typing import cast

from PySide6.QtCore import QEvent, QObject, QSocketNotifier, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from installer.sample import EVENTS, SampleActs, day, strip
from station import texts
from station.ui.acts import Opening
from station.ui.bulletin import Bulletin
from station.ui.window import Window, open_window
from tests.scanner_places import PLACES, state

SETTLE_MS = 100


class Pace(QObject):
    """The longest pause between two keys, by their own time stamps."""

    def __init__(self) -> None:
        super().__init__()
        self.longest_ms = self._last = 0

    def begin(self) -> None:
        self.longest_ms = self._last = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched.isWindowType() and event.type() == QEvent.Type.KeyPress:
            at = cast(QKeyEvent, event).timestamp()
            self.longest_ms = max(self.longest_ms, at - self._last if self._last else 0)
            self._last = at
        return False


class Shown:
    def __init__(self, window: Window, acts: SampleActs, pace: Pace) -> None:
        self._window, self._acts, self._pace = window, acts, pace
        self._dialog: QWidget | None = None
        self._before: list[object] = []

    def hear(self) -> None:
        command, _space, place = sys.stdin.readline().strip().partition(" ")
        if command == "go":
            self._leave()
            QTimer.singleShot(SETTLE_MS, lambda: self._go(place))
        elif command == "tell":
            QTimer.singleShot(SETTLE_MS, self._tell)
        else:
            QApplication.quit()

    def _leave(self) -> None:
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        if self._dialog is not None:
            self._dialog.close()
            self._dialog.deleteLater()
            self._dialog = None

    def _go(self, place: str) -> None:
        self._window.activateWindow()
        self._dialog = PLACES[place](self._window)
        QTimer.singleShot(SETTLE_MS, self._arrived)

    def _arrived(self) -> None:
        front = QApplication.activeModalWidget() or self._window
        if not front.isActiveWindow() and QApplication.activePopupWidget() is None:
            QTimer.singleShot(SETTLE_MS, self._arrived)
            return
        self._acts.asked.clear()
        self._pace.begin()
        self._before = state(self._window)
        self._answer({})

    def _tell(self) -> None:
        now = state(self._window)
        changed = [repr(after) for before, after in zip(self._before, now, strict=False) if before != after]
        focus = QApplication.focusWidget()
        self._answer(
            {
                "asked": self._acts.asked,
                "changed": changed[:3] + ([] if len(now) == len(self._before) else ["widgets"]),
                "longest_ms": self._pace.longest_ms,
                "text": str(getattr(focus, "text", str)()),
            }
        )
        self._acts.asked.clear()
        self._pace.begin()

    def _answer(self, said: dict[str, object]) -> None:
        print(json.dumps(said, default=str), flush=True)  # noqa: T201 - a pipe


def main() -> None:
    texts.activate("en")
    application = QApplication(sys.argv)
    acts, bulletin = SampleActs(), Bulletin()
    window = open_window(acts, bulletin, Opening(sound=False, toggle=True))
    bulletin.events.emit(EVENTS)
    bulletin.strip.emit(strip())
    bulletin.day.emit(day())
    pace = Pace()
    # Asked before the window's own filter, which keeps keys.
    application.installEventFilter(pace)
    shown = Shown(window, acts, pace)
    lines = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    lines.activated.connect(lambda *_heard: shown.hear())
    sys.exit(application.exec())


if __name__ == "__main__":
    main()
