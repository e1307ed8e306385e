"""An institution's badge programme as data: units, badges and hours rules, read strictly from TOML.

The file says what the programme is; nothing here knows a particular university. A wrong file is refused as a
whole, naming line, key and reason: half a programme would give other hours on another laptop.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from station import catalogue_codes, codes, kinds
from station.catalogue_codes import Entry
from station.catalogue_file import DOMAIN, ID, CatalogueSource, CatalogueTable
from station.facts import Code, RefusedKind, Role, Unfit
from station.freshness import STALE_DAYS
from station.resources import resource
from station.trouble import Trouble
from station.views import Tried

FORMAT = 1
"""The version of the file format this program reads."""


class Scope(StrEnum):
    """Within what confirmed hours add up towards a badge (rule H13)."""

    EVENT = "event"
    SERIES = "series"
    ALL_TIME = "all_time"


@dataclass(frozen=True, slots=True)
class HoursRules:
    """How hours are credited; all durations are whole seconds.

    A stay below ``touch_s`` credits nothing (H3); the same code within ``toggle_repeat_s`` changes nothing;
    credit is clipped to the event's window widened by ``margin_s`` on both sides (H10); a visit above
    ``long_s`` is flagged and one above ``uncredited_s`` is provisional until confirmed (H9).
    """

    touch_s: int = 300
    toggle_repeat_s: int = 60
    margin_s: int = 3600
    long_s: int = 43_200
    uncredited_s: int = 57_600
    scope: Scope = Scope.SERIES


@dataclass(frozen=True, slots=True)
class HoursCriterion:
    """Earned by ``seconds`` of confirmed time in ``role``, within the unit and the scope."""

    role: Role
    seconds: int


@dataclass(frozen=True, slots=True)
class Badge:
    """One badge. ``title`` and ``criteria`` by language; the Lithuanian ones are the institution's words."""

    id: str
    title: Mapping[str, str]
    criteria: Mapping[str, str]
    unit: str
    criterion: HoursCriterion


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of the institution that holds events and gives badges."""

    id: str
    title: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The whole programme of one institution, in the order of its file. No desk opens by a roster that was imported
    more than ``stale_days`` ago."""

    institution: Mapping[str, str]
    version: str
    units: Mapping[str, Unit]
    badges: Mapping[str, Badge]
    rules: HoursRules
    email_domains: tuple[str, ...]
    code_entries: tuple[Entry, ...]
    stale_days: int = STALE_DAYS

    def kinds(self, *, practice: bool = False) -> tuple[codes.Kind, ...]:
        """The kinds of code that are taken, in their order, for ``codes.parse``; in practice also test cards."""
        real = tuple(entry.kind for entry in self.code_entries)
        return kinds.in_practice(real) if practice else real

    def is_id(self, text: str) -> bool:
        """Whether a barcode that has no strong check of its own may be believed: its text is of a kind that this
        institution takes, or a personal code, so that whoever shows one is told."""
        found = codes.parse(text, self.kinds())
        if isinstance(found, Code):
            return found.kind != ""
        return found == RefusedKind(Unfit.PERSONAL_CODE)

    def tried(self, text: str, *, practice: bool = False) -> Tried:
        """What a text is, for whoever tries a code out."""
        found = codes.parse(text, self.kinds(practice=practice))
        kind = found.kind if isinstance(found, Code) else ""
        return Tried(found, next((entry.title for entry in self.code_entries if entry.kind.id == kind), {}))

    def badges_of(self, unit: str) -> tuple[Badge, ...]:
        """The badges a unit gives; none for a unit that is not in the catalogue."""
        return tuple(badge for badge in self.badges.values() if badge.unit == unit)


def bundled() -> str:
    """The text of the programme that comes with the program (KTU)."""
    return resource("catalogue", "ktu.toml").read_text(encoding="utf-8")


def parse(text: str, name: str) -> Catalogue:
    """Read a catalogue; ``name`` is the file's name for messages. Raises ``Trouble('catalogue_…')``."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        reason, _, where = str(error).partition(" (at ")
        at = re.match(r"line (\d+)", where)  # tomllib says either this or "end of document"
        line = at[1] if at else len(text.splitlines())
        raise Trouble("catalogue_syntax", place=f"{name}:{line}", reason=reason) from None
    except (RecursionError, ValueError):  # brackets in brackets without end; a number or date that is none
        raise Trouble("catalogue_syntax", place=name, reason="value out of bounds") from None
    return _catalogue(CatalogueTable(found, (), CatalogueSource(name, text)))


def _catalogue(top: CatalogueTable) -> Catalogue:
    if (found := top.number("format", 1, 1_000_000)) != FORMAT:
        top.fail("catalogue_format", "format", found=found, known=FORMAT)
    rules = _rules(top.table("hours"))
    roles = {role: names.titles() for role, names in _roles(top.table("roles"))}
    units: dict[str, Unit] = {}
    badges: dict[str, Badge] = {}
    for unit, entry in top.table("units").tables():
        units[unit] = Unit(unit, entry.titles())
        if "volunteering" in entry.entries:
            _add(badges, unit, entry.table("volunteering"), roles)
        entry.finish()
    if not units:
        top.fail("catalogue_missing", "units")
    domains = tuple(top.texts("email_domains", DOMAIN))
    catalogue = Catalogue(
        institution=top.titles("institution"),
        version=top.text("version"),
        units=units,
        badges=badges,
        rules=rules,
        email_domains=domains,
        code_entries=catalogue_codes.read(top, domains),
        stale_days=_stale_days(top),
    )
    top.finish()
    return catalogue


def _rules(table: CatalogueTable) -> HoursRules:
    rules = HoursRules(
        touch_s=table.number("touch_minutes", 0, 240) * 60,
        toggle_repeat_s=table.number("repeat_seconds", 0, 3600),
        margin_s=table.number("margin_minutes", 0, 1440) * 60,
        long_s=table.number("long_hours", 1, 168) * 3600,
        uncredited_s=table.number("uncredited_hours", 1, 168) * 3600,
        scope=Scope(table.choice("scope", Scope)),
    )
    if rules.uncredited_s < rules.long_s:
        table.fail("catalogue_order", "uncredited_hours", lower="long_hours")
    table.finish()
    return rules


def _stale_days(top: CatalogueTable) -> int:
    """How old a roster may be; the usual where the programme does not say."""
    if "roster" not in top.entries:
        return STALE_DAYS
    table = top.table("roster")
    days = table.number("stale_days", 1, 3660)
    table.finish()
    return days


def _roles(table: CatalogueTable) -> Iterator[tuple[Role, CatalogueTable]]:
    """Each role the program knows must have its names, so that every badge can be titled."""
    for role in Role:
        yield role, table.table(role.value)
    table.finish()


def _add(badges: dict[str, Badge], unit: str, table: CatalogueTable, roles: Mapping[Role, Mapping[str, str]]) -> None:
    """Expand a unit's volunteering table: one badge for each of its roles and numbers of hours."""
    base = table.text("id", ID)
    titles, criteria = table.titles("title"), table.titles("criteria")
    for language, title in titles.items():
        for part in ("{role}", "{hours}"):
            if part not in title:
                table.fail("catalogue_title", f"title.{language}", part=part)
    numbers = table.numbers("hours", 1, 1000)
    for role in (Role(name) for name in table.choices("roles", Role)):
        for hours in numbers:
            badge = f"{base}.{role}.{hours}h"
            if badge in badges:
                table.fail("catalogue_twice", "id", found=badge)
            named = {
                language: title.replace("{role}", roles[role][language]).replace("{hours}", str(hours))
                for language, title in titles.items()
            }
            badges[badge] = Badge(badge, named, criteria, unit, HoursCriterion(role, hours * 3600))
    table.finish()
