"""The head of the pages: the chosen event, large and as a button, and what belongs to the whole desk."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QSizePolicy

from station.facts import Event
from station.texts import _, clock_time, day_of
from station.ui.acts import Acts
from station.ui.icons import icon
from station.ui.look import Look
from station.ui.parts import label
from station.views import Strip


def meta(event: Event) -> str:
    """When an event is, in one line; a second date only where it ends on another day."""
    start, end = day_of(event.start), day_of(event.end)
    until = clock_time(event.end) if start == end else f"{end} {clock_time(event.end)}"
    return f"{start}  {clock_time(event.start)}–{until}"


class Header(QFrame):
    """Signals ``wants_event()``, ``wants_roster()`` and ``wants_picture()``: their buttons were pressed."""

    wants_event = Signal()
    wants_roster = Signal()
    wants_picture = Signal()

    def __init__(self, acts: Acts, look: Look) -> None:
        super().__init__()
        self.setObjectName("header")
        self.setFixedHeight(64)
        self._acts = acts
        self._look = look
        self._event: Event | None = None
        self.event_button = QPushButton()
        self.event_button.setProperty("kind", "event")
        self.event_button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.event_button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self._when = label("lead")
        self.roster = QPushButton()
        self.camera = QPushButton()
        self._cameras = QMenu(self.camera)
        self._cameras.aboutToShow.connect(self._list_cameras)
        self.camera.setMenu(self._cameras)
        for button in (self.roster, self.camera):
            button.setProperty("kind", "quiet")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 16, 0)
        row.setSpacing(8)
        row.addWidget(self.event_button, 1)
        row.addWidget(self._when)
        row.addStretch(1)
        row.addWidget(self.roster)
        row.addWidget(self.camera)
        self.event_button.clicked.connect(self.wants_event)
        self.roster.clicked.connect(self.wants_roster)
        look.changed.connect(self._icons)

    def put(self, strip: Strip) -> None:
        if strip.event != self._event:
            self._event = strip.event
            self._word()

    def retext(self) -> None:
        self.roster.setText(" " + _("Roster"))
        self.roster.setAccessibleName(_("Import roster"))
        self.roster.setToolTip(_("Import people from a CSV or XLSX file"))
        self.camera.setText(" " + _("Camera"))
        self.camera.setAccessibleName(_("Choose camera"))
        self.camera.setToolTip(_("Choose camera (Ctrl+K)"))
        self._icons()
        self._word()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._word()

    def _word(self) -> None:
        title = self._event.title if self._event else _("Choose event")
        room = self.width() - self.roster.sizeHint().width() - self.camera.sizeHint().width() - 104
        self._when.setText(meta(self._event) if self._event else "")
        room -= self._when.sizeHint().width()
        metrics = self.event_button.fontMetrics()
        self.event_button.setText(metrics.elidedText(title, Qt.TextElideMode.ElideRight, max(room, 160)))
        self.event_button.setAccessibleName(_("Event: {title}").format(title=title))
        self.event_button.setToolTip(_("{title}. Choose another: Ctrl+E").format(title=title))

    def _icons(self) -> None:
        ink = self._look.theme.text
        self.event_button.setIcon(icon("chevron-down", ink, 20))
        self.roster.setIcon(icon("users", ink, 20))
        self.camera.setIcon(icon("camera", ink, 20))

    def _list_cameras(self) -> None:
        self._cameras.clear()
        found = self._acts.cameras()
        for spec, name in found:
            self._cameras.addAction(name).triggered.connect(lambda _on=False, spec=spec: self._acts.choose_camera(spec))
        if not found:
            self._cameras.addAction(_("No camera found")).setEnabled(False)
        self._cameras.addSeparator()
        # What follows a tab stands where a menu has its keys; the window itself listens to them.
        self._cameras.addAction(_("Read a picture…") + "\tCtrl+O").triggered.connect(self.wants_picture)
