"""One sitting at an opened data folder: the desk, onlooker, camera and sync threads, started and joined together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from station import assembly, codes, database, diagnostics, practice, texts
from station.assembly import Station
from station.awards import AWARD_KINDS
from station.clock import wall
from station.deskthread import DeskThread, Owned
from station.facts import AwardState, Event, Found, Override, Person, Record
from station.freshness import ROSTER_FAULTS
from station.handscanners import HandScanner
from station.importing import Importer
from station.inspection import Inspection
from station.lookup import Lookup, acceptance
from station.mailbox import MailboxClosed
from station.onlooker import Onlooker
from station.outbox import is_final
from station.pictures import Looked, Pictures
from station.resources import resource
from station.rosterview import Counted
from station.sending import PostedOutbox, registry_of
from station.settings import Settings
from station.sync.courier import Courier, Pass
from station.sync.loop import SyncLoop
from station.trouble import Trouble
from station.ui.bulletin import Bulletin, Notice, Said
from station.views import Blocked, Camera, Check, DayView, Link, Preview, Strip, Tried

if TYPE_CHECKING:
    from station.scanner.acceptance import Acceptance
    from station.scanner.eye import Eye
    from station.scanner.sources.frame import FrameSource

Answer = TypeVar("Answer")
DEMO = "demo"
COMMIT_WAIT_S = 20.0
"""Seconds after which a desk that has not written anything counts as stopped."""
CROWDED_EVERY = 1_000_000
"""Microseconds between two hints that several codes are shown."""


class Sitting:
    """``reading`` is called on the scanner thread with each code's text and symbology."""

    def __init__(
        self,
        home: Path,
        key: bytes,
        chosen: Settings,
        bulletin: Bulletin,
        reading: Callable[[str, str], None],
        started: practice.Practice | None,
    ) -> None:
        self._home, self._key, self._settings = home, key, chosen
        self._bulletin = bulletin
        self._reading = reading
        self._practice = started
        self.units: Sequence[tuple[str, Mapping[str, str]]] = ()
        self.tried: Callable[[str], Tried] = lambda text: Tried(codes.parse(text, ()), {})
        """What a text is by the institution's kinds of code."""
        self._eye: Eye | None = None
        self._loop: SyncLoop | None = None
        self._finder = Lookup(home, key, ())
        self._learners: list[threading.Thread] = []
        self._acceptance: Callable[[], Acceptance] | None = None
        self._pictures: Pictures | None = None
        self._ready = threading.Event()
        self._chosen = ""
        self._stopped: Trouble | None = None
        self._link = Link.NONE
        self._last_success: int | None = None
        self._offset: float | None = None
        self._people = 0
        self._waiting, self._refused = 0, 0
        self._awards_changed = True
        self._crowded_at = 0
        self._box = (0, 0)
        self._blocked = ""
        self._here: frozenset[str] = frozenset()
        self._before: frozenset[str] = frozenset()
        self._strip: Strip | None = None
        self._scanners: Callable[[], Mapping[str, HandScanner]] = dict
        self._inspection = Inspection(self._checks, bulletin.readiness.emit, self._failed_beside)
        self._desk = DeskThread(home, key, opened=self._opened, told=self._told, tick=self._tick, failed=self._failed)
        self._onlooker = Onlooker(
            home, key, day=self._drawn, events=bulletin.events.emit, seen=self._seen, failed=self._onlooker_failed
        )
        self.importer = Importer(
            home, key, tell=bulletin.roster.emit, post=self._desk.mailbox.bulk, imported=self._imported
        )

    @property
    def is_practice(self) -> bool:
        return self._practice is not None

    # --- starting and ending ---

    def begin(self) -> None:
        """Start the threads; returns when the desk is open. Raises the ``Trouble`` that kept it from opening."""
        self._desk.start()
        self._ready.wait()
        try:
            if self._stopped is not None:
                raise self._stopped
            self._onlooker.start()
            blocked = self.urgent(self._choose_first).result()
            self.choose_camera(self._settings.camera)
        except BaseException:
            # Whoever started the practice ends it.
            self._practice = None
            self.end()
            raise
        self._learn_beside()
        self._bulletin.opened.emit()
        if blocked is not None:
            self._bulletin.blocked.emit(blocked)

    def _opened(self, station: Station) -> None:
        """On the desk thread, once it owns the station."""
        programme = station.picture.programme
        self._finder.links = station.picture.links
        self._acceptance = made = lambda: acceptance(self._settings, programme, station.lookup)
        self._pictures = Pictures(made, told=self._looked, failed=self._failed_beside)
        self.tried = partial(programme.tried, practice=self.is_practice)
        self.units = [(unit.id, unit.title) for unit in programme.units.values()]
        self._people = station.roster.count()
        self.importer.kinds = station.roster.kinds
        targets = station.registries.all()
        if targets and station.institution.issuing_key is not None:
            outbox = PostedOutbox(self._desk.mailbox, station.institution, targets[0].name)
            courier = Courier(outbox, registry_of(targets[0]), station.clock.now)
            self._link = Link.IDLE
            self._loop = SyncLoop(courier, self._passed, station.clock.now)
            self._loop.start()
        self._ready.set()

    def _choose_first(self, owned: Owned) -> Blocked | None:
        """Begin with the practice event, or with the one event that is on now; else the person chooses."""
        now = owned.station.clock.now()
        events = owned.station.picture.attendance.events.values()
        on = [event.id for event in events if event.start <= now <= event.end]
        first = self._practice.event if self._practice else (on[0] if len(on) == 1 else None)
        return self.open_event(owned, owned.station.event(first)) if first is not None else None

    def open_event(self, owned: Owned, event: Event, override: Override | None = None) -> Blocked | None:
        """On the desk thread: work for this event from now on; what keeps it from being opened, where the roster does.
        It is then opened as soon as a roster is imported."""
        try:
            owned.open(event, override)
        except Trouble as trouble:
            if trouble.code not in ROSTER_FAULTS:
                raise
            self._blocked = event.id
            return Blocked(event, trouble)
        self._blocked = ""
        self.look_at(event.id)
        return None

    def end(self) -> None:
        """Stop reading, then sending, then writing; what was answered is on disk and signed when this returns."""
        with ExitStack() as ending:
            # Backwards, and each whatever becomes of the others.
            if self._practice is not None:
                ending.callback(self._practice.end)
            ending.callback(self._finder.close)
            # Once the desk has stopped nobody begins another.
            ending.callback(self._learned)
            ending.callback(self._onlooker.stop)
            ending.callback(self._desk.stop)
            ending.callback(self.importer.stop)
            if self._loop is not None:
                ending.callback(self._loop.stop)
            if self._eye is not None:
                ending.callback(self._eye.stop)
            if self._pictures is not None:
                ending.callback(self._pictures.stop)
            ending.callback(self._inspection.stop)

    def urgent(self, do: Callable[[Owned], Answer]) -> Future[Answer]:
        """Something for the writer to do before all that is in bulk."""
        return self._desk.mailbox.urgent(do)

    def why_stopped(self) -> Trouble:
        """Why the desk writes nothing any more."""
        return self._stopped or Trouble("desk_stopped")

    # --- what the threads say ---

    def _told(self, record: Record) -> None:
        self._onlooker.tell(record)
        if record.kind in AWARD_KINDS:
            self._awards_changed = True

    def _drawn(self, day: DayView) -> None:
        """On the onlooker's thread."""
        self._here = frozenset(visit.person for visit in day.visits if visit.end is None)
        self._bulletin.day.emit(day)

    def _seen(self, people: frozenset[str]) -> None:
        """On the onlooker's thread: who was at the chosen event, or at another one of its series."""
        self._before = people

    def _failed(self, error: BaseException) -> None:
        """On the desk thread: it cannot go on. The person must see it, and see it again at every further try."""
        self._stopped = error if isinstance(error, Trouble) else Trouble("desk_stopped")
        if self._ready.is_set():
            self._bulletin.trouble.emit(self._stopped)
        self._ready.set()

    def _onlooker_failed(self, error: BaseException) -> None:
        trouble = error if isinstance(error, Trouble) else Trouble("bug", kind=type(error).__name__)
        self._bulletin.trouble.emit(trouble)

    def _passed(self, done: Pass | Exception) -> None:
        """On the sync thread, after each pass."""
        if isinstance(done, Exception):
            if not isinstance(done, MailboxClosed):
                self._link = Link.OFFLINE
            return
        if done.contact is not None:
            self._link = Link.ONLINE if done.online else Link.OFFLINE
            offset = self._offset = done.contact.offset
            if done.online:
                self._last_success = wall()
            self._desk.mailbox.bulk(lambda owned: owned.station.note_offset(offset))
        fresh = done.issued + done.already_issued
        if fresh:
            self._bulletin.notice.emit(Notice(Said.SYNCED, count=fresh))
        for trouble in {trouble.code: trouble for _award, trouble in done.held}.values():
            self._bulletin.trouble.emit(trouble)

    def _tick(self, owned: Owned) -> None:
        """On the desk thread, after each letter and each second: tell the strip where something changed."""
        if self._awards_changed:
            self._awards_changed = False
            standings = list(owned.station.picture.awards.all())
            self._waiting = sum(not is_final(one) for one in standings)
            self._refused = sum(one.state is AwardState.REFUSED and one.permanent for one in standings)
        eye = self._eye
        strip = Strip(
            event=owned.desk.event if owned.desk else None,
            desk=owned.station.settings.desk,
            practice=self.is_practice,
            link=self._link,
            waiting=self._waiting,
            refused=self._refused,
            last_success=self._last_success,
            clock_offset=self._offset,
            camera=eye.state if eye else Camera.OFF,
            camera_name=eye.name if eye else "",
            camera_rate=float(round(eye.rate)) if eye else 0.0,
            camera_size=eye.size if eye else (0, 0),
            people=self._people,
        )
        if strip != self._strip:
            self._strip = strip
            self._bulletin.strip.emit(strip)

    def _checks(self) -> Iterator[Check]:
        """On the inspection's thread."""
        from station import readiness

        def camera() -> Check:
            eye = self._eye
            if eye is None:
                return readiness.camera_check(Camera.OFF, "", (0, 0), 0.0)
            return readiness.camera_check(eye.state, eye.name, eye.size, float(round(eye.rate)))

        def commit() -> None:
            done = self.urgent(lambda owned: database.probe(owned.station.connection, self._home))
            try:
                done.result(COMMIT_WAIT_S)
            except (TimeoutError, MailboxClosed):
                raise self.why_stopped() from None

        return readiness.checks_inside(self._home, self._key, commit, camera, self._scanners)

    # --- what the window asks ---

    def inspect(self, scanners: Callable[[], Mapping[str, HandScanner]]) -> None:
        """Check everything a desk needs; ``scanners`` are the hand scanners tested here."""
        self._scanners = scanners
        self._inspection.ask()

    def look_at(self, event: str) -> None:
        self._chosen = event
        self._onlooker.choose(event)

    def people_changed(self, owned: Owned) -> None:
        """On the desk thread, after an import, or when somebody was added."""
        self._people = owned.station.roster.count()
        self._onlooker.refresh()
        self._learn_beside()

    def _imported(self, owned: Owned, report: Counted) -> None:
        """On the desk thread, when an import came to its end: what waited for a roster goes on."""
        self.people_changed(owned)
        taken = report.added + report.changed + report.unchanged
        why = report.reasons[0] if report.reasons else ""
        self._bulletin.notice.emit(Notice(Said.ROSTER_IMPORTED, count=taken, bad=report.rejected, text=why))
        if self._blocked:
            blocked = self.open_event(owned, owned.station.event(self._blocked))
            if blocked is not None:
                self._bulletin.blocked.emit(blocked)

    def _learn_beside(self) -> None:
        self._learners = [one for one in self._learners if one.is_alive()]
        self._learners.append(threading.Thread(target=self._learn, name="finder"))
        self._learners[-1].start()

    def _learned(self) -> None:
        for learner in self._learners:
            learner.join()

    def _learn(self) -> None:
        """Learn who can be searched for, beside everything else."""
        try:
            self._finder.learn()
        except Exception as error:  # the top of a thread
            self._failed_beside(error)
        else:
            self._bulletin.people.emit()

    def send(self, *, eager: bool) -> None:
        """Run a sync pass soon."""
        if self._loop is not None:
            self._loop.wake(eager=eager)
        elif eager:
            self._bulletin.trouble.emit(Trouble("registry_none"))

    def save(self, path: Path, form: str, language: str) -> None:
        """Write the chosen event's log, on a thread of its own that reads everything that is on disk by now."""
        event = self._chosen

        def work() -> None:
            from station.reports.log import write_log

            try:
                if not event:
                    raise Trouble("no_event")
                with assembly.unlocked(self._home, self._key) as station:
                    view = station.day.look(station.event(event), station.clock.now())
                write_log(view, form, path, language)
            except Exception as error:  # the top of a thread
                self._failed_beside(error)
            else:
                self._bulletin.notice.emit(Notice(Said.LOG_SAVED, text=str(path)))

        threading.Thread(target=work, name="document").start()

    def search(self, text: str) -> Sequence[Person]:
        """On the UI thread, by a connection of its own that only reads."""
        if not self._finder.learned:
            return ()  # in a moment: ``Bulletin.people``
        try:
            return self._finder.search(text, here=self._here, before=self._before)
        except Trouble as trouble:
            self._bulletin.trouble.emit(trouble)
            return ()

    def cameras(self) -> Sequence[tuple[str, str]]:
        from station.scanner.sources.cameras import cameras

        return [(DEMO, texts._("Moving picture"))] if self.is_practice else cameras()

    def choose_camera(self, spec: str) -> None:
        """Read from this source from now on; "" for none. The old one is let go on a thread of its own."""
        old, self._eye = self._eye, None
        if old is not None:
            threading.Thread(target=old.stop, name="camera-end", daemon=True).start()
        if self._acceptance is None or (not spec and not self.is_practice):
            return
        try:
            from station.scanner.eye import Eye
            from station.scanner.guidance.hints import Guide

            source, accepted = self._source(spec), self._acceptance()
            decoder, watch = accepted.decoder(), accepted.watch()
        except Exception as error:  # a desk works without a camera: by hand scanner and by keyboard
            self._failed_beside(error)
            return
        self._eye = Eye(
            source,
            decoder,
            self._found,
            on_crowded=self._crowded,
            on_trouble=self._failed_beside,
            watch=watch,
            guide=Guide(),
        )
        self._eye.show_at(*self._box)
        self._eye.start()

    def _source(self, spec: str) -> FrameSource:
        from station.scanner.drawn.demo import Card, DemoSource
        from station.scanner.sources.opening import open_source

        if self._practice is None:
            return open_source(spec, realtime=True)
        cards = [Card(code, name) for code, name in zip(self._practice.shown, practice.STUDENTS, strict=True)]
        return DemoSource(cards, font=resource("fonts", "Inter-SemiBold.ttf"))

    def read_pictures(self, files: Sequence[Path], submit: Callable[[Found], None]) -> None:
        """Give ``submit`` the codes in these files, on a thread of their own."""
        if self._pictures is not None:
            self._pictures.read(files, submit)

    def _looked(self, looked: Looked) -> None:
        """On the pictures' thread, after the last of a choice."""
        read = looked.files - len(looked.troubles)
        if read > 0:
            one = looked.files == 1
            name = looked.without[0] if looked.without and one else ", ".join(looked.without)
            notice = Notice(Said.PICTURES_READ, looked.codes, len(looked.without), name, read)
            self._bulletin.notice.emit(notice)
        # Last, for a trouble stays in sight.
        for trouble in looked.troubles:
            self._bulletin.trouble.emit(trouble)

    def _found(self, found: Found) -> None:
        self._reading(found.text, found.symbology)

    def _crowded(self) -> None:
        """On the scanner thread, for every crowded picture: said once a second."""
        now = wall()
        if now - self._crowded_at > CROWDED_EVERY:
            self._crowded_at = now
            self._bulletin.crowded.emit()

    def _failed_beside(self, error: Exception) -> None:
        if isinstance(error, Trouble):
            self._bulletin.trouble.emit(error)
        else:
            diagnostics.bug(error)
            self._bulletin.trouble.emit(Trouble("bug", kind=type(error).__name__))

    def show_at(self, width: int, height: int) -> None:
        """How many of the screen's pixels the preview has; (0, 0) while nobody can see it."""
        self._box = (width, height)
        if self._eye is not None:
            self._eye.show_at(width, height)

    def preview(self) -> Preview | None:
        return self._eye.latest() if self._eye else None
