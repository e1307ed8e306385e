"""The program behind the window: opens a data folder, runs its threads, and does what the window asks."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from station import codes, diagnostics, handscanners, keys, settings, texts
from station.clock import wall
from station.facts import EventKind, Found, Override, Person, Reading, Ref, Role, Source, Verdict, Way
from station.headings import Field
from station.holdoff import HoldOff
from station.layouts import Tested, looks_whole
from station.settings import Settings
from station.trouble import Trouble
from station.ui.acts import Form
from station.ui.bulletin import Bulletin, Notice, Said
from station.views import Preview, Tried

if TYPE_CHECKING:
    # Loaded on the opener's thread: the window must be there first.
    from station.deskthread import Owned
    from station.practice import Practice
    from station.sitting import Sitting

Answer = TypeVar("Answer")


class Program:
    """``Acts`` over threads: its methods are called on the UI thread and return at once."""

    def __init__(self, bulletin: Bulletin, home: Path, chosen: Settings) -> None:
        self._bulletin = bulletin
        self._home = home
        self._settings = chosen
        self._role, self._way = Role.REPRESENTATION, Way.IN
        self._sitting: Sitting | None = None
        self._opener: threading.Thread | None = None
        self._opening = False
        self._box = (0, 0)
        self._hold_off = HoldOff(chosen.scanner_hold_off_s, chosen.hold_off_s)
        self._scanners: Mapping[str, handscanners.HandScanner] = {}

    # --- opening ---

    def open(self, passphrase: str | None) -> None:
        """Open the data folder on a thread of its own: stretching a passphrase takes a moment."""
        self._in_background(lambda: self._sit(self._home, keys.unlock(self._home, passphrase)))

    def set_up(self, institution: str, issuer: str, passphrase: str | None) -> None:
        def work() -> None:
            from station import assembly

            assembly.init(self._home, institution, issuer, passphrase)
            settings.save(self._home, self._settings)
            self._sit(self._home, keys.unlock(self._home, passphrase))

        self._in_background(work)

    def unlock(self, passphrase: str) -> None:
        self.open(passphrase)

    def start_practice(self) -> None:
        def work() -> None:
            from station import practice

            started = practice.begin(self._settings)
            try:
                self._sit(started.home, keys.PRACTICE, started)
            except BaseException:
                started.end()
                raise

        self._in_background(work)

    def _sit(self, home: Path, key: bytes, started: Practice | None = None) -> None:
        from station.sitting import Sitting

        chosen = settings.load(home) if started else self._settings
        try:
            self._scanners = handscanners.load(self._home)
        except Trouble as trouble:
            self._bulletin.trouble.emit(trouble)
        sitting = Sitting(home, key, chosen, self._bulletin, self._camera_reading, started)
        sitting.show_at(*self._box)
        self._sitting = sitting
        try:
            sitting.begin()
        except BaseException:
            self._sitting = None
            raise

    def _in_background(self, work: Callable[[], None]) -> None:
        if self._sitting is not None or self._opening:
            return
        self._opening = True

        def run() -> None:
            trouble = None
            try:
                work()
            except Trouble as said:
                trouble = said
            except Exception as error:  # the top of a thread
                diagnostics.bug(error)
                trouble = Trouble("bug", kind=type(error).__name__)
            # Whoever hears of it may try again at once.
            self._opening = False
            if trouble is not None:
                self._bulletin.trouble.emit(trouble)

        self._opener = threading.Thread(target=run, name="opener")
        self._opener.start()

    def close(self) -> None:
        """End every thread; returns when all that was answered is on disk and signed."""
        if self._opener is not None:
            self._opener.join()
        if self._sitting is not None:
            self._sitting.end()
            self._sitting = None

    # --- the desk ---

    def set_way(self, way: Way) -> None:
        self._way = way

    def set_role(self, role: Role) -> None:
        self._role = role

    def enter(self, text: str, *, hand_scanner: bool, device: str = "") -> None:
        if hand_scanner:
            self._hand_scanned(text, device)
        else:
            self._read(Reading(text, Source.KEYBOARD, self._way, self._role))

    def _hand_scanned(self, text: str, device: str) -> None:
        way, role, now = self._way, self._role, time.monotonic()

        def scan(owned: Owned) -> None:
            programme = owned.station.picture.programme
            right = handscanners.put_right(
                text, device, self._scanners, lambda said: programme.is_id(said) or looks_whole(said)
            )
            reading = Reading(right.text, Source.SCANNER, way, role, layout=right.layout)
            verdict = self._answer(owned, reading, now)
            if right.layout is not None and verdict is not None:
                self._bulletin.notice.emit(Notice(Said.SCAN_RESTORED))
            elif right.damaged and verdict is Verdict.REFUSED:
                self._bulletin.trouble.emit(Trouble("scanner_layout"))

        self._post(scan)

    def enter_person(self, person: str) -> None:
        reading = Reading("", Source.KEYBOARD, self._way, self._role)

        def scan(owned: Owned) -> None:
            self._bulletin.outcome.emit(owned.at_desk().scan(reading, _known(owned, person)))

        self._post(scan)

    def link(self, ref: Ref, person: str) -> None:
        self._post(lambda owned: self._bulletin.outcome.emit(owned.at_desk().link(ref, _known(owned, person))))

    def walk_in(self, name: str, ref: Ref | None) -> None:
        reading = Reading("", Source.KEYBOARD, self._way, self._role)

        def add(owned: Owned) -> None:
            self._bulletin.outcome.emit(owned.at_desk().walk_in(name, reading, ref))
            if self._sitting is not None:
                # Found by name from now on.
                self._sitting.people_changed(owned)

        self._post(add)

    def read_pictures(self, files: Sequence[Path]) -> None:
        way, role = self._way, self._role

        def submit(found: Found) -> None:
            self._read(Reading(found.text, Source.FILE, way, role, found.symbology))

        if self._sitting is not None:
            self._sitting.read_pictures(files, submit)

    def _camera_reading(self, text: str, symbology: str) -> None:
        """Called on the scanner thread."""
        self._read(Reading(text, Source.CAMERA, self._way, self._role, symbology))

    def _read(self, reading: Reading) -> None:
        now = time.monotonic()
        self._post(lambda owned: self._answer(owned, reading, now))

    def _answer(self, owned: Owned, reading: Reading, now_s: float) -> Verdict | None:
        """On the desk thread: the desk's answer, or None where this presentation was answered already."""
        if self._hold_off.again(reading, now_s):
            return None
        outcome = owned.at_desk().scan(reading)
        self._hold_off.answered(reading, now_s)
        self._bulletin.outcome.emit(outcome)
        return outcome.verdict

    def undo(self, ref: Ref) -> None:
        def work(owned: Owned) -> Notice:
            undone = owned.at_desk().undo(ref)
            self._hold_off.forget()
            people = owned.station.people.of([undone.person] if undone.person else [])
            name = next((person.name for person in people.values()), "")
            return Notice(Said.UNDONE, count="link" in undone.body, text=name)

        self._post(work, self._bulletin.notice.emit)

    def search(self, text: str) -> Sequence[Person]:
        return self._sitting.search(text) if self._sitting else ()

    def try_code(self, text: str) -> Tried:
        return self._sitting.tried(text) if self._sitting else Tried(codes.parse(text, ()), {})

    # --- events ---

    def units(self) -> Sequence[tuple[str, Mapping[str, str]]]:
        return self._sitting.units if self._sitting else ()

    def add_event(self, title: str, unit: str, series: str | None, start: int, end: int) -> None:
        def work(owned: Owned) -> Notice:
            event = owned.station.day.add_event(title, EventKind.VOLUNTEERING, unit, series, start, end, None)
            self._chosen(owned, event.id)
            return Notice(Said.EVENT_ADDED, text=event.title)

        self._post(work, self._bulletin.notice.emit)

    def choose_event(self, event: str, override: Override | None = None) -> None:
        self._post(lambda owned: self._chosen(owned, event, override))

    def _chosen(self, owned: Owned, event: str, override: Override | None = None) -> None:
        if self._sitting is None:
            return
        chosen = owned.station.event(event)
        self._hold_off.forget()
        blocked = self._sitting.open_event(owned, chosen, override)
        if blocked is not None:
            self._bulletin.blocked.emit(blocked)
        elif not chosen.start <= owned.station.clock.now() <= chosen.end:
            from station.desk import not_on

            self._bulletin.trouble.emit(not_on(chosen))

    # --- the day ---

    def confirm(self, refs: Sequence[Ref], by: str) -> None:
        def work(owned: Owned) -> Notice:
            station = owned.station
            return Notice(Said.CONFIRMED, count=station.day.confirm(refs, by, station.clock.now()))

        self._post(work, self._bulletin.notice.emit)

    def sign_off(self, awards: Sequence[str], by: str) -> None:
        def work(owned: Owned) -> Notice:
            signed = owned.station.day.sign_off(list(awards), by, owned.at_desk().event)
            if self._sitting is not None:
                self._sitting.send(eager=False)
            return Notice(Said.SIGNED_OFF, count=len(signed))

        self._post(work, self._bulletin.notice.emit)

    def match(self, walk_in: str, person: str, by: str) -> None:
        def work(owned: Owned) -> Notice:
            owned.station.matching.match(walk_in, person, by)
            return Notice(Said.MATCHED, text=_known(owned, person).name)

        self._post(work, self._bulletin.notice.emit)

    def unmatch(self, links: Sequence[Ref], by: str) -> None:
        def work(owned: Owned) -> Notice:
            for ref in links:
                owned.station.matching.unlink(ref, by)
            return Notice(Said.UNMATCHED)

        self._post(work, self._bulletin.notice.emit)

    def save_log(self, path: Path, form: Form) -> None:
        if self._sitting is not None:
            self._sitting.save(path, form.value, texts.language())

    # --- the roster ---

    def open_roster(self, path: Path, sheet: str | None = None) -> None:
        if self._sitting is not None:
            self._sitting.importer.open(path, sheet)

    def try_columns(self, fields: Sequence[Field | None]) -> None:
        if self._sitting is not None:
            self._sitting.importer.try_columns(tuple(fields))

    def import_roster(self) -> None:
        if self._sitting is not None:
            self._sitting.importer.take()

    def save_rejected(self, path: Path) -> None:
        if self._sitting is not None:
            self._sitting.importer.save_rejected(path)

    def close_roster(self) -> None:
        if self._sitting is not None:
            self._sitting.importer.close()

    def sync_now(self) -> None:
        if self._sitting is not None:
            self._sitting.send(eager=True)

    # --- readiness ---

    def check_ready(self) -> None:
        if self._sitting is not None:
            self._sitting.inspect(lambda: self._scanners)

    def keep_scanner(self, device: str, tested: Tested, *, ended: bool) -> None:
        scanner = handscanners.of_test(device, wall(), tested, ended=ended)
        self._scanners = known = {**self._scanners, device: scanner}
        if not ended:
            self._keep(scanner_end="silence")
        if self._sitting is not None and not self._sitting.is_practice:
            self._post(lambda _: handscanners.save(self._home, known))
        self.check_ready()

    # --- camera and choices ---

    def cameras(self) -> Sequence[tuple[str, str]]:
        return self._sitting.cameras() if self._sitting else ()

    def choose_camera(self, spec: str) -> None:
        self._keep(camera=spec)
        if self._sitting is not None:
            self._sitting.choose_camera(spec)

    def show_at(self, width: int, height: int) -> None:
        self._box = (width, height)
        if self._sitting is not None:
            self._sitting.show_at(width, height)

    def preview(self) -> Preview | None:
        return self._sitting.preview() if self._sitting else None

    def set_language(self, language: str) -> None:
        self._keep(language=language)

    def set_theme(self, theme: str) -> None:
        self._keep(theme=theme)

    def set_sound(self, on: bool) -> None:
        self._keep(sound=on)

    def _keep(self, **changes: object) -> None:
        self._settings = chosen = replace(self._settings, **changes)  # type: ignore[arg-type]
        if self._sitting is not None and not self._sitting.is_practice:
            self._post(lambda _: settings.save(self._home, chosen))

    # --- posting ---

    def _post(self, do: Callable[[Owned], Answer], then: Callable[[Answer], object] | None = None) -> None:
        if self._sitting is None:
            self._bulletin.trouble.emit(Trouble("not_open"))
            return

        def finished(future: Future[Answer]) -> None:
            error = future.exception()
            if error is None:
                if then is not None:
                    then(future.result())
            elif isinstance(error, Trouble):
                self._bulletin.trouble.emit(error)
            elif self._sitting is not None:
                self._bulletin.trouble.emit(self._sitting.why_stopped())

        self._sitting.urgent(do).add_done_callback(finished)


def _known(owned: Owned, named: str) -> Person:
    """Somebody by id, number or e-mail. Raises ``Trouble('person_unknown')``."""
    known = owned.station.people.named(named)
    if known is None:
        raise Trouble("person_unknown")
    return known
