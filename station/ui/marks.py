"""Painted over the camera's picture: outlines of codes, the place to hold one, and a band with words."""

from __future__ import annotations

from typing import Final, NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from station.ui.icons import picture
from station.ui.look import Look, font
from station.ui.theme import SMALL, TITLE
from station.views import Mark

COLOURS: Final = {Mark.READ: "#4dff94", Mark.CROWD: "#ffb700", Mark.SEEN: "#ffffff"}
"""The same in every theme: they lie on the camera's picture, with a dark line below that is seen on a bright one."""
WIDTHS: Final = {Mark.READ: 3.0, Mark.CROWD: 4.0, Mark.SEEN: 1.5}
BAND: Final = 56
"""How high a band of words is."""


class Words(NamedTuple):
    """What a band says: what to do, large, and why; ``ground`` and ``ink`` are colours of the theme."""

    icon: str
    title: str
    reason: str
    ground: str
    ink: str
    mark: str
    """The icon's colour."""


def outline(painter: QPainter, corners: QPolygonF, mark: Mark) -> None:
    """A code that was found. What waits to be shown alone has a dashed line: it is not told by colour alone."""
    style = Qt.PenStyle.DashLine if mark is Mark.CROWD else Qt.PenStyle.SolidLine
    for colour, wider, line in (("#000000", 3.0, Qt.PenStyle.SolidLine), (COLOURS[mark], 0.0, style)):
        painter.setPen(_pen(QColor(colour), WIDTHS[mark] + wider, line))
        painter.drawPolygon(corners)


def place(painter: QPainter, box: QRectF) -> None:
    """Four rounded corners: where a code is best held."""
    arm, bend = 18.0, 8.0
    path = QPainterPath()
    for x, y, right, down in (
        (box.left(), box.top(), 1, 1),
        (box.right(), box.top(), -1, 1),
        (box.right(), box.bottom(), -1, -1),
        (box.left(), box.bottom(), 1, -1),
    ):
        path.moveTo(x, y + down * arm)
        path.lineTo(x, y + down * bend)
        path.quadTo(x, y, x + right * bend, y)
        path.lineTo(x + right * arm, y)
    for colour, width in ((QColor(0, 0, 0, 110), 4.0), (QColor(255, 255, 255, 210), 2.0)):
        painter.setPen(_pen(colour, width, Qt.PenStyle.SolidLine))
        painter.drawPath(path)


def band(painter: QPainter, box: QRectF, look: Look, words: Words) -> None:
    """Words at the foot of ``box``: an icon, what to do, and why."""
    foot = QRectF(box.left(), box.bottom() - BAND, box.width(), BAND)
    painter.fillRect(foot, look.colour(words.ground))
    painter.drawPixmap(
        QPointF(foot.left() + 16, foot.center().y() - 16), picture(words.icon, look.colour(words.mark).name(), 32)
    )
    painter.setPen(look.colour(words.ink))
    room = foot.adjusted(64, 3, -12, -6)
    painter.setFont(font(TITLE, strong=True))
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, words.title)
    painter.setFont(font(SMALL))
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, words.reason)


def _pen(colour: QColor, width: float, style: Qt.PenStyle) -> QPen:
    return QPen(colour, width, style, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
