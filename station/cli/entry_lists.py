"""How the commands list what was entered besides scans: the values in force, and an entry's whole history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from station import texts
from station.cli.entering import named, ref_of
from station.cli.shell import Call, common, emit, iso, json_option, say
from station.deed_words import answer_word
from station.deedbook import Entry
from station.deeds import Answered
from station.facts import Kind, Person, Record, Ref
from station.texts import _
from station.trouble import Trouble

if TYPE_CHECKING:
    from station.assembly import Station


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Columns of text, each as wide as its widest cell."""
    lines = [heads, *rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(heads))]
    for line in lines:
        say("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


class Names(NamedTuple):
    """What ids stand for: people, staff, and the words of notes."""

    people: Mapping[str, Person]
    staff: Mapping[str, str]
    notes: Mapping[str, str]


def names(station: Station, entries: Iterable[Entry]) -> Names:
    people = station.roster.people({entry.record.person or "" for entry in entries})
    return Names(people, station.roster.staff_names(), station.roster.notes())


def described(entry: Entry, known: Names) -> dict[str, Any]:
    """An entry as lists print it: its values in force, with the words of its note."""
    values = entry.values
    if "note" in values:
        values = values | {"note": known.notes.get(values["note"], "")}
    person = known.people.get(entry.record.person or "")
    return {
        "ref": named(entry.ref),
        "person": entry.record.person,
        "name": person.name if person else "",
        **values,
        "entered_by": known.staff.get(entry.record.actor or "", ""),
        "confirmed_by": known.staff.get(entry.confirmed_by or "", ""),
    }


def standing(station: Station, kind: Kind, person: str | None) -> list[Entry]:
    """What stands of a kind, of one person (id, student number, e-mail or code) or of everybody."""
    book = station.picture.deedbook
    people = [station.coach.vet.person(person).id] if person else sorted(book.people)
    return [entry for one in people for entry in book.entries(one, kind)]


def list_notes(station: Station, kind: Kind, person: str | None, badge: str | None, as_json: bool) -> None:
    """Print what stands of evidence, shares or applications, of one person and badge where they are given."""
    listed = standing(station, kind, person)
    known = names(station, listed)
    rows = []
    for entry in listed:
        if badge in (None, entry.values["badge"]):
            row = described(entry, known)
            if kind is not Kind.EVIDENCE:
                del row["confirmed_by"]
            if kind is Kind.APPLICATION:
                row["answer"] = station.picture.deedbook.application("", entry).answer.value
            rows.append(row)
    rows.sort(key=lambda row: (row["day"], texts.in_order(row["name"]), row["ref"]))
    if as_json:
        for row in rows:
            emit(row)
        return
    for row in rows:
        told = [row["ref"], row["day"], row["name"] or str(row["person"])[:8], row["badge"]]
        if kind is Kind.SHARE:
            told.append(f"{row['earned']}/{row['possible']}")
        if kind is Kind.APPLICATION:
            told.append(answer_word(Answered(row["answer"])))
        if kind is Kind.EVIDENCE:
            told.append(_("confirmed") if row["confirmed_by"] else _("not confirmed yet"))
        say("  ".join([*told, " ".join(row["note"].split())]).rstrip())


def _show(station: Station, ref: Ref, as_json: bool) -> None:
    """An entry with all that was said about it, withdrawn or not. Raises ``Trouble('deed_unknown')``."""
    book = station.picture.deedbook
    entry = book.entry(ref)
    if entry is None:
        raise Trouble("deed_unknown")
    known = names(station, [entry])
    whole = described(entry, known) | {
        "kind": entry.record.kind.value,
        "withdrawn": entry.withdrawn,
        "disputed": sorted(entry.disputed),
        "history": [_act(record, known) for record in book.history(ref)],
    }
    if as_json:
        emit(whole)
        return
    for name, value in whole.items():
        if name != "history":
            say(f"{name}: {value}")
    for act in whole["history"]:
        say("  ".join(f"{name}={value}" for name, value in act.items()))


def _act(record: Record, known: Names) -> dict[str, Any]:
    told = {name: value for name, value in record.body.items() if name != "of"}
    if "note" in told:
        told["note"] = known.notes.get(told["note"], "")
    return {
        "ref": named(record.ref),
        "act": record.kind.value.removesuffix("_deed"),
        "at": iso(record.at),
        "by": known.staff.get(record.actor or "", ""),
        **told,
    }


def showing() -> click.Command:
    """The command that shows an entry with its history."""

    @click.command(
        "show",
        help=_(
            "Show an entry with everything that was said about it. --json prints one object: what the list prints, and "
            "kind, withdrawn, disputed, history (each ref, act, at, by, and what it said)."
        ),
    )
    @click.argument("ref", metavar="WRITER:SEQ")
    @json_option
    @common
    def show(call: Call, ref: str, as_json: bool) -> None:
        with call.opened() as station:
            _show(station, ref_of(ref), as_json)

    return show
