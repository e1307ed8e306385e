"""station codes try, list: what a text is to the institution's programme, and which kinds of code that has."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from station import catalogue
from station.catalogue import Catalogue
from station.cli.scan import lines
from station.cli.shell import Call, common, emit, json_option, say
from station.facts import Code, Malformed
from station.shown import shown
from station.texts import _, title_of
from station.trouble import Trouble
from station.ui.tried import tried_words
from station.views import Tried

LARGEST = 1024 * 1024
"""Bytes of a catalogue; KTU's has about ten thousand."""

_catalogue_option = click.option(
    "--catalogue",
    "file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=_("Take this catalogue, not the one that the data folder's institution adopted."),
)


@click.group(help=_("The kinds of code that the programme takes, and what a text is to it."))
@common
def codes(call: Call) -> None:
    pass


@codes.command(
    "try", help=_("Say what TEXT is: its kind, or why it is refused; - for one text a line on standard input.")
)
@click.argument("text")
@_catalogue_option
@json_option
@common
@click.pass_context
def try_text(ctx: click.Context, /, call: Call, text: str, file: Path | None, as_json: bool) -> None:
    programme, practice = _programme(call, file)
    good = True
    for one in _asked(text):
        tried = programme.tried(one, practice=practice)
        good = good and isinstance(tried.found, Code)
        if as_json:
            emit(described(tried))
        else:
            say(tried_words(tried).spoken)
            sys.stdout.flush()
    if not good:
        ctx.exit(1)


@codes.command("list", help=_("List the kinds of code in the order in which they are tried, with samples."))
@_catalogue_option
@json_option
@common
def list_kinds(call: Call, file: Path | None, as_json: bool) -> None:
    programme, _practice = _programme(call, file)
    for entry in programme.code_entries:
        if as_json:
            emit(
                {
                    "id": entry.kind.id,
                    "kind": entry.name.value,
                    "title": dict(entry.title),
                    "valid": entry.valid,
                    "invalid": entry.invalid,
                }
            )
        else:
            say(f"{entry.kind.id}: {title_of(entry.title)} ({entry.name})")
            say(_samples("+", entry.valid) + _samples("-", entry.invalid))


def described(tried: Tried) -> dict[str, object]:
    """One text, as ``--json`` prints it. A text that is refused is not repeated: it may be a personal code."""
    found = tried.found
    if isinstance(found, Code):
        return {"kind": found.kind, "text": found.text, "outcome": "code", "reason": None}
    outcome = "malformed" if isinstance(found, Malformed) else "refused"
    return {"kind": None, "text": None, "outcome": outcome, "reason": found.why.value}


def _asked(text: str) -> Iterator[str]:
    return lines() if text == "-" else iter((text,))


def _samples(mark: str, samples: Iterable[str]) -> str:
    return "".join(f"  {mark} {shown(sample)}\n" for sample in samples)


def _programme(call: Call, file: Path | None) -> tuple[Catalogue, bool]:
    """The programme to try by, and whether it is practised with."""
    if file is None:
        with call.opened() as station:
            return station.picture.programme, station.institution.practice
    try:
        with file.open("rb") as opened:
            raw = opened.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise Trouble("catalogue_syntax", place=file, reason=f"> {LARGEST} B")
        return catalogue.parse(raw.decode("utf-8"), str(file)), False
    except OSError as error:
        raise Trouble("read", file=file, reason=error.strerror or error) from None
    except UnicodeDecodeError:
        raise Trouble("catalogue_syntax", place=file, reason="UTF-8") from None
