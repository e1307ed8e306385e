"""station roster fetch: take the roster from the registry, where it offers one."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import click

from station import intake, keys
from station.cli.progress import Bar
from station.cli.roster_taking import take, tell
from station.cli.shell import Call, common, json_option
from station.headings import Field
from station.registries import Target
from station.texts import _
from station.trouble import Trouble


@click.command(help=_("Fetch people from the registry, where it offers a roster. Nobody is removed."))
@click.argument("registry", required=False)
@click.option("--dry-run", is_flag=True, help=_("Say what would change and change nothing."))
@click.option(
    "--rejected", type=click.Path(path_type=Path), help=_("Write the rejected rows there, to mend and import again.")
)
@click.option("--by", metavar="WHO", default="", help=_("Who imports it."))
@json_option
@common
def fetch(call: Call, registry: str | None, dry_run: bool, rejected: Path | None, by: str, as_json: bool) -> None:
    from station import assembly, diagnostics

    key = keys.unlock(call.home, call.passphrase())
    with assembly.unlocked(call.home, key) as station:
        target = station.registries.target(registry)
    # Nobody is kept from writing while the registry takes its time.
    people = _people(target)
    if not people:
        raise Trouble("registry_roster_empty", name=target.name)
    listed = intake.offered(_("registry {name}").format(name=target.name), people)
    with assembly.unlocked(call.home, key, write=None if dry_run else "station roster fetch") as station:
        if not dry_run:
            diagnostics.start(call.home)
        done = take(station, listed, file=f"registry {target.name}", who=by, dry_run=dry_run)
    source = {"registry": target.name}
    tell(listed, done, source=source, rejected=rejected, dry_run=dry_run, as_json=as_json)


def _people(target: Target) -> list[Mapping[Field, str]]:
    """Everybody, once the last page is there. Raises ``Trouble`` as the registry's ``roster`` does."""
    from station.sending import registry_of

    people: list[Mapping[Field, str]] = []
    with closing(registry_of(target)) as asked, Bar(_("Fetching")) as told:
        for page in asked.roster():
            people += page.people
            told(len(people), page.total or len(people))
    return people
