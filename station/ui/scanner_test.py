"""The test of a hand scanner: shows one code with every risky sign, compares what arrives, and says what it means."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from station.layouts import Found, Tested, judge
from station.texts import _, sentence
from station.trouble import Trouble
from station.ui.acts import Acts
from station.ui.icons import picture
from station.ui.look import Look
from station.ui.parts import label, surface
from station.ui.readiness_words import HUES, ICONS, result_words
from station.ui.scanner_sheet import CodePair, save_sheet


class ScannerTest(QDialog):
    """While it is open, the window gives it every scanned code by ``take``."""

    def __init__(self, parent: QWidget, acts: Acts, look: Look) -> None:
        super().__init__(parent)
        self.setModal(True)
        self._acts = acts
        self._look = look
        self._tested: Tested | None = None
        self._ended = True
        self.found_silent = False
        self.heading = label("title")
        self.how = label("lead")
        self.how.setWordWrap(True)
        self.code = CodePair()
        self._icon = QLabel()
        self.title = label("strong")
        self.said = label()
        self.said.setWordWrap(True)
        self.said.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.pdf, self.png, self.close_button = QPushButton(), QPushButton(), QPushButton()
        self._arrange()
        self.pdf.clicked.connect(lambda: self._save("pdf"))
        self.png.clicked.connect(lambda: self._save("png"))
        self.close_button.clicked.connect(self.accept)
        look.changed.connect(self.retext)
        self.retext()

    def _arrange(self) -> None:
        self.close_button.setProperty("kind", "primary")
        self.close_button.setDefault(True)
        for button in (self.pdf, self.png):
            button.setAutoDefault(False)
        frame = surface()
        frame.setMinimumHeight(112)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self.title)
        words.addWidget(self.said, 1)
        row = QHBoxLayout(frame)
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(16)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.pdf)
        buttons.addWidget(self.png)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(16)
        column.addWidget(self.heading)
        column.addWidget(self.how)
        column.addWidget(self.code, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(frame)
        column.addLayout(buttons)

    def take(self, text: str, device: str, *, ended: bool) -> None:
        """A code came from a hand scanner."""
        self._tested, self._ended = judge(text), ended
        if self._tested.found not in (Found.CAPS, Found.OTHER):
            self._acts.keep_scanner(device, self._tested, ended=ended)
            self.found_silent = self.found_silent or not ended
        self._show()

    def retext(self) -> None:
        self.setWindowTitle(_("Hand scanner test"))
        self.heading.setText(_("Hand scanner test"))
        self.how.setText(
            _(
                "Scan one of these codes with the hand scanner. A laser scanner reads no screens: save the sheet and "
                "print it."
            )
        )
        self.code.retext()
        for button, said in (
            (self.pdf, _("Save as PDF…")),
            (self.png, _("Save as PNG…")),
            (self.close_button, _("Close")),
        ):
            button.setText(said)
            button.setAccessibleName(said)
        self._show()

    def _show(self) -> None:
        theme = self._look.theme
        if self._tested is None:
            self._icon.setPixmap(picture("scan-line", theme.muted, 32))
            self.title.setText(_("Waiting for a scan…"))
            self.said.setText("")
        else:
            state, title, said = result_words(self._tested, ended=self._ended)
            self._icon.setPixmap(picture(ICONS[state], getattr(theme, HUES[state]), 32))
            self.title.setText(title)
            self.said.setText(said)
        self.setAccessibleDescription(f"{self.title.text()}. {self.said.text()}")

    def _save(self, form: str) -> None:
        name = _("scanner-test") + f".{form}"
        path, _kind = QFileDialog.getSaveFileName(self, _("Save the sheet"), name, f"{form.upper()} (*.{form})")
        if not path:
            return
        theme = self._look.theme
        try:
            save_sheet(Path(path))
        except Trouble as trouble:
            self._icon.setPixmap(picture("triangle-alert", theme.red_text, 32))
            self.title.setText(_("The sheet was not saved"))
            self.said.setText(sentence(trouble))
        else:
            self._icon.setPixmap(picture("check", theme.green_text, 32))
            self.title.setText(_("Saved: print it at full size, then scan it"))
            self.said.setText(path)
