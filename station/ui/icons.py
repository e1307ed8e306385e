"""Icons of the shipped set (Lucide), drawn in a colour of the theme."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from station.resources import resource


@lru_cache(maxsize=256)
def picture(name: str, colour: str, pixels: int = 24, scale: float = 2.0) -> QPixmap:
    """One icon, ``pixels`` wide and high, in ``colour`` (``#rrggbb``). Raises ``OSError`` if missing."""
    drawing = resource("icons", f"{name}.svg").read_text("utf-8").replace("currentColor", colour)
    side = round(pixels * scale)
    made = QPixmap(side, side)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, side, side))
    painter.end()
    made.setDevicePixelRatio(scale)
    return made


def icon(name: str, colour: str, pixels: int = 24) -> QIcon:
    """One icon for a button or an action."""
    return QIcon(picture(name, colour, pixels))
