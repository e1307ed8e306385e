"""Who we are: institution, station and their keys in the identity table; the provisioning file that enrolls others.

Only a station that holds an issuing key can sign credentials; ``enroll`` gives none (design 7).
"""

from __future__ import annotations

import json
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.dialects.sqlite import insert

from station import database, keys, passfile
from station.logbook import public_hex
from station.passbook import Passbook
from station.passfile import News
from station.trouble import Trouble

PROVISIONING = 1
"""The version of the provisioning file's form."""

_URL = re.compile(r"https?://[^\s/?#\"<>]+(/[^\s#\"<>]*)?")


@dataclass(frozen=True, slots=True)
class Institution:
    """``issuer`` is the issuer profile's address; ``issuing_public`` lists the keys (hex) it names; ``issuing_key``
    is ours, None on a station that does not issue. ``key`` is the institution's HMAC key."""

    id: str
    name: str
    issuer: str
    key: bytes
    issuing_public: tuple[str, ...]
    station_key: Ed25519PrivateKey
    issuing_key: Ed25519PrivateKey | None
    practice: bool = False


def found(name: str, issuer: str, *, practice: bool = False) -> Institution:
    """A new institution with fresh keys. Raises ``Trouble('institution_name')`` or ``Trouble('issuer_url')``."""
    plain = " ".join(name.split())
    if not plain or not plain.isprintable() or len(plain) > 200:
        raise Trouble("institution_name")
    if not _URL.fullmatch(issuer):
        raise Trouble("issuer_url", url=issuer)
    issuing = Ed25519PrivateKey.generate()
    return Institution(
        id=secrets.token_hex(16),
        name=plain,
        issuer=issuer,
        key=secrets.token_bytes(32),
        issuing_public=(public_hex(issuing),),
        station_key=Ed25519PrivateKey.generate(),
        issuing_key=issuing,
        practice=practice,
    )


def provision(institution: Institution, programme: str, path: Path, news: dict[str, Any] | None = None) -> None:
    """Write the file that lets another station join: it holds the institution's key, so only its owner may read it.
    ``news`` are the pass keys and withdrawals to start with (``passfile.written``).

    Raises ``Trouble('exists')`` rather than overwrite, ``Trouble('write')`` where it cannot be written.
    """
    text = json.dumps(
        {
            "station_provisioning": PROVISIONING,
            "id": institution.id,
            "name": institution.name,
            "issuer": institution.issuer,
            "key": institution.key.hex(),
            "issuing_public": list(institution.issuing_public),
            "catalogue": programme,
            "passes": news or passfile.written(Passbook(), 0),
        },
        ensure_ascii=False,
        indent=1,
    )
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text + "\n")
    except FileExistsError:
        raise Trouble("exists", file=path) from None
    except OSError as error:
        raise Trouble("write", file=path, reason=error.strerror or error) from None


def join(path: Path) -> tuple[Institution, str, News]:
    """The institution of a provisioning file, with a fresh station key; its programme's text; its pass keys.

    Raises ``Trouble('provisioning')`` for a file that is none.
    """
    try:
        if path.stat().st_size > passfile.LARGEST:
            raise ValueError
        given: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if given["station_provisioning"] != PROVISIONING:
            raise Trouble("provisioning_version", file=path)
        key = bytes.fromhex(given["key"])
        publics = tuple(bytes.fromhex(text).hex() for text in given["issuing_public"])
        name, issuer, programme, ident = (str(given[n]) for n in ("name", "issuer", "catalogue", "id"))
        news = passfile.read(given["passes"])
        if len(key) != 32 or not publics or not re.fullmatch(r"[0-9a-f]{32}", ident):
            raise ValueError
    except OSError as error:
        raise Trouble("read", file=path, reason=error.strerror or error) from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Trouble("provisioning", file=path) from None
    return (
        Institution(ident, name, issuer, key, publics, Ed25519PrivateKey.generate(), None),
        programme,
        news,
    )


def keep(connection: sa.Connection, home: Path, institution: Institution, station_name: str) -> None:
    """Write a new station's identity; the station enrolls itself with the proof that it holds the key."""
    values = {
        "id": institution.id,
        "name": institution.name,
        "issuer": institution.issuer,
        "key": institution.key.hex(),
        "issuing_public": ",".join(institution.issuing_public),
        "station_key": institution.station_key.private_bytes_raw().hex(),
        "issuing_key": institution.issuing_key.private_bytes_raw().hex() if institution.issuing_key else "",
        "practice": "1" if institution.practice else "",
    }
    public = public_hex(institution.station_key)
    proof = keys.station_proof(institution.key, bytes.fromhex(public))
    with database.troubles(home), connection.begin():
        connection.execute(
            sa.insert(database.identity), [{"name": name, "value": value} for name, value in values.items()]
        )
        connection.execute(insert(database.station).values(public=public, name=station_name, proof=proof))


def load(connection: sa.Connection, home: Path) -> Institution:
    """The identity of a data folder. Raises ``Trouble('database_unfinished')`` where setting up was cut short."""
    with database.troubles(home), connection.begin():
        values = {row.name: row.value for row in connection.execute(sa.select(database.identity))}
    if "id" not in values:
        raise Trouble("database_unfinished")
    issuing = values["issuing_key"]
    return Institution(
        id=values["id"],
        name=values["name"],
        issuer=values["issuer"],
        key=bytes.fromhex(values["key"]),
        issuing_public=tuple(values["issuing_public"].split(",")),
        station_key=Ed25519PrivateKey.from_private_bytes(bytes.fromhex(values["station_key"])),
        issuing_key=Ed25519PrivateKey.from_private_bytes(bytes.fromhex(issuing)) if issuing else None,
        practice=bool(values["practice"]),
    )


class PassNews:
    """Until when this station knows all there is to know about pass keys and withdrawals, whoever told it. It is not a
    record: records go to desks that know less."""

    def __init__(self, connection: sa.Connection, home: Path) -> None:
        self._connection = connection
        self._home = home

    def heard(self, at: int) -> None:
        """All word up to ``at`` (µs UTC) is here; older word than what was noted changes nothing."""
        values = {"name": "pass_news", "value": str(max(at, self.last() or at))}
        statement = insert(database.identity).values(**values)
        with database.troubles(self._home), self._connection.begin():
            self._connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))

    def last(self) -> int | None:
        """What was noted last (µs UTC), None for nothing yet."""
        table = database.identity
        query = sa.select(table.c.value).where(table.c.name == "pass_news")
        with database.troubles(self._home), self._connection.begin():
            value = self._connection.execute(query).scalar()
        return None if value is None else int(value)
