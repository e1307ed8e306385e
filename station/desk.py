"""Desk.scan(reading) -> Outcome: the whole story of a scan in one place. No Qt, no callback, no network."""

from __future__ import annotations

import secrets
import time
import unicodedata
from typing import assert_never

from station import codes, names, texts
from station.attendance import verdict
from station.facts import (
    Admit,
    Code,
    Decision,
    Draft,
    Event,
    Identity,
    Kind,
    Known,
    OutOfDate,
    Override,
    Person,
    Reading,
    Record,
    Ref,
    Refusal,
    Refuse,
    RefusedPass,
    Release,
    Repeat,
    Role,
    Source,
    Switch,
    Unknown,
    Verdict,
    Way,
)
from station.logbook import Logbook, Moment, Pen
from station.matching import code_link
from station.people import People
from station.picture import Picture
from station.roster import Roster
from station.rules import decide
from station.trouble import Trouble
from station.views import Outcome, Progress
from station.whose import identify

_ENDS_KEPT = 200
"""Unknown codes whose last four characters are remembered while the desk is open."""

LONGEST_NAME, LONGEST_REASON = 200, 500
"""Letters."""


class Desk:
    """A place where codes are read for one event. ``pen`` is this opening's writer."""

    def __init__(self, book: Logbook, pen: Pen, roster: Roster, picture: Picture, event: Event) -> None:
        self.event = event
        self._book = book
        self._pen = pen
        self._roster = roster
        self._people = People(roster, picture.links)
        self._picture = picture
        self._ends: dict[str, str] = {}

    def scan(self, reading: Reading, person: Person | None = None) -> Outcome:
        """Decide and write; returns once the record is on disk. ``person`` is given where somebody was picked by
        name instead of by a code.

        Raises ``Trouble`` when the record cannot be written; then nothing has happened.
        """
        began = time.perf_counter()
        moment = self._look()
        at = moment.now.at if reading.stated is None else reading.stated
        code = codes.parse(reading.text, self._roster.kinds)
        told = Known(person) if person else identify(self._roster, self._picture.passbook, code, at)
        identity = self._people.resolve(told)
        if isinstance(identity, Unknown) and isinstance(code, Code) and not code.text.startswith(codes.PASS):
            self._remember(identity.mac, codes.last_four(code.text))
        return self._answer(reading, identity, began, moment)

    def link(self, ref: Ref, person: Person, by: str | None = None) -> Outcome:
        """Say whose the unknown code of a refused scan is; the person is scanned the same way in the same role, now.

        ``by`` is the id of the member of staff where one is known. Raises ``Trouble``: "nothing_to_link" where that
        was no scan of an unknown code here, "code_known" and "code_linked" for a code that is somebody's by now.
        """
        began = time.perf_counter()
        reading, mac = self._refused(ref)
        return self._linked(reading, mac, self._people.one(person), by, began)

    def walk_in(self, name: str, reading: Reading, ref: Ref | None = None, by: str | None = None) -> Outcome:
        """Add somebody who is not on the roster, and scan them in. ``ref`` names the refused scan of an unknown code
        that is theirs: it is linked to them, and its role is the one that counts.

        Raises ``Trouble``: what ``names.checked`` and ``link`` raise, and "walk_in_out" for one on the way out.
        """
        began = time.perf_counter()
        plain = names.checked(name)
        mac = None
        if ref is not None:
            reading, mac = self._refused(ref)
        if reading.way is Way.OUT:
            raise Trouble("walk_in_out")
        person = Person(secrets.token_hex(16), plain, None, self._ends.get(mac or "", ""), walk_in=True)
        # In this order nobody is ever on the roster, or in a scan, of whom the records do not say what they are.
        self._append(Draft(Kind.WALK_IN, self.event.id, person.id, by))
        self._roster.add_walk_in(person)
        if mac is not None:
            return self._linked(reading, mac, person, by, began)
        return self._answer(reading, Known(person), began, self._look())

    def _refused(self, ref: Ref) -> tuple[Reading, str]:
        """The reading of a scan that was refused because nobody had its code, and the code's HMAC."""
        record = self._book.record(ref)
        if (
            record is None
            or record.kind is not Kind.SCAN
            or record.event != self.event.id
            or record.body.get("reason") != Refusal.UNKNOWN_CODE
        ):
            raise Trouble("nothing_to_link")
        body, mac = record.body, str(record.body["mac"])
        if self._roster.owners([mac]):
            raise Trouble("code_known")
        if self._picture.links.whose(mac) is not None:
            raise Trouble("code_linked")
        reading = Reading(
            "", Source(body["source"]), Way(body["way"]), Role(body["role"]), body.get("symbology"), body.get("stated")
        )
        return reading, mac

    def _linked(self, reading: Reading, mac: str, person: Person, by: str | None, began: float) -> Outcome:
        link = code_link(self._roster, mac, self._ends.get(mac, ""), person, self.event.id, by)
        return self._answer(reading, Known(person), began, self._look(), link)

    def _answer(
        self, reading: Reading, identity: Identity, began: float, moment: Moment, link: Draft | None = None
    ) -> Outcome:
        """Decide and write. A ``link`` goes to the disk together with the scan that it came with."""
        at = moment.now.at if reading.stated is None else reading.stated
        decision = decide(identity, self._picture.attendance, self.event, reading, at)
        fact = fact_of(reading, self.event, identity, decision, linked=link is not None)
        record = self._append(*([link] if link else []), fact, moment=moment)
        known = identity.person if isinstance(identity, Known) else None
        progress = self._progress(known, decision, at)
        last4 = self._ends.get(identity.mac, "") if isinstance(identity, Unknown) else ""
        ms = (time.perf_counter() - began) * 1000
        return Outcome(decision, verdict(decision), record, known, progress, ms, last4)

    def _remember(self, mac: str, last4: str) -> None:
        self._ends[mac] = last4
        if len(self._ends) > _ENDS_KEPT:
            del self._ends[next(iter(self._ends))]

    def undo(self, ref: Ref) -> Record:
        """Take one scan of this event back: it stays in the log and counts for nothing. A link of its code that came
        with it is taken back too, for both were one act.

        Raises ``Trouble('nothing_to_undo')`` when there is no such scan or it was undone already.
        """
        target = self._book.record(ref)
        if (
            target is None
            or target.kind is not Kind.SCAN
            or target.event != self.event.id
            or (target.body["verdict"] in (Verdict.REFUSED, Verdict.REPEAT) and not target.body.get("linked"))
            or self._picture.attendance.is_undone(ref)
        ):
            raise Trouble("nothing_to_undo")
        body = {"scan": list(ref)}
        before = Ref(ref.writer, ref.seq - 1)
        if target.body.get("linked") and self._picture.links.link(before) is not None:
            body["link"] = list(before)
        return self._append(Draft(Kind.UNDO, self.event.id, target.person, body=body))

    def note_override(self, why: Override, found: Trouble) -> None:
        """Record that this desk was opened although something was found that keeps desks closed. The reason's words
        lie in the erasable notes, the name in those of the staff."""
        (note,) = self._roster.note([why.reason])
        body = {"over": found.code, "note": note}
        self._append(Draft(Kind.OVERRIDE, self.event.id, actor=self._roster.staff(why.who), body=body))

    def close(self) -> None:
        """Sign what this opening wrote."""
        self._pen.sign()

    def _look(self) -> Moment:
        """Now; a jump of the clock is written first."""
        moment = self._pen.look()
        return self._note_jump(moment) if moment.jump else moment

    def _note_jump(self, moment: Moment) -> Moment:
        """The jump is a record of its own, read before the scan is judged: it moves what came before it."""
        for record in self._pen.append(moment=moment):
            self._picture.see(record)
        return Moment(moment.now, 0, ())

    def _append(self, *drafts: Draft, moment: Moment | None = None) -> Record:
        records = self._pen.append(*drafts, moment=moment)
        for record in records:
            self._picture.see(record)
        return records[-1]

    def _progress(self, person: Person | None, decision: Decision, at: int) -> tuple[Progress, ...]:
        if person is None:
            return ()
        roles = [decision.before, decision.role] if isinstance(decision, Switch) else [role_of(decision)]
        return tuple(step for role in roles if role for step in self._picture.progress(person.id, self.event, role, at))


def checked(override: Override) -> Override:
    """The same in one line each. Raises ``Trouble('who')`` or ``Trouble('override_reason')``."""
    who, reason = (unicodedata.normalize("NFC", " ".join(text.split())) for text in (override.who, override.reason))
    if not who or len(who) > LONGEST_NAME or not who.isprintable():
        raise Trouble("who")
    if not reason or len(reason) > LONGEST_REASON or not reason.isprintable():
        raise Trouble("override_reason")
    return Override(reason, who)


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


def fact_of(reading: Reading, event: Event, identity: Identity, decision: Decision, *, linked: bool = False) -> Draft:
    """The record of a reading: scanned, here, then, this way. What the person was told is noted beside it.
    ``linked``: the record just before it links its code.

    A refused personal code leaves nothing of itself; an unknown code leaves its HMAC, so that it can be linked later,
    and so does the subject of a refused pass. A record never holds a pass.
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
    if isinstance(identity, Unknown | OutOfDate | RefusedPass) and identity.mac is not None:
        body["mac"] = identity.mac
    if linked:
        body["linked"] = True
    if reading.symbology is not None:
        body["symbology"] = reading.symbology
    if reading.stated is not None:
        body["stated"] = reading.stated
    if reading.layout is not None:
        body["layout"] = reading.layout
    person = identity.person.id if isinstance(identity, Known) else None
    return Draft(Kind.SCAN, event.id, person, body=body)
