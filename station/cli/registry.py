"""station registry add, list, check, remove: where awards are sent."""

from __future__ import annotations

from contextlib import closing

import click

from station import texts
from station.cli.shell import Call, client_secret, common, emit, json_option, say
from station.registries import KINDS, Target
from station.texts import _
from station.trouble import Trouble


@click.group(help=_("The badge registry that awards are sent to."))
@common
def registry(call: Call) -> None:
    pass


@registry.command(help=_("Add the registry, or change it."))
@click.argument("name")
@click.option("--kind", type=click.Choice(KINDS), required=True)
@click.option("--url", required=True, metavar="U", help=_("Its address, without /ims/ob/v3p0."))
@click.option("--client", metavar="ID", help=_("The client id the registry gave this institution."))
@click.option("--secret-fd", type=int, metavar="N", help=_("Read the client's secret from this file descriptor."))
@common
def add(call: Call, name: str, kind: str, url: str, client: str | None, secret_fd: int | None) -> None:
    from station.sending import registry_of

    target = Target(name, kind, url, client, client_secret(client, secret_fd))
    registry_of(target)
    with call.opened(write="station registry add") as station:
        station.registries.add(target)
    say(_("Awards will be sent to {name} ({url}).").format(name=name, url=url))


@registry.command("list", help=_("List the registry."))
@json_option
@common
def list_registries(call: Call, as_json: bool) -> None:
    with call.opened() as station:
        targets = station.registries.all()
    for target in targets:
        if as_json:
            emit({"registry": target.name, "kind": target.kind, "url": target.url, "client": target.client})
        else:
            say(f"{target.name}  {target.kind}  {target.url}")
    if not targets and not as_json:
        say(texts.sentence(Trouble("registry_none")))


@registry.command(help=_("Ask the registry whether it is there and knows this station."))
@click.argument("name", required=False)
@json_option
@common
def check(call: Call, name: str | None, as_json: bool) -> None:
    from station.sending import registry_of

    with call.opened() as station:
        target = station.registries.target(name)
    with closing(registry_of(target)) as asked:
        contact = asked.check()
    if as_json:
        emit(
            {
                "registry": target.name,
                "ready": contact.ready,
                "reason": contact.reason.value,
                "clock_offset_s": contact.offset,
            }
        )
    if not contact.ready:
        raise Trouble(f"registry_{contact.reason.value}", name=target.name, detail=contact.detail)
    if not as_json:
        say(_("{name} is there and takes awards.").format(name=target.name))


@registry.command(help=_("Forget the registry; awards stay in the queue."))
@click.argument("name")
@common
def remove(call: Call, name: str) -> None:
    with call.opened(write="station registry remove") as station:
        station.registries.remove(name)
    say(_("{name} was removed.").format(name=name))
