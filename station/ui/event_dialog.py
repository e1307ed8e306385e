"""Choose the event to work for, or add one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import QAbstractListModel, QDateTime, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDateTimeEdit,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from station.texts import ZONE, _, title_of
from station.ui.acts import Acts
from station.ui.header import meta
from station.ui.icons import picture
from station.ui.parts import label
from station.views import EventRow

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class EventList(QAbstractListModel):
    """Events, the latest first."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[EventRow] = []

    def put(self, rows: Sequence[EventRow]) -> None:
        self.beginResetModel()
        self.rows = sorted(rows, key=lambda row: row.event.start, reverse=True)
        self.endResetModel()

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            text = f"{row.event.title}\n{meta(row.event)}"
            return text
        return None


class Chooser(QComboBox):
    """A list to choose from, with the arrow that the style sheet takes away."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        arrow = picture("chevron-down", self.palette().buttonText().color().name(), 20)
        QPainter(self).drawPixmap(self.width() - 32, (self.height() - 20) // 2, arrow)


class EventDialog(QDialog):
    """A list of events; behind it the form for a new one."""

    def __init__(self, parent: QWidget, acts: Acts, events: Sequence[EventRow]) -> None:
        super().__init__(parent)
        self.setModal(True)
        self.resize(640, 560)
        self._acts = acts
        self.model = EventList()
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setUniformItemSizes(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._none = label("lead")
        self._none.setWordWrap(True)
        self.heading = label("title")
        self.title = QLineEdit()
        self.unit = Chooser()
        self.series = QLineEdit()
        self.start = QDateTimeEdit()
        self.end = QDateTimeEdit()
        self._asked: dict[QWidget, QLabel] = {}
        self.fault = label("fault")
        self.fault.setWordWrap(True)
        self.add, self.cancel, self.choose = QPushButton(), QPushButton(), QPushButton()
        self._stack = QStackedWidget()
        self._arrange()
        self.put(events)
        self.retext()
        self.list.doubleClicked.connect(lambda _index: self._choose())
        self.choose.clicked.connect(self._choose)
        self.add.clicked.connect(self._add_pressed)
        self.cancel.clicked.connect(self._back)
        self.list.selectionModel().currentChanged.connect(lambda *_changed: self._refresh())

    def _arrange(self) -> None:
        listed = QWidget()
        column = QVBoxLayout(listed)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._none)
        column.addWidget(self.list, 1)
        form_page = QWidget()
        form = QFormLayout(form_page)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(8)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        for field in (self.title, self.unit, self.series):
            form.addRow(self._named(field), field)
        times = QHBoxLayout()
        times.setSpacing(16)
        for edit in (self.start, self.end):
            edit.setDisplayFormat("yyyy-MM-dd HH:mm")
            edit.lineEdit().setTextMargins(10, 0, 0, 0)  # a style sheet's padding does not reach it
            column = QVBoxLayout()
            column.setSpacing(8)
            column.addWidget(self._named(edit))
            column.addWidget(edit)
            times.addLayout(column, 1)
        form.addRow(times)
        form.addRow(self.fault)
        self._stack.addWidget(listed)
        self._stack.addWidget(form_page)
        for button in (self.add, self.cancel):
            button.setAutoDefault(False)
        self.choose.setProperty("kind", "primary")
        self.choose.setDefault(True)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.add)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.choose)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 24, 24, 24)
        whole.setSpacing(16)
        whole.addWidget(self.heading)
        whole.addWidget(self._stack, 1)
        whole.addLayout(buttons)

    def _named(self, field: QWidget) -> QLabel:
        name = label("strong")
        name.setBuddy(field)
        self._asked[field] = name
        return name

    @property
    def adding(self) -> bool:
        return self._stack.currentIndex() == 1

    def put(self, events: Sequence[EventRow]) -> None:
        """The events to choose from; the one nearest to now is selected."""
        self.model.put(events)
        rows = self.model.rows
        self._none.setVisible(not rows)
        self.list.setVisible(bool(rows))
        if rows:
            now = datetime.now(ZONE).timestamp() * 1_000_000
            near = min(range(len(rows)), key=lambda k: _distance(rows[k], now))
            self.list.setCurrentIndex(self.model.index(near))
        self._refresh()

    def ask_new(self) -> None:
        """Turn to the form, with today's next full hour and eight hours filled in."""
        self._stack.setCurrentIndex(1)
        hour = datetime.now(ZONE).replace(minute=0, second=0, microsecond=0, tzinfo=None)
        self.start.setDateTime(_shown(hour))
        self.end.setDateTime(_shown(hour + timedelta(hours=8)))
        self.unit.clear()
        for unit, titles in self._acts.units():
            self.unit.addItem(title_of(titles), unit)
        self.fault.setText("")
        self.retext()
        self.title.setFocus()

    def retext(self) -> None:
        self.setWindowTitle(_("Events"))
        self.heading.setText(_("New event") if self.adding else _("Which event?"))
        self._none.setText(_("There are no events yet. Add the first one."))
        self.list.setAccessibleName(_("Events"))
        words = {
            self.title: _("Title"),
            self.unit: _("Unit"),
            self.series: _("Series, if its hours add up with other events"),
            self.start: _("From"),
            self.end: _("To"),
        }
        for field, said in words.items():
            self._asked[field].setText(said)
            field.setAccessibleName(said)
        self._refresh()

    def _refresh(self) -> None:
        for button, said in (
            (self.add, _("New event")),
            (self.cancel, _("Back") if self.adding else _("Cancel")),
            (self.choose, _("Add event") if self.adding else _("Choose")),
        ):
            button.setText(said)
            button.setAccessibleName(said)
        self.add.setVisible(not self.adding)
        self.choose.setEnabled(self.adding or self.list.currentIndex().isValid())

    def _add_pressed(self) -> None:
        self.ask_new()

    def _back(self) -> None:
        if self.adding and self.model.rows:
            self._stack.setCurrentIndex(0)
            self.retext()
        else:
            self.reject()

    def _choose(self) -> None:
        if self.adding:
            self._add()
        elif self.list.currentIndex().isValid():
            self._acts.choose_event(self.model.rows[self.list.currentIndex().row()].event.id)
            self.accept()

    def _add(self) -> None:
        start, end = _micros(self.start), _micros(self.end)
        title = self.title.text().strip()
        if not title:
            self.fault.setText(_("Enter a title."))
        elif end <= start:
            self.fault.setText(_("The event must end after it starts."))
        elif self.unit.currentIndex() < 0:
            self.fault.setText(_("There is no unit to choose: the catalogue is empty."))
        else:
            self._acts.add_event(title, self.unit.currentData(), self.series.text().strip() or None, start, end)
            self.accept()


def _distance(row: EventRow, now: float) -> float:
    """How far an event is from now; 0 while it goes on."""
    return max(row.event.start - now, now - row.event.end, 0)


def _shown(hour: datetime) -> QDateTime:
    return QDateTime(hour.year, hour.month, hour.day, hour.hour, 0, 0)


def _micros(edit: QDateTimeEdit) -> int:
    """The entered wall-clock time, in the zone people read times in, as µs UTC."""
    entered = edit.dateTime()
    date, time = entered.date(), entered.time()
    at = datetime(date.year(), date.month(), date.day(), time.hour(), time.minute(), tzinfo=ZONE)
    return round(at.timestamp()) * 1_000_000
