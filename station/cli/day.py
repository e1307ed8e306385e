"""station day confirm: make provisional visits of an event count."""

from __future__ import annotations

import click

from station import texts
from station.cli.shell import Call, common, emit, json_option, say, warn
from station.facts import Flag, Ref
from station.texts import _, ngettext
from station.trouble import Trouble


@click.group(help=_("The coordinator's acts on an event's day."))
@common
def day(call: Call) -> None:
    pass


@day.command(help=_("Confirm provisional visits that are over, with the end they have now."))
@click.option("--event", "event_id", required=True, metavar="EVENT")
@click.option("--visit", "visits", multiple=True, metavar="WRITER:SEQ", help=_("Only this visit; may be repeated."))
@click.option("--person", metavar="P", help=_("Only visits of this person (id, student id or e-mail)."))
@click.option("--by", required=True, metavar="WHO", help=_("Name of the person who confirms."))
@json_option
@common
def confirm(call: Call, event_id: str, visits: tuple[str, ...], person: str | None, by: str, as_json: bool) -> None:
    chosen = {_ref(text) for text in visits}
    with call.opened(write="station day confirm") as station:
        event, now = station.event(event_id), station.clock.now()
        whose = station.people.named(person) if person else None
        if person and whose is None:
            raise Trouble("person_unknown")
        waiting = [
            row
            for row in station.day.look(event, now).visits
            if row.end is not None and not row.confirmed and (whose is None or row.person == whose.id)
        ]
        # Nobody confirms a visit of several days by the way: those are named one by one.
        plain = [row.opened for row in waiting if Flag.UNCREDITED_LONG not in row.flags]
        done = station.day.confirm(chosen or plain, by, now)
    for row in waiting:
        if not chosen and row.opened not in plain:
            warn(
                _("{name}: {time} is too long to confirm by the way; look at it, then give --visit {visit}.").format(
                    name=row.name or row.person[:8],
                    time=texts.duration(row.seconds),
                    visit=f"{row.opened.writer}:{row.opened.seq}",
                )
            )
    if as_json:
        emit({"confirmed": done})
    else:
        say(ngettext("{n} visit confirmed.", "{n} visits confirmed.", done).format(n=done))


def _ref(text: str) -> Ref:
    writer, _colon, seq = text.partition(":")
    if not (seq.isascii() and seq.isdigit()):
        raise click.BadParameter(texts.sentence(Trouble("visit_unknown")))
    return Ref(writer, int(seq))
