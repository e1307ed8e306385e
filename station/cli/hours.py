"""station hours: per person and role, confirmed and provisional as two numbers."""

from __future__ import annotations

import click

from station import texts
from station.cli.shell import Call, common, emit, json_option, say
from station.texts import _
from station.trouble import Trouble
from station.words import role_word


@click.command(help=_("Hours per person and role: confirmed and provisional, as two numbers."))
@click.option("--event", "event_id", metavar="EVENT", help=_("Hours at this event."))
@click.option("--person", metavar="P", help=_("Hours of a person (id, student id or e-mail) at all events."))
@json_option
@common
def hours(call: Call, event_id: str | None, person: str | None, as_json: bool) -> None:
    if (event_id is None) == (person is None):
        raise click.UsageError(_("Give either --event or --person."))
    with call.opened() as station:
        now = station.clock.now()
        if event_id is not None:
            rows = station.day.hours(station.event(event_id), now)
        else:
            known = station.people.named(person or "")
            if known is None:
                raise Trouble("person_unknown")
            rows = station.day.hours_of(known, now)
    for row in rows:
        if as_json:
            emit(
                {
                    "person": row.person,
                    "role": row.role.value,
                    "confirmed_s": row.confirmed,
                    "provisional_s": row.provisional,
                }
            )
        else:
            say(
                _("{name}, {role}: {confirmed} confirmed, {provisional} provisional").format(
                    name=row.name or row.person[:8],
                    role=role_word(row.role),
                    confirmed=texts.duration(row.confirmed),
                    provisional=texts.duration(row.provisional),
                )
            )
