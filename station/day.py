"""The coordinator's acts: look at an event's day, confirm provisional visits, sign awards off, add events."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from station import credentials, personal_code
from station.attendance import hours
from station.awards import Standing
from station.badge import AchievementType, Badge
from station.facts import (
    SECOND,
    AwardKey,
    AwardState,
    Draft,
    Event,
    EventKind,
    Flag,
    Kind,
    Person,
    Proposal,
    Record,
    Ref,
    Refusal,
    Role,
    Source,
    Verdict,
    Visit,
    Way,
)
from station.institution import Institution
from station.logbook import Logbook, Pen
from station.people import People
from station.picture import Picture
from station.roster import Roster
from station.scopes import is_in
from station.trouble import Trouble
from station.views import AwardRow, DayView, HoursRow, ScanRow, VisitRow

_SERIES_LONGEST = 100
_LONGEST_EVENT = 366 * 24 * 3600 * SECOND
_LATEST = 4_102_444_800 * SECOND
"""The year 2100: calendars fail far beyond, and a record cannot be taken back."""


class Day:
    """What coordinators do to an institution's records; ``pen`` is a writer of the institution's own acts."""

    def __init__(
        self, institution: Institution, book: Logbook, roster: Roster, picture: Picture, pen: Pen | None
    ) -> None:
        self._institution = institution
        self._book = book
        self._roster = roster
        self._people = People(roster, picture.links)
        self._picture = picture
        self._pen = pen

    # --- acts ---

    def add_event(
        self,
        title: str,
        kind: EventKind,
        unit: str,
        series: str | None,
        start: int,
        end: int,
        earns: Sequence[str] | None,
    ) -> Event:
        """Make an event. ``earns`` None means every badge of its unit that volunteering can earn.

        Raises ``Trouble``: "event_title", "event_times", "event_unit", "event_badge", "event_series",
        "personal_code_given".
        """
        programme = self._picture.programme
        title = " ".join(title.split())
        title = unicodedata.normalize("NFC", title)
        series = unicodedata.normalize("NFC", " ".join(series.split())) or None if series else None
        if any(map(personal_code.holds, (title, series or ""))):
            raise Trouble("personal_code_given")
        if not title or not title.isprintable() or len(title) > 200:
            raise Trouble("event_title")
        if series and (not series.isprintable() or len(series) > _SERIES_LONGEST):
            raise Trouble("event_series")
        if not start < end <= start + _LONGEST_EVENT or not 0 < start < _LATEST:
            raise Trouble("event_times")
        if unit not in programme.units:
            raise Trouble("event_unit", unit=unit, known=", ".join(programme.units))
        possible = [badge.id for badge in programme.badges.values() if badge.can_be_earned_at(kind, unit)]
        # A lecture or a competition earns what somebody chooses; which of a unit's badges, only they know.
        usual = [badge.id for badge in programme.badges_of(unit) if badge.id in possible]
        chosen = (usual if kind is EventKind.VOLUNTEERING else []) if earns is None else list(dict.fromkeys(earns))
        for badge in chosen:
            if badge not in possible:
                raise Trouble("event_badge", badge=badge, unit=unit)
        event = Event(new_event_id(), title, kind, unit, series, start, end, tuple(chosen))
        self._write(
            Draft(
                Kind.EVENT,
                event.id,
                body={
                    "title": title,
                    "kind": kind.value,
                    "unit": unit,
                    "series": series,
                    "start": start,
                    "end": end,
                    "earns": chosen,
                },
            )
        )
        return event

    def confirm(self, refs: Iterable[Ref], by: str, as_of: int) -> int:
        """Confirm provisional visits that are over, each with the end it has now; returns how many.

        Raises ``Trouble('visit_unknown')`` for a visit that is not there, ``Trouble('visit_running')`` for one that
        is still going on, ``Trouble('who')`` without a name.
        """
        actor = self.actor(by)
        attendance = self._picture.attendance
        wanted = set(refs)
        found = {
            visit.opened: visit
            for person in attendance.people
            for visit in attendance.visits(person, as_of)
            if visit.opened in wanted
        }
        drafts = []
        for ref in sorted(wanted):
            visit = found.get(ref)
            if visit is None:
                raise Trouble("visit_unknown")
            if visit.end is None:
                raise Trouble("visit_running")
            if not visit.confirmed:
                body = {"opened": list(ref), "until": visit.end}
                drafts.append(Draft(Kind.CONFIRM, visit.event, visit.person, actor, body))
        self._write(*drafts)
        return len(drafts)

    def sign_off(self, awards: Collection[str] | None, by: str, event: Event | None) -> list[Record]:
        """Sign proposed awards off (all of them for None), of an event or of all: each record freezes its credential.

        Awards already signed off are left as they are, and so are those of walk-ins where all are asked for. Raises
        ``Trouble('award_unknown')`` for an award that is not proposed, ``Trouble('walk_in_unmatched')`` for a
        walk-in's, ``Trouble('who')`` without a name.
        """
        actor = self.actor(by)
        proposed = {proposal.key.award: proposal for proposal in self._picture.proposals(event)}
        for award in awards or ():
            if award not in proposed and award not in self._picture.awards:
                raise Trouble("award_unknown", award=award)
        fresh = [
            proposal
            for award, proposal in proposed.items()
            if (awards is None or award in awards) and award not in self._picture.awards
        ]
        waiting = self._unmatched(proposal.key.person for proposal in fresh)
        if waiting and awards is not None:
            raise Trouble("walk_in_unmatched")
        fresh = [proposal for proposal in fresh if proposal.key.person not in waiting]
        return self._write(*(self._sign_off_draft(proposal, actor) for proposal in fresh))

    def _unmatched(self, ids: Iterable[str]) -> set[str]:
        """Those who are walk-ins yet, by the records or by the roster: a badge needs somebody who can receive it."""
        asked = set(ids)
        rows = self._people.of(asked)
        return {one for one in asked if self._picture.links.is_walk_in(one) or (one in rows and rows[one].walk_in)}

    def _sign_off_draft(self, proposal: Proposal, actor: str) -> Draft:
        badge = self._picture.programme.badges[proposal.key.badge]
        frozen = credentials.unsigned(
            proposal,
            credentials.Issuer(self._institution.issuer, self._institution.name),
            self._achievement(badge),
            {name: event.title for name, event in self._picture.attendance.events.items()},
        )
        body = {
            "award": proposal.key.award,
            "key": list(proposal.key),
            "earned_at": proposal.earned_at,
            "seconds": proposal.seconds,
            "facts": [list(ref) for ref in proposal.facts],
            "catalogue": self._picture.programme.version,
            "credential": frozen,
        }
        return Draft(Kind.SIGN_OFF, None, proposal.key.person, actor, body)

    def _achievement(self, badge: Badge) -> credentials.Achievement:
        programme = self._picture.programme
        gained = [programme.competencies[name] for name in badge.competencies]
        portfolio = programme.portfolio.get(badge.portfolio.type) if badge.portfolio else None
        return credentials.Achievement(
            badge.id,
            badge.title,
            badge.criteria,
            badge.hours.seconds if badge.hours else 0,
            (portfolio.achievement if portfolio else AchievementType.ACHIEVEMENT).value,
            tuple(credentials.Skill(one.id, one.title, one.esco) for one in gained),
        )

    def actor(self, by: str) -> str:
        """The id under which a named person acts. Raises ``Trouble('who')`` without a name."""
        if not by.strip() or not by.isprintable() or len(by) > 200:
            raise Trouble("who")
        return self._roster.staff(by)

    def _write(self, *drafts: Draft) -> list[Record]:
        if self._pen is None:
            raise RuntimeError("this day was opened for reading")
        if not drafts:
            return []
        records = list(self._pen.append(*drafts))
        for record in records:
            self._picture.see(record)
        return records

    # --- looking ---

    def look(self, event: Event, as_of: int) -> DayView:
        """Everything of one event at an instant."""
        attendance = self._picture.attendance
        unit = self._picture.programme.units.get(event.unit)
        scans = [record for record in self._book.replay([event.id]) if _is_scan(record, event)]
        ids = {self._picture.links.of(record.person) for record in scans if record.person}
        visits = [v for person in ids for v in attendance.visits(person, as_of) if v.event == event.id]
        awards = self.awards(event)
        people = self._people.of(ids | {row.person for row in awards})
        desks = self._book.desks()
        taken = self.taken(ids)
        rows = sorted((self._visit_row(v, people, taken) for v in visits), key=lambda row: (row.start, row.opened))
        unknown = self._roster.owners({str(r.body["mac"]) for r in scans if "mac" in r.body})
        return DayView(
            event=event,
            institution=self._institution.name,
            as_of=as_of,
            scans=tuple(
                sorted((self._scan_row(r, people, desks, unknown) for r in scans), key=lambda s: (s.at, s.ref))
            ),
            visits=tuple(rows),
            hours=tuple(hours_rows(visits, {event.id}, people)),
            awards=tuple(awards),
            here=sum(row.end is None for row in rows),
            came=len({row.person for row in rows}),
            unit=unit.title if unit else {},
        )

    def taken(self, ids: Iterable[str]) -> set[str]:
        """Those who have a linked code that the roster, whose word comes first, gives to somebody else; and those
        whom it gives it to."""
        links = self._picture.links
        linked = {link.mac: link.person for person in ids for link in links.codes(person)}
        owners = self._roster.owners(linked)
        torn = [(person, owners[mac]) for mac, person in linked.items() if mac in owners]
        return {links.of(one) for pair in torn if links.of(pair[0]) != links.of(pair[1]) for one in pair}

    def _visit_row(self, visit: Visit, people: Mapping[str, Person], taken: Collection[str]) -> VisitRow:
        row = visit_row(visit, people)
        matched = tuple(match.ref for match in self._picture.links.matches(visit.person))
        flags = visit.flags | {Flag.TWO_PEOPLE} if visit.person in taken else visit.flags
        return replace(row, flags=flags, matched=matched)

    def _scan_row(
        self, record: Record, people: Mapping[str, Person], desks: Mapping[str, str], owners: Mapping[str, str]
    ) -> ScanRow:
        body, links = record.body, self._picture.links
        root = links.of(record.person) if record.person else None
        person = people.get(root or "")
        mac = body.get("mac", "") if body.get("reason") == Refusal.UNKNOWN_CODE else ""
        return ScanRow(
            ref=record.ref,
            at=self._picture.attendance.instant(record),
            person=root,
            name=person.name if person else "",
            last4=person.last4 if person else "",
            verdict=Verdict(body["verdict"]),
            reason=str(body.get("reason", "")),
            role=Role(body.get("of", body["role"])),
            way=Way(body["way"]),
            source=Source(body["source"]),
            desk=desks.get(record.writer, ""),
            undone=self._picture.attendance.is_undone(record.ref),
            unknown=bool(mac) and mac not in owners and links.whose(mac) is None,
            linked=bool(body.get("linked")),
        )

    def hours(self, event: Event, as_of: int) -> list[HoursRow]:
        """Hours per person and role at one event."""
        attendance = self._picture.attendance
        visits = [v for p in attendance.people for v in attendance.visits(p, as_of) if v.event == event.id]
        return hours_rows(visits, {event.id}, self._people.of({v.person for v in visits}))

    def hours_of(self, person: Person, as_of: int) -> list[HoursRow]:
        """Hours of one person per role, at all events together."""
        visits = self._picture.attendance.visits(person.id, as_of)
        return hours_rows(visits, {v.event for v in visits}, self._people.of([person.id]))

    def awards(self, event: Event | None) -> list[AwardRow]:
        """The awards that an event can earn, in its scopes, or all: proposed and signed off."""
        told = {p.key.award: _Told(p.key, p.earned_at, p.seconds) for p in self._picture.proposals(event)}
        for standing in self._picture.awards.all():
            signed = _signed(standing)
            # Signed off and no longer proposed: hours were corrected since.
            if event is None or (signed.key.badge in event.earns and is_in(event, signed.key.scope)):
                told.setdefault(standing.award, signed)
        people = self._people.of({one.key.person for one in told.values()})
        staff = self._roster.staff_names()
        return [self._award_row(one, people, staff) for one in told.values()]

    def _award_row(self, told: _Told, people: Mapping[str, Person], staff: Mapping[str, str]) -> AwardRow:
        known = people.get(told.key.person)
        offered = self._picture.programme.badges.get(told.key.badge)
        standing = self._picture.awards.standing(told.key.award)
        if standing is not None:
            reason = "held" if standing.held_by else standing.reason
        else:
            reason = "walk_in" if self._picture.links.is_walk_in(told.key.person) else ""
        return AwardRow(
            award=told.key.award,
            credential_id=told.key.credential_id,
            person=self._picture.links.of(told.key.person),
            name=known.name if known else "",
            last4=known.last4 if known else "",
            badge=told.key.badge,
            title=offered.title if offered else {"en": told.key.badge},
            state=standing.state if standing else AwardState.PROPOSED,
            earned_at=told.earned_at,
            seconds=told.seconds,
            signed_by=staff.get(standing.sign_off.actor or "", "") if standing else "",
            reason=reason,
        )


class _Told(NamedTuple):
    key: AwardKey
    earned_at: int
    seconds: int


def _signed(standing: Standing) -> _Told:
    body = standing.sign_off.body
    return _Told(standing.key, int(body["earned_at"]), int(body["seconds"]))


def _is_scan(record: Record, event: Event) -> bool:
    return record.kind is Kind.SCAN and record.event == event.id


def new_event_id() -> str:
    """Ten letters and digits that are not mistaken for one another: short enough to type, 50 bits."""
    return "".join(secrets.choice("23456789abcdefghjkmnpqrstuvwxyz") for _ in range(10))


def visit_row(visit: Visit, people: Mapping[str, Person]) -> VisitRow:
    person = people.get(visit.person)
    return VisitRow(
        person=visit.person,
        name=person.name if person else "",
        last4=person.last4 if person else "",
        role=visit.role,
        start=visit.start,
        end=visit.end,
        state=visit.state,
        confirmed=visit.confirmed,
        seconds=visit.credited // 1_000_000,
        flags=visit.flags,
        opened=visit.opened,
        event=visit.event,
    )


def hours_rows(visits: Sequence[Visit], events: Collection[str], people: Mapping[str, Person]) -> list[HoursRow]:
    """One row for each person and role that has a visit, by name."""
    by_person: dict[str, list[Visit]] = {}
    for visit in visits:
        by_person.setdefault(visit.person, []).append(visit)
    rows = []
    for person, theirs in by_person.items():
        known = people.get(person)
        for role in Role:
            if any(visit.role is role for visit in theirs):
                total = hours(theirs, events, role)
                rows.append(
                    HoursRow(
                        person, known.name if known else "", known.last4 if known else "", role,
                        total.confirmed, total.provisional,
                    )
                )  # fmt: skip
    return sorted(rows, key=lambda row: (row.name, row.person, row.role))
