"""What a person may enter about competitions, starts and memberships: each kind's values, tidied and checked. Pure.

Values are what records hold: JSON, days as ISO text. Free words (notes, reasons, what a percentage is of) are not among
them: those lie in the erasable note table.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from station import personal_code
from station.deeds import Level, StartStatus
from station.moments import FIRST_YEAR, LAST_YEAR
from station.trouble import Trouble

Made = TypeVar("Made")

LONGEST = 200
"""Letters of a title or name."""
LONGEST_NOTE = 2000
"""Letters of a note."""
LARGEST = 1_000_000
"""Nothing here is counted further: places, points."""


class Why(StrEnum):
    """The reason code of a correction or withdrawal; words to it lie in a note."""

    MISTYPED = "mistyped"
    RESULTS = "results"
    ENDED = "ended"
    DUPLICATE = "duplicate"
    NOT_SO = "not_so"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class CompetitionEntry:
    """``unit`` is the catalogue's unit whose athletes it is recorded for; ``protocol`` names the results' document."""

    title: str
    level: Level
    day: date
    sport: str
    team: bool
    unit: str
    organiser: str = ""
    protocol: str = ""

    def values(self) -> dict[str, Any]:
        """Raises ``Trouble``: "competition_title", "entry_line", "entry_personal_code", "day_range"."""
        title = line("title", self.title)
        if not title:
            raise Trouble("competition_title")
        sport = line("sport", self.sport)
        if not sport:
            raise Trouble("competition_sport")
        return {
            "title": title,
            "level": self.level.value,
            "day": _iso(self.day),
            "sport": sport,
            "team": self.team,
            "unit": self.unit,
            "organiser": line("organiser", self.organiser),
            "protocol": line("protocol", self.protocol),
        }


@dataclass(frozen=True, slots=True)
class StartEntry:
    """``person`` is a person id, a student number, an e-mail or any code of theirs; ``competition`` is its id; the rest
    as in ``deeds.Start``."""

    person: str
    competition: str
    discipline: str = ""
    status: StartStatus = StartStatus.STARTED
    place: int | None = None
    institution: str = ""

    def values(self) -> dict[str, Any]:
        """Raises ``Trouble``: "place_range", "place_without", "entry_line", "entry_personal_code"."""
        if self.place is not None:
            if not 1 <= self.place <= LARGEST:
                raise Trouble("place_range", text=self.place)
            if self.status is not StartStatus.STARTED:
                raise Trouble("place_without", status=self.status.value)
        return {
            "competition": self.competition,
            "discipline": line("discipline", self.discipline),
            "status": self.status.value,
            "place": self.place,
            "institution": line("institution", self.institution),
        }


@dataclass(frozen=True, slots=True)
class MembershipEntry:
    """``position`` is "" for a plain member; ``until`` None while it lasts."""

    person: str
    unit: str
    since: date
    until: date | None = None
    collective: str = ""
    position: str = ""

    def values(self) -> dict[str, Any]:
        """Raises ``Trouble``: "day_order", "day_range", "entry_line", "entry_personal_code"."""
        since, until = _iso(self.since), _iso(self.until) if self.until else None
        if self.until is not None and self.until < self.since:
            raise Trouble("day_order", since=since, until=until)
        return {
            "unit": self.unit,
            "collective": line("collective", self.collective),
            "position": line("position", self.position),
            "since": since,
            "until": until,
        }


@dataclass(frozen=True, slots=True)
class EvidenceEntry:
    """Somebody vouches for what a badge asks; ``note`` says what speaks for it."""

    person: str
    badge: str
    day: date
    note: str

    def values(self) -> dict[str, Any]:
        """All but the note. Raises ``Trouble('day_range')``."""
        return {"badge": self.badge, "day": _iso(self.day)}


@dataclass(frozen=True, slots=True)
class ShareEntry:
    """``earned`` of ``possible`` towards a badge; ``note`` says of what. 0 of 0 is nothing decided yet."""

    person: str
    badge: str
    earned: int
    possible: int
    day: date
    note: str

    def values(self) -> dict[str, Any]:
        """All but the note. Raises ``Trouble``: "share_numbers", "day_range"."""
        if not 0 <= self.earned <= self.possible <= LARGEST:
            raise Trouble("share_numbers", earned=self.earned, possible=self.possible)
        return {"badge": self.badge, "earned": self.earned, "possible": self.possible, "day": _iso(self.day)}


@dataclass(frozen=True, slots=True)
class ApplicationEntry:
    """Somebody asks for a badge that is given on application."""

    person: str
    badge: str
    day: date
    note: str = ""

    def values(self) -> dict[str, Any]:
        """All but the note. Raises ``Trouble('day_range')``."""
        return {"badge": self.badge, "day": _iso(self.day)}


Entry = StartEntry | MembershipEntry | EvidenceEntry | ShareEntry | ApplicationEntry
"""What somebody enters about a person."""


# --- single values -----------------------------------------------------------------------------------------------


def line(name: str, text: str) -> str:
    """One line of text with single spaces; "" stays "".

    Raises ``Trouble``: "entry_line" for what cannot be shown or is too long, "entry_personal_code".
    """
    plain = unicodedata.normalize("NFC", " ".join(text.split()))
    if len(plain) > LONGEST or not plain.isprintable() or "\ufffd" in plain:
        raise Trouble("entry_line", name=name, most=LONGEST)
    _no_personal_code(name, plain)
    return plain


def note(text: str, *, needed: bool) -> str:
    """A note as it is kept: its lines, without what cannot be shown.

    Raises ``Trouble``: "note_missing" where one is needed, "note_long", "entry_personal_code".
    """
    lines = [" ".join(part.split()) for part in unicodedata.normalize("NFC", text).splitlines()]
    plain = "\n".join("".join(c for c in part if c.isprintable()) for part in lines).strip()
    if needed and not plain:
        raise Trouble("note_missing")
    if len(plain) > LONGEST_NOTE:
        raise Trouble("note_long", most=LONGEST_NOTE)
    _no_personal_code("note", plain)
    return plain


def _no_personal_code(name: str, text: str) -> None:
    if personal_code.holds(text):
        raise Trouble("entry_personal_code", name=name)


def _iso(day: date) -> str:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Trouble("day_range", day=day.isoformat())
    return day.isoformat()


def read_day(text: str) -> date:
    """A day written as 2026-11-22. Raises ``Trouble('day_unreadable')``."""
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip(), re.ASCII):
            raise ValueError
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise Trouble("day_unreadable", text=text.strip()[:40]) from None
    _iso(day)
    return day


def read_number(text: str) -> int:
    """A whole number of plain digits. Raises ``Trouble('number_unreadable')``."""
    plain = text.strip()
    if not (plain.isascii() and plain.isdigit() and len(plain) <= len(str(LARGEST))):
        raise Trouble("number_unreadable", text=plain[:40])
    return int(plain)


def read_status(text: str) -> StartStatus:
    """Raises ``Trouble('status_unreadable')``."""
    try:
        return StartStatus(text.strip().casefold())
    except ValueError:
        raise Trouble("status_unreadable", text=text.strip()[:40]) from None


def read_level(text: str) -> Level:
    """Raises ``Trouble('level_unreadable')``."""
    try:
        return Level(text.strip().casefold())
    except ValueError:
        levels = ", ".join(level.value for level in Level)
        raise Trouble("level_unreadable", text=text.strip()[:40], known=levels) from None


def read_team(text: str) -> bool:
    """Whether teams compete: "team" or "individual". Raises ``Trouble('team_unreadable')``."""
    plain = text.strip().casefold()
    if plain not in ("team", "individual"):
        raise Trouble("team_unreadable", text=text.strip()[:40])
    return plain == "team"


_READERS: Mapping[str, Callable[[str], Any]] = {
    "day": read_day,
    "since": read_day,
    "until": read_day,
    "place": read_number,
    "earned": read_number,
    "possible": read_number,
    "status": read_status,
    "level": read_level,
    "team": read_team,
}


def read(kind: type[Made], given: Mapping[str, str]) -> Made:
    """An entry from texts by the names of its fields, as columns of a file or a command's options have them; what is
    empty is left at its default.

    Raises ``Trouble``: "entry_missing" for a field that must be there, and what the fields' readers raise.
    """
    made = {}
    for field in fields(kind):  # type: ignore[arg-type]  # every entry is a dataclass
        text = given.get(field.name, "").strip()
        if text:
            made[field.name] = _READERS.get(field.name, str)(text)
        elif field.default is MISSING:
            raise Trouble("entry_missing", name=field.name)
    return kind(**made)


def revised(
    kind: type[CompetitionEntry | StartEntry | MembershipEntry],
    values: Mapping[str, Any],
    changes: Mapping[str, str],
) -> dict[str, Any]:
    """A record's values with some of them replaced by texts, tidied and checked; an empty text empties a value.

    Raises what ``read`` and the entry's ``values`` raise.
    """
    texts = {name: _text(value) for name, value in values.items()} | {"person": "-"} | dict(changes)
    return read(kind, texts).values()


def _text(value: Any) -> str:
    """What ``read`` reads as this value."""
    if isinstance(value, bool):
        return "team" if value else "individual"
    return "" if value is None else str(value)
