"""An institution's badge programme as data: units, badges and hours rules, read strictly from TOML.

The file says what the programme is; nothing here knows a particular university. A wrong file is refused as a
whole, naming line, key and reason: half a programme would give other hours on another laptop.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from station import badge_file as reading
from station import catalogue_codes, codes, hours_rules, kinds, volunteering
from station.badge import Badge, Basis, Competency, Level, PortfolioType
from station.badge_file import Known
from station.catalogue_codes import Entry
from station.catalogue_file import DOMAIN, CatalogueSource, CatalogueTable
from station.choices import UNSET, Choice
from station.criteria import leaves
from station.criteria.joined import Collected
from station.facts import Code, RefusedKind, Unfit
from station.freshness import STALE_DAYS
from station.hours_rules import HoursRules
from station.resources import resource
from station.scopes import Scope
from station.trouble import Trouble
from station.views import Tried

__all__ = ["FORMAT", "Badge", "Catalogue", "HoursRules", "Scope", "Unit", "bundled", "faults", "parse"]

FORMAT = 1
"""The version of the file format this program reads."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of the institution that holds events and gives badges; ``basis`` says how its programme names it."""

    id: str
    title: Mapping[str, str]
    basis: Basis = Basis.EXPLICIT


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
    levels: Mapping[str, Level] = field(default_factory=dict)
    portfolio: Mapping[str, PortfolioType] = field(default_factory=dict)
    competencies: Mapping[str, Competency] = field(default_factory=dict)
    choices: Mapping[str, Choice] = field(default_factory=dict)

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
    source = CatalogueSource(name, text)
    found = _read(source)
    if found is None or source.faults:
        raise source.faults[0]
    return found


def faults(text: str, name: str) -> list[Trouble]:
    """Everything that is wrong with a catalogue, as far as it can be told apart; none for a good one."""
    source = CatalogueSource(name, text)
    _read(source)
    return source.faults


def _read(source: CatalogueSource) -> Catalogue | None:
    """The catalogue, as far as it goes on after its faults; None where one ended it."""
    try:
        return _catalogue(CatalogueTable(_toml(source), (), source))
    except Trouble as trouble:
        source.faults.append(trouble)
        return None


def _toml(source: CatalogueSource) -> dict[str, Any]:
    try:
        return tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        reason, _, where = str(error).partition(" (at ")
        at = re.match(r"line (\d+)", where)  # tomllib says either this or "end of document"
        line = at[1] if at else len(source.text.splitlines())
        raise Trouble("catalogue_syntax", place=f"{source.name}:{line}", reason=reason) from None
    except (RecursionError, ValueError):  # brackets in brackets without end; a number or date that is none
        raise Trouble("catalogue_syntax", place=source.name, reason="value out of bounds") from None


def _catalogue(top: CatalogueTable) -> Catalogue:
    if (found := top.number("format", 1, 1_000_000)) != FORMAT:
        top.fail("catalogue_format", "format", found=found, known=FORMAT)
    for choice in _choices(_optional(top, "choices")):
        top.source.choices[choice.name] = choice
    rules = hours_rules.read(top.table("hours"))
    names = volunteering.role_names(top.table("roles"))
    for_competencies, for_portfolio = _optional(top, "competencies"), _optional(top, "portfolio")
    competencies = {one.id: one for one in reading.competencies(for_competencies)}
    portfolio = {one.id: one for one in reading.portfolio_types(for_portfolio)}
    levels = {one.id: one for one in reading.levels(_optional(top, "levels"))}
    table = top.table("units")
    # What is wrong with one of these says nothing of the badges that refer to it: all that are named count as known.
    known = Known(table.entries, levels, for_portfolio.entries, for_competencies.entries)
    units: dict[str, Unit] = {}
    badges: dict[str, Badge] = {}
    for unit, entry in table.tables():
        with top.source.going_on():
            basis = Basis(entry.choice("basis", Basis)) if "basis" in entry.entries else Basis.EXPLICIT
            units[unit] = Unit(unit, entry.titles(), basis)
            if "volunteering" in entry.entries:
                given = entry.table("volunteering")
                for badge in volunteering.badges(unit, given, names, rules.scope, known, badges):
                    badges[badge.id] = badge
            entry.finish()
    if not table.entries:
        top.fail("catalogue_missing", "units")
    own = _optional(top, "badges")
    for badge in reading.badges(own, known):
        with top.source.going_on():
            if badge.id in badges:
                own.fail("catalogue_twice", badge.id, found=badge.id)
            badges[badge.id] = badge
    domains = tuple(top.texts("email_domains", DOMAIN))
    code_entries: tuple[Entry, ...] = ()
    with top.source.going_on():
        code_entries = catalogue_codes.read(top, domains)
    _check(top, badges, levels)
    catalogue = Catalogue(
        institution=top.titles("institution"),
        version=top.text("version"),
        units=units,
        badges=badges,
        rules=rules,
        email_domains=domains,
        code_entries=code_entries,
        stale_days=_stale_days(top),
        levels=levels,
        portfolio=portfolio,
        competencies=competencies,
        choices=top.source.choices,
    )
    top.finish()
    return catalogue


def _optional(top: CatalogueTable, key: str) -> CatalogueTable:
    """A table that may be left out."""
    return top.table(key) if key in top.entries else CatalogueTable({}, (key,), top.source)


def _choices(table: CatalogueTable) -> Iterator[Choice]:
    for name, entry in table.tables():
        with table.source.going_on():
            if not re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", name):
                table.fail("catalogue_id", name, found=name)
            choice = Choice(name, entry.value("value"), entry.value("default"), entry.titles(), entry.text("source"))
            if UNSET not in (choice.value, choice.default) and type(choice.value) is not type(choice.default):
                entry.fail("catalogue_default", "default")
            entry.finish()
            yield choice


def _check(top: CatalogueTable, badges: Mapping[str, Badge], levels: Mapping[str, Level]) -> None:
    """What can only be seen in the whole: a choice that decides nothing, badges and levels that are not there."""
    # Where something is wrong, the entry that refers to a choice may be what was left unread.
    idle = set() if top.source.faults else top.source.choices.keys() - top.source.referred
    for name in sorted(idle):
        with top.source.going_on():
            top.fail("catalogue_idle_choice", f"choices.{name}")
    within = [(("levels", level.id, "unlock"), level.unlock) for level in levels.values() if level.unlock]
    within += [(("badges", badge.id, "earned"), badge.criterion) for badge in badges.values()]
    for where, criterion in within:
        for leaf in leaves(criterion):
            if isinstance(leaf, Collected):
                missing = [one for one in sorted(leaf.ids) if one not in badges]
                if leaf.level and leaf.level not in levels:
                    missing.append(leaf.level)
                with top.source.going_on():
                    if missing:
                        top.fail("catalogue_no_badge", where, found=missing[0])


def _stale_days(top: CatalogueTable) -> int:
    """How old a roster may be; the usual where the programme does not say."""
    if "roster" not in top.entries:
        return STALE_DAYS
    table = top.table("roster")
    days = table.number("stale_days", 1, 3660)
    table.finish()
    return days
