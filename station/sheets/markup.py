"""The XML of a workbook's parts, read as a stream: shared strings, rows of cells. Only local names are looked at, as
programs differ in their prefixes; entities are not expanded beyond XML's own, whose growth the parser bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from xml.parsers import expat

from station.sheets.table import MOST_COLUMNS, Line

_BLOCK = 256 * 1024
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_WHOLE = re.compile(r"-?[0-9]+")
_EXACT = 15
"""Digits that a spreadsheet's number keeps; of longer ones it has lost the end."""
_LAST_DAY = 2_958_466
"""The first day number after the year 9999."""


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    return parser


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def elements_of(xml: bytes, *, ends: bool = False) -> list[tuple[str, Mapping[str, str]]]:
    """The elements of a small part, with their attributes by local name; ``ends`` adds a ``/name`` for each end."""
    found: list[tuple[str, Mapping[str, str]]] = []
    parser = _parser()
    parser.StartElementHandler = lambda name, given: found.append(
        (_local(name), {_local(key): value for key, value in given.items()})
    )
    if ends:
        parser.EndElementHandler = lambda name: found.append((f"/{_local(name)}", {}))
    parser.Parse(xml, True)
    return found


def strings_of(xml: bytes) -> list[str]:
    """The shared strings; of rich text the letters, of furigana nothing."""
    strings: list[str] = []
    parts: list[str] = []
    taking = [False, False]  # inside <t>; inside <rPh>

    def start(name: str, _given: Mapping[str, str]) -> None:
        match _local(name):
            case "si":
                parts.clear()
            case "t":
                taking[0] = not taking[1]
            case "rPh":
                taking[1] = True

    def end(name: str) -> None:
        match _local(name):
            case "si":
                strings.append(_unescaped("".join(parts)))
            case "t":
                taking[0] = False
            case "rPh":
                taking[1] = False

    def data(text: str) -> None:
        if taking[0]:
            parts.append(text)

    parser = _parser()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, data
    parser.Parse(xml, True)
    return strings


def rows_of(xml: bytes, strings: list[str], dates: frozenset[int], *, since_1904: bool) -> Iterator[Line]:
    """The rows of a sheet that hold anything, hidden ones too: what was not meant must not be lost in silence.

    Raises ``ValueError`` or ``ExpatError`` for what is no sheet.
    """
    sheet = _Sheet(strings, dates, since_1904)
    parser = _parser()
    parser.StartElementHandler = sheet.start
    parser.EndElementHandler = sheet.end
    parser.CharacterDataHandler = sheet.data
    for place in range(0, len(xml), _BLOCK):
        parser.Parse(xml[place : place + _BLOCK], False)
        yield from sheet.taken()
    parser.Parse(b"", True)
    yield from sheet.taken()


class _Sheet:
    """The state between the parser's calls: the row and the cell that are being read."""

    def __init__(self, strings: list[str], dates: frozenset[int], since_1904: bool) -> None:
        self._strings = strings
        self._dates = dates
        self._since = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 no zone is meant
        self._rows: list[Line] = []
        self._number = 0
        self._cells: list[str] = []
        self._column = 0
        self._kind = ""
        self._style = ""
        self._text: list[str] = []
        self._taking = False

    def taken(self) -> list[Line]:
        rows, self._rows = self._rows, []
        return rows

    def start(self, name: str, given: Mapping[str, str]) -> None:
        match _local(name):
            case "c":
                place = _PLACE.fullmatch(given.get("r", ""))
                self._column = _column(place[1]) if place else len(self._cells)
                self._kind, self._style = given.get("t", "n"), given.get("s", "")
                self._text = []
            case "v" | "t":
                self._taking = True
            case "row":
                stated = given.get("r", "")
                self._number = int(stated) if stated.isdecimal() and len(stated) < 8 else self._number + 1
                self._cells = []

    def data(self, text: str) -> None:
        if self._taking:
            self._text.append(text)

    def end(self, name: str) -> None:
        match _local(name):
            case "v" | "t":
                self._taking = False
            case "c":
                text = self._value("".join(self._text))
                # Beyond the limit nothing is kept but the fact, which whoever counts the cells refuses.
                column = min(self._column, MOST_COLUMNS)
                if text and column >= len(self._cells):
                    self._cells += [""] * (column - len(self._cells))
                    self._cells.append(text)
            case "row":
                if any(self._cells):
                    self._rows.append(Line(self._number, tuple(self._cells)))

    def _value(self, text: str) -> str:
        match self._kind:
            case "s":
                place = int(text) if text else -1
                if place >= len(self._strings):
                    raise ValueError(text)
                return self._strings[place] if place >= 0 else ""
            case "inlineStr" | "str":
                return _unescaped(text)
            case "n" if text:
                if self._style.isdecimal() and int(self._style) in self._dates:
                    return _date(float(text), self._since)
                return _number(text)
            case _:
                return text


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _number(text: str) -> str:
    """A number as a person sees it: whole ones without a point; what lost digits in the form that says so."""
    if not _WHOLE.fullmatch(text):
        value = float(text)
        if not value.is_integer():
            return text
        text = f"{value:.0f}" if abs(value) < 1e300 else text
    digits = text.lstrip("-")
    return f"{float(text):.14E}" if len(digits) > _EXACT else text


def _date(days: float, since: datetime) -> str:
    if not 0 <= days < _LAST_DAY:
        return f"{days:g}"
    moment = since + timedelta(seconds=round(days * 86_400))
    if moment.hour or moment.minute or moment.second:
        return moment.isoformat()
    return moment.date().isoformat()


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
