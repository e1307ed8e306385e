"""The camera's picture with outlines of the codes found; without a camera, a sentence saying what to do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from station.texts import _
from station.ui.icons import picture
from station.ui.look import Look, font
from station.ui.theme import BODY
from station.views import Camera, Preview

_CROWDED_MS = 2000


class PreviewBox(QWidget):
    """Pulls the newest picture when told that there is one; nothing is queued and nothing is copied."""

    def __init__(self, look: Look, pull: Callable[[], Preview | None]) -> None:
        super().__init__()
        self._look = look
        self._pull = pull
        self._picture: Preview | None = None
        self._camera = Camera.OFF
        self._crowded = QTimer(self)
        self._crowded.setSingleShot(True)
        self._crowded.timeout.connect(self.update)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(198)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, on=False)
        look.changed.connect(self.update)

    def fetch(self) -> None:
        """Take the newer picture, even unseen: the next is announced only after this one was taken."""
        newest = self._pull()
        if newest is not None:
            self._picture = newest
            self.update()

    def set_camera(self, camera: Camera) -> None:
        if camera is not self._camera:
            self._camera = camera
            if camera not in (Camera.LIVE, Camera.DEMO):
                self._picture = None
            self.retext()

    def crowd(self) -> None:
        """Two codes are in the picture: say so for two seconds."""
        self._crowded.start(_CROWDED_MS)
        self.update()

    def retext(self) -> None:
        self.setAccessibleName(_("Camera picture"))
        self.setAccessibleDescription(self.message())
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

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.setClipPath(shape)
        painter.fillPath(shape, self._look.colour("sunken"))
        if self._picture is None:
            self._say(painter)
        else:
            self._show(painter, self._picture)
        if self._crowded.isActive():
            self._warn(painter)
        painter.setPen(QPen(self._look.colour("line"), 1))
        painter.drawPath(shape)

    def _show(self, painter: QPainter, seen: Preview) -> None:
        image = QImage(seen.pixels, seen.width, seen.height, seen.stride, QImage.Format.Format_BGR888)
        scale = max(self.width() / seen.width, self.height() / seen.height)
        left = (self.width() - seen.width * scale) / 2
        top = (self.height() - seen.height * scale) / 2
        painter.drawImage(QRectF(left, top, seen.width * scale, seen.height * scale), image)
        for corners in seen.outlines:
            outline = QPolygonF([QPointF(left + x * scale, top + y * scale) for x, y in corners])
            # A dark line under a bright one is seen on any picture.
            for colour, width in ((QColor("#000000"), 6), (QColor("#4dff94"), 3)):
                painter.setPen(
                    QPen(
                        colour,
                        width,
                        Qt.PenStyle.SolidLine,
                        Qt.PenCapStyle.RoundCap,
                        Qt.PenJoinStyle.RoundJoin,
                    )
                )
                painter.drawPolygon(outline)

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

    def _warn(self, painter: QPainter) -> None:
        box = QRectF(0, self.height() - 40, self.width(), 40)
        painter.fillRect(box, self._look.colour("amber"))
        painter.setPen(self._look.colour("on_amber"))
        painter.setFont(font(BODY, strong=True))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, _("Two codes: show one at a time"))
