"""station scan: readings from a camera, files, a stream, standard input or a batch file, each answered and on disk."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from station import batchfile, texts
from station.cli.shell import Call, common, emit, iso, json_option, say, warn
from station.codes import LONGEST
from station.desk import Desk, not_on, role_of
from station.facts import Override, Reading, Role, Source, Way
from station.texts import _
from station.trouble import Trouble
from station.ui.feedback import feedback
from station.views import Outcome

if TYPE_CHECKING:
    from station.assembly import Station


@click.command(help=_("Scan codes for an event. Each outcome is printed once its record is on disk."))
@click.option("--event", "event_id", required=True, metavar="EVENT")
@click.option(
    "--source",
    required=True,
    metavar="S",
    help=_(
        "camera:N, camera:id:NAME, a picture, PDF, folder, video, URL, - (one code a line), "
        "or batch:FILE (CSV at,code,way,role)."
    ),
)
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.REPRESENTATION.value)
@click.option("--way", type=click.Choice([way.value for way in Way]), default=Way.IN.value)
@click.option(
    "--override", metavar="REASON", help=_("Open the desk although the roster is empty or too old; recorded.")
)
@click.option("--by", metavar="WHO", help=_("Who opens it so."))
@json_option
@common
def scan(
    call: Call,
    event_id: str,
    source: str,
    role: str,
    way: str,
    override: str | None,
    by: str | None,
    as_json: bool,
) -> None:
    if (override is None) != (by is None):
        raise click.UsageError(_("Give --override and --by together."))
    why = Override(override, by) if override is not None and by is not None else None
    with call.opened(write="station scan") as station:
        event = station.event(event_id)
        now = station.clock.now()
        if not source.startswith("batch:") and not event.start <= now <= event.end:
            warn(texts.sentence(not_on(event)))
        with (
            station.desk(event, why) as desk,
            closing(_readings(station, source, Role(role), Way(way), now)) as readings,
        ):
            _run(desk, readings, as_json)


def _run(desk: Desk, readings: Iterator[Reading], as_json: bool) -> None:
    for reading in readings:
        outcome = desk.scan(reading)
        if as_json:
            emit(described(outcome, reading))
        else:
            say(feedback(outcome, desk.event).spoken)
            sys.stdout.flush()


def described(outcome: Outcome, reading: Reading) -> dict[str, object]:
    record, role = outcome.record, role_of(outcome.decision)
    return {
        "at": iso(record.stated),
        "person": record.person,
        "decision": outcome.verdict.value,
        "reason": record.body.get("reason"),
        "role": (role or reading.role).value,
        "way": reading.way.value,
        "writer": record.writer,
        "seq": record.seq,
        "ms": round(outcome.ms, 3),
    }


def _readings(station: Station, source: str, role: Role, way: Way, now: int) -> Generator[Reading, None, None]:
    if source == "-":
        return (Reading(text, Source.STDIN, way, role) for text in lines())
    if source.startswith("batch:"):
        return _batch(Path(source.removeprefix("batch:")), now)
    return _seen(station, source, role, way)


def lines() -> Iterator[str]:
    """Lines of standard input, each bounded: the rest of an endless one is dropped, and it stays one line."""
    stream = sys.stdin.buffer
    bound = 16 * LONGEST
    while line := stream.readline(bound):
        while not line.endswith(b"\n") and len(line) >= bound and (more := stream.readline(bound)):
            if more.endswith(b"\n"):
                break
        yield line.rstrip(b"\r\n").decode("utf-8", "replace")


def _batch(file: Path, now: int) -> Generator[Reading, None, None]:
    rows, bad = batchfile.read(file, now)
    for row in bad:
        warn(texts.sentence(Trouble(f"row_{row.why}", file=file, line=row.line, what=row.what)))
    if not rows:
        raise Trouble("batch_no_rows", file=file)
    yield from rows
    if bad:
        raise Trouble("batch_rows_left", n=len(bad), file=file)


def _seen(station: Station, source: str, role: Role, way: Way) -> Generator[Reading, None, None]:
    from station.lookup import acceptance
    from station.scanner.reading import readings

    live = source.startswith("camera:") or "://" in source
    kind = Source.CAMERA if live else Source.FILE

    def crowded() -> None:
        warn(_("Two codes at once: show one at a time."))

    def lost(trouble: Trouble) -> None:
        # A picture is skipped, a camera is tried again by itself: the desk goes on.
        warn(texts.sentence(trouble))

    accepted = acceptance(station.settings, station.picture.programme, station.lookup)
    for found in readings(source, accepted, crowded=crowded, trouble=lost):
        yield Reading(found.text, kind, way, role, symbology=found.symbology)
