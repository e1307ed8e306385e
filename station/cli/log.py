"""station log: an event's log as a document or a table."""

from __future__ import annotations

from pathlib import Path

import click

from station import texts
from station.cli.shell import Call, common, say
from station.texts import _


@click.command(help=_("Write an event's log: every scan, visit, hours and awards."))
@click.option("--event", "event_id", required=True, metavar="EVENT")
@click.option("--as", "form", type=click.Choice(["csv", "json", "pdf"]), required=True)
@click.option("-o", "output", type=click.Path(path_type=Path), required=True, metavar="FILE")
@common
def log(call: Call, event_id: str, form: str, output: Path) -> None:
    from station.reports.log import write_log

    with call.opened() as station:
        view = station.day.look(station.event(event_id), station.clock.now())
    write_log(view, form, output, texts.language())
    say(_("The log is in {file}. It holds names: keep it where only those may read it who should.").format(file=output))
