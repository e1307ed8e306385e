"""Where each signed-off award stands, read from sign-offs, sends and receipts. Pure; the outbox is a query of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from station.facts import Answer, AwardKey, AwardState, Kind, Record, Ref
from station.links import Links

AWARD_KINDS = frozenset({Kind.SIGN_OFF, Kind.SENT, Kind.RECEIPT, Kind.RETRY})


@dataclass(slots=True)
class _Story:
    sign_offs: dict[tuple[int, str, int], Record] = field(default_factory=dict)
    sents: list[Record] = field(default_factory=list)
    receipts: list[Record] = field(default_factory=list)
    retries: list[Record] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Standing:
    """One award. ``attempts`` counts sends; ``last_at`` is the last send's or receipt's instant; ``note`` names the
    registry's own words; ``retry_after`` is the instant the registry asked to wait for. ``held_by`` is another award
    of the same badge and scope that the same person has under another id: that one counts, this one is not sent."""

    award: str
    state: AwardState
    sign_off: Record
    registry: str
    attempts: int
    last_at: int
    reason: str
    note: str
    permanent: bool
    retry_after: int | None
    digest: str
    held_by: str = ""

    @property
    def key(self) -> AwardKey:
        return AwardKey(*self.sign_off.body["key"])


class Awards:
    """Takes records in any order of writers; equal sets of records give equal standings.

    One badge and scope is one award for somebody with several ids by ``links``, whichever it was signed off under.
    """

    def __init__(self, links: Links | None = None) -> None:
        self._links = links or Links()
        self._stories: dict[str, _Story] = {}

    def see(self, record: Record) -> None:
        if record.kind not in AWARD_KINDS:
            return
        story = self._stories.setdefault(str(record.body["award"]), _Story())
        match record.kind:
            case Kind.SIGN_OFF:
                story.sign_offs[_order(record)] = record
            case Kind.SENT:
                story.sents.append(record)
            case Kind.RETRY:
                story.retries.append(record)
            case _:
                story.receipts.append(record)

    def __contains__(self, award: str) -> bool:
        return award in self._stories and bool(self._stories[award].sign_offs)

    def all(self) -> Iterator[Standing]:
        """Every award that was signed off, in the order of their sign-offs."""
        standings = [standing for award in self._stories if (standing := self.standing(award))]
        return iter(sorted(standings, key=lambda s: (s.sign_off.tick, s.award)))

    def held(self, key: AwardKey) -> Standing | None:
        """The award that counts for a badge and scope, under any of a person's ids; None where nobody signed one off.

        What a registry has issued comes first, then what was sent to one, for that cannot be taken back here.
        """
        ids = self._links.ids(key.person)
        found = [one for person in ids if (one := self._alone(key._replace(person=person).award)) is not None]
        return min(found, key=_first_to_count, default=None)

    def standing(self, award: str) -> Standing | None:
        """None for an award that nobody signed off."""
        alone = self._alone(award)
        if alone is None or len(self._links.ids(alone.key.person)) == 1:
            return alone
        counts = self.held(alone.key)
        return alone if counts is None or counts.award == award else replace(alone, held_by=counts.award)

    def _alone(self, award: str) -> Standing | None:
        """An award by its own records."""
        story = self._stories.get(award)
        if story is None or not story.sign_offs:
            return None
        # A person said "again": what was refused before that is over, and a new letter is written.
        again = max(map(_order, story.retries), default=None)
        sents = [sent for sent in story.sents if again is None or _order(sent) > again]
        receipts = [receipt for receipt in story.receipts if again is None or _order(receipt) > again]
        last = max((*sents, *receipts), key=_order, default=None)
        final = next((r for r in sorted(story.receipts, key=_order) if _is_success(r)), None)
        seen = final or last
        body: dict[str, Any] = dict(seen.body) if seen else {}
        return Standing(
            award=award,
            state=_state(seen),
            sign_off=self._winner(story),
            registry=str(body.get("registry", "")),
            attempts=len(sents),
            last_at=seen.at if seen else 0,
            reason=str(body.get("reason", "")),
            note=str(body.get("note", "")),
            permanent=bool(body.get("permanent", False)),
            retry_after=body.get("retry_after"),
            digest=str(max(sents, key=_order).body["digest"]) if sents else "",
        )

    def _winner(self, story: _Story) -> Record:
        """A sign-off that was sent wins; else the first in reading order (design 7)."""
        by_ref = {record.ref: record for record in story.sign_offs.values()}
        for sent in sorted(story.sents, key=_order):
            ref = Ref(*sent.body["sign_off"])
            if ref in by_ref:
                return by_ref[ref]
        return story.sign_offs[min(story.sign_offs)]


def _order(record: Record) -> tuple[int, str, int]:
    """By tick, which never falls: a clock that is set back must not undo an answer."""
    return (record.tick, record.writer, record.seq)


def _first_to_count(standing: Standing) -> tuple[int, tuple[int, str, int]]:
    if standing.state is AwardState.ISSUED:
        place = 0
    elif standing.state is AwardState.REFUSED and standing.permanent:
        place = 3
    else:
        place = 1 if standing.attempts else 2
    return place, _order(standing.sign_off)


def _is_success(record: Record) -> bool:
    return record.body["answer"] in (Answer.ISSUED, Answer.ALREADY_ISSUED)


def _state(last: Record | None) -> AwardState:
    if last is None:
        return AwardState.SIGNED_OFF
    if last.kind is Kind.SENT:
        return AwardState.SENT
    match Answer(last.body["answer"]):
        case Answer.ISSUED | Answer.ALREADY_ISSUED:
            return AwardState.ISSUED
        case Answer.REFUSED:
            return AwardState.REFUSED
        case Answer.UNKNOWN:
            return AwardState.UNKNOWN
