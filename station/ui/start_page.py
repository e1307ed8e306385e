"""The first page of a new station: try it in practice mode, or set it up for real."""

from __future__ import annotations

from urllib.parse import urlsplit

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from station.texts import _
from station.ui.acts import Acts
from station.ui.icons import picture
from station.ui.look import Look
from station.ui.parts import label, surface

SHORTEST = 8
"""Characters a passphrase must have."""


class Choice(QPushButton):
    """A large button with an icon, a title and a sentence."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "choice")
        # Enter chooses too, not only the space bar.
        self.setAutoDefault(True)
        self._icon = QLabel()
        self.title = label("title")
        self.words = label("lead")
        self.words.setWordWrap(True)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addStretch(1)
        column.addWidget(self.title)
        column.addWidget(self.words)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(32, 16, 32, 16)
        row.setSpacing(24)
        row.addWidget(self._icon)
        row.addLayout(column, 1)

    def put(self, title: str, words: str, drawing: QPixmap) -> None:
        self._icon.setPixmap(drawing)
        self.title.setText(title)
        self.words.setText(words)
        self.setAccessibleName(title)
        self.setAccessibleDescription(words)


class StartPage(QWidget):
    """Two large choices, then the few questions of a real station."""

    def __init__(self, acts: Acts, look: Look, *, key_store: bool) -> None:
        super().__init__()
        self.setObjectName("page")
        self._acts = acts
        self._look = look
        self._key_store = key_store
        self._stack = QStackedWidget()
        self._stack.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.heading = label("title")
        self._lead = label("lead")
        self._lead.setWordWrap(True)
        self.practice = Choice()
        self.set_up = Choice()
        self.institution = QLineEdit()
        self.issuer = QLineEdit()
        self.passphrase = QLineEdit()
        self.again = QLineEdit()
        self._names: dict[QLineEdit, QLabel] = {}
        self.fault = label("fault")
        self.fault.setWordWrap(True)
        self.back = QPushButton()
        self.go = QPushButton()
        self._stack.addWidget(self._choices())
        self._stack.addWidget(self._questions())
        self._fit()
        column = QVBoxLayout()
        column.setSpacing(16)
        column.addStretch(2)
        column.addWidget(self.heading)
        column.addWidget(self._lead)
        column.addSpacing(8)
        column.addWidget(self._stack)
        column.addStretch(3)
        inner = QWidget()
        inner.setFixedWidth(720)
        inner.setLayout(column)
        row = QHBoxLayout(self)
        row.addWidget(inner, 1, Qt.AlignmentFlag.AlignHCenter)
        self.practice.clicked.connect(acts.start_practice)
        self.set_up.clicked.connect(lambda: self.turn(1))
        self.back.clicked.connect(lambda: self.turn(0))
        self.go.clicked.connect(self._go)
        for field in self._names:
            field.returnPressed.connect(self._go)
        look.changed.connect(self.retext)

    def _choices(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(self.practice)
        column.addWidget(self.set_up)
        column.addStretch(1)
        return page

    def _questions(self) -> QWidget:
        page = surface()
        form = QFormLayout(page)
        form.setContentsMargins(24, 24, 24, 24)
        form.setSpacing(16)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        asked = [self.institution, self.issuer]
        if not self._key_store:
            asked += [self.passphrase, self.again]
            for field in (self.passphrase, self.again):
                field.setEchoMode(QLineEdit.EchoMode.Password)
        for field in asked:
            name = label("strong")
            name.setBuddy(field)
            self._names[field] = name
            form.addRow(name, field)
        form.addRow(self.fault)
        buttons = QHBoxLayout()
        self.go.setProperty("kind", "primary")
        buttons.addWidget(self.back)
        buttons.addStretch(1)
        buttons.addWidget(self.go)
        form.addRow(buttons)
        return page

    def turn(self, place: int) -> None:
        """0: the two choices; 1: the questions."""
        self._stack.setCurrentIndex(place)
        self._fit()
        self.retext()
        (self.institution if place else self.practice).setFocus()

    def _fit(self) -> None:
        """Only the page shown takes room, so that it stands in the middle."""
        for page in self._stack.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            shown = page is self._stack.currentWidget()
            policy = QSizePolicy.Policy.Preferred if shown else QSizePolicy.Policy.Ignored
            page.setSizePolicy(policy, policy)

    def retext(self) -> None:
        asking = self._stack.currentIndex() == 1
        self.heading.setText(_("Set up this station") if asking else _("Welcome"))
        self._lead.setText(
            _("The keys that lock the data and sign the badges are made now, on this computer.")
            if asking
            else _("This station reads student codes, logs hours and issues badges, with or without a network.")
        )
        ink = self._look.theme.text
        self.practice.put(
            _("Try practice mode"),
            _("A sample event and sample students. Nothing to set up, nothing real is touched."),
            picture("graduation-cap", ink, 40),
        )
        self.set_up.put(
            _("Set up this station"),
            _("For real events. You need the institution's name and its badge issuer's address."),
            picture("building-2", ink, 40),
        )
        hints = {
            self.institution: (_("Institution"), _("Name of the university or club")),
            self.issuer: (_("Issuer address"), "https://badges.example.edu"),
            self.passphrase: (_("Passphrase"), _("At least 8 characters; it cannot be recovered")),
            self.again: (_("Passphrase again"), ""),
        }
        for field, above in self._names.items():
            said, hint = hints[field]
            above.setText(said)
            field.setAccessibleName(said)
            field.setPlaceholderText(hint)
        for button, said in ((self.back, _("Back")), (self.go, _("Set up"))):
            button.setText(said)
            button.setAccessibleName(said)

    def _go(self) -> None:
        fault = self.check()
        self.fault.setText(fault)
        if not fault:
            passphrase = None if self._key_store else self.passphrase.text()
            self._acts.set_up(self.institution.text().strip(), self.issuer.text().strip(), passphrase)

    def check(self) -> str:
        """What is still missing or wrong, as a sentence; empty when nothing is."""
        if not self.institution.text().strip():
            return _("Enter the institution's name.")
        address = urlsplit(self.issuer.text().strip())
        if address.scheme not in ("https", "http") or not address.hostname:
            return _("Enter the issuer's address, beginning with https://.")
        if not self._key_store:
            if len(self.passphrase.text()) < SHORTEST:
                return _("Choose a passphrase of at least {n} characters.").format(n=SHORTEST)
            if self.passphrase.text() != self.again.text():
                return _("The two passphrases differ: enter them again.")
        return ""
