"""Import and search of a large roster, as ratios to bare peers in the same run; prints JSON.

The peer of an import does the least that any import of this file must: the csv module, one HMAC for each number and two
for each student, and the same rows into the same tables of the same kind of file, in the order of their keys. The peers
of a search are LIKE over the same table, and a plain scan of all texts in Python that sorts what it found.
Run: python tests/benchmarks/roster.py [PEOPLE]
"""

from __future__ import annotations

import csv
import hmac
import json
import random
import resource
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from station import assembly, database, intake
from station.assembly import Station
from station.importing import ROWS
from station.roster import Roster
from station.search import folded, words_of

FIRST = ("Jonas", "Ąžuolas", "Žygimantas", "Eglė", "Rūta", "Gabija", "Šarūnas", "Ūla", "Kęstutis", "Aušra", "Įvaras")
LAST = ("Žukausk", "Kazlausk", "Pavyzd", "Šimkūn", "Čiurlion", "Jankausk", "Ąžuol", "Petrausk", "Butk", "Ėgl", "Įlank")
ENDS = ["as", "aitė", "ienė", "ytė", "is", "us", "ė"]
QUESTIONS = 400


def people(count: int) -> list[list[str]]:
    pick = random.Random(7)
    rows = []
    for number in range(count):
        first, last = pick.choice(FIRST), pick.choice(LAST) + pick.choice(ENDS)
        if number % 9 == 0:
            last += "-" + pick.choice(LAST) + "ienė"
        email = f"{folded(first)}.{folded(last)}{number}@ktu.edu"
        rows.append([f"20{number:06}", first, last, email, f"LSP{number:06}; S37{number:011}A"])
    return rows


def write(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        made = csv.writer(file, delimiter=";")
        made.writerow(("Studento Nr.", "Vardas", "Pavardė", "KTU el. paštas", "Kortelės numeris"))
        made.writerows(rows)
    return path


def workbook(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Studentai")
        heads = ("Studento Nr.", "Vardas", "Pavardė", "KTU el. paštas", "Kortelės numeris")
        for place, row in enumerate((heads, *rows)):
            sheet.write_row(place, 0, row)
    return path


def seconds(do: Callable[[], object]) -> float:
    """Of this process's own time: others share the machine."""
    began = time.process_time()
    do()
    return time.process_time() - began


def bare(folder: Path, path: Path) -> None:
    key = bytes(range(32))
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.reader(file, delimiter=";"))[1:]
    named, numbered = [], []
    for number, first, last, email, listed in rows:
        person = hmac.digest(key, f"person\0{number}".encode(), "sha256").hex()[:32]
        named.append((person, f"{first} {last}", email, number[-4:], f"{first} {last} {email}"))
        for text in (number, email, *listed.split("; ")):
            mac = hmac.digest(key, f"identifier\0{text}".encode(), "sha256").hex()
            numbered.append((mac, person, text[-4:], None, None))
    connection = database.connect(folder, key, write=True, create=True)
    with connection.begin():
        connection.exec_driver_sql("INSERT INTO identifier VALUES (?, ?, ?, ?, ?)", sorted(numbered))
        connection.exec_driver_sql("INSERT INTO person VALUES (?, ?, ?, ?, ?)", sorted(named))
    database.close(connection)


def take(station: Station, path: Path) -> tuple[int, int]:
    listed = intake.opened(path, None, station.roster.remembered())
    good, bad = listed.people()
    plan = station.roster.take(good, bad, file=path.name, chosen=listed.columns)
    return plan.added, plan.unchanged


def in_parts(home: Path, path: Path) -> dict[str, object]:
    """Milliseconds that each part of an import beside a desk holds the writer: its own time, and with all waiting."""
    own, whole = [], []
    with assembly.opened(home, "bench", write="bench") as station:
        plan = station.roster.plan(*intake.opened(path, None, {}).people())
        for chunk in plan.chunks(ROWS):
            began = time.perf_counter()
            own.append(seconds(partial(station.roster.write, chunk)) * 1000)
            whole.append((time.perf_counter() - began) * 1000)
    return {"parts": len(own), "own_ms": shown(own), "whole_ms": shown(whole)}


def questions(rows: Sequence[Sequence[str]]) -> list[str]:
    """Two letters, parts of names in any order, e-mails, last fours, and what nobody has."""
    pick = random.Random(11)
    made = []
    for _ in range(QUESTIONS):
        number, first, last, email, _codes = pick.choice(rows)
        made.append(
            pick.choice((
                first[:2], last[:2], f"{last[:4]} {first[:2]}", folded(last), email[:12], number[-4:],
                last[2:6], "zq", "xyzzy", f"{first} {last}",
            ))
        )  # fmt: skip
    return made


def spread(do: Callable[[str], object], asked: Sequence[str]) -> dict[str, float]:
    return shown([seconds(partial(do, text)) * 1000 for text in asked])


def shown(times: list[float]) -> dict[str, float]:
    """Milliseconds, from the middle to the slowest."""
    times.sort()
    p50, p95, p99 = (times[int(len(times) * part)] for part in (0.5, 0.95, 0.99))
    return {name: round(time, 2) for name, time in (("p50", p50), ("p95", p95), ("p99", p99), ("max", times[-1]))}


def like(roster: Roster) -> Callable[[str], object]:
    def ask(text: str) -> object:
        parts = words_of(text).split()
        where = " AND ".join(["folded LIKE ?"] * len(parts))
        sql = f"SELECT id, name FROM person WHERE {where} ORDER BY name LIMIT 8"
        with roster._connection.begin():
            return roster._connection.exec_driver_sql(sql, tuple(f"%{part}%" for part in parts)).fetchall()

    return ask


def plain(texts: Sequence[str]) -> Callable[[str], object]:
    def ask(text: str) -> object:
        parts = words_of(text).split()
        return sorted(one for one in texts if all(part in one for part in parts))[:8]

    return ask


def search(station: Station, rows: Sequence[Sequence[str]]) -> dict[str, Any]:
    asked = questions(rows)
    learned = seconds(station.lookup.learn)
    tracemalloc.start()
    station.lookup.learn()
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    index = station.lookup._index
    assert index is not None
    here = set(index._ids[::50])
    before = set(index._ids[::20])
    cold = seconds(lambda: station.lookup.search(asked[0]))
    ours = spread(lambda text: station.lookup.search(text, here=here, before=before), asked)
    peers = {"like": spread(like(station.roster), asked[:100]), "plain": spread(plain(index._words), asked[:100])}
    return {
        "learned_s": round(learned, 2),
        "memory_mb": round(held / 1e6, 1),
        "first_ms": round(cold * 1000, 2),
        "search_ms": ours,
        "like_ms": peers["like"],
        "plain_ms": peers["plain"],
        "p95 / like": round(ours["p95"] / peers["like"]["p95"], 2),
        "p95 / plain": round(ours["p95"] / peers["plain"]["p95"], 2),
    }


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    rows = people(count)
    with tempfile.TemporaryDirectory() as folder:
        path, book = write(Path(folder) / "roster.csv", rows), workbook(Path(folder) / "roster.xlsx", rows)
        for name in ("one", "two", "bare"):
            (Path(folder) / name).mkdir()
        home, beside = Path(folder) / "one" / "home", Path(folder) / "two" / "home"
        for made in (home, beside):
            assembly.init(made, "Bench", "https://badges.example.edu/bench", "bench")
        with assembly.opened(home, "bench", write="bench") as station:
            first = seconds(lambda: take(station, path))
            least = seconds(lambda: bare(Path(folder) / "bare", path))
            again = seconds(lambda: take(station, path))
            other = seconds(lambda: take(station, book))
            assert take(station, book) == (0, count)
            found = search(station, rows)
        report = {
            "people": count,
            "import_s": round(first, 2),
            "bare_s": round(least, 2),
            "import / bare": round(first / least, 2),
            "again_s": round(again, 2),
            "xlsx_again_s": round(other, 2),
            "beside": in_parts(beside, path),
            "search": found,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }
        print(json.dumps(report, indent=1))  # noqa: T201


if __name__ == "__main__":
    main()
