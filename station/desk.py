"""Desk.scan(reading) -> Outcome: the whole story of a scan in one place. No Qt, no callback, no network."""

from __future__ import annotations

import time
from typing import assert_never

from station import codes, texts
from station.attendance import verdict
from station.facts import (
    Admit,
    Decision,
    Draft,
    Event,
    Identity,
    Kind,
    Known,
    Person,
    Reading,
    Record,
    Ref,
    Refuse,
    Release,
    Repeat,
    Role,
    Switch,
    Unknown,
    Verdict,
)
from station.logbook import Logbook, Moment, Pen
from station.picture import Picture
from station.roster import Roster
from station.rules import decide
from station.trouble import Trouble
from station.views import Outcome, Progress


class Desk:
    """A place where codes are read for one event. ``pen`` is this opening's writer."""

    def __init__(self, book: Logbook, pen: Pen, roster: Roster, picture: Picture, event: Event) -> None:
        self.event = event
        self._book = book
        self._pen = pen
        self._roster = roster
        self._picture = picture

    def scan(self, reading: Reading, person: Person | None = None) -> Outcome:
        """Decide and write; returns once the record is on disk. ``person`` is given where somebody was picked by
        name instead of by a code.

        Raises ``Trouble`` when the record cannot be written; then nothing has happened.
        """
        began = time.perf_counter()
        moment = self._pen.look()
        identity = Known(person) if person else self._roster.identify(codes.parse(reading.text))
        if moment.jump:
            moment = self._note_jump(moment)
        at = moment.now.at if reading.stated is None else reading.stated
        decision = decide(identity, self._picture.attendance, self.event, reading, at)
        record = self._write(fact_of(reading, self.event, identity, decision), moment)
        known = identity.person if isinstance(identity, Known) else None
        progress = self._progress(known, decision, at)
        return Outcome(decision, verdict(decision), record, known, progress, (time.perf_counter() - began) * 1000)

    def undo(self, ref: Ref) -> Record:
        """Take one scan of this event back: it stays in the log and counts for nothing.

        Raises ``Trouble('nothing_to_undo')`` when there is no such scan or it was undone already.
        """
        target = self._book.record(ref)
        if (
            target is None
            or target.kind is not Kind.SCAN
            or target.event != self.event.id
            or target.body["verdict"] in (Verdict.REFUSED, Verdict.REPEAT)
            or self._picture.attendance.is_undone(ref)
        ):
            raise Trouble("nothing_to_undo")
        draft = Draft(Kind.UNDO, self.event.id, target.person, body={"scan": list(ref)})
        return self._write(draft, self._pen.look())

    def close(self) -> None:
        """Sign what this opening wrote."""
        self._pen.sign()

    def _note_jump(self, moment: Moment) -> Moment:
        """The jump is a record of its own, read before the scan is judged: it moves what came before it."""
        for record in self._pen.append(moment=moment):
            self._picture.see(record)
        return Moment(moment.now, 0, ())

    def _write(self, draft: Draft, moment: Moment) -> Record:
        records = self._pen.append(draft, moment=moment)
        for record in records:
            self._picture.see(record)
        return records[-1]

    def _progress(self, person: Person | None, decision: Decision, at: int) -> tuple[Progress, ...]:
        if person is None:
            return ()
        roles = [decision.before, decision.role] if isinstance(decision, Switch) else [role_of(decision)]
        return tuple(step for role in roles if role for step in self._picture.progress(person.id, self.event, role, at))


def not_on(event: Event) -> Trouble:
    """What to say at a desk that is opened before or after its event."""
    return Trouble("event_not_on", title=event.title, start=texts.moment(event.start), end=texts.moment(event.end))


def role_of(decision: Decision) -> Role | None:
    """The role a decision is about; None for a refusal."""
    match decision:
        case Admit(role) | Release(role) | Switch(role=role) | Repeat(role=role):
            return role
        case Refuse():
            return None
        case _:
            assert_never(decision)


def fact_of(reading: Reading, event: Event, identity: Identity, decision: Decision) -> Draft:
    """The record of a reading: scanned, here, then, this way. What the person was told is noted beside it.

    A refused personal code leaves nothing of itself; an unknown code leaves its HMAC, so that it can be linked later.
    """
    body: dict[str, object] = {
        "way": reading.way.value,
        "role": reading.role.value,
        "verdict": verdict(decision).value,
        "source": reading.source.value,
    }
    about = role_of(decision)
    if about is not None and about is not reading.role:
        # Checking out asks for no role: the visit's own is the one that was ended.
        body["of"] = about.value
    if isinstance(decision, Refuse):
        body["reason"] = decision.reason.value
    if isinstance(identity, Unknown):
        body["mac"] = identity.mac
    if reading.symbology is not None:
        body["symbology"] = reading.symbology
    if reading.stated is not None:
        body["stated"] = reading.stated
    if reading.layout is not None:
        body["layout"] = reading.layout
    person = identity.person.id if isinstance(identity, Known) else None
    return Draft(Kind.SCAN, event.id, person, body=body)
