"""station passes keys new, list, retire, export, import: the keys that sign student passes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from station import moments, texts
from station.cli.shell import Call, common, emit, iso, json_option, say, warn
from station.facts import SECOND
from station.passes import PassKey
from station.texts import _, ngettext
from station.trouble import Trouble

if TYPE_CHECKING:
    from station.passoffice import PassOffice


def until(text: str) -> int:
    """An end as people write it (µs UTC): a moment, or a day, to its end. Raises what ``moments.read`` raises."""
    day = len(text.strip()) == len("2026-11-22")
    return moments.read(f"{text.strip()}T23:59:59") + SECOND if day else moments.read(text)


@click.group(help=_("The keys that sign passes. Their private halves stay in the key store or under the passphrase."))
@common
def keys(call: Call) -> None:
    pass


@keys.command(help=_("Make a key. Publish it 14 days before its first use, so that every desk has it by then."))
@click.option("--not-before", metavar="ISO", help=_("When it may first sign; without it now."))
@click.option("--expires", metavar="ISO", help=_("Until when it may sign, or its last day; without it a year."))
@json_option
@common
def new(call: Call, not_before: str | None, expires: str | None, as_json: bool) -> None:
    from station import assembly
    from station.passoffice import AHEAD, KEY_VALID

    passphrase = call.passphrase()
    with assembly.opened(call.home, passphrase, write="station passes keys new") as station:
        now = station.clock.now()
        first = now if not_before is None else moments.read(not_before)
        made = station.passes.new_key(first, first + KEY_VALID if expires is None else until(expires), passphrase)
        described = _described(station.passes, made, now)
    if first < now + AHEAD:
        warn(_("Desks that do not have this key yet refuse its passes: give it to them first, with “keys export”."))
    if as_json:
        emit(described)
    else:
        said = _("Key {kid} signs from {start} until {end}.")
        say(said.format(kid=made.kid, start=texts.moment(made.not_before), end=texts.moment(made.expires)))


def _described(office: PassOffice, key: PassKey, now: int) -> dict[str, object]:
    return {
        "kid": key.kid,
        "public": key.public,
        "not_before": iso(key.not_before),
        "expires": iso(key.expires),
        "state": "new" if key.retired is None else "retired",
        "retired": None if key.retired is None else iso(key.retired),
        "compromised": key.compromised,
        "in_force": key.in_force(now),
        "here": office.is_here(key),
    }


@keys.command("list", help=_("List the keys whose passes this station knows."))
@json_option
@common
def list_keys(call: Call, as_json: bool) -> None:
    with call.opened() as station:
        now, office = station.clock.now(), station.passes
        for key in office.book.keys:
            if as_json:
                emit(_described(office, key, now))
            else:
                held = f"{texts.moment(key.not_before)} – {texts.moment(key.expires)}"
                here = _("can sign here") if office.is_here(key) else ""
                say(f"{key.kid}  {held}  {_state(key, now)}  {here}".rstrip())
        if not office.book.keys and not as_json:
            say(_("No keys yet: make one with “station passes keys new”, or bring them with “keys import”."))


def _state(key: PassKey, now: int) -> str:
    if key.compromised:
        return _("compromised: all its passes are refused")
    if key.retired is not None:
        return _("retired")
    if now < key.not_before:
        return _("not in force yet")
    return _("in force") if now < key.expires else _("expired")


@keys.command(help=_("Take a key out of use. Passes that it has signed stay valid, unless it is --compromised."))
@click.argument("kid", metavar="KID")
@click.option("--compromised", is_flag=True, help=_("Somebody else may have it: refuse every pass it ever signed."))
@click.option("--by", required=True, metavar="WHO", help=_("Name of the person who does this."))
@json_option
@common
def retire(call: Call, kid: str, compromised: bool, by: str, as_json: bool) -> None:
    with call.opened(write="station passes keys retire") as station:
        office, now = station.passes, station.clock.now()
        office.retire(office.key(kid), by, now, compromised=compromised)
        described, made = _described(office, office.key(kid), now), office.key(kid)
    if as_json:
        emit(described)
    elif made.compromised:
        say(_("Key {kid} is retired, and every pass it signed is refused: issue new ones.").format(kid=made.kid))
    else:
        say(_("Key {kid} is retired; the passes it signed stay valid until they expire.").format(kid=made.kid))


@keys.command(help=_("Write public keys and withdrawn passes to a file, for desks of the institution."))
@click.argument("file", type=click.Path(path_type=Path))
@common
def export(call: Call, file: Path) -> None:
    with call.opened() as station:
        text, book = station.passes.export(station.clock.now()), station.passes.book
    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        raise Trouble("write", file=file, reason=error.strerror or error) from None
    _say_both(len(book.keys), len(book.denials))


@keys.command("import", help=_("Take over keys and withdrawn passes from a file of the institution."))
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@common
def import_file(call: Call, file: Path, as_json: bool) -> None:
    with call.opened(write="station passes keys import") as station:
        taken = station.passes.take(file, station.clock.now())
    if as_json:
        emit({"file": str(file), "keys": taken.keys, "retired": taken.retired, "denied": taken.denied})
    else:
        _say_both(taken.keys + taken.retired, taken.denied)


def _say_both(keys: int, denied: int) -> None:
    say(ngettext("{n} key", "{n} keys", keys).format(n=keys))
    say(ngettext("{n} withdrawn pass", "{n} withdrawn passes", denied).format(n=denied))
