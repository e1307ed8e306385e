"""A bar on the terminal for what takes longer than a moment; nothing where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress


class Bar:
    """Inside it, call ``told(done, all)``. It stands on stderr, so that output can be read by a program."""

    def __init__(self, words: str) -> None:
        self._words = words
        self._shown: Progress | None = None

    def __enter__(self) -> Callable[[int, int], None]:
        if not sys.stderr.isatty():
            return lambda _done, _all: None
        from rich.console import Console
        from rich.progress import Progress

        shown = self._shown = Progress(console=Console(stderr=True), transient=True)
        task = shown.add_task(self._words, total=None)
        shown.start()
        return lambda done, total: shown.update(task, completed=done, total=total)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown is not None:
            self._shown.stop()
