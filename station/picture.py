"""What all the records say at this moment: attendance, awards, passes and the programme in force, kept together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from station import catalogue
from station.attendance import Attendance
from station.awards import Awards
from station.badges import Issuer, counting_events, proposals, reached, scope_of
from station.catalogue import Catalogue
from station.deedbook import Deedbook
from station.deeds import Deeds
from station.facts import SECOND, AwardKey, Event, Kind, Proposal, Record, Role
from station.links import Links
from station.passbook import Passbook
from station.views import Progress


class Picture:
    """Takes records in by ``see``; everything else is asked of its parts. Nothing here is stored."""

    def __init__(self, programme: Catalogue, issuer: Issuer) -> None:
        self.programme = programme
        self.issuer = issuer
        self.links = Links()
        self.attendance = Attendance(programme.rules, self.links)
        self.awards = Awards(self.links)
        self.passbook = Passbook()
        self.deedbook = Deedbook(self.links.ids)
        self.heads: dict[str, int] = {}
        """The highest number taken in of each writer."""
        self.told: Callable[[Record], None] | None = None
        """Called with each record after it was taken in; for whoever keeps a picture of their own."""

    @classmethod
    def of(cls, records: Iterable[Record], issuer: Issuer) -> Picture:
        """Read all given records; they must hold the adoption of a programme (``Kind.CATALOGUE``)."""
        taken = list(records)
        picture = cls(programme_of(taken), issuer)
        for record in taken:
            picture.see(record)
        return picture

    def see(self, record: Record) -> None:
        self.heads[record.writer] = record.seq
        self.attendance.rejoin(self.links.see(record))
        self.attendance.see(record)
        self.awards.see(record)
        self.passbook.see(record)
        self.deedbook.see(record)
        if self.told is not None:
            self.told(record)

    def proposals(self, only: Event | None = None) -> list[Proposal]:
        """Every badge earned; one that was signed off under another id of the person has that award's key."""
        found = proposals(self.attendance, self.programme, self.issuer, only)
        return [replace(one, key=held.key) if (held := self.awards.held(one.key)) else one for one in found]

    def deeds(self, person: str) -> Deeds:
        """What a person did besides visits: starts, memberships, and what was entered about them."""
        return self.deedbook.deeds(person)

    def is_earned(self, key: AwardKey) -> bool:
        """Whether the confirmed hours still reach an award's badge; a badge the programme no longer has stays."""
        badge = self.programme.badges.get(key.badge)
        if badge is None:
            return True
        events = counting_events(badge, key.scope, self.attendance.events.values(), self.programme.rules.scope)
        visits = [visit for visit in self.attendance.visits(key.person, 0) if visit.confirmed]
        return reached(badge, visits, events, key) is not None

    def progress(self, person: str, event: Event, role: Role, as_of: int) -> tuple[Progress, ...]:
        """The way to each tier that the event's badges have in a role: confirmed hours plus the running visit."""
        visits = [visit for visit in self.attendance.visits(person, as_of) if visit.role is role]
        kind = self.programme.rules.scope
        scope = scope_of(event, kind)
        steps = []
        for name in event.earns:
            badge = self.programme.badges.get(name)
            if badge is None or badge.criterion.role is not role:
                continue
            events = counting_events(badge, scope, self.attendance.events.values(), kind)
            confirmed = sum(v.credited for v in visits if v.confirmed and v.event in events)
            running = sum(v.credited for v in visits if v.end is None and v.event in events)
            steps.append(
                Progress(
                    badge.id, badge.title, role, badge.criterion.seconds, confirmed // SECOND,
                    running // SECOND, confirmed >= badge.criterion.seconds * SECOND,
                )
            )  # fmt: skip
        return tuple(sorted(steps, key=lambda step: step.needed))


def programme_of(records: Iterable[Record]) -> Catalogue:
    """The programme adopted last. Raises ``RuntimeError`` where none was: ``init`` and ``enroll`` adopt one."""
    adopted = [record for record in records if record.kind is Kind.CATALOGUE]
    if not adopted:
        raise RuntimeError("no programme was adopted")
    last = max(adopted, key=lambda record: (record.tick, record.writer, record.seq))
    return catalogue.parse(str(last.body["toml"]), "catalogue")
