"""station passes issue, list, deny, denied: signed student passes; their keys stand in ``pass_keys``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from station import texts
from station.cli.pass_keys import keys, until
from station.cli.shell import Call, common, emit, iso, json_option, say
from station.cli.watched import watched
from station.facts import Person, Withdrawal
from station.pass_words import reason_word, state_word
from station.passbook import Denial
from station.reports.passes import FORMS, Card, write_passes
from station.texts import _, ngettext
from station.trouble import Trouble

if TYPE_CHECKING:
    from station.assembly import Station
    from station.passoffice import Made


@click.group(help=_("Signed student passes, which desks check without any network."))
@common
def passes(call: Call) -> None:
    pass


passes.add_command(keys)


@passes.command(help=_("Make passes: cards to print (.pdf), or in a folder a picture or a text file for each."))
@click.option("--to", "named", multiple=True, metavar="P", help=_("Person id, student id or e-mail; may be repeated."))
@click.option("--all", "everybody", is_flag=True, help=_("Everybody on the roster."))
@click.option("--expires", metavar="ISO", help=_("When they end, or their last day; without it in 150 days."))
@click.option("-o", "output", type=click.Path(path_type=Path), required=True, help=_("A .pdf file, or a folder."))
@click.option("--as", "form", type=click.Choice(FORMS), help=_("What to make; without it pdf for .pdf, else png."))
@json_option
@common
def issue(
    call: Call,
    named: tuple[str, ...],
    everybody: bool,
    expires: str | None,
    output: Path,
    form: str | None,
    as_json: bool,
) -> None:
    from station import assembly
    from station.passoffice import PASS_VALID

    if bool(named) == everybody:
        raise click.UsageError(_("Say for whom: --to P, or --all."))
    form = form or ("pdf" if output.suffix.lower() == ".pdf" else "png")
    passphrase = call.passphrase()
    with assembly.opened(call.home, passphrase, write="station passes issue") as station:
        now = station.clock.now()
        people = _people(station, named)
        end = now + PASS_VALID if expires is None else until(expires)
        made = station.passes.issue(people, end, now, passphrase, watched(_("Signing")))
        institution = station.institution.name
    cards = [Card(one.person.id, one.person.name, one.text, one.expires) for one in made]
    files = write_passes(cards, institution, form, output, watched(_("Drawing")))
    for one, file in zip(made, files, strict=True):
        if as_json:
            emit(_described(one) | {"file": str(file)})
    if not as_json:
        said = ngettext("{n} pass, valid until {moment}: {file}", "{n} passes, valid until {moment}: {file}", len(made))
        say(said.format(n=len(made), moment=texts.moment(end), file=output))


def _people(station: Station, named: Sequence[str]) -> list[Person]:
    """Those named, each once; everybody in the order of their names where nobody is."""
    if not named:
        everybody = station.roster.people().values()
        if not everybody:
            raise Trouble("roster_none")
        return sorted(everybody, key=lambda person: (texts.in_order(person.name), person.id))
    found = [station.roster.person(one) for one in named]
    if None in found:
        raise Trouble("person_unknown")
    return list(dict.fromkeys(person for person in found if person is not None))


def _described(made: Made) -> dict[str, object]:
    return {
        "person": made.person.id,
        "pass": made.text,
        "subject": made.subject,
        "serial": made.serial,
        "kid": made.kid,
        "issued": iso(made.issued),
        "expires": iso(made.expires),
    }


@passes.command("list", help=_("List the passes that were made, and what became of each."))
@json_option
@common
def list_passes(call: Call, as_json: bool) -> None:
    with call.opened() as station:
        made = station.passes.made(station.clock.now())
        people = station.roster.people({one.person for one, _standing in made})
    for one, standing in made:
        if as_json:
            emit(
                {
                    "person": one.person,
                    "name": _name(people, one.person),
                    "serial": one.serial,
                    "kid": one.kid,
                    "issued": iso(one.issued),
                    "expires": iso(one.expires),
                    "state": standing.value,
                }
            )
        else:
            held = f"{texts.moment(one.issued)} – {texts.moment(one.expires)}"
            say(f"{held}  {state_word(standing)}  {_name(people, one.person) or one.person}")
    if not as_json:
        say(ngettext("{n} pass", "{n} passes", len(made)).format(n=len(made)))


@passes.command(help=_("Withdraw a pass. P is its text, or its holder: person id, student id or e-mail."))
@click.argument("named", metavar="P")
@click.option("--reason", type=click.Choice([one.value for one in Withdrawal]), default=Withdrawal.LOST.value)
@click.option("--by", required=True, metavar="WHO", help=_("Name of the person who does this."))
@json_option
@common
def deny(call: Call, named: str, reason: str, by: str, as_json: bool) -> None:
    with call.opened(write="station passes deny") as station:
        denial = station.passes.deny(named, Withdrawal(reason), by, station.clock.now())
        people = station.roster.people([denial.person])
        staff = station.roster.staff_names()
    if as_json:
        emit(_withdrawn(denial, people, staff))
    else:
        say(_("Withdrawn. Desks refuse it as soon as they hear of it; its holder can get another pass."))


@passes.command(help=_("List the passes that were withdrawn."))
@json_option
@common
def denied(call: Call, as_json: bool) -> None:
    with call.opened() as station:
        denials = sorted(station.passes.book.denials.values(), key=lambda one: (one.at, one.subject))
        people = station.roster.people({one.person for one in denials})
        staff = station.roster.staff_names()
    for one in denials:
        if as_json:
            emit(_withdrawn(one, people, staff))
        else:
            why = reason_word(Withdrawal(one.reason)) if one.reason in list(Withdrawal) else one.reason
            say(f"{texts.moment(one.at)}  {one.subject}  {why}  {_name(people, one.person) or '-'}")
    if not as_json:
        said = ngettext("{n} pass was withdrawn", "{n} passes were withdrawn", len(denials))
        say(said.format(n=len(denials)))


def _withdrawn(denial: Denial, people: Mapping[str, Person], staff: Mapping[str, str]) -> dict[str, object]:
    return {
        "subject": denial.subject,
        "person": denial.person or None,
        "name": _name(people, denial.person),
        "reason": denial.reason,
        "at": iso(denial.at),
        "by": staff.get(denial.actor),
    }


def _name(people: Mapping[str, Person], person: str) -> str | None:
    return people[person].name if person in people else None
