"""The onlooker thread: reads along with a picture of its own and draws the day, so that no scan waits for a page."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue

from station import assembly, diagnostics
from station.facts import Record
from station.views import DayView, EventRow

SHORTEST = 0.25
"""Seconds between two days drawn at least; a long one rests for longer, so that drawing never fills a core."""
AGING = 15.0
"""Seconds after which an unchanged day is drawn again: running visits grow."""


class Onlooker:
    """``day``, ``events`` and ``seen`` are called on this thread and must return at once; ``seen`` gets the ids of
    those who were at the chosen event or another one of its series."""

    def __init__(
        self,
        home: Path,
        key: bytes,
        *,
        day: Callable[[DayView], None],
        events: Callable[[tuple[EventRow, ...]], None],
        seen: Callable[[frozenset[str]], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        self._home = home
        self._key = key
        self._day = day
        self._events = events
        self._seen = seen
        self._failed = failed
        self._told: SimpleQueue[Record | str | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._live, name="onlooker")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._told.put(None)
        if self._thread.ident is not None:
            self._thread.join()

    def tell(self, record: Record) -> None:
        """A record that is on disk; from any thread, each writer's in its order."""
        self._told.put(record)

    def choose(self, event: str) -> None:
        """Draw this event's day from now on."""
        self._told.put(event)

    def refresh(self) -> None:
        """Something else than records changed, such as the roster: draw again."""
        self._told.put("")

    def _live(self) -> None:
        try:
            with assembly.unlocked(self._home, self._key) as station:
                self._draw_on(station)
        except Exception as error:
            diagnostics.bug(error)
            self._failed(error)

    def _draw_on(self, station: assembly.Station) -> None:
        chosen, looked_at, known = "", "", -1
        while True:
            if known != len(station.picture.attendance.events):
                known = len(station.picture.attendance.events)
                self._events(event_rows(station))
            began = time.monotonic()
            if chosen != looked_at:
                looked_at = chosen
                self._seen(seen_before(station, chosen))
            if chosen:
                self._day(station.day.look(station.event(chosen), station.clock.now()))
            rest = max(SHORTEST, 3 * (time.monotonic() - began))
            news = [self._next(AGING)]
            time.sleep(rest if isinstance(news[0], Record) else 0)
            while (more := self._next(0)) != "nothing":
                news.append(more)
            for item in news:
                match item:
                    case None:
                        return
                    case Record():
                        # Some reach both the replay and the queue.
                        if item.seq > station.picture.heads.get(item.writer, 0):
                            station.picture.see(item)
                    case "" | "nothing":
                        pass
                    case _:
                        chosen = item

    def _next(self, timeout: float) -> Record | str | None:
        try:
            return self._told.get(timeout=timeout) if timeout else self._told.get_nowait()
        except Empty:
            return "nothing"


def seen_before(station: assembly.Station, event: str) -> frozenset[str]:
    """Who was at this event, or at another one of its series: whoever comes again is likely among them."""
    attendance, series = station.picture.attendance, station.event(event).series
    alike = {one.id for one in attendance.events.values() if one.id == event or (series and one.series == series)}
    now = station.clock.now()
    return frozenset(
        person for person in attendance.people if any(visit.event in alike for visit in attendance.visits(person, now))
    )


def event_rows(station: assembly.Station) -> tuple[EventRow, ...]:
    """The events to choose from, newest first."""
    events = sorted(station.picture.attendance.events.values(), key=lambda one: (-one.start, one.id))
    return tuple(EventRow(event) for event in events)
