"""Listens to every key, so that a hand scanner works wherever the focus is; the logic is in ``burst``."""

from __future__ import annotations

import time
from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QWidget

from station.ui.burst import GAP, Burst, Heard, Lone, Overheard, Scanned, Unended

_LATE = 25
"""A timer this much later than due (ms) means that the window was busy and more keys may be waiting."""

HELD_GAP = 20
"""Milliseconds between two repeats of a held key at least."""
_MARGIN = 5


class Keyboard(QObject):
    """An event filter on the application.

    scanned(str)   a hand scanner's code, wherever it arrived
    typed(str)     quick keys without an end, where no field had the focus: the beginning of a typed text
    lone(str)      a single key, followed by silence, where no field had the focus
    """

    scanned = Signal(str)
    typed = Signal(str)
    lone = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.active = False
        self._window = window
        self._burst = Burst()
        self._overheard = Overheard()
        self._before: tuple[QLineEdit, str] | None = None
        self._stamp = 0
        self._held_down = False
        self._arrived = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._silence)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A key comes first to the native window: there it is seen once, and before any widget.
        if event.type() != QEvent.Type.KeyPress or not self.active or not watched.isWindowType():
            return False
        key = cast(QKeyEvent, event)
        focus = QApplication.focusWidget()
        modal = QApplication.activeModalWidget()
        if QApplication.activePopupWidget() is not None or isinstance(focus, QAbstractSpinBox | QComboBox):
            return False
        if isinstance(focus, QLineEdit) and focus.echoMode() != QLineEdit.EchoMode.Normal:
            return False
        self._arrived = time.monotonic_ns() // 1_000_000
        before, self._stamp = self._stamp, key.timestamp() or self._arrived
        # The system also marks a scanner's "22" as a repeat, when release and press share a millisecond; a key that
        # is held down repeats no faster than this.
        self._held_down = key.isAutoRepeat() and self._stamp - before >= HELD_GAP
        if isinstance(focus, QLineEdit) or modal is not None:
            return self._overhear(key, focus if isinstance(focus, QLineEdit) else None)
        return self._hold(key)

    def _hold(self, key: QKeyEvent) -> bool:
        """No field has the focus: keep the key until it is clear what it is. True if it is used up."""
        if _ends(key):
            heard = self._burst.end(self._stamp)
            self._tell(heard)
            return isinstance(heard, Scanned)
        text = _printable(key)
        if not text or (text == " " and not self._burst.waiting):
            return False
        if self._held_down:
            return True  # a key held down is not a scanner
        self._tell(self._burst.press(text, self._stamp))
        self._timer.start(GAP + _MARGIN)
        return True

    def _overhear(self, key: QKeyEvent, field: QLineEdit | None) -> bool:
        """A field or a dialog gets its keys as always; only the end of a certain burst is taken from it."""
        if _ends(key):
            heard = self._overheard.end(self._stamp)
            if heard is None:
                return False
            if field is not None and self._before is not None and self._before[0] is field:
                field.setText(self._before[1])
            self._tell(heard)
            return True
        text = _printable(key)
        if not text or self._held_down:
            self._overheard.forget()
        elif self._overheard.press(text, self._stamp):
            self._before = (field, field.text()) if field is not None else None
        return False

    def _silence(self) -> None:
        now = time.monotonic_ns() // 1_000_000
        waited = now - self._arrived
        if waited > GAP + _MARGIN + _LATE:
            # Busy until now: let the keys that wait be delivered before anything is decided.
            self._arrived = now
            self._timer.start(GAP + _MARGIN)
            return
        self._tell(self._burst.silence(self._stamp + max(waited, GAP + 1)))

    def _tell(self, heard: Heard | None) -> None:
        match heard:
            case Scanned(text=text):
                self.scanned.emit(text)
            case Unended(text=text):
                self.typed.emit(text)
            case Lone(key=key):
                self.lone.emit(key)
            case None:
                pass


def _ends(key: QKeyEvent) -> bool:
    return key.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)


def _printable(key: QKeyEvent) -> str:
    """The text of a key that types something, else empty. Ctrl with Alt is how Windows says AltGr."""
    held = key.modifiers()
    control = bool(held & Qt.KeyboardModifier.ControlModifier)
    alt = bool(held & Qt.KeyboardModifier.AltModifier)
    if control != alt or held & Qt.KeyboardModifier.MetaModifier:
        return ""
    text = key.text()
    return text if text.isprintable() else ""
