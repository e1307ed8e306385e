"""The words of the Readiness page: titles of the checks, what was found, and what the scanner test says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from station.layouts import Found, Tested
from station.texts import N_, _, day_of, ngettext, sentence
from station.views import Check, State
from station.words import roster_word

_TITLES = {
    "key": N_("Key"),
    "commit": N_("Recording"),
    "records": N_("Records"),
    "roster": N_("Roster"),
    "passes": N_("Passes"),
    "registry": N_("Registry"),
    "clock": N_("Clock"),
    "disk": N_("Disk"),
    "decode": N_("Decoder"),
    "zbar": N_("Second decoder"),
    "camera": N_("Camera"),
    "hand scanner": N_("Hand scanner"),
}
_FOUND = {
    "key": N_("The data is unlocked."),
    "commit": N_("A record was written and taken back."),
    "records": N_("All records are whole."),
    "decode": N_("A code was made and read back."),
    "zbar": N_("It is there."),
}
_LAYOUTS = {
    "lt": N_("Lithuanian"),
    "lt-std": N_("Lithuanian (standard)"),
    "de": N_("German"),
    "fr": N_("French"),
}

ICONS = {State.OK: "check", State.WARN: "triangle-alert", State.FAIL: "octagon-x"}
HUES = {State.OK: "green_text", State.WARN: "amber_text", State.FAIL: "red_text"}


def check_title(name: str) -> str:
    """What is checked."""
    return _(_TITLES[name]) if name in _TITLES else name


def state_word(state: State) -> str:
    match state:
        case State.OK:
            return _("In order")
        case State.WARN:
            return _("Look")
        case State.FAIL:
            return _("Not in order")
        case _ as never:
            assert_never(never)


def check_words(check: Check) -> str:
    """What was found; where something is wrong, what to do about it."""
    if check.trouble is not None:
        return sentence(check.trouble)
    found = check.found
    match check.name:
        case "roster":
            return roster_word(int(str(found.get("n", 0))), int(str(found.get("days", 0)))) + "."
        case "passes":
            return _passes(int(str(found.get("keys", 0))), int(str(found.get("hours", 0))))
        case "registry":
            return _("{name} answers.").format(name=found.get("name", ""))
        case "disk":
            return _("{n} GB are free.").format(n=int(str(found.get("bytes", 0))) // 1_000_000_000)
        case "camera":
            return _camera(check)
        case "hand scanner":
            day = day_of(int(str(found.get("at", 0))))
            said = _("Tested on {day}: its codes are put right.") if found.get("restored") else _("Tested on {day}.")
            return said.format(day=day)
        case _:
            return _(_FOUND[check.name]) if check.name in _FOUND else check.do


def _passes(keys: int, hours: int) -> str:
    if not keys:
        return _("The institution gives no passes of its own.")
    said = ngettext("{n} key.", "{n} keys.", keys).format(n=keys)
    days = hours // 24
    if not days:
        return said + " " + _("The list of withdrawn passes is of today.")
    return f"{said} " + ngettext(
        "The list of withdrawn passes is {n} day old.", "The list of withdrawn passes is {n} days old.", days
    ).format(n=days)


def _camera(check: Check) -> str:
    parts = [str(check.found.get("name", ""))]
    size, rate = check.found.get("size"), check.found.get("rate")
    if isinstance(size, tuple):
        parts.append(f"{size[0]} × {size[1]}")
    if isinstance(rate, float) and rate:
        parts.append(_("{n}/s").format(n=round(rate)))
    return " · ".join(part for part in parts if part)


def summary(checks: Sequence[Check]) -> tuple[State, str]:
    """One line for all of them."""
    failed = sum(check.state is State.FAIL for check in checks)
    warned = sum(check.state is State.WARN for check in checks)
    if failed:
        words = ngettext("Not ready: {n} thing must be mended", "Not ready: {n} things must be mended", failed).format(
            n=failed
        )
        return State.FAIL, words
    if warned:
        words = ngettext("Ready, but look at {n} thing", "Ready, but look at {n} things", warned).format(n=warned)
        return State.WARN, words
    return State.OK, _("Ready: everything is in order")


def layout_word(layout: str) -> str:
    """A keyboard layout's name."""
    return _(_LAYOUTS[layout])


def result_words(tested: Tested, *, ended: bool) -> tuple[State, str, str]:
    """How the scanner test went: its state, a title, and what holds or what to do."""
    silent = "" if ended else " " + _("It sends no Enter, so from now on a short silence ends a code.")
    match tested.found:
        case Found.RIGHT:
            return State.OK, _("The scanner is right"), _("Its codes arrive as they are.") + silent
        case Found.RESTORED:
            if tested.layout:
                said = _(
                    "The scanner types for an English (US) keyboard, this computer is set to {layout}. From now on its "
                    "codes are put right. Test again whenever the computer's keyboard changes."
                ).format(layout=layout_word(tested.layout))
            else:
                said = _(
                    "The scanner types for another keyboard than this computer's. From now on its codes are put right. "
                    "Test again whenever the computer's keyboard changes."
                )
            return State.OK, _("Wrong keyboard layout, put right"), said + silent
        case Found.DAMAGED:
            lost = " ".join(tested.lost.replace(" ", "␣"))
            said = _(
                "These signs are lost: {lost}. Set the scanner's keyboard to this computer's layout or to ALT codes "
                "(its manual has codes for that), or this computer's keyboard to English (US). Then scan again."
            ).format(lost=lost)
            return State.FAIL, _("The scanner's codes arrive damaged"), said
        case Found.CAPS:
            return State.WARN, _("Caps Lock is on"), _("Turn it off and scan again.")
        case Found.OTHER:
            return State.WARN, _("This was not the test code"), _("Scan one of the two codes shown here.")
        case _ as never:
            assert_never(never)
