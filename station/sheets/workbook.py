"""An XLSX file -> one of its sheets as a table: the parts of the package, bounded before anything is read from them.

Written by ourselves on the standard library's parser, because a cell's number must be taken as it stands in the file
(a card number is no floating-point number), and because a library that lays a sheet out by its corners can be made
to ask for all memory by two cells far apart. Format: ECMA-376 (Office Open XML), SpreadsheetML.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.parsers.expat import ExpatError

from station.sheets import markup
from station.sheets.table import UNPACKED, Table, bounded
from station.trouble import Trouble

_READ = 1024 * 1024
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)))
"""Built-in number formats that show a date or a time (ECMA-376 part 1, 18.8.30)."""
_NOT_IN_DATES = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_DATE_LETTERS = re.compile(r"[dmyhs]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Book:
    """``sheets``: name and part, in the order of the tabs."""

    package: zipfile.ZipFile
    sheets: tuple[tuple[str, str], ...]
    strings: list[str]
    dates: frozenset[int]
    since_1904: bool


def table_of(path: Path, raw: bytes, sheet: str | None, fits: Callable[[Table], bool]) -> Table:
    """The chosen sheet; see ``opening.read``."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            _check(path, package)
            if "mimetype" in package.namelist():
                raise Trouble("roster_old", file=path)
            return _choose(path, _book(package), sheet, fits)
    except (zipfile.BadZipFile, zlib.error, ExpatError, KeyError, ValueError, EOFError, NotImplementedError):
        raise Trouble("roster_unreadable", file=path) from None
    except RuntimeError:  # a member that is encrypted
        raise Trouble("roster_old", file=path) from None


def _check(path: Path, package: zipfile.ZipFile) -> None:
    """Unpack everything once and keep nothing: the sizes that a package states may be lies."""
    left = UNPACKED
    for member in package.infolist():
        with package.open(member) as part:
            while block := part.read(_READ):
                left -= len(block)
                if left < 0:
                    raise Trouble("roster_too_large", file=path, megabytes=UNPACKED // (1024 * 1024))


def _choose(path: Path, book: _Book, sheet: str | None, fits: Callable[[Table], bool]) -> Table:
    names = tuple(name for name, _part in book.sheets)
    first: Table | None = None
    for name, part in book.sheets:
        if sheet is not None and name.casefold() != sheet.casefold():
            continue
        rows = markup.rows_of(book.package.read(part), book.strings, book.dates, since_1904=book.since_1904)
        table = Table(tuple(bounded(path, rows)), name, names)
        if sheet is not None or (table.lines and fits(table)):
            first = table
            break
        if table.lines and first is None:
            first = table
    if first is None and sheet is not None:
        raise Trouble("roster_sheet", file=path, sheet=sheet, known=", ".join(names))
    if first is None or not first.lines:
        raise Trouble("roster_empty", file=path)
    return first


def _book(package: zipfile.ZipFile) -> _Book:
    main = _related(package, "").get("officeDocument", "xl/workbook.xml")
    parts = _related(package, main)
    targets = _targets(package, main)
    since_1904, sheets = False, []
    for name, given in markup.elements_of(package.read(main)):
        if name == "workbookPr":
            since_1904 = given.get("date1904") in ("1", "true")
        elif name == "sheet" and given.get("id") in targets:
            sheets.append((given.get("name", ""), targets[given["id"]]))
    strings = markup.strings_of(package.read(parts["sharedStrings"])) if "sharedStrings" in parts else []
    dates = _dates(package.read(parts["styles"])) if "styles" in parts else frozenset()
    worksheets = set(package.namelist())
    return _Book(package, tuple(one for one in sheets if one[1] in worksheets), strings, dates, since_1904)


def _relations(package: zipfile.ZipFile, part: str) -> list[tuple[str, str, str]]:
    """Id, kind and part of each relation of a part ("" for the package)."""
    folder, name = posixpath.split(part)
    listed = posixpath.join(folder, "_rels", f"{name}.rels")
    if listed not in package.namelist():
        return []
    return [
        (given.get("Id", ""), given.get("Type", "").rpartition("/")[2], _part(folder, given.get("Target", "")))
        for element, given in markup.elements_of(package.read(listed))
        if element == "Relationship" and given.get("TargetMode") != "External"
    ]


def _part(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")


def _related(package: zipfile.ZipFile, part: str) -> dict[str, str]:
    present = set(package.namelist())
    return {kind: target for _id, kind, target in _relations(package, part) if target in present}


def _targets(package: zipfile.ZipFile, part: str) -> dict[str, str]:
    return {name: target for name, kind, target in _relations(package, part) if kind == "worksheet"}


def _dates(styles: bytes) -> frozenset[int]:
    """The cell styles whose number format shows a date."""
    formats: dict[str, bool] = {}
    dates, place, inside = set(), 0, False
    for name, given in markup.elements_of(styles, ends=True):
        match name:
            case "numFmt":
                shown = _NOT_IN_DATES.sub("", given.get("formatCode", ""))
                formats[given.get("numFmtId", "")] = bool(_DATE_LETTERS.search(shown))
            case "cellXfs" | "/cellXfs":
                inside = name == "cellXfs"
            case "xf" if inside:
                number = given.get("numFmtId", "0")
                if formats.get(number, number.isdigit() and int(number) in _DATE_FORMATS):
                    dates.add(place)
                place += 1
    return frozenset(dates)
