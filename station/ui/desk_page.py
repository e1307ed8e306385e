"""The Desk page: role and way, the answer to each scan, camera, code field, last scans and counters."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from station.facts import Event, Person, Role, Way
from station.texts import _
from station.ui.acts import Acts, Opening
from station.ui.bulletin import Bulletin
from station.ui.card import Card
from station.ui.code_field import CodeField
from station.ui.feedback import Feedback, feedback
from station.ui.last_scans import KEPT, LastScans, row_of
from station.ui.linking import AskBar, Linking
from station.ui.look import Look
from station.ui.parts import Segments, label, surface
from station.ui.preview import PreviewBox
from station.ui.sounds import Sounds
from station.views import Camera, DayView, Outcome, Strip
from station.words import role_word, way_word

ROLES = (Role.REPRESENTATION, Role.COORDINATION, Role.TECHNICAL)
ROLE_KEYS = ("1", "2", "3")
WAYS = (Way.IN, Way.OUT, Way.EITHER)
WAY_KEYS = ("I", "O", "T")

# With the Lithuanian layout the digit row types letters.
_LAYOUT = {"ą": "1", "č": "2", "ę": "3"}


class Tiles(QWidget):
    """Three counters: here now, in today, waiting to be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers = [label("number") for _k in range(3)]
        self._names = [label("small") for _k in range(3)]
        frame = surface()
        row = QHBoxLayout(frame)
        row.setContentsMargins(16, 8, 16, 8)
        for number, name in zip(self.numbers, self._names, strict=True):
            column = QVBoxLayout()
            column.setSpacing(0)
            column.addWidget(number)
            column.addWidget(name)
            row.addLayout(column, 1)
            number.setText("0")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(frame)

    def retext(self) -> None:
        for name, word in zip(self._names, (_("here now"), _("came today"), _("awards waiting")), strict=True):
            name.setText(word)


class DeskPage(QWidget):
    """Scans and their answers. Signals ``wants_event()``, ``wants_roster()``: the card's button."""

    wants_event = Signal()
    wants_roster = Signal()

    def __init__(self, acts: Acts, bulletin: Bulletin, look: Look, sounds: Sounds, opening: Opening) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._acts = acts
        self._sounds = sounds
        self._strip: Strip | None = None
        self._outcome: Outcome | None = None
        self.roles = Segments(len(ROLES), large=True)
        self._ways = WAYS if opening.toggle else WAYS[:2]
        self.ways = Segments(len(self._ways), large=True)
        self.card = Card(look)
        self.code = CodeField(self, acts.search)
        self.bar = AskBar()
        self.linking = Linking(self.bar, self.code, acts, self.has_event)
        self.newcomer = QPushButton()
        self.newcomer.setProperty("kind", "quiet")
        self.preview = PreviewBox(look, acts.preview, acts.show_at)
        self.tiles = Tiles()
        self.scans = LastScans(look)
        self.roles.select(ROLES.index(opening.role))
        self.ways.select(self._ways.index(opening.way) if opening.way in self._ways else 0)
        self._arrange()
        self.roles.chosen.connect(lambda place: acts.set_role(ROLES[place]))
        self.ways.chosen.connect(lambda place: acts.set_way(self._ways[place]))
        self.code.entered.connect(self._entered)
        self.code.picked.connect(self._pick)
        self.scans.undo.connect(acts.undo)
        self.card.asked.connect(self._lacking)
        self.card.faded.connect(self._fade)
        self.card.wants_link.connect(self._link_shown)
        self.card.wants_walk_in.connect(self._walk_in_shown)
        self.scans.link.connect(self.linking.ask_whose)
        self.newcomer.clicked.connect(self.add_walk_in)
        self.linking.asking.connect(lambda on: self.newcomer.setVisible(not on))
        bulletin.outcome.connect(self._answer)
        bulletin.day.connect(self._day)
        bulletin.strip.connect(self._state)
        bulletin.frame_ready.connect(self.preview.fetch)
        bulletin.crowded.connect(self.preview.crowd)

    def _arrange(self) -> None:
        modes = QHBoxLayout()
        modes.setSpacing(16)
        modes.addWidget(self.roles)
        modes.addWidget(self.ways)
        left = QVBoxLayout()
        left.setSpacing(16)
        left.addLayout(modes)
        left.addWidget(self.card, 1)
        field = QHBoxLayout()
        field.setSpacing(8)
        field.addWidget(self.code, 1)
        field.addWidget(self.newcomer)
        left.addLayout(field)
        left.addWidget(self.bar)
        right = QVBoxLayout()
        right.setSpacing(16)
        right.addWidget(self.preview)
        right.addWidget(self.tiles)
        right.addWidget(self.scans, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 16, 24, 16)
        row.setSpacing(24)
        row.addLayout(left, 1)
        side = QWidget()
        side.setFixedWidth(352)
        right.setContentsMargins(0, 0, 0, 0)
        side.setLayout(right)
        row.addWidget(side)

    def retext(self) -> None:
        """Say everything again in the active language; the window tells the parts with a ``retext``."""
        self.setAccessibleName(_("Desk"))
        self.roles.put([role_word(role) for role in ROLES], ROLE_KEYS, _("Role"))
        self.ways.put([way_word(way) for way in self._ways], WAY_KEYS, _("Way"))
        self.newcomer.setText(_("Walk-in"))
        self.newcomer.setAccessibleName(_("Add a walk-in without a code"))
        self.newcomer.setToolTip(_("Add a walk-in without a code") + " (Ctrl+N)")
        self.linking.retext()
        if self._outcome is not None and self.card.said is not None:
            self.card.answer(feedback(self._outcome, self._event()), again=True, unknown=self.card.offers)
        else:
            self._fade()

    def submit(self, text: str, *, hand_scanner: bool, device: str = "") -> None:
        """A code that was typed or came from a hand scanner."""
        if self.has_event():
            self._acts.enter(text, hand_scanner=hand_scanner, device=device)

    def has_event(self) -> bool:
        """Whether a scan can be recorded; if not, the card says so."""
        if self._event() is not None:
            return True
        self._fade()
        return False

    def words_for(self, outcome: Outcome) -> Feedback:
        """An answer in words, for where the page itself cannot be seen."""
        return feedback(outcome, self._event())

    def lone_key(self, key: str) -> None:
        """A single key: one of the commands, else the beginning of something typed."""
        plain = _LAYOUT.get(key.lower(), key.upper())
        if plain in ROLE_KEYS:
            self.roles.buttons[ROLE_KEYS.index(plain)].click()
        elif plain in WAY_KEYS[: len(self._ways)]:
            self.ways.buttons[WAY_KEYS.index(plain)].click()
        elif self.card.offers and plain in ("L", "W"):
            (self.card.link if plain == "L" else self.card.walk_in).click()
        else:
            self.code.take(key)

    def add_walk_in(self) -> None:
        """Ask for the name of somebody who has no code."""
        self.linking.ask_name(None)

    def _entered(self, text: str) -> None:
        if not self.linking.entered(text):
            self.submit(text, hand_scanner=False)

    def _pick(self, person: Person) -> None:
        if not self.linking.picked(person) and self.has_event():
            self._acts.enter_person(person.id)

    def _link_shown(self) -> None:
        if self._outcome is not None:
            self.linking.ask_whose(row_of(self._outcome))

    def _walk_in_shown(self) -> None:
        if self._outcome is not None:
            self.linking.ask_name(row_of(self._outcome))

    def _event(self) -> Event | None:
        return self._strip.event if self._strip is not None else None

    def _answer(self, outcome: Outcome) -> None:
        said, row = feedback(outcome, self._event()), row_of(outcome)
        self._outcome = outcome
        self.card.answer(said, unknown=row.unknown)
        self._sounds.play(said.cue)
        self.scans.model.add(row)

    def _day(self, day: DayView) -> None:
        newest = sorted(day.scans, key=lambda row: row.at)[-KEPT:]
        self.scans.model.replace(newest[::-1])
        self.tiles.numbers[0].setText(str(day.here))
        self.tiles.numbers[1].setText(str(day.came))
        shown = self._outcome.record.ref if self._outcome is not None and self.card.said is not None else None
        if any(row.undone and row.ref == shown for row in newest):
            self._outcome = None
            self.card.strike()

    def _state(self, strip: Strip) -> None:
        before = self._strip
        self._strip = strip
        self.preview.set_camera(strip.camera)
        self.tiles.numbers[2].setText(str(strip.waiting))
        if strip.event is None:
            self.scans.model.replace([])
            for number in self.tiles.numbers[:2]:
                number.setText("0")
        changed = before is None or (before.event, before.people > 0, before.camera) != (
            strip.event,
            strip.people > 0,
            strip.camera,
        )
        if changed and (self.card.said is None or before is None or before.event != strip.event):
            self._outcome = None
            self._fade()

    def _fade(self) -> None:
        """Between scans: what the desk is ready for, or the first thing it lacks."""
        self._outcome = None
        strip = self._strip
        if strip is None:
            self.card.invite(_("One moment…"), "")
        elif strip.event is None:
            self.card.invite(
                _("No event"),
                _("Nothing is recorded until an event is chosen."),
                "calendar-days",
                _("Choose event"),
            )
        elif strip.people == 0:
            self.card.invite(
                _("No people yet"),
                _("The roster is empty: every code would be refused."),
                "users",
                _("Import roster"),
            )
        elif strip.camera in (Camera.GONE, Camera.OFF):
            self.card.invite(
                _("Ready, no camera"), _("Scan with a hand scanner, or type a code or a name."), "camera-off"
            )
        else:
            self.card.invite(_("Ready"), _("Show a code to the camera, scan it, or type a code or a name."))

    def _lacking(self) -> None:
        if self._event() is None:
            self.wants_event.emit()
        else:
            self.wants_roster.emit()
