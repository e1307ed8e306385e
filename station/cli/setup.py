"""station init, enroll, issuer: a new institution, another station of one, and the profile to publish."""

from __future__ import annotations

import json
from pathlib import Path

import click

from station.cli.shell import Call, common, emit, json_option, say
from station.texts import _
from station.trouble import Trouble


@click.command(help=_("Set this data folder up for a new institution: keys are made, the programme adopted."))
@click.option("--institution", required=True, metavar="NAME", help=_("The institution's name, as on badges."))
@click.option("--issuer", required=True, metavar="URL", help=_("Address of the issuer profile."))
@click.option(
    "--provisioning-out",
    type=click.Path(path_type=Path),
    help=_("Also write the file that lets other stations join. Keep it like a key."),
)
@json_option
@common
def init(call: Call, institution: str, issuer: str, provisioning_out: Path | None, as_json: bool) -> None:
    from station import assembly

    if provisioning_out is not None and provisioning_out.exists():
        raise Trouble("exists", file=provisioning_out)
    founded = assembly.init(call.home, institution, issuer, call.new_passphrase(), provisioning=provisioning_out)
    if as_json:
        emit({"institution": founded.id, "home": str(call.home), "issuer": founded.issuer})
        return
    say(_("{name} is set up in {home}.").format(name=founded.name, home=call.home))
    if provisioning_out is not None:
        say(
            _("{file} lets other stations join. Whoever has it can: keep it like a key, delete it after use.").format(
                file=provisioning_out
            )
        )


@click.command(help=_("Join an institution with the provisioning file of one of its stations."))
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@common
def enroll(call: Call, file: Path, as_json: bool) -> None:
    from station import assembly

    joined = assembly.enroll(call.home, file, call.new_passphrase())
    if as_json:
        emit({"institution": joined.id, "home": str(call.home), "issuer": joined.issuer})
    else:
        say(_("This station joined {name}.").format(name=joined.name))


@click.command(help=_("Write the file that lets other stations join, with the programme and pass keys of today."))
@click.argument("file", type=click.Path(path_type=Path))
@common
def provision(call: Call, file: Path) -> None:
    with call.opened() as station:
        station.provision(file)
    say(
        _("{file} lets other stations join. Whoever has it can: keep it like a key, delete it after use.").format(
            file=file
        )
    )


@click.command(help=_("Print the issuer profile with its public keys, to be published at the issuer's address."))
@click.option("-o", "output", type=click.Path(path_type=Path), help=_("Write to this file."))
@common
def issuer(call: Call, output: Path | None) -> None:
    with call.opened() as station:
        text = json.dumps(station.profile(), ensure_ascii=False, indent=1) + "\n"
    if output is None:
        say(text.rstrip())
        return
    try:
        output.write_text(text, "utf-8")
    except OSError as error:
        raise Trouble("write", file=output, reason=error.strerror or error) from None
