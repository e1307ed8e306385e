"""Keeps what is shown from flickering: a word stands for a while before another may take its place. Pure."""

from __future__ import annotations

from typing import Generic, TypeVar

Word = TypeVar("Word")


class Steady(Generic[Word]):
    """``shown`` is what stands now, None for nothing. All times are seconds of one monotonic clock."""

    def __init__(self, least_s: float) -> None:
        self.shown: Word | None = None
        self._least_s = least_s
        self._since_s = 0.0

    def put(self, word: Word | None, now_s: float) -> float:
        """``word`` is what there is to say now; gives after how many seconds to put it again, 0 if not at all."""
        if word == self.shown:
            return 0.0
        left = self._since_s + self._least_s - now_s
        if self.shown is not None and left > 0:
            return left
        self.shown, self._since_s = word, now_s
        return 0.0

    def clear(self) -> None:
        """Nothing is shown, at once."""
        self.shown = None
