"""Which cameras this computer has: a source and a name for people each."""

from __future__ import annotations

import sys
from pathlib import Path


def cameras() -> list[tuple[str, str]]:
    """The cameras by source (camera:N) and name; where the system does not tell, the first one is offered."""
    if not sys.platform.startswith("linux"):
        return [("camera:0", "Camera 1"), ("camera:1", "Camera 2")]
    found = []
    for device in sorted(Path("/sys/class/video4linux").glob("video*"), key=lambda path: (len(path.name), path.name)):
        number = device.name.removeprefix("video")
        try:
            # Of one camera's several nodes only the one with index 0 gives pictures.
            if number.isdigit() and (device / "index").read_text().strip() == "0":
                found.append((f"camera:{number}", (device / "name").read_text().strip()))
        except OSError:
            continue
    return found
