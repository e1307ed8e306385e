"""The Day page: visits, hours and awards of the chosen event, to confirm, sign off, save and sync."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from station.facts import AwardState
from station.texts import _, duration, ngettext
from station.ui.acts import Acts, Form
from station.ui.bulletin import Bulletin
from station.ui.day_columns import AWARDS, HOURS, VISITS, provisional, running
from station.ui.icons import icon
from station.ui.look import Look
from station.ui.match_dialog import MatchButton, is_walk_in
from station.ui.parts import Elided, Segments
from station.ui.table import Rows, Table
from station.views import AwardRow, DayView, HoursRow, VisitRow

FORMS = (Form.PDF, Form.CSV, Form.JSON)

_WANTED: tuple[Callable[[VisitRow], bool] | None, ...] = (None, running, provisional, is_walk_in)


class DayPage(QWidget):
    """Shows the newest DayView; while another page is shown it only keeps it."""

    def __init__(self, acts: Acts, bulletin: Bulletin, look: Look) -> None:
        super().__init__()
        self.setObjectName("page")
        self._acts = acts
        self._look = look
        self._day: DayView | None = None
        self._shown: DayView | None = None
        self.tabs = Segments(3)
        self.states = Segments(len(_WANTED))
        self.filter = QLineEdit()
        self.filter.setClearButtonEnabled(True)
        self.visits: Table[VisitRow] = Table(Rows(VISITS, lambda row: row.opened))
        self.hours: Table[HoursRow] = Table(Rows(HOURS, lambda row: (row.person, row.role)))
        self.awards: Table[AwardRow] = Table(Rows(AWARDS, lambda row: row.award))
        self._tables: tuple[Table[Any], ...] = (self.visits, self.hours, self.awards)
        self._stack = QStackedWidget()
        self.totals = Elided("lead")
        self.signer = QLineEdit()
        self.signer.setFixedWidth(240)
        self.act = QPushButton()
        self.act.setProperty("kind", "primary")
        self.match = MatchButton(acts, self.visits.chosen, lambda: self.signer.text().strip())
        self.save = QPushButton()
        self._forms = QMenu(self.save)
        self.save.setMenu(self._forms)
        self.sync = QPushButton()
        self._arrange()
        self.tabs.chosen.connect(self._turn)
        self.states.chosen.connect(lambda _place: self._narrow())
        self.filter.textChanged.connect(lambda _text: self._narrow())
        self.signer.textChanged.connect(lambda _text: self._word_act())
        self.act.clicked.connect(self._act)
        self.sync.clicked.connect(acts.sync_now)
        for table in self._tables:
            table.selectionModel().selectionChanged.connect(lambda *_changed: self._word_act())
            table.model().modelReset.connect(self._word_act)
        look.changed.connect(self._icons)
        bulletin.day.connect(self._take)

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        self.tabs.setMinimumWidth(400)
        top.addWidget(self.tabs)
        top.addStretch(1)
        top.addWidget(self.sync)
        top.addWidget(self.save)
        second = QHBoxLayout()
        second.setSpacing(16)
        second.addWidget(self.filter, 1)
        second.addWidget(self.states)
        second.addWidget(self.match)
        for table in self._tables:
            self._stack.addWidget(table)
        bottom = QHBoxLayout()
        bottom.setSpacing(16)
        bottom.addWidget(self.totals, 1)
        bottom.addWidget(self.signer)
        bottom.addWidget(self.act)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(16)
        column.addLayout(top)
        column.addLayout(second)
        column.addWidget(self._stack, 1)
        column.addLayout(bottom)

    def retext(self) -> None:
        """Say everything again in the active language."""
        self.states.put((_("All"), _("Here now"), _("Provisional"), _("Walk-ins")), name=_("Visits"))
        self.filter.setPlaceholderText(_("Filter: name, code, role…"))
        self.filter.setAccessibleName(_("Filter"))
        self.signer.setPlaceholderText(_("Your name"))
        self.signer.setAccessibleName(_("Your name, for confirming and signing off"))
        self.sync.setText(" " + _("Sync now"))
        self.sync.setAccessibleName(_("Sync now"))
        self.save.setText(" " + _("Save log"))
        self.save.setAccessibleName(_("Save log"))
        self._forms.clear()
        words = {Form.PDF: _("As PDF…"), Form.CSV: _("As CSV…"), Form.JSON: _("As JSON…")}
        for form in FORMS:
            self._forms.addAction(words[form]).triggered.connect(lambda _on=False, form=form: self.ask_path(form))
        for table, name in zip(self._tables, (_("Visits"), _("Hours"), _("Awards")), strict=True):
            table.setAccessibleName(name)
            table.rows.retext()
        self._icons()
        self._show()

    def lone_key(self, key: str) -> None:
        """A single key where no field had the focus: filters."""
        self.filter.setFocus()
        self.filter.insert(key)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._shown is not self._day:
            self._show()

    def ask_path(self, form: Form) -> None:
        """Ask where to save the log, then save it."""
        if self._day is None:
            return
        name = "".join(letter if letter.isalnum() else "-" for letter in self._day.event.title)
        path, _kind = QFileDialog.getSaveFileName(self, _("Save log"), f"{name}.{form}", f"{form.upper()} (*.{form})")
        if path:
            self._acts.save_log(Path(path), form)

    def _take(self, day: DayView) -> None:
        self._day = day
        if self.isVisible():
            self._show()

    def _show(self) -> None:
        day = self._day
        self._shown = day
        counts = (0, 0, 0)
        if day is not None:
            self.visits.rows.put(day.visits)
            self.hours.rows.put(day.hours)
            self.awards.rows.put(day.awards)
            counts = (len(day.visits), len(day.hours), len(day.awards))
        words = (_("Visits"), _("Hours"), _("Awards"))
        self.tabs.put([f"{word}  {count}" for word, count in zip(words, counts, strict=True)], name=_("Show"))
        self.totals.setText(self._totals())
        self.save.setEnabled(day is not None)
        self._turn(self.tabs.selected)

    def _totals(self) -> str:
        day = self._day
        if day is None:
            return _("Choose an event first: Ctrl+E.")
        confirmed = sum(row.confirmed for row in day.hours)
        waiting = sum(row.provisional for row in day.hours)
        return " · ".join(
            (
                ngettext("{n} here now", "{n} here now", day.here).format(n=day.here),
                ngettext("{n} came today", "{n} came today", day.came).format(n=day.came),
                _("{time} confirmed").format(time=duration(confirmed)),
                _("{time} provisional").format(time=duration(waiting)),
            )
        )

    def _turn(self, place: int) -> None:
        self._stack.setCurrentIndex(place)
        self.states.setVisible(place == 0)
        self.signer.setVisible(place != 1)
        self.act.setVisible(place != 1)
        self.match.setVisible(place == 0)
        self._narrow()

    def _narrow(self) -> None:
        text = self.filter.text()
        place = self.tabs.selected
        narrowed = bool(text.strip()) or (place == 0 and self.states.selected != 0)
        nothing = (_("Nobody has come yet."), _("No hours yet."), _("No badge was earned yet."))
        self._tables[place].empty = _("Nothing fits the filter.") if narrowed else nothing[place]
        self._tables[place].rows.narrow(text, _WANTED[self.states.selected] if place == 0 else None)

    def _due(self) -> list[VisitRow] | list[AwardRow]:
        """What the button acts on: of the selected rows, or of all shown, those that wait for a person."""
        if self.tabs.selected == 0:
            return [row for row in self.visits.chosen() or self.visits.rows.rows if provisional(row)]
        rows = self.awards.chosen() or self.awards.rows.rows
        return [row for row in rows if row.state is AwardState.PROPOSED and row.reason != "walk_in"]

    def _word_act(self) -> None:
        self.match.refresh()
        if self.tabs.selected == 1:
            return
        n = len(self._due())
        if self.tabs.selected == 0:
            text = ngettext("Confirm {n} visit", "Confirm {n} visits", n).format(n=n)
            text = text if n else _("Nothing to confirm")
        else:
            text = (
                ngettext("Sign off {n} award", "Sign off {n} awards", n).format(n=n) if n else _("Nothing to sign off")
            )
        named = bool(self.signer.text().strip())
        self.act.setText(text)
        self.act.setAccessibleName(text)
        self.act.setToolTip("" if named or not n else _("Enter your name first."))
        self.act.setEnabled(bool(n) and named)

    def _act(self) -> None:
        by = self.signer.text().strip()
        due = self._due()
        if not due or not by:
            return
        visits = [row.opened for row in due if isinstance(row, VisitRow)]
        awards = [row.award for row in due if isinstance(row, AwardRow)]
        if visits:
            self._acts.confirm(visits, by)
        else:
            self._acts.sign_off(awards, by)

    def _icons(self) -> None:
        self.sync.setIcon(icon("refresh-cw", self._look.theme.text, 20))
        self.save.setIcon(icon("download", self._look.theme.text, 20))
