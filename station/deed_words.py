"""The words for competitions, starts and applications, in the active language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from station.deedbook import Oddity
from station.deeds import INDEPENDENT, Answered, Level, StartStatus
from station.texts import _


def level_word(level: Level) -> str:
    match level:
        case Level.UNIVERSITY:
            return _("University level")
        case Level.CITY:
            return _("City level")
        case Level.REGIONAL:
            return _("Regional level")
        case Level.NATIONAL:
            return _("National level")
        case Level.INTERNATIONAL:
            return _("International level")
        case _ as never:
            assert_never(never)


def status_word(status: StartStatus) -> str:
    match status:
        case StartStatus.STARTED:
            return _("Started")
        case StartStatus.DNF:
            return _("Did not finish")
        case StartStatus.DSQ:
            return _("Disqualified")
        case StartStatus.DNS:
            return _("Did not start")
        case _ as never:
            assert_never(never)


def team_word(team: bool) -> str:
    return _("Team sport") if team else _("Individual sport")


def institution_word(institution: str, ours: str) -> str:
    """Whom somebody represented."""
    return _("on their own") if institution == INDEPENDENT else institution or ours


def answer_word(answer: Answered) -> str:
    match answer:
        case Answered.OPEN:
            return _("Not answered yet")
        case Answered.GRANTED:
            return _("Granted")
        case Answered.DECLINED:
            return _("Declined")
        case _ as never:
            assert_never(never)


def oddity_word(oddity: Oddity) -> str:
    match oddity:
        case Oddity.TWICE:
            return _("entered twice")
        case Oddity.DISPUTED:
            return _("corrected differently by two people")
        case Oddity.TWO_INSTITUTIONS:
            return _("two institutions in one academic year")
        case Oddity.NO_COMPETITION:
            return _("its competition is not known")
        case _ as never:
            assert_never(never)


def oddity_words(oddities: Iterable[Oddity]) -> str:
    """What a person should look at, as “entered twice, two institutions in one academic year”."""
    present = set(oddities)
    return ", ".join(oddity_word(one) for one in Oddity if one in present)
