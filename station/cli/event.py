"""station event add, list, show."""

from __future__ import annotations

from typing import Any

import click

from station import texts
from station.cli.shell import Call, common, emit, iso, json_option, say
from station.facts import Event, EventKind
from station.moments import read
from station.texts import _


@click.group(help=_("The events people attend."))
@common
def event(call: Call) -> None:
    pass


def described(one: Event) -> dict[str, Any]:
    return {
        "event": one.id,
        "title": one.title,
        "kind": one.kind.value,
        "unit": one.unit,
        "series": one.series,
        "start": iso(one.start),
        "end": iso(one.end),
        "earns": list(one.earns),
    }


@event.command(help=_("Add an event. Without --earns it earns every badge its unit gives for volunteering."))
@click.option("--title", required=True)
@click.option("--kind", type=click.Choice([kind.value for kind in EventKind]), required=True)
@click.option("--unit", required=True, help=_("A unit of the programme, such as culture_events."))
@click.option("--series", help=_("Events of one series add their hours up."))
@click.option("--start", required=True, metavar="ISO", help=_("2026-11-22T10:00, local time unless it says."))
@click.option("--end", required=True, metavar="ISO")
@click.option("--earns", multiple=True, metavar="BADGE", help=_("A badge that can be earned; may be repeated."))
@json_option
@common
def add(
    call: Call,
    title: str,
    kind: str,
    unit: str,
    series: str | None,
    start: str,
    end: str,
    earns: tuple[str, ...],
    as_json: bool,
) -> None:
    begins, ends = read(start), read(end)
    # One --earns may list several badges, however they are separated.
    badges = [badge for part in earns for badge in part.replace(",", " ").split()]
    with call.opened(write="station event add") as station:
        added = station.day.add_event(title, EventKind(kind), unit, series, begins, ends, badges or None)
    if as_json:
        emit(described(added))
    else:
        say(_("Event {event} was added: {title}.").format(event=added.id, title=added.title))


@event.command("list", help=_("List the events, newest first."))
@json_option
@common
def list_events(call: Call, as_json: bool) -> None:
    with call.opened() as station:
        events = sorted(station.picture.attendance.events.values(), key=lambda one: (-one.start, one.id))
    for one in events:
        if as_json:
            emit(described(one))
        else:
            say(f"{one.id}  {texts.moment(one.start)} – {texts.moment(one.end)}  {one.title}")
    if not events and not as_json:
        say(_("No events yet: add one with “station event add”."))


@event.command(help=_("Show one event."))
@click.argument("event_id", metavar="EVENT")
@json_option
@common
def show(call: Call, event_id: str, as_json: bool) -> None:
    with call.opened() as station:
        one = station.event(event_id)
    if as_json:
        emit(described(one))
        return
    for name, value in described(one).items():
        say(f"{name}: {', '.join(value) if isinstance(value, list) else value}")
