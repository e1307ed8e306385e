"""A roster that keeps an event closed: import one, or say who opens the desk all the same, and why."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from station.facts import Override
from station.texts import _, sentence
from station.ui.acts import Acts
from station.ui.parts import Elided, label
from station.views import Blocked


class OverrideDialog(QDialog):
    """Signal ``wants_roster()``: a roster is to be imported instead."""

    wants_roster = Signal()

    def __init__(self, parent: QWidget, acts: Acts, blocked: Blocked) -> None:
        super().__init__(parent)
        self.setModal(True)
        self.resize(560, 360)
        self._acts = acts
        self._blocked = blocked
        self.heading = label("title")
        self._event = Elided("strong")
        self.found = label("lead")
        self.found.setWordWrap(True)
        self.who, self.reason = QLineEdit(), QLineEdit()
        self.who.setMaxLength(200)
        self.reason.setMaxLength(500)
        self._names = {self.who: label("strong"), self.reason: label("strong")}
        self.fault = label("fault")
        self.fault.setWordWrap(True)
        self.cancel, self.all_the_same, self.roster = QPushButton(), QPushButton(), QPushButton()
        self._arrange()
        self.retext()
        self.cancel.clicked.connect(self.reject)
        self.all_the_same.clicked.connect(self._open)
        self.roster.clicked.connect(self._import)
        for field in (self.who, self.reason):
            field.returnPressed.connect(self._open)

    def _arrange(self) -> None:
        form = QVBoxLayout()
        form.setSpacing(8)
        for field, name in self._names.items():
            name.setBuddy(field)
            form.addWidget(name)
            form.addWidget(field)
            form.addSpacing(8)
        form.addWidget(self.fault)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        # Enter in a field opens; no button is pressed by it.
        for button in (self.cancel, self.all_the_same, self.roster):
            button.setAutoDefault(False)
        self.roster.setProperty("kind", "primary")
        buttons.addWidget(self.cancel)
        buttons.addStretch(1)
        buttons.addWidget(self.all_the_same)
        buttons.addWidget(self.roster)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 24, 24, 24)
        whole.setSpacing(16)
        whole.addWidget(self.heading)
        whole.addWidget(self._event)
        whole.addWidget(self.found)
        whole.addLayout(form)
        whole.addStretch(1)
        whole.addLayout(buttons)

    def retext(self) -> None:
        self.setWindowTitle(_("The roster keeps this event closed"))
        self.heading.setText(_("The roster keeps this event closed"))
        self._event.setText(self._blocked.event.title)
        self.found.setText(sentence(self._blocked.found))
        for field, said in ((self.who, _("Your name")), (self.reason, _("Why open it all the same"))):
            self._names[field].setText(said)
            field.setAccessibleName(said)
        self.reason.setPlaceholderText(_("It is recorded with your name"))
        for button, said in (
            (self.cancel, _("Cancel")),
            (self.all_the_same, _("Open all the same")),
            (self.roster, _("Import roster…")),
        ):
            button.setText(said)
            button.setAccessibleName(said)

    def _import(self) -> None:
        self.reject()
        self.wants_roster.emit()

    def _open(self) -> None:
        who, reason = self.who.text().strip(), self.reason.text().strip()
        if not who:
            self.fault.setText(_("Enter your name."))
            self.who.setFocus()
        elif not reason:
            self.fault.setText(_("Enter the reason."))
            self.reason.setFocus()
        else:
            self._acts.choose_event(self._blocked.event.id, Override(reason, who))
            self.accept()
