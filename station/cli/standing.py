"""station progress: how one person stands with every badge, in numbers."""

from __future__ import annotations

import click

from station import texts
from station.cli.shell import Call, common, emit, iso, json_option, say
from station.criteria import Finding, Met, Step, Undecided
from station.criteria.case import Counted
from station.criteria.said import counted_word
from station.texts import _
from station.trouble import Trouble


@click.command(
    help=_(
        "How a person stands with each badge. --json prints a line each: badge, scope, state (met, not_yet or "
        "undecided), earned_at, steps (counted, done, needed), why."
    )
)
@click.option("--person", "named", required=True, metavar="P", help=_("A person id, a student id or an e-mail."))
@click.option("--all", "everything", is_flag=True, help=_("Also the badges towards which there is nothing yet."))
@json_option
@common
def progress(call: Call, named: str, everything: bool, as_json: bool) -> None:
    with call.opened() as station:
        person = station.people.named(named)
        if person is None:
            raise Trouble("person_unknown")
        findings = station.picture.findings(person.id)
        badges = station.picture.programme.badges
    shown = 0
    for (badge, scope), found in findings.items():
        if not everything and not any(step.done for step in found.steps):
            continue
        shown += 1
        if as_json:
            emit(
                {
                    "badge": badge,
                    "scope": scope,
                    "state": _state(found),
                    "earned_at": iso(found.at) if isinstance(found, Met) else None,
                    "steps": [{"counted": s.counted.value, "done": s.done, "needed": s.needed} for s in found.steps],
                    "why": found.why.value if isinstance(found, Undecided) else None,
                }
            )
        else:
            steps = "; ".join(_step(step) for step in found.steps)
            mark = "✓" if isinstance(found, Met) else "?" if isinstance(found, Undecided) else "·"
            say(f"{mark} {texts.title_of(badges[badge].title)}: {steps}")
    if not shown and not as_json:
        say(_("Nothing towards any badge yet."))


def _state(found: Finding) -> str:
    if isinstance(found, Met):
        return "met"
    return "undecided" if isinstance(found, Undecided) else "not_yet"


def _step(step: Step) -> str:
    if step.counted is Counted.SECONDS:
        done, needed = texts.duration(step.done), texts.duration(step.needed)
    else:
        done, needed = str(step.done), str(step.needed)
    return _("{what}: {done} of {needed}").format(what=counted_word(step.counted), done=done, needed=needed)
