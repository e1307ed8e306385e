"""The roster the practice registry offers: a file's good rows, as the registry's answers hold them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from station import intake
from station.rosterfile import ALWAYS, Row


class RosterFile:
    """The people of a roster file, read once; ``left_out`` is how many of its rows are none."""

    def __init__(self, path: Path) -> None:
        """Raises ``Trouble`` where the file cannot be read as a roster."""
        good, bad = intake.opened(path, None, {}).people()
        self._people = [json.dumps(_person(row), ensure_ascii=False) for row in good]
        self.left_out = len(bad)

    def __len__(self) -> int:
        return len(self._people)

    def page(self, limit: int, offset: int) -> str:
        """Some of the people, as the body of an answer."""
        return '{"person":[' + ",".join(self._people[offset : offset + limit]) + "]}"


def _person(row: Row) -> dict[str, Any]:
    since, until = row.span if row.span != ALWAYS else row.id_span
    person = {"student_id": row.student_id, "name": row.name, "email": row.email, "codes": list(row.codes)}
    dates = {"valid_from": since, "valid_until": until}
    return person | {name: _iso(at) for name, at in dates.items() if at is not None}


def _iso(at: int) -> str:
    return datetime.fromtimestamp(at // 1_000_000, UTC).isoformat()
