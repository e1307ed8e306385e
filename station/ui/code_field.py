"""The field for a code or a name, always within reach; names bring up the people they fit."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QListView, QWidget

from station.facts import Person
from station.shown import shown
from station.texts import _, ngettext

_PAUSE_MS = 80


class CodeField(QLineEdit):
    """Enter sends what was typed, Escape leaves. The list of people lies above the field, on ``ground``.

    entered(str)        a code was typed
    picked(Person)      a person was chosen by name
    left()              Escape was pressed
    """

    entered = Signal(str)
    picked = Signal(object)
    left = Signal()

    def __init__(self, ground: QWidget, search: Callable[[str], Sequence[Person]]) -> None:
        super().__init__()
        self.setObjectName("code")
        self.setMaxLength(4096)
        self._ground = ground
        self._search = search
        self.people: list[Person] = []
        self._asked = ""
        self._finds = True
        self._words = QStringListModel()
        self.list = QListView(ground)
        self.list.setObjectName("people")
        self.list.setModel(self._words)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(lambda index: self._pick(index.row()))
        self.list.hide()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.look_up)
        self.textChanged.connect(self._changed)

    def retext(self) -> None:
        self.setPlaceholderText(self._asked or _("Code or name  (Ctrl+L)"))
        self.setAccessibleName(self._asked or _("Code or name"))
        self.list.setAccessibleName(_("People this may be"))

    def ask(self, what: str, *, people: bool) -> None:
        """Ask for something else than a code, until asked for "" again; ``people``: list those whose names fit."""
        self._asked, self._finds = what, people
        self.retext()

    def take(self, text: str) -> None:
        """Go on typing here: take the focus and the first keys."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.insert(text)

    def look_up(self) -> None:
        """Show the people whose names fit what stands in the field."""
        text = self.text().strip()
        known = self._finds and (_may_be_name(text) or _may_be_part(text))
        self.people = list(self._search(text)) if known else []
        self._words.setStringList([shown(f"{person.name}   …{person.last4}") for person in self.people])
        if not self.people:
            self.list.hide()
            return
        n = len(self.people)
        self.setAccessibleDescription(ngettext("{n} person fits", "{n} people fit", n).format(n=n))
        height = self.list.sizeHintForRow(0) * n + 4
        self.list.setGeometry(0, 0, self.width(), height)
        self.list.move(self.mapTo(self._ground, QPoint(0, -height - 8)))
        if n == 1 and _may_be_name(text):
            self._select(0)
        self.list.show()
        self.list.raise_()

    def look_up_again(self) -> None:
        """Others can be found now: look once more for what stands in the field."""
        if self.hasFocus():
            self._changed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        shown = self.list.isVisible()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        elif key == Qt.Key.Key_Escape:
            self.clear()
            self.clearFocus()
            self.left.emit()
        elif shown and key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if key == Qt.Key.Key_Down else -1
            self._select((self.list.currentIndex().row() + step) % len(self.people))
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason:
            self.list.hide()

    def _changed(self) -> None:
        text = self.text().strip()
        if _may_be_name(text) or _may_be_part(text):
            self._timer.start(_PAUSE_MS)
        else:
            self._timer.stop()
            self.list.hide()

    def _select(self, row: int) -> None:
        self.list.setCurrentIndex(self._words.index(row))
        self.setAccessibleDescription(shown(self.people[row].name))

    def _enter(self) -> None:
        if self._timer.isActive():
            self._timer.stop()
            self.look_up()
        if self.list.isVisible() and self.people:
            row = self.list.currentIndex().row()
            if row >= 0:
                self._pick(row)
                return
            if _may_be_name(self.text().strip()):
                self._select(0)  # several fit: Enter first shows which one it would be
                return
        text = self.text().strip()
        if text:
            self._leave()
            self.entered.emit(text)

    def _pick(self, row: int) -> None:
        person = self.people[row]
        self._leave()
        self.picked.emit(person)

    def _leave(self) -> None:
        # Unlike clear(), this cannot be undone: what was entered may be a personal code.
        self.setText("")
        self.list.hide()
        self.clearFocus()


def _may_be_name(text: str) -> bool:
    """At least two characters, letters with what stands between names: no code has only these."""
    return len(text) >= 2 and all(letter.isalpha() or letter in " -'’." for letter in text)


def _may_be_part(text: str) -> bool:
    """A number's last four, or the beginning of an e-mail: people are shown, and yet Enter sends what stands there,
    for it may be a whole number or address."""
    return (len(text) == 4 and text.isascii() and text.isdigit()) or (
        "@" in text[1:] and " " not in text and len(text) <= 100
    )
