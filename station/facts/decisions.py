"""What a desk decides about a reading."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from station.facts.events import Role, Way


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
