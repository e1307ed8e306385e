"""Puts a theme on the application: the only place that sets a style sheet, the palette and the font."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from station.resources import resource
from station.ui.theme import BODY, LIGHT, THEMES, Theme, sheet

FAMILY = "Inter"
FILES = ("Inter-Regular.ttf", "Inter-SemiBold.ttf")


class Look(QObject):
    """The active theme. Signal ``changed()``: painted widgets draw themselves again."""

    changed = Signal()

    def __init__(self, application: QApplication, name: str) -> None:
        super().__init__()
        self._application = application
        self.theme: Theme = THEMES.get(name, LIGHT)
        if FAMILY not in QFontDatabase.families():
            for file in FILES:
                QFontDatabase.addApplicationFont(str(resource("fonts", file)))
        # Dressing costs a pass over every widget there is, so an application in this dress keeps it.
        if application.styleSheet() != sheet(self.theme):
            application.setStyle(QStyleFactory.create("Fusion"))
            self.choose(name)

    def choose(self, name: str) -> None:
        """Dress the application in theme ``name``; one we do not have counts as light."""
        self.theme = THEMES.get(name, LIGHT)
        self._application.setFont(font(BODY))
        self._application.setPalette(palette(self.theme))
        self._application.setStyleSheet(sheet(self.theme))
        self.changed.emit()

    def colour(self, name: str) -> QColor:
        """A colour of the active theme by its field name."""
        return QColor(getattr(self.theme, name))


def font(pixels: int, *, strong: bool = False, figures: bool = False) -> QFont:
    """Our font in a pixel size; ``figures`` of equal width, so that columns of times stand straight."""
    made = QFont(FAMILY)
    made.setPixelSize(pixels)
    made.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    if figures:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


def palette(theme: Theme) -> QPalette:
    """What Qt's own dialogs and item views take their colours from."""
    role = QPalette.ColorRole
    made = QPalette()
    for where, colour in (
        (role.Window, theme.window),
        (role.Base, theme.surface),
        (role.AlternateBase, theme.sunken),
        (role.Button, theme.surface),
        (role.WindowText, theme.text),
        (role.Text, theme.text),
        (role.ButtonText, theme.text),
        (role.PlaceholderText, theme.muted),
        (role.Highlight, theme.accent),
        (role.HighlightedText, theme.on_accent),
        (role.Link, theme.accent),
    ):
        made.setColor(where, QColor(colour))
    return made
