"""Small widgets that pages share: a label that elides, a headline that shrinks, large choices, surfaces."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent, QTextLayout
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from station.ui.look import Look, font
from station.ui.theme import HUGE, TITLE


def label(level: str = "") -> QLabel:
    """A label in one of the text levels of the style sheet: small, strong, title, lead, number."""
    made = QLabel()
    if level:
        made.setProperty("level", level)
    return made


def surface() -> QFrame:
    """A raised neutral surface."""
    made = QFrame()
    made.setObjectName("surface")
    return made


class Elided(QLabel):
    """One line that ends with … where it does not fit; the whole text is then its tooltip."""

    def __init__(self, level: str = "") -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        if level:
            self.setProperty("level", level)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        fits = self.fontMetrics().horizontalAdvance(self.text()) <= self.width()
        self.setToolTip("" if fits else self.text())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), int(self.alignment()) | Qt.TextFlag.TextSingleLine, text)


class Headline(QWidget):
    """A very large line of constant height; a text too long for it takes two lines of the title size."""

    HEIGHT = 56

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._text = ""
        self._colour = "text"
        self.setFixedHeight(self.HEIGHT)
        look.changed.connect(self.update)

    def text(self) -> str:
        return self._text

    def put(self, text: str, colour: str = "text") -> None:
        """Show ``text`` in a colour of the theme."""
        self._text, self._colour = text, colour
        self.setAccessibleName(text)
        self.setToolTip("" if len(self.lines()) == 1 else text)
        self.update()

    def lines(self) -> list[str]:
        """The text as drawn: one huge line, or up to two in the title size, the last one elided."""
        huge = QFontMetrics(font(HUGE, strong=True))
        if huge.horizontalAdvance(self._text) <= self.width():
            return [self._text]
        layout = QTextLayout(self._text, font(TITLE, strong=True))
        layout.beginLayout()
        first = layout.createLine()
        first.setLineWidth(self.width())
        layout.endLayout()
        cut = first.textLength()
        rest = self._text[cut:].strip()
        metrics = QFontMetrics(font(TITLE, strong=True))
        drawn = [self._text[:cut].strip(), rest]
        return [metrics.elidedText(line, Qt.TextElideMode.ElideRight, self.width()) for line in drawn]

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self._look.colour(self._colour))
        lines = self.lines()
        painter.setFont(font(HUGE if len(lines) == 1 else TITLE, strong=True))
        height = self.height() / len(lines)
        for k, line in enumerate(lines):
            painter.drawText(QRectF(0, k * height, self.width(), height), Qt.AlignmentFlag.AlignVCenter, line)


class Segments(QFrame):
    """A row of large buttons, one of them chosen. Signal ``chosen(int)``: its place, chosen by a person."""

    chosen = Signal(int)

    def __init__(self, count: int, *, large: bool = False) -> None:
        super().__init__()
        self.setObjectName("segments")
        self.setProperty("large", "true" if large else "false")
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 4, 4, 4)
        row.setSpacing(4)
        self._group = QButtonGroup(self)
        self.buttons: list[QPushButton] = []
        for place in range(count):
            button = QPushButton()
            button.setCheckable(True)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            self._group.addButton(button, place)
            self.buttons.append(button)
            row.addWidget(button)
        self.buttons[0].setChecked(True)
        self._group.idClicked.connect(self.chosen)

    def put(self, words: Sequence[str], keys: Sequence[str] = (), name: str = "") -> None:
        """Word the buttons; ``keys`` are the single keys that choose them; ``name`` says what is chosen."""
        for place, (button, word) in enumerate(zip(self.buttons, words, strict=True)):
            key = keys[place] if keys else ""
            button.setText(f"{word}  {key}" if key else word)
            button.setAccessibleName(f"{name}: {word}" if name else word)
            button.setAccessibleDescription(key)

    def select(self, place: int) -> None:
        """Choose without a person: no signal."""
        self.buttons[place].setChecked(True)

    @property
    def selected(self) -> int:
        return self._group.checkedId()
