"""A strip above everything: the answer to a scan while the Desk cannot be seen, or what became of it.

It is a window of its own without focus, so that a dialog, a menu or a file chooser neither covers nor notices it.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from station.ui.feedback import Feedback, Shape
from station.ui.look import Look
from station.ui.parts import Elided, label
from station.ui.shapes import draw

SHOWN_MS = 8000
WIDE, HIGH = 640, 80


class Sign(QWidget):
    """The verdict's shape."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setFixedSize(48, 48)
        self.shape, self.hue = Shape.OCTAGON, "red"

    def paintEvent(self, _event: QPaintEvent) -> None:
        draw(QPainter(self), self.shape, QRectF(4, 4, 40, 40), self._look.colour(f"on_{self.hue}"))


class Note(QFrame):
    """Lies over ``over``, the window's header; the newest replaces the last and leaves after eight seconds."""

    def __init__(self, over: QWidget, look: Look) -> None:
        super().__init__(over.window(), Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("note")
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedSize(WIDE, HIGH)
        self._over = over
        self._sign = Sign(look)
        self.title = Elided("title")
        self.words = label()
        self.words.setWordWrap(True)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.title)
        column.addWidget(self.words)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(16)
        row.addWidget(self._sign)
        row.addLayout(column, 1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)

    def answer(self, said: Feedback) -> None:
        """The desk's answer, in short."""
        title = f"{said.title}: {said.name}" if said.name else said.title
        self._say(said.shape, said.hue.value, title, said.sentence, said.spoken)

    def trouble(self, sentence: str) -> None:
        """Something a person must know."""
        self._say(Shape.OCTAGON, "red", "", sentence, sentence)

    def _say(self, shape: Shape, hue: str, title: str, words: str, spoken: str) -> None:
        self._sign.shape, self._sign.hue = shape, hue
        self._sign.update()
        self.setProperty("hue", hue)
        self.title.setText(title)
        self.title.setVisible(bool(title))
        self.words.setText(words)
        for part in (self, self.title, self.words):
            part.style().unpolish(part)
            part.style().polish(part)
        self.setAccessibleName(spoken)
        corner = self._over.mapToGlobal(QPoint((self._over.width() - WIDE) // 2, 0))
        self.move(corner)
        # Shown anew it lies above what was opened meanwhile.
        self.hide()
        self.show()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, spoken))
        self._timer.start(SHOWN_MS)
