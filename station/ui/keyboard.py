"""Listens to every key, so that a hand scanner works wherever the focus is; the logic is in ``burst``.

Keys are held back, press and release, until it is clear whose they are (40 ms of silence at most): a person's go on to
where they were going, a scanner's reach nobody. So no field, list, menu or button ever sees a part of a code.
"""

from __future__ import annotations

import sys
import time
from enum import Enum, auto
from typing import cast

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QInputDevice, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QComboBox, QLineEdit, QWidget

from station.ui.burst import GAP, LEAST, SURE, Burst, Cut, Heard, Lone, Scanned, Typed
from station.ui.keys import (
    END_SIGNS,
    FUNCTION_KEYS,
    AltCode,
    accent,
    accented,
    control_sign,
    is_end,
    is_modifier,
    printable,
)

_LATE = 25
"""A timer this much later than due (ms) means that the window was busy and more keys may be waiting."""

HELD_GAP = 20
"""Milliseconds between two repeats of a held key at least."""
_MARGIN = 5


class Where(Enum):
    """What a key would do where the focus is."""

    PAGE = auto()
    """A page of the window: keys are commands, or begin a typed text."""
    FIELD = auto()
    """Text is expected."""
    HIDDEN = auto()
    """A field that hides what is typed."""
    OTHER = auto()
    """A dialog, a menu, a list that is open: keys press and choose."""


class Keyboard(QObject):
    """An event filter on the application. ``prefix`` is the key (F1 to F24) or the one sign that a scanner sends
    before each code, empty for none.

    scanned(str, str, bool)  a hand scanner's code, wherever it arrived; the device where the system tells devices
                             apart, else empty; whether Enter or Tab ended it
    typed(str)     two quick keys, where no field had the focus: the beginning of a typed text
    lone(str)      a single key, followed by silence, where no field had the focus
    cut()          a scanner that stopped in the middle of a code; nobody saw its keys
    hidden()       a code that went into a field that hides its text: neither taken nor entered
    """

    scanned = Signal(str, str, bool)
    typed = Signal(str)
    lone = Signal(str)
    cut = Signal()
    hidden = Signal()

    def __init__(self, window: QWidget, prefix: str = "", *, silence_ends: bool = False) -> None:
        super().__init__(window)
        self.active = False
        self._window = window
        self._prefix_key = FUNCTION_KEYS.get(prefix)
        self._prefix_sign = prefix if len(prefix) == 1 and not prefix.isprintable() else ""
        self._burst = Burst(prefix if len(prefix) == 1 and prefix.isprintable() else "", silence_ends=silence_ends)
        self._held: list[tuple[QObject, QEvent]] = []
        self._where = Where.PAGE
        self._device = ""
        self._accent = ""
        self._alt = AltCode(composed=sys.platform == "win32")
        self._passing = False
        self._stamp = 0
        self._arrived = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._silence)

    @property
    def silence_ends(self) -> bool:
        """Does silence end a long burst, for scanners that send no Enter?"""
        return self._burst.silence_ends

    @silence_ends.setter
    def silence_ends(self, on: bool) -> None:
        self._burst.silence_ends = on

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self.active:
            return False
        kind = event.type()
        if self._passing and kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.InputMethod):
            # One of the held keys on its way. Only this once: what it opens may live long.
            self._passing = False
            return False
        if kind == QEvent.Type.InputMethod:
            return self._composed(watched, cast(QInputMethodEvent, event))
        # A key comes first to the native window: there it is seen once, and before any widget.
        if not watched.isWindowType():
            return False
        if kind == QEvent.Type.KeyPress:
            return self._pressed(watched, cast(QKeyEvent, event))
        if kind == QEvent.Type.KeyRelease:
            return self._released(watched, cast(QKeyEvent, event))
        if kind == QEvent.Type.ShortcutOverride:
            return self._chord(cast(QKeyEvent, event))
        return False

    # --- keys come ---

    def _pressed(self, window: QObject, key: QKeyEvent) -> bool:
        """True if the key is held or used up."""
        before = self._look_at(key)
        self._settle(self._burst.silence(self._stamp))
        if is_modifier(key):
            self._burst.keep(self._stamp)
            return False
        if self._is_prefix(key):
            self._settle(self._burst.mark(self._stamp))
            self._where = _where(self._window)
            return self._hold(window, key)
        # The system also marks a scanner's "22" as a repeat, when release and press share a millisecond; a key that
        # is held down repeats no faster than this.
        if key.isAutoRepeat() and self._stamp - before >= HELD_GAP:
            self._settle(self._burst.flush())
            return bool(printable(key)) and _where(self._window) is Where.PAGE
        if self._alt.press(key):
            self._burst.keep(self._stamp)
            return self._hold(window, key)
        if is_end(key):
            return self._ended()
        return self._letter(window, key)

    def _letter(self, window: QObject, key: QKeyEvent) -> bool:
        live = self._burst.live(self._stamp)
        dead = accent(key)
        if dead and live:
            self._accent = dead
            self._burst.keep(self._stamp)
            return self._hold(window, key)
        # Between the keys of a burst, Ctrl and a letter are a control character of the code, not a shortcut.
        text = printable(key) or (control_sign(key) if live else "")
        if not text or (text == " " and not live):
            self._settle(self._burst.flush())
            return False
        if self._accent:
            text, self._accent = accented(self._accent, text), ""
        self._press(text)
        return self._hold(window, key)

    def _press(self, text: str) -> None:
        fresh = not self._burst.live(self._stamp)
        where = _where(self._window) if fresh else self._where
        self._settle(self._burst.press(text, self._stamp, LEAST if where in (Where.PAGE, Where.OTHER) else SURE))
        self._where = where

    def _hold(self, receiver: QObject, event: QEvent) -> bool:
        self._held.append((receiver, event.clone()))
        self._timer.start((self._burst.waiting or GAP) + _MARGIN)
        return True

    def _released(self, window: QObject, key: QKeyEvent) -> bool:
        if key.key() == Qt.Key.Key_Alt:
            sign = self._alt.release()
            if sign:
                self._look_at(key)
                if sign in END_SIGNS:
                    self._ended()
                else:
                    self._press(sign)
                    self._timer.start(self._burst.waiting + _MARGIN)
            return False
        if not self._held or is_modifier(key):
            return False
        return self._hold_release(window, key)

    def _hold_release(self, window: QObject, key: QKeyEvent) -> bool:
        """A release goes after its press, else a button would stay down."""
        pressed = [one for _receiver, one in self._held if isinstance(one, QKeyEvent) and one.key() == key.key()]
        if not pressed:
            return False
        self._held.append((window, key.clone()))
        return True

    def _chord(self, key: QKeyEvent) -> bool:
        """Qt asks whether somebody wants this key more than a shortcut: a burst does."""
        stamp = key.timestamp()
        wanted = self._burst.live(stamp) or (is_end(key) and self._burst.trailing(stamp))
        if self._is_prefix(key) or (control_sign(key) and wanted):
            key.accept()
            return True
        if not printable(key) and not is_modifier(key) and not is_end(key) and not accent(key):
            self._settle(self._burst.flush())
        return False

    def _composed(self, widget: QObject, event: QInputMethodEvent) -> bool:
        """A letter that the system put together from a dead key comes without a key of its own."""
        text = event.commitString()
        if event.preeditString() or len(text) != 1 or event.replacementLength():
            self._settle(self._burst.flush())
            return False
        now = _now()
        self._stamp += now - self._arrived
        self._arrived = now
        self._press(text)
        return self._hold(widget, event)

    def _ended(self) -> bool:
        """Enter or Tab: used up with a burst; after anything else it goes on, behind what was held."""
        if self._burst.trailing(self._stamp):
            return True
        heard = self._burst.end(self._stamp)
        self._settle(heard)
        return isinstance(heard, Scanned)

    def _look_at(self, key: QKeyEvent) -> int:
        """Take note of when and where from; gives the time of the key before."""
        self._arrived = _now()
        before, self._stamp = self._stamp, key.timestamp() or self._arrived
        device = key.device()
        self._device = "" if device is None or device == QInputDevice.primaryKeyboard() else device.name()
        return before

    def _is_prefix(self, key: QKeyEvent) -> bool:
        if self._prefix_key is not None and key.key() == self._prefix_key:
            return True
        return bool(self._prefix_sign) and control_sign(key) == self._prefix_sign

    def _silence(self) -> None:
        now = _now()
        waited = now - self._arrived
        gap = self._burst.waiting
        if waited > gap + _MARGIN + _LATE:
            # Busy until now: let the keys that wait be delivered before anything is decided.
            self._arrived = now
            self._timer.start(gap + _MARGIN)
            return
        self._settle(self._burst.silence(self._stamp + max(waited, gap + 1)))
        self._pass_on()

    # --- what they were ---

    def _settle(self, heard: Heard | None) -> None:
        """Something was told of what is held: it goes on, or it does not."""
        if heard is None:
            return
        text_expected = self._where in (Where.FIELD, Where.HIDDEN)
        if isinstance(heard, Scanned):
            self._held.clear()
            self._accent = ""
            if self._where is Where.HIDDEN:
                self.hidden.emit()
            else:
                self.scanned.emit(heard.text, self._device, heard.ended)
        elif text_expected or (self._where is Where.OTHER and not isinstance(heard, Cut)):
            self._pass_on()
        else:
            self._held.clear()
            match heard:
                case Cut():
                    self.cut.emit()
                case Typed(text=text):
                    self.typed.emit(text)
                case Lone(key=key):
                    self.lone.emit(key)

    def _pass_on(self) -> None:
        """Send what was held where it was going."""
        held, self._held = self._held, []
        self._accent = ""
        self._alt.release()
        for receiver, event in held:
            if shiboken6.isValid(receiver):
                self._passing = True
                QApplication.sendEvent(receiver, event)
        self._passing = False


def _now() -> int:
    return time.monotonic_ns() // 1_000_000


def _where(window: QWidget) -> Where:
    """What a key would do now."""
    popup = QApplication.activePopupWidget()
    focus = QApplication.focusWidget() if popup is None else (popup.focusProxy() or popup.focusWidget() or popup)
    if isinstance(focus, QLineEdit) and focus.echoMode() != QLineEdit.EchoMode.Normal:
        return Where.HIDDEN
    if (
        focus is not None
        and not isinstance(focus, QAbstractItemView)
        and focus.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    ):
        return Where.FIELD
    apart = popup is not None or QApplication.activeModalWidget() is not None
    if apart or isinstance(focus, QComboBox) or (focus is not None and focus.window() is not window):
        return Where.OTHER
    return Where.PAGE
