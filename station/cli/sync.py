"""station sync: carry the signed-off awards to the registry."""

from __future__ import annotations

import time
from contextlib import closing

import click

from station import texts
from station.cli.shell import Call, common, emit, json_option, say, warn
from station.facts import SECOND
from station.texts import _
from station.trouble import Trouble

LONGEST_REST = 60.0
"""Seconds between looks at an outbox that has nothing due."""


@click.command(help=_("Send what is signed off to the registry; --once makes one pass and ends."))
@click.option("--once", is_flag=True, help=_("One pass, at once, whatever the back-off says."))
@json_option
@common
def sync(call: Call, once: bool, as_json: bool) -> None:
    from station.sending import DirectOutbox, registry_of
    from station.sync.courier import Courier, Pass

    def told(done: Pass) -> None:
        if as_json:
            emit(
                {
                    "issued": done.issued,
                    "already_issued": done.already_issued,
                    "refused": done.refused,
                    "unknown": done.unknown,
                    "held": len(done.held),
                    "online": done.online if done.contact else None,
                    "reason": done.stopped.value,
                }
            )
        else:
            say(
                _("{issued} issued, {already} already there, {refused} refused, {unknown} without an answer.").format(
                    issued=done.issued, already=done.already_issued, refused=done.refused, unknown=done.unknown
                )
            )
        for award, trouble in done.held:
            warn(f"{award}: {texts.sentence(trouble)}")

    with call.opened(write="station sync") as station:
        target = station.registries.target()
        outbox = DirectOutbox(station.outbox, station.institution, target.name)
        with closing(Courier(outbox, registry_of(target), station.clock.now)) as courier:
            while True:
                done = courier.run(eager=once)
                station.note_offset(done.contact.offset if done.contact else None)
                told(done)
                if once:
                    break
                rest = LONGEST_REST if done.next_at is None else (done.next_at - station.clock.now()) / SECOND
                time.sleep(min(LONGEST_REST, max(1.0, rest)))
        if done.stopped:
            raise Trouble(
                f"registry_{done.stopped.value}", name=target.name, detail=done.contact.detail if done.contact else ""
            )
        if done.held:
            raise done.held[0][1]
        if done.refused:
            raise Trouble("refused_some", n=done.refused)
