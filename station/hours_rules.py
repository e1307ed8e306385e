"""How hours are credited: the institution's numbers (H1-H15), read from its catalogue."""

from __future__ import annotations

from dataclasses import dataclass

from station.catalogue_file import CatalogueTable
from station.scopes import Scope


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


def read(table: CatalogueTable) -> HoursRules:
    """The rules of a catalogue's “hours” table. Raises ``Trouble('catalogue_…')``."""
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
