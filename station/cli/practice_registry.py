"""station practice-registry: the practice registry in the foreground, on this computer only."""

from __future__ import annotations

from pathlib import Path

import click

from station.cli.shell import Call, client_secret, common, warn
from station.texts import _, ngettext


@click.command(
    "practice-registry",
    help=_('Run a practice badge registry; prints {"url", "pid"} once it listens, ends with Ctrl+C.'),
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help=_("Its port; 0 takes a free one."))
@click.option("--data", type=click.Path(path_type=Path), required=True, help=_("The folder it keeps."))
@click.option("--issuer", type=click.Path(path_type=Path), required=True, help=_("The issuer's profile, a JSON file."))
@click.option("--client", metavar="ID", help=_("Only this client may send; without it, everybody may."))
@click.option("--secret-fd", type=int, metavar="N", help=_("Read the client's secret from this descriptor."))
@click.option(
    "--roster",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=_("Offer the people of this CSV or XLSX file as a roster."),
)
@click.option("--attached", is_flag=True, help=_("End when standard input ends."))
@common
def practice_registry(
    call: Call,  # noqa: ARG001 every command takes the common options
    port: int,
    data: Path,
    issuer: Path,
    client: str | None,
    secret_fd: int | None,
    roster: Path | None,
    attached: bool,
) -> None:
    from station.sync.practice_roster import RosterFile
    from station.sync.practice_server import serve

    secret = client_secret(client, secret_fd)
    offered = RosterFile(roster) if roster else None
    if offered and offered.left_out:
        left_out = offered.left_out
        warn(
            ngettext("{n} row of the roster was left out.", "{n} rows of the roster were left out.", left_out).format(
                n=left_out
            )
        )
    serve(port, data, issuer, client=client, secret=secret, roster=offered, attached=attached)
