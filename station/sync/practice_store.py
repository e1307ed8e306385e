"""What the practice registry keeps: credentials in its own SQLite file, one row per issuer and id."""

from __future__ import annotations

import sqlite3
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from station.trouble import Trouble

FILE = "practice-registry.sqlite"
_APPLICATION = 0x53505247
_SCHEMA = """
CREATE TABLE IF NOT EXISTS credential (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    issuer TEXT NOT NULL,
    id TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    received INTEGER NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (issuer, id)
)
"""


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the credentials, oldest first as they came in, and how many there are in all."""

    bodies: tuple[str, ...]
    total: int


class CredentialStore:
    """One connection, used by one thread at a time. Every answer it gives is on disk. Instants in µs
    UTC."""

    def __init__(self, folder: Path) -> None:
        """Raises ``Trouble('practice_data')`` when the folder or the file in it cannot be used."""
        self._lock = threading.Lock()
        file = folder / FILE
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(file, timeout=10, isolation_level=None, check_same_thread=False)
            self._prepare()
        except (OSError, sqlite3.Error) as error:
            raise Trouble("practice_data", file=file) from error

    def _prepare(self) -> None:
        (application,) = self._connection.execute("PRAGMA application_id").fetchone()
        (tables,) = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables and application != _APPLICATION:
            raise sqlite3.DatabaseError("another program's file")
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        self._connection.execute(_SCHEMA)

    def put(self, issuer: str, identifier: str, valid_from: int, body: str) -> bool:
        """Keep a credential. True when it is new; otherwise it replaces the one there unless that is
        newer."""
        row = (issuer, identifier, valid_from, time.time_ns() // 1000, body)
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                created = self._connection.execute(
                    "INSERT INTO credential (issuer, id, valid_from, received, body) VALUES (?, ?, ?, ?, ?)"
                    " ON CONFLICT (issuer, id) DO NOTHING",
                    row,
                ).rowcount
                if not created:
                    self._connection.execute(
                        "UPDATE credential SET valid_from = ?3, received = ?4, body = ?5"
                        " WHERE issuer = ?1 AND id = ?2 AND valid_from <= ?3",
                        row,
                    )
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        return bool(created)

    def page(self, limit: int, offset: int, since: int | None = None, identifier: str | None = None) -> Page:
        """Credentials valid from after ``since``, with this id if one is given."""
        where, values = ["1"], list[int | str]()
        if since is not None:
            where.append("valid_from > ?")
            values.append(since)
        if identifier is not None:
            where.append("id = ?")
            values.append(identifier)
        condition = " AND ".join(where)
        with self._lock:
            (total,) = self._connection.execute(f"SELECT count(*) FROM credential WHERE {condition}", values).fetchone()
            rows = self._connection.execute(
                f"SELECT body FROM credential WHERE {condition} ORDER BY number LIMIT ? OFFSET ?",
                [*values, limit, offset],
            ).fetchall()
        return Page(tuple(body for (body,) in rows), total)

    def close(self) -> None:
        with self._lock:
            self._connection.close()
