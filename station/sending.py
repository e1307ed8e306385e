"""Joins the outbox to the courier: which registry, what is due, what is signed, what is filed."""

from __future__ import annotations

from collections.abc import Sequence

from station.deskthread import Owned
from station.institution import Institution
from station.mailbox import Mailbox
from station.outbox import Outbox, Waiting, seal
from station.registries import Target
from station.sync.courier import Answered, Pending, Sent, next_try
from station.sync.ob3 import Ob3Registry
from station.sync.registry import Registry


def registry_of(target: Target) -> Registry:
    """The adapter for a registry. Raises ``Trouble`` for an address it cannot use."""
    return Ob3Registry(target.name, target.url, target.client, target.secret)


def pending(one: Waiting) -> Pending:
    return Pending(one.award, one.credential_id, one.attempts, one.last_at, one.not_before)


def tries(waiting: Sequence[Waiting]) -> dict[str, int]:
    """When each award may be tried again (µs UTC); those that may be at once are left out."""
    at = {one.award: max(next_try(one.attempts, one.last_at, one.award), one.not_before or 0) for one in waiting}
    return {award: instant for award, instant in at.items() if instant}


class DirectOutbox:
    """The courier's outbox where the caller is the writer itself."""

    def __init__(self, outbox: Outbox, institution: Institution, registry: str) -> None:
        self._outbox = outbox
        self._institution = institution
        self._registry = registry

    def due(self, now: int) -> Sequence[Pending]:  # noqa: ARG002 the courier applies the back-off itself
        return [pending(one) for one in self._outbox.waiting()]

    def seal(self, pending: Pending) -> str:
        return seal(self._outbox.letter(pending.award), self._institution)

    def mark_sent(self, batch: Sequence[Sent]) -> None:
        self._outbox.mark_sent(self._registry, [(one.award, one.text) for one in batch])

    def file(self, answers: Sequence[Answered]) -> None:
        self._outbox.file([(one.receipt, one.retry_after) for one in answers])


class PostedOutbox:
    """The courier's outbox on the sync thread: what touches records is posted to the writer in bulk, the signing is
    done here."""

    def __init__(self, mailbox: Mailbox[Owned], institution: Institution, registry: str) -> None:
        self._mailbox = mailbox
        self._institution = institution
        self._registry = registry

    def due(self, now: int) -> Sequence[Pending]:  # noqa: ARG002 the courier applies the back-off itself
        waiting = self._mailbox.bulk(lambda owned: owned.station.outbox.waiting()).result()
        return [pending(one) for one in waiting]

    def seal(self, pending: Pending) -> str:
        letter = self._mailbox.bulk(lambda owned: owned.station.outbox.letter(pending.award)).result()
        return seal(letter, self._institution)

    def mark_sent(self, batch: Sequence[Sent]) -> None:
        pairs = [(one.award, one.text) for one in batch]
        self._mailbox.bulk(lambda owned: owned.station.outbox.mark_sent(self._registry, pairs)).result()

    def file(self, answers: Sequence[Answered]) -> None:
        pairs = [(one.receipt, one.retry_after) for one in answers]
        self._mailbox.bulk(lambda owned: owned.station.outbox.file(pairs)).result()
