"""Asks for the passphrase of an existing station."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from station.texts import _
from station.ui.acts import Acts
from station.ui.icons import picture
from station.ui.look import Look
from station.ui.parts import label, surface


class UnlockPage(QWidget):
    """One field and one button; a wrong passphrase says so and lets try again."""

    def __init__(self, acts: Acts, look: Look) -> None:
        super().__init__()
        self.setObjectName("page")
        self._acts = acts
        self._look = look
        self._lock = QLabel()
        self.heading = label("title")
        self._lead = label("lead")
        self._lead.setWordWrap(True)
        self.field = QLineEdit()
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.fault = label("fault")
        self.fault.setWordWrap(True)
        self.button = QPushButton()
        self.button.setProperty("kind", "primary")
        frame = surface()
        frame.setFixedWidth(480)
        column = QVBoxLayout(frame)
        column.setContentsMargins(32, 32, 32, 32)
        column.setSpacing(16)
        for part in (self._lock, self.heading, self._lead, self.field, self.fault, self.button):
            column.addWidget(part)
        row = QHBoxLayout(self)
        row.addWidget(frame, 1, Qt.AlignmentFlag.AlignCenter)
        self.field.returnPressed.connect(self._go)
        self.button.clicked.connect(self._go)
        look.changed.connect(self.retext)

    def retext(self) -> None:
        self._lock.setPixmap(picture("lock", self._look.theme.accent, 32))
        self.heading.setText(_("The station is locked"))
        self._lead.setText(_("Its data is encrypted. Enter the passphrase chosen when it was set up."))
        self.field.setAccessibleName(_("Passphrase"))
        self.field.setPlaceholderText(_("Passphrase"))
        self.button.setText(_("Unlock"))
        self.button.setAccessibleName(_("Unlock"))

    def refuse(self, sentence: str) -> None:
        """It did not open: say why, and let enter it again."""
        self.fault.setText(sentence)
        self.field.setEnabled(True)
        self.button.setEnabled(True)
        self.field.selectAll()
        self.field.setFocus()

    def _go(self) -> None:
        if self.field.text():
            self.fault.setText("")
            self.field.setEnabled(False)
            self.button.setEnabled(False)
            self._acts.unlock(self.field.text())
