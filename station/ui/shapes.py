"""Draws the verdicts' shapes, so that none is told by colour alone."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from station.ui.feedback import Shape


def draw(painter: QPainter, shape: Shape, box: QRectF, colour: QColor) -> None:
    """Draw ``shape`` in ``colour`` into ``box``; line width follows the size."""
    side = min(box.width(), box.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.center().x() - side / 2, box.center().y() - side / 2)
    painter.scale(side / 24, side / 24)
    pen = QPen(colour, 2.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path(shape))
    painter.restore()


def path(shape: Shape) -> QPainterPath:
    """The outline of a shape in a square of 24 units."""
    made = QPainterPath()
    match shape:
        case Shape.TICK:
            _lines(made, (3, 13), (9, 19), (21, 5))
        case Shape.ARROW_OUT:
            _lines(made, (11, 3), (3.5, 3), (3.5, 21), (11, 21))
            _lines(made, (9, 12), (21, 12))
            _lines(made, (16, 7), (21, 12), (16, 17))
        case Shape.TWO_ARROWS:
            _lines(made, (3, 8), (20, 8))
            _lines(made, (16, 4), (20.5, 8), (16, 12))
            _lines(made, (21, 16.5), (4, 16.5))
            _lines(made, (8, 12.5), (3.5, 16.5), (8, 20.5))
        case Shape.TWO_RINGS:
            made.addEllipse(QPointF(8.5, 12), 6.5, 6.5)
            made.addEllipse(QPointF(15.5, 12), 6.5, 6.5)
        case Shape.OCTAGON:
            corners = [
                (
                    12 + 10.5 * math.cos(math.pi / 8 + k * math.pi / 4),
                    12 + 10.5 * math.sin(math.pi / 8 + k * math.pi / 4),
                )
                for k in range(8)
            ]
            _lines(made, *corners)
            made.closeSubpath()
            _lines(made, (8.5, 8.5), (15.5, 15.5))
            _lines(made, (15.5, 8.5), (8.5, 15.5))
    return made


def _lines(made: QPainterPath, first: tuple[float, float], *rest: tuple[float, float]) -> None:
    made.moveTo(*first)
    for point in rest:
        made.lineTo(*point)
