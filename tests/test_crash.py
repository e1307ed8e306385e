"""Killed at named points: what was answered is on disk, nothing is there twice, and the records are whole."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from station import assembly
from station.facts import Kind
from station.logbook import station_enrolled
from tests.conftest import PASSPHRASE
from tests.stories import add_event, event, opened

ROOT = Path(__file__).resolve().parent.parent

CHILD = """
import os, signal, sys
from station.cli import run
from station import logbook, desk
import station.cli.scan as scan

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def dying(what, when, nth):
    calls = 0
    def wrapped(*a, **k):
        nonlocal calls
        calls += 1
        if calls == nth and when == "before":
            die()
        result = what(*a, **k)
        if calls == nth and when == "after":
            die()
        return result
    return wrapped

point, when, nth = sys.argv[1], sys.argv[2], int(sys.argv[3])
match point:
    case "write":
        logbook.Logbook.write = dying(logbook.Logbook.write, when, nth)
    case "scan":
        desk.Desk.scan = dying(desk.Desk.scan, when, nth)
    case "print":
        scan.emit = dying(scan.emit, when, nth)
    case "sign":
        logbook.Logbook.sign = dying(logbook.Logbook.sign, when, nth)
sys.exit(run(sys.argv[4:]))
"""


def environment(home: Path) -> dict[str, str]:
    secret = home.parent / "passphrase"
    secret.write_text(PASSPHRASE)
    return os.environ | {
        "STATION_HOME": str(home),
        "STATION_PASSPHRASE_FILE": str(secret),
        "PYTHONPATH": str(ROOT),
    }


def ready(home: Path) -> str:
    with opened(home, 20) as station:
        return add_event(station, event()).id


def lines(output: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in output.splitlines() if line.endswith("}")]


def on_disk(home: Path) -> list[tuple[str, int]]:
    with assembly.opened(home, PASSPHRASE) as station:
        assert station.book.verify(station_enrolled(station.institution.key)).ok
        return [record.ref for record in station.book.replay() if record.kind is Kind.SCAN]


def check(home: Path, printed: Sequence[dict[str, object]]) -> list[tuple[str, int]]:
    answered = [(line["writer"], line["seq"]) for line in printed]
    written = on_disk(home)
    assert len(set(written)) == len(written)
    assert set(answered) <= set(written)
    # At most the one scan that was on disk but not yet said.
    assert len(written) - len(answered) in (0, 1)
    return written


@pytest.mark.parametrize(
    ("point", "when", "nth"),
    [
        ("write", "before", 4),
        ("write", "after", 4),
        ("scan", "after", 4),
        ("print", "before", 4),
        ("print", "after", 4),
        ("sign", "before", 1),
        ("sign", "after", 1),
    ],
)
def test_killed_at_a_named_point(home: Path, point: str, when: str, nth: int) -> None:
    chosen = ready(home)
    command = [sys.executable, "-c", CHILD, point, when, str(nth)]
    command += ["scan", "--event", chosen, "--source", "-", "--json"]
    codes = "".join(f"C{number:04}\n" for number in range(10))
    ended = subprocess.run(
        command, input=codes, env=environment(home), capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    printed = lines(ended.stdout)
    assert len(printed) == {"write": 3, "scan": 3, "print": 3 + (when == "after"), "sign": 10}[point]
    written = check(home, printed)
    # The next opening goes on with a writer of its own, and nothing has to be mended by hand.
    with opened(home) as station, station.desk(station.event(chosen)) as desk:
        from station.facts import Reading, Role, Source, Way

        again = desk.scan(Reading("C0019", Source.STDIN, Way.IN, Role.TECHNICAL))
    assert again.record.writer not in {writer for writer, _seq in written}


def test_killed_in_a_stream_of_scans(home: Path) -> None:
    chosen = ready(home)
    command = [sys.executable, "-m", "station", "scan", "--event", chosen, "--source", "-", "--json"]
    child = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(home), text=True, cwd=ROOT
    )
    assert child.stdin
    assert child.stdout
    child.stdin.write("".join(f"C{number % 25:04}\n" for number in range(2000)))
    child.stdin.flush()
    printed = [child.stdout.readline() for _ in range(300)]
    child.kill()
    rest, _ = child.communicate()
    check(home, lines("".join(printed) + rest))
