"""What a key event types: letters with Shift and AltGr, dead keys, ends of a code, Alt codes of the keypad."""

from __future__ import annotations

import unicodedata

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

_MODIFIERS = frozenset(
    (
        Qt.Key.Key_Shift,
        Qt.Key.Key_Control,
        Qt.Key.Key_Alt,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_Meta,
        Qt.Key.Key_CapsLock,
        Qt.Key.Key_NumLock,
        Qt.Key.Key_Mode_switch,
    )
)
_ENDS = frozenset((Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab))
END_SIGNS = "\r\n\t"

_DEAD = {
    Qt.Key.Key_Dead_Grave: "\u0300",
    Qt.Key.Key_Dead_Acute: "\u0301",
    Qt.Key.Key_Dead_Circumflex: "\u0302",
    Qt.Key.Key_Dead_Tilde: "\u0303",
    Qt.Key.Key_Dead_Macron: "\u0304",
    Qt.Key.Key_Dead_Breve: "\u0306",
    Qt.Key.Key_Dead_Abovedot: "\u0307",
    Qt.Key.Key_Dead_Diaeresis: "\u0308",
    Qt.Key.Key_Dead_Caron: "\u030c",
    Qt.Key.Key_Dead_Cedilla: "\u0327",
    Qt.Key.Key_Dead_Ogonek: "\u0328",
}

FUNCTION_KEYS = {f"F{number}": Qt.Key(Qt.Key.Key_F1.value + number - 1) for number in range(1, 25)}


def is_modifier(key: QKeyEvent) -> bool:
    """Shift and the like: nothing by itself, but a part of what follows."""
    return key.key() in _MODIFIERS


def is_end(key: QKeyEvent) -> bool:
    """Enter, Tab, or one of their control characters: Ctrl+M, Ctrl+J, Ctrl+I."""
    if key.key() in _ENDS:
        return not (_control(key) or _alt(key))
    return len(key.text()) == 1 and key.text() in END_SIGNS and not _alt(key)


def printable(key: QKeyEvent) -> str:
    """The text of a key that types something, else empty. Ctrl with Alt is how Windows says AltGr."""
    if key.key() == 0 and key.text().isprintable():
        return key.text()  # put together by the system from an Alt code
    if _control(key) != _alt(key) or key.modifiers() & Qt.KeyboardModifier.MetaModifier:
        return ""
    text = key.text()
    return text if text.isprintable() else ""


def control_sign(key: QKeyEvent) -> str:
    """The control character a key sends, such as the STX of Ctrl+B, else empty."""
    text = key.text()
    return text if len(text) == 1 and unicodedata.category(text) == "Cc" and not _alt(key) else ""


def accent(key: QKeyEvent) -> str:
    """The combining accent of a dead key, which joins the next letter; else empty."""
    try:
        return _DEAD.get(Qt.Key(key.key()), "")
    except ValueError:  # a key of this keyboard alone
        return ""


def accented(dead: str, letter: str) -> str:
    """A dead key's accent and the letter after it: one letter where there is such a one, else the letter alone."""
    joined = unicodedata.normalize("NFC", letter + dead)
    return joined if len(joined) == 1 else letter


class AltCode:
    """Alt held while digits are typed on the keypad: how some scanners type any sign whatever the layout.

    Windows puts these together itself (``composed``), and its event then comes without a key; elsewhere it is done
    here. Only plain ASCII and the ends are taken: what higher numbers mean differs from computer to computer.
    """

    def __init__(self, *, composed: bool) -> None:
        self._composed = composed
        self._digits = ""

    def press(self, key: QKeyEvent) -> bool:
        """Is this a digit of an Alt code?"""
        keypad = bool(key.modifiers() & Qt.KeyboardModifier.KeypadModifier)
        digit = key.key() - Qt.Key.Key_0.value
        if not (keypad and _alt(key) and not _control(key) and 0 <= digit <= 9):
            return False
        self._digits += str(digit)
        return True

    def release(self) -> str:
        """Alt was let go: the sign that was typed, or empty."""
        digits, self._digits = self._digits, ""
        number = int(digits) if 0 < len(digits) <= 5 and not self._composed else 0
        return chr(number) if 32 <= number < 127 or (number and chr(number) in END_SIGNS) else ""


def _alt(key: QKeyEvent) -> bool:
    return bool(key.modifiers() & Qt.KeyboardModifier.AltModifier)


def _control(key: QKeyEvent) -> bool:
    return bool(key.modifiers() & Qt.KeyboardModifier.ControlModifier)
