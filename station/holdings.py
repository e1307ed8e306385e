"""Which badges each person holds: every award that was signed off, by whichever desk, records in any order."""

from __future__ import annotations

from station.badges import Holding
from station.facts import AwardKey, Kind, Record, Ref


class Holdings:
    """Takes records in; equal sets of records give equal holdings."""

    def __init__(self) -> None:
        self._of: dict[str, dict[str, Holding]] = {}

    def see(self, record: Record) -> None:
        if record.kind is not Kind.SIGN_OFF:
            return
        key = AwardKey(*record.body["key"])
        facts = frozenset(Ref(*ref) for ref in record.body["facts"])
        theirs = self._of.setdefault(key.person, {})
        before = theirs.get(key.award)
        at = int(record.body["earned_at"])
        if before is not None:
            # Two desks signed the same award off from what each knew: what either says counts.
            at, facts = min(at, before.earned_at), facts | before.facts
        theirs[key.award] = Holding(key, at, facts)

    def of(self, person: str) -> tuple[Holding, ...]:
        """The person's holdings, in the order of their awards' ids."""
        theirs = self._of.get(person)
        return tuple(theirs[award] for award in sorted(theirs)) if theirs else ()
