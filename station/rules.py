"""decide(identity, attendance, event, reading) -> Decision: pure; the desk's whole judgement."""

from __future__ import annotations

from typing import assert_never

from station.attendance import Attendance, move
from station.facts import (
    UNREADABLE,
    Decision,
    Event,
    Identity,
    Known,
    Malformed,
    OutOfDate,
    Reading,
    Refusal,
    Refuse,
    RefusedKind,
    RefusedPass,
    Unknown,
)


def decide(identity: Identity, attendance: Attendance, event: Event, reading: Reading, at: int) -> Decision:
    """What to do with a reading at the instant ``at`` (µs UTC; the stated one for entries made later)."""
    match identity:
        case Known(person):
            standing = attendance.standing(person.id, at)
            return move(standing, event.id, reading.way, reading.role, at, attendance.rules)
        case Unknown():
            return Refuse(Refusal.UNKNOWN_CODE)
        case Malformed() | RefusedKind():
            return Refuse(refusal(identity))
        case RefusedPass(why, _, instant):
            return Refuse(Refusal(f"pass_{why}"), instant)
        case OutOfDate(until=int() as until):
            return Refuse(Refusal.EXPIRED, until)
        case OutOfDate(since=since):
            return Refuse(Refusal.NOT_YET_VALID, since)
        case _:
            assert_never(identity)


def refusal(code: Malformed | RefusedKind) -> Refusal:
    """Why a code that names nobody is refused, as the desk says it."""
    return Refusal.MALFORMED_CODE if code.why in UNREADABLE else Refusal(code.why.value)
