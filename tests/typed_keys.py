"""Keys as the operating system gives them to the window: real events with time stamps of their own."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from tests.scanner_places import CODE
from tests.ui_window import Scene

PLAIN = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ALT_KEYPAD = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.KeypadModifier


def press(
    on: Scene,
    key: Qt.Key | int,
    text: str = "",
    held: Qt.KeyboardModifier = PLAIN,
    *,
    gap: int = 5,
    kinds: tuple[QEvent.Type, ...] = (QEvent.Type.KeyPress, QEvent.Type.KeyRelease),
    into: QWidget | None = None,
) -> None:
    """One key, ``gap`` ms after the one before, at the window in front."""
    front = into or QApplication.activeModalWidget() or on.window
    on.clock += gap
    for kind in kinds:
        event = QKeyEvent(kind, int(key), held, text)
        event.setTimestamp(on.clock)
        QApplication.sendEvent(front.windowHandle(), event)


def burst(on: Scene, code: str = CODE, end: str = "\r", gap: int = 5) -> None:
    """A code as a scanner types it, Shift and all."""
    on.clock += 2000
    for sign in code:
        if sign.isupper():
            press(on, Qt.Key.Key_Shift, gap=gap, kinds=(QEvent.Type.KeyPress,))
        held = Qt.KeyboardModifier.ShiftModifier if sign.isupper() else PLAIN
        press(on, Qt.Key(ord(sign.upper())), sign, held, gap=gap)
        if sign.isupper():
            press(on, Qt.Key.Key_Shift, gap=1, kinds=(QEvent.Type.KeyRelease,))
    for sign in end:
        key = {"\r": Qt.Key.Key_Return, "\t": Qt.Key.Key_Tab}.get(sign)
        if key is None:
            press(on, Qt.Key.Key_J, "\n", CTRL, gap=gap)
        else:
            press(on, key, sign, gap=gap)
