"""Whom a code names: a pass by its signature and its subject, any other code by the roster."""

from __future__ import annotations

from station import passes
from station.facts import Code, Identity, Malformed, PassWhy, RefusedKind, RefusedPass
from station.passbook import Passbook
from station.passes import PassFault
from station.roster import Roster


def identify(roster: Roster, passbook: Passbook, code: Code | Malformed | RefusedKind, at: int) -> Identity:
    """Whom a code names at an instant (µs UTC)."""
    if not isinstance(code, Code) or not code.text.startswith(passes.PREFIX):
        return roster.identify(code, at)
    said = passes.verify(code.text, passbook.trusted, at)
    if isinstance(said, PassFault):
        mac = roster.pass_mac(said.said.subject) if said.said else None
        return RefusedPass(said.why, mac, _instant(said))
    return roster.bearer(said.subject, passbook.withdrawn)


def _instant(fault: PassFault) -> int | None:
    if fault.said is None:
        return None
    return {PassWhy.EXPIRED: fault.said.expires, PassWhy.NOT_YET: fault.said.issued}.get(fault.why)


def whose(roster: Roster, code: Code | Malformed | RefusedKind, at: int) -> Identity:
    """Whom a code names at an instant (µs UTC), a pass's signature unlooked at: to tell people in view apart, never to
    let one in."""
    subject = passes.subject_of(code.text) if isinstance(code, Code) else None
    return roster.bearer(subject, {}) if subject else roster.identify(code, at)
