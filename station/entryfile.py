"""A CSV file of starts, memberships, evidence… -> rows of texts by column, good and bad. Pure but for reading."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from station.sheets import opening
from station.trouble import Trouble


class Row(NamedTuple):
    """A row: its line in the file, and its cells by column; a cell that is not there is ""."""

    line: int
    cells: dict[str, str]


def read(path: Path, needed: Sequence[str], others: Iterable[str]) -> tuple[list[Row], list[int]]:
    """The rows of a CSV file by its line of headings, in any order of columns, and the lines where a quotation mark is
    not closed. Columns that mean nothing here are left out.

    Raises ``Trouble``: "entries_heading" where a needed column is missing, and what ``opening.read`` raises.
    """
    rows: list[Row] = []
    unclosed: list[int] = []
    columns: list[str] | None = None
    known = {*needed, *others}
    for one in opening.read(path).lines:
        line, cells = one.number, one.cells
        if cells is None:
            unclosed.append(line)
        elif columns is None:
            columns = [cell.strip().casefold() for cell in cells]
            if not set(needed) <= set(columns):
                raise Trouble("entries_heading", file=path, columns=", ".join(needed))
        else:
            named = zip(columns, cells, strict=False)
            rows.append(Row(line, {column: cell.strip() for column, cell in named if column in known}))
    if columns is None:
        raise Trouble("entries_heading", file=path, columns=", ".join(needed))
    return rows, unclosed
