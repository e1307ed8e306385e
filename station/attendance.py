"""The reading of a logbook: who is where, visits, hours. Pure; rules H1-H15 as far as this version applies them.

Records come in by ``see``, each writer's in its own order, writers in any order: equal sets of records give equal
answers. A person's records are folded when asked for, and again when a late record arrives.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, assert_never

from station.catalogue import HoursRules
from station.facts import (
    SECOND,
    Admit,
    Decision,
    Event,
    EventKind,
    Flag,
    Hours,
    Kind,
    Record,
    Ref,
    Refusal,
    Refuse,
    Release,
    Repeat,
    Role,
    Switch,
    Verdict,
    Visit,
    VisitState,
    Way,
)
from station.links import Links


@dataclass(frozen=True, slots=True)
class Here:
    """Checked in at ``event`` in ``role`` since ``since``; ``stay`` is when the whole stay began (before switches)."""

    event: str
    role: Role
    since: int
    stay: int
    opened: Ref


@dataclass(frozen=True, slots=True)
class Away:
    """Checked out, last at ``event`` from ``role`` at ``since``; all None for somebody never seen."""

    event: str | None = None
    role: Role | None = None
    since: int | None = None


Standing = Here | Away


class Entry(NamedTuple):
    """One scan in the agreed order: by instant, tick, writer, number. ``told`` is what the desk said then."""

    instant: int
    tick: int
    writer: str
    seq: int
    event: str
    way: Way
    role: Role
    told: str
    stated: bool

    @property
    def ref(self) -> Ref:
        return Ref(self.writer, self.seq)


def move(standing: Standing, event: str, way: Way, role: Role, at: int, rules: HoursRules) -> Decision:
    """What a scan does to somebody who stands so (H3-H5): the one rule that the desk and the fold share."""
    match standing:
        case Here(event=there) if there == event:
            if way is not Way.OUT and role is not standing.role:
                return Switch(standing.role, role, standing.since)
            if way is Way.IN or (way is Way.EITHER and at - standing.since < rules.toggle_repeat_s * SECOND):
                return Repeat(Way.IN, standing.role, standing.since)
            return Release(standing.role, standing.since)
        case Away(event=there, role=Role() as before, since=int() as since) if (
            there == event and way is not Way.IN and at - since < rules.toggle_repeat_s * SECOND
        ):
            return Repeat(Way.OUT, before, since)
        case _:
            return Refuse(Refusal.NOT_IN) if way is Way.OUT else Admit(role)


def verdict(decision: Decision) -> Verdict:
    """The word for a decision."""
    match decision:
        case Admit():
            return Verdict.ADMITTED
        case Release():
            return Verdict.RELEASED
        case Switch():
            return Verdict.SWITCHED
        case Repeat():
            return Verdict.REPEAT
        case Refuse():
            return Verdict.REFUSED
        case _:
            assert_never(decision)


class _Open(NamedTuple):
    """A visit as scanned: ``end`` None while nothing closed it; ``out`` says whether a scan closed it."""

    event: str
    role: Role
    start: int
    end: int | None
    out: bool
    stay: int
    opened: Ref


@dataclass(slots=True)
class _Fold:
    """One person's scans, folded: ``standing`` after the last, and the visits they made."""

    standing: Standing = field(default_factory=Away)
    visits: list[_Open] = field(default_factory=list)
    disputed: set[Ref] = field(default_factory=set)

    def step(self, entry: Entry, rules: HoursRules) -> None:
        decision = move(self.standing, entry.event, entry.way, entry.role, entry.instant, rules)
        match decision:
            case Admit(role):
                if isinstance(self.standing, Here):
                    # Seen at another event: gone from the first one, nobody scanned them out of it.
                    self._close(entry.instant, out=False)
                self._begin(entry, role, entry.instant)
            case Switch(role=role):
                stay = self.standing.stay if isinstance(self.standing, Here) else entry.instant
                self._close(entry.instant, out=True)
                self._begin(entry, role, stay)
            case Release(role):
                self._close(entry.instant, out=True)
                self.standing = Away(entry.event, role, entry.instant)
            case Repeat() | Refuse():
                pass
        # Another desk's records, or an undo, have changed what this scan was: a person should look.
        if entry.told and entry.told != verdict(decision) and self.visits:
            self.disputed.add(self.visits[-1].opened)

    def _begin(self, entry: Entry, role: Role, stay: int) -> None:
        self.standing = Here(entry.event, role, entry.instant, stay, entry.ref)
        self.visits.append(_Open(entry.event, role, entry.instant, None, False, stay, entry.ref))

    def _close(self, at: int, *, out: bool) -> None:
        self.visits[-1] = self.visits[-1]._replace(end=at, out=out)


class Attendance:
    """Everything the records say about presence and hours.

    Somebody with several ids, by ``links``, is one person: all their scans are read together, under the id that
    stands for them. Whoever changes the links tells by ``rejoin`` whom they concern.
    """

    def __init__(self, rules: HoursRules, links: Links | None = None) -> None:
        self.rules = rules
        self.links = links or Links()
        self._events: dict[str, Event] = {}
        self._jumps: dict[str, list[tuple[int, int]]] = {}
        self._later: dict[str, int] = {}
        self._entries: dict[str, list[Entry]] = {}
        self._joined: dict[str, list[Entry]] = {}
        self._folds: dict[str, _Fold] = {}
        self._undone: set[Ref] = set()
        self._whose: dict[Ref, str] = {}
        self._confirmed: dict[Ref, int] = {}

    # --- taking records in ---

    def see_all(self, records: Iterable[Record]) -> None:
        for record in records:
            self.see(record)

    def see(self, record: Record) -> None:
        """Take one record in. Each writer's records must come in that writer's order."""
        match record.kind:
            case Kind.EVENT if record.event is not None:
                self._events[record.event] = event_of(record)
            case Kind.CLOCK_JUMP:
                self._see_jump(record)
            case Kind.SCAN if record.person is not None and record.event is not None:
                self._see_scan(record, record.person, record.event)
            case Kind.UNDO:
                self._undo(Ref(*record.body["scan"]))
            case Kind.CONFIRM:
                ref, until = Ref(*record.body["opened"]), int(record.body["until"])
                self._confirmed[ref] = min(until, self._confirmed.get(ref, until))
            case _:
                pass

    def _see_scan(self, record: Record, person: str, event: str) -> None:
        entry = Entry(
            self.instant(record), record.tick, record.writer, record.seq, event,
            Way(record.body["way"]), Role(record.body["role"]), str(record.body.get("verdict", "")),
            "stated" in record.body,
        )  # fmt: skip
        insort(self._entries.setdefault(person, []), entry)
        self._whose[entry.ref] = person
        root = self.links.of(person)
        if root in self._joined:
            insort(self._joined[root], entry)
        if entry is not self._scans(root)[-1] or entry.ref in self._undone:
            self._folds.pop(root, None)
        elif root in self._folds:
            self._folds[root].step(entry, self.rules)

    def _undo(self, ref: Ref) -> None:
        self._undone.add(ref)
        if ref in self._whose:
            self._folds.pop(self.links.of(self._whose[ref]), None)

    def rejoin(self, people: Iterable[str]) -> None:
        """Read these people's scans anew: the links that name them have changed."""
        for person in people:
            self._joined.pop(person, None)
            self._folds.pop(person, None)

    def _see_jump(self, record: Record) -> None:
        """A writer's clock jumped: what it wrote before moves by as much, as if the clock had been right by then."""
        by = int(record.body["by"])
        self._jumps.setdefault(record.writer, []).append((record.seq, by))
        moved = {record.writer, *record.body.get("writers", ())}
        for writer in moved:
            self._later[writer] = self._later.get(writer, 0) + by
        for person, entries in self._entries.items():
            if any(entry.writer in moved and not entry.stated for entry in entries):
                self._entries[person] = sorted(
                    entry._replace(instant=entry.instant + by) if entry.writer in moved and not entry.stated else entry
                    for entry in entries
                )
                self.rejoin([self.links.of(person)])

    def instant(self, record: Record) -> int:
        """When a scan happened, µs UTC: the stated instant of a batch entry, else its writer's clock, with the jumps
        that came later added. A clock that jumped was mostly set right, so the newest is believed; lengths and the
        live order within a writer hold either way."""
        if "stated" in record.body:
            return int(record.body["stated"])
        before = sum(by for seq, by in self._jumps.get(record.writer, ()) if seq < record.seq)
        return record.at + self._later.get(record.writer, 0) - before

    # --- asking ---

    @property
    def events(self) -> Mapping[str, Event]:
        return self._events

    @property
    def people(self) -> Collection[str]:
        """Everybody who was ever scanned, each once, by the id that stands for them."""
        return dict.fromkeys(map(self.links.of, self._entries)).keys()

    def is_undone(self, ref: Ref) -> bool:
        return ref in self._undone

    def _scans(self, root: str) -> list[Entry]:
        """All scans of somebody in the agreed order, under whichever of their ids."""
        ids = self.links.ids(root)
        if len(ids) == 1:
            return self._entries.get(root, [])
        joined = self._joined.get(root)
        if joined is None:
            joined = self._joined[root] = sorted(entry for one in ids for entry in self._entries.get(one, ()))
        return joined

    def _fold(self, root: str) -> _Fold:
        fold = self._folds.get(root)
        if fold is None:
            fold = self._folds[root] = _Fold()
            for entry in self._scans(root):
                if entry.ref not in self._undone:
                    fold.step(entry, self.rules)
        return fold

    def standing(self, person: str, at: int | None = None) -> Standing:
        """Where a person stands after all their scans, or as of an earlier instant (for entries made later)."""
        root = self.links.of(person)
        entries = self._scans(root)
        if not entries:
            return Away()
        if at is None or at >= entries[-1].instant:
            return self._fold(root).standing
        fold = _Fold()
        for entry in entries[: bisect_right(entries, at, key=lambda entry: entry.instant)]:
            if entry.ref not in self._undone:
                fold.step(entry, self.rules)
        return fold.standing

    def visits(self, person: str, as_of: int) -> tuple[Visit, ...]:
        """A person's visits in order, as they read at ``as_of`` (µs UTC): what nobody closed ends provisionally
        with its event (H8), credit is clipped to the event's window (H10)."""
        person = self.links.of(person)
        raw = self._fold(person).visits
        # A stay is what switches join (H3, H9): its last visit's end is its end.
        stays = {visit.stay: visit.end for visit in raw}
        about = self._about(person) if raw else set()
        return tuple(self._visit(person, visit, as_of, stays[visit.stay], about) for visit in raw)

    def _about(self, person: str) -> set[Flag]:
        """What to look at in a person, and so in each visit of theirs."""
        flags = set()
        if self.links.is_walk_in(person):
            flags.add(Flag.WALK_IN)
        if self.links.is_contested(person):
            flags.add(Flag.TWO_PEOPLE)
        return flags

    def _visit(self, person: str, raw: _Open, as_of: int, stay_end: int | None, about: set[Flag]) -> Visit:
        event = self._events.get(raw.event)
        rules, flags = self.rules, set(about)
        touch = stay_end is not None and stay_end - raw.stay < rules.touch_s * SECOND
        end, state, confirmed = raw.end, VisitState.CLOSED, raw.out
        ends_at = event.end if event else as_of
        if not raw.out:
            if raw.end is not None:
                end, state = max(raw.start, min(raw.end, ends_at)), VisitState.AUTO_CLOSED
                if raw.end <= ends_at:
                    # Seen at another event while this one was on.
                    flags.add(Flag.OVERLAP)
            elif as_of > ends_at:
                end, state = max(raw.start, ends_at), VisitState.AUTO_CLOSED
            else:
                end, state = None, VisitState.OPEN
        if raw.opened in self._confirmed:
            until = self._confirmed[raw.opened]
            end = max(raw.start, min(until, raw.end if raw.end is not None else until))
            state, confirmed = VisitState.CONFIRMED, True
        if raw.opened in self._fold(person).disputed:
            flags.add(Flag.DISPUTED)
        length = (as_of if end is None else end) - raw.start
        stayed = max(length, (stay_end or 0) - raw.stay)
        if stayed > rules.long_s * SECOND:
            flags.add(Flag.LONG)
        if stayed > rules.uncredited_s * SECOND and state in (VisitState.CLOSED, VisitState.AUTO_CLOSED):
            flags.add(Flag.UNCREDITED_LONG)
            confirmed = False
        credit_start, credit_end = self._credit(raw.start, as_of if end is None else end, event)
        if touch and state is not VisitState.CONFIRMED:
            flags.add(Flag.TOUCH)
            credit_end = credit_start
        elif credit_end - credit_start < length:
            flags.add(Flag.CLIPPED)
        return Visit(
            person, raw.event, raw.role, raw.start, end, credit_start, credit_end, state, confirmed,
            raw.opened, frozenset(flags),
        )  # fmt: skip

    def _credit(self, start: int, end: int, event: Event | None) -> tuple[int, int]:
        if event is None:
            return start, start
        margin = self.rules.margin_s * SECOND
        first, last = event.start - margin, event.end + margin
        start = min(max(start, first), last)
        return start, max(start, min(end, last))


def hours(visits: Iterable[Visit], events: Collection[str], role: Role) -> Hours:
    """Hours of some visits at ``events`` in ``role``: both numbers summed in µs and floored once (H2)."""
    sums = [0, 0]
    for visit in visits:
        if visit.role is role and visit.event in events:
            sums[not visit.confirmed] += visit.credited
    return Hours(sums[0] // SECOND, sums[1] // SECOND)


def event_of(record: Record) -> Event:
    """The event that an EVENT record defines."""
    body = record.body
    return Event(
        str(record.event), str(body["title"]), EventKind(body["kind"]), str(body["unit"]), body["series"],
        int(body["start"]), int(body["end"]), tuple(body["earns"]),
    )  # fmt: skip
