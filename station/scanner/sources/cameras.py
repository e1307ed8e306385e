"""Which cameras this computer has, by what they are; infrared and virtual ones last. Loads no OpenCV."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from station.scanner.sources.identity import Identity, made

V4L2, DSHOW, MSMF, AVFOUNDATION = 200, 700, 1400, 1200
"""OpenCV's numbers of its ways to a camera; a test compares them with OpenCV."""

SYSFS: Final = Path("/sys/class/video4linux")

_VIRTUAL: Final = re.compile(
    r"\b(virtual|obs|v4l2loopback|loopback|dummy video|snap camera|manycam|xsplit|droidcam|iriun|ivcam|epoccam"
    r"|nvidia broadcast|mmhmm|camo)\b",
    re.IGNORECASE,
)
_UNSEEING: Final = re.compile(r"\b(ir|infrared|windows hello|hello face|depth|tof|time of flight)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to open a camera: its number there, and which of OpenCV's backends."""

    index: int
    backend: int


@dataclass(frozen=True, slots=True)
class Device:
    """One camera: its name for people, what it is, the ways to open it, best first.

    ``virtual`` is a program that plays a camera; ``unseeing`` one for infrared or depth. ``node`` is the file
    that must be readable to use it, where there is one.
    """

    name: str
    identity: Identity
    ways: tuple[Way, ...]
    virtual: bool = False
    unseeing: bool = False
    node: str = ""


class Listed(Protocol):
    """A camera in the list of one backend on Windows or macOS."""

    index: int
    name: str
    path: str | None
    vid: int | None
    pid: int | None


def cameras() -> list[tuple[str, str]]:
    """The cameras by source (``camera:id:…``) and name, best first; alike names are numbered.

    Where the system cannot tell, the first two are offered by number.
    """
    here = devices()
    if here is None:
        return [("camera:0", "Camera 1"), ("camera:1", "Camera 2")]
    names = [device.name for device in here]
    return [
        (str(device.identity), f"{device.name} ({names[: place + 1].count(device.name)})")
        if names.count(device.name) > 1
        else (str(device.identity), device.name)
        for place, device in enumerate(here)
    ]


def devices(platform: str = sys.platform, sysfs: Path = SYSFS) -> list[Device] | None:
    """The cameras that are there now, best first; None where this system has no list of them."""
    if platform.startswith("linux"):
        return ranked(_of_linux(sysfs)) if sysfs.is_dir() else None
    try:
        from cv2_enumerate_cameras import enumerate_cameras
    except ImportError:
        return None
    backends = (DSHOW, MSMF) if platform == "win32" else (AVFOUNDATION,)
    return ranked(joined({backend: enumerate_cameras(backend) for backend in backends}))


def raw(index: int, platform: str = sys.platform) -> tuple[Way, ...]:
    """The ways to a camera of which nothing but a number is known. Never CAP_ANY: it may open another one."""
    if platform == "win32":
        return Way(index, DSHOW), Way(index, MSMF)
    return (Way(index, AVFOUNDATION if platform == "darwin" else V4L2),)


def ranked(found: Iterable[Device]) -> list[Device]:
    """Real cameras first, then virtual ones, then those for infrared and depth; else in the system's order."""
    return sorted(found, key=lambda device: (device.unseeing, device.virtual))


# --- Linux: what the kernel shows of each camera ---


def _of_linux(sysfs: Path) -> Iterable[Device]:
    nodes = [path for path in sysfs.glob("video*") if path.name.removeprefix("video").isdigit()]
    for node in sorted(nodes, key=lambda path: int(path.name.removeprefix("video"))):
        name = _line(node / "name")
        # Of one camera's several nodes only the one with index 0 gives pictures, the others metadata.
        if name is None or _line(node / "index") != "0":
            continue
        number = int(node.name.removeprefix("video"))
        plugged = (node / "device").resolve() if (node / "device").exists() else None
        # The kernel cuts the name at 31 letters; the interface's own says "IR" where the name has lost it.
        full = f"{name} {_line(plugged / 'interface') or ''}" if plugged else name
        usb, serial, port = _usb(plugged) if plugged else ("", "", "")
        yield Device(
            name,
            made(name, usb, serial, port),
            (Way(number, V4L2),),
            virtual=plugged is None or "virtual" in plugged.parts or bool(_VIRTUAL.search(full)),
            unseeing=bool(_UNSEEING.search(full)),
            node=f"/dev/{node.name}",
        )


def _usb(plugged: Path) -> tuple[str, str, str]:
    """Vendor and product, serial number and port of a USB camera; of another, the place of its device.

    Two sensors in one housing are told apart by the interface, which therefore belongs to the port.
    """
    for place in (plugged, *list(plugged.parents)[:2]):
        vendor, product = _line(place / "idVendor"), _line(place / "idProduct")
        if vendor and product:
            return f"{vendor}:{product}", _line(place / "serial") or "", plugged.name.replace(":", "-")
    return "", "", plugged.name


def _line(path: Path) -> str | None:
    """The one line of a small file, or None if it cannot be read."""
    with suppress(OSError):
        return path.read_text("utf-8", "replace").strip()
    return None


# --- Windows and macOS: lists by backend, joined ---


def joined(lists: Mapping[int, Sequence[Listed]]) -> list[Device]:
    """One device for each camera of several backends' lists, its ways in the order of the lists.

    The lists are joined by the device path; of two backends' paths to one camera only the class at the end
    differs. Where there is no path, each list's camera stands for itself.
    """
    ways: dict[str, list[Way]] = {}
    first: dict[str, Listed] = {}
    for backend, listed in lists.items():
        for one in listed:
            place = (one.path or "").lower().partition("#{")[0]
            key = place or f"{one.name}\0{backend}\0{one.index}"
            first.setdefault(key, one)
            ways.setdefault(key, []).append(Way(one.index, backend))
    # A virtual camera has no path in DirectShow; if its namesake stands in the other list, it is the same.
    named = {one.name for key, one in first.items() if "\0" not in key}
    return [
        _listed(one, key, tuple(ways[key])) for key, one in first.items() if "\0" not in key or one.name not in named
    ]


def _listed(one: Listed, key: str, ways: tuple[Way, ...]) -> Device:
    usb = f"{one.vid:04x}:{one.pid:04x}" if one.vid is not None and one.pid is not None else ""
    port = "" if "\0" in key else key.rpartition("#")[2] if "#" in key else key
    return Device(
        one.name,
        made(one.name, usb, "", port),
        ways,
        virtual=bool(_VIRTUAL.search(one.name)),
        unseeing=bool(_UNSEEING.search(one.name)),
    )
