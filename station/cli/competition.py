"""station starts competition add, list, show, correct, withdraw."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from station import entries
from station.cli.entering import (
    by_option,
    dry_run_option,
    enter_file,
    file_option,
    note_option,
    rows_of,
    tell_act,
    why_option,
)
from station.cli.shell import Call, common, emit, json_option, say
from station.deed_words import level_word, team_word
from station.deeds import Competition, Level
from station.entries import CompetitionEntry, Why
from station.texts import _


@click.group(help=_("The competitions that starts are entered for."))
@common
def competition(call: Call) -> None:
    pass


def described(one: Competition) -> dict[str, Any]:
    return {
        "competition": one.id,
        "title": one.title,
        "organiser": one.organiser,
        "level": one.level.value,
        "day": one.day.isoformat(),
        "sport": one.sport,
        "team": one.team,
        "unit": one.unit,
        "protocol": one.protocol,
    }


_OPTIONS = (
    click.option("--title"),
    click.option("--level", type=click.Choice([level.value for level in Level])),
    click.option("--day", metavar="DATE", help=_("Its first day, as 2026-11-22.")),
    click.option("--sport"),
    click.option("--team/--individual", "team", default=None, help=_("Whether teams compete, or individuals.")),
    click.option("--unit", help=_("A unit of the programme, such as sport_collectives.")),
    click.option("--organiser"),
    click.option("--protocol", help=_("Names the document of its results.")),
)


def _values(given: dict[str, Any]) -> dict[str, str]:
    """What was given, as texts that ``entries`` reads."""
    texts = {name: value for name, value in given.items() if value is not None}
    if "team" in texts:
        texts["team"] = "team" if texts["team"] else "individual"
    return texts


def _options(command: Any) -> Any:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@competition.command(
    help=_(
        "Define a competition, or those of a CSV file with the columns title, level, day, sport, team (team or "
        "individual), unit, and if wanted organiser, protocol; options hold where a cell is empty. --json prints the "
        "competition; of a file one object: added, unchanged, rejected (each line, reason, sentence), dry_run, entries "
        "(each ref, competition)."
    )
)
@_options
@file_option
@dry_run_option
@by_option
@json_option
@common
def add(call: Call, file: Path | None, dry_run: bool, by: str, as_json: bool, **given: Any) -> None:
    values = _values(given)
    if file is not None:
        rows = rows_of(file, CompetitionEntry, {}, values)
        with call.opened(write=None if dry_run else "station starts competition add") as station:
            enter_file(
                file, rows,
                lambda good: station.coach.add_competitions(good, by, whole=False, dry_run=dry_run),
                dry_run=dry_run, as_json=as_json,
            )  # fmt: skip
        return
    entry = entries.read(CompetitionEntry, values)
    with call.opened(write="station starts competition add") as station:
        added = station.coach.add_competition(entry, by)
    if as_json:
        emit(described(added))
    else:
        say(_("Competition {competition} was added: {title}.").format(competition=added.id, title=added.title))


@competition.command("list", help=_("List the competitions, newest first."))
@click.option("--unit", help=_("Only those of this unit."))
@json_option
@common
def list_competitions(call: Call, unit: str | None, as_json: bool) -> None:
    with call.opened() as station:
        found = [one for one in station.picture.deedbook.competitions() if unit in (None, one.unit)]
    for one in reversed(found):
        if as_json:
            emit(described(one))
        else:
            say(f"{one.id}  {one.day}  {one.title}  ({team_word(one.team)}, {level_word(one.level)})")
    if not found and not as_json:
        say(_("No competitions yet: add one with “station starts competition add”."))


@competition.command(help=_("Show one competition."))
@click.argument("competition_id", metavar="C")
@json_option
@common
def show(call: Call, competition_id: str, as_json: bool) -> None:
    with call.opened() as station:
        one = station.coach.vet.competition(competition_id)
    if as_json:
        emit(described(one))
        return
    for name, value in described(one).items():
        say(f"{name}: {value}")


@competition.command(help=_("Correct what is given; what stood before stays in the records."))
@click.argument("competition_id", metavar="C")
@_options
@why_option
@note_option
@by_option
@json_option
@common
def correct(call: Call, competition_id: str, why: str, note: str, by: str, as_json: bool, **given: Any) -> None:
    with call.opened(write="station starts competition correct") as station:
        record = station.coach.correct(station.coach.vet.definition(competition_id), _values(given), Why(why), note, by)
    tell_act(record, as_json)


@competition.command(help=_("Take a competition back that has no starts."))
@click.argument("competition_id", metavar="C")
@why_option
@note_option
@by_option
@json_option
@common
def withdraw(call: Call, competition_id: str, why: str, note: str, by: str, as_json: bool) -> None:
    with call.opened(write="station starts competition withdraw") as station:
        record = station.coach.withdraw(station.coach.vet.definition(competition_id), Why(why), note, by)
    tell_act(record, as_json)
