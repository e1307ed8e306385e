"""Roster files of invented people in many forms, and the shortest way to import one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from station import intake
from station.assembly import Station
from station.rosterplan import Plan

HEADINGS = ("Studento Nr.", "Vardas", "Pavardė", "El. paštas", "Kortelės numeris")
PEOPLE = (
    ("20230001", "Ąžuolė", "Pavyzdytė-Šimkutė", "azuole@example.edu", "LSP0001"),
    ("00230002", "Žygimantas", "Žukauskas", "zygis@example.edu", "LSP0002"),
    ("20230003", "Ūdra", "Čėplaitė", "udra@example.edu", "LSP0003"),
)


def csv(folder: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8", separator: str = ";") -> Path:
    """A CSV file of these rows."""
    path = folder / f"roster-{encoding}.csv"
    path.write_bytes("".join(separator.join(row) + "\r\n" for row in rows).encode(encoding))
    return path


def xlsx(folder: Path, sheets: dict[str, Sequence[Sequence[Any]]], name: str = "roster.xlsx") -> Path:
    """A workbook by an independent writer; numbers and dates stay what they are."""
    import xlsxwriter

    path = folder / name
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    return path


def take(station: Station, path: Path, sheet: str | None = None) -> Plan:
    """Import a file as the command does."""
    listed = intake.opened(path, sheet, station.roster.remembered())
    good, bad = listed.people()
    return station.roster.take(good, bad, file=path.name, chosen=listed.columns)
