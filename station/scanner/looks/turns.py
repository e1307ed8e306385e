"""Which second looks a missed frame gets, and how many: a frame's time is lent, and spent where a code may be."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, Generic, TypeVar

from station.scanner.looks.regions import Region

Look = TypeVar("Look")

LENT_S: Final = 0.045
"""Processor time that second looks may take at once, after a while without need of them."""
EARNED_S: Final = 0.010
"""What each frame pays back. In a restless scene this is what second looks cost on average."""
DEEPEST_S: Final = 0.08
"""The most that is owed: one look that was far too dear must not blind the desk for seconds."""
PATIENCE: Final = 24
"""Missed frames (0.8 s) after which the same place in the picture is no longer news: a poster, a striped shirt."""
RESTED: Final = 4
"""Of so many frames one looks at such a place again: a badly lit card may still be one."""


class Turns(Generic[Look]):
    """``always`` are the looks for edges that run one way (True) or all ways (False), the likeliest first;
    ``sometimes`` those that have their turn. ``places`` is the most places a frame is said to have. ``clock`` is
    processor time in seconds."""

    def __init__(
        self,
        always: Mapping[bool, Sequence[Look]],
        sometimes: Sequence[Look],
        places: int,
        clock: Callable[[], float] = time.thread_time,
    ) -> None:
        self._always = always
        self._sometimes = sometimes
        self._places = places
        self._clock = clock
        self._credit = LENT_S
        self._turn = 0
        self._same = 0
        self._before: Region | None = None

    @property
    def round(self) -> int:
        """Missed frames after which every rare look and every place had its turn, if each can afford one look."""
        return 1 + 2 * (len(self._sometimes) + (self._places - 1) * max(map(len, self._always.values())))

    def read(self) -> None:
        """A frame was read at once, or has nothing that looks like a code."""
        self._earn()
        self._same, self._before = 0, None

    def missed(self, spots: Sequence[Region], first: Look | None = None) -> Iterator[tuple[Look, Region]]:
        """What to try on a frame whose likely places are ``spots``, the likeliest first, while it can be afforded;
        before all, and on credit, the look ``first``. The time that the caller takes between two answers is what the
        first of them cost."""
        if not spots:
            self.read()
            return
        self._earn()
        self._same = self._same + 1 if self._before is not None and _near(spots[0], self._before) else 0
        self._before = spots[0]
        if self._same > PATIENCE and self._same % RESTED:
            return
        if first is not None:
            yield from self._paid(first, spots[0])
        # A frame that can afford nothing is nobody's turn: two that alternate would else starve half of the looks.
        if self._credit <= 0:
            return
        self._turn += 1
        for look, spot in self._planned(spots):
            if self._credit <= 0:
                return
            yield from self._paid(look, spot)

    def _paid(self, look: Look, spot: Region) -> Iterator[tuple[Look, Region]]:
        began = self._clock()
        try:
            yield look, spot
        finally:
            self._credit = max(-DEEPEST_S, self._credit - (self._clock() - began))

    def _earn(self) -> None:
        self._credit = min(LENT_S, self._credit + EARNED_S)

    def _planned(self, spots: Sequence[Region]) -> Iterator[tuple[Look, Region]]:
        """The likeliest place by what its kind is read by, cheapest first; before or after it, by turns, a rare look
        at it or another place: what is not afforded on one frame stands first on the next."""
        looks = [(look, spots[0]) for look in self._always[spots[0].linear]]
        rare = [
            *((look, spots[0]) for look in self._sometimes),
            *((look, spot) for spot in spots[1:] for look in self._always[spot.linear]),
        ]
        own = rare[self._turn // 2 % len(rare) :][:1] if rare else []
        yield from (*looks, *own) if self._turn % 2 else (*own, *looks)


def _near(one: Region, other: Region) -> bool:
    reach = (one.box[2] + one.box[3]) / 8
    return all(abs(a - b) <= reach for a, b in zip(one.box, other.box, strict=True))
