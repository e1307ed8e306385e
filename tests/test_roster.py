"""The roster itself: import by upsert, numbers with their time, conflicts by name, and what a killed import leaves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from station import codes, database
from station.facts import Code, Known, OutOfDate, Person, RefusedKind, Unfit, Unknown
from station.roster import Roster
from station.rosterfile import ALWAYS, Row
from station.rosterplan import Plan
from tests.rosters import HEADINGS, PEOPLE, csv, take, xlsx
from tests.stories import opened, people

NOW = 1_800_000_000_000_000
DAY = 86_400_000_000


def who(roster: Roster, text: str, at: int = NOW) -> str | int | None:
    """The name a code is of; when it was or will be valid; None for nobody's."""
    parsed = codes.parse(text, roster.kinds)
    if parsed == RefusedKind(Unfit.OTHER_EMAIL):
        parsed = Code(codes.normal(text))
    assert isinstance(parsed, Code)
    match roster.identify(parsed, at):
        case Known(Person(name=name)):
            return name
        case OutOfDate(until=until, since=since):
            return until or since
        case Unknown():
            return None
    raise AssertionError


def card(line: int, number: str, code: str, since: int | None = None, until: int | None = None) -> Row:
    return Row(line, number, f"Person {number}", f"{number}@example.edu".lower(), (code,), (since, until))


def counts(plan: Plan) -> tuple[int, int, int, int]:
    return plan.added, plan.changed, plan.unchanged, len(plan.rejected)


def test_the_same_people_in_any_form_change_nothing(home: Path, tmp_path: Path) -> None:
    moved = [[row[place] for place in (4, 3, 0, 2, 1)] for row in (HEADINGS, *PEOPLE)]
    whole = [HEADINGS, *PEOPLE]
    forms: list[Callable[[], Path]] = [
        lambda: csv(tmp_path, whole),
        lambda: csv(tmp_path, whole, "utf-8-sig", ","),
        lambda: csv(tmp_path, whole, "cp1257"),
        lambda: csv(tmp_path, whole, "iso8859_13", "\t"),
        lambda: csv(tmp_path, whole, "utf-16"),
        lambda: csv(tmp_path, moved),
        lambda: csv(tmp_path, [("Kauno universitetas",), *moved], separator="|"),
        lambda: xlsx(tmp_path, {"S": whole}),
        lambda: xlsx(tmp_path, {"Apie": [["x"]], "S": moved}, "moved.xlsx"),
    ]
    with opened(home) as station:
        assert counts(take(station, csv(tmp_path, whole))) == (3, 0, 0, 0)
        for form in forms:
            assert counts(take(station, form())) == (0, 0, 3, 0)
        assert station.roster.count() == 3
        assert who(station.roster, "00230002") == "Žygimantas Žukauskas"
        assert who(station.roster, "230002") is None


def test_what_a_file_does_not_say_stays(home: Path) -> None:
    with opened(home) as station:
        station.roster.take([card(2, "A1001", "C1")], [])
        plan = station.roster.take([Row(2, "A1001", "Person A1001", "", ("C2",))], [])
        assert counts(plan) == (0, 1, 0, 0)
        (person,) = station.roster.people().values()
        assert (person.email, person.last4) == ("a1001@example.edu", "001")
        assert {who(station.roster, code) for code in ("C1", "C2", "a1001@example.edu")} == {"Person A1001"}


def test_somebody_known_by_e_mail_alone_is_not_a_second_person(home: Path) -> None:
    with opened(home) as station:
        station.roster.take([card(2, "A1001", "C1")], [])
        plan = station.roster.take([Row(2, "", "Person A1001", "a1001@example.edu", ("C9",))], [])
        assert counts(plan) == (0, 1, 0, 0)
        assert station.roster.count() == 1


def test_a_number_is_somebodys_within_its_time(home: Path) -> None:
    with opened(home) as station:
        station.roster.take([card(2, "A1", "CARD-7", None, NOW), card(3, "A2", "CARD-7", NOW + DAY, NOW + 2 * DAY)], [])
        roster = station.roster
        assert who(roster, "CARD-7", NOW - 1) == "Person A1"
        assert who(roster, "CARD-7", NOW) == NOW
        assert who(roster, "CARD-7", NOW + DAY) == "Person A2"
        assert who(roster, "CARD-7", NOW + 2 * DAY) == NOW + 2 * DAY
        station.roster.take([card(2, "A3", "CARD-8", NOW)], [])
        assert who(roster, "CARD-8", NOW - DAY) == NOW
        assert who(roster, "A1", NOW + 9 * DAY) == "Person A1", "the dates are the card's"
        person = roster.person("card 8")
        assert person is not None


def test_a_new_range_of_ones_own_number_replaces_the_old(home: Path) -> None:
    with opened(home) as station:
        station.roster.take([card(2, "A1", "C7", None, NOW)], [])
        assert counts(station.roster.take([card(2, "A1", "C7", None, NOW + DAY)], [])) == (0, 1, 0, 0)
        assert who(station.roster, "C7", NOW) == "Person A1"
        assert counts(station.roster.take([card(2, "A1", "C7", None, NOW + DAY)], [])) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    ("first", "second", "taken"),
    [
        (ALWAYS, ALWAYS, False),
        (ALWAYS, (NOW, None), False),
        ((None, NOW), (NOW, None), True),
        ((None, NOW + 1), (NOW, None), False),
        ((NOW, NOW + DAY), (None, NOW), True),
        ((NOW, NOW + DAY), (NOW + DAY - 1, NOW + DAY), False),
    ],
)
def test_a_conflict_names_both(
    home: Path, first: tuple[int | None, int | None], second: tuple[int | None, int | None], taken: bool
) -> None:
    both = [card(2, "A1", "C7", *first), card(5, "A2", "C7", *second)]
    with opened(home) as station:
        dry = station.roster.take(both, [], dry_run=True)
        assert [(bad.line, bad.why, bad.what) for bad in dry.rejected] == ([] if taken else [(5, "number_taken", "2")])
        station.roster.take(both[:1], [])
        later = station.roster.take(both[1:], [])
        assert [(bad.line, bad.why, bad.what) for bad in later.rejected] == (
            [] if taken else [(5, "number_held", "Person A1")]
        )
        assert (later.added, later.taken) == (1, 1), "the rest of the row goes in"


def test_a_third_holder_may_not_overlap_a_second_one(home: Path) -> None:
    with opened(home) as station:
        station.roster.take([card(2, "A1", "C7", None, NOW), card(3, "A2", "C7", NOW, NOW + DAY)], [])
        plan = station.roster.take([card(2, "A3", "C7", NOW + DAY - 1), card(3, "A4", "C7", NOW + DAY)], [])
        assert [(bad.line, bad.what) for bad in plan.rejected] == [(2, "Person A2")]
        again = station.roster.take([card(2, "A2", "C7", NOW - 1, NOW + DAY)], [])
        assert [bad.what for bad in again.rejected] == ["Person A1"]
        assert who(station.roster, "C7", NOW) == "Person A2"


def test_an_import_that_was_killed_names_nobody_by_halves_and_can_be_brought_to_its_end(home: Path) -> None:
    rows = people(20)
    with opened(home) as station:
        roster = station.roster
        chunks = list(roster.plan(rows, []).chunks(7))
        for done in range(len(chunks)):
            for chunk in chunks[:done]:
                roster.write(chunk)
            for row in rows:
                names = {who(roster, code) for code in (row.student_id, row.email, *row.codes)}
                assert names in ({None}, {row.name}), "all of somebody's numbers, or none"
        assert roster.age().imported is None
        plan = roster.take(rows, [])
        assert plan.added + plan.unchanged == 20
        assert counts(roster.take(rows, [])) == (0, 0, 20, 0)
        assert all(who(roster, row.codes[0]) == row.name for row in rows)


def test_numbers_left_by_a_killed_import_are_in_nobodys_way(home: Path) -> None:
    with opened(home) as station:
        roster = station.roster
        first = next(roster.plan([card(2, "A1", "C7")], []).chunks(100))
        roster.write(first)
        plan = roster.take([card(2, "A2", "C7")], [])
        assert (counts(plan), len(plan.forgotten)) == ((1, 0, 0, 0), 3)
        assert who(roster, "C7") == "Person A2"
        again = roster.take([card(2, "A1", "C7")], [])
        assert [bad.why for bad in again.rejected] == ["number_held"]
        assert who(roster, "C7") == "Person A2"


def test_a_row_that_is_not_of_the_import_is_left_alone(home: Path) -> None:
    with opened(home) as station:
        with station.connection.begin():
            station.connection.exec_driver_sql(
                "INSERT INTO person (id, name, last4, folded) VALUES ('w', 'Walk In', '', 'walk in')"
            )
        station.roster.take(people(3), [])
        station.roster.take(people(4), [])
        assert [person.name for person in station.roster.search("walk")] == ["Walk In"]


def test_imports_are_noted_and_columns_remembered(home: Path, tmp_path: Path) -> None:
    with opened(home) as station:
        assert station.roster.age().imported is None
        take(station, csv(tmp_path, [HEADINGS, *PEOPLE]))
        age = station.roster.age()
        assert age.people == 3
        assert age.imported is not None
        assert age.days(age.imported + 3 * DAY + 1) == 3
        assert len(station.roster.remembered()) == 1
        with station.connection.begin():
            (noted,) = station.connection.execute(database.roster_import.select()).all()
        assert (noted.file, noted.added, noted.rejected) == ("roster-utf-8.csv", 3, 0)


def test_no_number_stands_in_the_database(home: Path, tmp_path: Path) -> None:
    with opened(home) as station:
        take(station, csv(tmp_path, [HEADINGS, *PEOPLE]))
        with station.connection.begin():
            held = "\n".join(
                str(row)
                for table in database.tables.sorted_tables
                for row in station.connection.execute(table.select()).all()
            )
    assert "Žygimantas" in held
    for number in ("20230001", "00230002", "LSP0001", "lsp0001"):
        assert number not in held
