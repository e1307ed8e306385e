"""Engine, tables and the data folder's lock: an encrypted SQLite file, one writer, nothing of the past changeable.

The file is SQLCipher with a random raw key; practice mode uses the same driver with no key. ``user_version`` is the
version of the tables; a file from a newer program is refused.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import filelock
import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from station.trouble import Trouble

FILE = "station.db"
LOCK = "lock"
HOLDER = "holder.json"
VERSION = 1

tables = sa.MetaData()

record = sa.Table(
    "record",
    tables,
    sa.Column("writer", sa.Text, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("tick", sa.Integer, nullable=False),
    sa.Column("at", sa.Integer, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("event", sa.Text),
    sa.Column("person", sa.Text),
    sa.Column("actor", sa.Text),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Index("record_event", "event"),
    sqlite_with_rowid=False,
)
"""Immutable facts (design 6). Triggers refuse UPDATE and DELETE."""

writer = sa.Table(
    "writer",
    tables,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("desk", sa.Text, nullable=False),
    sa.Column("event", sa.Text),
    sa.Column("opened", sa.Integer, nullable=False),
    sa.Column("program", sa.Text, nullable=False),
    sa.Column("station", sa.Text, nullable=False),
    sa.Column("signed_seq", sa.Integer, nullable=False, default=0),
    sa.Column("signature", sa.Text),
)
"""One opening of an event, or of the institution's acts, by one running program; with its signed head."""

station = sa.Table(
    "station",
    tables,
    sa.Column("public", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("proof", sa.Text, nullable=False),
)
"""Enrolled stations: Ed25519 public key (hex), and the proof that a holder of the institution's key enrolled it."""

person = sa.Table(
    "person",
    tables,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("email", sa.Text),
    sa.Column("last4", sa.Text, nullable=False),
    sa.Column("folded", sa.Text, nullable=False),
    sa.Column("walk_in", sa.Boolean, nullable=False, default=False, server_default=sa.false()),
)
"""Who may come: the erasable part. ``folded`` is name and e-mail without diacritics, for searching; ``walk_in`` marks
those whom a desk has added, whom no import touches."""

identifier = sa.Table(
    "identifier",
    tables,
    sa.Column("mac", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("last4", sa.Text, nullable=False),
    sa.Column("since", sa.Integer),
    sa.Column("until", sa.Integer),
    sqlite_with_rowid=False,
)
"""Whose a number is: its HMAC, and the instants (µs UTC) from which and until which it is theirs; null is open. At any
instant it is at most one person's. An import writes numbers before the people, so there may be some whose person is
not there yet, or never came: they name nobody."""

roster_import = sa.Table(
    "roster_import",
    tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.Integer, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("added", sa.Integer, nullable=False),
    sa.Column("changed", sa.Integer, nullable=False),
    sa.Column("unchanged", sa.Integer, nullable=False),
    sa.Column("rejected", sa.Integer, nullable=False),
)
"""Imports that came to their end: how old the roster is. ``file`` is a name without its folder."""

roster_columns = sa.Table(
    "roster_columns",
    tables,
    sa.Column("headings", sa.Text, primary_key=True),
    sa.Column("fields", sa.Text, nullable=False),
)
"""Which columns somebody chose for a set of headings (its digest), as JSON."""

staff = sa.Table(
    "staff",
    tables,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
)

note = sa.Table(
    "note",
    tables,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
)
"""Free text that a record points to: it may be personal, so it can be erased."""

payload = sa.Table(
    "payload",
    tables,
    sa.Column("award", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
)
"""The exact credential that was sent, with its recipient; the record keeps only its digest."""

registry = sa.Table(
    "registry",
    tables,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("client", sa.Text),
    sa.Column("secret", sa.Text),
)

identity = sa.Table(
    "identity",
    tables,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
"""Institution and station: names, addresses and keys (hex)."""

_TRIGGERS = (
    # Also for INSERT OR REPLACE, which fires no DELETE trigger.
    "CREATE TRIGGER record_is_once BEFORE INSERT ON record "
    "WHEN EXISTS (SELECT 1 FROM record WHERE writer = NEW.writer AND seq = NEW.seq) "
    "BEGIN SELECT RAISE(ABORT, 'records are written once'); END",
    "CREATE TRIGGER record_is_immutable BEFORE UPDATE ON record "
    "BEGIN SELECT RAISE(ABORT, 'records are immutable'); END",
    "CREATE TRIGGER record_is_kept BEFORE DELETE ON record BEGIN SELECT RAISE(ABORT, 'records are kept'); END",
)


def _driver() -> Any:
    from sqlcipher3 import dbapi2  # type: ignore[import-untyped]

    return dbapi2


def connect(home: Path, key: bytes, *, write: bool, create: bool = False, shared: bool = False) -> sa.Connection:
    """Open the data folder's database with its raw key (no key: practice). The caller closes it.

    ``shared`` lets several threads use it, one after the other, which its owner sees to.

    Raises ``Trouble``: "not_set_up", "database_key" (wrong key or not a database), "database_newer", "disk_full",
    "read_only", "database_broken".
    """
    path = home / FILE
    if not create and not path.exists():
        raise Trouble("not_set_up", home=home)

    def _mode() -> str:
        if create:
            return "mode=rwc"
        # Reading needs files beside the database, except where nobody can be writing: a folder that only reads.
        still = not write and not os.access(home, os.W_OK) and not path.with_name(f"{FILE}-wal").exists()
        return "mode=ro&immutable=1" if still else "mode=rw"

    def open_file() -> Any:
        driver = _driver()
        opened = driver.connect(
            f"{path.as_uri()}?{_mode()}", uri=True, isolation_level=None, timeout=10, check_same_thread=not shared
        )
        if key:
            opened.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        return opened

    engine = sa.create_engine("sqlite://", creator=open_file, module=_driver(), poolclass=StaticPool)

    @sa.event.listens_for(engine, "connect")
    def prepare(opened: Any, _entry: object) -> None:
        # The library would write to the terminal by itself.
        opened.execute("PRAGMA cipher_log = off")
        opened.execute("PRAGMA temp_store = MEMORY")
        opened.execute("PRAGMA foreign_keys = ON")
        opened.execute("PRAGMA secure_delete = ON")
        if write:
            opened.execute("PRAGMA journal_mode = WAL")
            opened.execute("PRAGMA synchronous = FULL")
        else:
            opened.execute("PRAGMA query_only = ON")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    with troubles(home):
        connection = engine.connect()
        try:
            _prepare_tables(connection, create=create)
        except BaseException:
            close(connection)
            raise
    return connection


def close(connection: sa.Connection) -> None:
    connection.close()
    connection.engine.dispose()


def _prepare_tables(connection: sa.Connection, *, create: bool) -> None:
    with connection.begin():
        version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
        if version > VERSION:
            raise Trouble("database_newer", found=version, known=VERSION)
        if version == VERSION:
            return
        if not create:
            raise Trouble("database_unfinished")
        tables.create_all(connection)
        for trigger in _TRIGGERS:
            connection.exec_driver_sql(trigger)
        connection.exec_driver_sql(f"PRAGMA user_version = {VERSION}")


def check_pages(connection: sa.Connection) -> None:
    """Read every page and check it against its own seal. Raises the driver's error for a damaged one."""
    with connection.begin():
        checked = connection.exec_driver_sql("PRAGMA cipher_integrity_check")
        # Practice data have no seals, and the question then no answer.
        damaged = checked.fetchall() if checked.returns_rows else []
        whole = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    if damaged or whole != "ok":
        raise _driver().DatabaseError("database disk image is malformed")


def probe(connection: sa.Connection, home: Path) -> None:
    """Write something and take it away again, each on disk. Raises the ``Trouble`` that a scan would meet."""
    with troubles(home):
        with connection.begin():
            connection.execute(sa.insert(note), [{"id": "probe", "text": ""}])
        with connection.begin():
            connection.execute(sa.delete(note).where(note.c.id == "probe"))


@contextmanager
def troubles(home: Path) -> Iterator[None]:
    """Turn what the world did to the database into a Trouble; anything else is a bug and goes on as it is."""
    try:
        yield
    except (sa.exc.DBAPIError, _driver().DatabaseError, OSError) as error:
        known = _trouble(home, error.orig if isinstance(error, sa.exc.DBAPIError) else error)
        if known is None:
            raise
        raise known from error


_SAID = {
    "file is not a database": "database_key",
    "database or disk is full": "disk_full",
    "attempt to write a readonly database": "read_only",
    "unable to open database file": "read_only",
    "disk i/o error": "disk_failed",
    "database disk image is malformed": "database_broken",
    "database is locked": "database_busy",
}


def _trouble(home: Path, error: object) -> Trouble | None:
    if isinstance(error, OSError):
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return Trouble("disk_full", home=home)
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            return Trouble("read_only", home=home)
        return None
    text = str(error).lower()
    for said, code in _SAID.items():
        if said in text:
            return Trouble(code, home=home)
    return None


@contextmanager
def writing(home: Path, what: str) -> Iterator[None]:
    """Hold the data folder's lock: one process writes. ``what`` is told to whoever comes second.

    Raises ``Trouble('busy')`` naming the first, ``Trouble('read_only')`` for a folder that cannot be written.
    """
    lock = filelock.FileLock(home / LOCK, timeout=0)
    holder = home / HOLDER
    try:
        lock.acquire()
    except filelock.Timeout:
        raise Trouble("busy", home=home, what=_holder(holder)) from None
    except OSError as error:
        raise _trouble(home, error) or Trouble("read_only", home=home) from error
    try:
        try:
            holder.write_text(json.dumps({"what": what, "pid": os.getpid()}), "utf-8")
        except OSError as error:
            raise _trouble(home, error) or Trouble("read_only", home=home) from error
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _holder(path: Path) -> str:
    try:
        said = json.loads(path.read_text("utf-8"))
        return f"{said['what']} ({said['pid']})"
    except (OSError, ValueError, KeyError, TypeError):
        return "?"
