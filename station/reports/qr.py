"""The QR code of a pass: level M, the smallest version that holds it, with its quiet zone."""

from __future__ import annotations

from collections.abc import Iterator

import segno

QUIET = 4
"""Modules of white around it that the standard asks for."""


def modules(text: str) -> list[list[bool]]:
    """Rows of modules, true where dark; the quiet zone is part of them."""
    code = segno.make(text, error="m", boost_error=False, micro=False)
    return [[bool(dark) for dark in row] for row in code.matrix_iter(border=QUIET)]


def runs(rows: list[list[bool]]) -> Iterator[tuple[int, int, int]]:
    """The dark modules as horizontal bars: row, first column, how many."""
    for place, row in enumerate(rows):
        first = None
        for column, dark in enumerate([*row, False]):
            if dark and first is None:
                first = column
            elif not dark and first is not None:
                yield place, first, column - first
                first = None
