"""station share add, withdraw, list: what part of something was reached, and of what."""

from __future__ import annotations

from pathlib import Path

import click

from station.cli.entering import by_option, dry_run_option, enter, file_option, withdrawing
from station.cli.entry_lists import list_notes, showing
from station.cli.shell import Call, common, json_option
from station.entries import ShareEntry
from station.facts import Kind
from station.texts import _


@click.group(help=_("Percentages that a badge asks for, and what they are measured against."))
@common
def share(call: Call) -> None:
    pass


@share.command(
    help=_(
        "Enter what somebody reached of what was possible, or a CSV file with the columns person, badge, earned, "
        "possible, note (of what), and if wanted day; options hold where a cell is empty. --json prints one object: "
        "added, unchanged, rejected (each line, reason, sentence), dry_run, entries (each ref, person)."
    )
)
@click.argument("person", required=False, metavar="P")
@click.option("--badge", metavar="BADGE")
@click.option("--earned", metavar="N", help=_("What was reached, a whole number."))
@click.option("--possible", metavar="N", help=_("What could be reached; 0 while nothing is decided."))
@click.option("--of", "note", metavar="TEXT", help=_("What is measured; kept where it can be erased."))
@click.option("--day", metavar="DATE", help=_("As of this day; today if not given."))
@file_option
@dry_run_option
@by_option
@json_option
@common
def add(
    call: Call, person: str | None, file: Path | None, dry_run: bool, by: str, as_json: bool, **given: str | None
) -> None:
    people = [person] if person else []
    enter(call, "station share add", ShareEntry, people, file, usual=given, by=by, dry_run=dry_run, as_json=as_json)


share.add_command(
    withdrawing("station share withdraw", _("Take a percentage back. --json prints one object: of, ref."))
)
share.add_command(showing())


@share.command(
    "list",
    help=_(
        "List the percentages. --json prints one object each: ref, person, name, badge, earned, possible, day, note "
        "(of what), entered_by."
    ),
)
@click.option("--person", metavar="P")
@click.option("--badge", metavar="BADGE")
@json_option
@common
def list_shares(call: Call, person: str | None, badge: str | None, as_json: bool) -> None:
    with call.opened() as station:
        list_notes(station, Kind.SHARE, person, badge, as_json)
