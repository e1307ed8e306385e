"""What a criterion is asked about, and what it answers: earned when and by what, how far, or why nobody can say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from station.deeds import Deeds
from station.facts import Event, Evidence, Ground, Ref, Visit

NO_DEEDS = Deeds()


class Held(NamedTuple):
    """A badge that a person holds: one award of it. ``at`` is the instant it was earned (µs UTC); ``level`` and
    ``unit`` as the catalogue says."""

    badge: str
    level: str
    unit: str
    at: int
    award: str


@dataclass(frozen=True, slots=True)
class Case:
    """One person and one badge, within one scope instance.

    ``events`` are the events there that count towards the badge, ``visits`` the person's confirmed visits (those at
    other events do not count), ``held`` the badges the person holds. ``as_of`` (µs UTC) is when it is asked: months
    pass without a record.
    """

    badge: str
    unit: str
    as_of: int
    visits: tuple[Visit, ...] = ()
    events: Mapping[str, Event] = field(default_factory=dict)
    deeds: Deeds = NO_DEEDS
    held: tuple[Held, ...] = ()


class Counted(StrEnum):
    """What a step counts."""

    SECONDS = "seconds"
    EVENTS = "events"
    STARTS = "starts"
    TEAM_STARTS = "team_starts"
    PLACES = "places"
    MONTHS = "months"
    EVIDENCE = "evidence"
    PERCENT = "percent"
    BADGES = "badges"
    APPLICATION = "application"
    RECORD = "record"


class Step(NamedTuple):
    """Progress: ``done`` of ``needed``; never rounded up."""

    counted: Counted
    done: int
    needed: int


class Fact(NamedTuple):
    """What counted: the record it rests on, and what a credential says of it: a visit's part, or anything else."""

    ref: Ref
    evidence: Evidence | None = None
    ground: Ground | None = None


class Why(StrEnum):
    """Why it cannot be said whether a badge was earned."""

    UNSET = "unset"
    NOTHING_POSSIBLE = "nothing_possible"
    LATER = "later"
    """Reached, but after the scope instance had ended."""


@dataclass(frozen=True, slots=True)
class Met:
    """Earned at the instant ``at`` (µs UTC), by ``facts``."""

    at: int
    facts: tuple[Fact, ...]
    steps: tuple[Step, ...]

    @property
    def order(self) -> tuple[int, tuple[Ref, ...]]:
        """Which of several comes first, whatever order they were found in."""
        return self.at, tuple(fact.ref for fact in self.facts)


@dataclass(frozen=True, slots=True)
class NotYet:
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Undecided:
    """``detail`` names the choice that is unset."""

    why: Why
    detail: str = ""
    steps: tuple[Step, ...] = ()


Finding = Met | NotYet | Undecided
