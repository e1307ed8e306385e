"""A roster file -> rows and rejected lines: CSV in any usual encoding, separator and heading. Pure but for reading."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from station import codes
from station.facts import Code, RefusedKind
from station.trouble import Trouble

_TALLEST = 5
"""Lines that one quoted cell may span."""
LARGEST = 64 * 1024 * 1024
"""Bytes; a roster of 50,000 people has about 5 MB."""

_HEADINGS = {
    "student_id": "student_id|studentid|student number|student no|student nr|studento numeris|studento nr|"
    "studento kodas|vidko|id|numeris|nr|number",
    "name": "name|full name|vardas pavarde|vardas ir pavarde|vardas, pavarde|pavarde vardas|pavarde, vardas|"
    "studentas|student",
    "first": "first name|firstname|given name|vardas",
    "last": "last name|lastname|surname|family name|pavarde",
    "email": "email|e-mail|mail|el pastas|el. pastas|elektroninis pastas|ktu el pastas|ktu el. pastas",
    "codes": "codes|code|card|card number|cards|barcode|kodas|kodai|korteles numeris|kortele|lsp|lsp numeris|isic",
}
_MEANING = {heading: field for field, listed in _HEADINGS.items() for heading in listed.split("|")}
csv.field_size_limit(LARGEST)
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")


@dataclass(frozen=True, slots=True)
class Row:
    """One good row. At least one of ``student_id`` and ``email`` is there, so is ``name``."""

    line: int
    student_id: str
    name: str
    email: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A bad row: its line in the file and why, as a word."""

    line: int
    why: str
    what: str = ""


def read(path: Path) -> list[Row | BadRow]:
    """The rows of a CSV file, good and bad, in order.

    Raises ``Trouble``: "roster_unreadable" (no such file, a folder, not text), "roster_too_large",
    "roster_heading" (no line of headings that names a student), "roster_empty".
    """
    return list(_rows(path, text_of(path)))


def text_of(path: Path) -> str:
    """The text of a CSV file in UTF-8, UTF-16 or Windows-1257. Raises ``Trouble`` as ``read`` does."""
    try:
        if path.stat().st_size > LARGEST:
            raise Trouble("roster_too_large", file=path, megabytes=LARGEST // (1024 * 1024))
        raw = path.read_bytes()
    except OSError as error:
        raise Trouble("read", file=path, reason=error.strerror or error) from None
    text = raw.decode("utf-16", "replace") if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else _eight_bit(raw)
    if not text.strip():
        raise Trouble("roster_empty", file=path)
    # A stray control character spoils its row; many of them are no text at all.
    if len(re.findall(r"[\x00-\x08\x0e-\x1f]", text)) * 100 > len(text):
        raise Trouble("roster_unreadable", file=path)
    return text


def _eight_bit(raw: bytes) -> str:
    """UTF-8, also with a few bad bytes in it; else Windows-1257."""
    text = raw.decode("utf-8-sig", "replace")
    bad = text.count("\ufffd")
    letters = sum(ord(letter) > 127 for letter in text) - bad
    return text if 2 * bad <= letters else raw.decode("cp1257", "replace")


def cells_of(text: str) -> Iterator[tuple[int, list[str] | None]]:
    """The rows of a CSV text with the line each begins on, empty ones left out. None for a row with a quotation mark
    that nobody closes: it is left out alone, and the next line is a row again."""
    lines, delimiter = text.splitlines(keepends=True), separator(text)
    place = 0
    while place < len(lines):
        for height in range(1, _TALLEST + 1):
            row = "".join(lines[place : place + height])
            if row.count('"') % 2 == 0:
                break
        else:
            yield place + 1, None
            place += 1
            continue
        cells = next(csv.reader(io.StringIO(row, newline=""), delimiter=delimiter), [])
        if any(cell.strip() for cell in cells):
            yield place + 1, cells
        place += height


def _rows(path: Path, text: str) -> Iterator[Row | BadRow]:
    columns = None
    for line, cells in cells_of(text):
        if cells is None:
            yield BadRow(line, "open_quote")
        elif columns is None:
            columns = _columns(path, cells)
        else:
            yield _row(line, columns, cells)
    if columns is None:
        raise Trouble("roster_heading", file=path)


def separator(text: str) -> str:
    """What separates the cells of the first line: a comma, a semicolon or a tab."""
    first = next(line for line in text.splitlines() if line.strip())
    return max((",", ";", "\t"), key=first.count)


def plain(text: str) -> str:
    """A text for comparing: small letters, no diacritics, single spaces."""
    apart = unicodedata.normalize("NFD", " ".join(text.split()).casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _columns(path: Path, cells: list[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, cell in enumerate(cells):
        heading = plain(cell).strip(" .:*")
        field = _MEANING.get(heading) or _MEANING.get(heading.replace("_", " "))
        if field is not None:
            columns.setdefault(field, index)
    named = "name" in columns or {"first", "last"} <= columns.keys()
    if not named or not columns.keys() & {"student_id", "email"}:
        raise Trouble("roster_heading", file=path)
    return columns


def _row(line: int, columns: dict[str, int], cells: list[str]) -> Row | BadRow:
    def cell(field: str) -> str:
        index = columns.get(field)
        text = cells[index] if index is not None and index < len(cells) else ""
        return unicodedata.normalize("NFC", " ".join(text.split()))

    name = cell("name") or f"{cell('first')} {cell('last')}".strip()
    student_id, email = cell("student_id"), cell("email").casefold()
    listed = tuple(part.strip() for part in cell("codes").split(";") if part.strip())
    if not name:
        return BadRow(line, "no_name")
    if len(name) > 200 or not name.isprintable() or "\ufffd" in name:
        return BadRow(line, "bad_name")
    if not student_id and not email:
        return BadRow(line, "no_id")
    if email and not _EMAIL.fullmatch(email):
        return BadRow(line, "bad_email")
    for text in filter(None, (student_id, *listed)):
        parsed = codes.parse(text)
        if isinstance(parsed, RefusedKind):
            return BadRow(line, "personal_code")
        if not isinstance(parsed, Code):
            return BadRow(line, "bad_code")
    return Row(line, student_id, name, email, listed)
