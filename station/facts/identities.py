"""What a code's text is, and whom it names."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Code:
    """A well-formed code text, normalised for comparing. ``kind`` is the id of the institution's entry that
    recognised it, "" where none did: it may stand on the roster as it is."""

    text: str
    kind: str = ""


class Fault(StrEnum):
    """Why a code text cannot be a code."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    UNPRINTABLE = "unprintable"
    CARD_NUMBER = "card_number"
    IDENTIFIER = "identifier"
    CHECK_DIGIT = "check_digit"


UNREADABLE = frozenset({Fault.EMPTY, Fault.TOO_LONG, Fault.UNPRINTABLE})
"""Faults of a text as such; the others are those of a kind that was recognised."""


class Unfit(StrEnum):
    """Why a code is not accepted although it is a whole one."""

    PERSONAL_CODE = "personal_code"
    TEST_CARD = "test_card"
    LOOK_ALIKE = "look_alike"
    OTHER_INSTITUTION = "other_institution"
    OTHER_EMAIL = "other_email"
    WEB_ADDRESS = "web_address"


@dataclass(frozen=True, slots=True)
class Malformed:
    """No code, or one of a known kind that is wrong in itself. Nothing of its text is kept."""

    why: Fault


@dataclass(frozen=True, slots=True)
class RefusedKind:
    """A code of a kind that is not accepted; a personal code must never be kept. Nothing of its text is kept."""

    why: Unfit


class PassWhy(StrEnum):
    """Why a student pass is refused."""

    DAMAGED = "damaged"
    FORGED = "forged"
    UNKNOWN_KEY = "unknown_key"
    KEY_NOT_YET = "key_not_yet"
    KEY_RETIRED = "key_retired"
    KEY_EXPIRED = "key_expired"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class RefusedPass:
    """A student pass that lets nobody in. ``mac`` is its subject's HMAC where the signature is right; ``instant`` (µs
    UTC) is when it expired, or from when it holds."""

    why: PassWhy
    mac: str | None = None
    instant: int | None = None


class Withdrawal(StrEnum):
    """Why a pass was withdrawn."""

    LOST = "lost"
    STOLEN = "stolen"
    LEFT = "left"
    MISTAKE = "mistake"


class PassState(StrEnum):
    """What became of a pass that was made."""

    VALID = "valid"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    KEY_RETIRED = "key_retired"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the roster, or a walk-in. ``id`` is 32 hex digits: an HMAC, the same on every laptop of the
    institution; a walk-in's is random."""

    id: str
    name: str
    email: str | None
    last4: str
    walk_in: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    person: Person


@dataclass(frozen=True, slots=True)
class Unknown:
    """A well-formed code of nobody on the roster; ``mac`` is its HMAC under the institution's key, 64 hex digits."""

    mac: str


@dataclass(frozen=True, slots=True)
class OutOfDate:
    """A number on the roster that is nobody's at that instant: its last holder's until ``until``, or its first one's
    from ``since`` on (µs UTC; exactly one of the two)."""

    mac: str
    since: int | None = None
    until: int | None = None


Identity = Known | Unknown | OutOfDate | Malformed | RefusedKind | RefusedPass
