"""Short ways to tell a story in a test: records without a database, and a station with an event and people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from station import adopting, assembly, catalogue
from station.assembly import Station
from station.facts import SECOND, Event, EventKind, Kind, Reading, Record, Role, Source, Way
from station.rosterfile import Row
from station.texts import ZONE
from tests.conftest import PASSPHRASE

HOUR = 3600 * SECOND
MINUTE = 60 * SECOND
PROGRAMME = catalogue.parse(catalogue.bundled(), "catalogue")
EARNS = tuple(badge.id for badge in PROGRAMME.badges_of("culture_events"))
MEDAL = "test.medal"
"""Given on application, once somebody is a member of a sport collective; KTU has no such badge."""
WITH_MEDAL = (
    catalogue.bundled().replace(f'"{PROGRAMME.version}"', '"medal"', 1)
    + """
[badges."test.medal"]
unit = "sport_collectives"
title = { lt = "Medalis", en = "Medal" }
title_basis = "ours"
criteria = { lt = "Pateik paraišką.", en = "Apply for it." }
auto = "assist"
scope = "all_time"
earned = { kind = "application", after = { kind = "membership", months = 0, method = "calendar", breaks = "restart" } }
"""
)


def local(text: str, fold: int = 0) -> int:
    """A local time in Europe/Vilnius as µs UTC."""
    return round(datetime.fromisoformat(text).replace(tzinfo=ZONE, fold=fold).timestamp()) * SECOND


START = local("2026-11-02T08:00")


def event(
    name: str = "e1", series: str | None = "ruduo", start: int = START, hours: float = 14, unit: str = "culture_events"
) -> Event:
    earns = tuple(badge.id for badge in PROGRAMME.badges_of(unit))
    return Event(name, name, EventKind.VOLUNTEERING, unit, series, start, start + round(hours * HOUR), earns)


class Book:
    """Records of one writer, made by hand."""

    def __init__(self, writer: str = "w1") -> None:
        self.writer = writer
        self.records: list[Record] = []

    def add(self, kind: Kind, at: int, event: str | None = None, person: str | None = None, /, **body: Any) -> Record:
        record = Record(self.writer, len(self.records) + 1, at, at, kind, event, person, None, body, "")
        self.records.append(record)
        return record

    def define(self, one: Event) -> Record:
        return self.add(
            Kind.EVENT, one.start, one.id, title=one.title, kind=one.kind.value, unit=one.unit, series=one.series,
            start=one.start, end=one.end, earns=list(one.earns),
        )  # fmt: skip

    def scan(
        self, at: int, way: Way = Way.IN, role: Role = Role.TECHNICAL, person: str = "p1", event: str = "e1"
    ) -> Record:
        return self.add(Kind.SCAN, at, event, person, way=way.value, role=role.value, verdict="", source="stdin")


def people(count: int) -> list[Row]:
    """Synthetic people with codes C0000, C0001, …"""
    return [Row(n + 2, f"S{n:04}", f"Pavyzdys Nr. {n}", f"s{n:04}@example.edu", (f"C{n:04}",)) for n in range(count)]


@contextmanager
def opened(home: Path, count: int = 0) -> Iterator[Station]:
    """The test's data folder, open for writing, with ``count`` people on its roster."""
    with assembly.opened(home, PASSPHRASE, write="test") as station:
        if count:
            station.roster.take(people(count), [])
        yield station


def adopted(home: Path, text: str) -> None:
    """Put another programme in force."""
    with opened(home) as station:
        assert station.pen is not None
        adopting.adopt(text, "test.toml", station.day.actor("Koordinatorė"), station.picture, station.pen)


def add_event(station: Station, one: Event) -> Event:
    return station.day.add_event(one.title, one.kind, one.unit, one.series, one.start, one.end, one.earns)


def entry(code: str, at: int, way: Way, role: Role) -> Reading:
    """Somebody's visit, written down and entered later."""
    return Reading(code, Source.BATCH, way, role, stated=at)
