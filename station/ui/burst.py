"""Tells a hand scanner's burst of keys from a person's: a pure machine over keys and their times.

A hand scanner is a keyboard that types 1 to 40 ms a key and ends with Enter or Tab; the fastest people need
60 ms. Times are milliseconds of one monotonic clock: those of the key events, not of their handling, since a
window that was busy gets all waiting keys at once.
"""

from __future__ import annotations

from dataclasses import dataclass

GAP = 40
"""The longest pause inside a burst, and the silence after which a single key is a command; milliseconds."""

MARKED_GAP = 150
"""The longest pause inside a burst that began with a key nobody types, such as F9 or a control character."""

LEAST = 3
"""Keys of the shortest burst where no text is expected: two keys rolled together with Enter are a person's."""

SURE = 6
"""Keys that make a burst certain where somebody may be typing, and those that make one without an end."""


@dataclass(frozen=True, slots=True)
class Lone:
    """One key and then silence: a command, or the first letter of something typed."""

    key: str


@dataclass(frozen=True, slots=True)
class Typed:
    """Two keys rolled together and then silence: a quick person."""

    text: str


@dataclass(frozen=True, slots=True)
class Cut:
    """Keys as only a machine types them, and no end: a scanner that was cut short, or text typed by a program."""

    text: str


@dataclass(frozen=True, slots=True)
class Scanned:
    """A whole burst. ``ended``: by Enter or Tab, not by silence."""

    text: str
    ended: bool = True


Heard = Lone | Typed | Cut | Scanned


class Burst:
    """Holds what is pressed until it is clear what it is. Whatever was held is told once, whole and in order.

    ``prefix`` is a sign that a scanner sends before each code (empty: none); it makes even the shortest burst
    certain. With ``silence_ends`` a certain burst needs no Enter.
    """

    def __init__(self, prefix: str = "", *, silence_ends: bool = False) -> None:
        self.prefix = prefix
        self.silence_ends = silence_ends
        self._held = ""
        self._open = False
        self._least = LEAST
        self._gap = GAP
        self._last = 0
        self._ended: int | None = None

    @property
    def waiting(self) -> int:
        """Milliseconds after the last key at which ``silence`` must be called; 0 while nothing is held."""
        return self._gap if self._open else 0

    def live(self, at: int) -> bool:
        """Would a key at ``at`` belong to what is held?"""
        return self._open and at - self._last <= self._gap

    def press(self, text: str, at: int, least: int = LEAST) -> Heard | None:
        """A printable key at ``at``; it is held. Gives what was held before, if a pause came between.

        ``least`` counts for a run that begins with this key: how many keys make it a burst.
        """
        before = self.silence(at)
        if not self._open:
            self._begin(at, 1 + len(text) if text == self.prefix else least, GAP)
        self._held += text
        self._last = at
        return before

    def mark(self, at: int) -> Heard | None:
        """A key that is itself the prefix, such as F9: what follows is a scanner's. Gives what was held before."""
        before = self.silence(at) or self.flush()
        self._begin(at, 1, MARKED_GAP)
        return before

    def keep(self, at: int) -> None:
        """A key that only prepares the next one (Shift, AltGr, a part of an Alt code): the run goes on."""
        if self.live(at):
            self._last = at

    def end(self, at: int) -> Heard | None:
        """Enter or Tab at ``at``: ``Scanned`` if it ends a burst (and is used up), else what was held."""
        if self.live(at) and len(self._held) >= self._least:
            self._ended = at
            return Scanned(self._take())
        return self.silence(at) or self.flush()

    def trailing(self, at: int) -> bool:
        """Does this Enter or Tab only repeat the end of the burst just told, as in CR and LF?"""
        if self._ended is None or self._open or at - self._ended > self._gap:
            return False
        self._ended = at
        return True

    def silence(self, at: int) -> Heard | None:
        """Nothing was pressed until ``at``: gives what was held if that is long enough, else None."""
        if not self._open or at - self._last <= self._gap:
            return None
        certain = self._gap == MARKED_GAP or self._marked or len(self._held) >= SURE
        if self.silence_ends and certain and len(self._held) >= self._least:
            return Scanned(self._take(), ended=False)
        return self.flush()

    def flush(self) -> Heard | None:
        """Another key, or another place: what is held will not become a burst."""
        marked = self._gap == MARKED_GAP
        text = "" if not self._open else self._take(whole=True)
        if not text:
            return None
        if len(text) >= LEAST or marked:
            return Cut(text)
        return Lone(text) if len(text) == 1 else Typed(text)

    @property
    def _marked(self) -> bool:
        return bool(self.prefix) and self._held.startswith(self.prefix)

    def _begin(self, at: int, least: int, gap: int) -> None:
        self._open, self._held, self._ended = True, "", None
        self._least, self._gap, self._last = least, gap, at

    def _take(self, *, whole: bool = False) -> str:
        text, marked = self._held, self._marked
        self._held, self._open = "", False
        return text.removeprefix(self.prefix) if marked and not whole else text
