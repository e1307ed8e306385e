"""What a decision says to the person at the desk: words, shape, colour and sound, from an outcome; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from station.facts import SECOND, Admit, Event, Refusal, Refuse, Release, Repeat, Role, Switch, Way
from station.pass_words import pass_remedy
from station.shown import shown
from station.texts import _, clock_time, day_of, duration
from station.views import Outcome, Progress
from station.words import pass_why, refusal_word, role_word


class Shape(StrEnum):
    TICK = "tick"
    ARROW_OUT = "arrow_out"
    TWO_ARROWS = "two_arrows"
    TWO_RINGS = "two_rings"
    OCTAGON = "octagon"


class Hue(StrEnum):
    """Names of verdict colours in every ``Theme``."""

    GREEN = "green"
    BLUE = "blue"
    VIOLET = "violet"
    AMBER = "amber"
    RED = "red"


class Cue(StrEnum):
    """Names of the sounds in ``resources/sounds``."""

    IN = "in"
    OUT = "out"
    SWITCH = "switch"
    REPEAT = "repeat"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Feedback:
    """A decision in words. ``title`` is the verdict, ``name`` who, ``sentence`` what holds or what to do."""

    title: str
    name: str
    sentence: str
    shape: Shape
    hue: Hue
    cue: Cue
    role: Role | None = None
    goal: str = ""
    tally: str = ""
    crossed: str = ""
    tiers: tuple[Progress, ...] = ()

    @property
    def spoken(self) -> str:
        """All of it in one line, for screen readers."""
        parts = (self.title, self.name, self.sentence, self.crossed, self.goal, self.tally)
        return " ".join(part if part[-1] in ".!?" else f"{part}." for part in parts if part)


def feedback(outcome: Outcome, event: Event | None) -> Feedback:
    """Words and looks for ``outcome``; ``event`` gives the time to check out by."""
    now = outcome.record.stated
    name = shown(outcome.person.name) if outcome.person else ""
    match outcome.decision:
        case Admit(role=role):
            sentence = _("{role}, since {time}.").format(role=role_word(role), time=clock_time(now))
            if event is not None and event.end > now:
                sentence += " " + _("Check out by {time}.").format(time=_until(event.end, now))
            made = Feedback(_("Checked in"), name, sentence, Shape.TICK, Hue.GREEN, Cue.IN, role)
        case Release(role=role, since=since):
            sentence = _("{role}, {start}–{end}: {time}").format(
                role=role_word(role),
                start=clock_time(since),
                end=clock_time(now),
                time=duration((now - since) // SECOND),
            )
            made = Feedback(_("Checked out"), name, sentence, Shape.ARROW_OUT, Hue.BLUE, Cue.OUT, role)
        case Switch(before=before, role=role):
            sentence = _("{before} → {role}, at {time}.").format(
                before=role_word(before), role=role_word(role), time=clock_time(now)
            )
            made = Feedback(_("Role switched"), name, sentence, Shape.TWO_ARROWS, Hue.VIOLET, Cue.SWITCH, role)
        case Repeat(way=way, role=role, since=since):
            made = Feedback(
                _("Already out") if way is Way.OUT else _("Already in"),
                name,
                _repeated(way, role, since),
                Shape.TWO_RINGS,
                Hue.AMBER,
                Cue.REPEAT,
                role,
            )
        case Refuse(reason=reason, instant=instant):
            what = refusal_word(reason)
            title = what if name else _("Refused")
            return Feedback(title, name or what, remedy(reason, instant), Shape.OCTAGON, Hue.RED, Cue.REFUSE)
        case _ as never:
            assert_never(never)
    return _with_progress(made, outcome)


def remedy(reason: Refusal, instant: int | None = None) -> str:
    """What to do about a refusal; ``instant`` (µs UTC) is the one it speaks of."""
    match reason:
        case Refusal.UNKNOWN_CODE:
            return _("Nobody on the roster has it. Link it to a person, or add a walk-in.")
        case Refusal.MALFORMED_CODE:
            return _("Show the card again, flat and closer, or type its number.")
        case Refusal.CARD_NUMBER:
            return _("It is no European Student Card's number. Scan again; if it stays so, ask for another card.")
        case Refusal.IDENTIFIER:
            return _("The European Student Identifier is not whole. Ask for the student card or pass.")
        case Refusal.CHECK_DIGIT:
            return _("A digit was misread or mistyped. Scan the card again, or type its number anew.")
        case Refusal.TEST_CARD:
            return _("It belongs to nobody and counts in practice only. Ask for the student's own card.")
        case Refusal.LOOK_ALIKE:
            return _("Its address only imitates a student card's. Ask for the card itself or the pass.")
        case Refusal.OTHER_INSTITUTION:
            return _("Only this institution's cards count here. Find the person by name: Ctrl+L.")
        case Refusal.OTHER_EMAIL:
            return _("Only the address that the university gave counts. Ask for the student card or pass.")
        case Refusal.WEB_ADDRESS:
            return _("It is no student's code. Ask for the student card or pass.")
        case Refusal.PERSONAL_CODE:
            return _("It must not be used and was not kept. Ask for the student card or pass.")
        case Refusal.NOT_IN:
            return _("There is no check-in to end. Choose In and scan again.")
        case Refusal.EXPIRED:
            # Until is without that instant: the day before is the last one.
            said = _("It was valid until {date}.").format(date=day_of(instant - 1)) if instant is not None else ""
            return (said + " " + _("Ask for the new card, or find the person by name: Ctrl+L.")).strip()
        case Refusal.NOT_YET_VALID:
            said = _("It is valid from {date}.").format(date=day_of(instant)) if instant is not None else ""
            return (said + " " + _("Ask for the present card, or find the person by name: Ctrl+L.")).strip()
        case (
            Refusal.PASS_DAMAGED | Refusal.PASS_FORGED | Refusal.PASS_UNKNOWN_KEY | Refusal.PASS_KEY_NOT_YET
            | Refusal.PASS_KEY_RETIRED | Refusal.PASS_KEY_EXPIRED | Refusal.PASS_EXPIRED | Refusal.PASS_NOT_YET
            | Refusal.PASS_DENIED
        ):  # fmt: skip
            return pass_remedy(pass_why(reason), instant)
        case _ as never:
            assert_never(never)


def _repeated(way: Way, role: Role, since: int) -> str:
    if way is Way.OUT:
        return _("Out since {time}. Nothing changed.").format(time=clock_time(since))
    return _("{role}, since {time}. Nothing changed. To leave: choose Out.").format(
        role=role_word(role), time=clock_time(since)
    )


def _until(end: int, now: int) -> str:
    return clock_time(end) if day_of(end) == day_of(now) else f"{day_of(end)} {clock_time(end)}"


def _with_progress(made: Feedback, outcome: Outcome) -> Feedback:
    """Add the way to the role's badges, and mark a threshold that this very scan crossed."""
    tiers = tuple(sorted((step for step in outcome.progress if step.role is made.role), key=lambda step: step.needed))
    crossed = ""
    for step in sorted(outcome.progress, key=lambda step: step.needed):
        if _crossed(step, outcome):
            crossed = _("{hours} h reached: {role}!").format(hours=step.needed // 3600, role=role_word(step.role))
    if not tiers:
        return replace(made, crossed=crossed)
    confirmed, running = tiers[0].confirmed, tiers[0].running
    total = confirmed + running
    following = next((step for step in tiers if step.needed > total), None)
    if following is None:
        goal = _("All hour badges reached: {role}").format(role=role_word(tiers[0].role))
    else:
        # Minutes are rounded up here, so that "0 min to 8 h" never stands beside a badge not reached.
        left = -(-(following.needed - total) // 60) * 60
        goal = _("{left} to {hours} h {role}").format(
            left=duration(left), hours=following.needed // 3600, role=role_word(following.role)
        )
    tally = _("{time} confirmed").format(time=duration(confirmed))
    if running:
        tally += " + " + _("{time} running now").format(time=duration(running))
    return replace(made, goal=goal, tally=tally, crossed=crossed, tiers=tiers)


def _crossed(step: Progress, outcome: Outcome) -> bool:
    """Did the visit that this scan ended carry its role over the step?"""
    match outcome.decision:
        case Release(role=role, since=since) | Switch(before=role, since=since):
            seconds = (outcome.record.stated - since) // SECOND
        case _:
            return False
    return step.role is role and step.confirmed >= step.needed > step.confirmed - seconds
