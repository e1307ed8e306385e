"""station verify: every record against its digest, every head against its signature."""

from __future__ import annotations

import click

from station.cli.shell import Call, common, emit, json_option, say
from station.logbook import station_enrolled
from station.texts import _, ngettext
from station.trouble import Trouble


@click.command(help=_("Check that no record was changed, removed or added behind the program's back."))
@json_option
@common
def verify(call: Call, as_json: bool) -> None:
    with call.opened() as station:
        finding = station.book.verify(station_enrolled(station.institution.key))
    if as_json:
        emit(
            {
                "ok": finding.ok,
                "writer": finding.writer,
                "seq": finding.seq,
                "why": finding.why or None,
                "unsigned": finding.unsigned,
                "records": finding.records,
            }
        )
    elif finding.ok:
        say(ngettext("{n} record, all whole.", "{n} records, all whole.", finding.records).format(n=finding.records))
        if finding.unsigned:
            say(
                ngettext(
                    "{n} of them is not signed yet: its program is running or was ended too early.",
                    "{n} of them are not signed yet: their program is running or was ended too early.",
                    finding.unsigned,
                ).format(n=finding.unsigned)
            )
    if not finding.ok:
        raise Trouble("records_broken", writer=finding.writer, seq=finding.seq)
