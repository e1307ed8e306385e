"""The acts of coaches and coordinators on what is no visit: competitions, starts, memberships, evidence, shares,
applications; their confirming, correcting and withdrawing. Each act is one transaction: all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from station import entries
from station.clock import Clock
from station.day import new_event_id
from station.deedbook import CONFIRMED
from station.deeds import Answered, Competition, StartStatus
from station.entries import (
    ApplicationEntry,
    CompetitionEntry,
    EvidenceEntry,
    MembershipEntry,
    ShareEntry,
    StartEntry,
    Why,
)
from station.facts import Draft, Kind, Record, Ref
from station.institution import Institution
from station.logbook import Pen
from station.people import People
from station.picture import Picture
from station.roster import Roster
from station.trouble import Trouble
from station.vetting import Vetting, clash, said, spoken

KINDS: Mapping[type[entries.Entry], Kind] = {
    StartEntry: Kind.START,
    MembershipEntry: Kind.MEMBERSHIP,
    EvidenceEntry: Kind.EVIDENCE,
    ShareEntry: Kind.SHARE,
    ApplicationEntry: Kind.APPLICATION,
}
_CORRECTABLE: Mapping[Kind, type[CompetitionEntry | StartEntry | MembershipEntry]] = {
    Kind.COMPETITION: CompetitionEntry,
    Kind.START: StartEntry,
    Kind.MEMBERSHIP: MembershipEntry,
}


@dataclass(frozen=True, slots=True)
class Entered:
    """What a bulk entry did, or would do. ``records`` are the new ones; ``refused`` names entries by their place in
    what was given, from 0, and why; ``unchanged`` counts those that were there already, word for word."""

    records: tuple[Record, ...]
    added: int
    unchanged: int
    refused: tuple[tuple[int, Trouble], ...]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """An entry that may be written. ``words`` is what its note will say, None where its kind has none."""

    kind: Kind
    person: str
    values: dict[str, Any]
    words: str | None

    @property
    def compared(self) -> dict[str, Any]:
        return self.values if self.words is None else self.values | {"note": self.words}


class Coach:
    """What people enter into an institution's records besides scans; ``pen`` is a writer of its own acts."""

    def __init__(
        self,
        institution: Institution,
        roster: Roster,
        people: People,
        picture: Picture,
        clock: Clock,
        pen: Pen | None,
    ) -> None:
        self.vet = Vetting(institution, people, picture, clock)
        self._roster = roster
        self._picture = picture
        self._pen = pen

    # --- entering ---

    def add_competition(self, entry: CompetitionEntry, by: str) -> Competition:
        """Define a competition; one that is there already word for word is left as it is and returned.

        Raises ``Trouble``: what ``CompetitionEntry.values`` raises, "event_unit", "who".
        """
        self.add_competitions([entry], by)
        values = entry.values()
        return next(one for one in self._picture.deedbook.competitions() if self._defines(one, values))

    def add_competitions(
        self, given: Sequence[CompetitionEntry], by: str, *, whole: bool = True, dry_run: bool = False
    ) -> Entered:
        """Define competitions in one transaction, as ``enter`` does with entries."""
        self.vet.name(by)
        fresh: list[dict[str, Any]] = []
        refused: list[tuple[int, Trouble]] = []
        unchanged = 0
        held = self._picture.deedbook.competitions()
        for place, entry in enumerate(given):
            try:
                values = entry.values()
                self.vet.known_unit(entry.unit)
            except Trouble as trouble:
                if whole:
                    raise
                refused.append((place, trouble))
                continue
            if values in fresh or any(self._defines(one, values) for one in held):
                unchanged += 1
            else:
                fresh.append(values)
        records: list[Record] = []
        if fresh and not dry_run:
            actor = self._actor(by)
            bodies = [values | {"competition": new_event_id()} for values in fresh]
            records = self._write([Draft(Kind.COMPETITION, actor=actor, body=body) for body in bodies])
        return Entered(tuple(records), len(fresh), unchanged, tuple(refused))

    def _defines(self, competition: Competition, values: Mapping[str, Any]) -> bool:
        entry = self._picture.deedbook.definition(competition.id)
        return entry is not None and entry.values == {**values, "competition": competition.id}

    def enter(self, given: Sequence[entries.Entry], by: str, *, whole: bool = True, dry_run: bool = False) -> Entered:
        """Write entries in one transaction: all of them (``whole``: the first that is wrong refuses everything), or
        all but those that are wrong.

        What is there already word for word is left as it is, so that a file may be entered twice. Raises ``Trouble``:
        what the entries' ``values`` raise, "who", "person_unknown", "own_deed", "competition_unknown", "start_future",
        "day_future", "event_unit", "badge_unknown", "evidence_none", "share_none", "application_none",
        "application_unset", "application_early", "entry_there", "application_there".
        """
        name = self.vet.name(by)
        prepared: list[_Prepared] = []
        refused: list[tuple[int, Trouble]] = []
        unchanged = 0
        notes = self._roster.notes()
        for place, entry in enumerate(given):
            try:
                one = self._prepare(entry, name)
                fresh = self._is_new(one, prepared, notes)
            except Trouble as trouble:
                if whole:
                    raise
                refused.append((place, trouble))
            else:
                prepared += [one] * fresh
                unchanged += not fresh
        records: list[Record] = []
        if prepared and not dry_run:
            actor = self._actor(by)
            ids = iter(self._roster.note([one.words for one in prepared if one.words]))
            drafts = []
            for one in prepared:
                body = one.values if one.words is None else one.values | {"note": next(ids) if one.words else ""}
                drafts.append(Draft(one.kind, None, one.person, actor, body))
            records = self._write(drafts)
        return Entered(tuple(records), len(prepared), unchanged, tuple(refused))

    def _prepare(self, entry: entries.Entry, by: str) -> _Prepared:
        person = self.vet.person(entry.person)
        self.vet.not_own(person, by)
        values, words = entry.values(), None
        match entry:
            case StartEntry():
                competition = self.vet.competition(entry.competition)
                if competition.day > self.vet.today():
                    raise Trouble("start_future", title=competition.title, day=competition.day.isoformat())
                values["institution"] = self.vet.theirs(values["institution"])
            case MembershipEntry():
                self.vet.known_unit(entry.unit)
            case EvidenceEntry() | ShareEntry() | ApplicationEntry():
                if isinstance(entry, ApplicationEntry):
                    self._picture.require_application(person.id, entry.badge)
                else:
                    self.vet.asked_for(KINDS[type(entry)], entry.badge)
                self.vet.not_to_come(entry.day)
                words = entries.note(entry.note, needed=not isinstance(entry, ApplicationEntry))
        return _Prepared(KINDS[type(entry)], person.id, values, words)

    def _is_new(self, one: _Prepared, before: Iterable[_Prepared], notes: Mapping[str, str]) -> bool:
        """Whether nothing like it is there yet; False where the same is.

        Raises ``Trouble`` where something else stands in its place.
        """
        held: list[tuple[Ref | None, dict[str, Any]]] = [
            (entry.ref, spoken(entry, notes)) for entry in self._picture.deedbook.entries(one.person, one.kind)
        ]
        held += [(None, other.compared) for other in before if (other.kind, other.person) == (one.kind, one.person)]
        for ref, values in held:
            if values == one.compared and self._is_open(one.kind, ref):
                return False
            if clash(one.kind, one.compared, values) and self._is_open(one.kind, ref):
                raise Trouble("application_there" if one.kind is Kind.APPLICATION else "entry_there", ref=said(ref))
        return True

    def _is_open(self, kind: Kind, ref: Ref | None) -> bool:
        """Whether an entry still stands in the way of another; only a declined application does not."""
        if kind is not Kind.APPLICATION or ref is None:
            return True
        answers = self._picture.deedbook.answers(ref)
        return not answers or answers[-1].body["answer"] != Answered.DECLINED

    # --- what is said about entries ---

    def confirm(self, refs: Iterable[Ref], by: str, *, whole: bool = True) -> tuple[int, list[tuple[Ref, Trouble]]]:
        """Confirm starts and evidence as they stand; returns how many, and which could not be and why (none if
        ``whole``, where the first one that cannot be confirmed refuses everything). What is confirmed is left so.

        The person who entered or corrected something cannot confirm it, nor can anybody their own. Raises ``Trouble``:
        "deed_unknown", "deed_unconfirmable", "second_person", "own_deed", "who".
        """
        name, actor = self.vet.name(by), self._actor(by)
        drafts: list[Draft] = []
        left: list[tuple[Ref, Trouble]] = []
        for ref in dict.fromkeys(refs):
            try:
                entry = self.vet.standing(ref)
                if entry.record.kind not in CONFIRMED:
                    raise Trouble("deed_unconfirmable")
                if actor in entry.actors:
                    raise Trouble("second_person")
                self.vet.not_own_id(entry.record.person, name)
            except Trouble as trouble:
                if whole:
                    raise
                left.append((ref, trouble))
            else:
                if entry.confirmed_by is None:
                    body = {"of": list(ref), "values": entry.values}
                    drafts.append(Draft(Kind.CONFIRM_DEED, None, entry.record.person, actor, body))
        self._write(drafts)
        return len(drafts), left

    def correct(self, ref: Ref, changes: Mapping[str, str], why: Why, note: str, by: str) -> Record:
        """Replace some values of a competition, start or membership, given as texts; "" empties one.

        Raises ``Trouble``: "deed_unknown", "deed_uncorrectable", "no_change", "entry_there", "own_deed", "who", what
        the entry's values raise, and what ``enter`` raises about them.
        """
        name = self.vet.name(by)
        entry = self.vet.standing(ref)
        kind = entry.record.kind
        if kind not in _CORRECTABLE:
            raise Trouble("deed_uncorrectable")
        self.vet.not_own_id(entry.record.person, name)
        if kind is Kind.START and changes.get("status", StartStatus.STARTED) != StartStatus.STARTED:
            # Only who finished has a place.
            changes = {"place": "", **changes}
        values = entry.values | entries.revised(_CORRECTABLE[kind], entry.values, changes)
        if kind is Kind.START:
            values["institution"] = self.vet.theirs(values["institution"])
        elif values["unit"] != entry.values["unit"]:
            self.vet.known_unit(values["unit"])
        for other in self._picture.deedbook.entries(entry.record.person or "", kind):
            if other.ref != ref and clash(kind, values, other.values):
                raise Trouble("entry_there", ref=said(other.ref))
        settled = entry.disputed & changes.keys()
        new = {key: value for key, value in values.items() if value != entry.values[key] or key in settled}
        if not new:
            raise Trouble("no_change")
        words = entries.note(note, needed=False)
        body = {
            "of": list(ref),
            "old": {key: entry.values[key] for key in new},
            "new": new,
            "why": why.value,
            "note": self._note(words),
        }
        return self._write([Draft(Kind.CORRECT_DEED, None, entry.record.person, self._actor(by), body)])[0]

    def withdraw(self, ref: Ref, why: Why, note: str, by: str) -> Record:
        """Take back an entry, or a correction, confirmation or answer; for good: what was right is entered anew.

        Raises ``Trouble``: "deed_unknown" (also for what was withdrawn before), "competition_has_starts", "own_deed",
        "who".
        """
        name = self.vet.name(by)
        record = self._picture.deedbook.saying(ref) or self.vet.standing(ref).record
        self.vet.not_own_id(record.person, name)
        if record.kind is Kind.COMPETITION and self._picture.deedbook.starts_in(str(record.body["competition"])):
            raise Trouble("competition_has_starts", title=record.body["title"])
        words = entries.note(note, needed=False)
        body = {"of": list(ref), "why": why.value, "note": self._note(words)}
        return self._write([Draft(Kind.WITHDRAW_DEED, None, record.person, self._actor(by), body)])[0]

    def answer(self, ref: Ref, answer: Answered, note: str, by: str) -> Record:
        """Grant or decline an application. Raises ``Trouble``: "deed_unknown", "application_answered", "own_deed",
        "who"; where it is granted, also as ``Picture.require_application`` does."""
        name = self.vet.name(by)
        entry = self.vet.standing(ref)
        if entry.record.kind is not Kind.APPLICATION:
            raise Trouble("deed_unknown")
        self.vet.not_own_id(entry.record.person, name)
        answers = self._picture.deedbook.answers(ref)
        if answers:
            raise Trouble("application_answered", ref=said(answers[-1].ref))
        if answer is Answered.GRANTED:
            self._picture.require_application(entry.record.person or "", str(entry.values["badge"]))
        words = entries.note(note, needed=False)
        body = {"of": list(ref), "answer": answer.value, "note": self._note(words)}
        return self._write([Draft(Kind.ANSWER, None, entry.record.person, self._actor(by), body)])[0]

    # --- writing ---

    def _actor(self, by: str) -> str:
        return self._roster.staff(self.vet.name(by))

    def _note(self, words: str) -> str:
        """The id of a note, "" where nothing was said."""
        return self._roster.note([words])[0] if words else ""

    def _write(self, drafts: Sequence[Draft]) -> list[Record]:
        if self._pen is None:
            raise RuntimeError("this station was opened for reading")
        if not drafts:
            return []
        # A jump of the clock may have put a record of its own before ours.
        written = list(self._pen.append(*drafts))
        for record in written:
            self._picture.see(record)
        return written[-len(drafts) :]
