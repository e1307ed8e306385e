"""What the commands share that enter starts, memberships, evidence…: files of rows, their answers, withdrawing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from station import entries, entryfile, texts
from station.cli.shell import Call, common, emit, json_option, say, warn
from station.entries import ApplicationEntry, EvidenceEntry, MembershipEntry, ShareEntry, StartEntry, Why
from station.facts import Kind, Record, Ref
from station.texts import _, ngettext
from station.trouble import Trouble

if TYPE_CHECKING:
    from station.assembly import Station
    from station.coach import Entered

Kept = TypeVar("Kept")
Personal = TypeVar("Personal", StartEntry, MembershipEntry, EvidenceEntry, ShareEntry, ApplicationEntry)

by_option = click.option("--by", required=True, metavar="WHO", help=_("Name of the person who does this."))
note_option = click.option("--note", default="", metavar="TEXT", help=_("Words to it; kept where they can be erased."))
file_option = click.option("--file", type=click.Path(path_type=Path), help=_("CSV file with a line of headings."))
dry_run_option = click.option("--dry-run", is_flag=True, help=_("Say what would be entered and enter nothing."))
why_option = click.option(
    "--why",
    type=click.Choice([why.value for why in Why]),
    required=True,
    help=_("The reason; words to it go into --note."),
)


def ref_of(text: str) -> Ref:
    """A record's name, written as WRITER:SEQ. Raises ``Trouble('deed_unknown')``."""
    writer, _colon, seq = text.partition(":")
    if not (seq.isascii() and seq.isdigit() and len(seq) < 19):
        raise Trouble("deed_unknown")
    return Ref(writer, int(seq))


def named(ref: Ref) -> str:
    return f"{ref.writer}:{ref.seq}"


def rows_of(
    file: Path, kind: type[Kept], fixed: Mapping[str, str], usual: Mapping[str, str]
) -> tuple[list[tuple[int, Kept]], list[tuple[int, Trouble]]]:
    """The entries of a CSV file with their lines, and the lines that are none. ``fixed`` values hold for every row,
    ``usual`` ones where a cell is empty. Raises ``Trouble`` as ``entryfile.read`` does."""
    names = {field.name: field.default is MISSING for field in fields(kind)}  # type: ignore[arg-type]
    needed = [name for name, must in names.items() if must and name not in fixed and name not in usual]
    rows, unclosed = entryfile.read(file, needed, names)
    good: list[tuple[int, Kept]] = []
    bad = [(line, Trouble("row_unclosed")) for line in unclosed]
    for line, cells in rows:
        filled = {name: text for name, text in cells.items() if text}
        try:
            good.append((line, entries.read(kind, {**usual, **filled, **fixed})))
        except Trouble as trouble:
            bad.append((line, trouble))
    return good, bad


def enter(
    call: Call,
    what: str,
    kind: type[Personal],
    people: Sequence[str],
    file: Path | None,
    *,
    usual: Mapping[str, str | None],
    fixed: Mapping[str, str] | None = None,
    by: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Enter people, all or none, or a file's rows, all but the wrong ones. ``usual`` values hold where a row says
    nothing, ``fixed`` ones always; a day that nobody gives is today.

    Raises ``click.UsageError`` unless there is either, ``Trouble`` for what is wrong.
    """
    if (file is None) == (not people):
        raise click.UsageError(_("Give people, or --file."))
    fixed = fixed or {}
    with call.opened(write=None if dry_run else what) as station:
        given = {"day": texts.day_of(station.clock.now())} if any(one.name == "day" for one in fields(kind)) else {}
        given |= {name: value for name, value in usual.items() if value}
        if file is None:
            listed = [entries.read(kind, {**given, **fixed, "person": person}) for person in people]
            if len(people) > 1:
                _all_may(people, station.coach.enter(listed, by, whole=False, dry_run=True))
            tell(station.coach.enter(listed, by, dry_run=dry_run), dry_run=dry_run, as_json=as_json)
        else:
            enter_file(
                file, rows_of(file, kind, fixed, given),
                lambda good: station.coach.enter(good, by, whole=False, dry_run=dry_run),
                dry_run=dry_run, as_json=as_json,
            )  # fmt: skip


def _all_may(people: Sequence[str], checked: Entered) -> None:
    """Name everybody who cannot be entered. Raises ``Trouble('people_refused')`` where there is one."""
    for place, trouble in checked.refused:
        warn(f"{people[place]}: {texts.sentence(trouble)}")
    if checked.refused:
        raise Trouble("people_refused", n=len(checked.refused))


def enter_file(
    file: Path,
    read: tuple[list[tuple[int, Kept]], list[tuple[int, Trouble]]],
    enter: Callable[[Sequence[Kept]], Entered],
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Enter a file's good rows, and name the others. Raises ``Trouble('batch_no_rows')`` where there is no good one."""
    good, bad = read
    done = enter([entry for _line, entry in good])
    bad = sorted([*bad, *((good[place][0], trouble) for place, trouble in done.refused)], key=lambda one: one[0])
    for line, trouble in bad:
        warn(texts.sentence(Trouble("row_refused", file=file, line=line, why=texts.sentence(trouble))))
    tell(done, bad, dry_run=dry_run, as_json=as_json)
    if not done.added and not done.unchanged:
        raise Trouble("batch_no_rows", file=file)


def tell(done: Entered, bad: Sequence[tuple[int, Trouble]] = (), *, dry_run: bool = False, as_json: bool) -> None:
    """What was entered, in the one form that all these commands have."""
    if as_json:
        emit(
            {
                "added": done.added,
                "unchanged": done.unchanged,
                "rejected": [
                    {"line": line, "reason": trouble.code, "sentence": texts.sentence(trouble)} for line, trouble in bad
                ],
                "dry_run": dry_run,
                "entries": [_entered(record) for record in done.records],
            }
        )
    else:
        say(
            _("{added} added, {unchanged} there already, {rejected} rejected.").format(
                added=done.added, unchanged=done.unchanged, rejected=len(bad)
            )
        )


def _entered(record: Record) -> dict[str, Any]:
    entered: dict[str, Any] = {"ref": named(record.ref), "person": record.person}
    if record.kind is Kind.COMPETITION:
        entered["competition"] = record.body["competition"]
    return entered


def tell_act(record: Record, as_json: bool) -> None:
    """That something was said about an entry: corrected, withdrawn or answered."""
    ref = Ref(*record.body["of"])
    if as_json:
        emit({"of": named(ref), "ref": named(record.ref)})
    else:
        say(_("Recorded: {ref}.").format(ref=named(record.ref)))


def confirm(station: Station, refs: Sequence[Ref], by: str, *, whole: bool, as_json: bool) -> None:
    """Confirm entries; those that ``by`` may not confirm are named. Raises ``Trouble`` where none can be."""
    done, left = station.coach.confirm(refs, by, whole=whole)
    for ref, trouble in left:
        warn(f"{named(ref)}: {texts.sentence(trouble)}")
    if as_json:
        emit({"confirmed": done, "left": [{"ref": named(ref), "reason": trouble.code} for ref, trouble in left]})
    else:
        say(ngettext("{n} entry confirmed.", "{n} entries confirmed.", done).format(n=done))
    if left and not done:
        raise left[0][1]


def withdrawing(what: str, words: str) -> click.Command:
    """The command that takes an entry back, or what was said about one."""

    @click.command("withdraw", help=words)
    @click.argument("ref", metavar="WRITER:SEQ")
    @why_option
    @note_option
    @by_option
    @json_option
    @common
    def withdraw(call: Call, ref: str, why: str, note: str, by: str, as_json: bool) -> None:
        with call.opened(write=what) as station:
            record = station.coach.withdraw(ref_of(ref), Why(why), note, by)
        tell_act(record, as_json)

    return withdraw
