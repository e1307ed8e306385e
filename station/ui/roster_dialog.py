"""Import a roster: see how its columns are read, what would change, import, and save what was rejected."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QListView,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from station.rosterview import Counted, Failed, Opened, RosterStep, Saved, Working
from station.texts import _, ngettext, sentence
from station.ui.acts import Acts
from station.ui.bulletin import Bulletin
from station.ui.event_dialog import Chooser
from station.ui.parts import Elided, label
from station.ui.roster_columns import RosterColumns

ROSTERS = "*.csv *.txt *.tsv *.xlsx *.xlsm"
"""The files a person is offered; what they hold decides, not their names."""


class RosterDialog(QDialog):
    """One file from choosing its columns to its report. It may be closed while people are being imported."""

    def __init__(self, parent: QWidget, acts: Acts, bulletin: Bulletin, path: Path) -> None:
        super().__init__(parent)
        self.setModal(True)
        self.resize(1000, 600)
        self._acts = acts
        self._path = path
        self._opened: Opened | None = None
        self._counted: Counted | None = None
        self._failed: Failed | None = None
        self._saved = ""
        self.heading = label("title")
        self._file = Elided("lead")
        self._sheet_name = label("strong")
        self.sheet = Chooser()
        self._sheet_name.setBuddy(self.sheet)
        self.columns = RosterColumns()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.counts = label("strong")
        self.counts.setWordWrap(True)
        self.fault = label("fault")
        self.fault.setWordWrap(True)
        self._lines = QStringListModel()
        self.reasons = QListView()
        self.save, self.cancel, self.go = QPushButton(), QPushButton(), QPushButton()
        self._arrange()
        self.retext()
        bulletin.roster.connect(self.hear)
        self.finished.connect(lambda _result: bulletin.roster.disconnect(self.hear))
        self.finished.connect(lambda _result: acts.close_roster())
        self.columns.chosen.connect(self._try)
        self.sheet.activated.connect(self._turn_sheet)
        self.save.clicked.connect(self._save)
        self.cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self._go)
        acts.open_roster(path)

    def _arrange(self) -> None:
        self.reasons.setModel(self._lines)
        self.reasons.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.reasons.setWordWrap(True)
        self.reasons.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.bar.setFixedHeight(6)
        self.columns.setFixedHeight(264)
        for button in (self.save, self.cancel):
            button.setAutoDefault(False)
        self.go.setProperty("kind", "primary")
        self.go.setDefault(True)
        sheets = QHBoxLayout()
        sheets.setSpacing(8)
        sheets.addWidget(self._file, 1)
        sheets.addWidget(self._sheet_name)
        sheets.addWidget(self.sheet)
        self.sheet.setMinimumWidth(200)
        self.sheet.setMaximumWidth(280)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.save)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.go)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 24, 24, 24)
        whole.setSpacing(12)
        whole.addWidget(self.heading)
        whole.addLayout(sheets)
        whole.addWidget(self.columns)
        whole.addWidget(self.bar)
        whole.addWidget(self.counts)
        whole.addWidget(self.fault)
        whole.addWidget(self.reasons, 1)
        whole.addStretch()
        whole.addLayout(buttons)

    @property
    def lines(self) -> list[str]:
        """The sentences about rejected rows."""
        return self._lines.stringList()

    # --- what is heard ---

    def hear(self, step: RosterStep) -> None:
        """A step of the import."""
        match step:
            case Opened():
                self._show_file(step)
            case Working(done, total, _writing):
                self.bar.setRange(0, max(total, 1))
                self.bar.setValue(done)
                return
            case Counted():
                self._counted, self._failed = step, None
                self._lines.setStringList(list(step.reasons))
                self.bar.setRange(0, 1)
                self.bar.setValue(step.written)
                self.columns.setEnabled(not step.written)
                self.sheet.setEnabled(not step.written)
            case Saved(file):
                self._saved = file
            case Failed():
                self._failed = step
                self.bar.setRange(0, 1)
                self.bar.setValue(0)
                self.columns.setEnabled(True)
        self.retext()

    def _show_file(self, opened: Opened) -> None:
        self._opened, self._counted, self._failed, self._saved = opened, None, None, ""
        self._lines.setStringList([])
        self.columns.setEnabled(True)
        self.sheet.setEnabled(True)
        self.columns.put(opened)
        self.sheet.clear()
        self.sheet.addItems(list(opened.sheets))
        self.sheet.setCurrentText(opened.sheet)
        if self.columns.choosers:
            self.columns.choosers[0].setFocus()

    # --- what is asked ---

    def _try(self) -> None:
        self._counted = self._failed = None
        self._lines.setStringList([])
        self.retext()
        self._acts.try_columns(self.columns.fields)

    def _turn_sheet(self, _place: int) -> None:
        self._counted = self._failed = None
        self.retext()
        self._acts.open_roster(self._path, self.sheet.currentText())

    def _go(self) -> None:
        if self._counted is not None and self._counted.written:
            self.accept()
        elif self._counted is not None:
            self._counted = None
            self.columns.setEnabled(False)
            self.sheet.setEnabled(False)
            self.retext()
            self._acts.import_roster()

    def _save(self) -> None:
        offered = str(self._path.with_name(self._path.stem[:80] + "-" + _("rejected") + ".csv"))
        path, _kind = QFileDialog.getSaveFileName(self, _("Save the rejected rows"), offered, "CSV (*.csv)")
        if path:
            self._acts.save_rejected(Path(path))

    # --- words ---

    def retext(self) -> None:
        counted, done = self._counted, self._counted is not None and self._counted.written
        self.setWindowTitle(_("Import roster"))
        self.heading.setText(_("Import roster"))
        self._file.setText(self._path.name)
        self._sheet_name.setText(_("Sheet"))
        self.sheet.setAccessibleName(_("Sheet"))
        several = self._opened is not None and len(self._opened.sheets) > 1
        self._sheet_name.setVisible(several)
        self.sheet.setVisible(several)
        self.bar.setAccessibleName(_("Progress"))
        self.reasons.setAccessibleName(_("Rejected rows"))
        self.reasons.setVisible(bool(self._lines.stringList()))
        self.counts.setText(self._sentence())
        self.fault.setText(sentence(self._failed.trouble) if self._failed else "")
        self.fault.setVisible(self._failed is not None)
        self.save.setVisible(counted is not None and counted.rejected > 0)
        self.go.setEnabled(counted is not None)
        for button, said in (
            (self.save, _("Save the rejected rows…")),
            (self.cancel, _("Cancel") if self.columns.isEnabled() else _("Close")),
            (self.go, _("Close") if done else _("Import")),
        ):
            button.setText(said)
            button.setAccessibleName(said)
        self.cancel.setVisible(not done)

    def _sentence(self) -> str:
        counted = self._counted
        if counted is None:
            if self._failed is not None:
                return ""
            reading = self._opened is None or self.columns.isEnabled()
            return _("Reading…") if reading else _("Importing… The desk can go on scanning.")
        n = counted.rejected
        parts = [
            ngettext("{n} new person", "{n} new people", counted.added).format(n=counted.added),
            ngettext("{n} changed", "{n} changed", counted.changed).format(n=counted.changed),
            ngettext("{n} as before", "{n} as before", counted.unchanged).format(n=counted.unchanged),
            ngettext("{n} row or number rejected", "{n} rows or numbers rejected", n).format(n=n),
        ]
        said = (_("Imported: {counts}.") if counted.written else _("This would be imported: {counts}.")).format(
            counts=", ".join(parts)
        )
        return said + (" " + _("Saved: {file}.").format(file=self._saved) if self._saved else "")
