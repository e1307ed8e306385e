"""A table's cells -> rows of people and rejected lines. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from station import moments, personal_code
from station.columns import Columns
from station.headings import Field
from station.sheets.table import Line
from station.shown import visible
from station.texts import ZONE
from station.trouble import Trouble

_LONGEST_NAME = 200
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")
_BETWEEN_CODES = re.compile(r"[;,\n]")
_DAMAGED = re.compile(r"[0-9]([.,][0-9]+)?E\+[0-9]+|[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:]+)?", re.IGNORECASE)
"""What a spreadsheet program makes of a number that is too long for it, or that it took for a date."""
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
_DAY = re.compile(r"(?P<y>[0-9]{4})[-./ ](?P<m>[0-9]{1,2})[-./ ](?P<d>[0-9]{1,2})\.?")
_DAY_FIRST = re.compile(r"(?P<d>[0-9]{1,2})\.(?P<m>[0-9]{1,2})\.(?P<y>[0-9]{4})")
_EVERY = 256
"""Rows between two words of progress."""

Span = tuple[int | None, int | None]
"""From (with it) and until (without it), µs UTC; None is open."""
ALWAYS: Span = (None, None)


@dataclass(frozen=True, slots=True)
class Row:
    """One good row. At least one of ``student_id`` and ``email`` is there, so is ``name``. ``span`` is when the
    codes are valid, ``id_span`` when the student number is."""

    line: int
    student_id: str
    name: str
    email: str
    codes: tuple[str, ...]
    span: Span = ALWAYS
    id_span: Span = ALWAYS


@dataclass(frozen=True, slots=True)
class BadRow:
    """A bad row: its line in the file and why, as a word. ``what`` is another line's number, somebody's name, or the
    text that is wrong."""

    line: int
    why: str
    what: str = ""


def rows_of(
    lines: Sequence[Line], columns: Columns, told: Callable[[int, int], None] = lambda _done, _all: None
) -> Iterator[Row | BadRow]:
    """The rows below the headings, good and bad, in order; ``told`` hears how many are done, and of how many.

    Dates belong to what a file is about: to the cards where it has a column of codes, else to the student numbers. An
    e-mail is always valid, for badges go to it.
    """
    below = lines[columns.first :]
    reader = _Reader(columns)
    for done, line in enumerate(below):
        if done % _EVERY == 0:
            told(done, len(below))
        yield BadRow(line.number, "open_quote") if line.cells is None else reader.row(line.number, line.cells)
    told(len(below), len(below))


class _Reader:
    def __init__(self, columns: Columns) -> None:
        self._places = {field: columns.of(field) for field in Field}
        self._single = {field: places[0] for field, places in self._places.items() if places}

    def _cell(self, cells: Sequence[str], field: Field) -> str:
        place = self._single.get(field, len(cells))
        return _tidy(cells[place]) if place < len(cells) else ""

    def row(self, line: int, cells: Sequence[str]) -> Row | BadRow:
        name = self._cell(cells, Field.NAME) or _tidy(
            f"{self._cell(cells, Field.FIRST)} {self._cell(cells, Field.LAST)}"
        )
        student_id, email = self._cell(cells, Field.STUDENT_ID), self._cell(cells, Field.EMAIL).casefold()
        listed = tuple(
            part for place in self._places[Field.CODES] if place < len(cells) for part in _codes_in(cells[place])
        )
        why = _fault(name, student_id, email, listed)
        if why:
            return BadRow(line, why)
        try:
            span = self._span(cells)
        except Trouble as trouble:
            said = str(trouble.arguments["text"])
            return BadRow(line, "bad_date", "" if personal_code.holds(said) else said)
        if span[0] is not None and span[1] is not None and span[0] >= span[1]:
            return BadRow(line, "bad_span")
        cards = bool(self._places[Field.CODES])
        return Row(line, student_id, name, email, listed, span if cards else ALWAYS, ALWAYS if cards else span)

    def _span(self, cells: Sequence[str]) -> Span:
        since, until = self._cell(cells, Field.VALID_FROM), self._cell(cells, Field.VALID_UNTIL)
        return instant(since, last=False) if since else None, instant(until, last=True) if until else None


def _codes_in(cell: str) -> list[str]:
    # A spoilt number may have a comma of its own.
    parts = [cell] if _DAMAGED.fullmatch(cell.strip()) else _BETWEEN_CODES.split(cell)
    return [part for part in map(_tidy, parts) if part]


def _tidy(text: str) -> str:
    plain = " ".join(text.split())
    if plain.startswith("'"):
        # The mark by which spreadsheets, and our own rejected rows, say that no formula follows.
        plain = plain[1:]
    return plain if plain.isascii() else unicodedata.normalize("NFC", plain)


def _fault(name: str, student_id: str, email: str, listed: Sequence[str]) -> str:
    """Why a row cannot be taken, as a word; "" when it can."""
    numbers = [text for text in (student_id, *listed) if text]
    # In whatever cell it stands: it is kept nowhere.
    if any(map(personal_code.holds, (name, email, *numbers))):
        return "personal_code"
    if _ERRORS.intersection((name, email.upper(), *numbers)):
        return "cell_error"
    if not name:
        return "no_name"
    if len(name) > _LONGEST_NAME or not visible(name):
        return "bad_name"
    if not student_id and not email:
        return "no_id"
    if email and not _EMAIL.fullmatch(email):
        return "bad_email"
    return "damaged_number" if any(map(_DAMAGED.fullmatch, numbers)) else ""


def instant(text: str, *, last: bool) -> int:
    """The instant that a date or a time names, µs UTC; of a date its beginning, or with ``last`` its end.

    Raises ``Trouble`` with ``text`` as ``moments.read`` does.
    """
    found = _DAY.fullmatch(text) or _DAY_FIRST.fullmatch(text)
    if found is None:
        return moments.read(text)
    try:
        day = date(int(found["y"]), int(found["m"]), int(found["d"])) + timedelta(days=last)
    except (ValueError, OverflowError):
        raise Trouble("time_unreadable", text=text[:40]) from None
    if not moments.FIRST_YEAR <= day.year <= moments.LAST_YEAR:
        raise Trouble("time_unreadable", text=text[:40])
    return round(datetime(day.year, day.month, day.day, tzinfo=ZONE).timestamp()) * 1_000_000
