"""The project's own Python environment, ``.venv``: whether it is ready, building and updating it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from installer.steps import StepFailed, Stop, say, step, stopped

RUNTIME, DEV, UV = "requirements.lock", "requirements-dev.lock", "installer/requirements-uv.lock"
"""The locks: what the program needs, that and what the checks need, the tool that installs them fast."""


class State(Enum):
    """What has to be done."""

    READY = "ready"
    OUTDATED = "outdated"
    ABSENT = "absent"


@dataclass(frozen=True)
class Environment:
    """The environment of the project in ``root``.

    Its stamp is removed before anything in it changes and written when all is done, so an interrupted
    set-up leaves none, and an environment without a valid stamp is built anew: to pip, half-installed
    packages look installed.
    """

    root: Path

    @property
    def folder(self) -> Path:
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def stamp(self) -> Path:
        return self.folder / "station-setup.json"

    @property
    def log(self) -> Path:
        return self.root / "build" / "setup.log"

    def state(self, lock: str) -> State:
        """Whether the environment can be used as it is for ``lock``."""
        try:
            done: dict[str, Any] = json.loads(self.stamp.read_text(encoding="utf-8"))
            if done["root"] != str(self.root) or done["python"] != self._base():
                return State.ABSENT
            return State.READY if self._digest(lock) in done["locks"] else State.OUTDATED
        except (OSError, ValueError, KeyError, TypeError):
            return State.ABSENT

    def prepare(self, lock: str) -> None:
        """Bring the environment to ``lock``; at once where it is ready. Raises ``Stop``."""
        if self.state(lock) is State.READY:
            return
        try:
            with self._alone():
                state = self.state(lock)  # another set-up may have done it meanwhile
                if state is State.READY:
                    return
                self.stamp.unlink(missing_ok=True)
                if state is State.ABSENT:
                    self._build()
                self._install(lock)
                self._see_project()
                self._write_stamp(lock)
        except PermissionError as error:
            raise Stop(
                f"{error.filename} may not be written by this user: make {self.root} your own (chown), "
                "or use another copy of the project."
            ) from None
        except OSError as error:
            raise Stop(f"The set-up in {self.root} failed ({error}).") from None

    def _base(self) -> str:
        """The interpreter beneath; raises ``OSError`` where it is gone or was never there."""
        if os.name != "nt":
            return os.path.realpath(self.python, strict=True)
        settings = dict(line.split(" = ", 1) for line in (self.folder / "pyvenv.cfg").read_text("utf-8").splitlines())
        return str(Path(settings["executable"]).resolve(strict=True))

    def _digest(self, lock: str) -> str:
        return hashlib.sha256((self.root / lock).read_bytes()).hexdigest()

    def _build(self) -> None:
        # from inside an environment, the interpreter beneath it: this very one may be about to be replaced
        base = getattr(sys, "_base_executable", None) or sys.executable
        try:
            step("Making .venv", [base, "-m", "venv", "--clear", str(self.folder)], self.log)
        except StepFailed as failed:
            raise stopped(failed, f"Making {self.folder}", self.log) from None

    def _install(self, lock: str) -> None:
        pip = [str(self.python), "-m", "pip", "--disable-pip-version-check"]
        hashed = ["--require-hashes", "--only-binary", ":all:"]
        with_pip = [*pip, "install", "--retries", "2", "--no-input", *hashed, "-r"]
        with_uv = [str(self.python), "-m", "uv", "pip", "install", "--python", str(self.python)]
        with_uv += ["--compile-bytecode", *hashed, "-r"]
        title = "Installing Python packages"
        try:
            if not self._own_index(pip) and self._get_uv(with_pip):
                try:
                    # uv brings its own list of certificate authorities unless told to use the computer's
                    step(title, [*with_uv, str(self.root / lock)], self.log, {"UV_SYSTEM_CERTS": "1"})
                    return
                except StepFailed:  # it knows nothing of pip's settings: a proxy, certificates
                    say("uv cannot do it here; going on with pip, which takes longer.")
            step(title, [*with_pip, str(self.root / lock)], self.log)
        except StepFailed as failed:
            raise stopped(failed, title, self.log) from None

    def _get_uv(self, with_pip: list[str]) -> bool:
        """Install uv; False where it cannot be had. Raises ``StepFailed`` where there is no network."""
        try:
            step("Getting uv", [*with_pip, str(self.root / UV)], self.log)
        except StepFailed as failed:
            if failed.offline:
                raise
            return False
        return True

    def _own_index(self, pip: list[str]) -> bool:
        """Whether this computer's pip is set to an index of its own, which uv would not know of."""
        asked = subprocess.run([*pip, "config", "list"], capture_output=True, text=True, check=False)
        keys = (line.split("=", 1)[0] for line in asked.stdout.splitlines())
        return any(key.endswith((".index-url", ".no-index")) for key in keys)

    def _see_project(self) -> None:
        """Let the environment's Python find the project from any working directory."""
        pattern = "Lib/site-packages" if os.name == "nt" else "lib/python3*/site-packages"
        for packages in self.folder.glob(pattern):
            (packages / "station-project.pth").write_text(f"{self.root}\n", encoding="locale")

    def _write_stamp(self, lock: str) -> None:
        # the lock for development holds all of the other one, in the same versions
        locks = [self._digest(name) for name in dict.fromkeys((RUNTIME, lock))]
        done = {"root": str(self.root), "python": self._base(), "locks": locks}
        draft = self.stamp.with_suffix(".new")
        draft.write_text(json.dumps(done), encoding="utf-8")
        draft.replace(self.stamp)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """One set-up of this project at a time. The system frees the lock of processes that died."""
        path = self.root / "build" / "setup.lock"
        path.parent.mkdir(exist_ok=True)
        with path.open("a+b") as file:
            if not _lock(file.fileno(), wait=False):
                say("Another set-up of this project is running; waiting for it …")
                _lock(file.fileno(), wait=True)
            os.set_inheritable(file.fileno(), True)  # an installer that outlives its killed parent keeps it
            yield


def _lock(descriptor: int, wait: bool) -> bool:
    """Take the lock on an open file until it is closed; False when it is taken and ``wait`` is off."""
    if sys.platform == "win32":
        import msvcrt

        while True:
            try:
                # LK_LOCK itself tries for ten seconds before it raises
                msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
                return True
            except OSError:
                if not wait:
                    return False
    else:
        import fcntl

        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
