"""station catalogue show, check, import, adopt: the institution's programme of badges."""

from __future__ import annotations

from pathlib import Path

import click

from station import texts
from station.catalogue import faults, parse
from station.cli.programme import emit_programme, say_programme
from station.cli.shell import Call, common, emit, json_option, say, warn
from station.rosterfile import BadRow
from station.texts import _, ngettext
from station.trouble import Trouble

_LARGEST = 8 * 1024 * 1024
"""Bytes of a catalogue; one of a thousand badges has about 1 MB."""


@click.group(help=_("The programme of badges: what there is, how it is earned, what the institution chose."))
@common
def catalogue(call: Call) -> None:
    pass


def read_text(file: Path) -> str:
    """Raises ``Trouble``: "read", "catalogue_too_large", "catalogue_syntax" for what is no text."""
    try:
        if file.stat().st_size > _LARGEST:
            raise Trouble("catalogue_too_large", file=file, megabytes=_LARGEST // (1024 * 1024))
        return file.read_text("utf-8-sig")
    except OSError as error:
        raise Trouble("read", file=file, reason=error.strerror or error) from None
    except UnicodeDecodeError:
        raise Trouble("catalogue_syntax", place=file, reason="not UTF-8") from None


@catalogue.command(
    help=_(
        "Show the programme in force: every badge, how it is earned, and every choice. --json prints a line for the "
        "programme (catalogue, version, badges), one for each choice (choice, value, default, lt, en, source), level "
        "and portfolio type, and one for each badge (badge, unit, kind, lt, en and the rest)."
    )
)
@click.option("--file", "file", type=click.Path(path_type=Path), help=_("Show this file instead."))
@click.option("--unit", metavar="UNIT", help=_("Only the badges of this unit."))
@json_option
@common
def show(call: Call, file: Path | None, unit: str | None, as_json: bool) -> None:
    if file is not None:
        programme = parse(read_text(file), file.name)
    else:
        with call.opened() as station:
            programme = station.picture.programme
    if unit is not None and unit not in programme.units:
        raise Trouble("event_unit", unit=unit, known=", ".join(programme.units))
    wanted = [one for one in programme.units.values() if unit in (None, one.id)]
    (emit_programme if as_json else say_programme)(programme, wanted)


@catalogue.command(help=_("Check a catalogue: each fault with its file, line, key and what to do. Exit 1 if any."))
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@common
def check(call: Call, file: Path, as_json: bool) -> int:  # noqa: ARG001 every command takes it
    text = read_text(file)
    found = faults(text, str(file))
    for fault in found:
        if as_json:
            place = str(fault.arguments["place"])
            line = place.removeprefix(f"{file}:") if place != str(file) else ""
            emit(
                {
                    "file": str(file),
                    "line": int(line) if line.isdigit() else None,
                    "key": fault.arguments.get("key"),
                    "code": fault.code,
                    "why": texts.sentence(fault),
                }
            )
        warn(texts.sentence(fault))
    if found:
        return 1
    programme = parse(text, str(file))
    if as_json:
        emit({"file": str(file), "ok": True, "version": programme.version, "badges": len(programme.badges)})
    else:
        badges = ngettext("{n} badge", "{n} badges", len(programme.badges)).format(n=len(programme.badges))
        say(_("{file} is a good catalogue: {badges}.").format(file=file, badges=badges))
    return 0


@catalogue.command(
    "import",
    help=_(
        "Write a CSV list of activities into a catalogue: id, area, level, title_lt, title_en, task, evidence, "
        "competencies (separated by ;). Areas are its units; each level says how its badges are earned."
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--into", required=True, type=click.Path(path_type=Path), help=_("The catalogue they belong to."))
@click.option("-o", "output", type=click.Path(path_type=Path), help=_("Write the whole here, not into itself."))
@click.option("--dry-run", is_flag=True, help=_("Say what would change and change nothing."))
@json_option
@common
def import_file(
    call: Call,  # noqa: ARG001 every command takes it
    file: Path,
    into: Path,
    output: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    from station import activities
    from station.reports.whole_file import write_whole

    text = read_text(into)
    programme = parse(text, str(into))
    rows, bad = activities.read(file, programme)
    whole = activities.written(text, str(into), rows, programme)
    new = {name for row in rows for name in row.competencies} - programme.competencies.keys()
    if rows and not dry_run:
        write_whole(output or into, whole.encode())
    for row in bad:
        warn(_row_sentence(file, row))
    if as_json:
        emit(
            {
                "file": str(file),
                "into": str(output or into),
                "added": len(rows),
                "competencies": sorted(new),
                "rejected": [{"line": row.line, "reason": row.why, "what": row.what} for row in bad],
                "dry_run": dry_run,
            }
        )
    else:
        say(
            _("{added} badges added, {rejected} rows rejected, {new} new competencies.").format(
                added=len(rows), rejected=len(bad), new=len(new)
            )
        )
    if not rows:
        raise Trouble("activities_none", file=file)


def _row_sentence(file: Path, row: BadRow) -> str:
    return texts.sentence(Trouble(f"row_{row.why}", file=file, line=row.line, what=row.what))


@catalogue.command(
    help=_(
        "Adopt a changed catalogue: it is in force from then on at every station of the institution. "
        "Awards that were signed off stay."
    )
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--by", required=True, metavar="WHO", help=_("Name of the person who adopts it."))
@json_option
@common
def adopt(call: Call, file: Path, by: str, as_json: bool) -> None:
    from station import adopting

    text = read_text(file)
    parse(text, str(file))
    with call.opened(write="station catalogue adopt") as station:
        if station.pen is None:
            raise RuntimeError("opened for writing without a writer")
        done = adopting.adopt(text, str(file), station.day.actor(by), station.picture, station.pen)
    if as_json:
        emit(
            {
                "version": done.programme.version,
                "badges": len(done.programme.badges),
                "added": list(done.added),
                "removed": list(done.removed),
                "changed": list(done.changed),
            }
        )
    else:
        say(
            _("Version {version} is in force: {added} badges added, {removed} removed, {changed} changed.").format(
                version=done.programme.version,
                added=len(done.added),
                removed=len(done.removed),
                changed=len(done.changed),
            )
        )
