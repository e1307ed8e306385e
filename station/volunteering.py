"""A unit's volunteering table: one badge for each of its roles and numbers of hours."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from station.badge import Auto, Badge, Tiers, TitleBasis
from station.badge_file import Known, listed, portfolio
from station.catalogue_file import ID, CatalogueTable
from station.criteria.visited import Hours, Roles, Units
from station.facts import Role
from station.scopes import Scope

RoleNames = Mapping[Role, Mapping[str, str]]


def role_names(table: CatalogueTable) -> RoleNames:
    """Each role the program knows must have its names, so that every badge can be titled."""
    names = {role: table.table(role.value).titles() for role in Role}
    table.finish()
    return names


def badges(
    unit: str, table: CatalogueTable, names: RoleNames, scope: Scope, known: Known, taken: Container[str]
) -> Iterator[Badge]:
    """The badges of a unit's table: ``<id>.<role>.<hours>h``; ids that are ``taken`` cannot be used again.

    Raises ``Trouble('catalogue_…')``.
    """
    base = table.text("id", ID)
    titles, criteria = table.titles("title"), table.titles("criteria")
    for language, title in titles.items():
        for part in ("{role}", "{hours}"):
            if part not in title:
                table.fail("catalogue_title", f"title.{language}", part=part)
    given = table.entries
    numbers = table.numbers("hours", 1, 1000)
    roles = [Role(name) for name in table.choices("roles", Role)]
    counted = Roles(table.choice("counted_roles", Roles)) if "counted_roles" in given else Roles.OWN
    units = Units(table.choice("counted_units", Units)) if "counted_units" in given else Units.OWN
    tiers = Tiers(table.choice("tiers", Tiers)) if "tiers" in given else Tiers.EACH
    of_portfolio = portfolio(table, known) if "portfolio" in given else None
    note = table.titles("note") if "note" in given else {}
    audience = table.text("audience", ID) if "audience" in given else ""
    gained = table.table("competencies") if "competencies" in given else None
    for role in roles:
        learned = listed(gained, role.value, known.competencies) if gained else ()
        for hours in numbers:
            name = f"{base}.{role}.{hours}h"
            if name in taken:
                table.fail("catalogue_twice", "id", found=name)
            yield Badge(
                id=name,
                title={
                    language: title.replace("{role}", names[role][language]).replace("{hours}", str(hours))
                    for language, title in titles.items()
                },
                criteria=criteria,
                unit=unit,
                criterion=Hours(role, hours * 3600, counted, units),
                scope=scope,
                auto=Auto.YES,
                title_basis=TitleBasis.COMPOSED,
                portfolio=of_portfolio,
                family=f"{base}.{role}",
                tier=sorted(set(numbers)).index(hours) + 1,
                tiers=tiers,
                audience=audience,
                note=note,
                competencies=learned,
            )
    if gained:
        gained.finish()
    table.finish()
