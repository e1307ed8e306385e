"""Match a walk-in to somebody on the roster, or take a match back; what follows is said before it is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QStringListModel, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QDialog, QHBoxLayout, QLineEdit, QListView, QPushButton, QVBoxLayout

from station.facts import Flag, Person
from station.texts import _
from station.ui.acts import Acts
from station.ui.parts import label
from station.views import VisitRow

_PAUSE_MS = 80


def is_walk_in(row: VisitRow) -> bool:
    """Of somebody whom nobody matched to the roster yet."""
    return Flag.WALK_IN in row.flags


class MatchDialog(QDialog):
    """For one visit's person: a search on the roster for a walk-in; for a matched person, the way back."""

    def __init__(self, parent: QPushButton, acts: Acts, row: VisitRow, by: str) -> None:
        super().__init__(parent.window())
        self.setModal(True)
        self.resize(560, 480 if is_walk_in(row) else 320)
        self._acts, self._row = acts, row
        self.people: list[Person] = []
        self._words = QStringListModel()
        self.heading, self.about = label("title"), label()
        self.search, self.list = QLineEdit(), QListView()
        self.list.setModel(self._words)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.follows = label()
        self._asks = label("strong")
        self.signer = QLineEdit(by)
        self._asks.setBuddy(self.signer)
        self.cancel, self.do = QPushButton(), QPushButton()
        self.do.setProperty("kind", "primary")
        self.do.setDefault(True)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.look_up)
        self._arrange()
        self.retext()
        self.search.textChanged.connect(lambda _text: self._timer.start(_PAUSE_MS))
        self.signer.textChanged.connect(lambda _text: self._refresh())
        self.list.selectionModel().currentChanged.connect(lambda *_changed: self._refresh())
        self.list.doubleClicked.connect(lambda _index: self.do.click())
        self.cancel.clicked.connect(self.reject)
        self.do.clicked.connect(self._act)
        (self.search if is_walk_in(row) else self.signer).setFocus()

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        for words in (self.heading, self.about):
            words.setWordWrap(True)
            column.addWidget(words)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        self.follows.setWordWrap(True)
        column.addWidget(self.follows)
        column.addStretch()
        column.addWidget(self._asks)
        column.addWidget(self.signer)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.do)
        column.addLayout(buttons)
        for part in (self.search, self.list):
            part.setVisible(is_walk_in(self._row))

    def retext(self) -> None:
        """Say everything again in the active language."""
        walk_in = is_walk_in(self._row)
        title = _("Match a walk-in") if walk_in else _("Take a match back")
        self.setWindowTitle(title)
        self.heading.setText(title)
        about = _("{name} is not on the roster by that name. Who is it?")
        if not walk_in:
            about = _("{name} is matched to another entry, such as a walk-in.")
        self.about.setText(about.format(name=self._row.name))
        self.search.setPlaceholderText(_("Search the roster"))
        self.search.setAccessibleName(_("Search the roster"))
        self.list.setAccessibleName(_("People this may be"))
        self._asks.setText(_("Your name"))
        self.signer.setAccessibleName(_("Your name"))
        for button, said in (
            (self.cancel, _("Cancel") if walk_in else _("Leave it")),
            (self.do, _("Match") if walk_in else _("Take back")),
        ):
            button.setText(said)
            button.setAccessibleName(said)
        self._refresh()

    def look_up(self) -> None:
        """Show whom the search finds; walk-ins are nobody to be matched to."""
        text = self.search.text().strip()
        self.people = [person for person in self._acts.search(text) if not person.walk_in]
        self._words.setStringList([f"{person.name}   …{person.last4}" for person in self.people])
        if self.people:
            self.list.setCurrentIndex(self._words.index(0))
        self._refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrows choose while the search has the focus."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is not None and self.people and self.search.hasFocus():
            row = (self.list.currentIndex().row() + step) % len(self.people)
            self.list.setCurrentIndex(self._words.index(row))
        else:
            super().keyPressEvent(event)

    def chosen(self) -> Person | None:
        """Whom the walk-in would be matched to."""
        row = self.list.currentIndex().row()
        return self.people[row] if 0 <= row < len(self.people) else None

    def _refresh(self) -> None:
        chosen = self.chosen()
        if not is_walk_in(self._row):
            words = _(
                "The walk-in's hours are counted apart again. A badge that was issued stays issued: look at the awards."
            )
        elif chosen is None:
            words = _("Type two letters of the name, then choose.")
        else:
            words = _(
                "{walk_in} and {person} are one person from then on: their hours add up, what overlaps counts once, "
                "and each badge is given once. It can be taken back."
            ).format(walk_in=self._row.name, person=chosen.name)
        self.follows.setText(words)
        self.follows.setAccessibleName(words)
        ready = chosen is not None or not is_walk_in(self._row)
        self.do.setEnabled(ready and bool(self.signer.text().strip()))
        self.do.setToolTip("" if self.signer.text().strip() else _("Enter your name first."))

    def _act(self) -> None:
        by, chosen = self.signer.text().strip(), self.chosen()
        if is_walk_in(self._row):
            if chosen is None:
                return
            self._acts.match(self._row.person, chosen.id, by)
        else:
            self._acts.unmatch(self._row.matched, by)
        self.accept()


class MatchButton(QPushButton):
    """Opens the dialog for the selected visit, where there is something to match or to take back."""

    def __init__(self, acts: Acts, rows: Callable[[], Sequence[VisitRow]], by: Callable[[], str]) -> None:
        super().__init__()
        self._acts, self._rows, self._by = acts, rows, by
        self.dialog: MatchDialog | None = None
        self.clicked.connect(self.ask)

    def row(self) -> VisitRow | None:
        """The one selected visit that this is about."""
        rows = self._rows()
        return rows[0] if len(rows) == 1 and (is_walk_in(rows[0]) or rows[0].matched) else None

    def refresh(self) -> None:
        """Word it for what is selected."""
        row = self.row()
        back = row is not None and not is_walk_in(row)
        words = _("Take match back…") if back else _("Match walk-in…")
        self.setText(words)
        self.setAccessibleName(words)
        self.setEnabled(row is not None)
        self.setToolTip("" if row is not None else _("Select a visit of a walk-in first."))

    def ask(self) -> None:
        """Open the dialog."""
        row = self.row()
        if row is not None:
            self.dialog = MatchDialog(self, self._acts, row, self._by())
            self.dialog.finished.connect(self._done)
            self.dialog.open()

    def _done(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None
