"""station check: is this station ready? Each line is a real probe."""

from __future__ import annotations

import click

from station import keys, settings
from station.cli.shell import Call, common, emit, json_option, say
from station.readiness import checks
from station.texts import _
from station.views import State


@click.command(
    help=_(
        "Probe everything a desk needs: key, commit, records, roster, registry, disk, decoder, camera, hand scanner."
    )
)
@json_option
@common
def check(call: Call, as_json: bool) -> None:
    keys.keeper_of(call.home)
    words = {State.OK: _("ok"), State.WARN: _("look"), State.FAIL: _("FAILED")}
    failed = False
    for one in checks(call.home, call.passphrase(), settings.load(call.home).camera):
        failed = failed or one.state is State.FAIL
        if as_json:
            emit({"check": one.name, "state": one.state.value, "why": one.why or None, "do": one.do or None})
        else:
            said = one.do or (one.why if one.state is State.OK else "")
            say(f"{words[one.state]:8} {one.name:12} {said}".rstrip())
    if failed:
        click.get_current_context().exit(1)
