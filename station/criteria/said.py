"""The words for what a step towards a badge counts, in the active language."""

from __future__ import annotations

from typing import assert_never

from station.criteria.case import Counted
from station.texts import _


def counted_word(counted: Counted) -> str:
    """What a step towards a badge counts."""
    match counted:
        case Counted.SECONDS:
            return _("confirmed time")
        case Counted.EVENTS:
            return _("events attended")
        case Counted.STARTS:
            return _("individual starts")
        case Counted.TEAM_STARTS:
            return _("team starts")
        case Counted.PLACES:
            return _("prize places")
        case Counted.MONTHS:
            return _("months")
        case Counted.EVIDENCE:
            return _("vouched for")
        case Counted.PERCENT:
            return _("per cent")
        case Counted.BADGES:
            return _("badges")
        case Counted.APPLICATION:
            return _("application granted")
        case Counted.RECORD:
            return _("membership or position")
        case _ as never:
            assert_never(never)
