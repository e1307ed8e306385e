"""What a camera is, in words that stay the same: made from what the system tells, read back, matched. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

PREFIX: Final = "camera:id:"

_FORM: Final = re.compile(
    r"(?P<name>[a-z0-9]+(?:-[a-z0-9]+)*)"
    r"(?:\+usb=(?P<usb>[0-9a-f]{4}:[0-9a-f]{4}))?"
    r"(?:\+serial=(?P<serial>[A-Za-z0-9._-]{1,48}))?"
    r"(?:\+port=(?P<port>[A-Za-z0-9._-]{1,80}))?"
)


@dataclass(frozen=True, slots=True)
class Identity:
    """A camera's name in small letters, its USB vendor and product, its serial number and where it is plugged in.

    All but the name may be empty. As text: ``camera:id:hd-webcam-c270+usb=046d:0825+serial=A1B2+port=1-4``.
    """

    name: str
    usb: str = ""
    serial: str = ""
    port: str = ""

    def __str__(self) -> str:
        parts = [f"+{key}={value}" for key in ("usb", "serial", "port") if (value := getattr(self, key))]
        return PREFIX + self.name + "".join(parts)


def made(name: str, usb: str = "", serial: str = "", port: str = "") -> Identity:
    """The identity of a camera as the system describes it; whatever cannot be written in one is left out."""
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    plain = re.sub(r"[^a-z0-9]+", "-", folded)[:48].strip("-")
    usb = usb.lower()
    return Identity(
        plain or "camera",
        usb if re.fullmatch(r"[0-9a-f]{4}:[0-9a-f]{4}", usb) else "",
        _word(serial)[:48],
        _word(port)[-80:],
    )


def _word(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._]+", "-", text).strip("-")


def read(spec: str) -> Identity | None:
    """The identity that ``camera:id:…`` names, or None if it is not written as one."""
    match = _FORM.fullmatch(spec.removeprefix(PREFIX)) if spec.startswith(PREFIX) else None
    return Identity(**{key: value or "" for key, value in match.groupdict().items()}) if match else None


def found(wanted: Identity, here: Sequence[Identity]) -> int | None:
    """Which of ``here`` is the wanted camera, or None if it is not there or cannot be told from another.

    Name and USB numbers must be equal, and the serial number if one is wanted. The port tells two alike apart
    (cheap cameras share one serial number); a camera that is the only one of its kind may be in any port.
    """
    alike = [
        index
        for index, one in enumerate(here)
        if one.name == wanted.name
        and (not wanted.usb or one.usb == wanted.usb)
        and (not wanted.serial or one.serial == wanted.serial)
    ]
    if len(alike) > 1:
        alike = [index for index in alike if here[index].port == wanted.port]
    return alike[0] if len(alike) == 1 else None
