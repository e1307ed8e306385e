"""A batch scanner's memory, or a paper sheet typed later -> readings with stated instants: CSV at,code,way,role."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from station import moments
from station.clock import JUMP
from station.facts import Reading, Role, Source, Way
from station.rosterfile import BadRow, separator, text_of
from station.trouble import Trouble

COLUMNS = ("at", "code", "way", "role")


def read(path: Path, now: int) -> tuple[list[Reading], list[BadRow]]:
    """The good rows in the order of their instants, and the bad ones by line. ``now`` (µs UTC): later is refused.

    Raises ``Trouble``: "roster_unreadable", "roster_too_large", "roster_empty", "batch_heading".
    """
    text = text_of(path)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator(text))
    if [name.strip().casefold() for name in reader.fieldnames or ()][:4] != list(COLUMNS):
        raise Trouble("batch_heading", file=path, columns=", ".join(COLUMNS))
    reader.fieldnames = COLUMNS
    good, bad = [], []
    try:
        for cells in reader:
            try:
                good.append(_reading(cells, now))
            except Trouble as trouble:
                bad.append(BadRow(reader.line_num, trouble.code, str(trouble.arguments.get("text", ""))))
    except csv.Error as error:
        raise Trouble("roster_unreadable", file=path, reason=error) from None
    return sorted(good, key=lambda reading: reading.stated or 0), bad


def _reading(cells: Mapping[str | None, str | None], now: int) -> Reading:
    at, code, way, role = ((cells.get(name) or "").strip() for name in COLUMNS)
    stated = moments.read(at)
    if stated > now + JUMP:
        raise Trouble("future", text=at)
    if way.casefold() not in list(Way):
        raise Trouble("bad_way", text=way[:40])
    if role.casefold() not in list(Role):
        raise Trouble("bad_role", text=role[:40])
    return Reading(code, Source.BATCH, Way(way.casefold()), Role(role.casefold()), stated=stated)
