"""station queue: each signed-off award on its way to the registry."""

from __future__ import annotations

import click

from station import texts
from station.cli.shell import Call, common, emit, iso, json_option, say
from station.sending import tries
from station.texts import _
from station.words import award_word


@click.command(help=_("The signed-off awards and how each stands with the registry."))
@json_option
@common
def queue(call: Call, as_json: bool) -> None:
    with call.opened() as station:
        rows = station.outbox.rows(tries(station.outbox.waiting()))
    for row in rows:
        if as_json:
            emit(
                {
                    "award": row.award,
                    "registry": row.registry,
                    "state": row.state.value,
                    "attempts": row.attempts,
                    "next": iso(row.next) if row.next else None,
                    "reason": row.reason,
                }
            )
            continue
        line = f"{row.name or row.award[:8]}: {texts.title_of(row.title)}. {award_word(row.state, row.reason)}"
        say(f"{line} ({row.detail})" if row.detail else line)
    if not rows and not as_json:
        say(_("Nothing was signed off yet."))
