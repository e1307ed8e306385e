"""The desk's word and the records' reading of it are the same, also across a jump of the clock."""

from __future__ import annotations

from pathlib import Path

import pytest

from station.clock import Clock
from station.facts import SECOND, Reading, Role, Source, Verdict, Way
from station.picture import Picture
from tests.stories import HOUR, add_event, event, opened


@pytest.mark.parametrize("jump", [-2 * HOUR, 2 * HOUR])
def test_the_first_scan_after_a_jump_is_judged_by_the_new_clock(home: Path, jump: int) -> None:
    with opened(home, 2) as station:
        now = {"wall": station.clock.now(), "steady": 0}
        one = add_event(station, event(start=now["wall"] - 12 * HOUR, hours=24))
        station.book.clock = Clock(lambda: now["wall"], lambda: now["steady"])
        toggle = Reading("C0001", Source.STDIN, Way.EITHER, Role.TECHNICAL)
        with station.desk(one) as desk:
            assert desk.scan(toggle).verdict is Verdict.ADMITTED
            # Thirty seconds later by any clock that nobody sets: still the same presentation of the card.
            now["steady"] += 30 * SECOND
            now["wall"] += 30 * SECOND + jump
            assert desk.scan(toggle).verdict is Verdict.REPEAT
            now["steady"] += HOUR
            now["wall"] += HOUR
            assert desk.scan(toggle).verdict is Verdict.RELEASED
        picture = Picture.of(station.book.replay(), station.picture.issuer)
        person = station.roster.search("Nr. 1")[0].id
        for read in (picture, station.picture):
            (visit,) = read.attendance.visits(person, now["wall"])
            assert visit.end == now["wall"]
            assert visit.credited == HOUR + 30 * SECOND
            assert not visit.flags
