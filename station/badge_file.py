"""A catalogue's tables of badges, levels, portfolio types and competencies, read strictly."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from station import criteria
from station.badge import (
    AchievementType,
    Auto,
    Badge,
    Basis,
    Competency,
    Level,
    Portfolio,
    PortfolioType,
    Tiers,
    TitleBasis,
)
from station.catalogue_file import ID, CatalogueTable
from station.criteria.joined import Unlocked
from station.criteria.visited import Attended, Mode
from station.scopes import LASTING, Scope

URL = re.compile(r"https?://[^\s<>\"{}|\\^`]+")


@dataclass(frozen=True, slots=True)
class Known:
    """The ids that a badge may refer to."""

    units: Collection[str]
    levels: Mapping[str, Level]
    portfolio: Collection[str]
    competencies: Collection[str]


_NO_LEVEL = Level("", {}, None, None, None, None)


def competencies(table: CatalogueTable) -> Iterator[Competency]:
    for name, entry in table.tables():
        with table.source.going_on():
            titles = entry.titles()
            esco = entry.text("esco", URL) if "esco" in entry.entries else ""
            source = entry.text("source")
            entry.finish()
            yield Competency(name, titles, esco, source)


def portfolio_types(table: CatalogueTable) -> Iterator[PortfolioType]:
    for name, entry in table.tables():
        with table.source.going_on():
            found = PortfolioType(name, entry.titles(), AchievementType(entry.choice("achievement", AchievementType)))
            entry.finish()
            yield found


def levels(table: CatalogueTable) -> Iterator[Level]:
    for name, entry in table.tables():
        with table.source.going_on():
            titles = entry.titles()
            given = entry.entries
            unlock = criteria.read(entry.table("unlock")) if "unlock" in given else None
            earned = criteria.read(entry.table("earned")) if "earned" in given else None
            auto = Auto(entry.choice("auto", Auto)) if "auto" in given else None
            scope = Scope(entry.choice("scope", Scope)) if "scope" in given else None
            entry.finish()
            yield Level(name, titles, unlock, earned, auto, scope)


def badges(table: CatalogueTable, known: Known) -> Iterator[Badge]:
    for name, entry in table.tables():
        with table.source.going_on():
            found = _badge(name, entry, known)
            entry.finish()
            yield found


def _badge(name: str, entry: CatalogueTable, known: Known) -> Badge:
    unit = entry.one_of("unit", known.units)
    given = entry.entries
    level = known.levels[entry.one_of("level", known.levels)] if "level" in given else _NO_LEVEL
    earned = level.earned if level.earned and "earned" not in given else criteria.read(entry.table("earned"))
    auto = level.auto if level.auto and "auto" not in given else Auto(entry.choice("auto", Auto))
    scope = level.scope if level.scope and "scope" not in given else Scope(entry.choice("scope", Scope))
    if (auto is Auto.YES) is earned.needs_person():
        entry.fail("catalogue_auto", "auto", found=auto.value)
    badge = Badge(
        id=name,
        title=entry.titles("title"),
        criteria=entry.titles("criteria"),
        unit=unit,
        criterion=Unlocked(level.unlock, earned) if level.unlock else earned,
        scope=scope,
        auto=auto,
        title_basis=TitleBasis(entry.choice("title_basis", TitleBasis)),
        portfolio=portfolio(entry, known) if "portfolio" in given else None,
        level=level.id,
        family=entry.text("family", ID) if "family" in given else "",
        tier=entry.number("tier", 1, 1000) if "tier" in given else 0,
        tiers=Tiers(entry.choice("tiers", Tiers)) if "tiers" in given else Tiers.EACH,
        audience=entry.text("audience", ID) if "audience" in given else "",
        note=entry.titles("note") if "note" in given else {},
        evidence=entry.text("evidence") if "evidence" in given else "",
        competencies=listed(entry, "competencies", known.competencies),
    )
    if badge.tiers is Tiers.HIGHEST and not (badge.family and badge.tier):
        entry.fail("catalogue_missing", "tier" if badge.family else "family")
    _check_scope(badge, entry)
    return badge


def _check_scope(badge: Badge, entry: CatalogueTable) -> None:
    modes = {leaf.mode for leaf in criteria.leaves(badge.criterion) if isinstance(leaf, Attended)}
    if not badge.rests_on_visits and badge.scope not in LASTING:
        entry.fail("catalogue_scope", "scope", found=badge.scope.value, known=", ".join(LASTING))
    if badge.scope is Scope.EVENT and not modes <= {Mode.AT_ONCE}:
        entry.fail("catalogue_scope", "scope", found=badge.scope.value, known=", ".join((Scope.SERIES, *LASTING)))


def portfolio(entry: CatalogueTable, known: Known) -> Portfolio:
    table = entry.table("portfolio")
    found = Portfolio(
        table.one_of("type", known.portfolio),
        Basis(table.choice("basis", Basis)),
        listed(table, "rivals", known.portfolio),
    )
    table.finish()
    return found


def listed(entry: CatalogueTable, key: str, known: Collection[str]) -> tuple[str, ...]:
    """The ids of a list that may be left out; each must be known."""
    if key not in entry.entries:
        return ()
    found = entry.texts(key, ID)
    for one in found:
        if one not in known:
            entry.fail("catalogue_choice", key, found=one, choices=", ".join(known))
    return tuple(found)
