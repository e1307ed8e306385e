"""What is read from records about presence: visits and hours."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from station.facts.events import Role
from station.facts.records import Ref


class VisitState(StrEnum):
    """How a visit ended, and so whether its hours are confirmed or provisional."""

    OPEN = "open"
    CLOSED = "closed"
    AUTO_CLOSED = "auto_closed"
    CONFIRMED = "confirmed"


class Flag(StrEnum):
    """What a coordinator should look at in a visit."""

    TOUCH = "touch"
    LONG = "long"
    UNCREDITED_LONG = "uncredited_long"
    CLIPPED = "clipped"
    OVERLAP = "overlap"
    DISPUTED = "disputed"
    WALK_IN = "walk_in"
    TWO_PEOPLE = "two_people"


@dataclass(frozen=True, slots=True)
class Visit:
    """From-to in one role at one event. ``end`` is None only while running; ``credited`` is in microseconds and
    already clipped to the event's window; ``confirmed`` says which of the two hour numbers it feeds."""

    person: str
    event: str
    role: Role
    start: int
    end: int | None
    credit_start: int
    credit_end: int
    state: VisitState
    confirmed: bool
    opened: Ref
    flags: frozenset[Flag] = frozenset()

    @property
    def credited(self) -> int:
        return max(0, self.credit_end - self.credit_start)


class Hours(NamedTuple):
    """Whole seconds, floored once on the total (rule H2): two numbers, always."""

    confirmed: int
    provisional: int
