"""Try a code: a field, and what its text is, said as it changes. Nothing is recorded and nobody is looked up."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from station.facts import Code, RefusedKind, Unfit
from station.texts import _
from station.ui.card import Block
from station.ui.feedback import Hue, Shape
from station.ui.look import Look
from station.ui.parts import Elided, label
from station.ui.tried import tried_words
from station.views import Tried

LONGEST = 4096
"""Characters that the field takes."""


class TryCode(QDialog):
    """``read`` says what a text is; it is called on the UI thread at each change and must not wait for anything."""

    def __init__(self, parent: QWidget | None, look: Look, read: Callable[[str], Tried]) -> None:
        super().__init__(parent)
        self.setModal(True)
        self.resize(640, 376)
        self._read = read
        self.field = QLineEdit()
        self.field.setMaxLength(LONGEST)
        self.heading = label("title")
        self._asked = label("strong")
        self._asked.setBuddy(self.field)
        self.verdict = Elided("title")
        self.text = Elided("strong")
        still = self.text.sizePolicy()
        still.setRetainSizeWhenHidden(True)
        self.text.setSizePolicy(still)
        self.sentence = label()
        self.sentence.setWordWrap(True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.sentence.setMinimumHeight(48)
        self._block = Block(look)
        self._block.setFixedWidth(120)
        self.close_button = QPushButton()
        self.close_button.setAutoDefault(False)
        self.close_button.clicked.connect(self.reject)
        self._arrange()
        self.field.textChanged.connect(self._changed)
        self.retext()

    def _arrange(self) -> None:
        answer = QFrame()
        answer.setObjectName("surface")
        row = QHBoxLayout(answer)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        row.addWidget(self._block)
        column = QVBoxLayout()
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(8)
        for part in (self.verdict, self.sentence, self.text):
            column.addWidget(part)
        column.addStretch(1)
        row.addLayout(column, 1)
        end = QHBoxLayout()
        end.addStretch(1)
        end.addWidget(self.close_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 24, 24, 24)
        whole.setSpacing(8)
        whole.addWidget(self.heading)
        whole.addSpacing(8)
        whole.addWidget(self._asked)
        whole.addWidget(self.field)
        whole.addSpacing(8)
        whole.addWidget(answer, 1)
        whole.addSpacing(8)
        whole.addLayout(end)

    def retext(self) -> None:
        """Say everything again in the active language."""
        self.setWindowTitle(_("Try a code"))
        self.heading.setText(_("Try a code"))
        self._asked.setText(_("Code"))
        self.field.setAccessibleName(_("Code"))
        self.field.setPlaceholderText(_("Scan, type or paste it here"))
        self.close_button.setText(_("Close"))
        self.close_button.setAccessibleName(_("Close"))
        self._say(self.field.text())

    def _changed(self, text: str) -> None:
        found = self._say(text)
        if found == RefusedKind(Unfit.PERSONAL_CODE):
            # It is not left standing on the screen; what was said of it is.
            self.field.blockSignals(True)
            self.field.setText("")
            self.field.blockSignals(False)

    def _say(self, text: str) -> object:
        if not text:
            self._block.quiet("scan-line")
            self._put(_("Nothing is recorded here."), "", _("What kind of code it is will be said as you enter it."))
            return None
        tried = self._read(text)
        words = tried_words(tried)
        if not isinstance(tried.found, Code):
            self._block.verdict(Shape.OCTAGON, Hue.RED)
        elif tried.found.kind:
            self._block.verdict(Shape.TICK, Hue.GREEN)
        else:
            self._block.verdict(Shape.TWO_RINGS, Hue.AMBER)
        self._put(words.verdict, words.text, words.sentence)
        spoken = QAccessibleAnnouncementEvent(self, words.spoken)
        spoken.setPoliteness(QAccessible.AnnouncementPoliteness.Polite)
        QAccessible.updateAccessibility(spoken)
        return tried.found

    def _put(self, verdict: str, text: str, sentence: str) -> None:
        self.verdict.setText(verdict)
        self.text.setText(text)
        self.text.setVisible(bool(text))
        self.sentence.setText(sentence)
