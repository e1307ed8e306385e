"""The words a document has for roles, states and flags, in the active language."""

from __future__ import annotations

from collections.abc import Iterable

from station.facts import AwardState, Flag, Role, VisitState
from station.texts import N_, _
from station.views import VisitRow

_ROLES = {
    Role.REPRESENTATION: N_("Representation"),
    Role.COORDINATION: N_("Coordination"),
    Role.TECHNICAL: N_("Technical work"),
}
_VISITS = {
    VisitState.OPEN: N_("Here now"),
    VisitState.AUTO_CLOSED: N_("Provisional: no check-out"),
    VisitState.CONFIRMED: N_("Confirmed by a person"),
}
_FLAGS = {
    Flag.TOUCH: N_("very short, no hours"),
    Flag.LONG: N_("very long"),
    Flag.UNCREDITED_LONG: N_("too long to count unconfirmed"),
    Flag.CLIPPED: N_("cut to the event's times"),
    Flag.OVERLAP: N_("overlaps another visit"),
}
_AWARDS = {
    AwardState.PROPOSED: N_("To sign off"),
    AwardState.SIGNED_OFF: N_("Waiting to be sent"),
    AwardState.SENT: N_("Sent, no answer yet"),
    AwardState.UNKNOWN: N_("Answer unclear, will ask again"),
    AwardState.ISSUED: N_("Issued"),
    AwardState.REFUSED: N_("Refused by the registry"),
}
_REASONS = {
    "invalid": N_("the badge's data is wrong"),
    "unauthorized": N_("this station was not accepted"),
    "forbidden": N_("this station may not issue"),
    "not_found": N_("no registry at its address"),
    "conflict": N_("said to be there already"),
}


def role(which: Role) -> str:
    return _(_ROLES[which])


def visit(row: VisitRow) -> str:
    """How the visit ended, and whether its hours are confirmed."""
    if row.state is VisitState.CLOSED:
        return _("Confirmed") if row.confirmed else _("Provisional")
    return _(_VISITS[row.state])


def flags(which: Iterable[Flag]) -> str:
    """What a coordinator should look at, as “very long, overlaps another visit”."""
    present = set(which)
    return ", ".join(_(said) for flag, said in _FLAGS.items() if flag in present)


def award(state: AwardState, reason: str) -> str:
    """Where the award stands; of a refused one also why, as far as the registry said."""
    said = _(_AWARDS[state])
    if state is AwardState.REFUSED and reason in _REASONS:
        return f"{said}: {_(_REASONS[reason])}"
    return said
