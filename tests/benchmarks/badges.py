"""All awards of an event and one person's progress, as ratios to a plain sum over the same visits; prints JSON.

5,000 people with four confirmed visits each that earn two badges or more, at a series of events among many others.
Run: python tests/benchmarks/badges.py [PEOPLE] [OTHER_EVENTS]
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

from station import catalogue
from station.badges import Issuer
from station.facts import SECOND, Event, EventKind, Kind, Record, Role
from station.picture import Picture

HOUR = 3600 * SECOND
START = 1_790_000_000 * SECOND
VISITS = 4


def records(people: int, others: int, earns: tuple[str, ...]) -> list[Record]:
    made: list[Record] = []

    def add(kind: Kind, at: int, event: str, person: str | None, /, **body: object) -> None:
        made.append(Record("w", len(made) + 1, len(made) + 1, at, kind, event, person, None, body, ""))

    events = [
        Event(f"e{n}", f"e{n}", EventKind.VOLUNTEERING, "culture_events", "s" if n < VISITS else f"s{n}",
              START + n * 24 * HOUR, START + (n * 24 + 12) * HOUR, earns)
        for n in range(VISITS + others)
    ]  # fmt: skip
    for one in events:
        add(
            Kind.EVENT, one.start, one.id, None, title=one.title, kind=one.kind.value, unit=one.unit,
            series=one.series, start=one.start, end=one.end, earns=list(one.earns),
        )  # fmt: skip
    roles = list(Role)
    for event in events[:VISITS]:
        for way, hours in (("in", 0), ("out", 3)):
            for n in range(people):
                role = roles[n % 3].value
                add(Kind.SCAN, event.start + hours * HOUR + n * SECOND, event.id, f"{n:032x}", way=way, role=role)
    return made


def seconds(do: Callable[[], object], times: int = 5) -> float:
    """The best of a few runs."""
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        do()
        spent.append(time.perf_counter() - began)
    return min(spent)


def measure(people: int, others: int) -> dict[str, object]:
    programme = catalogue.parse(catalogue.bundled(), "catalogue")
    earns = tuple(badge.id for badge in programme.badges_of("culture_events"))
    picture = Picture(programme, Issuer("inst", "https://badges.example.edu/issuer"))
    for record in records(people, others, earns):
        picture.see(record)
    attendance = picture.attendance
    event = attendance.events["e0"]

    def plain() -> int:
        return sum(v.credited for person in attendance.people for v in attendance.visits(person, 0) if v.confirmed)

    someone = f"{7:032x}"
    plain()
    summed, one, every = seconds(plain), seconds(lambda: picture.proposals(event)), seconds(picture.proposals)
    progress = seconds(lambda: picture.progress(someone, event, Role.COORDINATION, START), 200)
    findings = seconds(lambda: picture.findings(someone), 50)
    return {
        "people": people,
        "visits": people * VISITS,
        "events": VISITS + others,
        "awards": len(picture.proposals(event)),
        "plain sum s": round(summed, 3),
        "awards of the event s": round(one, 3),
        "awards of all events s": round(every, 3),
        "awards / plain sum": round(one / summed, 2),
        "progress ms": round(progress * 1000, 3),
        "every badge of a person ms": round(findings * 1000, 3),
    }


def main() -> None:
    given = [int(word) for word in sys.argv[1:]]
    print(json.dumps(measure(*(given + [5000, 300][len(given) :])), indent=1))  # noqa: T201


if __name__ == "__main__":
    main()
