"""The plain types every other part speaks in: events, readings, decisions, records, visits, awards.

All instants are microseconds since the Unix epoch, UTC, as ``int``. All durations that are credited are whole
seconds. Nothing here does input or output, and nothing here is changed after it is made.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

SECOND = 1_000_000
"""Microseconds in a second."""


class Role(StrEnum):
    """What a volunteer does at an event (the KTU seed's three kinds of work)."""

    REPRESENTATION = "representation"
    COORDINATION = "coordination"
    TECHNICAL = "technical"


class Way(StrEnum):
    """Which way a scan is meant; ``EITHER`` lets the desk toggle."""

    IN = "in"
    OUT = "out"
    EITHER = "either"


class EventKind(StrEnum):
    VOLUNTEERING = "volunteering"
    SPORT = "sport"
    ATTENDANCE = "attendance"


@dataclass(frozen=True, slots=True)
class Event:
    """What people attend. ``series`` groups events whose hours add up; ``earns`` names catalogue badges."""

    id: str
    title: str
    kind: EventKind
    unit: str
    series: str | None
    start: int
    end: int
    earns: tuple[str, ...]


class Source(StrEnum):
    """Where a reading came from."""

    CAMERA = "camera"
    SCANNER = "scanner"
    KEYBOARD = "keyboard"
    FILE = "file"
    STDIN = "stdin"
    BATCH = "batch"


@dataclass(frozen=True, slots=True)
class Found:
    """A code seen in a picture: its text, symbology, four corners (x, y in pixels, clockwise from the code's own
    top left) and the decoder stage that read it."""

    text: str
    symbology: str
    corners: tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]]
    stage: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A code presented at a desk. ``stated`` is the instant somebody wrote down, for entries made later."""

    text: str
    source: Source
    way: Way
    role: Role
    symbology: str | None = None
    stated: int | None = None
    layout: str | None = None
    """A hand scanner's text was put right by this keyboard layout, as a guess."""


# --- what a code's text is, and whom it names -------------------------------------------------------------------


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


# --- decisions ---------------------------------------------------------------------------------------------------


class Refusal(StrEnum):
    """Why a reading was refused."""

    UNKNOWN_CODE = "unknown_code"
    MALFORMED_CODE = "malformed_code"
    CARD_NUMBER = "card_number"
    IDENTIFIER = "identifier"
    CHECK_DIGIT = "check_digit"
    PERSONAL_CODE = "personal_code"
    TEST_CARD = "test_card"
    LOOK_ALIKE = "look_alike"
    OTHER_INSTITUTION = "other_institution"
    OTHER_EMAIL = "other_email"
    WEB_ADDRESS = "web_address"
    NOT_IN = "not_in"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    PASS_DAMAGED = "pass_damaged"
    PASS_FORGED = "pass_forged"
    PASS_UNKNOWN_KEY = "pass_unknown_key"
    PASS_KEY_NOT_YET = "pass_key_not_yet"
    PASS_KEY_RETIRED = "pass_key_retired"
    PASS_KEY_EXPIRED = "pass_key_expired"
    PASS_EXPIRED = "pass_expired"
    PASS_NOT_YET = "pass_not_yet"
    PASS_DENIED = "pass_denied"


@dataclass(frozen=True, slots=True)
class Admit:
    role: Role


@dataclass(frozen=True, slots=True)
class Release:
    """Checked out; ``since`` is when the open visit in ``role`` began."""

    role: Role
    since: int


@dataclass(frozen=True, slots=True)
class Switch:
    """From one role to another by one scan, no gap and no overlap (rule H5)."""

    before: Role
    role: Role
    since: int


@dataclass(frozen=True, slots=True)
class Repeat:
    """Nothing changed: already ``way`` (in or out) in ``role`` since ``since``."""

    way: Way
    role: Role
    since: int


@dataclass(frozen=True, slots=True)
class Refuse:
    """``instant`` (µs UTC) is the one that the reason speaks of, such as when a pass expired or a number
    is valid from."""

    reason: Refusal
    instant: int | None = None


Decision = Admit | Release | Switch | Repeat | Refuse


class Verdict(StrEnum):
    """The word for a decision, in commands' output and records."""

    ADMITTED = "admitted"
    RELEASED = "released"
    SWITCHED = "switched"
    REPEAT = "repeat"
    REFUSED = "refused"


# --- records -----------------------------------------------------------------------------------------------------


class Kind(StrEnum):
    """The kinds of record. What they hold stands where they are made: ``desk``, ``matching``, ``day``, ``coach``,
    ``outbox``, ``logbook``, ``passbook``."""

    CATALOGUE = "catalogue"
    EVENT = "event"
    SCAN = "scan"
    UNDO = "undo"
    WALK_IN = "walk_in"
    LINK_CODE = "link_code"
    LINK_PERSON = "link_person"
    UNLINK = "unlink"
    CONFIRM = "confirm"
    SIGN_OFF = "sign_off"
    SENT = "sent"
    RECEIPT = "receipt"
    RETRY = "retry"
    COMPETITION = "competition"
    START = "start"
    MEMBERSHIP = "membership"
    EVIDENCE = "evidence"
    SHARE = "share"
    APPLICATION = "application"
    ANSWER = "answer"
    CONFIRM_DEED = "confirm_deed"
    CORRECT_DEED = "correct_deed"
    WITHDRAW_DEED = "withdraw_deed"
    CLOCK_JUMP = "clock_jump"
    CLOCK_OFFSET = "clock_offset"
    PASS_KEY = "pass_key"
    PASS_ISSUED = "pass_issued"
    PASS_DENIED = "pass_denied"
    OVERRIDE = "override"


class Ref(NamedTuple):
    """Names one record: the writer's id (32 hex digits) and its number in that writer, from 1."""

    writer: str
    seq: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A record that is not written yet."""

    kind: Kind
    event: str | None = None
    person: str | None = None
    actor: str | None = None
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """A fact. ``at`` is what the clock said, ``tick`` a hybrid logical time, ``digest`` chains the writer."""

    writer: str
    seq: int
    tick: int
    at: int
    kind: Kind
    event: str | None
    person: str | None
    actor: str | None
    body: Mapping[str, Any]
    digest: str

    @property
    def ref(self) -> Ref:
        return Ref(self.writer, self.seq)

    @property
    def stated(self) -> int:
        """The instant the record speaks of: the stated one of a batch entry, else what the clock said."""
        return int(self.body.get("stated", self.at))


@dataclass(frozen=True, slots=True)
class Override:
    """Why somebody opens a desk that should stay closed: their words, and their name."""

    reason: str
    who: str


# --- what is read from records -----------------------------------------------------------------------------------


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


# --- awards ------------------------------------------------------------------------------------------------------


class AwardKey(NamedTuple):
    """What makes an award the one it is (design 7). No catalogue version, no wording."""

    institution: str
    issuer: str
    badge: str
    scope: str
    person: str
    generation: int

    @property
    def award(self) -> str:
        """The award's id: UUIDv5 of the key, the same on every desk."""
        space = uuid.uuid5(uuid.NAMESPACE_URL, self.issuer)
        return str(uuid.uuid5(space, "\x1f".join(str(part) for part in self)))

    @property
    def credential_id(self) -> str:
        return f"urn:uuid:{self.award}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One confirmed visit that counted towards an award."""

    event: str
    start: int
    end: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Ground:
    """What counted towards an award besides visits, in the words of its credential; ``at`` is when (µs UTC)."""

    title: str
    said: str
    at: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A badge that the records say was earned. ``earned_at`` is the instant the threshold was reached; ``role`` and
    ``seconds`` are of a badge for hours (None and 0 of another); ``facts`` are the records it rests on."""

    key: AwardKey
    role: Role | None
    earned_at: int
    seconds: int
    evidence: tuple[Evidence, ...]
    grounds: tuple[Ground, ...] = ()
    facts: tuple[Ref, ...] = ()


class AwardState(StrEnum):
    """Where an award stands."""

    PROPOSED = "proposed"
    SIGNED_OFF = "signed_off"
    SENT = "sent"
    UNKNOWN = "unknown"
    ISSUED = "issued"
    REFUSED = "refused"


class Answer(StrEnum):
    """A registry's answer about one award."""

    ISSUED = "issued"
    ALREADY_ISSUED = "already_issued"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A registry's answer. ``permanent`` only speaks for refusals; ``detail`` is the registry's own words."""

    award: str
    registry: str
    answer: Answer
    reason: str = ""
    detail: str = ""
    permanent: bool = False
