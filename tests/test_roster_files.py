"""Columns guessed, chosen and remembered; rows good and bad; what is rejected can be mended and imported again."""

from __future__ import annotations

from pathlib import Path

import pytest

from station import columns, intake, texts
from station.headings import Field
from station.importing import opened_step
from station.rosterfile import ALWAYS, BadRow, Row, instant
from station.sheets.table import Line
from station.trouble import Trouble
from tests.rosters import HEADINGS, PEOPLE, csv, xlsx
from tests.stories import local

S, N, F, L, E, C = Field.STUDENT_ID, Field.NAME, Field.FIRST, Field.LAST, Field.EMAIL, Field.CODES


def lines(*rows: tuple[str, ...]) -> list[Line]:
    return [Line(place, row) for place, row in enumerate(rows, 1)]


def fields(*rows: tuple[str, ...]) -> tuple[Field | None, ...]:
    return columns.guess(lines(*rows)).fields


@pytest.mark.parametrize(
    ("headings", "meant"),
    [
        (HEADINGS, (S, F, L, E, C)),
        (("Vardas, pavardė", "El. paštas:", "Grupė"), (N, E, None)),
        (("STUDENT_ID", "Full  Name", "E-mail", "codes", "Card 2"), (S, N, E, C, C)),
        (
            ("Vidko", "Studentas", "LSP Nr.", "Galioja nuo", "Galioja iki"),
            (S, N, C, Field.VALID_FROM, Field.VALID_UNTIL),
        ),
        (("Asmens kodas", "Vardas ir pavardė", "Studento kodas"), (None, N, S)),
        (("Priežastis / Reason", "Name", "Email"), (None, N, E)),
    ],
)
def test_headings_in_both_languages(headings: tuple[str, ...], meant: tuple[Field | None, ...]) -> None:
    assert fields(headings, ("x",) * len(headings)) == meant


def test_headings_stand_below_a_title() -> None:
    found = columns.guess(lines(("Studentų sąrašas",), ("2026 m. ruduo", ""), HEADINGS, *PEOPLE))
    assert (found.first, found.headings, found.sure) == (3, HEADINGS, True)


@pytest.mark.parametrize("heading", [(), ("Nežinia", "Kas", "Čia", "Yra", "Kita")])
def test_values_tell_where_headings_do_not(heading: tuple[str, ...]) -> None:
    people = [
        (f"a{n}@example.edu", f"Kortelė {n}", f"2023{n:04}", name, "IFF-1")
        for n, name in enumerate(("Ąžuolas Pavyzdys", "Eglė Pavyzdytė", "Jonas Jonaitis", "Žygis Žukauskas"))
    ]
    found = columns.guess(lines(*([heading] if heading else []), *people))
    assert found.fields == (E, None, S, N, None)
    assert (found.first, found.sure) == (len([heading] if heading else []), False)


def test_first_names_and_surnames_are_told_apart_by_their_endings() -> None:
    people = [
        ("20230001", "Žukauskas", "Jonas"),
        ("20230002", "Kazlauskaitė", "Eglė"),
        ("20230003", "Petrauskienė", "Ona"),
    ]
    assert fields(*people) == (S, L, F)


def test_a_column_of_personal_codes_is_never_taken_for_numbers() -> None:
    people = [("33309240064", "20230001", "Ąžuolas Pavyzdys"), ("38703181745", "20230002", "Eglė Pavyzdytė")]
    assert fields(*people) == (None, S, N)


def test_the_number_of_the_row_is_nobodys() -> None:
    people = [("1", "20230001", "A B"), ("2", "20230002", "C D")]
    assert fields(("Nr.", "Studento Nr.", "Vardas Pavardė"), *people) == (None, S, N)
    assert fields(("Nr.", "Kas", "Vardas Pavardė"), *people) == (None, S, N)


def test_two_columns_for_one_field_are_asked_about_and_chosen() -> None:
    found = columns.guess(lines(("Nr", "Vardas Pavardė", "El. paštas", "E-mail"), ("1", "A B", "a@x.lt", "b@y.lt")))
    wrong = columns.problem(found, "f")
    assert wrong is not None
    assert (wrong.code, wrong.arguments["first"], wrong.arguments["second"]) == (
        "roster_columns_twice", "El. paštas", "E-mail",
    )  # fmt: skip
    chosen = columns.changed(found, E, ["e-MAIL"])
    assert columns.problem(chosen, "f") is None
    assert chosen.fields == (S, N, None, E)
    assert columns.changed(found, E, ["3"]).fields == (S, N, E, None)
    with pytest.raises(Trouble, match="roster_column"):
        columns.changed(found, E, ["5"])


def test_a_choice_is_remembered_for_the_same_headings_in_any_order() -> None:
    heads = ("Kas", "Kuris", "Kas", "El. paštas")
    chosen = columns.changed(columns.guess(lines(heads, ("A B", "20230001", "x", "a@x.lt"))), N, ["1"])
    chosen = columns.changed(chosen, S, ["Kuris"])
    memory = {columns.signature(chosen): columns.memory(chosen)}
    again = columns.guess(lines(("El. paštas", "Kas", "Kuris", "Kas"), ("a@x.lt", "A B", "20230001", "x")), memory)
    assert again.fields == (E, N, S, None)
    assert columns.guess(lines(("El. paštas", "Kas", "Kuris"), ("a@x.lt", "A B", "1")), memory).fields != (E, N, S)


# --- rows ---


def read(*rows: tuple[str, ...]) -> list[Row | BadRow]:
    listed = lines(*rows)
    from station.rosterfile import rows_of

    return list(rows_of(listed, columns.guess(listed)))


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (("20230001", "", "a@x.lt", "", ""), "no_name"),
        (("", "Name", "", "C1", ""), "no_id"),
        (("20230001", "Na\x07me", "", "", ""), "bad_name"),
        (("20230001", "N" * 201, "", "", ""), "bad_name"),
        (("20230001", "Name", "a@", "", ""), "bad_email"),
        (("33309240064", "Name", "", "", ""), "personal_code"),
        (("20230001", "Name 33309240064", "", "", ""), "personal_code"),
        (("20230001", "Name", "33309240064@x.lt", "", ""), "personal_code"),
        (("20230001", "Name", "", "LSP1; 3330 924 0064", ""), "personal_code"),
        (("1.23456789012346E+16", "Name", "", "", ""), "damaged_number"),
        (("20230001", "Name", "", "3,70E+13", ""), "damaged_number"),
        (("2023-12-01", "Name", "", "", ""), "damaged_number"),
        (("#N/A", "Name", "", "", ""), "cell_error"),
        (("20230001", "Name", "#ref!", "", ""), "cell_error"),
        (("20230001", "Name", "", "C1", "kada nors"), "bad_date"),
        (("20230001", "Name", "", "C1", "33309240064"), "bad_date"),
    ],
)
def test_a_bad_row_says_why(cells: tuple[str, ...], why: str) -> None:
    heads = ("student_id", "name", "email", "codes", "valid_until")
    good = ("20239999", "Good One", "", "", "")
    first, second = read(heads, cells, good)
    assert isinstance(first, BadRow)
    assert (first.line, first.why) == (2, why)
    assert "33309240064" not in first.what
    assert isinstance(second, Row)
    texts.sentence(Trouble(f"row_{why}", file="f", line=first.line, what=first.what))


def test_several_columns_and_several_codes_in_one() -> None:
    (row,) = read(("Nr", "Vardas", "Pavardė", "LSP", "ISIC"), ("00231", " Jonas ", "Žuk", "A1; A2,A3\nA4", "S1"))
    assert row == Row(2, "00231", "Jonas Žuk", "", ("A1", "A2", "A3", "A4", "S1"))


def test_dates_belong_to_the_cards_and_without_cards_to_the_number() -> None:
    since, until = local("2026-09-01T00:00"), local("2027-10-01T00:00")
    dates = ("2026-09-01", "30.09.2027")
    (card,) = read(("Nr", "Vardas Pavardė", "Kortelė", "Galioja nuo", "Galioja iki"), ("2023", "A B", "C1", *dates))
    (number,) = read(("Nr", "Vardas Pavardė", "Galioja nuo", "Galioja iki"), ("2023", "A B", *dates))
    assert isinstance(card, Row)
    assert isinstance(number, Row)
    assert (card.span, card.id_span) == ((since, until), ALWAYS)
    assert (number.span, number.id_span) == (ALWAYS, (since, until))
    (backwards,) = read(("Nr", "Vardas Pavardė", "Galioja nuo", "Galioja iki"), ("2023", "A B", *reversed(dates)))
    assert isinstance(backwards, BadRow)
    assert backwards.why == "bad_span"


@pytest.mark.parametrize(
    ("text", "last", "meant"),
    [
        ("2026-10-25", False, "2026-10-25T00:00"),
        ("2026-10-25", True, "2026-10-26T00:00"),
        ("2026.1.5", True, "2026-01-06T00:00"),
        ("2026 01 05", False, "2026-01-05T00:00"),
        ("2026-10-26T12:30", True, "2026-10-26T12:30"),
    ],
)
def test_a_date_is_a_day_of_the_institutions_zone(text: str, last: bool, meant: str) -> None:
    assert instant(text, last=last) == local(meant)


@pytest.mark.parametrize("text", ["2026-02-30", "99.99.2026", "0001-01-01", "9999-12-31", "soon", "2026"])
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(Trouble):
        instant(text, last=True)


# --- whole files ---


def test_the_sheet_that_lists_people_is_found(tmp_path: Path) -> None:
    path = xlsx(tmp_path, {"Apie": [["Parengė", "Dekanatas"], ["x", "y"]], "Studentai": [HEADINGS, *PEOPLE]})
    listed = intake.opened(path, None, {})
    assert listed.table.sheet == "Studentai"
    assert [row.name for row in listed.people()[0]] == [f"{first} {last}" for _n, first, last, *_rest in PEOPLE]


def test_a_personal_code_is_not_even_shown(tmp_path: Path) -> None:
    people = [("33309240064", "20230001", "Ąžuolas Pavyzdys"), ("38703181745", "20230002", "Eglė Pavyzdytė")]
    path = csv(tmp_path, [("Asmens kodas", "Studento Nr.", "Vardas Pavardė"), *people])
    step = opened_step(intake.opened(path, None, {}))
    assert step.sample[0] == ("…", "20230001", "Ąžuolas Pavyzdys")


def test_columns_that_make_no_people_are_said(tmp_path: Path) -> None:
    listed = intake.opened(csv(tmp_path, [("Kas", "Kur"), ("x", "y")]), None, {})
    with pytest.raises(Trouble, match="roster_columns_missing"):
        listed.people()


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_rejected_rows_are_mended_and_imported_again(tmp_path: Path, language: str) -> None:
    texts.activate(language)
    rows = [
        ("Sąrašas",),
        ("Nr", "Vardas Pavardė", "El. paštas", "Kita"),
        ("20230001", "Good One", "good@example.edu", ""),
        ("20230002", "", "bad@example.edu", "ž"),
        ("33309240064", "Personal Code", "p@example.edu", "=cmd()"),
        ('"20230003', "Open Quote", "", ""),
    ]
    listed = intake.opened(csv(tmp_path, rows), None, {})
    _good, bad = listed.people()
    made = intake.rejects(listed, bad)
    assert made.startswith(b"\xef\xbb\xbf")
    text = made.decode("utf-8-sig")
    assert "33309240064" not in text
    assert "Good One" not in text
    assert text.count(listed.name) == 3
    mended = tmp_path / "mended.csv"
    mended.write_bytes(
        made.replace(b"20230002;;", b"20230002;Mended One;").replace(b"\r\n;Personal", b"\r\n20230009;Personal")
    )
    again = intake.opened(mended, None, {})
    assert again.columns.fields == (S, N, E, None, None)
    good, _bad = again.people()
    assert [row.name for row in good][:2] == ["Mended One", "Personal Code"]
    assert again.table.lines[2].cells is not None
    assert again.table.lines[2].cells[3] == "'=cmd()"
