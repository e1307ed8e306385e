"""The bar to 4, 8 and 12 hours: confirmed solid, running hatched, each step marked once reached."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from station.texts import _
from station.ui.look import Look, font
from station.ui.theme import SMALL
from station.views import Progress

_RADIUS = 10.0
_TRACK = 10.0


class Tiers(QWidget):
    """Steps of one role, least first; empty shows nothing but keeps its place."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._steps: tuple[Progress, ...] = ()
        self.setFixedHeight(48)
        look.changed.connect(self.update)

    def put(self, steps: tuple[Progress, ...]) -> None:
        self._steps = steps
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._steps:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        longest = max(step.needed for step in self._steps)
        confirmed = self._steps[0].confirmed
        total = confirmed + self._steps[0].running
        width = self.width() - 2 * _RADIUS
        middle = _RADIUS + 2

        def along(seconds: int) -> float:
            return _RADIUS + width * min(seconds, longest) / longest

        track = QPainterPath()
        track.addRoundedRect(QRectF(_RADIUS, middle - _TRACK / 2, width, _TRACK), _TRACK / 2, _TRACK / 2)
        painter.fillPath(track, self._look.colour("sunken"))
        painter.save()
        painter.setClipPath(track)
        accent = self._look.colour("accent")
        painter.fillRect(QRectF(_RADIUS, middle - _TRACK / 2, along(confirmed) - _RADIUS, _TRACK), accent)
        running = QRectF(along(confirmed), middle - _TRACK / 2, along(total) - along(confirmed), _TRACK)
        painter.fillRect(running, self._look.colour("soft"))
        painter.fillRect(running, QBrush(accent, Qt.BrushStyle.BDiagPattern))
        painter.restore()
        painter.setPen(QPen(self._look.colour("edge"), 1))
        painter.drawPath(track)
        for step in self._steps:
            self._mark(painter, QPointF(along(step.needed), middle), step, reached=step.held or total >= step.needed)

    def _mark(self, painter: QPainter, at: QPointF, step: Progress, *, reached: bool) -> None:
        sure = step.held or step.confirmed >= step.needed
        painter.setPen(QPen(self._look.colour("accent" if reached else "edge"), 2))
        painter.setBrush(self._look.colour("accent" if sure else "surface"))
        painter.drawEllipse(at, _RADIUS - 1, _RADIUS - 1)
        if reached:
            painter.setPen(QPen(self._look.colour("on_accent" if sure else "accent"), 2.2))
            tick = QPainterPath(at + QPointF(-4, 0.5))
            tick.lineTo(at + QPointF(-1, 3.5))
            tick.lineTo(at + QPointF(4, -3))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(tick)
        painter.setPen(self._look.colour("text" if reached else "muted"))
        painter.setFont(font(SMALL, strong=reached))
        # The last label ends with the bar instead of standing under its mark.
        box = QRectF(at.x() - 40, at.y() + _RADIUS + 4, 80, 20)
        flag = Qt.AlignmentFlag.AlignHCenter
        if box.right() > self.width():
            box.moveRight(self.width())
            flag = Qt.AlignmentFlag.AlignRight
        painter.drawText(box, flag, _("{hours} h").format(hours=step.needed // 3600))
