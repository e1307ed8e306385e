"""What is read from records about badges: proposals, awards, and what a registry said."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from station.facts.events import Role
from station.facts.records import Ref


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
