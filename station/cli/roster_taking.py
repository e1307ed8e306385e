"""What importing a roster from a file and fetching one have in common: taking the rows in, and telling of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from station import intake
from station.cli.progress import Bar
from station.cli.shell import emit, say, warn
from station.columns import Columns
from station.intake import Listed
from station.rosterplan import Plan
from station.texts import _
from station.trouble import Trouble

if TYPE_CHECKING:
    from station.assembly import Station


def take(
    station: Station, listed: Listed, *, file: str, who: str, dry_run: bool, chosen: Columns | None = None
) -> Plan:
    """Read the rows and put them in, or say what that would do. ``file`` and ``who`` are noted with the import, and
    ``chosen`` columns are remembered."""
    with Bar(_("Reading")) as told:
        good, bad = listed.people(told)
    with Bar(_("Importing")) as told:
        return station.roster.take(good, bad, dry_run=dry_run, file=file, who=who, chosen=chosen, told=told)


def tell(
    listed: Listed, done: Plan, *, source: dict[str, str], rejected: Path | None, dry_run: bool, as_json: bool
) -> None:
    """Print what became of the rows, and write the rejected ones to a file to mend. ``source`` says in JSON where the
    roster came from.

    Raises ``Trouble``: "roster_no_rows" where no row was good, and what ``write_whole`` raises.
    """
    if rejected is not None:
        from station.reports.whole_file import write_whole

        write_whole(rejected, intake.rejects(listed, done.rejected))
    for row in done.rejected:
        warn(intake.reason(listed.name, row))
    if as_json:
        emit(
            {
                **source,
                "added": done.added,
                "changed": done.changed,
                "unchanged": done.unchanged,
                "rejected": [{"line": r.line, "reason": r.why, "what": r.what} for r in done.rejected],
                "dry_run": dry_run,
            }
        )
    else:
        say(
            _("{added} added, {changed} changed, {unchanged} unchanged, {rejected} rejected.").format(
                added=done.added, changed=done.changed, unchanged=done.unchanged, rejected=len(done.rejected)
            )
        )
    if not done.taken:
        raise Trouble("roster_no_rows", file=listed.name)
