"""Times that people write -> instants: ISO 8601, local time (Europe/Vilnius) unless an offset is given."""

from __future__ import annotations

from datetime import UTC, datetime

from station.texts import ZONE
from station.trouble import Trouble

FIRST_YEAR, LAST_YEAR = 2000, 2100
"""Nothing this program speaks of lies outside; calendars fail far outside."""


def read(text: str) -> int:
    """The instant (µs UTC) that a text names.

    Raises ``Trouble``: "time_unreadable"; "time_twice" for the hour that the autumn change repeats and "time_never"
    for the one that the spring change leaves out, when no offset is given.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Trouble("time_unreadable", text=text[:40]) from None
    if moment.tzinfo is None and FIRST_YEAR <= moment.year <= LAST_YEAR:
        early, late = (moment.replace(tzinfo=ZONE, fold=fold) for fold in (0, 1))
        if early.astimezone(UTC).astimezone(ZONE).replace(tzinfo=None) != moment:
            raise Trouble("time_never", text=text.strip())
        if early.utcoffset() != late.utcoffset():
            raise Trouble("time_twice", text=text.strip())
        moment = early
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise Trouble("time_unreadable", text=text.strip()[:40])
    whole = moment.astimezone(UTC).replace(microsecond=0)
    return int(whole.timestamp()) * 1_000_000 + moment.microsecond
