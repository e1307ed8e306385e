"""station roster import, show, search; fetch stands in ``roster_fetch``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from station import columns, intake, texts
from station.cli.roster_fetch import fetch
from station.cli.roster_taking import take, tell
from station.cli.shell import Call, common, emit, json_option, say, warn
from station.facts import Person
from station.headings import Field
from station.intake import Listed
from station.texts import _, ngettext
from station.words import field_word


@click.group(help=_("The roster: who may come, and what they show."))
@common
def roster(call: Call) -> None:
    pass


roster.add_command(fetch)


@roster.command("import", help=_("Import people from a CSV or XLSX file. Nobody is removed; twice changes nothing."))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--sheet", metavar="NAME", help=_("The sheet of a workbook; else the first one that lists people."))
@click.option(
    "--column",
    "chosen",
    multiple=True,
    metavar="FIELD=HEADING",
    help=_("Which column holds a field, by heading or number: name=“Vardas ir pavardė”. Fields: {fields}.").format(
        fields=", ".join(Field)
    ),
)
@click.option("--show-columns", is_flag=True, help=_("Say which column would be read as what, and end."))
@click.option("--dry-run", is_flag=True, help=_("Say what would change and change nothing."))
@click.option(
    "--rejected", type=click.Path(path_type=Path), help=_("Write the rejected rows there, to mend and import again.")
)
@click.option("--by", metavar="WHO", default="", help=_("Who imports it."))
@json_option
@common
def import_file(
    call: Call,
    file: Path,
    sheet: str | None,
    chosen: tuple[str, ...],
    show_columns: bool,
    dry_run: bool,
    rejected: Path | None,
    by: str,
    as_json: bool,
) -> None:
    wanted = _wanted(chosen)
    with call.opened(write=None if dry_run or show_columns else "station roster import") as station:
        listed = intake.opened(file, sheet, station.roster.remembered()).changed(wanted)
        if show_columns:
            _show_columns(listed, as_json)
            return
        if not listed.columns.sure:
            warn(_("The columns were guessed from what stands in them: {columns}.").format(columns=_named(listed)))
        done = take(station, listed, file=file.name, who=by, dry_run=dry_run, chosen=listed.columns)
    tell(listed, done, source={"file": str(file)}, rejected=rejected, dry_run=dry_run, as_json=as_json)


def _wanted(chosen: Sequence[str]) -> dict[Field, list[str]]:
    """The columns of --column by field. Raises ``click.UsageError`` for what names no field."""
    wanted: dict[Field, list[str]] = {}
    for one in chosen:
        field, _equals, heading = one.partition("=")
        if field.strip() not in list(Field) or not heading.strip():
            raise click.UsageError(
                _("“{given}” names no column: write FIELD=HEADING with one of {fields}.").format(
                    given=one, fields=", ".join(Field)
                )
            )
        wanted.setdefault(Field(field.strip()), []).append(heading)
    return wanted


def _named(listed: Listed) -> str:
    read = [(listed.columns.heading(place), field) for place, field in enumerate(listed.columns.fields) if field]
    return ", ".join(f"{field_word(field)} ← {heading}" for heading, field in read)


def _show_columns(listed: Listed, as_json: bool) -> None:
    found, wrong = listed.columns, columns.problem(listed.columns, listed.name)
    sentence = texts.sentence(wrong) if wrong else None
    if as_json:
        emit(
            {
                "sheet": listed.table.sheet or None,
                "sheets": list(listed.table.sheets),
                "columns": [
                    {"column": place + 1, "heading": heading, "field": field.value if field else None}
                    for place, (heading, field) in enumerate(zip(found.headings, found.fields, strict=True))
                ],
                "problem": sentence,
            }
        )
        return
    for place, field in enumerate(found.fields):
        say(f"{place + 1:3}  {found.headings[place].strip():30}  {field or '-':12}  {field_word(field)}")
    if sentence:
        say(sentence)


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


@roster.command(help=_("Find people by parts of their name, e-mail or numbers' last four, with or without diacritics."))
@click.argument("text")
@json_option
@common
def search(call: Call, text: str, as_json: bool) -> None:
    with call.opened() as station:
        people = station.people.merged(station.roster.search(text))
    _print(people, as_json)
