"""station evidence add, confirm, withdraw, show, list: somebody vouches for what a badge asks."""

from __future__ import annotations

from pathlib import Path

import click

from station.cli.entering import by_option, confirm, dry_run_option, enter, file_option, ref_of, withdrawing
from station.cli.entry_lists import list_notes, showing
from station.cli.shell import Call, common, json_option
from station.entries import EvidenceEntry
from station.facts import Kind
from station.texts import _


@click.group(help=_("Evidence for badges that a person must vouch for."))
@common
def evidence(call: Call) -> None:
    pass


@evidence.command(
    help=_(
        "Vouch that somebody did what a badge asks, or enter a CSV file with the columns person, badge, note, and if "
        "wanted day; options hold where a cell is empty. --json prints one object: added, unchanged, rejected (each "
        "line, reason, sentence), dry_run, entries (each ref, person)."
    )
)
@click.argument("person", required=False, metavar="P")
@click.option("--badge", metavar="BADGE")
@click.option("--day", metavar="DATE", help=_("When it was done; today if not given."))
@click.option("--note", metavar="TEXT", help=_("What speaks for it; kept where it can be erased."))
@file_option
@dry_run_option
@by_option
@json_option
@common
def add(
    call: Call, person: str | None, file: Path | None, dry_run: bool, by: str, as_json: bool, **given: str | None
) -> None:
    people = [person] if person else []
    enter(
        call, "station evidence add", EvidenceEntry, people, file, usual=given, by=by, dry_run=dry_run, as_json=as_json
    )


@evidence.command(
    "confirm",
    help=_(
        "Confirm evidence: by another person than the one who entered it, and not one's own. --json prints one "
        "object: confirmed, left (each ref, reason)."
    ),
)
@click.argument("refs", nargs=-1, required=True, metavar="WRITER:SEQ...")
@by_option
@json_option
@common
def confirm_evidence(call: Call, refs: tuple[str, ...], by: str, as_json: bool) -> None:
    with call.opened(write="station evidence confirm") as station:
        confirm(station, [ref_of(text) for text in refs], by, whole=True, as_json=as_json)


evidence.add_command(
    withdrawing(
        "station evidence withdraw",
        _("Take evidence back, or a confirmation of it. --json prints one object: of, ref."),
    )
)
evidence.add_command(showing())


@evidence.command(
    "list",
    help=_(
        "List the evidence. --json prints one object each: ref, person, name, badge, day, note, entered_by, "
        "confirmed_by."
    ),
)
@click.option("--person", metavar="P")
@click.option("--badge", metavar="BADGE")
@json_option
@common
def list_evidence(call: Call, person: str | None, badge: str | None, as_json: bool) -> None:
    with call.opened() as station:
        list_notes(station, Kind.EVIDENCE, person, badge, as_json)
