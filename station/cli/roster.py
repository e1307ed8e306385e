"""station roster import, show, search."""

from __future__ import annotations

from pathlib import Path

import click

from station import rosterfile, texts
from station.cli.shell import Call, common, emit, json_option, say, warn
from station.facts import Person
from station.rosterfile import BadRow, Row
from station.texts import _, ngettext
from station.trouble import Trouble


@click.group(help=_("The roster: who may come, and what they show."))
@common
def roster(call: Call) -> None:
    pass


@roster.command(
    "import", help=_("Import a CSV file with a line of headings: student_id, name, email, codes (separated by ;).")
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help=_("Say what would change and change nothing."))
@json_option
@common
def import_file(call: Call, file: Path, dry_run: bool, as_json: bool) -> None:
    listed = rosterfile.read(file)
    rows = [row for row in listed if isinstance(row, Row)]
    bad = [row for row in listed if isinstance(row, BadRow)]
    with call.opened(write=None if dry_run else "station roster import") as station:
        done = station.roster.take(rows, bad, dry_run=dry_run)
    for row in done.rejected:
        warn(row_sentence(file, row))
    if as_json:
        emit(
            {
                "file": str(file),
                "added": done.added,
                "changed": done.changed,
                "unchanged": done.unchanged,
                "rejected": [{"line": r.line, "reason": r.why, "what": r.what} for r in done.rejected],
                "dry_run": dry_run,
            }
        )
    else:
        say(
            _("{added} added, {changed} changed, {unchanged} unchanged, {rejected} rejected.").format(
                added=done.added, changed=done.changed, unchanged=done.unchanged, rejected=len(done.rejected)
            )
        )
    if not done.taken:
        raise Trouble("roster_no_rows", file=file)


def row_sentence(file: Path, row: BadRow) -> str:
    """Why a row was rejected, with file and line."""
    return texts.sentence(Trouble(f"row_{row.why}", file=file, line=row.line, what=row.what))


def described(person: Person) -> dict[str, object]:
    return {"person": person.id, "name": person.name, "email": person.email, "last4": person.last4}


def _print(people: list[Person], as_json: bool) -> None:
    for person in people:
        if as_json:
            emit(described(person))
        else:
            say(f"{person.id}  {person.name}  {person.email or '-'}  …{person.last4}")
    if not as_json:
        say(ngettext("{n} person", "{n} people", len(people)).format(n=len(people)))


@roster.command(help=_("List everybody on the roster."))
@json_option
@common
def show(call: Call, as_json: bool) -> None:
    with call.opened() as station:
        listed = [person for person in station.roster.people().values() if not person.walk_in]
    people = sorted(listed, key=lambda person: (person.name, person.id))
    _print(people, as_json)


@roster.command(help=_("Find people by parts of their name or e-mail, with or without diacritics."))
@click.argument("text")
@json_option
@common
def search(call: Call, text: str, as_json: bool) -> None:
    with call.opened() as station:
        people = station.people.merged(station.roster.search(text))
    _print(people, as_json)
