"""One pass over the outbox: mark a batch as sent, send it, file the answers. No thread, no window.

What becomes of an award, by what happened to its request:

===================================  =========  ======================================================
what happened                        answer     then
===================================  =========  ======================================================
201 or 200 repeating its id          (ALREADY_) final
                                     ISSUED
400, 413, 415, 422                   REFUSED    final until a person acts (permanent); the pass goes on
403, 404, 405, 409, other 4xx        REFUSED    retried with back-off; five in a row end the pass
401 after one refresh; no token      REFUSED    retried with back-off; ends the pass
429, 503                             UNKNOWN    retried not before Retry-After; ends the pass
any other 5xx, 408                   UNKNOWN    resent with back-off; three UNKNOWN in a row end the pass
time-out, reset, half an answer      UNKNOWN    the same
a page that does not repeat the id   UNKNOWN    the same (a captive portal's page is no success)
3xx                                  UNKNOWN    retried with back-off; ends the pass
no connection                        UNKNOWN    retried with back-off; ends the pass
the pass ended before its turn       UNKNOWN    it was marked, not sent; retried with back-off
the credential cannot be made        none       not marked; named in the pass (``held``); tried next time
the outbox cannot write              none       the exception leaves ``run``; what was marked is resent
===================================  =========  ======================================================

Nothing is ever dropped. A crash after ``mark_sent`` leaves "sent" without an answer, which is UNKNOWN.
Resending is safe where we choose the ids; where the registry picks them (``picks_ids``), ``find`` goes
before every resend, and an award the registry will not speak about is not sent again in that pass. Before
anything is marked, ``check`` must have found a registry: offline, nothing is marked at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from station.facts import SECOND, Answer, Receipt
from station.sync.registry import Contact, Reason, Registry, Reply
from station.trouble import Trouble

BATCH = 100
FIRST_BATCH = 10
"""Each next batch is twice as large, so that a registry that dies at once leaves few needless marks."""
FIRST_WAIT = 30 * SECOND
LONGEST_WAIT = 30 * 60 * SECOND
UNKNOWNS_IN_A_ROW = 3
REFUSALS_IN_A_ROW = 5


@dataclass(frozen=True, slots=True)
class Pending:
    """A signed-off award without a final receipt. ``attempts`` counts the sends so far, ``last_at`` is when
    the last one was; ``not_before`` is the instant the registry asked to wait for. Instants in µs UTC."""

    award: str
    credential_id: str
    attempts: int = 0
    last_at: int | None = None
    not_before: int | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What is about to go out: exactly this text."""

    award: str
    credential_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A receipt, and the instant the registry asked to wait for, if it did."""

    receipt: Receipt
    retry_after: int | None = None


class Outbox(Protocol):
    """Where the awards come from and the answers go. Any of these may raise; the pass then ends with the
    exception."""

    def due(self, now: int) -> Sequence[Pending]:
        """All awards waiting, the first to be sent first. The courier applies the back-off itself."""
        ...

    def seal(self, pending: Pending) -> str:
        """The signed text: the stored one if it was ever sent. Raises ``Trouble`` when it cannot be made
        now."""
        ...

    def mark_sent(self, batch: Sequence[Sent]) -> None:
        """On disk when it returns."""
        ...

    def file(self, answers: Sequence[Answered]) -> None:
        """On disk when it returns."""
        ...


@dataclass(slots=True)
class Pass:
    """What one pass did. ``contact`` is None when nothing was due, so nobody was asked. ``next_at`` is when
    a further pass makes sense (µs UTC), None when nothing waits. ``held`` are awards whose credential could
    not be made."""

    contact: Contact | None = None
    issued: int = 0
    already_issued: int = 0
    refused: int = 0
    unknown: int = 0
    held: list[tuple[str, Trouble]] = field(default_factory=list)
    stopped: Reason = Reason.NONE
    next_at: int | None = None

    @property
    def online(self) -> bool:
        """Somebody was asked, and a registry answered to the end."""
        return bool(self.contact and self.contact.ready) and self.stopped is not Reason.UNREACHABLE

    def wait_until(self, at: int | None) -> None:
        """A further pass makes sense at this instant too."""
        if at is not None:
            self.next_at = at if self.next_at is None else min(self.next_at, at)

    def count(self, answer: Answer) -> None:
        match answer:
            case Answer.ISSUED:
                self.issued += 1
            case Answer.ALREADY_ISSUED:
                self.already_issued += 1
            case Answer.REFUSED:
                self.refused += 1
            case Answer.UNKNOWN:
                self.unknown += 1


def next_try(attempts: int, last_at: int | None, award: str) -> int:
    """When an award may be tried again, µs UTC: at once at first, then after 30 s, doubling up to 30 min.

    Up to a quarter is added by the award's id, so that desks and awards do not all come back in one second;
    the same award always waits equally long.
    """
    if attempts <= 0 or last_at is None:
        return 0
    wait = min(FIRST_WAIT << min(attempts - 1, 16), LONGEST_WAIT)
    spread = int.from_bytes(hashlib.sha256(f"{award}:{attempts}".encode()).digest()[:4], "big")
    return last_at + wait + wait // 4 * spread // 0xFFFFFFFF


class Courier:
    """Carries the outbox to one registry, one pass at a time, on the caller's thread."""

    def __init__(self, outbox: Outbox, registry: Registry, clock: Callable[[], int]) -> None:
        self._outbox = outbox
        self._registry = registry
        self._clock = clock
        self._offline = 0
        self._not_before = 0

    def run(self, *, eager: bool = False, stopping: Callable[[], bool] = lambda: False) -> Pass:
        """One pass. ``eager`` ignores our own back-off (a person asked), never the registry's Retry-After.

        Raises only what the outbox raises.
        """
        done = Pass()
        now = self._clock()
        waiting = self._outbox.due(now)
        due = [one for one in waiting if self._is_due(one, now, eager, done)]
        if not due or stopping():
            return done
        if now < self._not_before:
            done.stopped = Reason.BUSY
            done.next_at = self._not_before
            return done
        done.contact = contact = self._registry.check()
        if not contact.ready:
            done.stopped = contact.reason
            self._back_off(done, contact.retry_after)
            return done
        size = FIRST_BATCH
        while due and not done.stopped and not stopping():
            batch, due = due[:size], due[size:]
            self._carry(batch, done, stopping)
            size = min(size * 2, BATCH)
        if done.stopped:
            self._back_off(done, None)
        elif due:
            done.wait_until(now)
        else:
            self._offline = 0
        return done

    def hang_up(self) -> None:
        """End the request under way, from another thread."""
        self._registry.hang_up()

    def close(self) -> None:
        """Let go of the connection, from the thread that runs the passes."""
        self._registry.close()

    def _is_due(self, one: Pending, now: int, eager: bool, done: Pass) -> bool:
        ours = 0 if eager else next_try(one.attempts, one.last_at, one.award)
        at = max(ours, one.not_before or 0)
        if at > now:
            done.wait_until(at)
        return at <= now

    def _back_off(self, done: Pass, retry_after: int | None) -> None:
        """The registry is not to be had now: say when to look again."""
        now = self._clock()
        self._offline += 1
        if retry_after is not None:
            self._not_before = max(self._not_before, now + retry_after * SECOND)
        done.next_at = max(next_try(self._offline, now, self._registry.name), self._not_before)

    def _carry(self, batch: Sequence[Pending], done: Pass, stopping: Callable[[], bool]) -> None:
        """Seal, mark, send and file one batch."""
        ready: list[tuple[Pending, Sent]] = []
        for one in batch:
            try:
                ready.append((one, Sent(one.award, one.credential_id, self._outbox.seal(one))))
            except Trouble as trouble:
                done.held.append((one.award, trouble))
        if not ready:
            return
        self._outbox.mark_sent([sent for _, sent in ready])
        answers: list[Answered] = []
        row = _Row()
        try:
            for one, sent in ready:
                if done.stopped or stopping():
                    reply = Reply(Answer.UNKNOWN, Reason.NOT_SENT)
                else:
                    reply = self._send(one, sent)
                    done.stopped = row.ended_by(reply)
                answers.append(self._answered(one, reply, done))
        finally:
            if answers:
                self._outbox.file(answers)

    def _send(self, one: Pending, sent: Sent) -> Reply:
        if self._registry.picks_ids and one.attempts:
            match self._registry.find(sent.credential_id):
                case True:
                    return Reply(Answer.ALREADY_ISSUED)
                case None:
                    return Reply(Answer.UNKNOWN, Reason.INTERRUPTED)
                case False:
                    pass
        return self._registry.issue(sent.credential_id, sent.text)

    def _answered(self, one: Pending, reply: Reply, done: Pass) -> Answered:
        now = self._clock()
        done.count(reply.answer)
        retry_after = None
        if reply.retry_after is not None:
            retry_after = now + reply.retry_after * SECOND
            if reply.stop:
                self._not_before = max(self._not_before, retry_after)
        if reply.answer is Answer.UNKNOWN or (reply.answer is Answer.REFUSED and not reply.permanent):
            done.wait_until(max(next_try(one.attempts + 1, now, one.award), retry_after or 0))
        receipt = Receipt(
            award=one.award,
            registry=self._registry.name,
            answer=reply.answer,
            reason=reply.reason.value,
            detail=reply.detail,
            permanent=reply.permanent,
        )
        return Answered(receipt, retry_after)


@dataclass(slots=True)
class _Row:
    """Counts bad answers in a row: one never ends a pass, many of a kind do."""

    unknown: int = 0
    refused: int = 0

    def ended_by(self, reply: Reply) -> Reason:
        """The reason the pass ends with this reply, NONE when it goes on."""
        if reply.stop:
            return reply.reason
        self.unknown = self.unknown + 1 if reply.answer is Answer.UNKNOWN else 0
        operator = reply.answer is Answer.REFUSED and not reply.permanent
        self.refused = self.refused + 1 if operator else 0
        if self.unknown >= UNKNOWNS_IN_A_ROW or self.refused >= REFUSALS_IN_A_ROW:
            return reply.reason
        return Reason.NONE
