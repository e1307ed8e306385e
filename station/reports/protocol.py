"""The protocol of a competition, to sign and keep: a document to print (PDF) or a spreadsheet (CSV)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from station import texts
from station.reports.table import SEPARATOR, inert
from station.reports.whole_file import write_whole
from station.startsheets import Sheet, StartRow
from station.trouble import Trouble

FORMS = ("pdf", "csv")
COLUMNS = (
    "competition", "title", "day", "place", "name", "last4", "discipline", "status", "institution",
    "entered_by", "confirmed_by", "flags", "person", "writer", "seq",
)  # fmt: skip


def write_protocol(sheet: Sheet, path: Path, language: str) -> None:
    """Write a competition's starts to ``path``, in the form that its name ends with, whole or not at all.

    Entries that another entry of the same start stands before are left out. Raises ``Trouble('protocol_form')`` for a
    form we do not have, ``Trouble('language')``, and the troubles of ``write_whole``.
    """
    with texts.speaking(language):
        match path.suffix.casefold():
            case ".csv":
                content = _spreadsheet(sheet)
            case ".pdf":
                from station.reports import protocol_document  # reportlab is slow to load, and not always needed

                content = protocol_document.protocol(sheet)
            case _:
                raise Trouble("protocol_form", file=path, forms=", ".join(f".{form}" for form in FORMS))
        write_whole(path, content)


def _spreadsheet(sheet: Sheet) -> bytes:
    """One row a start, with the program's own words, so that scripts keep working in both languages."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=SEPARATOR[texts.language()], quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(COLUMNS)
    writer.writerows(_row(sheet, row) for row in sheet.rows if row.stands)
    return text.getvalue().encode("utf-8-sig", errors="replace")


def _row(sheet: Sheet, row: StartRow) -> Iterator[str | int]:
    competition = sheet.competition
    for value in (competition.id, competition.title, competition.day.isoformat()):
        yield inert(value)
    yield "" if row.place is None else row.place
    for value in (
        row.name,
        row.last4,
        row.discipline,
        row.status.value,
        row.institution,
        row.entered_by,
        row.confirmed_by,
        " ".join(sorted(row.oddities)),
        row.person,
        row.ref.writer,
    ):
        yield inert(value)
    yield row.ref.seq
