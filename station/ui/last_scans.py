"""The last scans of the desk, newest first, with undo; what was undone stays and is struck through."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from station.facts import Refusal, Refuse, Role, Source, Verdict, Way
from station.shown import shown
from station.texts import _, clock_time
from station.ui.feedback import Hue, Shape
from station.ui.icons import icon
from station.ui.look import Look, font
from station.ui.parts import label, surface
from station.ui.shapes import draw
from station.ui.theme import BODY, SMALL
from station.views import Outcome, ScanRow
from station.words import refusal_word, role_word, verdict_word

KEPT = 50
"""How many scans the list holds."""

LOOKS: dict[Verdict, tuple[Shape, Hue]] = {
    Verdict.ADMITTED: (Shape.TICK, Hue.GREEN),
    Verdict.RELEASED: (Shape.ARROW_OUT, Hue.BLUE),
    Verdict.SWITCHED: (Shape.TWO_ARROWS, Hue.VIOLET),
    Verdict.REPEAT: (Shape.TWO_RINGS, Hue.AMBER),
    Verdict.REFUSED: (Shape.OCTAGON, Hue.RED),
}

_UNDOABLE = (Verdict.ADMITTED, Verdict.RELEASED, Verdict.SWITCHED)
_Index = QModelIndex | QPersistentModelIndex


def row_of(outcome: Outcome) -> ScanRow:
    """The row of a scan just answered, until the day's own row replaces it."""
    record = outcome.record
    body = record.body
    person = outcome.person
    decision = outcome.decision
    return ScanRow(
        ref=record.ref,
        at=record.stated,
        person=person.id if person else None,
        name=person.name if person else "",
        last4=person.last4 if person else outcome.last4,
        verdict=outcome.verdict,
        reason=str(getattr(decision, "reason", "")),
        role=getattr(decision, "role", None) or Role(body.get("role", Role.REPRESENTATION)),
        way=Way(body.get("way", Way.EITHER)),
        source=Source(body.get("source", Source.CAMERA)),
        desk="",
        undone=False,
        unknown=decision == Refuse(Refusal.UNKNOWN_CODE),
        linked=bool(body.get("linked")),
    )


def who(row: ScanRow) -> str:
    """The name, else what was wrong with the code."""
    if row.name:
        return shown(row.name)
    try:
        return refusal_word(Refusal(row.reason))
    except ValueError:
        return verdict_word(row.verdict)


def spoken(row: ScanRow) -> str:
    """One row in words, also for screen readers."""
    parts = [clock_time(row.at), who(row), verdict_word(row.verdict)]
    if row.verdict is not Verdict.REFUSED:
        parts.append(role_word(row.role))
    if row.undone:
        parts.append(_("undone"))
    if row.unknown:
        parts.append(_("can be linked to a person"))
    return ", ".join(parts)


class ScanList(QAbstractListModel):
    """Scans, newest first. ``UserRole`` gives the row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[ScanRow] = []

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
            Qt.ItemDataRole.ToolTipRole,
        ):
            return spoken(row)
        return None

    def add(self, row: ScanRow) -> None:
        """A new scan on top; one already there is not added twice."""
        if any(known.ref == row.ref for known in self.rows):
            return
        self.beginInsertRows(QModelIndex(), 0, 0)
        self.rows.insert(0, row)
        self.endInsertRows()
        if len(self.rows) > KEPT:
            self.beginRemoveRows(QModelIndex(), KEPT, len(self.rows) - 1)
            del self.rows[KEPT:]
            self.endRemoveRows()

    def replace(self, rows: list[ScanRow]) -> None:
        """The day's own rows. Where only contents changed, selection and place stay."""
        if [row.ref for row in rows] == [row.ref for row in self.rows]:
            self.rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()


class ScanPainter(QStyledItemDelegate):
    """Draws a row: shape, time, name; verdict and role at the right; struck through when undone."""

    HEIGHT = 36

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(100, self.HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row: ScanRow = index.data(Qt.ItemDataRole.UserRole)
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._look.colour("soft"))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawRoundedRect(box, 4, 4)
        shape, hue = LOOKS[row.verdict]
        ink = self._look.colour("muted" if row.undone else f"{hue}_text")
        draw(painter, shape, QRectF(box.left() + 8, box.top() + 9, 18, 18), ink)
        small = font(SMALL)
        painter.setFont(small)
        painter.setPen(self._look.colour("muted"))
        flag = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box.adjusted(36, 0, 0, 0), flag, clock_time(row.at))
        body = font(BODY)
        body.setStrikeOut(row.undone)
        aside = self._aside(row)
        wide = QFontMetrics(small).horizontalAdvance(aside) + 20
        room = box.width() - 84
        if QFontMetrics(body).horizontalAdvance(who(row)) + wide > room and not row.undone:
            aside, wide = "", 8  # the shape tells the verdict; the name matters more than the role
        painter.drawText(box.adjusted(0, 0, -8, 0), flag | Qt.AlignmentFlag.AlignRight, aside)
        painter.setFont(body)
        painter.setPen(self._look.colour("muted" if row.undone else "text"))
        place = QRect(box.left() + 84, box.top(), room - wide, box.height())
        name = QFontMetrics(body).elidedText(who(row), Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, flag, name)
        painter.restore()

    def _aside(self, row: ScanRow) -> str:
        if row.undone:
            return _("undone")
        return verdict_word(row.verdict) if row.verdict in (Verdict.REFUSED, Verdict.REPEAT) else role_word(row.role)


class LastScans(QWidget):
    """The list with its heading and the undo button. Signal ``undo(Ref)``: this scan. Signal ``link(ScanRow)``: say
    whose the unknown code of this scan is."""

    undo = Signal(object)
    link = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.model = ScanList()
        self.view = QListView()
        self.view.setObjectName("plain")
        self._painter = ScanPainter(look)
        self.view.setItemDelegate(self._painter)
        self.view.setModel(self.model)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setUniformItemSizes(True)
        self.button = QPushButton()
        self.button.setProperty("kind", "quiet")
        self.button.clicked.connect(self.undo_now)
        self.link_button = QPushButton()
        self.link_button.setProperty("kind", "quiet")
        self.link_button.clicked.connect(self.link_now)
        self.view.activated.connect(lambda _index: self.link_now())
        self._heading = label("strong")
        top = QHBoxLayout()
        top.setContentsMargins(16, 4, 4, 0)
        top.addWidget(self._heading, 1)
        top.addWidget(self.link_button)
        top.addWidget(self.button)
        frame = surface()
        column = QVBoxLayout(frame)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.view, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(frame)
        self.view.selectionModel().selectionChanged.connect(self._refresh)
        for changed in (self.model.rowsInserted, self.model.modelReset, self.model.dataChanged):
            changed.connect(self._refresh)
        look.changed.connect(self._refresh)

    def target(self) -> ScanRow | None:
        """The scan that undo would undo: the selected one, else the last that changed anything."""
        for index in self.view.selectedIndexes():
            row = self.model.rows[index.row()]
            return row if _undoable(row) else None
        return next((row for row in self.model.rows if _undoable(row)), None)

    def unknown(self) -> ScanRow | None:
        """The selected scan, if its code is nobody's yet."""
        rows = [self.model.rows[index.row()] for index in self.view.selectedIndexes()]
        return next((row for row in rows if row.unknown), None)

    def link_now(self) -> None:
        row = self.unknown()
        if row is not None:
            self.view.clearSelection()
            self.link.emit(row)

    def undo_now(self) -> None:
        row = self.target()
        if row is not None:
            self.view.clearSelection()
            self.undo.emit(row.ref)

    def retext(self) -> None:
        self._heading.setText(_("Last scans"))
        self.view.setAccessibleName(_("Last scans"))
        self._refresh()
        self.view.viewport().update()

    def _refresh(self) -> None:
        self._refresh_undo()
        unknown = self.unknown()
        self.link_button.setVisible(unknown is not None)
        # The list is narrow: a refused scan has nothing to undo.
        self.button.setVisible(unknown is None)
        self.link_button.setText(" " + _("Link"))
        self.link_button.setIcon(icon("user-check", self._look.theme.text))
        self.link_button.setAccessibleName(_("Link this code to a person"))
        self.link_button.setToolTip(_("Link this code to a person"))

    def _refresh_undo(self) -> None:
        row = self.target()
        chosen = bool(self.view.selectedIndexes())
        self.button.setText(" " + (_("Undo selected") if chosen else _("Undo last")))
        self.button.setIcon(icon("undo-2", self._look.theme.text if row else self._look.theme.muted))
        name = _("Undo: {scan}").format(scan=spoken(row)) if row else _("Nothing to undo")
        self.button.setToolTip(f"{name} (Ctrl+Z)")
        self.button.setAccessibleName(name)
        self.button.setEnabled(row is not None)


def _undoable(row: ScanRow) -> bool:
    """A link made with a scan can be taken back even where the scan changed nothing."""
    return not row.undone and (row.verdict in _UNDOABLE or row.linked)
