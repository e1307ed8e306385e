"""The card that answers a scan, readable from two metres; between scans, what the desk is ready for."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from station.texts import _
from station.ui.feedback import Feedback, Shape
from station.ui.icons import picture
from station.ui.look import Look
from station.ui.parts import Headline, label
from station.ui.shapes import draw
from station.ui.theme import CARD_SECONDS
from station.ui.tiers import Tiers


class Block(QWidget):
    """The coloured side of the card with the verdict's shape, or a quiet icon."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._shape: Shape | None = None
        self._hue = ""
        self._icon = "scan-line"
        self.setFixedWidth(160)
        look.changed.connect(self.update)

    def verdict(self, shape: Shape, hue: str) -> None:
        self._shape, self._hue = shape, hue
        self.update()

    def quiet(self, icon: str) -> None:
        self._shape, self._hue, self._icon = None, "", icon
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        rounded = QPainterPath()
        rounded.setFillRule(Qt.FillRule.WindingFill)
        rounded.addRoundedRect(box, 8, 8)
        rounded.addRect(box.adjusted(8, 0, 0, 0))
        painter.fillPath(rounded, self._look.colour(self._hue or "sunken"))
        middle = QRectF(0, 0, 104, 104)
        middle.moveCenter(box.center())
        if self._shape is not None:
            draw(painter, self._shape, middle, self._look.colour(f"on_{self._hue}"))
        else:
            drawing = picture(self._icon, self._look.theme.muted, 72)
            painter.drawPixmap(box.center().toPoint().x() - 36, box.center().toPoint().y() - 36, drawing)


class Card(QFrame):
    """Shows one Feedback for at least ``CARD_SECONDS``; its parts never move. Signal ``asked()``: its button.

    Signal ``faded()``: the verdict has stood long enough and gave way to the invitation. Signals ``wants_link()`` and
    ``wants_walk_in()``: what is offered under an unknown code.
    """

    asked = Signal()
    faded = Signal()
    wants_link = Signal()
    wants_walk_in = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("surface")
        self._said: Feedback | None = None
        self._block = Block(look)
        self.title = Headline(look)
        self.name = Headline(look)
        self.sentence = label("sentence")
        self.sentence.setWordWrap(True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.sentence.setMinimumHeight(60)
        self.goal = label("strong")
        self.crossed = label("crossed")
        self.tally = label("small")
        self._tiers = Tiers(look)
        self.button = QPushButton()
        self.button.setProperty("kind", "primary")
        self.button.clicked.connect(self.asked)
        self.link, self.walk_in = QPushButton(), QPushButton()
        self.link.setProperty("kind", "primary")
        self.link.clicked.connect(self.wants_link)
        self.walk_in.clicked.connect(self.wants_walk_in)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.faded)
        self._arrange()

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        row.addWidget(self._block)
        column = QVBoxLayout()
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(0)
        column.addWidget(self.title)
        column.addWidget(self.name)
        column.addSpacing(8)
        column.addWidget(self.sentence)
        column.addStretch(1)
        line = QHBoxLayout()
        line.addWidget(self.crossed)
        line.addStretch(1)
        column.addLayout(line)
        column.addSpacing(8)
        column.addWidget(self.goal)
        column.addSpacing(8)
        column.addWidget(self._tiers)
        column.addWidget(self.tally)
        button = QHBoxLayout()
        button.setSpacing(8)
        for each in (self.button, self.link, self.walk_in):
            button.addWidget(each)
        button.addStretch(1)
        column.addLayout(button)
        row.addLayout(column, 1)

    @property
    def said(self) -> Feedback | None:
        """The feedback that stands on the card now."""
        return self._said

    @property
    def offers(self) -> bool:
        """Whether the card offers to say whose its unknown code is."""
        return not self.link.isHidden()

    def _offer(self, offered: bool) -> None:
        for button, word, key in ((self.link, _("Link to a person"), "L"), (self.walk_in, _("Walk-in"), "W")):
            button.setText(f"{word}  {key}")
            button.setAccessibleName(word)
            button.setAccessibleDescription(key)
            button.setVisible(offered)

    def answer(self, said: Feedback, *, again: bool = False, unknown: bool = False) -> None:
        """Show a verdict; ``again`` only words it anew, after a change of language. ``unknown``: of a code that can
        be linked."""
        self._said = said
        self._block.verdict(said.shape, said.hue)
        self.title.put(said.title, f"{said.hue}_text")
        self.name.show()
        self.name.put(said.name)
        self.sentence.setText(said.sentence)
        self.goal.setText(said.goal)
        self.crossed.setText(said.crossed)
        self.crossed.setVisible(bool(said.crossed))
        self.tally.setText(said.tally)
        self._tiers.put(said.tiers)
        self.button.hide()
        self._offer(unknown)
        self.setAccessibleName(said.spoken)
        if not again:
            self._timer.start(CARD_SECONDS * 1000)
            spoken = QAccessibleAnnouncementEvent(self, said.spoken)
            spoken.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
            QAccessible.updateAccessibility(spoken)

    def strike(self) -> None:
        """The scan on the card was undone: say so where it stands."""
        self._block.quiet("undo-2")
        self._offer(False)
        self.title.put(_("Undone"), "muted")
        self.sentence.setText(_("The scan no longer counts. It stays in the log, struck through."))
        self.goal.setText("")
        self.tally.setText("")
        self.crossed.hide()
        self._tiers.put(())

    def invite(self, title: str, sentence: str, icon: str = "scan-line", button: str = "") -> None:
        """Between scans: what the desk is ready for, or what it lacks with a button to get it."""
        self._said = None
        self._offer(False)
        self._timer.stop()
        self._block.quiet(icon)
        self.title.put(title)
        self.name.hide()
        self.sentence.setText(sentence)
        for text in (self.goal, self.tally):
            text.setText("")
        self.crossed.hide()
        self._tiers.put(())
        self.button.setText(button)
        self.button.setAccessibleName(button)
        self.button.setVisible(bool(button))
        self.setAccessibleName(f"{title}. {sentence}")
