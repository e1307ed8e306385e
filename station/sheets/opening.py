"""A file -> its table: what kind it is, its content says and not its name."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from station.sheets import delimited, encodings, workbook
from station.sheets.table import LARGEST, Table, bounded
from station.trouble import Trouble

_ZIP = b"PK\x03\x04"
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The container of .xls files, and of workbooks locked by a password."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


def read(path: Path, sheet: str | None = None, *, fits: Callable[[Table], bool] = lambda _table: True) -> Table:
    """The table in a file. Of a workbook, the ``sheet`` asked for (its name, in any case), else the first one that
    ``fits``, else the first one with anything in it.

    Raises ``Trouble``: "read" (no such file, no permission), "roster_too_large", "roster_too_many", "roster_empty",
    "roster_unreadable" (no text and no workbook, or a damaged one), "roster_old" (.xls, .ods, or locked by a
    password), "roster_sheet" (no sheet of that name).
    """
    try:
        if path.stat().st_size > LARGEST:
            raise Trouble("roster_too_large", file=path, megabytes=LARGEST // (1024 * 1024))
        raw = path.read_bytes()
    except OSError as error:
        raise Trouble("read", file=path, reason=error.strerror or error) from None
    if raw.startswith(_ZIP):
        return workbook.table_of(path, raw, sheet, fits)
    if raw.startswith(_OLD):
        raise Trouble("roster_old", file=path)
    return _text_table(path, raw, sheet)


def _text_table(path: Path, raw: bytes, sheet: str | None) -> Table:
    text = encodings.text_of(raw)
    if not text.strip():
        raise Trouble("roster_empty", file=path)
    # A stray control character spoils its row; many of them are no text at all.
    if len(_CONTROL.findall(text)) * 100 > len(text):
        raise Trouble("roster_unreadable", file=path)
    if sheet is not None:
        raise Trouble("roster_sheet", file=path, sheet=sheet, known="-")
    return Table(tuple(bounded(path, delimited.lines_of(text))))
