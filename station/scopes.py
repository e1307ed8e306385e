"""Within what facts add up towards a badge and count once: an event, a series, an academic year, or all time. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

from station.facts import SECOND, Event
from station.starts import FIRST_OF_YEAR, academic_year
from station.texts import ZONE


class Scope(StrEnum):
    """The kinds of scope. A scope instance is written “event:ID”, “series:NAME”, “year:2026” or “all”."""

    EVENT = "event"
    SERIES = "series"
    ACADEMIC_YEAR = "academic_year"
    ALL_TIME = "all_time"


LASTING = (Scope.ACADEMIC_YEAR, Scope.ALL_TIME)
"""The kinds that facts without an event can be in."""
_KINDS = {"event": Scope.EVENT, "series": Scope.SERIES, "year": Scope.ACADEMIC_YEAR}


def local_day(at: int) -> date:
    """The local date of an instant (µs UTC)."""
    return datetime.fromtimestamp(at // SECOND, ZONE).date()


def midnight(day: date) -> int:
    """The instant (µs UTC) at which a local day begins."""
    return int(datetime(day.year, day.month, day.day, tzinfo=ZONE).timestamp()) * SECOND


def scope_of(event: Event, kind: Scope) -> str:
    """The scope instance an event belongs to (H13); an event without a series stands alone."""
    match kind:
        case Scope.ALL_TIME:
            return "all"
        case Scope.ACADEMIC_YEAR:
            return f"year:{academic_year(local_day(event.start))}"
        case Scope.SERIES if event.series:
            return f"series:{event.series}"
        case _:
            return f"event:{event.id}"


def scopes_of(days: Iterable[date], kind: Scope) -> list[str]:
    """The scope instances that days without an event fall into, earliest first."""
    if kind is Scope.ACADEMIC_YEAR:
        return [f"year:{year}" for year in sorted({academic_year(day) for day in days})]
    return ["all"]


def kind_of(scope: str) -> Scope:
    """The kind of a scope instance. It is read from the award's own key: a programme that says otherwise by now takes
    nothing back."""
    return _KINDS.get(scope.partition(":")[0], Scope.ALL_TIME)


def is_in(event: Event, scope: str) -> bool:
    """Whether an event belongs to a scope instance."""
    return scope_of(event, kind_of(scope)) == scope


def holds(scope: str, day: date) -> bool:
    """Whether a day without an event falls into a scope instance; those of events and series say nothing of days."""
    return kind_of(scope) is not Scope.ACADEMIC_YEAR or scope == f"year:{academic_year(day)}"


def span(scope: str) -> tuple[date, date] | None:
    """The first day of a scope instance and the first one after it; None for one without such bounds."""
    if kind_of(scope) is not Scope.ACADEMIC_YEAR:
        return None
    year = int(scope.partition(":")[2])
    return date(year, *FIRST_OF_YEAR), date(year + 1, *FIRST_OF_YEAR)
