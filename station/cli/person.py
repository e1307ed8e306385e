"""station person walk-in, link, link-code, unlink, show: who is the same person, and whose a code is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from station import texts
from station.cli.scan import described
from station.cli.shell import Call, common, emit, json_option, say
from station.facts import Person, Reading, Ref, Role, Source, Way
from station.texts import _
from station.trouble import Trouble
from station.ui.feedback import feedback
from station.views import PersonView

if TYPE_CHECKING:
    from station.assembly import Station

BY = click.option("--by", required=True, metavar="WHO", help=_("Name of the person who says so."))


@click.group(help=_("Walk-ins, linked codes, and who is the same person."))
@common
def person(call: Call) -> None:
    pass


@person.command("walk-in", help=_("Add somebody who is not on the roster, and check them in."))
@click.argument("name")
@click.option("--event", "event_id", required=True, metavar="EVENT")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.REPRESENTATION.value)
@click.option("--way", type=click.Choice([way.value for way in Way]), default=Way.IN.value)
@json_option
@common
def walk_in(call: Call, name: str, event_id: str, role: str, way: str, as_json: bool) -> None:
    reading = Reading("", Source.KEYBOARD, Way(way), Role(role))
    with call.opened(write="station person") as station, station.desk(station.event(event_id)) as desk:
        outcome = desk.walk_in(name, reading)
    if as_json:
        emit(described(outcome, reading))
    else:
        say(feedback(outcome, desk.event).spoken)


@person.command(
    help=_("Match a walk-in to somebody on the roster: their hours and badges are one person's from then on.")
)
@click.argument("walk_in", metavar="WALK_IN")
@click.argument("named", metavar="P")
@BY
@json_option
@common
def link(call: Call, walk_in: str, named: str, by: str, as_json: bool) -> None:
    with call.opened(write="station person") as station:
        made = station.matching.match(_id(station, walk_in), _id(station, named), by)
        root = station.picture.links.of(made.person or "")
    _done(made.ref, root, as_json)


@person.command("link-code", help=_("Say whose a code is. The code itself is not kept."))
@click.argument("code")
@click.argument("named", metavar="P")
@BY
@json_option
@common
def link_code(call: Call, code: str, named: str, by: str, as_json: bool) -> None:
    with call.opened(write="station person") as station:
        whose = _named(station, named)
        made = station.matching.link_code(code, whose, by)
    _done(made, whose.id, as_json)


@person.command(help=_("Take a link back, by its writer:seq; all reads again as if it had never been made."))
@click.argument("ref", metavar="REF")
@BY
@json_option
@common
def unlink(call: Call, ref: str, by: str, as_json: bool) -> None:
    writer, _colon, seq = ref.partition(":")
    if not (seq.isascii() and seq.isdigit()):
        raise click.BadParameter(texts.sentence(Trouble("link_unknown")))
    with call.opened(write="station person") as station:
        made = station.matching.unlink(Ref(writer, int(seq)), by)
    if as_json:
        emit({"unlinked": ref, "record": _text(made.ref)})
    else:
        say(_("Taken back: {link}").format(link=ref))


@person.command(help=_("What is kept of somebody, without any number itself."))
@click.argument("named", metavar="P")
@json_option
@common
def show(call: Call, named: str, as_json: bool) -> None:
    with call.opened() as station:
        view = station.matching.show(_named(station, named))
    if as_json:
        emit(_fields(view))
        return
    one = view.person
    say(f"{one.id}  {one.name}  {one.email or '-'}  …{one.last4}")
    if view.walk_in:
        say(_("Walk-in, not matched yet"))
    if view.contested:
        say(_("Desks or the roster say different things of this person: look at the links."))
    for ref, before, after in view.matches:
        say(
            _("{first} is the same person as {second} (link {link})").format(
                first=before, second=after, link=_text(ref)
            )
        )
    for ref, last4 in view.codes:
        say(_("linked code …{last4} (link {link})").format(last4=last4, link=_text(ref)))


def _named(station: Station, text: str) -> Person:
    found = station.people.named(text)
    if found is None:
        raise Trouble("person_unknown")
    return found


def _id(station: Station, text: str) -> str:
    """The very id that was given, also of somebody who is known by another one by now."""
    if station.picture.links.came_as_walk_in(text):
        return text
    found = station.roster.person(text) or station.people.named(text)
    if found is None:
        raise Trouble("person_unknown")
    return found.id


def _text(ref: Ref) -> str:
    return f"{ref.writer}:{ref.seq}"


def _done(ref: Ref, root: str, as_json: bool) -> None:
    if as_json:
        emit({"link": _text(ref), "person": root})
    else:
        say(_("Linked to {person}. To take it back: station person unlink {link}").format(person=root, link=_text(ref)))


def _fields(view: PersonView) -> dict[str, object]:
    return {
        "person": view.person.id,
        "name": view.person.name,
        "email": view.person.email,
        "last4": view.person.last4,
        "walk_in": view.walk_in,
        "contested": view.contested,
        "ids": list(view.ids),
        "identifiers": list(view.last_fours),
        "codes": [{"link": _text(ref), "last4": last4} for ref, last4 in view.codes],
        "matches": [{"link": _text(ref), "person": before, "to": after} for ref, before, after in view.matches],
    }
