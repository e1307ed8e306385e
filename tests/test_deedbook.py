"""Starts, memberships and evidence as several desks' records tell them: the same in whatever order they come."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.deedbook import Deedbook, Oddity
from station.deeds import Answered, Deeds, StartStatus
from station.facts import Kind, Record, Ref

PEOPLE = ("p1", "p2")
ENTERED = (Kind.START, Kind.MEMBERSHIP, Kind.EVIDENCE, Kind.SHARE, Kind.APPLICATION)


class Desk:
    """Records of one writer, made by hand; ``tick`` says when, for all desks alike."""

    def __init__(self, writer: str) -> None:
        self.writer = writer
        self.records: list[Record] = []

    def add(self, kind: Kind, tick: int, actor: str, person: str | None = None, **body: Any) -> Record:
        # The clock runs backwards on purpose: only ticks order acts.
        record = Record(self.writer, len(self.records) + 1, tick, 10**6 - tick, kind, None, person, actor, body, "")
        self.records.append(record)
        return record

    def competition(self, tick: int, name: str = "c1", **other: Any) -> Record:
        values: dict[str, Any] = {
            "competition": name, "title": name, "organiser": "", "level": "national", "day": "2026-10-10",
            "sport": "s", "team": False, "unit": "sport_collectives", "protocol": "",
        }  # fmt: skip
        return self.add(Kind.COMPETITION, tick, "anna", **(values | other))

    def start(self, tick: int, actor: str = "anna", person: str = "p1", **other: Any) -> Record:
        values = {"competition": "c1", "discipline": "100 m", "status": "started", "place": None, "institution": ""}
        return self.add(Kind.START, tick, actor, person, **(values | other))

    def correct(self, tick: int, of: Record, old: dict[str, Any], new: dict[str, Any], actor: str = "boris") -> Record:
        return self.add(
            Kind.CORRECT_DEED, tick, actor, of.person, of=list(of.ref), old=old, new=new, why="other", note=""
        )

    def confirm(self, tick: int, of: Record, actor: str = "vera", **values: Any) -> Record:
        return self.add(Kind.CONFIRM_DEED, tick, actor, of.person, of=list(of.ref), values=dict(of.body) | values)

    def withdraw(self, tick: int, of: Record, actor: str = "anna") -> Record:
        return self.add(Kind.WITHDRAW_DEED, tick, actor, of.person, of=list(of.ref), why="not_so", note="")


def read(*desks: Desk) -> Deedbook:
    return told(record for desk in desks for record in desk.records)


def told(records: Iterable[Record]) -> Deedbook:
    book = Deedbook()
    for record in records:
        book.see(record)
    return book


def whole(book: Deedbook) -> list[object]:
    """Everything a deedbook can be asked."""
    return [
        book.competitions(),
        [(book.deeds(person), book.starts_of(person)) for person in PEOPLE],
        [book.starts_in(name) for name in ("c1", "c2")],
        [book.entries(person, kind) for person in PEOPLE for kind in ENTERED],
        book.people,
    ]


# --- one story at a time -----------------------------------------------------------------------------------------


def test_a_start_and_its_confirmation() -> None:
    desk = Desk("a")
    desk.competition(1)
    one = desk.start(2, place=3)
    (before,) = read(desk).deeds("p1").starts
    assert (before.place, before.status, before.confirmed) == (3, StartStatus.STARTED, False)
    desk.confirm(3, one)
    (after,) = read(desk).deeds("p1").starts
    assert after.confirmed
    assert read(desk).entry(one.ref).confirmed_by == "vera"  # type: ignore[union-attr]


@pytest.mark.parametrize("actor", ["anna", "boris"])
def test_whoever_entered_or_corrected_does_not_confirm(actor: str) -> None:
    desk = Desk("a")
    desk.competition(1)
    one = desk.start(2, "anna")
    desk.correct(3, one, {"place": None}, {"place": 1}, "boris")
    desk.confirm(4, one, actor, place=1)
    assert not read(desk).deeds("p1").starts[0].confirmed
    desk.confirm(5, one, "vera", place=1)
    assert read(desk).deeds("p1").starts[0].confirmed


def test_a_confirmation_speaks_of_the_values_it_saw() -> None:
    """Corrected afterwards, or meanwhile at another desk, a start waits to be confirmed again."""
    here, there = Desk("a"), Desk("b")
    here.competition(1)
    one = here.start(2, place=7)
    here.confirm(5, one)
    there.correct(4, one, {"place": 7}, {"place": 1})
    assert not read(here, there).deeds("p1").starts[0].confirmed
    here.confirm(6, one, "vera", place=1)
    assert read(there, here).deeds("p1").starts[0].confirmed


def test_a_withdrawn_confirmation_confirms_nothing() -> None:
    desk = Desk("a")
    desk.competition(1)
    one = desk.start(2)
    desk.withdraw(4, desk.confirm(3, one))
    assert not read(desk).deeds("p1").starts[0].confirmed


def test_a_withdrawn_start_is_gone_and_its_history_stays() -> None:
    desk = Desk("a")
    desk.competition(1)
    one = desk.start(2)
    gone = desk.withdraw(3, one)
    book = read(desk)
    assert book.deeds("p1") == Deeds()
    assert book.starts_of("p1") == []
    entry = book.entry(one.ref)
    assert entry is not None
    assert entry.withdrawn
    assert [record.ref for record in book.history(one.ref)] == [gone.ref]


def test_a_dns_is_no_start_and_is_listed() -> None:
    desk = Desk("a")
    desk.competition(1)
    desk.start(2, status="dns")
    book = read(desk)
    assert book.deeds("p1").starts == ()
    (listed,) = book.starts_of("p1")
    assert (listed.stands, listed.counts) == (True, False)


def test_the_same_start_at_two_desks_counts_once() -> None:
    here, there = Desk("a"), Desk("b")
    here.competition(1)
    first = here.start(2, place=1)
    second = there.start(3, "boris", place=2, discipline="100 M")
    for order in permutations((here, there)):
        book = read(*order)
        assert [one.ref for one in book.deeds("p1").starts] == [second.ref]
        assert [(one.entry.ref, one.stands, one.counts) for one in book.starts_of("p1")] == [
            (second.ref, True, True),
            (first.ref, False, False),
        ]
        assert all(Oddity.TWICE in one.oddities for one in book.starts_of("p1"))
    # The later correction wins, and withdrawing one settles it.
    here.correct(4, first, {"place": 1}, {"place": 4})
    assert [one.place for one in read(here, there).deeds("p1").starts] == [4]
    here.withdraw(5, first)
    book = read(there, here)
    assert [(one.place, one.ref) for one in book.deeds("p1").starts] == [(2, second.ref)]
    assert book.starts_of("p1")[0].oddities == frozenset()


def test_other_disciplines_and_people_are_other_starts() -> None:
    desk = Desk("a")
    desk.competition(1)
    desk.competition(2, "c2")
    desk.start(3)
    desk.start(4, discipline="200 m")
    desk.start(5, competition="c2")
    desk.start(6, person="p2")
    assert len(read(desk).deeds("p1").starts) == 3
    assert len(read(desk).starts_in("c1")) == 3


def test_two_corrections_unseen_by_one_another_are_disputed() -> None:
    here, there = Desk("a"), Desk("b")
    here.competition(1)
    one = here.start(2, place=7)
    here.correct(3, one, {"place": 7}, {"place": 6})
    last = there.correct(4, one, {"place": 7}, {"place": 5}, "carl")
    (listed,) = read(here, there).starts_of("p1")
    assert listed.entry.values["place"] == 5
    assert listed.entry.disputed == {"place"}
    assert Oddity.DISPUTED in listed.oddities
    # One that saw what is in force settles it; so does a confirmation of it.
    here.confirm(5, one, "vera", place=5)
    assert read(here, there).starts_of("p1")[0].oddities == frozenset()
    there.correct(6, one, {"place": 5}, {"place": 4}, "carl")
    (settled,) = read(there, here).starts_of("p1")
    assert (settled.entry.values["place"], settled.oddities) == (4, frozenset())
    there.withdraw(7, last)
    assert read(there, here).deeds("p1").starts[0].place == 4


def test_two_corrections_that_say_the_same_agree() -> None:
    here, there = Desk("a"), Desk("b")
    here.competition(1)
    one = here.start(2, place=7)
    here.correct(3, one, {"place": 7}, {"place": 6})
    there.correct(4, one, {"place": 7}, {"place": 6}, "carl")
    there.correct(5, one, {"institution": ""}, {"institution": "VU"}, "carl")
    (listed,) = read(there, here).starts_of("p1")
    assert (listed.entry.values["place"], listed.entry.values["institution"]) == (6, "VU")
    assert listed.entry.disputed == frozenset()


def test_starts_of_a_competition_that_is_not_there_count_for_nothing() -> None:
    here, there = Desk("a"), Desk("b")
    defined = here.competition(1)
    there.start(2)
    book = read(there)
    assert book.deeds("p1").starts == ()
    assert book.starts_of("p1")[0].oddities == {Oddity.NO_COMPETITION}
    book.see(defined)
    assert len(book.deeds("p1").starts) == 1
    book.see(here.withdraw(3, defined))
    assert book.competition("c1") is None
    assert book.deeds("p1").starts == ()


def test_a_corrected_competition_holds_for_its_starts() -> None:
    desk = Desk("a")
    defined = desk.competition(1)
    desk.start(2)
    desk.correct(3, defined, {"team": False, "day": "2026-10-10"}, {"team": True, "day": "2026-10-11"})
    (one,) = read(desk).deeds("p1").starts
    assert one.competition.team
    assert one.competition.day.isoformat() == "2026-10-11"


def test_a_withdrawn_correction_is_as_if_it_had_not_been() -> None:
    desk = Desk("a")
    desk.competition(1)
    one = desk.start(2, place=7)
    book = read(desk)
    for act, place in (
        (corrected := desk.correct(3, one, {"place": 7}, {"place": 6}), 6),
        (desk.withdraw(4, corrected), 7),
        (desk.correct(5, one, {"place": 7}, {"place": 5}), 5),
    ):
        assert book.deeds("p1").starts[0].place != place
        book.see(act)
        assert book.deeds("p1").starts[0].place == place
    assert whole(told(reversed(desk.records))) == whole(book)


def test_two_institutions_in_one_year_are_flagged() -> None:
    desk = Desk("a")
    desk.competition(1)
    desk.competition(2, "c2", day="2027-08-31")
    desk.competition(3, "c3", day="2027-09-01")
    desk.start(4)
    desk.start(5, competition="c2", institution="VU")
    desk.start(6, competition="c3", institution="VU")
    flagged = [Oddity.TWO_INSTITUTIONS in one.oddities for one in read(desk).starts_of("p1")]
    assert flagged == [True, True, False]


def test_an_application_has_the_last_answer() -> None:
    desk, other = Desk("a"), Desk("b")
    asked = desk.add(Kind.APPLICATION, 1, "anna", "p1", badge="b", day="2026-10-10", note="")
    assert read(desk).deeds("p1").applications[0].answer is Answered.OPEN
    granted = desk.add(Kind.ANSWER, 2, "vera", "p1", of=list(asked.ref), answer="granted", note="")
    assert read(desk).deeds("p1").applications[0].answer is Answered.GRANTED
    other.add(Kind.ANSWER, 3, "boris", "p1", of=list(asked.ref), answer="declined", note="")
    for order in permutations((desk, other)):
        assert read(*order).deeds("p1").applications[0].answer is Answered.DECLINED
    other.withdraw(4, other.records[0])
    assert read(other, desk).deeds("p1").applications[0].answer is Answered.GRANTED
    desk.withdraw(5, granted)
    assert read(other, desk).deeds("p1").applications[0].answer is Answered.OPEN


def test_evidence_shares_and_memberships_come_by_day() -> None:
    desk = Desk("a")
    seen = desk.add(Kind.EVIDENCE, 1, "anna", "p1", badge="b", day="2026-10-10", note="n1")
    desk.confirm(2, seen)
    for tick, day in ((3, "2026-10-12"), (4, "2026-10-11")):
        desk.add(Kind.SHARE, tick, "anna", "p1", badge="b", earned=3, possible=4, day=day, note="n2")
    since = {"unit": "u", "collective": "", "position": "", "until": None}
    desk.add(Kind.MEMBERSHIP, 5, "anna", "p1", since="2026-10-02", **since)
    early = desk.add(Kind.MEMBERSHIP, 6, "anna", "p1", since="2026-10-01", **since)
    desk.correct(7, early, {"until": None}, {"until": "2026-10-05"})
    deeds = read(desk).deeds("p1")
    assert [(one.badge, one.note, one.confirmed) for one in deeds.attested] == [("b", "n1", True)]
    assert [one.day.day for one in deeds.shares] == [11, 12]
    assert [(one.since.day, one.until and one.until.day) for one in deeds.memberships] == [(1, 5), (2, None)]


def test_several_ids_of_one_person_are_one_person() -> None:
    """A walk-in who turns out to be somebody: their starts add up, and the same one counts once."""
    same = {"p1": ("p1", "w1"), "w1": ("p1", "w1")}
    book = Deedbook(lambda person: same.get(person, (person,)))
    desk = Desk("a")
    desk.competition(1)
    desk.start(2, person="w1", place=2)
    desk.start(3, person="p1", place=1)
    desk.start(4, person="w1", discipline="200 m")
    for record in desk.records:
        book.see(record)
    assert book.people == {"p1"}
    assert book.deeds("w1") == book.deeds("p1")
    assert [(one.person, one.discipline, one.place) for one in book.deeds("w1").starts] == [
        ("p1", "100 m", 1),
        ("p1", "200 m", None),
    ]
    assert len(book.starts_in("c1")) == 3


# --- any order ---------------------------------------------------------------------------------------------------

Act = tuple[int, int, int, int]
ACTS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 2), st.integers(0, 30), st.integers(0, 5)), min_size=1, max_size=24
)


def history(acts: list[Act]) -> list[Record]:
    """Acts at three desks, some of them about earlier ones; ticks of different desks are often equal."""
    desks = [Desk(name) for name in "abc"]
    made: list[Record] = []
    for number, (what, where, which, value) in enumerate(acts):
        desk, tick, actor = desks[where], number // 3 + 1, ("anna", "boris", "vera")[value % 3]
        person = PEOPLE[which % 2]
        about = made[which % len(made)] if made else None
        match what:
            case 0:
                made.append(desk.competition(tick, ("c1", "c2")[which % 2], day=f"2026-0{8 + value % 2}-15"))
            case 1 | 2 | 3:
                made.append(
                    desk.start(
                        tick, actor, person, competition=("c1", "c2")[value % 2], place=value or None,
                        discipline=("100 m", "")[which % 3 == 0], institution=("", "VU", "-")[value % 3],
                        status=("started", "dns", "dnf")[which % 3],
                    )
                )  # fmt: skip
            case 4:
                day = f"2026-0{1 + value}-01"
                made.append(
                    desk.add(
                        Kind.MEMBERSHIP,
                        tick,
                        actor,
                        person,
                        unit="u",
                        collective="",
                        position="",
                        since=day,
                        until=None,
                    )
                )
            case 5:
                kind = (Kind.EVIDENCE, Kind.APPLICATION)[value % 2]
                made.append(desk.add(kind, tick, actor, person, badge="b", day="2026-10-10", note=""))
            case 6 | 7 if about is not None and about.kind is Kind.START:
                made.append(desk.correct(tick, about, {"place": about.body["place"]}, {"place": value + 1}, actor))
            case 8 if about is not None and about.kind in (Kind.START, Kind.EVIDENCE):
                made.append(desk.confirm(tick, about, actor))
            case 8 if about is not None and about.kind is Kind.APPLICATION:
                answer = ("granted", "declined")[value % 2]
                made.append(
                    desk.add(Kind.ANSWER, tick, actor, about.person, of=list(about.ref), answer=answer, note="")
                )
            case 9 if about is not None:
                made.append(desk.withdraw(tick, about, actor))
    return made


@settings(max_examples=100, deadline=None)
@given(ACTS, st.randoms(use_true_random=False))
def test_any_order_gives_the_same(acts: list[Act], random: Any) -> None:
    records = history(acts)
    straight = whole(told(records))
    shuffled = [*records, *records[: len(records) // 2]]  # union is idempotent: some come twice
    random.shuffle(shuffled)
    book = Deedbook()
    for record in shuffled:
        book.see(record)
        if random.random() < 0.3:
            # Asked in between, an answer is not kept longer than it holds.
            whole(book)
    assert whole(book) == straight


@settings(max_examples=60, deadline=None)
@given(ACTS)
def test_what_always_holds(acts: list[Act]) -> None:
    records = history(acts)
    book = told(records)
    withdrawn = {Ref(*record.body["of"]) for record in records if record.kind is Kind.WITHDRAW_DEED}
    by_ref = {record.ref: record for record in records}
    for person in PEOPLE:
        starts = book.deeds(person).starts
        keys = [(one.competition.id, one.discipline.casefold()) for one in starts]
        assert len(set(keys)) == len(keys)
        assert all(one.status is not StartStatus.DNS for one in starts)
        for one in starts:
            assert one.ref not in withdrawn
            if one.confirmed:
                confirming = {
                    record.actor
                    for record in records
                    if record.kind is Kind.CONFIRM_DEED and Ref(*record.body["of"]) == one.ref
                }
                assert confirming - {by_ref[one.ref].actor}
        for listed in book.starts_of(person):
            rivals = [
                other
                for other in book.starts_of(person)
                if other.entry.values["competition"] == listed.entry.values["competition"]
                and other.entry.values["discipline"] == listed.entry.values["discipline"]
            ]
            assert listed.stands == (listed.entry.last == max(one.entry.last for one in rivals))
