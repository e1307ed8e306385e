"""Where an award stands: answers win over what came before them, in whatever order the records are read."""

from __future__ import annotations

from itertools import permutations

import pytest

from station.awards import Awards
from station.facts import AwardState, Kind, Record
from tests.stories import Book


def note(kind: Kind, tick: int, writer: str = "w1", **body: object) -> Record:
    """A record about award "a" that only its tick and writer place; its clock is wrong on purpose."""
    book = Book(writer)
    made = book.add(kind, tick, None, "p1", award="a", **body)
    return Record(writer, tick, tick, 10_000 - tick, kind, None, made.person, None, made.body, "")


def signed(tick: int, writer: str = "w1") -> Record:
    return note(Kind.SIGN_OFF, tick, writer, key=["i", "u", "b", "s", "p1", 1])


def answer(tick: int, said: str, permanent: bool = False, writer: str = "w1") -> Record:
    return note(Kind.RECEIPT, tick, writer, answer=said, permanent=permanent, registry="r")


def sent(tick: int, of: Record, writer: str = "w1") -> Record:
    return note(Kind.SENT, tick, writer, sign_off=list(of.ref), registry="r", digest=f"d{tick}")


FIRST, SECOND = signed(1), signed(2, "w2")


@pytest.mark.parametrize(
    ("records", "state", "attempts"),
    [
        ([FIRST], AwardState.SIGNED_OFF, 0),
        ([FIRST, sent(3, FIRST)], AwardState.SENT, 1),
        ([FIRST, sent(3, FIRST), answer(4, "unknown")], AwardState.UNKNOWN, 1),
        ([FIRST, sent(3, FIRST), answer(4, "refused", permanent=True)], AwardState.REFUSED, 1),
        ([FIRST, sent(3, FIRST), answer(4, "issued"), sent(5, FIRST, "w2")], AwardState.ISSUED, 2),
        ([FIRST, sent(3, FIRST), answer(4, "issued"), answer(6, "refused", True, "w2")], AwardState.ISSUED, 1),
        (
            [FIRST, sent(3, FIRST), answer(4, "refused", permanent=True), note(Kind.RETRY, 5)],
            AwardState.SIGNED_OFF,
            0,
        ),
    ],
)
def test_standing(records: list[Record], state: AwardState, attempts: int) -> None:
    for order in permutations(records):
        awards = Awards()
        for record in order:
            awards.see(record)
        standing = awards.standing("a")
        assert standing is not None
        assert (standing.state, standing.attempts) == (state, attempts)


def test_the_sign_off_that_was_sent_wins() -> None:
    for order in permutations([FIRST, SECOND, sent(3, SECOND)]):
        awards = Awards()
        for record in order:
            awards.see(record)
        standing = awards.standing("a")
        assert standing is not None
        assert standing.sign_off.ref == SECOND.ref


def test_without_a_send_the_first_sign_off_wins() -> None:
    for order in permutations([FIRST, SECOND]):
        awards = Awards()
        for record in order:
            awards.see(record)
        standing = awards.standing("a")
        assert standing is not None
        assert standing.sign_off.ref == FIRST.ref
