"""A table over immutable rows: sorted and filtered in one pass of plain Python, diacritics folded."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableView,
)

from station import search
from station.ui.look import font
from station.ui.theme import BODY

R = TypeVar("R")
_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_ROW = 36


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """One column: its heading and a row's text are made in the active language; ``key`` is what it sorts by.

    ``width`` in pixels; 0 takes what is left."""

    heading: Callable[[], str]
    text: Callable[[R], str]
    key: Callable[[R], Any]
    width: int = 0
    right: bool = False


folded = lru_cache(maxsize=65_536)(search.folded)
"""Small letters without diacritics, as in every search; a table asks for the same texts over and over."""


class Rows(QAbstractTableModel, Generic[R]):
    """``rows`` are those shown, in the order shown; ``identity`` names a row across updates."""

    def __init__(self, columns: Sequence[Column[R]], identity: Callable[[R], Hashable]) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self.identity = identity
        self.rows: list[R] = []
        self._all: tuple[R, ...] = ()
        self._found: list[str] | None = None
        self._words: tuple[str, ...] = ()
        self._wanted: Callable[[R], bool] | None = None
        self._sorted: tuple[int, bool] = (0, False)

    def put(self, rows: Sequence[R]) -> None:
        """Show these rows instead."""
        self._all = tuple(rows)
        self._found = None
        self._arrange()

    def narrow(self, text: str, wanted: Callable[[R], bool] | None = None) -> None:
        """Only rows that have every word of ``text`` in some column and that ``wanted`` accepts."""
        self._words = tuple(folded(text).split())
        self._wanted = wanted
        self._arrange()

    def retext(self) -> None:
        self._found = None
        self._arrange()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)

    def _arrange(self) -> None:
        rows = list(self._all)
        if self._words:
            if self._found is None:
                self._found = ["\t".join(folded(column.text(row)) for column in self.columns) for row in self._all]
            rows = [
                row
                for row, text in zip(self._all, self._found, strict=True)
                if all(word in text for word in self._words)
            ]
        if self._wanted is not None:
            rows = [row for row in rows if self._wanted(row)]
        column, descending = self._sorted
        rows.sort(key=self.columns[column].key, reverse=descending)
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if 0 <= column < len(self.columns):
            self._sorted = (column, order == Qt.SortOrder.DescendingOrder)
            self._arrange()

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        column = self.columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return column.text(self.rows[index.row()])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole and column.right:
            return font(BODY, figures=True)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Horizontal and 0 <= section < len(self.columns):
            if role == Qt.ItemDataRole.DisplayRole:
                return self.columns[section].heading()
            if role == Qt.ItemDataRole.TextAlignmentRole:
                right = self.columns[section].right
                return (
                    Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
                ) | Qt.AlignmentFlag.AlignVCenter
        return None


class Table(QTableView, Generic[R]):
    """A calm table: whole rows, no grid; selection and place survive new rows. ``empty`` stands where none are."""

    def __init__(self, model: Rows[R]) -> None:
        super().__init__()
        self.rows = model
        self.empty = ""
        self._kept: set[Hashable] = set()
        self._place = 0
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setFont(font(BODY))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for place, column in enumerate(model.columns):
            mode = QHeaderView.ResizeMode.Interactive if column.width else QHeaderView.ResizeMode.Stretch
            header.setSectionResizeMode(place, mode)
            if column.width:
                self.setColumnWidth(place, column.width)
        header.setSortIndicator(0, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        model.modelAboutToBeReset.connect(self._keep)
        model.modelReset.connect(self._restore)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.rows.rows:
            painter = QPainter(self.viewport())
            painter.setPen(self.palette().text().color())
            painter.setFont(font(BODY))
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, self.empty)

    def chosen(self) -> list[R]:
        """The selected rows, in the order shown."""
        places = sorted({index.row() for index in self.selectionModel().selectedRows()})
        return [self.rows.rows[place] for place in places]

    def _keep(self) -> None:
        self._kept = {self.rows.identity(row) for row in self.chosen()}
        self._place = self.verticalScrollBar().value()

    def _restore(self) -> None:
        if self._kept:
            mode = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
            for place, row in enumerate(self.rows.rows):
                if self.rows.identity(row) in self._kept:
                    self.selectionModel().select(self.rows.index(place, 0), mode)
        self.verticalScrollBar().setValue(self._place)
