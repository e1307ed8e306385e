"""Scan-to-durable, append and replay, each as a ratio to a bare peer in the same run; prints JSON.

The peer of a scan and of an append is one INSERT and one commit of a row of the same size into the same kind of file
(SQLCipher, WAL, synchronous=FULL); the peer of replay is reading all rows and parsing their JSON.
Run: python tests/benchmarks/logbook.py [SCANS]
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from station import assembly, database
from station.assembly import Station
from station.facts import Draft, EventKind, Kind, Reading, Role, Source, Way
from station.picture import Picture
from station.rosterfile import Row

HOUR = 3_600_000_000


def timed(do: Callable[[int], object], count: int) -> list[float]:
    """Milliseconds of each of ``count`` calls."""
    times = []
    for number in range(count):
        began = time.perf_counter()
        do(number)
        times.append((time.perf_counter() - began) * 1000)
    return sorted(times)


def spread(times: list[float]) -> dict[str, float]:
    return {"p50": round(statistics.median(times), 3), "p99": round(times[int(len(times) * 0.99)], 3)}


def bare(home: Path, key: bytes) -> Callable[[int], object]:
    connection = database.connect(home, key, write=True, create=True)
    raw = connection.connection.driver_connection
    assert raw is not None
    body = json.dumps({"way": "in", "role": "technical", "verdict": "admitted", "source": "stdin"})

    def insert(number: int) -> None:
        raw.execute("BEGIN IMMEDIATE")
        row = ("f" * 32, number, number, number, "scan", "event", "p" * 32, None, body, "d" * 64)
        raw.execute("INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        raw.execute("COMMIT")

    return insert


def measure(station: Station, peer: Callable[[int], object], scans: int) -> dict[str, object]:
    rows = [Row(n, f"S{n}", f"Sample {n}", f"s{n}@example.edu", (f"C{n}",)) for n in range(5000)]
    station.roster.take(rows, [])
    now = station.clock.now()
    event = station.day.add_event(
        "Bench", EventKind.VOLUNTEERING, "culture_events", "bench", now - HOUR, now + HOUR, None
    )
    pen = station.book.open("bench")
    append = timed(lambda n: pen.append(Draft(Kind.CLOCK_OFFSET, body={"offset": n, "source": "x" * 60})), scans)
    with station.desk(event) as desk:
        ways = list(Way)

        def scan(number: int) -> None:
            desk.scan(Reading(f"C{number % 5000}", Source.STDIN, ways[number // 5000 % 3], Role.TECHNICAL))

        scanned = timed(scan, scans)
    commit = timed(peer, scans)

    began = time.perf_counter()
    with station.connection.begin():
        for row in station.connection.exec_driver_sql("SELECT * FROM record"):
            json.loads(row.body)
    read = time.perf_counter() - began
    began = time.perf_counter()
    picture = Picture.of(station.book.replay(), station.picture.issuer)
    replayed = time.perf_counter() - began
    assert picture.attendance.people
    p50 = statistics.median
    return {
        "scans": scans,
        "commit_ms": spread(commit),
        "append_ms": spread(append),
        "scan_ms": spread(scanned),
        "append / commit": round(p50(append) / p50(commit), 2),
        "scan / commit": round(p50(scanned) / p50(commit), 2),
        "replay_s": round(replayed, 3),
        "replay / bare read": round(replayed / read, 2),
    }


def main() -> None:
    scans = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        assembly.init(home, "Bench", "https://badges.example.edu/bench", "bench")
        (Path(folder) / "bare").mkdir()
        peer = bare(Path(folder) / "bare", bytes(range(32)))
        with assembly.opened(home, "bench", write="bench") as station:
            print(json.dumps(measure(station, peer, scans), indent=1))  # noqa: T201


if __name__ == "__main__":
    main()
