"""The ``[codes.<id>]`` tables of a catalogue: kinds of code in order, each tried on its own samples as it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from station import codes, personal_code
from station.catalogue_file import CatalogueTable
from station.facts import Code
from station.kinds import READERS, KindName
from station.shown import shown

MOST_KINDS = 40
MOST_SAMPLES = 40
"""Of each list; with ``MOST_KINDS`` they bound how long a catalogue takes to read."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A kind of code, its title by language, and samples of what is of this kind and what is not."""

    kind: codes.Kind
    name: KindName
    title: Mapping[str, str]
    valid: tuple[str, ...]
    invalid: tuple[str, ...]


def read(top: CatalogueTable, domains: Sequence[str]) -> tuple[Entry, ...]:
    """All kinds, in the order of the file. ``domains`` are those of the institution's e-mail addresses.

    Raises ``Trouble('catalogue_…')``, also for a sample that is not read as its list says: by the whole catalogue, so
    that an entry which another one before it leaves nothing for is noticed.
    """
    table = top.table("codes")
    if len(table.entries) > MOST_KINDS:
        top.fail("catalogue_many", "codes", most=MOST_KINDS)
    tables = list(table.tables())
    entries = [_entry(name, one, domains) for name, one in tables]
    kinds = [entry.kind for entry in entries]
    for entry, (_name, one) in zip(entries, tables, strict=True):
        _try(entry, one, kinds)
    return tuple(entries)


def _entry(name: str, table: CatalogueTable, domains: Sequence[str]) -> Entry:
    kind = KindName(table.choice("kind", KindName))
    entry = Entry(
        READERS[kind](name, table, domains),
        kind,
        table.titles("title"),
        _samples(table, "valid"),
        _samples(table, "invalid"),
    )
    table.finish()
    return entry


def _samples(table: CatalogueTable, key: str) -> tuple[str, ...]:
    samples = table.texts(key)
    if len(samples) > MOST_SAMPLES:
        table.fail("catalogue_many", key, most=MOST_SAMPLES)
    if any(len(sample) > codes.LONGEST for sample in samples):
        table.fail("catalogue_long", key, most=codes.LONGEST)
    if any(map(personal_code.holds, samples)):
        table.fail("catalogue_sample_personal", key)
    return tuple(samples)


def _try(entry: Entry, table: CatalogueTable, kinds: Sequence[codes.Kind]) -> None:
    for sample in entry.valid:
        found = codes.parse(sample, kinds)
        if not isinstance(found, Code):
            table.fail("catalogue_sample_valid", "valid", found=shown(sample), reason=found.why)
        if found.kind != entry.kind.id:
            table.fail("catalogue_sample_valid", "valid", found=shown(sample), reason=f"codes.{found.kind}")
    for sample in entry.invalid:
        found = codes.parse(sample, kinds)
        if isinstance(found, Code) and found.kind == entry.kind.id:
            table.fail("catalogue_sample_invalid", "invalid", found=shown(sample))
