"""What people did besides visits, as plain facts: starts, memberships, and what a person entered about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from station.facts import Ref

INDEPENDENT = "-"
"""Represented by somebody who entered on their own: no institution at all, so neither ours nor a second one."""


class Level(StrEnum):
    """How far a competition reaches."""

    UNIVERSITY = "university"
    CITY = "city"
    REGIONAL = "regional"
    NATIONAL = "national"
    INTERNATIONAL = "international"


class StartStatus(StrEnum):
    """What became of a start. ``DNS`` is no start at all."""

    STARTED = "started"
    DNF = "dnf"
    DSQ = "dsq"
    DNS = "dns"


@dataclass(frozen=True, slots=True)
class Competition:
    """A competition of one sport: ``day`` is its first day, ``team`` says that teams compete. ``unit`` is the
    catalogue's unit whose athletes it is recorded for; ``protocol`` names the document of its results."""

    id: str
    title: str
    organiser: str
    level: Level
    day: date
    sport: str
    team: bool
    unit: str
    protocol: str


@dataclass(frozen=True, slots=True)
class Start:
    """One appearance of an athlete. ``discipline`` is the discipline or the match; ``place`` is from 1, None where
    there is none; ``institution`` is who was represented, "" for ours, ``INDEPENDENT`` for nobody; ``confirmed`` by a
    second person."""

    person: str
    competition: Competition
    discipline: str
    status: StartStatus
    place: int | None
    institution: str
    confirmed: bool
    ref: Ref


@dataclass(frozen=True, slots=True)
class Membership:
    """Being in a collective or organisation of a unit, or holding a position in it (``position``, "" for a plain
    member), from ``since`` to ``until`` (None: still), both days included."""

    person: str
    unit: str
    collective: str
    position: str
    since: date
    until: date | None
    ref: Ref


@dataclass(frozen=True, slots=True)
class Attested:
    """Somebody vouches that a person did what a badge asks; ``note`` is the id of the erasable words and references;
    ``confirmed`` by a second person."""

    person: str
    badge: str
    day: date
    note: str
    ref: Ref
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """``earned`` of ``possible`` towards a badge that asks for a percentage; ``measured`` is the id of the erasable
    note that says of what."""

    person: str
    badge: str
    earned: int
    possible: int
    measured: str
    day: date
    ref: Ref


class Answered(StrEnum):
    """What a person decided about an application."""

    OPEN = "open"
    GRANTED = "granted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Application:
    """A person applied for a badge that is given on application (META, UBER)."""

    person: str
    badge: str
    day: date
    answer: Answered
    ref: Ref


@dataclass(frozen=True, slots=True)
class Deeds:
    """Everything of one person that is not a visit."""

    starts: tuple[Start, ...] = ()
    memberships: tuple[Membership, ...] = ()
    attested: tuple[Attested, ...] = ()
    shares: tuple[Share, ...] = ()
    applications: tuple[Application, ...] = ()
