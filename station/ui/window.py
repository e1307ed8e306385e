"""The window: rail, banner, header, pages, strip, and the keys that work everywhere."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from station import texts
from station.rosterview import Failed, RosterStep
from station.texts import _, sentence
from station.trouble import Trouble
from station.ui.acts import Acts, Opening, Stage
from station.ui.bulletin import Bulletin, Notice
from station.ui.day_page import DayPage
from station.ui.desk_page import DeskPage
from station.ui.drop import KINDS, DropSheet, files_of
from station.ui.event_dialog import EventDialog
from station.ui.header import Header
from station.ui.keyboard import Keyboard
from station.ui.look import Look
from station.ui.note import Note
from station.ui.notices import notice_sentence
from station.ui.override_dialog import OverrideDialog
from station.ui.parts import label
from station.ui.rail import Rail
from station.ui.readiness_page import ReadinessPage
from station.ui.roster_dialog import ROSTERS, RosterDialog
from station.ui.scanner_test import ScannerTest
from station.ui.sounds import Sounds
from station.ui.start_page import StartPage
from station.ui.strip_bar import StripBar
from station.ui.toast import Toast
from station.ui.try_code import TryCode
from station.ui.unlock_page import UnlockPage
from station.views import Blocked, EventRow, Outcome, Strip

DESK, DAY, READY, START, UNLOCK = range(5)


class Window(QMainWindow):
    """Shows what the Bulletin says and asks the Acts for what the person wants."""

    def __init__(self, acts: Acts, bulletin: Bulletin, look: Look, opening: Opening) -> None:
        super().__init__()
        self.acts = acts
        self._bulletin = bulletin
        self._look = look
        self._events: tuple[EventRow, ...] = ()
        self.dialog: EventDialog | None = None
        self.asking: RosterDialog | OverrideDialog | None = None
        self._silence_ended = opening.scanner_silence
        self.scanner_test: ScannerTest | None = None
        self.trying: TryCode | None = None
        self.sounds = Sounds(on=opening.sound)
        self.rail = Rail(look, sound=opening.sound)
        self.banner = QFrame()
        self._banner_words = label()
        self.header = Header(acts, look)
        self.desk = DeskPage(acts, bulletin, look, self.sounds, opening)
        self.day = DayPage(acts, bulletin, look)
        self.ready_page = ReadinessPage(acts, bulletin, look)
        self.start = StartPage(acts, look, key_store=opening.key_store)
        self.unlock = UnlockPage(acts, look)
        self.strip = StripBar(look)
        self.pages = QStackedWidget()
        self.toast: Toast
        self._arrange()
        self.note = Note(self.header, look)
        self.keyboard = Keyboard(self, opening.scanner_prefix, silence_ends=opening.scanner_silence)
        self._connect(bulletin)
        self._keys()
        self.retext()
        self._enter(opening.stage)

    def _arrange(self) -> None:
        self.setMinimumSize(1100, 640)
        self.resize(1280, 720)
        for page in (self.desk, self.day, self.ready_page, self.start, self.unlock):
            self.pages.addWidget(page)
        self.banner.setObjectName("banner")
        self.banner.setFixedHeight(32)
        inside = QHBoxLayout(self.banner)
        inside.setContentsMargins(24, 0, 24, 0)
        inside.addWidget(self._banner_words, 1)
        self._banner_words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.banner.hide()
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.header)
        right.addWidget(self.pages, 1)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addLayout(right, 1)
        ground = QWidget()
        ground.setObjectName("page")
        column = QVBoxLayout(ground)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        column.addLayout(middle, 1)
        column.addWidget(self.strip)
        self.setCentralWidget(ground)
        self.toast = Toast(ground, self.header, self._look)
        self.drop = DropSheet(ground, self._look)
        self.setAcceptDrops(True)
        for field in self.findChildren(QLineEdit):
            field.setAcceptDrops(False)  # else a picture dropped there would be typed as its path

    def _connect(self, bulletin: Bulletin) -> None:
        bulletin.strip.connect(self._state)
        bulletin.events.connect(self._list)
        bulletin.trouble.connect(self._trouble)
        bulletin.notice.connect(self._notice)
        bulletin.roster.connect(self._roster_step)
        bulletin.blocked.connect(self._ask_override)
        bulletin.people.connect(self.desk.code.look_up_again)
        bulletin.outcome.connect(self._answered)
        bulletin.opened.connect(lambda: self._enter(Stage.READY))
        self.rail.page.connect(self.turn)
        self.rail.language.connect(self.speak)
        self.rail.theme.connect(self.dress)
        self.rail.sound.connect(self._sound)
        for part in (self.header, self.desk):
            part.wants_event.connect(self.choose_event)
            part.wants_roster.connect(self.ask_roster)
        self.header.wants_picture.connect(self.ask_pictures)
        self.drop.dropped.connect(self.read_pictures)
        self.keyboard.scanned.connect(self._scanned)
        self.keyboard.typed.connect(self._typed)
        self.keyboard.lone.connect(self._lone)
        self.keyboard.cut.connect(lambda: self._trouble(Trouble("scan_cut")))
        self.keyboard.hidden.connect(lambda: self._trouble(Trouble("scan_hidden")))
        self.ready_page.offer("hand scanner", lambda: _("Test scanner"), self.test_scanner)
        self.ready_page.offer("decode", lambda: _("Try a code"), self.try_code)
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self.keyboard)

    def _keys(self) -> None:
        for keys, act in (
            ("Ctrl+1", lambda: self.turn(DESK)),
            ("Ctrl+2", lambda: self.turn(DAY)),
            ("Ctrl+3", lambda: self.turn(READY)),
            ("Ctrl+L", self._to_code),
            ("Ctrl+Z", self._undo),
            ("Ctrl+N", self._walk_in),
            ("Ctrl+E", self.choose_event),
            ("Ctrl+K", self._cameras),
            ("Ctrl+O", self.ask_pictures),
            ("Ctrl+F", self._to_filter),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)

    @property
    def ready(self) -> bool:
        """Is the station open, so that there is a desk to show?"""
        return self.pages.currentIndex() in (DESK, DAY, READY)

    def turn(self, page: int) -> None:
        """Show one of the pages of an open station."""
        if self.ready:
            self.pages.setCurrentIndex(page)
            self.rail.select(page)
            self.rail.retext()

    def speak(self, language: str) -> None:
        """Change the language at once."""
        texts.activate(language)
        self.retext()
        self.acts.set_language(language)

    def dress(self, theme: str) -> None:
        """Change the theme at once."""
        self._look.choose(theme)
        self.acts.set_theme(theme)

    def retext(self) -> None:
        """Say everything again in the active language."""
        self.setWindowTitle(_("Station"))
        self._banner_words.setText(_("PRACTICE: sample people, nothing here is real and nothing leaves this computer"))
        for widget in self.findChildren(QWidget):
            again = getattr(widget, "retext", None)
            if again is not None:
                again()

    def choose_event(self) -> None:
        """Open the dialog with the events; with none, its form for a new one."""
        if not self.ready or self._is_asking:
            return
        self.dialog = EventDialog(self, self.acts, self._events)
        self.dialog.finished.connect(self._dialog_done)
        if not self._events:
            self.dialog.ask_new()
        self.dialog.open()

    def test_scanner(self) -> None:
        """Open the test of a hand scanner, which then gets what is scanned."""
        if not self.ready or self.scanner_test is not None:
            return
        self.scanner_test = ScannerTest(self, self.acts, self._look)
        self.scanner_test.finished.connect(self._test_done)
        # A scanner that sends no Enter is found out here.
        self._silence_ended, self.keyboard.silence_ends = self.keyboard.silence_ends, True
        self.scanner_test.open()

    def _test_done(self) -> None:
        if self.scanner_test is not None:
            self.keyboard.silence_ends = self._silence_ended or self.scanner_test.found_silent
            self.scanner_test.deleteLater()
            self.scanner_test = None

    def try_code(self) -> None:
        """Say what a code is, typed or scanned, without recording anything."""
        if not self.ready or self.trying is not None:
            return
        self.trying = TryCode(self, self._look, self.acts.try_code)
        self.trying.finished.connect(self._tried)
        self.trying.open()

    def _tried(self) -> None:
        if self.trying is not None:
            self.trying.deleteLater()
            self.trying = None

    def ask_roster(self) -> None:
        """Ask for a file with people and show what importing it would do."""
        if not self.ready or self._is_asking:
            return
        kinds = _("Rosters") + f" ({ROSTERS});;" + _("All files") + " (*)"
        path, _kind = QFileDialog.getOpenFileName(self, _("Import roster"), "", kinds)
        if path:
            self.import_from(Path(path))

    def import_from(self, path: Path) -> RosterDialog:
        """Show what importing this file would do."""
        dialog = RosterDialog(self, self.acts, self._bulletin, path)
        self._show(dialog)
        return dialog

    @property
    def _is_asking(self) -> bool:
        return self.dialog is not None or self.asking is not None

    def _show(self, dialog: RosterDialog | OverrideDialog) -> None:
        self.asking = dialog
        dialog.finished.connect(self._asked)
        dialog.open()

    def _asked(self) -> None:
        if self.asking is not None:
            self.asking.deleteLater()
            self.asking = None

    def _roster_step(self, step: RosterStep) -> None:
        if isinstance(step, Failed) and not isinstance(self.asking, RosterDialog):
            self.toast.trouble(sentence(step.trouble))  # its dialog was closed meanwhile

    def _ask_override(self, blocked: Blocked) -> None:
        """The roster keeps an event closed: import one, or say why to open it all the same."""
        if not self.ready or self._is_asking:
            return
        dialog = OverrideDialog(self, self.acts, blocked)
        dialog.wants_roster.connect(self.ask_roster, Qt.ConnectionType.QueuedConnection)
        self._show(dialog)

    def ask_pictures(self) -> None:
        """Ask for picture files and read the codes in them."""
        if not self.ready or not self._has_event():
            return
        kinds = _("Pictures and PDF") + f" ({KINDS});;" + _("All files") + " (*)"
        paths, _kind = QFileDialog.getOpenFileNames(self, _("Read codes in pictures"), "", kinds)
        self.read_pictures([Path(path) for path in paths])

    def read_pictures(self, files: list[Path]) -> None:
        """Read the codes in these files for the chosen event."""
        if self.ready and files and self._has_event():
            self.acts.read_pictures(files)

    def _has_event(self) -> bool:
        """Whether something can be recorded; else the Desk page says what is missing."""
        self.turn(DESK)
        return self.desk.has_event()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.ready and files_of(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.drop.rise()

    def closeEvent(self, event: QCloseEvent) -> None:
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self.keyboard)
        self.sounds.close()
        self.note.hide()
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.toast.place()
        if self.drop.isVisible():
            self.drop.rise()

    def _enter(self, stage: Stage) -> None:
        page = {Stage.NEW: START, Stage.LOCKED: UNLOCK, Stage.READY: DESK}[stage]
        self.pages.setCurrentIndex(page)
        self.rail.enable(stage is Stage.READY)
        self.header.setVisible(stage is Stage.READY)
        self.strip.setVisible(stage is Stage.READY)
        self.keyboard.active = stage is Stage.READY
        self.turn(DESK)
        first = {Stage.NEW: self.start.practice, Stage.LOCKED: self.unlock.field, Stage.READY: self.desk}
        first[stage].setFocus()

    def _state(self, strip: Strip) -> None:
        self.header.put(strip)
        self.strip.put(strip)
        self.banner.setVisible(strip.practice)

    def _list(self, events: tuple[EventRow, ...]) -> None:
        self._events = events
        if self.dialog is not None and not self.dialog.adding:
            self.dialog.put(events)

    def _trouble(self, trouble: Trouble) -> None:
        if self.pages.currentIndex() == UNLOCK:
            self.unlock.refuse(sentence(trouble))
        elif self.pages.currentIndex() == START:
            self.start.fault.setText(sentence(trouble))
            self.toast.trouble(sentence(trouble))
        else:
            self.toast.trouble(sentence(trouble))
            if self._covered():
                self.note.trouble(sentence(trouble))

    def _covered(self) -> bool:
        """Does a dialog or a menu lie over the window?"""
        return QApplication.activeModalWidget() is not None or QApplication.activePopupWidget() is not None

    def _answered(self, outcome: Outcome) -> None:
        """The card has the answer already; somebody who cannot see it gets it too."""
        if self.ready and (self._covered() or self.pages.currentIndex() != DESK):
            self.note.answer(self.desk.words_for(outcome))

    def _notice(self, notice: Notice) -> None:
        self.toast.done(notice_sentence(notice))

    def _dialog_done(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None

    def _scanned(self, text: str, device: str, ended: bool) -> None:
        """Read it and leave everything else as it is: whoever scans may not be who works at the window."""
        if self.scanner_test is not None:
            self.scanner_test.take(text, device, ended=ended)
            return
        if self.trying is not None:
            self.trying.field.setText(text)
            return
        self.desk.submit(text, hand_scanner=True, device=device)
        if not self.desk.has_event() and (self._covered() or self.pages.currentIndex() != DESK):
            self.note.trouble(sentence(Trouble("no_event")))

    def _typed(self, text: str) -> None:
        if self.pages.currentIndex() == DAY:
            self.day.filter.setFocus()
            self.day.filter.insert(text)
        elif self.pages.currentIndex() == DESK:
            self.desk.code.take(text)

    def _lone(self, key: str) -> None:
        if self.pages.currentIndex() == DAY:
            self.day.lone_key(key)
        elif self.pages.currentIndex() == DESK:
            self.desk.lone_key(key)

    def _to_code(self) -> None:
        self.turn(DESK)
        if self.ready:
            self.desk.code.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.desk.code.selectAll()

    def _to_filter(self) -> None:
        self.turn(DAY)
        if self.ready:
            self.day.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _undo(self) -> None:
        if self.ready:
            self.desk.scans.undo_now()

    def _walk_in(self) -> None:
        self.turn(DESK)
        if self.ready:
            self.desk.add_walk_in()

    def _cameras(self) -> None:
        if self.ready:
            self.header.camera.showMenu()

    def _sound(self, on: bool) -> None:  # Qt's own signature
        self.sounds.on = on
        self.acts.set_sound(on)


def open_window(acts: Acts, bulletin: Bulletin, opening: Opening) -> Window:
    """Make the window and show it. A ``QApplication`` must exist; the language is already active.

    Keep what is returned: the window lives as long as it.
    """
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        raise TypeError("a QApplication is needed before a window")
    window = Window(acts, bulletin, Look(application, opening.theme), opening)
    window.show()
    return window
