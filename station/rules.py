"""decide(identity, attendance, event, reading) -> Decision: pure; the desk's whole judgement."""

from __future__ import annotations

from typing import assert_never

from station.attendance import Attendance, move
from station.facts import (
    Decision,
    Event,
    Fault,
    Identity,
    Known,
    Malformed,
    OutOfDate,
    Reading,
    Refusal,
    Refuse,
    RefusedKind,
    RefusedPass,
    Unfit,
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
    match code.why:
        case Fault.EMPTY | Fault.TOO_LONG | Fault.UNPRINTABLE:
            return Refusal.MALFORMED_CODE
        case Fault.CARD_NUMBER:
            return Refusal.CARD_NUMBER
        case Fault.IDENTIFIER:
            return Refusal.IDENTIFIER
        case Fault.CHECK_DIGIT:
            return Refusal.CHECK_DIGIT
        case Unfit.PERSONAL_CODE:
            return Refusal.PERSONAL_CODE
        case Unfit.TEST_CARD:
            return Refusal.TEST_CARD
        case Unfit.LOOK_ALIKE:
            return Refusal.LOOK_ALIKE
        case Unfit.OTHER_INSTITUTION:
            return Refusal.OTHER_INSTITUTION
        case Unfit.OTHER_EMAIL:
            return Refusal.OTHER_EMAIL
        case Unfit.WEB_ADDRESS:
            return Refusal.WEB_ADDRESS
        case _ as never:
            assert_never(never)
