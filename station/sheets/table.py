"""What every kind of file becomes: lines of text cells, within limits that no file can argue with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from station.trouble import Trouble

LARGEST = 64 * 1024 * 1024
"""Bytes of a file; a roster of 50,000 people has about 5 MB."""
UNPACKED = 256 * 1024 * 1024
"""Bytes of everything a workbook holds once it is unpacked."""
MOST_LINES = 200_000
MOST_CELLS = 4_000_000
MOST_COLUMNS = 256


@dataclass(frozen=True, slots=True)
class Line:
    """One row; ``number`` counts from 1 as the person's program does. ``cells`` is None for a row with a quotation
    mark that nobody closes, which then stands in ``broken``."""

    number: int
    cells: tuple[str, ...] | None
    broken: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The lines that are not empty. ``sheet`` is this sheet's name and ``sheets`` are all of the file's; a text file
    has none."""

    lines: tuple[Line, ...]
    sheet: str = ""
    sheets: tuple[str, ...] = ()


def bounded(path: Path, lines: Iterable[Line]) -> Iterator[Line]:
    """The lines, as long as they are within the limits. Raises ``Trouble('roster_too_many')``."""
    cells = 0
    for count, line in enumerate(lines, 1):
        width = len(line.cells or ())
        cells += width
        if count > MOST_LINES or cells > MOST_CELLS or width > MOST_COLUMNS:
            raise Trouble("roster_too_many", file=path, rows=MOST_LINES, columns=MOST_COLUMNS)
        yield line
