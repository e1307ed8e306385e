"""The log as a spreadsheet: one row a scan, opening right in Excel and LibreOffice of its language."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from station import texts
from station.views import DayView, ScanRow

COLUMNS = (
    "at",
    "local_time",
    "decision",
    "reason",
    "person",
    "name",
    "last4",
    "role",
    "way",
    "source",
    "desk",
    "undone",
    "writer",
    "seq",
)
SEPARATOR = {"lt": ";", "en": ","}
"""What a spreadsheet program set to the language expects: a comma is Lithuania's decimal sign."""

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def log(view: DayView) -> bytes:
    """CSV of all scans in the active language's separator; UTF-8 with the mark that Excel needs for ąčę.

    The column names and words are the program's own in both languages, so that scripts keep working.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=SEPARATOR[texts.language()], quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(COLUMNS)
    writer.writerows(_row(scan) for scan in view.scans)
    return text.getvalue().encode("utf-8-sig", errors="replace")


def _row(scan: ScanRow) -> Iterator[str | int]:
    local = texts.local(scan.at)
    for value in (
        local.isoformat(timespec="milliseconds"),
        local.strftime("%Y-%m-%d %H:%M:%S"),
        scan.verdict,
        scan.reason,
        scan.person or "",
        scan.name,
        scan.last4,
        scan.role,
        scan.way,
        scan.source,
        scan.desk,
        "yes" if scan.undone else "no",
        scan.ref.writer,
    ):
        yield inert(str(value))
    yield scan.ref.seq


def inert(text: str) -> str:
    """Text that no spreadsheet program takes for a formula: a name like “=cmd” must not run on a desk."""
    return "'" + text if text.lstrip().startswith(_FORMULA) else text
