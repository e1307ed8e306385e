"""Which badges each person holds: every award that was signed off, by whichever desk, records in any order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from station.badges import Holding
from station.deedbook import one_id
from station.facts import AwardKey, Kind, Record, Ref


class Holdings:
    """Takes records in; equal sets of records give equal holdings.

    ``ids`` gives every id of a person. A badge in one scope that was signed off under two of them is held once.
    """

    def __init__(self, ids: Callable[[str], Sequence[str]] = one_id) -> None:
        self._ids = ids
        self._of: dict[str, dict[AwardKey, Holding]] = {}

    def see(self, record: Record) -> None:
        if record.kind is not Kind.SIGN_OFF:
            return
        key = AwardKey(*record.body["key"])
        facts = frozenset(Ref(*ref) for ref in record.body["facts"])
        theirs = self._of.setdefault(key.person, {})
        signed = Holding(key, int(record.body["earned_at"]), facts)
        # Two desks may have signed the same award off from what each knew: what either says counts.
        theirs[key] = _joined(theirs[key], signed) if key in theirs else signed

    def of(self, person: str) -> tuple[Holding, ...]:
        """The person's holdings, in the order of their awards' ids."""
        found: dict[AwardKey, Holding] = {}
        for one in self._ids(person):
            for held in self._of.get(one, {}).values():
                same = held.key._replace(person="")
                found[same] = _joined(found[same], held) if same in found else held
        return tuple(sorted(found.values(), key=lambda held: held.key.award)) if found else ()


def _joined(one: Holding, other: Holding) -> Holding:
    return Holding(min(one.key, other.key), min(one.earned_at, other.earned_at), one.facts | other.facts)
