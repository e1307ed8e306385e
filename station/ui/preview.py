"""The camera's picture with outlines of the codes found and what would help; without one, what to do instead."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QHideEvent,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from station.texts import _
from station.ui import marks
from station.ui.icons import picture
from station.ui.look import Look, font
from station.ui.marks import Words
from station.ui.steady import Steady
from station.ui.theme import BODY
from station.views import Camera, Hint, Preview
from station.words import hint_reason, hint_word

_CROWDED_MS: Final = 2000
HINT_S: Final = 1.0
"""How long a hint stands at least."""
SPOKEN_S: Final = 4.0
"""Between two hints that a screen reader says, at least."""
ICONS: Final = {
    Hint.TOO_FAR: "zoom-in",
    Hint.TOO_CLOSE: "zoom-out",
    Hint.GLARE: "sparkles",
    Hint.DARK: "lightbulb",
    Hint.BLURRED: "hand",
    Hint.EDGE: "focus",
}


class PreviewBox(QWidget):
    """Pulls the newest picture when told that there is one; nothing is queued and nothing is copied.

    ``ask`` is told how many of the screen's own pixels the box has, (0, 0) while it cannot be seen: pictures come in
    that size, so that painting one is copying it.
    """

    def __init__(self, look: Look, pull: Callable[[], Preview | None], ask: Callable[[int, int], None]) -> None:
        super().__init__()
        self._look = look
        self._pull = pull
        self._ask = ask
        self._asked = (0, 0)
        self._picture: Preview | None = None
        self._camera = Camera.OFF
        self._hint: Steady[Hint] = Steady(HINT_S)
        self._spoken_s = -SPOKEN_S
        self._again = self._timer(self._weigh)
        self._crowded = self._timer(self.update)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(198)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, on=False)
        look.changed.connect(self.update)

    def _timer(self, act: Callable[[], None]) -> QTimer:
        made = QTimer(self)
        made.setSingleShot(True)
        made.timeout.connect(act)
        return made

    @property
    def hint(self) -> Hint | None:
        """The hint that stands now."""
        return self._hint.shown

    def fetch(self) -> None:
        """Take the newer picture, even unseen: the next is announced only after this one was taken."""
        newest = self._pull()
        if newest is not None:
            self._picture = newest
            self._weigh()
            self.update()

    def set_camera(self, camera: Camera) -> None:
        if camera is not self._camera:
            self._camera = camera
            if camera not in (Camera.LIVE, Camera.DEMO):
                self._picture = None
                self._hint.clear()
                self._again.stop()
            self.retext()

    def crowd(self) -> None:
        """Two people's codes are in the picture: say so for two seconds."""
        if not self._crowded.isActive():
            self._speak(_("Two codes: show one at a time"))
        self._crowded.start(_CROWDED_MS)
        self.update()

    def retext(self) -> None:
        self.setAccessibleName(_("Camera picture"))
        self._describe()
        self.update()

    def message(self) -> str:
        """What stands in place of a picture."""
        match self._camera:
            case Camera.GONE:
                return _("The camera is gone. Plug it in or choose another (Ctrl+K). Hand scanner and typing work.")
            case Camera.OFF:
                return _("No camera is chosen (Ctrl+K). Hand scanner and typing work.")
            case _:
                return _("The camera is opening…")

    def words(self) -> Words | None:
        """What the band over the picture says now: who cannot be told apart comes before how to hold it."""
        if self._crowded.isActive():
            return Words("users-round", _("One at a time"), _("two codes are in view"), "amber", "on_amber", "on_amber")
        if self._hint.shown is not None:
            hint = self._hint.shown
            return Words(ICONS[hint], hint_word(hint), hint_reason(hint), "surface", "text", "accent")
        return None

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._measure()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._measure()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._measure()
        return super().event(event)

    def _measure(self) -> None:
        ratio = self.devicePixelRatioF()
        size = (round(self.width() * ratio), round(self.height() * ratio)) if self.isVisible() else (0, 0)
        if size != self._asked:
            self._asked = size
            self._ask(*size)

    def _weigh(self) -> None:
        """Let the newest picture's hint stand, or the last one a while longer."""
        before = self._hint.shown
        wait_s = self._hint.put(self._picture.hint if self._picture is not None else None, time.monotonic())
        if wait_s:
            self._again.start(round(wait_s * 1000) + 1)
        if self._hint.shown is not before:
            self._describe()
            self.update()
            if self._hint.shown is not None:
                self._speak(f"{hint_word(self._hint.shown)}: {hint_reason(self._hint.shown)}")

    def _describe(self) -> None:
        if self._picture is None:
            said = self.message()
        else:
            said = f"{hint_word(self._hint.shown)}: {hint_reason(self._hint.shown)}" if self._hint.shown else ""
        if said != self.accessibleDescription():
            self.setAccessibleDescription(said)

    def _speak(self, words: str) -> None:
        """Politely, and not more often than somebody can listen."""
        now = time.monotonic()
        if now - self._spoken_s >= SPOKEN_S:
            self._spoken_s = now
            spoken = QAccessibleAnnouncementEvent(self, words)
            spoken.setPoliteness(QAccessible.AnnouncementPoliteness.Polite)
            QAccessible.updateAccessibility(spoken)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.setClipPath(shape)
        if self._picture is None:
            painter.fillPath(shape, self._look.colour("sunken"))
            self._say(painter)
        else:
            self._show(painter, self._picture)
        words = self.words()
        if words is not None:
            marks.band(painter, QRectF(self.rect()), self._look, words)
        painter.setPen(QPen(self._look.colour("line"), 1))
        painter.drawPath(shape)

    def _show(self, painter: QPainter, seen: Preview) -> None:
        image = QImage(seen.pixels, seen.width, seen.height, seen.stride, QImage.Format.Format_RGB32)
        painter.drawImage(QRectF(self.rect()), image)
        across, down = self.width() / seen.width, self.height() / seen.height
        for found in seen.outlines:
            corners = QPolygonF([QPointF(x * across, y * down) for x, y in found.corners])
            marks.outline(painter, corners, found.mark)
        if not seen.outlines and self.words() is None:
            side = self.height() * 0.62
            box = QRectF(0, 0, side * 1.3, side)
            box.moveCenter(QRectF(self.rect()).center())
            marks.place(painter, box)

    def _say(self, painter: QPainter) -> None:
        gone = self._camera is Camera.GONE
        name = "camera-off" if gone or self._camera is Camera.OFF else "camera"
        drawing = picture(name, self._look.theme.red_text if gone else self._look.theme.muted, 32)
        painter.drawPixmap(QPointF(self.width() / 2 - 16, 36), drawing)
        painter.setPen(self._look.colour("text"))
        painter.setFont(font(BODY))
        painter.drawText(
            QRectF(16, 80, self.width() - 32, self.height() - 88),
            Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap,
            self.message(),
        )
