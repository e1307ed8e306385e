"""station demo: practice mode, in the window or (--headless) as a run through the main job."""

from __future__ import annotations

import time
from contextlib import closing

import click

from station import practice, settings
from station.cli.shell import Call, common, say
from station.facts import Reading, Role, Source, Way
from station.texts import _
from station.ui.feedback import feedback


@click.command(help=_("Practice mode: a sample event, students, camera and registry; cannot touch real data."))
@click.option("--seconds", type=click.FloatRange(1, 86_400), help=_("End by itself after so many seconds."))
@click.option("--headless", is_flag=True, help=_("Without a window: scan, sign off and send, then end."))
@common
def demo(call: Call, seconds: float | None, headless: bool) -> None:
    if not headless:
        from station.app import window

        click.get_current_context().exit(window(call.home, None, practise=True, seconds=seconds))
    started = practice.begin(settings.load(call.home))
    try:
        _headless(started, seconds or 10.0)
    finally:
        started.end()


def _headless(started: practice.Practice, seconds: float) -> None:
    from station import assembly
    from station.scanner.decode import Decoder
    from station.scanner.drawn.demo import Card, DemoSource
    from station.scanner.reading import watched
    from station.scanner.watch import Watch
    from station.sending import DirectOutbox, registry_of
    from station.sync.courier import Courier

    cards = [Card(code, name) for code, name in zip(started.shown, practice.STUDENTS, strict=True)]
    until = time.monotonic() + seconds
    with assembly.opened(started.home, None, write="station demo") as station:
        event = station.event(started.event)
        with station.desk(event) as desk:
            for found in watched(DemoSource(cards, realtime=False), Decoder(), Watch()):
                reading = Reading(found.text, Source.CAMERA, Way.EITHER, Role.REPRESENTATION, found.symbology)
                say(feedback(desk.scan(reading), event).spoken)
                if time.monotonic() > until:
                    break
        signed = station.day.sign_off(None, "Praktikos koordinatorius / Practice coordinator", event)
        target = station.registries.target()
        outbox = DirectOutbox(station.outbox, station.institution, target.name)
        with closing(Courier(outbox, registry_of(target), station.clock.now)) as courier:
            done = courier.run(eager=True)
    say(
        _("{signed} badges signed off, {issued} issued by the practice registry.").format(
            signed=len(signed), issued=done.issued
        )
    )
