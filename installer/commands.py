"""What ``bootstrap.py`` can be told to do: run, test, check, setup, lock."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from installer import locks, machine
from installer.environment import DEV, RUNTIME, Environment, State
from installer.steps import Stop, say

USAGE = """usage: python3 installer/bootstrap.py [--no-system] COMMAND [ARGUMENT…]

  run [ARGUMENT…]    set up what the station needs, then open it; arguments go to the station
  test [ARGUMENT…]   set up what the tests need, then all checks and tests; arguments go to pytest
  check              all checks but the tests: format, lint, types, imports
  setup              only set up what the station needs
  lock [OPTION…]     write the lock files anew; options go to uv, such as --upgrade

--no-system          do not look for system packages"""

ROOT = Path(__file__).resolve().parent.parent


def main(argv: Sequence[str]) -> int:
    """Do what ``argv`` says. Returns the exit code: 0, 1 for trouble, 2 for wrong usage."""
    if argv[:1] in (["-h"], ["--help"]):
        print(USAGE)  # noqa: T201
        return 0
    system = argv[:1] != ["--no-system"]
    command, *rest = argv[0 if system else 1 :] or [""]
    if command not in COMMANDS or (rest and command in ("check", "setup")):
        say(USAGE)
        return 2
    try:
        return COMMANDS[command](rest, system)
    except Stop as stop:
        say(str(stop))
        return 1
    except KeyboardInterrupt:
        say("\nStopped; the same command goes on where this one was.")
        return 130


def ready(lock: str, needs: Sequence[machine.Need], system: bool) -> Environment:
    """The environment with all of ``lock``, on a machine with everything in ``needs``. Raises ``Stop``."""
    environment = Environment(ROOT)
    if system:
        building = environment.state(lock) is State.ABSENT
        machine.provide((*needs, machine.VENV) if building else needs, environment.log)
    environment.prepare(lock)
    return environment


def run(arguments: Sequence[str], system: bool) -> int:
    """Become the station. The working directory stays, so file names in ``arguments`` mean what they say."""
    environment = ready(RUNTIME, machine.LIBRARIES, system)
    # -P: a folder named station where the person happens to be must not be taken for the program
    command = [str(environment.python), "-P", "-m", "station", *arguments]
    if os.name == "nt":  # exec would give the prompt back before the program ends
        return subprocess.call(command)
    os.execv(command[0], command)


def test(arguments: Sequence[str], system: bool) -> int:
    """All checks and the tests, as many at once as there are processors; ``arguments`` go to pytest."""
    python = ready(DEV, (*machine.LIBRARIES, *machine.TOOLS), system).python
    return _all_of(python, CHECKS | {"tests": ["-m", "pytest", "-n", "auto", *arguments]})


def check(_arguments: Sequence[str], system: bool) -> int:
    """All checks but the tests."""
    return _all_of(ready(DEV, (), system).python, CHECKS)


def setup(_arguments: Sequence[str], system: bool) -> int:
    """Only make everything ready."""
    say(f"Ready: {ready(RUNTIME, machine.LIBRARIES, system).python}")
    return 0


def lock(arguments: Sequence[str], _system: bool) -> int:
    """Write the locks anew, with the uv of an environment that may be older than they are."""
    locks.regenerate(Environment(ROOT), arguments)
    return 0


def _all_of(python: Path, checks: Mapping[str, Sequence[str]]) -> int:
    """Run each check, also when one before it failed; then one line for each."""
    lines, failed = [], False
    for name, command in checks.items():
        say(f"── {name}")
        begun = time.monotonic()
        code = subprocess.call([str(python), *command], cwd=ROOT)
        failed = failed or code != 0
        lines.append(f"{name:8} {'FAILED' if code else 'ok':6} {time.monotonic() - begun:6.1f} s")
    say("\n".join(["──", *lines]))
    return int(failed)


CHECKS = {
    "format": ["-m", "ruff", "format", "--check", "."],
    "lint": ["-m", "ruff", "check", "."],
    "types": ["-m", "mypy"],
    "imports": ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
}
"""What each check gives to the environment's Python."""

COMMANDS: Mapping[str, Callable[[Sequence[str], bool], int]] = {
    "run": run,
    "test": test,
    "check": check,
    "setup": setup,
    "lock": lock,
}
"""Each gets its arguments and whether to look for system packages, and returns the exit code."""
