"""What the records say about student passes: keys, passes made, passes withdrawn. Pure; any order gives the same.

Three kinds of record feed it, all of the institution's own acts:

``PASS_KEY``     state "new": public, kid, not_before, expires; state "retired": public, kid, at, compromised
``PASS_ISSUED``  kid, issued, expires, to: pairs of a person's id and which of their passes it is, from 0
``PASS_DENIED``  subject, reason, since; the record's person is whose pass it was, where that is known

Instants are µs UTC. What records of two desks say about one key is brought together to the narrower of both, so a key
never comes back once it was retired, whichever record arrives first. There is no way back from a withdrawal either:
its holder gets another pass.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from station.facts import Draft, Kind, Record
from station.passes import KeySet, PassKey, kid_of


class KeyState(StrEnum):
    """What a ``PASS_KEY`` record says of its key."""

    NEW = "new"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Denial:
    """A withdrawn pass; ``at`` is when (µs UTC). ``person`` and ``actor`` are "" where they are not known."""

    at: int
    subject: str
    reason: str
    person: str = ""
    actor: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Issued:
    """A pass that was made. ``serial`` counts a person's passes from 0; instants are µs UTC."""

    issued: int
    person: str
    serial: int
    expires: int
    kid: str


@dataclass(frozen=True, slots=True)
class End:
    """When (µs UTC) a key was taken out of use, and whether somebody else may have it."""

    at: int
    compromised: bool = False

    def says_more(self, than: End | None) -> bool:
        return than is None or self.at < than.at or (self.compromised and not than.compromised)


@dataclass(slots=True)
class Passbook:
    """Takes records in by ``see``."""

    denials: dict[str, Denial] = field(default_factory=dict)
    """By subject: the earliest word about each."""
    news: int | None = None
    """When (µs UTC) the newest record about a key or a withdrawal was made."""
    ended: dict[str, End] = field(default_factory=dict)
    """The ends of keys by their public half, also of keys whose beginning is not known here yet."""
    _begun: dict[str, tuple[int, int]] = field(default_factory=dict)
    _issued: dict[tuple[str, int], Issued] = field(default_factory=dict)
    _trusted: KeySet | None = None
    _withdrawn: dict[str, int] | None = None

    def see(self, record: Record) -> None:
        match record.kind:
            case Kind.PASS_KEY:
                self._see_key(record)
            case Kind.PASS_DENIED:
                self._see_denial(record)
            case Kind.PASS_ISSUED:
                self._see_issued(record)
            case _:
                return
        if record.kind is not Kind.PASS_ISSUED:
            self.news = max(record.at, self.news or record.at)
            self._trusted = self._withdrawn = None

    def _see_key(self, record: Record) -> None:
        body = record.body
        public = str(body["public"])
        if body["state"] == KeyState.RETIRED:
            at, compromised = int(body["at"]), bool(body["compromised"])
            held = self.ended.get(public, End(at))
            self.ended[public] = End(min(at, held.at), compromised or held.compromised)
        else:
            first, last = int(body["not_before"]), int(body["expires"])
            other = self._begun.get(public, (first, last))
            self._begun[public] = (max(first, other[0]), min(last, other[1]))

    def _see_denial(self, record: Record) -> None:
        body = record.body
        said = Denial(
            int(body["since"]), str(body["subject"]), str(body["reason"]), record.person or "", record.actor or ""
        )
        held = self.denials.get(said.subject)
        if held is not None:
            at, reason, actor = min((one.at, one.reason, one.actor) for one in (said, held))
            # One desk may know whose it was, another not.
            person = min(filter(None, (said.person, held.person)), default="")
            said = Denial(at, said.subject, reason, person, actor)
        self.denials[said.subject] = said

    def _see_issued(self, record: Record) -> None:
        body = record.body
        for person, serial in body["to"]:
            made = Issued(int(body["issued"]), person, serial, int(body["expires"]), str(body["kid"]))
            place = (made.person, made.serial)
            self._issued[place] = max(made, self._issued.get(place, made))

    # --- asking ---

    @property
    def keys(self) -> tuple[PassKey, ...]:
        """Every key that may have signed passes, the first in force first."""
        return self.trusted.keys

    @property
    def trusted(self) -> KeySet:
        """What a verification trusts at this moment."""
        if self._trusted is None:
            keys = [self._key(public, *times) for public, times in self._begun.items()]
            self._trusted = KeySet(
                tuple(sorted(keys, key=lambda key: (key.not_before, key.public))), frozenset(self.denials)
            )
        return self._trusted

    def _key(self, public: str, not_before: int, expires: int) -> PassKey:
        end = self.ended.get(public)
        return PassKey(public, not_before, expires, end.at if end else None, end is not None and end.compromised)

    @property
    def issued(self) -> list[Issued]:
        """The newest making of each pass, the oldest first."""
        return sorted(self._issued.values())

    def is_issued(self, person: str, serial: int) -> bool:
        """Whether the making of a pass is on record here."""
        return (person, serial) in self._issued

    @property
    def withdrawn(self) -> Mapping[str, int]:
        """How many passes of each person were withdrawn."""
        if self._withdrawn is None:
            self._withdrawn = dict(Counter(one.person for one in self.denials.values() if one.person))
        return self._withdrawn


# --- the records --------------------------------------------------------------------------------------------------


def new_key(key: PassKey) -> Draft:
    body = {"kid": key.kid, "public": key.public, "state": KeyState.NEW.value}
    return Draft(Kind.PASS_KEY, body=body | {"not_before": key.not_before, "expires": key.expires})


def retired_key(public: str, end: End, actor: str | None = None) -> Draft:
    body = {"kid": kid_of(public), "public": public, "state": KeyState.RETIRED.value}
    return Draft(Kind.PASS_KEY, actor=actor, body=body | {"at": end.at, "compromised": end.compromised})


def denied(subject: str, reason: str, since: int, person: str | None, actor: str | None = None) -> Draft:
    body = {"subject": subject, "reason": reason, "since": since}
    return Draft(Kind.PASS_DENIED, person=person, actor=actor, body=body)


def issued(kid: str, issued: int, expires: int, to: Iterable[tuple[str, int]]) -> Draft:
    body = {"kid": kid, "issued": issued, "expires": expires, "to": [list(one) for one in to]}
    return Draft(Kind.PASS_ISSUED, body=body)
