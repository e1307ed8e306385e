"""The question about an unknown code, or a walk-in, put beside the code field; scans go on meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from station import names
from station.facts import Person
from station.texts import _, clock_time, sentence
from station.trouble import Trouble
from station.ui.acts import Acts
from station.ui.code_field import CodeField
from station.ui.parts import Elided
from station.views import ScanRow


class Question(StrEnum):
    """What is asked: whose a code is, or what a walk-in is called."""

    WHOSE = "whose"
    NAME = "name"


class AskBar(QFrame):
    """The question in words, under the field that takes the answer."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("surface")
        self.words = Elided("strong")
        self.turn, self.leave = QPushButton(), QPushButton()
        for button in (self.turn, self.leave):
            button.setProperty("kind", "quiet")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 4, 4)
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        row.addWidget(self.turn)
        row.addWidget(self.leave)
        self.hide()

    def put(self, words: str, other: str) -> None:
        """Ask; ``other`` is what the first button turns to, hidden where there is nothing else to ask."""
        self.words.setText(words)
        self.setAccessibleName(words)
        for button, said in ((self.turn, other), (self.leave, _("Cancel  Esc"))):
            button.setText(said)
            button.setAccessibleName(said)
        self.turn.setVisible(bool(other))
        self.show()


class Linking(QObject):
    """One question at a time. It keeps to its own scan whatever is scanned meanwhile, and nothing waits for it.

    Signal ``asking(bool)``: a question was put, or is over.
    """

    asking = Signal(bool)

    def __init__(self, bar: AskBar, code: CodeField, acts: Acts, may: Callable[[], bool]) -> None:
        super().__init__(code)
        self._bar, self._code, self._acts, self._may = bar, code, acts, may
        self.question: Question | None = None
        self._row: ScanRow | None = None
        self._fault = ""
        bar.turn.clicked.connect(self._turn)
        bar.leave.clicked.connect(self.leave)
        code.left.connect(self.leave)

    def ask_whose(self, row: ScanRow) -> None:
        """Whose is the code of this refused scan?"""
        self._ask(Question.WHOSE, row)

    def ask_name(self, row: ScanRow | None) -> None:
        """What is the walk-in called? ``row`` is the refused scan of their code, None for somebody without one."""
        self._ask(Question.NAME, row)

    def picked(self, person: Person) -> bool:
        """Take a chosen person as the answer; False where nothing was asked."""
        if self.question is not Question.WHOSE or self._row is None:
            return False
        self._acts.link(self._row.ref, person.id)
        self.leave()
        return True

    def entered(self, text: str) -> bool:
        """Take what was typed as the answer; False where nothing was asked."""
        match self.question:
            case None:
                return False
            case Question.WHOSE if self._row is not None:
                self._acts.link(self._row.ref, text)
            case _:
                try:
                    name = names.checked(text)
                except Trouble as trouble:
                    self._fault = sentence(trouble)
                    self._say()
                    self._code.setFocus(Qt.FocusReason.OtherFocusReason)
                    return True
                self._acts.walk_in(name, self._row.ref if self._row is not None else None)
        self.leave()
        return True

    def leave(self) -> None:
        """Ask no more; the code stays among the last scans."""
        if self.question is not None:
            self.question, self._row, self._fault = None, None, ""
            self._bar.hide()
            self.asking.emit(False)
            self._code.clear()
            self._code.ask("", people=True)
            self._code.clearFocus()

    def retext(self) -> None:
        """Say it again in the active language."""
        if self.question is not None:
            self._fault = ""
            self._say()

    def _ask(self, question: Question, row: ScanRow | None) -> None:
        if not self._may():
            return
        self.question, self._row, self._fault = question, row, ""
        self._code.clear()
        self.asking.emit(True)
        self._say()
        self._code.setFocus(Qt.FocusReason.OtherFocusReason)

    def _turn(self) -> None:
        row = self._row
        if row is not None:
            self._ask(Question.NAME if self.question is Question.WHOSE else Question.WHOSE, row)

    def _say(self) -> None:
        row = self._row
        if self.question is Question.WHOSE:
            words, field, other = _("Whose is it?"), _("Name or number of the person"), _("Walk-in")
        else:
            words, field = _("What is their name?"), _("First name and surname")
            other = _("Link to a person") if row is not None else ""
        about = _about(row) if row is not None else _("Walk-in without a code.")
        self._bar.put(self._fault or f"{about} {words}", other)
        self._code.ask(field, people=self.question is Question.WHOSE)


def _about(row: ScanRow) -> str:
    time = clock_time(row.at)
    if row.last4:
        return _("Code …{last4}, {time}.").format(last4=row.last4, time=time)
    return _("Code, {time}.").format(time=time)
