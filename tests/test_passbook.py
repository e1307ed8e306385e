"""What records say of passes: the same in any order, however often they come, and never weaker than one of them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station import passbook, passfile
from station.facts import SECOND, Draft, Record
from station.passbook import End, Passbook
from station.passes import PassKey
from tests.stories import START

A, B = "aa" * 32, "bb" * 32
DAY = 24 * 3600 * SECOND
KEY = bytes(range(32))
PEOPLE = ("11" * 16, "22" * 16)
SUBJECTS = ("00" * 8, "01" * 8)

DRAFTS: list[Draft] = [
    passbook.new_key(PassKey(A, START, START + 100 * DAY)),
    passbook.new_key(PassKey(A, START + DAY, START + 200 * DAY)),
    passbook.new_key(PassKey(B, START, START + 10 * DAY)),
    passbook.retired_key(A, End(START + 50 * DAY, False)),
    passbook.retired_key(A, End(START + 60 * DAY, True)),
    passbook.retired_key(B, End(START + 5 * DAY, False)),
    *(
        passbook.denied(subject, reason, START + day * DAY, person, actor)
        for subject in SUBJECTS
        for reason, day, person, actor in (
            ("lost", 1, PEOPLE[0], "s1"), ("lost", 1, None, "s2"),
            ("stolen", 2, PEOPLE[0], None), ("lost", 1, None, None),
        )
    ),
    passbook.issued("aaaaaaaa", START, START + DAY, [(PEOPLE[0], 0), (PEOPLE[1], 0)]),
    passbook.issued("bbbbbbbb", START + 1, START + DAY, [(PEOPLE[0], 0), (PEOPLE[0], 1)]),
]  # fmt: skip


def record(seq: int, one: Draft) -> Record:
    at, body = START + seq, json.loads(json.dumps(one.body))
    return Record("w", seq, at, at, one.kind, None, one.person, one.actor, body, "")


def records(drafts: Sequence[Draft]) -> list[Record]:
    return [record(seq, one) for seq, one in enumerate(drafts, 1)]


RECORDS = records(DRAFTS)


def read(seen: Sequence[Record]) -> Passbook:
    book = Passbook()
    for one in seen:
        book.see(one)
        # Asked in between, as a desk does: nothing may be remembered from before.
        assert book.trusted.denied == frozenset(book.denials)
        assert book.withdrawn is not None
    return book


def said(book: Passbook) -> object:
    return book.keys, book.denials, book.issued, dict(book.withdrawn), book.news, book.trusted


@given(st.permutations(RECORDS), st.lists(st.sampled_from(RECORDS), max_size=6))
def test_the_order_and_repeats_of_records_do_not_matter(order: list[Record], again: list[Record]) -> None:
    assert said(read([*order, *again])) == said(read(RECORDS))


def test_every_order_of_what_is_said_of_one_key_and_one_pass() -> None:
    for some in (RECORDS[:2] + RECORDS[3:5], RECORDS[6:10]):
        answers = {repr(said(read(order))) for order in itertools.permutations(some)}
        assert len(answers) == 1


def test_the_narrower_word_counts() -> None:
    book = read(RECORDS)
    assert book.keys == (
        PassKey(B, START, START + 10 * DAY, retired=START + 5 * DAY),
        PassKey(A, START + DAY, START + 100 * DAY, retired=START + 50 * DAY, compromised=True),
    )
    assert book.withdrawn == {PEOPLE[0]: 2}
    assert {one.reason for one in book.denials.values()} == {"lost"}
    assert book.is_issued(PEOPLE[0], 1)
    assert not book.is_issued(PEOPLE[1], 1)
    assert [one.kid for one in book.issued if one.serial == 0] == ["aaaaaaaa", "bbbbbbbb"]


def test_an_end_without_a_beginning_is_no_key_yet() -> None:
    assert read(RECORDS[3:6]).keys == ()
    assert read([*RECORDS[3:6], RECORDS[0]]).keys[0].compromised


# --- the file ---


def sealed(book: Passbook) -> str:
    return passfile.sealed("ab" * 16, KEY, book, START)


def test_a_file_brings_all_of_it_and_twice_nothing() -> None:
    book = read(RECORDS)
    news = passfile.unsealed(sealed(book), "ab" * 16, KEY)
    other = Passbook()
    for one in records(passfile.missing(news, other)):
        other.see(one)
    assert other.trusted == book.trusted
    assert other.withdrawn == book.withdrawn
    assert {one.subject: one.at for one in other.denials.values()} == dict.fromkeys(SUBJECTS, START + DAY)
    assert passfile.missing(news, other) == []


@given(st.permutations(RECORDS), st.integers(0, len(RECORDS)))
def test_a_file_never_takes_anything_back(order: list[Record], known: int) -> None:
    """Whoever knew something before knows the union after."""
    news = passfile.unsealed(sealed(read(order[:known])), "ab" * 16, KEY)
    mine = read(order[known:])
    for one in records(passfile.missing(news, mine)):
        mine.see(one)
    assert mine.trusted == read(RECORDS).trusted
    assert mine.ended == read(RECORDS).ended
    assert mine.withdrawn == read(RECORDS).withdrawn


def test_a_file_that_was_changed_is_refused() -> None:
    text = sealed(read(RECORDS))
    whole = json.loads(text)
    changes = [
        {"institution": "cd" * 16},
        {"station_pass_keys": 2},
        {"made": START + 1},
        {"keys": whole["keys"][:1]},
        {"keys": [whole["keys"][0] | {"public": "cc" * 32}, *whole["keys"][1:]]},
        {"retired": []},
        {"retired": [whole["retired"][0] | {"compromised": False}, *whole["retired"][1:]]},
        {"denied": whole["denied"][1:]},
        {"proof": "00" * 32},
        {"more": 1},
    ]
    for change in changes:
        with pytest.raises((ValueError, KeyError)):
            passfile.unsealed(json.dumps(whole | change), "ab" * 16, KEY)
    with pytest.raises(ValueError, match="institution's key"):
        passfile.unsealed(text, "ab" * 16, bytes(32))


@pytest.mark.parametrize(
    "change",
    [
        {"made": "x"}, {"made": True}, {"made": -1}, {"made": 1e9},
        {"keys": 1}, {"keys": [{}]}, {"denied": [{}]}, {"denied": None},
        {"keys": [{"public": "AA" * 32, "not_before": 0, "expires": 1}]}, {"retired": [{"public": A, "at": 0}]},
        {"keys": [{"public": A, "not_before": 0, "expires": 2**80}]},
        {"denied": [{"subject": "00", "reason": "lost", "person": "", "at": 0}]},
        {"denied": [{"subject": "00" * 8, "reason": "<b>", "person": "", "at": 0}]},
        {"denied": [{"subject": "00" * 8, "reason": "lost", "person": "x", "at": 0}]},
    ],
)  # fmt: skip
def test_a_file_of_another_shape_is_refused(change: dict[str, object]) -> None:
    """Also when a holder of the institution's key wrote it."""
    with pytest.raises((ValueError, KeyError, TypeError)):
        passfile.read(passfile.written(Passbook(), 0) | change)
