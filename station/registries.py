"""The registry this institution's awards go to: its name, kind, address and client; kept in the encrypted database."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from station import database
from station.trouble import Trouble

KINDS = ("ob3",)


@dataclass(frozen=True, slots=True)
class Target:
    """Where awards are sent."""

    name: str
    kind: str
    url: str
    client: str | None
    secret: str | None


class Registries:
    def __init__(self, connection: sa.Connection, home: Path) -> None:
        self._connection = connection
        self._home = home

    def all(self) -> list[Target]:
        table = database.registry
        with database.troubles(self._home), self._connection.begin():
            rows = list(self._connection.execute(sa.select(table).order_by(table.c.name)))
        return [Target(row.name, row.kind, row.url, row.client, row.secret) for row in rows]

    def target(self, name: str | None = None) -> Target:
        """The registry of that name, or the one there is. Raises ``Trouble``: "registry_none" or "registry_unknown"."""
        targets = self.all()
        for target in targets:
            if name in (None, target.name):
                return target
        raise Trouble("registry_unknown", name=name) if targets else Trouble("registry_none")

    def add(self, target: Target) -> None:
        """Add or change a registry. One award goes to one registry, so a second one is refused.

        Raises ``Trouble('registry_second')`` naming the first.
        """
        for other in self.all():
            if other.name != target.name:
                raise Trouble("registry_second", first=other.name)
        values = {
            "kind": target.kind,
            "url": target.url,
            "client": target.client,
            "secret": target.secret,
        }
        statement = insert(database.registry).values(name=target.name, **values)
        with database.troubles(self._home), self._connection.begin():
            self._connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))

    def remove(self, name: str) -> None:
        """Forget a registry. Raises ``Trouble('registry_unknown')``."""
        table = database.registry
        with database.troubles(self._home), self._connection.begin():
            gone = self._connection.execute(sa.delete(table).where(table.c.name == name)).rowcount
        if not gone:
            raise Trouble("registry_unknown", name=name)
