"""A changed programme comes into force: a record of the institution's own, as its first one was."""

from __future__ import annotations

from dataclasses import dataclass

from station import catalogue
from station.catalogue import Catalogue
from station.facts import Draft, Kind
from station.logbook import Pen
from station.picture import Picture
from station.trouble import Trouble


@dataclass(frozen=True, slots=True)
class Adopted:
    """What a new programme changes: ids of badges that came, went, or are told or earned in another way."""

    programme: Catalogue
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


def adopt(text: str, name: str, actor: str, picture: Picture, pen: Pen) -> Adopted:
    """Adopt a programme; it is in force at the next opening of this data folder, and wherever the record reaches.

    Awards that were signed off stay as they are. Raises ``Trouble``: 'catalogue_…' for a wrong file,
    "catalogue_version" for another programme under the version in force, which sign-offs have frozen,
    "catalogue_in_force" for the one in force.
    """
    new, old = catalogue.parse(text, name), picture.programme
    if new == old:
        raise Trouble("catalogue_in_force", version=old.version)
    if new.version == old.version:
        raise Trouble("catalogue_version", file=name, version=old.version)
    for record in pen.append(Draft(Kind.CATALOGUE, actor=actor, body={"version": new.version, "toml": text})):
        picture.see(record)
    return Adopted(
        new,
        tuple(badge for badge in new.badges if badge not in old.badges),
        tuple(badge for badge in old.badges if badge not in new.badges),
        tuple(badge for badge, one in new.badges.items() if badge in old.badges and one != old.badges[badge]),
    )
