"""The words for roles, verdicts, states and flags, in the active language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from station.deeds import Level
from station.facts import AwardState, Flag, PassWhy, Refusal, Role, Verdict, VisitState, Way
from station.headings import Field
from station.pass_words import pass_word
from station.texts import N_, _, ngettext
from station.views import Camera, Hint, Link

_REASONS = {
    "invalid": N_("the badge's data is wrong"),
    "unauthorized": N_("this station was not accepted"),
    "forbidden": N_("this station may not issue"),
    "not_found": N_("no registry at its address"),
    "conflict": N_("said to be there already"),
}
"""The registry's reasons (``sync.registry.Reason``) that a person can act on."""


def role_word(role: Role) -> str:
    match role:
        case Role.REPRESENTATION:
            return _("Representation")
        case Role.COORDINATION:
            return _("Coordination")
        case Role.TECHNICAL:
            return _("Technical work")
        case _ as never:
            assert_never(never)


def way_word(way: Way) -> str:
    match way:
        case Way.IN:
            return _("In")
        case Way.OUT:
            return _("Out")
        case Way.EITHER:
            return _("In or out")
        case _ as never:
            assert_never(never)


def verdict_word(verdict: Verdict) -> str:
    match verdict:
        case Verdict.ADMITTED:
            return _("Checked in")
        case Verdict.RELEASED:
            return _("Checked out")
        case Verdict.SWITCHED:
            return _("Role switched")
        case Verdict.REPEAT:
            return _("Already recorded")
        case Verdict.REFUSED:
            return _("Refused")
        case _ as never:
            assert_never(never)


def visit_word(state: VisitState, *, confirmed: bool) -> str:
    match state:
        case VisitState.OPEN:
            return _("Here now")
        case VisitState.CLOSED:
            return _("Confirmed") if confirmed else _("Provisional")
        case VisitState.AUTO_CLOSED:
            return _("Provisional: no check-out")
        case VisitState.CONFIRMED:
            return _("Confirmed by a person")
        case _ as never:
            assert_never(never)


def flag_word(flag: Flag) -> str:
    match flag:
        case Flag.TOUCH:
            return _("very short, no hours")
        case Flag.LONG:
            return _("very long")
        case Flag.UNCREDITED_LONG:
            return _("too long to count unconfirmed")
        case Flag.CLIPPED:
            return _("cut to the event's times")
        case Flag.OVERLAP:
            return _("overlaps another visit")
        case Flag.DISPUTED:
            return _("a desk had said something else")
        case Flag.WALK_IN:
            return _("walk-in, not matched yet")
        case Flag.TWO_PEOPLE:
            return _("a code or match of theirs is somebody else's too")
        case _ as never:
            assert_never(never)


def flag_words(flags: Iterable[Flag]) -> str:
    """What a coordinator should look at, as “very long, overlaps another visit”."""
    present = set(flags)
    return ", ".join(flag_word(flag) for flag in Flag if flag in present)


def award_word(state: AwardState, reason: str = "") -> str:
    """Where an award stands; of a refused one also why, as far as the registry said.

    ``reason`` may also be "walk_in": whose it is must be known first; or "held": the person has it under another id.
    """
    if reason == "walk_in":
        return _("Walk-in, not matched yet")
    if reason == "held":
        issued = state is AwardState.ISSUED
        return _("Issued twice to one person") if issued else _("Not sent: the person has it already")
    match state:
        case AwardState.PROPOSED:
            return _("To sign off")
        case AwardState.SIGNED_OFF:
            return _("Waiting to be sent")
        case AwardState.SENT:
            return _("Sent, no answer yet")
        case AwardState.UNKNOWN:
            return _("Answer unclear, will ask again")
        case AwardState.ISSUED:
            return _("Issued")
        case AwardState.REFUSED:
            said = _("Refused by the registry")
            return f"{said}: {_(_REASONS[reason])}" if reason in _REASONS else said
        case _ as never:
            assert_never(never)


def reach_word(level: Level) -> str:
    """How far a competition reaches, as part of a sentence."""
    match level:
        case Level.UNIVERSITY:
            return _("university")
        case Level.CITY:
            return _("city")
        case Level.REGIONAL:
            return _("regional")
        case Level.NATIONAL:
            return _("national")
        case Level.INTERNATIONAL:
            return _("international")
        case _ as never:
            assert_never(never)


def link_word(link: Link) -> str:
    match link:
        case Link.NONE:
            return _("No registry")
        case Link.IDLE:
            return _("Registry not contacted yet")
        case Link.ONLINE:
            return _("Online")
        case Link.OFFLINE:
            return _("Offline")
        case _ as never:
            assert_never(never)


def camera_word(camera: Camera) -> str:
    match camera:
        case Camera.OFF:
            return _("Camera off")
        case Camera.OPENING:
            return _("Camera opening…")
        case Camera.LIVE:
            return _("Camera")
        case Camera.DEMO:
            return _("Moving picture")
        case Camera.GONE:
            return _("Camera gone")
        case _ as never:
            assert_never(never)


def hint_word(hint: Hint) -> str:
    """What helps, for whoever holds the code."""
    match hint:
        case Hint.TOO_FAR:
            return _("Closer")
        case Hint.TOO_CLOSE:
            return _("Further away")
        case Hint.GLARE:
            return _("Tilt it")
        case Hint.DARK:
            return _("More light")
        case Hint.BLURRED:
            return _("Hold it still")
        case Hint.EDGE:
            return _("To the middle")
        case _ as never:
            assert_never(never)


def hint_reason(hint: Hint) -> str:
    """Why the code in view cannot be read."""
    match hint:
        case Hint.TOO_FAR:
            return _("the code is too small in the picture")
        case Hint.TOO_CLOSE:
            return _("the code does not fit into the picture")
        case Hint.GLARE:
            return _("glare covers part of the code")
        case Hint.DARK:
            return _("the code is too dark")
        case Hint.BLURRED:
            return _("the code is blurred")
        case Hint.EDGE:
            return _("part of the code is outside the picture")
        case _ as never:
            assert_never(never)


def refusal_word(reason: Refusal) -> str:
    """Why a reading was refused, in a few words."""
    match reason:
        case Refusal.UNKNOWN_CODE:
            return _("Unknown code")
        case Refusal.MALFORMED_CODE:
            return _("Not a code")
        case Refusal.CARD_NUMBER:
            return _("Wrong card number")
        case Refusal.IDENTIFIER:
            return _("Wrong student identifier")
        case Refusal.CHECK_DIGIT:
            return _("Wrong check digit")
        case Refusal.PERSONAL_CODE:
            return _("Personal code")
        case Refusal.TEST_CARD:
            return _("Test card")
        case Refusal.LOOK_ALIKE:
            return _("Not a student card")
        case Refusal.OTHER_INSTITUTION:
            return _("Another institution's card")
        case Refusal.OTHER_EMAIL:
            return _("Not the university's e-mail")
        case Refusal.WEB_ADDRESS:
            return _("A web address")
        case Refusal.NOT_IN:
            return _("Not checked in")
        case (
            Refusal.PASS_DAMAGED | Refusal.PASS_FORGED | Refusal.PASS_UNKNOWN_KEY | Refusal.PASS_KEY_NOT_YET
            | Refusal.PASS_KEY_RETIRED | Refusal.PASS_KEY_EXPIRED | Refusal.PASS_EXPIRED | Refusal.PASS_NOT_YET
            | Refusal.PASS_DENIED
        ):  # fmt: skip
            return pass_word(pass_why(reason))
        case Refusal.EXPIRED:
            return _("Number no longer valid")
        case Refusal.NOT_YET_VALID:
            return _("Number not valid yet")
        case _ as never:
            assert_never(never)


def field_word(field: Field | None) -> str:
    """What a column of a roster holds."""
    match field:
        case None:
            return _("Leave out")
        case Field.STUDENT_ID:
            return _("Student number")
        case Field.NAME:
            return _("Name and surname")
        case Field.FIRST:
            return _("First name")
        case Field.LAST:
            return _("Surname")
        case Field.EMAIL:
            return _("E-mail")
        case Field.CODES:
            return _("Card numbers")
        case Field.VALID_FROM:
            return _("Valid from")
        case Field.VALID_UNTIL:
            return _("Valid until")
        case _ as never:
            assert_never(never)


def pass_why(reason: Refusal) -> PassWhy:
    """What is wrong with the pass that a refusal speaks of."""
    return PassWhy(reason.removeprefix("pass_"))


def roster_word(people: int, days: int) -> str:
    """How large the roster is and how old, as “412 people, imported 3 days ago”."""
    said = ngettext("{n} person", "{n} people", people).format(n=people)
    if days == 0:
        return f"{said}, " + _("imported today")
    return f"{said}, " + ngettext("imported {n} day ago", "imported {n} days ago", days).format(n=days)
