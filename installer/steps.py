"""One step of the set-up: said to the person, run with its output in a file, stopped with one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

OFFLINE = (
    "name resolution",
    "Temporary failure resolving",
    "Could not resolve",
    "dns error",
    "Failed to establish a new connection",
    "NewConnectionError",
    "ConnectTimeoutError",
    "getaddrinfo failed",
    "Network is unreachable",
    "Could not connect to",
    "tcp connect error",
)
"""What apt, pip and uv say when there is no network."""


class Stop(Exception):
    """The set-up cannot go on; the text is the one sentence for the person."""


class StepFailed(Exception):
    """A command of a step failed; ``output`` is what it printed."""

    def __init__(self, output: str) -> None:
        super().__init__(output)
        self.output = output

    @property
    def offline(self) -> bool:
        return any(sign in self.output for sign in OFFLINE)

    @property
    def reason(self) -> str:
        """The line that tells most: the last one that calls itself an error, else the last."""
        lines = [line.strip() for line in self.output.splitlines() if line.strip()]
        errors = [line for line in lines if line.lower().startswith(("error", "e:", "× "))]
        return (errors or lines or ["it said nothing"])[-1]


def say(text: str, end: str = "\n") -> None:
    """Tell the person; on the error stream, so that a command's own output stays clean."""
    print(text, end=end, file=sys.stderr, flush=True)  # noqa: T201


def step(title: str, command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None) -> str:
    """Run ``command``, its output also appended to ``log``. Returns the output; raises ``StepFailed``."""
    live, begun = sys.stderr.isatty(), time.monotonic()
    say(f"{title} …", end="" if live else "\n")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as sink:
        sink.write(f"\n$ {' '.join(command)}\n".encode())
        sink.flush()
        before = sink.tell()
        with subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            close_fds=False,  # the set-up's lock goes with it
            env={**os.environ, **(environment or {})},
        ) as process:
            while True:
                try:
                    code = process.wait(timeout=1)
                    break
                except subprocess.TimeoutExpired:
                    if live:
                        say(f"\r{title} … {time.monotonic() - begun:.0f} s", end="")
    output = log.read_bytes()[before:].decode(errors="replace")
    if live:
        say(f"\r{title} … {time.monotonic() - begun:.0f} s")
    if code:
        raise StepFailed(output)
    return output


def stopped(failed: StepFailed, what: str, log: Path) -> Stop:
    """The sentence for a step that failed: no network, or its own reason and where the whole output is."""
    if failed.offline:
        return Stop(
            f"{what} needs the network and there is none: connect this computer, then type the same command again."
        )
    return Stop(f"{what} failed ({failed.reason}); the whole output is in {log}.")
