"""How far a long command is, on the terminal: a bar that comes only where somebody can see it, and goes at the end."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

Thing = TypeVar("Thing")

FEW = 100
"""So few things are done before anybody could read how far it is."""


def watched(doing: str) -> Callable[[Sequence[Thing]], Iterable[Thing]]:
    """Gives the same things one by one, while a bar on standard error tells how many are done."""

    def give(things: Sequence[Thing]) -> Iterable[Thing]:
        if len(things) < FEW or not sys.stderr.isatty():
            return things
        from rich.console import Console
        from rich.progress import track

        return track(things, doing, console=Console(stderr=True), transient=True)

    return give
