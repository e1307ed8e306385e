"""The words for what is wrong with a student pass, and what to do about it, in the active language."""

from __future__ import annotations

from typing import assert_never

from station.facts import PassState, PassWhy, Withdrawal
from station.texts import _, moment


def pass_word(why: PassWhy) -> str:
    """What is wrong with a student pass, in a few words."""
    match why:
        case PassWhy.DAMAGED:
            return _("Damaged pass")
        case PassWhy.FORGED:
            return _("Forged pass")
        case PassWhy.UNKNOWN_KEY:
            return _("Pass with an unknown key")
        case PassWhy.KEY_NOT_YET:
            return _("Pass made too early")
        case PassWhy.KEY_RETIRED:
            return _("Pass with a retired key")
        case PassWhy.KEY_EXPIRED:
            return _("Pass made too late")
        case PassWhy.EXPIRED:
            return _("Expired pass")
        case PassWhy.NOT_YET:
            return _("Pass not valid yet")
        case PassWhy.DENIED:
            return _("Withdrawn pass")
        case _ as never:
            assert_never(never)


def pass_remedy(why: PassWhy, instant: int | None) -> str:
    """What to do about a student pass that is refused; ``instant`` (µs UTC) is when it ended or begins."""
    when = "–" if instant is None else moment(instant)
    match why:
        case PassWhy.DAMAGED:
            return _("It is not whole. Show it again, or find the person by name: Ctrl+L.")
        case PassWhy.FORGED:
            return _("Its signature is wrong, so nobody here made it. Ask for the student card.")
        case PassWhy.UNKNOWN_KEY:
            return _("This station does not know its key. Get the newest keys, then show it again.")
        case PassWhy.KEY_NOT_YET:
            return _("Its key was not in force yet when it was made. Ask for the student card or a new pass.")
        case PassWhy.KEY_RETIRED:
            return _("Its key was taken out of use. Ask for the student card or a new pass.")
        case PassWhy.KEY_EXPIRED:
            return _("Its key had expired when it was made. Ask for the student card or a new pass.")
        case PassWhy.EXPIRED:
            return _("It expired on {moment}. Ask for the student card or a new pass.").format(moment=when)
        case PassWhy.NOT_YET:
            return _("It holds from {moment} on. If that is past, set this computer's clock right.").format(moment=when)
        case PassWhy.DENIED:
            return _("It was reported lost or stolen. Ask for another proof of who it is.")
        case _ as never:
            assert_never(never)


def state_word(state: PassState) -> str:
    """What became of a pass that was made."""
    match state:
        case PassState.VALID:
            return _("valid")
        case PassState.EXPIRED:
            return _("expired")
        case PassState.WITHDRAWN:
            return _("withdrawn")
        case PassState.KEY_RETIRED:
            return _("key retired")
        case _ as never:
            assert_never(never)


def reason_word(reason: Withdrawal) -> str:
    """Why a pass was withdrawn."""
    match reason:
        case Withdrawal.LOST:
            return _("lost")
        case Withdrawal.STOLEN:
            return _("stolen")
        case Withdrawal.LEFT:
            return _("left the university")
        case Withdrawal.MISTAKE:
            return _("made by mistake")
        case _ as never:
            assert_never(never)
