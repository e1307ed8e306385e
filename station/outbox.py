"""Signed-off awards without a final receipt, for the courier: a query of the records, not a table.

``seal`` is apart from the reading, so that a thread other than the writer's can do the signing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from station import credentials, database, proofs
from station.awards import Standing
from station.facts import AwardKey, AwardState, Draft, Kind, Person, Receipt
from station.institution import Institution
from station.logbook import Logbook, Pen
from station.people import People
from station.picture import Picture
from station.roster import Roster
from station.trouble import Trouble
from station.views import QueueRow


@dataclass(frozen=True, slots=True)
class Waiting:
    """An award to send. ``last_at`` is when it was last sent or answered, ``not_before`` the instant the registry
    asked to wait for; µs UTC."""

    award: str
    credential_id: str
    attempts: int
    last_at: int | None
    not_before: int | None


@dataclass(frozen=True, slots=True)
class Letter:
    """What a credential is made of: ``text`` is there if it was ever sent, and is then sent again as it is."""

    text: str | None
    credential: Mapping[str, Any]
    key: AwardKey
    email: str | None
    signed_at: int


class Outbox:
    def __init__(
        self,
        connection: sa.Connection,
        home: Path,
        institution: Institution,
        book: Logbook,
        roster: Roster,
        picture: Picture,
        pen: Pen | None,
    ) -> None:
        self._connection = connection
        self._home = home
        self._institution = institution
        self._book = book
        self._roster = roster
        self._people = People(roster, picture.links)
        self._picture = picture
        self._pen = pen

    def waiting(self) -> list[Waiting]:
        """Every award without a final receipt, in the order of sign-off."""
        return [
            Waiting(
                one.award,
                one.key.credential_id,
                one.attempts,
                one.last_at or None,
                one.retry_after,
            )
            for one in self._picture.awards.all()
            if not is_final(one)
        ]

    def letter(self, award: str) -> Letter:
        """What an award's credential is made of.

        Raises ``Trouble('not_earned')`` for one whose hours were taken back before it was ever sent,
        ``Trouble('award_held')`` for one that its person has under another id.
        """
        standing = self._picture.awards.standing(award)
        if standing is None:
            raise Trouble("award_unknown", award=award)
        if standing.held_by:
            raise Trouble("award_held")
        key = standing.key
        if standing.attempts == 0 and not self._picture.is_earned(key):
            raise Trouble("not_earned")
        person = self._people.of([key.person]).get(key.person)
        return Letter(
            text=self._sent_text(award, standing.digest),
            credential=standing.sign_off.body["credential"],
            key=key,
            email=person.email if person else None,
            signed_at=standing.sign_off.at,
        )

    def _sent_text(self, award: str, digest: str) -> str | None:
        if not digest:
            return None
        table = database.payload
        query = sa.select(table.c.text).where(table.c.award == award, table.c.digest == digest)
        with database.troubles(self._home), self._connection.begin():
            return self._connection.execute(query).scalar()

    def mark_sent(self, registry: str, batch: Sequence[tuple[str, str]]) -> None:
        """Note that these (award, text) pairs are about to go out; on disk when it returns.

        Raises ``Trouble('award_held')`` where a link has meanwhile made one of them somebody's second; then none is.
        """
        pen = self._writing()
        rows, drafts = [], []
        for award, text in batch:
            standing = self._picture.awards.standing(award)
            if standing is None:
                raise RuntimeError("an award that was never signed off cannot be sent")
            if standing.held_by:
                raise Trouble("award_held")
            digest = hashlib.sha256(text.encode()).hexdigest()
            rows.append({"award": award, "digest": digest, "text": text})
            body = {
                "award": award,
                "registry": registry,
                "sign_off": list(standing.sign_off.ref),
                "digest": digest,
            }
            drafts.append(Draft(Kind.SENT, None, standing.sign_off.person, None, body))
        with database.troubles(self._home), self._connection.begin():
            self._connection.execute(insert(database.payload).on_conflict_do_nothing(), rows)
        self._append(pen, drafts)

    def file(self, answers: Sequence[tuple[Receipt, int | None]]) -> None:
        """File the registry's answers, each with the instant it asked to wait for; on disk when it returns."""
        pen = self._writing()
        # The registry's own words may hold an e-mail, so they lie where they can be erased.
        details = [receipt.detail for receipt, _ in answers]
        notes = iter(self._roster.note([detail for detail in details if detail]))
        drafts = []
        for receipt, retry_after in answers:
            standing = self._picture.awards.standing(receipt.award)
            body: dict[str, Any] = {
                "award": receipt.award,
                "registry": receipt.registry,
                "answer": receipt.answer.value,
                "permanent": receipt.permanent,
            }
            if receipt.reason:
                body["reason"] = receipt.reason
            if receipt.detail:
                body["note"] = next(notes)
            if retry_after is not None:
                body["retry_after"] = retry_after
            person = standing.sign_off.person if standing else None
            drafts.append(Draft(Kind.RECEIPT, None, person, None, body))
        self._append(pen, drafts)

    def again(self, awards: Sequence[str] | None, actor: str) -> int:
        """Send again what the registry has refused for good (all of it for None); returns how many.

        Raises ``Trouble('award_not_refused')`` for an award that is not.
        """
        refused = {one.award: one for one in self._picture.awards.all() if is_final(one) and one.permanent}
        for award in awards or ():
            if award not in refused:
                raise Trouble("award_not_refused", award=award)
        chosen = [one for award, one in refused.items() if awards is None or award in awards]
        drafts = [Draft(Kind.RETRY, None, one.sign_off.person, actor, {"award": one.award}) for one in chosen]
        self._append(self._writing(), drafts)
        return len(drafts)

    def _why_held(self, standing: Standing, person: Person | None) -> str:
        """Why an award cannot even be sent; empty for one that can."""
        if standing.held_by:
            return "held"
        if is_final(standing) or standing.attempts:
            return ""
        if not self._picture.is_earned(standing.key):
            return "not_earned"
        if self._institution.issuing_key is None:
            return "not_issuing"
        return "" if person and person.email else "no_email"

    def rows(self, next_try: Mapping[str, int]) -> list[QueueRow]:
        """Every signed-off award and how it stands; ``next_try`` says when each will be tried again (µs UTC)."""
        notes = self._roster.notes()
        standings = list(self._picture.awards.all())
        people = self._people.of({standing.sign_off.person or "" for standing in standings})
        rows = []
        for standing in standings:
            badge = self._picture.programme.badges.get(str(standing.sign_off.body["key"][2]))
            person = people.get(standing.sign_off.person or "")
            rows.append(
                QueueRow(
                    award=standing.award,
                    registry=standing.registry,
                    state=standing.state,
                    attempts=standing.attempts,
                    next=None if is_final(standing) else next_try.get(standing.award),
                    reason=self._why_held(standing, person) or standing.reason,
                    detail=notes.get(standing.note, ""),
                    name=person.name if person else "",
                    title=badge.title if badge else {},
                )
            )
        return rows

    def _writing(self) -> Pen:
        if self._pen is None:
            raise RuntimeError("this outbox was opened for reading")
        return self._pen

    def _append(self, pen: Pen, drafts: Sequence[Draft]) -> None:
        for record in pen.append(*drafts) if drafts else ():
            self._picture.see(record)


def is_final(standing: Standing) -> bool:
    """Issued, refused for good, or somebody's under another id: nothing more is sent until a person acts."""
    refused = standing.state is AwardState.REFUSED and standing.permanent
    return bool(standing.held_by) or standing.state is AwardState.ISSUED or refused


def seal(letter: Letter, institution: Institution) -> str:
    """The signed text of a credential: the one sent before, else a new one, the same on every issuing station.

    Raises ``Trouble('not_issuing')`` on a station without an issuing key, ``Trouble('no_email')`` for a person
    without an e-mail.
    """
    if letter.text is not None:
        return letter.text
    if institution.issuing_key is None:
        raise Trouble("not_issuing")
    if not letter.email:
        raise Trouble("no_email")
    method = credentials.verification_method_id(institution.issuer, institution.issuing_key.public_key())
    addressed = credentials.addressed(letter.credential, letter.email, institution.key, letter.key)
    return credentials.wire(proofs.prove(addressed, institution.issuing_key, method, letter.signed_at))
