"""Practice mode: a throw-away data folder with a sample event, sample students and a practice registry of its own.

Everything in it is invented and says so; the folder has no key, so it can never be mistaken for real data.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from station import assembly, settings
from station.facts import SECOND, Event, EventKind, Reading, Role, Source, Way
from station.passoffice import KEY_VALID, PASS_VALID
from station.registries import Target
from station.rosterfile import Row
from station.settings import Settings
from station.trouble import Trouble

HOUR = 3600 * SECOND
INSTITUTION = "Praktikos universitetas (Practice University)"
ISSUER = "https://badges.example.edu/practice"
STUDENTS = (
    "Pavyzdys Ąžuolas",
    "Pavyzdė Eglė",
    "Pavyzdys Žilvinas",
    "Pavyzdė Šarūnė",
    "Pavyzdys Ūdrys",
    "Pavyzdė Čiurlė",
    "Pavyzdys Jonas Ėglis",
    "Pavyzdė Aušra Įlanka",
    "Pavyzdys Kęstutis",
    "Pavyzdė Gabija Pavyzdytė-Ilgapavardė",
    "Sample Student One",
    "Sample Student Two",
)
"""Sample names: everyone is called Example, in Lithuanian or in English."""

PAST = (
    (0, Role.REPRESENTATION, 3 * 3600 + 58 * 60),
    (1, Role.REPRESENTATION, 4 * 3600 + 600),
    (2, Role.COORDINATION, 8 * 3600 + 300),
    (3, Role.TECHNICAL, 12 * 3600 + 60),
    (4, Role.TECHNICAL, 7 * 3600 + 59 * 60),
)
"""Who worked yesterday, as what and for how many seconds: some badges are earned, some nearly."""

FORGOT = 5
"""The one who never checked out yesterday."""


def code_of(number: int) -> str:
    """The text on a sample student's card."""
    return f"PRAKTIKA-{number + 1:04d}"


def holds_pass(number: int) -> bool:
    """Whether a sample student shows a signed pass instead of a card: every other one does."""
    return number % 2 == 1


@dataclass(frozen=True, slots=True)
class Practice:
    """A running practice: its folder, the event of today, what each of ``STUDENTS`` shows, the registry's process."""

    home: Path
    event: str
    shown: tuple[str, ...]
    _folder: tempfile.TemporaryDirectory[str]
    _registry: subprocess.Popen[str]

    def end(self) -> None:
        """Stop the registry and throw the folder away."""
        self._registry.terminate()
        try:
            self._registry.wait(5)
        except subprocess.TimeoutExpired:
            self._registry.kill()
            self._registry.wait()
        for pipe in (self._registry.stdin, self._registry.stdout):
            if pipe is not None:
                pipe.close()
        self._folder.cleanup()


def begin(chosen: Settings) -> Practice:
    """Prepare a practice. ``chosen`` gives language, theme and sound. Raises ``Trouble`` where it cannot."""
    folder = tempfile.TemporaryDirectory(prefix="station-practice-", ignore_cleanup_errors=True)
    home = Path(folder.name) / "home"
    assembly.init(home, INSTITUTION, ISSUER, None, practice=True)
    settings.save(home, Settings(chosen.language, chosen.theme, "", chosen.sound, "Praktika / Practice"))
    with assembly.opened(home, None, write="station demo") as station:
        rows = [
            Row(number + 2, f"P{number + 1:04d}", name, f"practice.{number + 1}@example.edu", (code_of(number),))
            for number, name in enumerate(STUDENTS)
        ]
        station.roster.take(rows, [])
        now = station.clock.now()
        shown = _shown(station, now)
        today = _events(station, now)
        profile = home.parent / "issuer.json"
        profile.write_text(json.dumps(station.profile()), "utf-8")
        registry, url = _start_registry(home.parent / "registry", profile)
        station.registries.add(Target("practice", "ob3", url, None, None))
    return Practice(home, today.id, shown, folder, registry)


def _shown(station: assembly.Station, now: int) -> tuple[str, ...]:
    """What each sample student shows, passes signed by a key that is thrown away with the folder."""
    station.passes.new_key(now, now + KEY_VALID, None)
    shown = [code_of(number) for number in range(len(STUDENTS))]
    for number, code in enumerate(shown):
        person = station.roster.person(code)
        if person is not None and holds_pass(number):
            (made,) = station.passes.issue([person], now + PASS_VALID, now, None)
            shown[number] = made.text
    return tuple(shown)


def _events(station: assembly.Station, now: int) -> Event:
    """Yesterday's event with its visits, and today's, in one series."""

    def add(title: str, start: int, end: int) -> Event:
        return station.day.add_event(
            title, EventKind.VOLUNTEERING, "culture_events", "Praktika / Practice", start, end, None
        )

    began = now - 26 * HOUR
    yesterday = add("Vakarykštė praktika / Practice yesterday", began, began + 13 * HOUR)
    scans = [(began + seconds * SECOND, number, role, Way.OUT) for number, role, seconds in PAST]
    scans += [(began, number, role, Way.IN) for number, role, _seconds in PAST]
    scans.append((began, FORGOT, Role.REPRESENTATION, Way.IN))
    with station.desk(yesterday) as desk:
        for at, number, role, way in sorted(scans):
            desk.scan(Reading(code_of(number), Source.BATCH, way, role, stated=at))
    return add("Praktikos renginys / Practice event", now - HOUR, now + 8 * HOUR)


def _start_registry(data: Path, profile: Path) -> tuple[subprocess.Popen[str], str]:
    command = [sys.executable, "-m", "station", "practice-registry", "--attached", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--data", str(data), "--issuer", str(profile)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=Path(__file__).resolve().parent.parent,
    )
    said = process.stdout.readline() if process.stdout else ""
    try:
        return process, str(json.loads(said)["url"])
    except (ValueError, KeyError):
        process.kill()
        process.wait()
        raise Trouble("practice_registry") from None
