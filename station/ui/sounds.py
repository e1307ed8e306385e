"""Plays a short sound without ever holding up the window; where nothing can play, there is silence."""

from __future__ import annotations

import queue
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from station.resources import resource
from station.ui.feedback import Cue

PLAYERS = (("pw-play",), ("paplay",), ("aplay", "-q"), ("afplay",))
"""Programs that play a WAV file, the better first (PipeWire, PulseAudio, ALSA, macOS)."""


def player() -> tuple[str, ...] | None:
    """The command that plays a file on this computer, or None. Windows has its own way and needs none."""
    for command in PLAYERS:
        found = shutil.which(command[0])
        if found:
            return (found, *command[1:])
    return None


class Sounds:
    """A thread of its own that plays the newest cue and drops those it could not keep up with."""

    def __init__(self, *, on: bool, command: tuple[str, ...] | None = None) -> None:
        self.on = on
        self._command = command
        self._wanted: queue.SimpleQueue[Cue | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def play(self, cue: Cue) -> None:
        """Ask for a sound; returns at once."""
        if not self.on:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="sounds", daemon=True)
            self._thread.start()
        self._wanted.put(cue)

    def close(self) -> None:
        """End the thread; a sound still playing is cut."""
        if self._thread is not None:
            self._wanted.put(None)
            self._thread.join(timeout=3)
            self._thread = None

    def _run(self) -> None:
        command = self._command or player()
        playing: subprocess.Popen[bytes] | None = None
        while True:
            cue = self._newest()
            if playing is not None:
                playing.kill()
                playing.wait()
                playing = None
            if cue is None:
                return
            playing = _start(command, resource("sounds", f"{cue}.wav"))

    def _newest(self) -> Cue | None:
        cue = self._wanted.get()
        while cue is not None and not self._wanted.empty():
            cue = self._wanted.get()
        return cue


def _start(command: tuple[str, ...] | None, file: Path) -> subprocess.Popen[bytes] | None:
    if sys.platform == "win32":
        import winsound

        winsound.PlaySound(str(file), winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT)
        return None
    if command is None:
        return None
    quiet = subprocess.DEVNULL
    try:
        return subprocess.Popen([*command, str(file)], stdin=quiet, stdout=quiet, stderr=quiet)
    except OSError:
        return None  # a sound is the least of the four ways a verdict is told
