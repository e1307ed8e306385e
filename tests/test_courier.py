"""The courier: what is marked, sent and filed when registries refuse, fail, hang, lie and die."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from station.facts import SECOND, Answer
from station.sync.courier import (
    BATCH,
    FIRST_BATCH,
    FIRST_WAIT,
    LONGEST_WAIT,
    Answered,
    Courier,
    Pass,
    Pending,
    Sent,
    next_try,
)
from station.sync.loop import SyncLoop
from station.sync.ob3 import Ob3Registry
from station.sync.registry import Contact, Reason, Reply, RosterPage
from station.trouble import Trouble
from tests.registries import (
    API,
    ISSUER,
    KEY,
    Act,
    Practice,
    close_early,
    echo,
    half_an_answer,
    hang,
    id_of,
    practice,
    proposal,
    say,
    stored_then,
    text_of,
    wild,
)

FINAL = (Answer.ISSUED, Answer.ALREADY_ISSUED)


@dataclass
class Now:
    """A clock that tests set."""

    at: int = 1_800_000_000 * SECOND

    def __call__(self) -> int:
        return self.at


@dataclass
class Book:
    """An outbox that writes down every act in order, and forgets nothing."""

    numbers: Sequence[int]
    now: Now
    acts: list[tuple[str, list[str]]] = field(default_factory=list)
    sent: dict[str, list[int]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    answers: dict[str, list[Answered]] = field(default_factory=dict)
    unsealable: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.award_of = {proposal(number).key.award: number for number in self.numbers}

    def due(self, now: int) -> list[Pending]:
        return [
            Pending(
                award,
                id_of(number),
                len(self.sent.get(award, [])),
                self.sent[award][-1] if award in self.sent else None,
                self.answers[award][-1].retry_after if award in self.answers else None,
            )
            for award, number in self.award_of.items()
            if not self.is_final(award)
        ]

    def is_final(self, award: str) -> bool:
        last = self.last(award)
        return last in FINAL or (last is Answer.REFUSED and self.answers[award][-1].receipt.permanent)

    def last(self, award: str) -> Answer | None:
        return self.answers[award][-1].receipt.answer if award in self.answers else None

    def seal(self, pending: Pending) -> str:
        if pending.award in self.unsealable:
            raise Trouble("no_email")
        return self.texts.get(pending.award) or text_of(self.award_of[pending.award])

    def mark_sent(self, batch: Sequence[Sent]) -> None:
        self.acts.append(("sent", [one.award for one in batch]))
        for one in batch:
            self.sent.setdefault(one.award, []).append(self.now())
            self.texts[one.award] = one.text

    def file(self, answers: Sequence[Answered]) -> None:
        self.acts.append(("filed", [one.receipt.award for one in answers]))
        for one in answers:
            self.answers.setdefault(one.receipt.award, []).append(one)

    def states(self) -> list[Answer | None]:
        return [self.last(award) for award in self.award_of]

    def reasons(self) -> list[str]:
        return [self.answers[award][-1].receipt.reason if award in self.answers else "-" for award in self.award_of]


def carry(url: str, book: Book, **options: Any) -> Pass:
    """One pass by a courier of its own, as after a restart."""
    registry = Ob3Registry("practice", url, read=options.pop("read", 5.0))
    try:
        return Courier(book, registry, book.now).run(**options)
    finally:
        registry.close()


def book_of(count: int) -> Book:
    return Book(range(count), Now())


# --- the ordinary way ----------------------------------------------------------------------------


def test_everything_is_issued_once_and_marked_before_it_is_sent(tmp_path: Path) -> None:
    book = book_of(14)
    with practice(tmp_path) as running:
        done = carry(running.url, book)
        assert (done.issued, done.refused, done.unknown, done.stopped) == (14, 0, 0, Reason.NONE)
        assert done.online
        assert [what for what, _ in book.acts] == ["sent", "filed", "sent", "filed"]
        assert [len(awards) for _, awards in book.acts] == [10, 10, 4, 4]
        assert sorted(running.ids()) == sorted(id_of(number) for number in range(14))
        again = carry(running.url, book, eager=True)
        assert again == Pass()
        for award in book.award_of:
            del book.answers[award]
        assert carry(running.url, book, eager=True).already_issued == 14
        assert len(running.ids()) == 14


def test_nobody_is_asked_when_nothing_is_due() -> None:
    with wild() as server:
        assert carry(server.url, book_of(0)).contact is None
        assert not server.seen


def test_batches_grow_to_a_hundred() -> None:
    class Fast(_Scripted):
        def issue(self, credential_id: str, text: str) -> Reply:
            return Reply(Answer.ISSUED)

    book = book_of(400)
    book.texts = dict.fromkeys(book.award_of, "{}")
    Courier(book, Fast(), book.now).run()
    sizes = [len(awards) for what, awards in book.acts if what == "sent"]
    assert sizes[0] == FIRST_BATCH
    assert max(sizes) == BATCH
    assert sum(sizes) == 400


# --- refusals and failures -----------------------------------------------------------------------


def test_one_refusal_blocks_nobody() -> None:
    book = book_of(4)
    with wild(posts=[echo(), say(400, '{"imsx_description":"bad date"}'), say(403), echo()]) as server:
        done = carry(server.url, book)
        assert book.states() == [Answer.ISSUED, Answer.REFUSED, Answer.REFUSED, Answer.ISSUED]
        assert (done.issued, done.refused, done.stopped) == (2, 2, Reason.NONE)
        assert done.next_at is not None
        first, second = (book.answers[award][0].receipt for award in list(book.award_of)[1:3])
        assert (first.permanent, first.detail, first.reason) == (True, "bad date", "invalid")
        assert (second.permanent, second.reason) == (False, "forbidden")
        server.posts[:] = [echo()]
        carry(server.url, book, eager=True)
        assert book.states()[1:3] == [Answer.REFUSED, Answer.ISSUED]
        assert len(server.posted()) == 5


@pytest.mark.parametrize(
    "act", [stored_then(say(500)), stored_then(close_early), half_an_answer, say(200, "<html>portal</html>")]
)
def test_a_doubtful_answer_is_sent_again_and_makes_one_credential(act: Act) -> None:
    book = book_of(2)
    with wild(posts=[act, echo()]) as server:
        done = carry(server.url, book)
        assert book.states() == [Answer.UNKNOWN, Answer.ISSUED]
        assert (done.unknown, done.stopped) == (1, Reason.NONE)
        carry(server.url, book, eager=True)
        assert set(book.states()) <= set(FINAL)
        assert set(server.stored) == {id_of(0), id_of(1)}
        bodies = [body for *_, body in server.posted()]
        assert bodies[0] == bodies[2]


def test_a_registry_that_only_fails_ends_the_pass_and_the_rest_is_not_sent() -> None:
    book = book_of(40)
    with wild(posts=[say(500)]) as server:
        done = carry(server.url, book)
        assert done.stopped is Reason.SERVER_ERROR
        assert len(server.posted()) == 3
        assert book.reasons()[:10] == ["server_error"] * 3 + ["not_sent"] * 7
        assert book.reasons()[10:] == ["-"] * 30
        assert len(book.sent) == 10


def test_a_registry_that_forbids_everything_ends_the_pass() -> None:
    book = book_of(8)
    with wild(posts=[say(403)]) as server:
        assert carry(server.url, book).stopped is Reason.FORBIDDEN
        assert len(server.posted()) == 5


def test_a_wrong_token_ends_the_pass_at_once() -> None:
    book = book_of(5)
    with wild(posts=[say(401)]) as server:
        done = carry(server.url, book)
        assert (done.stopped, len(server.posted())) == (Reason.UNAUTHORIZED, 1)
        assert book.states() == [Answer.REFUSED] + [Answer.UNKNOWN] * 4


def test_retry_after_is_honoured_even_when_a_person_asks() -> None:
    book = book_of(3)
    with wild(posts=[echo(), say(429, "{}", Retry_After="600"), echo()]) as server:
        registry = Ob3Registry("practice", server.url)
        courier = Courier(book, registry, book.now)
        done = courier.run()
        assert (done.stopped, done.issued, len(server.posted())) == (Reason.BUSY, 1, 2)
        assert done.next_at == book.now() + 600 * SECOND
        book.now.at += 599 * SECOND
        waiting = courier.run(eager=True)
        assert waiting.next_at == book.now() + 1 * SECOND
        assert len(server.posted()) == 2
        book.now.at += 1 * SECOND
        assert courier.run().issued == 2
        registry.close()


def test_offline_marks_nothing_and_waits_longer_each_time() -> None:
    book = book_of(3)
    with wild() as server:
        url = server.url
    registry = Ob3Registry("practice", url)
    courier = Courier(book, registry, book.now)
    waits = []
    for _ in range(8):
        done = courier.run(eager=True)
        assert not done.online
        assert done.stopped is Reason.UNREACHABLE
        assert done.next_at is not None
        waits.append(done.next_at - book.now())
    registry.close()
    assert not book.acts
    assert waits == sorted(waits)
    assert waits[0] < 60 * SECOND
    assert waits[-1] >= LONGEST_WAIT


def test_a_captive_portal_marks_nothing() -> None:
    book = book_of(3)
    page = say(200, "<html>sign in</html>", Content_Type="text/html")
    with wild(gets=[page], posts=[page]) as server:
        assert carry(server.url, book).stopped is Reason.GARBLED
        assert not book.acts
        assert not server.posted()


def test_what_cannot_be_sealed_is_named_and_the_rest_goes_out() -> None:
    book = book_of(3)
    award = list(book.award_of)[1]
    book.unsealable.add(award)
    with wild() as server:
        done = carry(server.url, book)
        assert [(one, trouble.code) for one, trouble in done.held] == [(award, "no_email")]
        assert book.states() == [Answer.ISSUED, None, Answer.ISSUED]
        assert award not in book.sent


def test_answers_are_filed_when_the_outbox_or_the_program_fails_later() -> None:
    class Dying(_Scripted):
        def issue(self, credential_id: str, text: str) -> Reply:
            if credential_id == id_of(2):
                raise RuntimeError("a bug")
            return Reply(Answer.ISSUED)

    book = book_of(4)
    with pytest.raises(RuntimeError):
        Courier(book, Dying(), book.now).run()
    assert book.states() == [Answer.ISSUED, Answer.ISSUED, None, None]
    assert len(book.sent) == 4


def test_asked_to_stop_it_stops_and_says_what_did_not_go() -> None:
    book = book_of(30)
    with wild() as server:
        done = carry(server.url, book, stopping=lambda: len(server.posted()) >= 4)
        assert len(server.posted()) == 4
        assert book.reasons()[:10] == [""] * 4 + ["not_sent"] * 6
        assert len(book.sent) == 10
        assert done.issued == 4


# --- registries that make up their own ids -----------------------------------------------------------


class _Scripted:
    """A registry of our own making where no server is needed: it says what it is told to."""

    name = "scripted"
    picks_ids = False

    def __init__(self, found: bool | None = None) -> None:
        self.found = found
        self.asked: list[str] = []

    def check(self) -> Contact:
        return Contact(True, True)

    def issue(self, credential_id: str, text: str) -> Reply:
        self.asked.append("issue")
        return Reply(Answer.UNKNOWN, Reason.INTERRUPTED)

    def find(self, credential_id: str) -> bool | None:
        self.asked.append("find")
        return self.found

    def roster(self) -> Iterator[RosterPage]:
        raise Trouble("registry_no_roster", name=self.name)

    def hang_up(self) -> None:
        pass

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("found", "asked", "answer"),
    [
        (True, ["issue", "find"], Answer.ALREADY_ISSUED),
        (None, ["issue", "find"], Answer.UNKNOWN),
        (False, ["issue", "find", "issue"], Answer.UNKNOWN),
    ],
)
def test_a_registry_that_picks_ids_is_asked_before_a_resend(
    found: bool | None, asked: list[str], answer: Answer
) -> None:
    registry = _Scripted(found)
    registry.picks_ids = True
    book = book_of(1)
    courier = Courier(book, registry, book.now)
    courier.run()
    courier.run(eager=True)
    assert registry.asked == asked
    assert book.states() == [answer]


# --- waiting ---------------------------------------------------------------------------------------


@given(attempts=st.integers(1, 10_000), award=st.uuids().map(str), last=st.integers(0, 2**52))
def test_waiting_grows_is_bounded_and_is_the_same_each_time(attempts: int, award: str, last: int) -> None:
    at = next_try(attempts, last, award)
    assert at == next_try(attempts, last, award)
    least = min(FIRST_WAIT * 2 ** min(attempts - 1, 10), LONGEST_WAIT)
    assert least <= at - last <= least + least // 4


def test_first_tries_are_at_once_and_awards_are_spread() -> None:
    assert next_try(0, None, "a") == next_try(0, 5, "a") == next_try(3, None, "a") == 0
    assert len({next_try(1, 0, str(number)) for number in range(100)}) > 90


def test_an_award_in_back_off_waits_and_says_until_when() -> None:
    book = book_of(2)
    with wild(posts=[say(500), echo()]) as server:
        first = carry(server.url, book)
        award = next(iter(book.award_of))
        expected = next_try(1, book.now(), award)
        assert first.next_at == expected
        idle = carry(server.url, book)
        assert (idle.contact, idle.next_at) == (None, expected)
        book.now.at = expected
        assert carry(server.url, book).issued == 1


# --- dying ---------------------------------------------------------------------------------------


def test_a_registry_killed_half_way_ends_with_one_credential_each(tmp_path: Path) -> None:
    book = book_of(36)
    with practice(tmp_path) as running:
        port = running.port
        killer = _Killer(running, after=12)
        with killer:
            done = carry(running.url, book)
        assert done.stopped in (Reason.UNREACHABLE, Reason.INTERRUPTED)
        assert not all(state in FINAL for state in book.states())
        assert not carry(running.url, book, eager=True).online
    with practice(tmp_path, port=port) as running:
        for _ in range(3):
            carry(running.url, book, eager=True)
        assert set(book.states()) <= set(FINAL)
        assert sorted(running.ids()) == sorted(id_of(number) for number in range(36))


class _Killer:
    """Kills a registry once it holds so many credentials."""

    def __init__(self, running: Practice, after: int) -> None:
        self._running = running
        self._after = after
        self._thread = threading.Thread(target=self._watch)

    def _watch(self) -> None:
        while self._count() < self._after:
            time.sleep(0.005)
        self._running.kill()

    def _count(self) -> int:
        answer = requests.get(f"{self._running.url}/healthz", timeout=10)
        return int(answer.json()["credentials"])

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._thread.join(30)


def test_two_couriers_with_the_same_awards_make_one_credential_each(tmp_path: Path) -> None:
    with practice(tmp_path) as running:
        books = [book_of(12), book_of(12)]
        threads = [threading.Thread(target=carry, args=(running.url, book)) for book in books]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(running.ids()) == sorted(id_of(number) for number in range(12))
        answers = [state for book in books for state in book.states()]
        assert answers.count(Answer.ISSUED) == 12
        assert answers.count(Answer.ALREADY_ISSUED) == 12


def test_what_the_registry_holds_is_verified_by_openbadgeslib(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    from openbadgeslib.ob3.ldp import OB3LdpVerifier

    pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    with practice(tmp_path) as running:
        carry(running.url, book_of(3))
        held = requests.get(f"{running.url}{API}/credentials", timeout=10).json()["credential"]
    assert len(held) == 3
    for one in held:
        assert one["issuer"]["id"] == ISSUER.url
        OB3LdpVerifier(pem).verify(one, check_status=False)


# --- the loop --------------------------------------------------------------------------------------


@pytest.fixture
def reports() -> list[Pass | Exception]:
    return []


def until(true: Any) -> None:
    for _ in range(1000):
        if true():
            return
        time.sleep(0.01)
    raise AssertionError("it never happened")


def test_the_loop_sends_at_once_when_woken_and_ends_when_told(reports: list[Pass | Exception]) -> None:
    book = book_of(2)
    with wild() as server:
        registry = Ob3Registry("practice", server.url)
        loop = SyncLoop(Courier(book, registry, book.now), reports.append, book.now, interval=600)
        loop.start()
        until(lambda: len(reports) == 1)
        assert isinstance(reports[0], Pass)
        assert reports[0].issued == 2
        book.award_of[proposal(9).key.award] = 9
        loop.wake(eager=True)
        until(lambda: len(reports) == 2)
        assert book.states() == [Answer.ISSUED] * 3
        assert loop.stop()
        registry.close()


def test_the_loop_comes_back_by_itself_when_something_is_due(reports: list[Pass | Exception]) -> None:
    class Later:
        def run(self, **_: Any) -> Pass:
            return Pass(next_at=time.time_ns() // 1000 + SECOND // 10 if not reports else None)

        def hang_up(self) -> None:
            pass

        def close(self) -> None:
            pass

    loop = SyncLoop(Later(), reports.append, lambda: time.time_ns() // 1000, interval=600)
    loop.start()
    until(lambda: len(reports) == 2)
    assert loop.stop()
    assert len(reports) == 2


def test_the_loop_survives_a_failing_pass_and_reports_it(reports: list[Pass | Exception]) -> None:
    class Broken:
        def run(self, **_: Any) -> Pass:
            raise RuntimeError("the outbox is gone")

        def hang_up(self) -> None:
            pass

        def close(self) -> None:
            pass

    loop = SyncLoop(Broken(), reports.append, Now(), interval=600)
    loop.start()
    until(lambda: len(reports) == 1)
    loop.wake()
    until(lambda: len(reports) == 2)
    assert all(isinstance(report, RuntimeError) for report in reports)
    assert loop.stop()


def test_stopping_does_not_wait_for_a_registry_that_hangs(reports: list[Pass | Exception]) -> None:
    book = book_of(3)
    with wild(posts=[hang]) as server:
        registry = Ob3Registry("practice", server.url, read=20.0)
        loop = SyncLoop(Courier(book, registry, book.now), reports.append, book.now)
        loop.start()
        until(lambda: bool(server.posted()))
        began = time.monotonic()
        assert loop.stop()
        assert time.monotonic() - began < 10
        assert book.states() == [Answer.UNKNOWN] * 3
        registry.close()


def test_a_loop_never_started_can_be_stopped(reports: list[Pass | Exception]) -> None:
    book = book_of(0)
    assert SyncLoop(Courier(book, _Scripted(), book.now), reports.append, book.now).stop()
    assert not reports
