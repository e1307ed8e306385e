"""Append, replay, unite, verify: the only module that writes records.

``append`` returns once the record is on disk (WAL, synchronous=FULL). Each writer's records form a chain of digests;
its head is signed by the station's key at close and before an exchange.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from station import __version__, database, keys
from station.clock import JUMP, Clock, Instant
from station.facts import Draft, Kind, Record, Ref
from station.trouble import Trouble


@dataclass(frozen=True, slots=True)
class Opening:
    """A writer's head row: what its first digest starts from."""

    id: str
    desk: str
    event: str | None
    opened: int
    program: str
    station: str

    @property
    def digest(self) -> str:
        fields: list[object] = [self.id, self.desk, self.event, self.opened, self.program, self.station]
        return hashlib.sha256(_packed(fields)).hexdigest()


@dataclass(frozen=True, slots=True)
class Finding:
    """What ``verify`` says. ``why`` is a word; writer and seq name the first bad record; ``unsigned`` counts the
    records after the last signed head."""

    ok: bool
    writer: str | None
    seq: int | None
    why: str
    records: int
    unsigned: int


def _packed(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _digest(before: str, row: Sequence[object]) -> str:
    return hashlib.sha256(before.encode() + b"\n" + _packed(list(row))).hexdigest()


def public_hex(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


class Moment(NamedTuple):
    """Now, and how far the clock jumped since the writer's last record (µs, mostly 0). A new writer also notes a jump
    since the last record of the process, for the ``earlier`` writers that are closed and cannot."""

    now: Instant
    jump: int
    earlier: tuple[str, ...]


class Pen:
    """One writer while it is open: appends to its chain. Made by ``Logbook.open``."""

    def __init__(self, book: Logbook, opening: Opening) -> None:
        self.opening = opening
        self._book = book
        self._seq = 0
        self._digest = opening.digest
        self._last: Instant | None = None

    def look(self) -> Moment:
        """Read the clock for the next ``append``. Each writer watches for jumps itself: its records carry them."""
        now = self._book.clock.look()
        if self._last is not None:
            return Moment(now, now.jump_since(self._last), ())
        closed = self._book.closed
        jumps = {writer: jump for writer, last in closed.items() if (jump := now.jump_since(last))}
        if not jumps:
            return Moment(now, 0, ())
        newest = list(jumps.values())[-1]
        return Moment(now, newest, tuple(writer for writer, jump in jumps.items() if abs(jump - newest) < JUMP))

    def append(self, *drafts: Draft, moment: Moment | None = None) -> tuple[Record, ...]:
        """Write the drafts in one transaction; returns once they are on disk: the records, in order.

        A jump of the clock is written before them as a record of its own.
        Raises ``Trouble`` when the disk is full, read-only or broken; then nothing of the call was written.
        """
        now, jump, earlier = moment or self.look()
        if jump:
            noted = {"by": jump} | ({"writers": list(earlier)} if earlier else {})
            drafts = (Draft(Kind.CLOCK_JUMP, event=self.opening.event, body=noted), *drafts)
        records = []
        seq, digest, tick = self._seq, self._digest, self._book.tick
        for draft in drafts:
            seq, tick = seq + 1, max(now.at, tick + 1)
            record = _finished(self.opening.id, seq, tick, now.at, draft, digest)
            digest = record.digest
            records.append(record)
        self._book.write(records, None if self._seq else self.opening)
        for writer in earlier:
            self._book.closed[writer] = now
        self._seq, self._digest, self._book.tick, self._last = seq, digest, tick, now
        return tuple(records)

    def sign(self) -> None:
        """Close: sign the head with the station's key."""
        if self._seq and self._last is not None:
            self._book.sign(self.opening.id, self._seq, self._digest)
            self._book.closed[self.opening.id] = self._last


class Logbook:
    """All records of a data folder. With a station key it can write, without one it only reads."""

    def __init__(
        self,
        connection: sa.Connection,
        home: Path,
        clock: Clock | None = None,
        station_key: Ed25519PrivateKey | None = None,
    ) -> None:
        self._connection = connection
        self._home = home
        self._key = station_key
        self.clock = clock or Clock()
        self.closed: dict[str, Instant] = {}
        """The writers this process has closed, each with the last look at the clocks that its records know of."""
        self.tick = self._scalar(sa.select(sa.func.max(database.record.c.tick))) or 0

    def _scalar(self, query: sa.Select[Any]) -> Any:
        with database.troubles(self._home), self._connection.begin():
            return self._connection.execute(query).scalar()

    # --- writing ---

    def open(self, desk: str, event: str | None = None) -> Pen:
        """A new writer: a random id at each opening, so that a restored disk image never reuses a (writer, seq).

        It leaves a trace only with its first record.
        """
        if self._key is None:
            raise RuntimeError("a logbook without a station key only reads")
        opening = Opening(secrets.token_hex(16), desk, event, self.clock.now(), __version__, public_hex(self._key))
        return Pen(self, opening)

    def write(self, records: Sequence[Record], opening: Opening | None = None) -> None:
        """Finished records, and their writer if it is new, in one transaction. Called by ``Pen`` and ``unite``."""
        with database.troubles(self._home), self._connection.begin():
            if opening is not None:
                self._connection.execute(sa.insert(database.writer), [asdict(opening)])
            self._connection.exec_driver_sql(_INSERT, [_row(record) for record in records])

    def sign(self, writer: str, seq: int, digest: str) -> None:
        if self._key is None:
            raise RuntimeError("a logbook without a station key only reads")
        signature = self._key.sign(_head(writer, seq, digest)).hex()
        row = database.writer
        with database.troubles(self._home), self._connection.begin():
            self._connection.execute(
                sa.update(row).where(row.c.id == writer).values(signed_seq=seq, signature=signature)
            )

    # --- reading ---

    def replay(self, events: Iterable[str] | None = None) -> Iterator[Record]:
        """Records by writer and number: all of them, or those of some events and of the institution's own acts."""
        table = database.record
        query = sa.select(table).order_by(table.c.writer, table.c.seq)
        if events is not None:
            query = query.where(sa.or_(table.c.event.is_(None), table.c.event.in_(list(events))))
        with database.troubles(self._home), self._connection.begin():
            for row in self._connection.execute(query):
                try:
                    record = _record(row)
                except ValueError:
                    # A page that fails its seal may be read as zeros.
                    raise Trouble("database_broken", home=self._home) from None
                yield record

    def record(self, ref: Ref) -> Record | None:
        """One record, or None."""
        table = database.record
        query = sa.select(table).where(table.c.writer == ref.writer, table.c.seq == ref.seq)
        rows = self.rows(query)
        return _record(rows[0]) if rows else None

    def desks(self) -> dict[str, str]:
        """Desk names by writer."""
        table = database.writer
        with database.troubles(self._home), self._connection.begin():
            return {row.id: row.desk for row in self._connection.execute(sa.select(table.c.id, table.c.desk))}

    def heads(self) -> dict[str, int]:
        """The highest number of each writer."""
        table = database.record
        query = sa.select(table.c.writer, sa.func.max(table.c.seq)).group_by(table.c.writer)
        with database.troubles(self._home), self._connection.begin():
            return {row[0]: row[1] for row in self._connection.execute(query)}

    # --- several logbooks ---

    def unite(self, other: Logbook) -> int:
        """Take over what the other logbook has and this one lacks; returns how many records came.

        Whole writers, missing ends in order; union is commutative, associative and idempotent (design 8).
        The other's records are checked against their digests first: raises ``Trouble('records_broken')``.
        """
        finding = other.verify(lambda _: True)
        if not finding.ok:
            raise Trouble("records_broken", writer=finding.writer, seq=finding.seq)
        have = self.heads()
        with database.troubles(self._home), self._connection.begin():
            for table in (database.station, database.writer):
                for row in other.rows(sa.select(table)):
                    self._take(table, row._asdict())
        records = [record for record in other.replay() if record.seq > have.get(record.writer, 0)]
        if records:
            self.write(records)
            self.tick = max(self.tick, *(record.tick for record in records))
        return len(records)

    def rows(self, query: sa.Select[Any]) -> list[sa.Row[Any]]:
        with database.troubles(self._home), self._connection.begin():
            return list(self._connection.execute(query))

    def _take(self, table: sa.Table, row: dict[str, Any]) -> None:
        key = table.primary_key.columns[0]
        held = self._connection.execute(sa.select(table).where(key == row[key.name])).first()
        if held is None:
            self._connection.execute(sa.insert(table), [row])
        elif table is database.writer and row["signed_seq"] > held.signed_seq:
            self._connection.execute(sa.update(table).where(key == row["id"]).values(**row))

    # --- verifying ---

    def verify(self, enrolled: Callable[[tuple[str, str]], bool]) -> Finding:
        """Check every digest, every signature and every station. ``enrolled((public, proof))`` says whether a
        station's key was enrolled by a holder of the institution's key."""
        with database.troubles(self._home):
            database.check_pages(self._connection)
        stations = {row.public: row.proof for row in self.rows(sa.select(database.station))}
        writers = {row.id: row for row in self.rows(sa.select(database.writer))}
        total = covered = 0
        for name, row in writers.items():
            total_here, covered_here, bad = self._verify_writer(name, row)
            total, covered = total + total_here, covered + covered_here
            if bad is None and not enrolled((row.station, stations.get(row.station, ""))):
                bad = (1, "station")
            if bad is not None:
                return Finding(False, name, bad[0], bad[1], total, total - covered)
        strays = set(self.heads()) - set(writers)
        if strays:
            return Finding(False, min(strays), 1, "writer", total, total - covered)
        return Finding(True, None, None, "", total, total - covered)

    def _verify_writer(self, name: str, head: sa.Row[Any]) -> tuple[int, int, tuple[int, str] | None]:
        table = database.record
        opening = Opening(name, head.desk, head.event, head.opened, head.program, head.station)
        digest, seq, signed = opening.digest, 0, opening.digest
        for row in self.rows(sa.select(table).where(table.c.writer == name).order_by(table.c.seq)):
            seq += 1
            if row.seq != seq:
                return seq, 0, (seq, "missing")
            digest = _digest(digest, tuple(row)[:-1])
            if digest != row.digest:
                return seq, 0, (seq, "digest")
            if seq == head.signed_seq:
                signed = digest
        if head.signed_seq > seq:
            return seq, 0, (seq + 1, "missing")
        if head.signed_seq:
            try:
                public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(head.station))
                public.verify(bytes.fromhex(head.signature or ""), _head(name, head.signed_seq, signed))
            except (InvalidSignature, ValueError):
                return seq, 0, (head.signed_seq, "signature")
        return seq, head.signed_seq, None


_INSERT = (
    "INSERT INTO record (writer, seq, tick, at, kind, event, person, actor, body, digest) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def _head(writer: str, seq: int, digest: str) -> bytes:
    return f"station-head\n{writer}\n{seq}\n{digest}".encode()


def _finished(writer: str, seq: int, tick: int, at: int, draft: Draft, before: str) -> Record:
    body = _packed(draft.body).decode()
    fields = (writer, seq, tick, at, draft.kind.value, draft.event, draft.person, draft.actor, body)
    return Record(
        writer, seq, tick, at, draft.kind, draft.event, draft.person, draft.actor, json.loads(body),
        _digest(before, fields),
    )  # fmt: skip


def _row(record: Record) -> tuple[object, ...]:
    return (
        record.writer, record.seq, record.tick, record.at, record.kind.value, record.event, record.person,
        record.actor, _packed(record.body).decode(), record.digest,
    )  # fmt: skip


def _record(row: sa.Row[Any]) -> Record:
    return Record(
        row.writer, row.seq, row.tick, row.at, Kind(row.kind), row.event, row.person, row.actor,
        json.loads(row.body), row.digest,
    )  # fmt: skip


def station_enrolled(institution_key: bytes) -> Callable[[tuple[str, str]], bool]:
    """Whether a (public key, proof) pair was made with the institution's key."""
    import hmac

    def check(station: tuple[str, str]) -> bool:
        public, proof = station
        return hmac.compare_digest(keys.station_proof(institution_key, bytes.fromhex(public)), proof)

    return check
