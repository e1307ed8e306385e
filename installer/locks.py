"""The hashed lock files: making them anew, and telling whether they still belong to ``pyproject.toml``."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tomllib
from collections.abc import Sequence

from installer.environment import DEV, RUNTIME, UV, Environment
from installer.steps import Stop, say

INSTALLER = "uv>=0.9,<1"
ADDRESS = re.compile(r"(https?|file)://|--(extra-)?index-url|--find-links|--trusted-host", re.IGNORECASE)


def addresses(text: str) -> list[str]:
    """The lines of a lock that name a place: a lock holds versions and digests, and is good for any index."""
    return [line for line in text.splitlines() if ADDRESS.search(line)]


def mark(pyproject: str) -> str:
    """A lock's first line: the digest of what ``pyproject.toml`` asks for; a forgotten lock is noticed."""
    asked = tomllib.loads(pyproject)
    project = asked["project"]
    wanted = [project["requires-python"], project["dependencies"], asked["dependency-groups"]]
    return f"# for dependencies sha256:{hashlib.sha256(json.dumps(wanted).encode()).hexdigest()}"


def regenerate(environment: Environment, options: Sequence[str]) -> None:
    """Write the three locks; ``options`` go to uv, such as ``--upgrade``. Raises ``Stop``."""
    root = environment.root
    marked = mark((root / "pyproject.toml").read_text(encoding="utf-8"))
    _compile(environment, RUNTIME, ["pyproject.toml", *options], marked)
    _compile(environment, DEV, ["pyproject.toml", "--group", "dev", "-c", RUNTIME, *options], marked)
    _compile(environment, UV, ["-", *options], "", INSTALLER)
    say(f"Written: {RUNTIME}, {DEV}, {UV}.")


def _compile(environment: Environment, lock: str, what: Sequence[str], marked: str, asked: str = "") -> None:
    command = [str(environment.python), "-m", "uv", "pip", "compile", "--quiet", "--system-certs"]
    command += ["--universal", "--python-version", "3.11", "--generate-hashes", "--only-binary", ":all:"]
    command += ["--no-header", "--no-annotate", "-o", lock, *what]
    done = subprocess.run(command, input=asked, text=True, cwd=environment.root, check=False, stdout=subprocess.DEVNULL)
    if done.returncode:
        raise Stop(f"uv could not make {lock}; its reason stands above.")
    path = environment.root / lock
    text = "".join(f"{part}\n" for part in (marked, path.read_text(encoding="utf-8").rstrip()) if part)
    named = addresses(text)
    if named:
        raise Stop(f"{lock} would name a place ({named[0].strip()}): take it out of uv's settings and try again.")
    path.write_text(text, encoding="utf-8", newline="\n")
