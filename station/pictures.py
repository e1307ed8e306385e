"""Reads the codes in picture files that a person chose, one file after the other, on a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

from station.facts import Found
from station.trouble import Trouble

if TYPE_CHECKING:
    from station.scanner.acceptance import Acceptance


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of the files that were chosen together: ``codes`` found, ``without`` names those that held none,
    ``troubles`` are those that could not be read."""

    files: int
    codes: int
    without: tuple[str, ...]
    troubles: tuple[Trouble, ...]


Submit = Callable[[Found], None]


class Pictures:
    """``told`` is called after the last file of each choice, ``failed`` with a bug of ours; both on this thread, as is
    what gets the codes. The thread is there from the first choice on."""

    def __init__(
        self,
        accepted: Callable[[], Acceptance],
        *,
        told: Callable[[Looked], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self._accepted = accepted
        self._told = told
        self._failed = failed
        self._chosen: SimpleQueue[tuple[tuple[Path, ...], Submit] | None] = SimpleQueue()
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def read(self, files: Sequence[Path], submit: Submit) -> None:
        """Read these after all that was chosen before; each code goes to ``submit`` as it is found."""
        self._chosen.put((tuple(files), submit))
        if self._thread is None:
            self._thread = threading.Thread(target=self._live, name="pictures")
            self._thread.start()

    def stop(self) -> None:
        """Finish the picture in hand and leave the others. Returns when nothing more will be submitted."""
        self._ending.set()
        self._chosen.put(None)
        if self._thread is not None:
            self._thread.join()

    def _live(self) -> None:
        while (chosen := self._chosen.get()) is not None and not self._ending.is_set():
            try:
                looked = self._read(*chosen)
                if not self._ending.is_set():
                    self._told(looked)
            except Exception as bug:  # the top of the thread
                self._failed(bug)

    def _read(self, files: tuple[Path, ...], submit: Submit) -> Looked:
        from station.scanner.reading import pictured

        accepted = self._accepted()
        codes, without, troubles = 0, [], list[Trouble]()
        for file in files:
            if self._ending.is_set():
                break
            found = 0
            try:
                for code in pictured(file, accepted, skipped=troubles.append):
                    submit(code)
                    found += 1
            except Trouble as trouble:
                troubles.append(trouble)
                continue
            codes += found
            if not found:
                without.append(file.name)
        return Looked(len(files), codes, tuple(without), tuple(troubles))
