"""station starts competition, enter, confirm, correct, withdraw, show, list, protocol."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from station import entries, texts
from station.cli.competition import competition
from station.cli.entering import (
    by_option,
    confirm,
    dry_run_option,
    file_option,
    note_option,
    ref_of,
    tell_act,
    why_option,
    withdrawing,
)
from station.cli.entering import enter as enter_given
from station.cli.entry_lists import showing, table
from station.cli.shell import Call, common, emit, json_option, say
from station.cli.start_rows import athlete_line, described_athlete, described_start, start_line
from station.deeds import StartStatus
from station.entries import StartEntry, Why
from station.starts import Individually, InTeam
from station.texts import _
from station.trouble import Trouble

_STATUSES = click.Choice([status.value for status in StartStatus])


@click.group(help=_("Starts of athletes at competitions, and the protocols of these."))
@common
def starts(call: Call) -> None:
    pass


starts.add_command(competition)


@starts.command(
    help=_(
        "Enter who started at a competition: people (student id, e-mail, code or person id; - reads them from standard "
        "input, one a line), or a CSV file with the column person, and if wanted status, place, discipline, "
        "institution. People given here go in together or not at all; of a file all rows go in together but those that "
        "are named as wrong. Entering the same again changes nothing. --json prints one object: added, unchanged, "
        "rejected (each line, reason, sentence), dry_run, entries (each ref, person)."
    )
)
@click.argument("people", nargs=-1, metavar="P...")
@click.option("--competition", "competition_id", required=True, metavar="C")
@click.option("--status", type=_STATUSES, help=_("started (the default), dnf, dsq or dns: no start."))
@click.option("--place", metavar="N", help=_("The place reached, from 1."))
@click.option("--discipline", help=_("The discipline, or the match of a team."))
@click.option("--institution", help=_("Who was represented, if not we; - for somebody on their own."))
@file_option
@dry_run_option
@by_option
@json_option
@common
def enter(
    call: Call,
    people: tuple[str, ...],
    competition_id: str,
    file: Path | None,
    dry_run: bool,
    by: str,
    as_json: bool,
    **given: str | None,
) -> None:
    enter_given(
        call, "station starts enter", StartEntry, _lines() if people == ("-",) else people, file,
        usual=given, fixed={"competition": competition_id}, by=by, dry_run=dry_run, as_json=as_json,
    )  # fmt: skip


def _lines() -> list[str]:
    """People on standard input, one a line; empty lines are a scanner's habit."""
    raw = sys.stdin.buffer.read().decode("utf-8", "replace")
    return [line.strip() for line in raw.splitlines() if line.strip()]


@starts.command(
    "confirm",
    help=_(
        "Confirm starts as they stand: by another person than the one who entered or corrected them, and not one's "
        "own. With --competition all that can be; the others are named. --json prints one object: confirmed, left "
        "(each ref, reason)."
    ),
)
@click.argument("refs", nargs=-1, metavar="WRITER:SEQ...")
@click.option("--competition", "competition_id", metavar="C", help=_("All starts of this competition."))
@by_option
@json_option
@common
def confirm_starts(call: Call, refs: tuple[str, ...], competition_id: str | None, by: str, as_json: bool) -> None:
    if (competition_id is None) == (not refs):
        raise click.UsageError(_("Give starts as WRITER:SEQ, or --competition."))
    with call.opened(write="station starts confirm") as station:
        if competition_id is not None:
            station.coach.vet.competition(competition_id)
            listed = station.picture.deedbook.starts_in(competition_id)
            chosen = [one.entry.ref for one in listed if one.stands and not one.entry.confirmed_by]
        else:
            chosen = [ref_of(text) for text in refs]
        confirm(station, chosen, by, whole=competition_id is None, as_json=as_json)


@starts.command(
    help=_("Correct what is given of a start; an empty text empties it. --json prints one object: of, ref.")
)
@click.argument("ref", metavar="WRITER:SEQ")
@click.option("--status", type=_STATUSES)
@click.option("--place", metavar="N")
@click.option("--discipline")
@click.option("--institution")
@why_option
@note_option
@by_option
@json_option
@common
def correct(call: Call, ref: str, why: str, note: str, by: str, as_json: bool, **given: str | None) -> None:
    changes = {name: value for name, value in given.items() if value is not None}
    with call.opened(write="station starts correct") as station:
        record = station.coach.correct(ref_of(ref), changes, Why(why), note, by)
    tell_act(record, as_json)


starts.add_command(
    withdrawing(
        "station starts withdraw",
        _("Take a start back, or a correction or confirmation of one. --json prints one object: of, ref."),
    )
)
starts.add_command(showing())


@starts.command(
    "list",
    help=_(
        "List starts of a person or competition, or the athletes of a unit with their numbers. --json prints one "
        "object a start: start, person, name, last4, competition, discipline, status, place, institution, stands, "
        "counts, confirmed, entered_by, confirmed_by, flags; one an athlete: person, name, last4, individual and team "
        "(each confirmed, unconfirmed), months, member, memberships (each ref, collective, position, since, until, "
        "months), flags."
    ),
)
@click.option("--person", metavar="P")
@click.option("--competition", "competition_id", metavar="C")
@click.option("--team", "unit", metavar="U", help=_("Everybody of a unit, such as sport_collectives."))
@click.option(
    "--at", metavar="DATE", help=_("Memberships as of this day, and starts of its year or season; today if not given.")
)
@click.option(
    "--count-individual",
    type=click.Choice([one.value for one in Individually]),
    help=_("What counts as one start of an individual, if not what the programme says."),
)
@click.option(
    "--count-team",
    type=click.Choice([one.value for one in InTeam]),
    help=_("What counts as one start in a team, if not what the programme says."),
)
@click.option(
    "--since", metavar="DATE", help=_("Count starts from this day on, instead of the time that the programme sets.")
)
@click.option(
    "--until", metavar="DATE", help=_("Count starts up to this day, instead of the time that the programme sets.")
)
@json_option
@common
def list_starts(
    call: Call,
    person: str | None,
    competition_id: str | None,
    unit: str | None,
    at: str | None,
    count_individual: str | None,
    count_team: str | None,
    since: str | None,
    until: str | None,
    as_json: bool,
) -> None:
    if sum(one is not None for one in (person, competition_id, unit)) != 1:
        raise click.UsageError(_("Give one of --person, --competition and --team."))
    with call.opened() as station:
        if unit is not None:
            if unit not in station.picture.programme.units:
                raise Trouble("event_unit", unit=unit, known=", ".join(station.picture.programme.units))
            day = entries.read_day(at) if at else texts.local(station.clock.now()).date()
            usual = station.sheets.counting(unit, day)
            counting = replace(
                usual,
                individual=Individually(count_individual) if count_individual else usual.individual,
                team=InTeam(count_team) if count_team else usual.team,
            )
            if since or until:
                days = [entries.read_day(text) if text else None for text in (since, until)]
                counting = replace(counting, since=days[0], until=days[1])
            athletes = station.sheets.team(unit, day, counting)
            if as_json:
                for athlete in athletes:
                    emit(described_athlete(athlete))
            else:
                table([_("Name"), _("Individual"), _("Team"), _("Months"), ""], map(athlete_line, athletes))
            return
        if competition_id is not None:
            one = station.coach.vet.competition(competition_id)
            rows = list(station.sheets.competition(one, station.clock.now()).rows)
        else:
            rows = station.sheets.person(station.coach.vet.person(person or ""))
    if as_json:
        for row in rows:
            emit(described_start(row))
    else:
        heads = [_("Start"), _("Name"), _("Discipline or match"), _("Status"), _("Place"), _("Confirmed by"), ""]
        table(heads, map(start_line, rows))


@starts.command(help=_("Write a competition's protocol to sign, as FILE.pdf or FILE.csv, in the language of --lang."))
@click.option("--competition", "competition_id", required=True, metavar="C")
@click.option("-o", "output", type=click.Path(path_type=Path), required=True, metavar="FILE")
@common
def protocol(call: Call, competition_id: str, output: Path) -> None:
    from station.reports import write_protocol

    with call.opened() as station:
        sheet = station.sheets.competition(station.coach.vet.competition(competition_id), station.clock.now())
    write_protocol(sheet, output, texts.language())
    say(
        _("The protocol is in {file}. It holds names: keep it where only those may read it who should.").format(
            file=output
        )
    )
