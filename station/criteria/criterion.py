"""What every kind of criterion is: read from a catalogue's table, evaluated purely, said in one sentence.

A new kind is one class in one file of this package: ``@criterion("name")``, ``read``, ``evaluate``, ``said``.
"""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any, ClassVar, TypeVar

from station.catalogue_file import CatalogueTable
from station.choices import Unset
from station.criteria.case import Case, Finding
from station.facts import Event, EventKind

MOST = 1_000_000
"""No number of a criterion is larger."""
KINDS: dict[str, type[Criterion]] = {}
"""Every kind by its name in a catalogue."""


class Criterion(ABC):
    """Something to be reached. Kinds are frozen dataclasses, compared by value."""

    kind: ClassVar[str]
    by_person: ClassVar[bool]
    """Whether it rests on what a person entered or confirmed, rather than on scans alone."""
    at: ClassVar[EventKind | None] = None
    """The kind of event that can earn it; None where events have no part in it."""

    @classmethod
    @abstractmethod
    def read(cls, table: CatalogueTable) -> Criterion:
        """From a table whose “kind” was read. Raises ``Trouble('catalogue_…')``."""

    @abstractmethod
    def evaluate(self, case: Case) -> Finding:
        """Pure: the same facts in any order give the same finding."""

    @abstractmethod
    def said(self) -> str:
        """What is asked for, in the active language."""

    def parts(self) -> tuple[Criterion, ...]:
        """The criteria it is made of."""
        return ()

    def leading(self) -> Criterion:
        """The one that names the kind of a badge: the first that is not made of others only."""
        return self

    def needs_person(self) -> bool:
        """Whether it cannot be reached without a person's word."""
        return self.by_person

    def counts(self, event: Event, badge: str) -> bool:
        """Whether visits at an event count towards a badge with this criterion."""
        return badge in event.earns

    def elsewhere(self) -> bool:
        """Whether an event of another unit can earn it."""
        return False


Kind = TypeVar("Kind", bound=type[Criterion])


def criterion(name: str, *, by_person: bool, at: EventKind | None = None) -> Callable[[Kind], Kind]:
    """Register a kind under its name in catalogues."""

    def registered(cls: Kind) -> Kind:
        cls.kind, cls.by_person, cls.at = name, by_person, at
        KINDS[name] = cls
        return cls

    return registered


def read(table: CatalogueTable) -> Criterion:
    """A criterion from its table. Raises ``Trouble('catalogue_…')``."""
    found = KINDS[table.one_of("kind", sorted(KINDS))].read(table)
    table.finish()
    return found


def leaves(one: Criterion) -> Iterator[Criterion]:
    """The criteria that something is made of in the end, in the order of the catalogue."""
    if parts := one.parts():
        for part in parts:
            yield from leaves(part)
    else:
        yield one


def described(one: Criterion) -> dict[str, Any]:
    """A criterion as plain values, for JSON."""
    shown: dict[str, Any] = {"kind": one.kind}
    for entry in dataclasses.fields(one):  # type: ignore[arg-type]  # every kind is a dataclass
        shown[entry.name] = _plain(getattr(one, entry.name))
    return shown


def _plain(found: Any) -> Any:
    match found:
        case Criterion():
            return described(found)
        case Unset(choice):
            return {"unset": choice}
        case frozenset():
            return sorted(_plain(one) for one in found)
        case tuple():
            return [_plain(one) for one in found]
        case StrEnum():
            return found.value
        case _:
            return found
