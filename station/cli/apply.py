"""station apply add, grant, decline, withdraw, show, list: badges that are given on application."""

from __future__ import annotations

from pathlib import Path

import click

from station.cli.entering import (
    by_option,
    dry_run_option,
    enter,
    file_option,
    note_option,
    ref_of,
    tell_act,
    withdrawing,
)
from station.cli.entry_lists import list_notes, showing
from station.cli.shell import Call, common, json_option
from station.deeds import Answered
from station.entries import ApplicationEntry
from station.facts import Kind
from station.texts import _


@click.group(help=_("Applications for badges that a person decides about."))
@common
def apply(call: Call) -> None:
    pass


@apply.command(
    help=_(
        "Enter an application, or those of a CSV file with the columns person, badge, and if wanted day, note; options "
        "hold where a cell is empty. --json prints one object: added, unchanged, rejected (each line, reason, "
        "sentence), dry_run, entries (each ref, person)."
    )
)
@click.argument("person", required=False, metavar="P")
@click.option("--badge", metavar="BADGE")
@click.option("--day", metavar="DATE", help=_("When it was made; today if not given."))
@note_option
@file_option
@dry_run_option
@by_option
@json_option
@common
def add(
    call: Call,
    person: str | None,
    file: Path | None,
    dry_run: bool,
    by: str,
    as_json: bool,
    **given: str | None,
) -> None:
    people = [person] if person else []
    enter(
        call, "station apply add", ApplicationEntry, people, file, usual=given, by=by, dry_run=dry_run, as_json=as_json
    )


def _answer(call: Call, ref: str, answer: Answered, note: str, by: str, as_json: bool) -> None:
    with call.opened(write=f"station apply {answer.value}") as station:
        record = station.coach.answer(ref_of(ref), answer, note, by)
    tell_act(record, as_json)


@apply.command(help=_("Grant an application. --json prints one object: of, ref."))
@click.argument("ref", metavar="WRITER:SEQ")
@note_option
@by_option
@json_option
@common
def grant(call: Call, ref: str, note: str, by: str, as_json: bool) -> None:
    _answer(call, ref, Answered.GRANTED, note, by, as_json)


@apply.command(help=_("Decline an application. --json prints one object: of, ref."))
@click.argument("ref", metavar="WRITER:SEQ")
@note_option
@by_option
@json_option
@common
def decline(call: Call, ref: str, note: str, by: str, as_json: bool) -> None:
    _answer(call, ref, Answered.DECLINED, note, by, as_json)


apply.add_command(
    withdrawing(
        "station apply withdraw",
        _("Take an application back, or the answer to one. --json prints one object: of, ref."),
    )
)
apply.add_command(showing())


@apply.command(
    "list",
    help=_(
        "List the applications. --json prints one object each: ref, person, name, badge, day, note, entered_by, "
        "answer (open, granted or declined)."
    ),
)
@click.option("--person", metavar="P")
@click.option("--badge", metavar="BADGE")
@json_option
@common
def list_applications(call: Call, person: str | None, badge: str | None, as_json: bool) -> None:
    with call.opened() as station:
        list_notes(station, Kind.APPLICATION, person, badge, as_json)
