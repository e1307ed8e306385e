"""How old a roster may be: when a desk may open by it, and what is wrong when not. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from station.facts import SECOND
from station.trouble import Trouble

DAY = 24 * 3600 * SECOND
STALE_DAYS = 60
"""Days, where an institution's programme does not say."""
ROSTER_FAULTS = frozenset({"roster_none", "roster_stale"})
"""The codes of what keeps a desk closed."""
_SOON = 0.75
"""The part of its life after which a roster is worth a word."""


@dataclass(frozen=True, slots=True)
class Age:
    """``people`` are on the roster; ``imported`` (µs UTC) is when an import last came to its end, None for never."""

    people: int
    imported: int | None

    def days(self, now: int) -> int:
        """Whole days since the last import."""
        return max(0, now - (self.imported or 0)) // DAY


def fault(age: Age, stale_days: int, now: int) -> Trouble | None:
    """Why a desk must not open by this roster; None when it may: "roster_none" or "roster_stale"."""
    if age.people == 0 or age.imported is None:
        return Trouble("roster_none")
    days = age.days(now)
    return Trouble("roster_stale", days=days, most=stale_days) if days > stale_days else None


def warning(age: Age, stale_days: int, now: int) -> Trouble | None:
    """What to say while it may still be used: "roster_soon_stale"."""
    days = age.days(now)
    return Trouble("roster_soon_stale", days=days, most=stale_days) if days > _SOON * stale_days else None
