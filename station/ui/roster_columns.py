"""The first rows of a roster file, and above each column what it is read as: to see, and to change."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QScrollArea, QWidget

from station.headings import Field
from station.rosterview import Opened
from station.texts import _
from station.ui.event_dialog import Chooser
from station.ui.parts import Elided
from station.words import field_word

_WIDE = 184
"""Pixels of one column."""


class RosterColumns(QScrollArea):
    """Signal ``chosen()``: some column is read as something else now."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("plain")
        self.setWidgetResizable(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.choosers: list[Chooser] = []
        self._opened: Opened | None = None

    @property
    def fields(self) -> list[Field | None]:
        """What each column is read as."""
        return [chooser.currentData() for chooser in self.choosers]

    def put(self, opened: Opened) -> None:
        """Show this file."""
        self._opened = opened
        ground = QWidget()
        grid = QGridLayout(ground)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        self.choosers = []
        for place in range(len(opened.columns.fields)):
            grid.setColumnMinimumWidth(place, _WIDE)
            heading = Elided("strong")
            heading.setText(opened.columns.heading(place).strip())
            grid.addWidget(heading, 0, place)
            chooser = Chooser()
            chooser.setFixedWidth(_WIDE)
            for field in (None, *Field):
                chooser.addItem("", field)
            chooser.setCurrentIndex(chooser.findData(opened.columns.fields[place]))
            chooser.currentIndexChanged.connect(lambda _index: self.chosen.emit())
            heading.setBuddy(chooser)
            self.choosers.append(chooser)
            grid.addWidget(chooser, 1, place)
            for row, cells in enumerate(opened.sample):
                cell = Elided()
                cell.setText(" ".join(cells[place].split()) if place < len(cells) else "")
                grid.addWidget(cell, row + 2, place)
        grid.setColumnStretch(len(self.choosers), 1)
        grid.setRowStretch(len(opened.sample) + 2, 1)
        self.setWidget(ground)
        self.retext()

    def retext(self) -> None:
        for place, chooser in enumerate(self.choosers):
            with QSignalBlocker(chooser):
                for index, field in enumerate((None, *Field)):
                    chooser.setItemText(index, field_word(field))
            if self._opened is not None:
                name = self._opened.columns.heading(place).strip()
                chooser.setAccessibleName(_("What column “{name}” holds").format(name=name))
