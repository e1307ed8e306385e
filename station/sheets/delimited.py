"""Text -> lines of cells: comma, semicolon, tab or bar, with quoted cells of several lines. Pure."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator

from station.sheets.table import LARGEST, Line

_SEPARATORS = (";", ",", "\t", "|")
_TALLEST = 5
"""Lines that one quoted cell may span."""
_LOOKED_AT = 50
"""Lines that show what separates cells."""
csv.field_size_limit(LARGEST)


def lines_of(text: str) -> Iterator[Line]:
    """The lines that are not empty, numbered by the line each begins on.

    A quotation mark that nobody closes spoils its own line alone: the next line is a row again. A first line
    ``sep=;``, by which spreadsheet programs tell one another the separator, is obeyed and left out.
    """
    # Only these end a line; str.splitlines knows signs that may stand inside a cell.
    lines = list(io.StringIO(text, newline=""))
    place, given = _given(lines)
    separator = given or _guessed(lines)
    while place < len(lines):
        if '"' not in lines[place]:
            plain = lines[place].rstrip("\r\n")
            if plain.replace(separator, "").strip():
                yield Line(place + 1, tuple(plain.split(separator)))
            place += 1
            continue
        for height in range(1, _TALLEST + 1):
            row = "".join(lines[place : place + height])
            if row.count('"') % 2 == 0:
                break
        else:
            yield Line(place + 1, None, lines[place].strip())
            place += 1
            continue
        cells = next(csv.reader(io.StringIO(row, newline=""), delimiter=separator), [])
        if any(cell.strip() for cell in cells):
            yield Line(place + 1, tuple(cells))
        place += height


def _given(lines: list[str]) -> tuple[int, str]:
    first = lines[0].strip().strip('"') if lines else ""
    if first.lower().startswith("sep=") and len(lines[0].rstrip("\r\n").strip('"')) == len("sep=;"):
        return 1, lines[0].rstrip("\r\n").strip('"')[-1]
    return 0, ""


def _guessed(lines: list[str]) -> str:
    """What splits most lines into the same number of cells, and into the more of them."""
    shown = [line for line in lines[: 4 * _LOOKED_AT] if line.strip()][:_LOOKED_AT]

    def fitness(separator: str) -> tuple[bool, int, int]:
        widths = Counter(_width(line, separator) for line in shown)
        widths.pop(1, None)
        if not widths:
            return False, 0, 0
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
        return 2 * count >= len(shown), width, count

    return max(_SEPARATORS, key=fitness)


def _width(line: str, separator: str) -> int:
    if '"' in line:
        return len(next(csv.reader([line], delimiter=separator), []))
    return line.count(separator) + 1
