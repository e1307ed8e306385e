"""The tables of a document and the headings above them, over the whole width, heads repeated on each page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.lib.units import mm  # type: ignore[import-untyped]
from reportlab.platypus import CondPageBreak, LongTable  # type: ignore[import-untyped]

from station.reports.page import HAIRLINE, INK, REGULAR, WIDTH, styles, words

Row = Sequence[Any]


def section(title: str) -> list[Any]:
    """A heading, on a new page when only a few rows would find room below it."""
    return [CondPageBreak(45 * mm), words(title, styles().heading)]


def head(left: Sequence[str], right: Sequence[str]) -> Row:
    return [
        *(words(title, styles().head) for title in left),
        *(words(title, styles().head_number) for title in right),
    ]


def table(titles: Row, rows: Sequence[Row], shares: Sequence[float], numbers: int | None = None) -> Any:
    """A table whose head stands on every page; numbers to the right, from column ``numbers`` on."""
    style = [
        ("FONT", (0, 0), (-1, -1), REGULAR, 8.5, 11.5),
        ("TEXTCOLOR", (0, 0), (-1, -1), INK),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ("LINEBELOW", (0, 0), (-1, 0), 0.9, INK),
        ("LINEBELOW", (0, 1), (-1, -1), 0.4, HAIRLINE),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-2, -1), 6),
        ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
    ]
    if numbers is not None:
        style.append(("ALIGN", (numbers, 1), (-1, -1), "RIGHT"))
    widths = [WIDTH * share for share in shares]
    return LongTable([titles, *rows], colWidths=widths, style=style, repeatRows=1, spaceAfter=2 * mm)
