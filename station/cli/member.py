"""station member add, end, correct, withdraw, show, list: who is in which collective, since when, in which position."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from station import entries, texts
from station.cli.entering import (
    by_option,
    dry_run_option,
    enter,
    file_option,
    note_option,
    ref_of,
    tell_act,
    why_option,
    withdrawing,
)
from station.cli.entry_lists import described, names, showing, standing, table
from station.cli.shell import Call, common, emit, json_option
from station.deedbook import membership
from station.entries import MembershipEntry, Why
from station.facts import Kind
from station.starts import is_member, months_of
from station.texts import _


@click.group(help=_("Memberships of collectives and organisations, and positions in them."))
@common
def member(call: Call) -> None:
    pass


@member.command(
    help=_(
        "Enter a membership, or those of a CSV file with the columns person, unit, since, and if wanted until, "
        "collective, position; options hold where a cell is empty. Days are written as 2026-11-22, both included. "
        "--json prints one object: added, unchanged, rejected (each line, reason, sentence), dry_run, entries (each "
        "ref, person)."
    )
)
@click.argument("person", required=False, metavar="P")
@click.option("--unit", help=_("A unit of the programme, such as sport_collectives."))
@click.option("--collective", help=_("The collective, team or organisation."))
@click.option("--position", help=_("The position held; none for a plain member."))
@click.option("--since", metavar="DATE")
@click.option("--until", metavar="DATE", help=_("Its last day, if it is known."))
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
        call, "station member add", MembershipEntry, people, file, usual=given, by=by, dry_run=dry_run, as_json=as_json
    )


@member.command(help=_("Say when a membership ended. --json prints one object: of, ref."))
@click.argument("ref", metavar="WRITER:SEQ")
@click.option("--until", metavar="DATE", required=True, help=_("Its last day."))
@note_option
@by_option
@json_option
@common
def end(call: Call, ref: str, until: str, note: str, by: str, as_json: bool) -> None:
    with call.opened(write="station member end") as station:
        record = station.coach.correct(ref_of(ref), {"until": until}, Why.ENDED, note, by)
    tell_act(record, as_json)


@member.command(
    help=_("Correct what is given of a membership; an empty text empties it. --json prints one object: of, ref.")
)
@click.argument("ref", metavar="WRITER:SEQ")
@click.option("--unit")
@click.option("--collective")
@click.option("--position")
@click.option("--since", metavar="DATE")
@click.option("--until", metavar="DATE")
@why_option
@note_option
@by_option
@json_option
@common
def correct(call: Call, ref: str, why: str, note: str, by: str, as_json: bool, **given: str | None) -> None:
    changes = {name: value for name, value in given.items() if value is not None}
    with call.opened(write="station member correct") as station:
        record = station.coach.correct(ref_of(ref), changes, Why(why), note, by)
    tell_act(record, as_json)


member.add_command(
    withdrawing("station member withdraw", _("Take a membership back. --json prints one object: of, ref."))
)
member.add_command(showing())


@member.command(
    "list",
    help=_(
        "List memberships with their whole calendar months. --json prints one object each: ref, person, name, unit, "
        "collective, position, since, until, entered_by, months, member."
    ),
)
@click.option("--person", metavar="P")
@click.option("--unit", help=_("Only those of this unit."))
@click.option("--at", metavar="DATE", help=_("As of this day; today if not given."))
@json_option
@common
def list_members(call: Call, person: str | None, unit: str | None, at: str | None, as_json: bool) -> None:
    rows: list[dict[str, Any]] = []
    with call.opened() as station:
        day = entries.read_day(at) if at else texts.local(station.clock.now()).date()
        listed = standing(station, Kind.MEMBERSHIP, person)
        known = names(station, listed)
        for entry in listed:
            one = membership(entry.record.person or "", entry)
            if unit in (None, one.unit):
                told = described(entry, known)
                del told["confirmed_by"]
                rows.append(told | {"months": months_of(one, day), "member": is_member(one, day)})
    rows.sort(key=lambda row: (texts.in_order(row["name"]), row["since"], row["ref"]))
    if as_json:
        for row in rows:
            emit(row)
    else:
        heads = [_("Membership"), _("Name"), _("Unit"), _("Collective"), _("Position"), _("From"), _("To"), _("Months")]
        table(heads, ([_cell(row[name]) for name in _COLUMNS] for row in rows))


_COLUMNS = ("ref", "name", "unit", "collective", "position", "since", "until", "months")


def _cell(value: Any) -> str:
    return "" if value is None else str(value)
