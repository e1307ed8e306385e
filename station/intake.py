"""A roster -> its people: opened, its columns found, its rows read; what was rejected, to mend. No database."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from station import columns, personal_code, texts
from station.columns import Columns
from station.headings import REASON_HEADING, Field
from station.rosterfile import BadRow, Row, rows_of
from station.sheets import opening
from station.sheets.table import Line, Table
from station.trouble import Trouble

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Listed:
    """A roster file that was opened, or a roster that came otherwise, by the name that people know it by, and how its
    columns are read."""

    name: str
    table: Table
    columns: Columns

    def changed(self, chosen: Mapping[Field, Sequence[str]]) -> Listed:
        """The same with some fields' columns chosen by name; see ``columns.changed``."""
        made = self.columns
        for field, named in chosen.items():
            made = columns.changed(made, field, named)
        return replace(self, columns=made)

    def people(self, told: Callable[[int, int], None] = lambda _done, _all: None) -> tuple[list[Row], list[BadRow]]:
        """The good rows and the bad ones. Raises ``Trouble`` for columns that do not make people."""
        wrong = columns.problem(self.columns, self.name)
        if wrong is not None:
            raise wrong
        good: list[Row] = []
        bad: list[BadRow] = []
        for row in rows_of(self.table.lines, self.columns, told):
            if isinstance(row, Row):
                good.append(row)
            else:
                bad.append(row)
        return good, bad


def opened(path: Path, sheet: str | None, remembered: Mapping[str, Mapping[str, str]]) -> Listed:
    """Open a file; of a workbook the sheet asked for, else the first one whose columns make people.

    Raises ``Trouble`` as ``opening.read`` does.
    """

    def fits(table: Table) -> bool:
        return columns.problem(columns.guess(table.lines, remembered), path.name) is None

    table = opening.read(path, sheet, fits=fits)
    return Listed(path.name, table, columns.guess(table.lines, remembered))


def offered(name: str, people: Iterable[Mapping[Field, str]]) -> Listed:
    """A roster that came without a file, read as if it had been one whose rows are counted from 1.

    Each person is what the cells of a row would hold. A field that nobody has is no column: dates belong to the
    student numbers where nobody has a code.
    """
    cells = list(people)
    always = (Field.STUDENT_ID, Field.NAME, Field.EMAIL)
    fields = tuple(field for field in Field if field in always or any(one.get(field) for one in cells))
    lines = (Line(number, tuple(one.get(field, "") for field in fields)) for number, one in enumerate(cells, 1))
    return Listed(name, Table(tuple(lines)), Columns(0, tuple(field.value for field in fields), fields))


def reason(name: str, row: BadRow) -> str:
    """Why a row was rejected, as a sentence with the roster's name and the line."""
    return texts.sentence(Trouble(f"row_{row.why}", file=name, line=row.line, what=row.what))


def rejects(listed: Listed, rejected: Iterable[BadRow]) -> bytes:
    """The rejected rows as CSV in the columns of their file, with why as one more: mended, it can be imported as it is.

    UTF-8 with a mark and semicolons, as spreadsheet programs here expect. Personal codes are left out.
    """
    why: dict[int, list[str]] = {}
    for row in rejected:
        why.setdefault(row.line, []).append(reason(listed.name, row))
    made = io.StringIO(newline="")
    writer = csv.writer(made, delimiter=";")
    width = len(listed.columns.fields)
    named = listed.columns.headings if listed.columns.headed else [field or "" for field in listed.columns.fields]
    writer.writerow([*map(_safe, named), REASON_HEADING])
    for line in listed.table.lines:
        if line.number in why:
            cells = [_safe(cell) for cell in (line.cells or (line.broken,))][:width]
            writer.writerow([*cells, *[""] * (width - len(cells)), " ".join(why[line.number])])
    return made.getvalue().encode("utf-8-sig", "replace")


def _safe(cell: str) -> str:
    if personal_code.holds(cell):
        return ""
    # No spreadsheet program must take it for a formula; the import takes the mark away again.
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
