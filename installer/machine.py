"""What the station needs of the operating system: probing for it, and getting it from Debian's packages."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from installer.steps import StepFailed, Stop, say, step, stopped


class Sort(Enum):
    """How a need is probed."""

    LIBRARY = "library"
    TOOL = "tool"
    MODULE = "module"


@dataclass(frozen=True)
class Need:
    """A shared library, a command or a module of Python itself, and the Debian package that brings it."""

    sort: Sort
    name: str
    package: str

    def there(self) -> bool:
        """Whether this machine has it, found out by loading or looking for it."""
        match self.sort:
            case Sort.LIBRARY:
                try:
                    ctypes.CDLL(self.name)
                except OSError:
                    return False
                return True
            case Sort.TOOL:
                return shutil.which(self.name) is not None
            case Sort.MODULE:
                return importlib.util.find_spec(self.name) is not None


LIBRARIES = tuple(
    Need(Sort.LIBRARY, name, package)
    for name, package in (
        # Qt's widgets, with or without a screen
        ("libGL.so.1", "libgl1"),
        ("libEGL.so.1", "libegl1"),
        ("libxkbcommon.so.0", "libxkbcommon0"),
        ("libglib-2.0.so.0", "libglib2.0-0"),
        ("libfontconfig.so.1", "libfontconfig1"),
        ("libdbus-1.so.3", "libdbus-1-3"),
        # a window on an X screen
        ("libX11-xcb.so.1", "libx11-xcb1"),
        ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
        ("libxcb-cursor.so.0", "libxcb-cursor0"),
        ("libxcb-glx.so.0", "libxcb-glx0"),
        ("libxcb-icccm.so.4", "libxcb-icccm4"),
        ("libxcb-image.so.0", "libxcb-image0"),
        ("libxcb-keysyms.so.1", "libxcb-keysyms1"),
        ("libxcb-randr.so.0", "libxcb-randr0"),
        ("libxcb-render-util.so.0", "libxcb-render-util0"),
        ("libxcb-shape.so.0", "libxcb-shape0"),
        ("libxcb-sync.so.1", "libxcb-sync1"),
        ("libxcb-xfixes.so.0", "libxcb-xfixes0"),
        ("libxcb-xkb.so.1", "libxcb-xkb1"),
        # pyzbar
        ("libzbar.so.0", "libzbar0"),
    )
)
"""Everything the program loads; measured on a bare Debian 12, where nothing hides what is missing."""

TOOLS = tuple(
    Need(Sort.TOOL, name, package)
    for name, package in (
        ("Xvfb", "xvfb"),
        ("xauth", "xauth"),
        ("openbox", "openbox"),
        ("xdotool", "xdotool"),
        ("pdftotext", "poppler-utils"),
    )
)
"""What only the tests use: a screen, a window manager, a keyboard and a reader of PDF files."""

VENV = Need(Sort.MODULE, "ensurepip", f"python3.{sys.version_info.minor}-venv")
"""Debian takes this part out of its Python; only asked for when an environment has to be built."""


def absent(needs: Iterable[Need]) -> list[Need]:
    """Which of ``needs`` this machine lacks; none on Windows and macOS, whose wheels bring everything."""
    if not sys.platform.startswith("linux"):
        return []
    return [need for need in needs if not need.there()]


def packages_for(needs: Iterable[Need], known: Collection[str]) -> list[str]:
    """The packages to install, as this release names them: Debian 13 added ``t64`` to some."""
    names = dict.fromkeys(need.package for need in needs)
    return [f"{name}t64" if f"{name}t64" in known else name for name in names]


def sudo_line(packages: Sequence[str]) -> str:
    """What a person who may become root types."""
    return f"sudo apt-get update && sudo apt-get install -y --no-install-recommends {' '.join(sorted(packages))}"


def provide(needs: Sequence[Need], log: Path) -> None:
    """Make sure everything in ``needs`` is there: as root by installing it, else by saying what to type.

    Raises ``Stop`` where something is still missing.
    """
    lacking = absent(needs)
    if not lacking:
        return
    if shutil.which("apt-get") is None:
        names = ", ".join(need.name for need in lacking)
        raise Stop(
            f"This computer lacks {names}: install them with its package manager, then type the same command again."
        )
    if os.geteuid() != 0:
        raise Stop(_ask(packages_for(lacking, _known_packages())))
    _install(lacking, log)
    still = absent(needs)
    if still:
        names = ", ".join(need.name for need in still)
        raise Stop(
            f"The packages are installed and {names} cannot be loaded yet; what was done is in {log}: "
            "look there, or use --no-system to go on without."
        )


def _ask(packages: Sequence[str]) -> str:
    sentence = (
        "This computer lacks some system packages; type this one line, then the same command again:\n\n"
        f"  {sudo_line(packages)}\n"
    )
    if shutil.which("sudo") is None:
        sentence += "\n(There is no sudo here: become root with su - and type the line without the word sudo.)\n"
    return sentence


def _install(lacking: Sequence[Need], log: Path) -> None:
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    patient = ["apt-get", "-o", "DPkg::Lock::Timeout=300"]  # a fresh machine is often busy updating itself
    try:
        step("Reading Debian's package lists", [*patient, "update"], log, quiet)
    except StepFailed:
        say("Some package lists could not be read; going on with the ones that are there.")
    packages = packages_for(lacking, _known_packages())
    install = [*patient, "install", "-y", "--no-install-recommends", *packages]
    try:
        step(f"Installing {len(packages)} system packages", install, log, quiet)
    except StepFailed as failed:
        raise stopped(failed, "Installing system packages", log) from None


def _known_packages() -> frozenset[str]:
    found = subprocess.run(["apt-cache", "pkgnames"], capture_output=True, text=True, check=False)
    return frozenset(found.stdout.split())
