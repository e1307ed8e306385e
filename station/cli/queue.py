"""station queue: each signed-off award on its way to the registry."""

from __future__ import annotations

import click

from station import texts
from station.cli.shell import Call, common, emit, iso, json_option, say
from station.sending import tries
from station.texts import _
from station.trouble import Trouble
from station.words import award_word

HELD = ("no_email", "not_issuing", "not_earned")
"""Why an award cannot even be sent, as troubles say it."""


@click.command(help=_("The signed-off awards and how each stands with the registry."))
@click.option("--again", metavar="AWARD", help=_("Send again what was refused for good: an award, or “all”."))
@click.option("--by", metavar="WHO", help=_("Name of the person who says so."))
@json_option
@common
def queue(call: Call, again: str | None, by: str | None, as_json: bool) -> None:
    if again is not None and not by:
        raise click.UsageError(_("Say who says so with --by."))
    with call.opened(write="station queue" if again else None) as station:
        if again is not None:
            station.outbox.again(None if again == "all" else [again], station.day.actor(by or ""))
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
        if row.reason in HELD:
            line += f". {texts.sentence(Trouble(row.reason))}"
        say(f"{line} ({row.detail})" if row.detail else line)
    if not rows and not as_json:
        say(_("Nothing was signed off yet."))
