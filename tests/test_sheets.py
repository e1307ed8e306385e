"""Files of rows as they come: encodings, separators, workbooks, and files that mean harm."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.sheets import delimited, encodings, markup, opening, table
from station.trouble import Trouble
from tests.rosters import HEADINGS, PEOPLE, csv, xlsx

ROWS = [HEADINGS, *PEOPLE]


def cells(path: Path, sheet: str | None = None) -> list[tuple[str, ...]]:
    return [line.cells or () for line in opening.read(path, sheet).lines]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1257", "iso8859_13"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_every_usual_encoding_and_separator_gives_the_same_cells(tmp_path: Path, encoding: str, separator: str) -> None:
    assert cells(csv(tmp_path, ROWS, encoding, separator)) == [tuple(row) for row in ROWS]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Šarūnė Žąsytė; „Žalgirio“ g.", "cp1257"),
        ("Šarūnė Žąsytė; „Žalgirio“ g.", "iso8859_13"),
        ("Günther Weiß; François Lefèvre; José Núñez", "cp1252"),
        ("Hélène Bêche; garçon", "cp1252"),
        ("Jürgen Müller", "cp1257"),
    ],
)
def test_letters_tell_the_encoding(text: str, encoding: str) -> None:
    assert encodings.text_of(f"name\n{text}\n".encode(encoding)) == f"name\n{text}\n"


def test_a_few_bad_bytes_leave_utf_8_what_it_is() -> None:
    assert encodings.text_of("Ąžuolė Šimkutė".encode() + b"\xff") == "Ąžuolė Šimkutė\ufffd"


@given(st.binary(max_size=3000))
def test_any_bytes_are_some_text_and_some_lines(raw: bytes) -> None:
    for line in delimited.lines_of(encodings.text_of(raw)):
        assert line.cells is None or any(cell.strip() for cell in line.cells)


def test_sep_is_obeyed_and_line_numbers_are_the_files() -> None:
    lines = list(delimited.lines_of('sep=|\nSąrašas, 2026; ruduo\n\na|b;c|d\n"x\ny"|z|\n'))
    assert [(line.number, line.cells) for line in lines] == [
        (2, ("Sąrašas, 2026; ruduo",)), (4, ("a", "b;c", "d")), (5, ("x\ny", "z", "")),
    ]  # fmt: skip


def test_a_separator_inside_cells_is_not_taken_for_one() -> None:
    lines = delimited.lines_of("id;name;codes\n1;Žukauskas, Jonas;A,B\n2;Ąžuolaitė, Eglė;C,D\n")
    assert [len(line.cells or ()) for line in lines] == [3, 3, 3]


def test_signs_that_end_no_line_stay_in_their_cell() -> None:
    lines = list(delimited.lines_of("a;b\x0bc\u2028d\n"))
    assert [line.cells for line in lines] == [("a", "b\x0bc\u2028d")]


def test_an_open_quotation_mark_spoils_one_line() -> None:
    lines = list(delimited.lines_of('a,"b\nc,d\ne,f\ng,h\ni,j\nk,l\n'))
    assert [(line.cells, line.broken) for line in lines][:2] == [(None, 'a,"b'), (("c", "d"), "")]


# --- workbooks ---


def test_a_workbook_gives_the_same_cells_as_text(tmp_path: Path) -> None:
    assert cells(xlsx(tmp_path, {"Lapas1": ROWS})) == [tuple(row) for row in ROWS]


def test_numbers_dates_and_formulas_are_what_a_person_sees(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "odd.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        day, time = (book.add_format({"num_format": form}) for form in ("dd.mm.yyyy", 'yyyy "m." hh:mm'))
        sheet.merge_range("A1:F1", "Sąrašas", book.add_format())
        sheet.write_row("A2", [20231234, 20231234.0, "00231234", 12345678901234567, 1.5, True])
        sheet.write_datetime("G2", date(2027, 9, 30), day)
        sheet.write_datetime("H2", datetime.fromisoformat("2027-09-30T13:30"), time)
        sheet.write_formula("I2", "=A2&B2", None, "formula")
        sheet.write_rich_string("J2", "Ri", book.add_format({"bold": True}), "ch")
        sheet.write_formula("K2", "=NA()", None, "#N/A")
        sheet.write_number("L2", 3, book.add_format({"num_format": '"day" 0'}))
        sheet.write_row("A4", ["hidden"])
        sheet.set_row(3, None, None, {"hidden": True})
    lines = opening.read(path).lines
    assert [line.number for line in lines] == [1, 2, 4]
    assert lines[0].cells == ("Sąrašas",)
    assert lines[1].cells == (
        "20231234", "20231234", "00231234", "1.23456789012346E+16", "1.5", "1",
        "2027-09-30", "2027-09-30T13:30:00", "formula", "Rich", "#N/A", "3",
    )  # fmt: skip
    assert lines[2].cells == ("hidden",)


def test_the_first_sheet_that_fits_or_the_one_asked_for(tmp_path: Path) -> None:
    path = xlsx(tmp_path, {"Tuščias": [], "Apie": [["Parengė", "X"]], "Žmonės": ROWS, "Kiti": [["Z"]]})
    fitting = opening.read(path, fits=lambda one: len(one.lines) > 2)
    assert (fitting.sheet, fitting.sheets) == ("Žmonės", ("Tuščias", "Apie", "Žmonės", "Kiti"))
    assert opening.read(path).sheet == "Apie"
    assert cells(path, "KITI") == [("Z",)]
    with pytest.raises(Trouble, match="roster_sheet"):
        opening.read(path, "nowhere")


def repacked(path: Path, **parts: bytes) -> Path:
    """The workbook with some parts replaced (``_`` stands for ``/`` and ``.``: the name's ending is matched)."""
    with zipfile.ZipFile(path) as old:
        held = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in held.items():
            new.writestr(name, next((by for end, by in parts.items() if name.endswith(f"{end}.xml")), content))
    return path


def sheet_xml(*rows: str) -> bytes:
    return ("<worksheet><sheetData>" + "".join(rows) + "</sheetData></worksheet>").encode()


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (sheet_xml("<row r='1'><c r='A1' t='s'><v>99</v></c></row>"), "roster_unreadable"),
        (sheet_xml("<row><c t='s'><v>-1</v></c></row>"), "roster_empty"),
        (sheet_xml("<row><c><v>abc</v></c></row>"), "roster_unreadable"),
        (b"<worksheet><sheetData>", "roster_unreadable"),
        (b"\x00" * 50, "roster_unreadable"),
        (sheet_xml("<row r='1'><c r='XFD1' t='str'><v>x</v></c></row>"), "roster_too_many"),
        (sheet_xml(*("<row><c t='str'><v>x</v></c></row>" for _ in range(2001))), "roster_too_many"),
        (
            b"<!DOCTYPE a [<!ENTITY a0 'aaaaaaaaaa'>"
            + b"".join(b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
            + b"]><worksheet><sheetData><row><c t='str'><v>&a11;</v></c></row></sheetData></worksheet>",
            "roster_unreadable",
        ),
    ],
)
def test_a_sheet_that_means_harm_is_one_sentence(
    tmp_path: Path, xml: bytes, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "MOST_LINES", 2000)
    path = repacked(xlsx(tmp_path, {"S": ROWS}), sheet1=xml)
    with pytest.raises(Trouble, match=code):
        opening.read(path)


def test_cells_far_apart_cost_nothing(tmp_path: Path) -> None:
    """Laid out by its corners, this sheet would be a thousand million cells."""
    far = "<row r='1'><c r='A1' t='str'><v>x</v></c></row><row r='1048576'><c r='IV1048576' t='str'><v>y</v></c></row>"
    lines = opening.read(repacked(xlsx(tmp_path, {"S": ROWS}), sheet1=sheet_xml(far))).lines
    assert [(line.number, len(line.cells or ())) for line in lines] == [(1, 1), (1_048_576, 256)]


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("station.sheets.workbook.UNPACKED", 1_000_000)
    path = repacked(xlsx(tmp_path, {"S": ROWS}), styles=b"<a>" + b" " * 2_000_000 + b"</a>")
    assert path.stat().st_size < 20_000
    with pytest.raises(Trouble, match="roster_too_large"):
        opening.read(path)


def test_sizes_that_lie_are_found_out(tmp_path: Path) -> None:
    path = xlsx(tmp_path, {"S": ROWS})
    raw = bytearray(path.read_bytes())
    with zipfile.ZipFile(io.BytesIO(bytes(raw))) as package:
        real = package.getinfo("xl/worksheets/sheet1.xml").file_size
    raw = raw.replace(real.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    path.write_bytes(bytes(raw))
    with pytest.raises(Trouble, match="roster_unreadable"):
        opening.read(path)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "roster_old"),
        (b"PK\x03\x04" + b"\0" * 100, "roster_unreadable"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "roster_unreadable"),
        (b"", "roster_empty"),
    ],
)
def test_what_is_no_table(tmp_path: Path, raw: bytes, code: str) -> None:
    (tmp_path / "x.xlsx").write_bytes(raw)
    with pytest.raises(Trouble, match=code):
        opening.read(tmp_path / "x.xlsx")


def test_an_opendocument_sheet_is_told_from_a_broken_one(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.ods", "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", "<a/>")
    with pytest.raises(Trouble, match="roster_old"):
        opening.read(tmp_path / "x.ods")


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return xlsx(tmp_path_factory.mktemp("bytes"), {"S": ROWS})


@settings(max_examples=100, deadline=None)
@given(changes=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_workbook_with_any_byte_changed_is_read_or_refused(workbook: Path, changes: list[tuple[int, int]]) -> None:
    raw = bytearray(workbook.read_bytes())
    for place, byte in changes:
        raw[place % len(raw)] = byte
    changed = workbook.with_name("changed.xlsx")
    changed.write_bytes(bytes(raw))
    with suppress(Trouble):
        assert opening.read(changed).lines


@given(st.binary(max_size=400))
def test_any_xml_is_rows_or_an_error_that_is_expected(raw: bytes) -> None:
    from xml.parsers.expat import ExpatError

    try:
        rows = list(
            markup.rows_of(b"<s><row><c t='str'><v>" + raw + b"</v></c></row></s>", [], frozenset(), since_1904=False)
        )
    except (ExpatError, ValueError):
        return
    assert all(any(row.cells or ()) for row in rows)


def test_too_many_lines_of_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "long.csv"
    path.write_text("a;b\n" * 2001)
    assert len(opening.read(path).lines) == 2001
    monkeypatch.setattr(table, "MOST_LINES", 2000)
    with pytest.raises(Trouble, match="roster_too_many"):
        opening.read(path)
