"""The headless composition root: makes and opens data folders, and builds what commands and the window use."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from station import catalogue, credentials, database, freshness, institution, keys, passfile, settings
from station.badges import Issuer
from station.clock import Clock
from station.coach import Coach
from station.day import Day
from station.desk import Desk, checked
from station.facts import SECOND, Draft, Event, Kind, Override
from station.institution import Institution, PassNews
from station.logbook import Logbook, Pen
from station.lookup import Lookup
from station.matching import Matching
from station.outbox import Outbox
from station.passbook import Passbook
from station.passfile import News
from station.passoffice import PassOffice
from station.people import People
from station.picture import Picture
from station.registries import Registries
from station.roster import Roster
from station.settings import Settings
from station.startsheets import StartSheets
from station.trouble import Trouble

OFFSET_STEP = 2.0
"""Seconds: an HTTP Date has whole seconds and travels, so a smaller difference says nothing."""


@dataclass(slots=True)
class Station:
    """An opened data folder. ``pen`` is the institution's writer, None where it was opened for reading. All but
    ``lookup`` belong to the thread that opened it."""

    home: Path
    settings: Settings
    institution: Institution
    connection: sa.Connection
    book: Logbook
    roster: Roster
    people: People
    picture: Picture
    clock: Clock
    pen: Pen | None
    day: Day
    matching: Matching
    outbox: Outbox
    registries: Registries
    lookup: Lookup
    passes: PassOffice
    coach: Coach
    sheets: StartSheets
    _noted_offset: float = 0.0

    def profile(self) -> dict[str, Any]:
        """The issuer profile to publish, with every key that may sign for it."""
        keys_hex = self.institution.issuing_public
        publics = [Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)) for key in keys_hex]
        return credentials.issuer_profile(self.institution.issuer, self.institution.name, publics)

    def note_offset(self, seconds: float | None) -> None:
        """Record how far a server's clock is ahead of ours, when that has changed by more than its Date can tell."""
        if self.pen is None or seconds is None or abs(seconds - self._noted_offset) < OFFSET_STEP:
            return
        self._noted_offset = seconds
        body = {"offset": round(seconds * SECOND), "source": "registry"}
        for record in self.pen.append(Draft(Kind.CLOCK_OFFSET, body=body)):
            self.picture.see(record)

    def provision(self, file: Path) -> None:
        """Write the file that lets another station join, with what it should start from: the programme in force, the
        pass keys and the withdrawn passes. Raises ``Trouble('exists')`` or ``Trouble('write')``."""
        adopted = max(
            (record for record in self.book.replay([]) if record.kind is Kind.CATALOGUE),
            key=lambda record: (record.tick, record.writer, record.seq),
        )
        news = passfile.written(self.picture.passbook, self.clock.now())
        institution.provision(self.institution, str(adopted.body["toml"]), file, news)

    def event(self, named: str) -> Event:
        """An event by its id. Raises ``Trouble('event_unknown')``."""
        try:
            return self.picture.attendance.events[named]
        except KeyError:
            raise Trouble("event_unknown", event=named) from None

    def roster_fault(self) -> Trouble | None:
        """Why no desk may open by the roster as it is; None when one may."""
        return freshness.fault(self.roster.age(), self.picture.programme.stale_days, self.clock.now())

    @contextmanager
    def desk(self, event: Event, override: Override | None = None) -> Iterator[Desk]:
        """Open the event at this desk; what it wrote is signed when it closes. See ``open_desk``."""
        desk = self.open_desk(event, override)
        try:
            yield desk
        finally:
            desk.close()

    def open_desk(self, event: Event, override: Override | None = None) -> Desk:
        """The same for whoever closes it later.

        Raises ``Trouble`` for a roster that is empty or too old ("roster_none", "roster_stale"), unless somebody says
        why to go on all the same, which is recorded; "who" or "override_reason" where their name or reason is missing.
        """
        found = self.roster_fault()
        if found is not None:
            if override is None:
                raise found
            override = checked(override)
        book = self.picture.passbook
        if book.keys:
            self.roster.expect_passes(book.withdrawn)
        pen = self.book.open(self.settings.desk, event.id)
        desk = Desk(self.book, pen, self.roster, self.picture, event)
        if found is not None and override is not None:
            desk.note_override(override, found)
        return desk


def init(
    home: Path,
    name: str,
    issuer: str,
    passphrase: str | None,
    *,
    provisioning: Path | None = None,
    practice: bool = False,
) -> Institution:
    """Set a data folder up for a new institution; the bundled programme is adopted.

    Raises ``Trouble('exists')`` for a folder that is set up already, and whatever its parts raise; a folder is set up
    whole or not at all.
    """
    founded = institution.found(name, issuer, practice=practice)
    programme = catalogue.bundled()
    _not_set_up(home)
    if provisioning is not None:
        institution.provision(founded, programme, provisioning)
    try:
        _make(home, founded, programme, passphrase, News(0))
    except BaseException:
        if provisioning is not None:
            provisioning.unlink(missing_ok=True)
        raise
    return founded


def enroll(home: Path, file: Path, passphrase: str | None) -> Institution:
    """Set a data folder up as another station of an institution, from its provisioning file."""
    joined, programme, news = institution.join(file)
    _make(home, joined, programme, passphrase, news)
    return joined


def _make(home: Path, who: Institution, programme: str, passphrase: str | None, news: News) -> None:
    _not_set_up(home)
    catalogue.parse(programme, "catalogue")
    fresh = home / f"new-{secrets.token_hex(4)}"
    try:
        # Only its owner looks into a data folder of ours; one that is there already stays as it is.
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh.mkdir()
    except OSError as error:
        raise Trouble("write", file=home, reason=error.strerror or error) from None
    try:
        with database.writing(home, "station init"):
            # Somebody else may have been first while we waited.
            _not_set_up(home)
            _fill(fresh, who, programme, passphrase, news)
            # The key file comes last: a folder without it is not set up.
            (fresh / database.FILE).replace(home / database.FILE)
            (fresh / keys.KEY_FILE).replace(home / keys.KEY_FILE)
            _settle(home)
    except OSError as error:
        raise Trouble("write", file=home, reason=error.strerror or error) from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _not_set_up(home: Path) -> None:
    if (home / keys.KEY_FILE).exists() or (home / database.FILE).exists():
        raise Trouble("set_up_already", home=home)


def _fill(fresh: Path, who: Institution, programme: str, passphrase: str | None, news: News) -> None:
    if who.practice:
        keys.create_practice(fresh)
        key = keys.PRACTICE
    else:
        key = keys.create(fresh, passphrase)
    connection = database.connect(fresh, key, write=True, create=True)
    try:
        institution.keep(connection, fresh, who, socket.gethostname())
        book = Logbook(connection, fresh, station_key=who.station_key)
        pen = book.open(socket.gethostname())
        version = catalogue.parse(programme, "catalogue").version
        adopted = Draft(Kind.CATALOGUE, body={"version": version, "toml": programme})
        pen.append(adopted, *passfile.missing(news, Passbook()))
        if news.made:
            PassNews(connection, fresh).heard(min(news.made, book.clock.now()))
        pen.sign()
    finally:
        # The last one to close folds the write-ahead log into the one file that is moved.
        database.close(connection)


def _settle(home: Path) -> None:
    """Make the renames durable before saying that the folder is set up."""
    if os.name == "posix":
        folder = os.open(home, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def opened(home: Path, passphrase: str | None, *, write: str | None = None) -> Iterator[Station]:
    """Open a data folder: for reading, or (``write`` says what for) as its only writer.

    Raises ``Trouble``: what ``keys.unlock``, ``database.connect`` and ``database.writing`` raise.
    """
    with unlocked(home, keys.unlock(home, passphrase), write=write) as station:
        yield station


@contextmanager
def unlocked(home: Path, key: bytes, *, write: str | None = None) -> Iterator[Station]:
    """The same with the database key in hand."""
    if write is None:
        with _open(home, key, write=False) as station:
            yield station
    else:
        with database.writing(home, write), _open(home, key, write=True) as station:
            yield station


@contextmanager
def _open(home: Path, key: bytes, *, write: bool) -> Iterator[Station]:
    connection = database.connect(home, key, write=write)
    station = lookup = None
    try:
        who = institution.load(connection, home)
        clock = Clock()
        book = Logbook(connection, home, clock, who.station_key if write else None)
        picture = Picture.of(book.replay(), Issuer(who.id, who.issuer), now=clock.now)
        kinds = picture.programme.kinds(practice=who.practice)
        roster, lookup = Roster(connection, home, who.key, kinds), Lookup(home, key, kinds)
        lookup.links = picture.links
        chosen = settings.load(home)
        pen = book.open(chosen.desk) if write else None
        people = People(roster, picture.links)
        day = Day(who, book, roster, picture, pen)
        matching = Matching(day, roster, picture, pen)
        office = PassOffice(home, who, roster, picture, pen, PassNews(connection, home), day.actor)
        outbox = Outbox(connection, home, who, book, roster, picture, pen)
        station = Station(
            home, chosen, who, connection, book, roster, people, picture, clock, pen, day, matching, outbox,
            Registries(connection, home), lookup, office, Coach(who, roster, people, picture, clock, pen),
            StartSheets(who.name, picture, roster, people),
        )  # fmt: skip
        yield station
    finally:
        try:
            if station is not None and station.pen is not None:
                station.pen.sign()
        finally:
            if lookup is not None:
                lookup.close()
            database.close(connection)
