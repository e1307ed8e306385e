"""Every goal of the scanner as one JSON object, beside plain zxing-cpp and pyzbar in the same run.

``python tests/benchmarks/scanner.py [--quick]``; ``--help`` tells the counts that may be given. Times are CPU time,
engines are taken by turns on the same pictures. Photographs are read where STATION_TEST_DATA names a folder with
``photos/manifest.jsonl``. Parts that are done are named on standard error. Ends with 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from station.scanner.drawn.film import Story
from tests.benchmarks import cost, recall
from tests.benchmarks.peers import Goal, pyzbar

LONGEST_STALL_MS: Final = 33
CODES: Final = ("QR v4", "Code128")


class Report:
    """What is printed: goals, figures without a goal, and what could not be measured and why."""

    def __init__(self, asked: argparse.Namespace) -> None:
        self.asked = asked
        self.goals: dict[str, Goal] = {}
        self.figures: dict[str, dict[str, float]] = {}
        self.left_out: dict[str, str] = {}

    def seeds(self, count: int) -> range:
        """So many; not those that tests use."""
        return range(self.asked.first, self.asked.first + count)

    def told(self) -> dict[str, Any]:
        figures = {
            name: {key: round(value, 3) for key, value in figure.items()} for name, figure in self.figures.items()
        }
        return {
            "goals": {name: goal.told() for name, goal in self.goals.items()},
            "figures": figures,
            "left_out": self.left_out,
        }


def window(report: Report) -> None:
    """In a process of its own, before the drawing of frames has warmed anything."""
    script = Path(__file__).with_name("window.py")
    run = subprocess.run(
        [sys.executable, str(script), "2" if report.asked.quick else "10"],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    told = json.loads(run.stdout)
    report.goals["longest stall of the window, 1080p, ms"] = Goal(
        told["scanning_1080p30"]["longest_ms"], LONGEST_STALL_MS, True, told["without_camera"]
    )


def photographs(report: Report) -> None:
    folder = Path(os.environ.get("STATION_TEST_DATA", "")) / "photos"
    if "STATION_TEST_DATA" not in os.environ or not (folder / "manifest.jsonl").exists():
        report.left_out["photographs"] = "STATION_TEST_DATA names no folder with photos/manifest.jsonl"
    elif report.asked.quick:
        report.left_out["photographs"] = "--quick"
    else:
        report.goals |= recall.photographs(folder)


def everyday(report: Report) -> None:
    report.goals |= recall.everyday_frames(report.seeds(report.asked.everyday))
    report.goals["dark-mode QR, 2 px a module, scan"] = recall.dark_mode(report.seeds(report.asked.everyday))


def films(report: Report) -> None:
    count = report.asked.films
    for code in CODES:
        share = recall.films(Story.TURNED, code, report.seeds(count), beside=False)
        report.goals[f"turned and moving, {code}, within 1.4 s"] = Goal(share["share"], 0.98, beside=share)
    for story in (Story.DIM, Story.GLARE):
        for code in CODES:
            seeds = report.seeds(max(1, count // 3))
            report.figures[f"{story.value} film, {code}, within 1.4 s"] = recall.films(story, code, seeds, beside=True)


def empty(report: Report) -> None:
    quick = report.asked.quick
    report.goals |= cost.empty_goals(range(1 if quick else 4), 24 if quick else 60)
    report.goals |= cost.easy(4 if quick else 20)
    report.figures["bare desk"] = cost.bare_desk(20 if quick else 90)


def ghosts(report: Report) -> None:
    goal, read = recall.false_reads(*((2, 0) if report.asked.quick else (10, 2)))
    report.goals["false reads"] = goal
    report.figures |= {f"false reads, {kind}": counts for kind, counts in read.items()}


def day(report: Report) -> None:
    report.figures["a long run"] = cost.long_run(report.asked.minutes)


PARTS: Final[dict[str, Callable[[Report], None]]] = {
    "window": window, "empty": empty, "everyday": everyday, "films": films, "photographs": photographs,
    "ghosts": ghosts, "day": day,
}  # fmt: skip


def main(arguments: list[str]) -> int:
    """Print the object; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="about a minute: few frames, no photographs, no stills")
    parser.add_argument("--everyday", type=int, help="everyday and dark-mode frames of each code")
    parser.add_argument("--films", type=int, help="films of a turned card, of each code; a third of it of the others")
    parser.add_argument("--minutes", type=float, help="of a camera's frames in the long run")
    parser.add_argument("--first", type=int, default=9000, help="the first seed of everyday frames and films")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), help="these parts")
    asked = parser.parse_args(arguments)
    for name, whole, quick in (("everyday", 60, 4), ("films", 30, 3), ("minutes", 2.0, 0.15)):
        if getattr(asked, name) is None:
            setattr(asked, name, quick if asked.quick else whole)
    report = Report(asked)
    if pyzbar() is None:
        report.left_out["pyzbar"] = "pyzbar or libzbar is not installed"
    for part in asked.only:
        PARTS[part](report)
        sys.stderr.write(f"{part} done\n")
    sys.stdout.write(json.dumps(report.told(), indent=1) + "\n")
    return 0 if all(goal.met for goal in report.goals.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
