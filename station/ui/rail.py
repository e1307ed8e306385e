"""The left rail: the pages at the top; language, theme and sound at the bottom."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QButtonGroup, QFrame, QToolButton, QVBoxLayout

from station.texts import _, language
from station.ui.icons import icon
from station.ui.look import Look
from station.ui.theme import THEMES

_NAMES = tuple(THEMES)
_THEME_ICONS = {"light": "sun", "dark": "moon", "contrast": "contrast"}


class Rail(QFrame):
    """Signals: ``page(int)``, ``language(str)``, ``theme(str)``, ``sound(bool)``: what a person chose."""

    page = Signal(int)
    language = Signal(str)
    theme = Signal(str)
    sound = Signal(bool)

    def __init__(self, look: Look, *, sound: bool) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setFixedWidth(96)
        self._look = look
        self.pages = [self._button(checkable=True) for _k in range(3)]
        self.tongue = self._button()
        self.dress = self._button()
        self.noise = self._button(checkable=True)
        self.noise.setChecked(sound)
        group = QButtonGroup(self)
        for place, button in enumerate(self.pages):
            group.addButton(button, place)
        group.idClicked.connect(self.page)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        for button in self.pages:
            column.addWidget(button)
        column.addStretch(1)
        for button in (self.noise, self.dress, self.tongue):
            column.addWidget(button)
        self.tongue.clicked.connect(lambda: self.language.emit("en" if language() == "lt" else "lt"))
        self.dress.clicked.connect(lambda: self.theme.emit(self._next()))
        self.noise.toggled.connect(self._switched)
        look.changed.connect(self.retext)

    def select(self, place: int) -> None:
        self.pages[place].setChecked(True)

    def enable(self, on: bool) -> None:
        """Pages can be chosen only once the station is open."""
        for button in self.pages:
            button.setVisible(on)

    def retext(self) -> None:
        theme = self._look.theme
        words = (_("Desk"), _("Day"), _("Readiness"))
        pictures = ("scan-line", "calendar-days", "clipboard-check")
        for button, word, name, keys in zip(self.pages, words, pictures, ("Ctrl+1", "Ctrl+2", "Ctrl+3"), strict=True):
            ink = theme.on_soft if button.isChecked() else theme.text
            self._word(button, word, word, f"{word} ({keys})", icon(name, ink))
        other = "English" if language() == "lt" else "Lietuvių"
        self._word(self.tongue, other, other, other, icon("languages", theme.text))
        looks = {"light": _("Light"), "dark": _("Dark"), "contrast": _("Contrast")}
        now = looks[theme.name]
        following = looks[self._next()]
        tip = _("Theme: {now}. Next: {next}").format(now=now, next=following)
        self._word(self.dress, now, tip, tip, icon(_THEME_ICONS[theme.name], theme.text))
        on = self.noise.isChecked()
        sound = _("Sound on") if on else _("Sound off")
        self._word(self.noise, sound, sound, sound, icon("volume-2" if on else "volume-x", theme.text))

    def _next(self) -> str:
        return _NAMES[(_NAMES.index(self._look.theme.name) + 1) % len(_NAMES)]

    def _switched(self, on: bool) -> None:
        self.retext()
        self.sound.emit(on)

    def _word(self, button: QToolButton, text: str, name: str, tip: str, picture: QIcon) -> None:
        button.setText(text)
        button.setAccessibleName(name)
        button.setToolTip(tip)
        button.setIcon(picture)

    def _button(self, *, checkable: bool = False) -> QToolButton:
        made = QToolButton()
        made.setCheckable(checkable)
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        made.setIconSize(QSize(24, 24))
        made.setFixedSize(80, 64)
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return made
