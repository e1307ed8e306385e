"""A list of activities (CSV) -> badges written into a catalogue, under levels that say how their badges are earned.

For programmes with hundreds of activities, each a badge of its own, that are kept in a table elsewhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from station import catalogue
from station.catalogue import Catalogue
from station.catalogue_file import ID
from station.rosterfile import BadRow
from station.search import folded
from station.sheets import opening
from station.trouble import Trouble

COLUMNS = ("id", "area", "level", "title_lt", "title_en", "task", "evidence", "competencies")
_LONGEST = 2000
"""Letters of a cell."""


@dataclass(frozen=True, slots=True)
class Activity:
    """A good row. ``unit`` and ``level`` are ids of the catalogue; ``competencies`` maps ids to what the row says."""

    line: int
    id: str
    unit: str
    level: str
    title_lt: str
    title_en: str
    task: str
    evidence: str
    competencies: Mapping[str, str]


def read(path: Path, programme: Catalogue) -> tuple[list[Activity], list[BadRow]]:
    """The good rows and the bad ones, in order. The heading names the columns, in any order.

    Raises ``Trouble``: as ``opening.read`` does, "activities_heading".
    """
    good: dict[str, Activity] = {}
    bad: list[BadRow] = []
    places: dict[str, int] = {}
    for one in opening.read(path).lines:
        line, cells = one.number, one.cells
        if cells is None:
            bad.append(BadRow(line, "open_quote"))
        elif not places:
            places = {cell.strip().casefold(): place for place, cell in enumerate(cells)}
            if not set(COLUMNS) <= places.keys():
                raise Trouble("activities_heading", file=path, columns=", ".join(COLUMNS))
        else:
            row = {name: " ".join(cells[places[name]].split()) if places[name] < len(cells) else "" for name in COLUMNS}
            found = _activity(line, row, programme, good)
            if isinstance(found, Activity):
                good[found.id] = found
            else:
                bad.append(found)
    if not places:
        raise Trouble("activities_heading", file=path, columns=", ".join(COLUMNS))
    return list(good.values()), bad


def _activity(line: int, row: Mapping[str, str], programme: Catalogue, taken: Container[str]) -> Activity | BadRow:
    for name, text in row.items():
        if len(text) > _LONGEST or not text.isprintable() or "\ufffd" in text or text.startswith("$"):
            return BadRow(line, "activity_text", name)
    if not ID.fullmatch(row["id"]):
        return BadRow(line, "activity_id", row["id"])
    if row["id"] in taken or row["id"] in programme.badges:
        return BadRow(line, "activity_twice", row["id"])
    unit = _named(row["area"], {unit.id: unit.title for unit in programme.units.values()})
    if unit is None:
        return BadRow(line, "activity_area", row["area"])
    level = _named(row["level"], {level.id: level.title for level in programme.levels.values()})
    if level is None:
        return BadRow(line, "activity_level", row["level"])
    if programme.levels[level].earned is None:
        # META and UBER are applied for; no row of a table makes one.
        return BadRow(line, "activity_applied", row["level"])
    for name in ("title_lt", "title_en", "task"):
        if not row[name]:
            return BadRow(line, "activity_empty", name)
    competencies = {}
    for said in filter(None, (part.strip() for part in row["competencies"].split(";"))):
        known = _named(said, {one.id: one.title for one in programme.competencies.values()})
        made = known or "_".join(re.findall(r"[a-z0-9]+", folded(said)))
        if not made:
            return BadRow(line, "activity_competency", said)
        competencies[made] = said
    return Activity(
        line, row["id"], unit, level, row["title_lt"], row["title_en"], row["task"], row["evidence"], competencies
    )


def _named(said: str, known: Mapping[str, Mapping[str, str]]) -> str | None:
    """The id of what is meant by its id or by its title in either language."""
    if said in known:
        return said
    return next((name for name, titles in known.items() if _plain(said) in map(_plain, titles.values())), None)


def _plain(text: str) -> str:
    """A title for comparing: letters as for searching, single spaces."""
    return " ".join(folded(text).split())


def written(text: str, name: str, activities: Iterable[Activity], programme: Catalogue) -> str:
    """A catalogue's text with the activities, and the competencies that it did not have, at its end.

    Raises ``Trouble('catalogue_…')`` if the whole is no good catalogue.
    """
    blocks = []
    new: dict[str, str] = {}
    for one in activities:
        new.update({key: said for key, said in one.competencies.items() if key not in programme.competencies})
        block = [
            f"[badges.{_text(one.id)}]",
            f"unit = {_text(one.unit)}",
            f"level = {_text(one.level)}",
            f"title.lt = {_text(one.title_lt)}",
            f"title.en = {_text(one.title_en)}",
            'title_basis = "verbatim"',
            f"criteria.lt = {_text(one.task)}",
            f"criteria.en = {_text(one.task)}",
        ]
        if one.evidence:
            block.append(f"evidence = {_text(one.evidence)}")
        if one.competencies:
            block.append(f"competencies = [{', '.join(map(_text, one.competencies))}]")
        blocks.append("\n".join(block))
    gained = [
        f'[competencies.{_text(key)}]\nlt = {_text(said)}\nen = {_text(said)}\nsource = "CSV"'
        for key, said in new.items()
    ]
    whole = "\n\n".join((text.rstrip("\n"), *gained, *blocks)) + "\n"
    catalogue.parse(whole, name)
    return whole


def _text(text: str) -> str:
    """A TOML string: JSON's escapes are among TOML's."""
    return json.dumps(text, ensure_ascii=False)
