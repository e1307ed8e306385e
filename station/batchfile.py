"""A batch scanner's memory, or a paper sheet typed later -> readings with stated instants: CSV at,code,way,role."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from station import moments, personal_code
from station.clock import JUMP
from station.facts import Reading, Role, Source, Way
from station.rosterfile import BadRow
from station.sheets import opening
from station.trouble import Trouble

COLUMNS = ("at", "code", "way", "role")


def read(path: Path, now: int) -> tuple[list[Reading], list[BadRow]]:
    """The good rows in the order of their instants, and the bad ones by line. ``now`` (µs UTC): later is refused.

    Raises ``Trouble``: "batch_heading", and what ``opening.read`` raises.
    """
    good: list[Reading] = []
    bad: list[BadRow] = []
    headed = False
    for one in opening.read(path).lines:
        line, cells = one.number, one.cells
        if cells is None:
            bad.append(BadRow(line, "open_quote"))
        elif not headed:
            headed = [cell.strip().casefold() for cell in cells][:4] == list(COLUMNS)
            if not headed:
                raise Trouble("batch_heading", file=path, columns=", ".join(COLUMNS))
        else:
            try:
                good.append(_reading([*cells, "", "", "", ""], now))
            except Trouble as trouble:
                bad.append(BadRow(line, trouble.code, str(trouble.arguments.get("text", ""))))
    return sorted(good, key=lambda reading: reading.stated or 0), bad


def _reading(cells: Sequence[str], now: int) -> Reading:
    at, code, way, role = (cell.strip() for cell in cells[:4])
    # One in the code's place gets the desk's answer; elsewhere it would be quoted as a wrong time or role.
    if any(map(personal_code.holds, (at, way, role))):
        raise Trouble("personal_code")
    stated = moments.read(at)
    if stated > now + JUMP:
        raise Trouble("future", text=at)
    if way.casefold() not in list(Way):
        raise Trouble("bad_way", text=way[:40])
    if way.casefold() == Way.OUT and not role:
        # A check-out needs no role: it ends whatever visit there is.
        role = Role.REPRESENTATION
    if role.casefold() not in list(Role):
        raise Trouble("bad_role", text=role[:40])
    return Reading(code, Source.BATCH, Way(way.casefold()), Role(role.casefold()), stated=stated)
