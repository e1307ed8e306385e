"""The facts on disk: records, which one they are, and what is not written yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple


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
