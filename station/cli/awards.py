"""station awards: what was earned at an event, and its sign-off by a named person."""

from __future__ import annotations

import click

from station import texts
from station.cli.shell import Call, common, emit, iso, json_option, say, warn
from station.texts import _
from station.trouble import Trouble
from station.views import AwardRow
from station.words import award_word


@click.command(help=_("The badges earned, at an event or at all; --sign-off signs the proposed ones."))
@click.option("--event", "event_id", metavar="EVENT", help=_("Only those that this event can earn."))
@click.option("--sign-off", is_flag=True, help=_("Sign off what is proposed; each credential is frozen."))
@click.option("--award", "chosen", multiple=True, metavar="AWARD", help=_("Only this one; may be repeated."))
@click.option("--by", metavar="WHO", help=_("Name of the person who signs off."))
@json_option
@common
def awards(
    call: Call, event_id: str | None, sign_off: bool, chosen: tuple[str, ...], by: str | None, as_json: bool
) -> None:
    if sign_off and not by:
        raise click.UsageError(_("Say who signs off with --by."))
    with call.opened(write="station awards" if sign_off else None) as station:
        event = station.event(event_id) if event_id else None
        if sign_off:
            station.day.sign_off(list(chosen) or None, by or "", event)
        rows = station.day.awards(event)
    if sign_off and any(row.reason == "walk_in" for row in rows):
        warn(texts.sentence(Trouble("walk_in_unmatched")))
    for row in rows:
        if chosen and row.award not in chosen:
            continue
        _print(row, as_json)
    if not rows and not as_json:
        say(_("No badges earned yet."))


def _print(row: AwardRow, as_json: bool) -> None:
    if as_json:
        emit(
            {
                "award": row.award,
                "person": row.person,
                "badge": row.badge,
                "state": row.state.value,
                "earned_at": iso(row.earned_at),
                "credential_id": row.credential_id,
            }
        )
        return
    name, title = row.name or row.person[:8], texts.title_of(row.title)
    say(f"{name}: {title}. {award_word(row.state, row.reason)}")
