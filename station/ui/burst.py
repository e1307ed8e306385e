"""Tells a hand scanner's burst of keys from a person's: a pure machine over keys and their times.

A hand scanner is a keyboard that types 1 to 40 ms a key and ends with Enter or Tab; the fastest people need
60 ms. Times are milliseconds of one monotonic clock: those of the key events, not of their handling, since a
window that was busy gets all waiting keys at once.
"""

from __future__ import annotations

from dataclasses import dataclass

GAP = 40
"""The longest pause inside a burst, and the silence after which a single key is a command; milliseconds."""

SURE = 6
"""Keys that make a burst certain even where somebody is typing into a field."""


@dataclass(frozen=True, slots=True)
class Lone:
    """One key and then silence: a command, or the first letter of something typed."""

    key: str


@dataclass(frozen=True, slots=True)
class Unended:
    """Several quick keys and then silence: text for the code field, not yet a code."""

    text: str


@dataclass(frozen=True, slots=True)
class Scanned:
    """A whole burst with its end."""

    text: str


Heard = Lone | Unended | Scanned


class Burst:
    """Holds keys pressed where no text is expected, until it is clear what they are."""

    def __init__(self) -> None:
        self._held = ""
        self._last = 0

    @property
    def waiting(self) -> bool:
        """Are keys held, so that ``silence`` must be called ``GAP`` ms after the last of them?"""
        return bool(self._held)

    def press(self, key: str, at: int) -> Heard | None:
        """A printable key at ``at``; it is held. Gives what was held before, if a pause came between."""
        before = self.silence(at)
        self._held += key
        self._last = at
        return before

    def end(self, at: int) -> Heard | None:
        """Enter or Tab at ``at``: ``Scanned`` if it ends a burst (and is used up), else what was held."""
        if self._held and at - self._last <= GAP:
            return Scanned(self._take())
        return self.silence(at)

    def silence(self, at: int) -> Heard | None:
        """Nothing was pressed until ``at``: gives what was held if that is long enough, else None."""
        if not self._held or at - self._last <= GAP:
            return None
        text = self._take()
        return Lone(text) if len(text) == 1 else Unended(text)

    def _take(self) -> str:
        text, self._held = self._held, ""
        return text


class Overheard:
    """Watches keys that go into a field anyway, to notice a burst among what a person typed there."""

    def __init__(self) -> None:
        self._run = ""
        self._last = 0

    def press(self, key: str, at: int) -> bool:
        """A key at ``at``. True if it begins a new run: the field's text of now is what to go back to."""
        fresh = not self._run or at - self._last > GAP
        self._run = key if fresh else self._run + key
        self._last = at
        return fresh

    def end(self, at: int) -> Scanned | None:
        """Enter or Tab at ``at``: the burst that it ends, if it is a certain one."""
        run, self._run = self._run, ""
        sure = len(run) >= SURE and at - self._last <= GAP
        return Scanned(run) if sure else None

    def forget(self) -> None:
        """Another key or another field: the run is broken."""
        self._run = ""
