"""What may differ from laptop to laptop: language, camera, sound, theme, desk name. Read from TOML, validated."""

from __future__ import annotations

import json
import os
import re
import tomllib
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from station.trouble import Trouble

FILE = "settings.toml"
_CHOICES = {
    "language": ("", "lt", "en"),
    "theme": ("light", "dark", "contrast"),
    "scanner_end": ("key", "silence"),
}
_PREFIX = re.compile(r"|F(?:[1-9]|1[0-9]|2[0-4])|[^A-Za-z0-9\s]|[\x01-\x08\x0b\x0c\x0e-\x1f]")
HOLD_OFF_S = (1.0, 30.0)
"""The shortest and the longest, for camera and hand scanner: below it a trembling hand is scanned twice, above it the
desk seems dead."""
SYMBOLOGIES = (
    "QRCode", "MicroQRCode", "RMQRCode", "Code128", "Code39", "Code93", "ITF", "Codabar", "EAN13", "EAN8",
    "UPCA", "UPCE", "PDF417", "DataMatrix", "Aztec",
)  # fmt: skip
"""What can be ticked."""


@dataclass(frozen=True, slots=True)
class Settings:
    """``language`` "" means the computer's; ``camera`` is a source: camera:0 for the first one of the
    list, camera:id:… for that one wherever it is plugged in, "" for none; a code back in view within ``hold_off_s``
    seconds was never away; ``formats`` are the symbologies that a camera reads.

    A hand scanner's code read again within ``scanner_hold_off_s`` is the same presentation. ``scanner_prefix`` is what
    it sends before each code: a key (F1 to F24), one sign such as ~, a control character such as "\\u0002", or "".
    ``scanner_end``: codes end with a "key" (Enter or Tab), or else by "silence"."""

    language: str = ""
    theme: str = "light"
    camera: str = "camera:0"
    sound: bool = True
    desk: str = "Desk 1"
    toggle: bool = False
    hold_off_s: float = 2.0
    scanner_hold_off_s: float = 2.0
    scanner_prefix: str = ""
    scanner_end: str = "key"
    formats: tuple[str, ...] = ("QRCode", "Code128", "Code39")


def home_folder(given: str | None = None) -> Path:
    """The data folder: the one given, else STATION_HOME, else the system's usual place."""
    named = given or os.environ.get("STATION_HOME")
    return Path(named).expanduser().absolute() if named else user_data_path("station", appauthor=False)


def load(home: Path) -> Settings:
    """Settings of a data folder; the defaults where there is no file.

    Raises ``Trouble('settings')`` naming the file, the key and the reason.
    """
    path = home / FILE
    try:
        given: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError, RecursionError) as error:
        raise Trouble("settings", file=path, key="-", reason=error) from None
    for field in fields(Settings):
        if field.name not in given:
            continue
        value = given[field.name]
        if field.name in ("hold_off_s", "scanner_hold_off_s"):
            given[field.name] = _seconds(value, field.name, path)
            continue
        if field.name == "formats":
            given[field.name] = _formats(value, path)
            continue
        if type(value) is not type(field.default):
            kind = type(field.default).__name__
            raise Trouble("settings", file=path, key=field.name, reason=f"{kind} expected")
        if value not in _CHOICES.get(field.name, (value,)):
            raise Trouble("settings", file=path, key=field.name, reason=" | ".join(_CHOICES[field.name]))
        if field.name == "scanner_prefix" and not _PREFIX.fullmatch(str(value)):
            raise Trouble("settings", file=path, key=field.name, reason="F1-F24, ~, \\u0002")
    unknown = set(given) - {field.name for field in fields(Settings)}
    if unknown:
        raise Trouble("settings", file=path, key=min(unknown), reason="unknown key")
    return replace(Settings(), **given)


def _seconds(value: object, key: str, path: Path) -> float:
    shortest, longest = HOLD_OFF_S
    if type(value) not in (int, float) or not shortest <= float(str(value)) <= longest:
        raise Trouble("settings", file=path, key=key, reason=f"{shortest:g}-{longest:g}")
    return float(str(value))


def _formats(value: object, path: Path) -> tuple[str, ...]:
    """Each once, in our order: what is ticked is a set."""
    if not isinstance(value, list) or not value or any(one not in SYMBOLOGIES for one in value):
        raise Trouble("settings", file=path, key="formats", reason=f"[{', '.join(SYMBOLOGIES)}]")
    return tuple(one for one in SYMBOLOGIES if one in value)


def save(home: Path, settings: Settings) -> None:
    """Write the settings file whole or not at all. Raises ``Trouble('write')``."""
    # A JSON string, number, boolean or list of strings is also a TOML one.
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in asdict(settings).items()]
    path = home / FILE
    try:
        home.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_text("".join(lines), "utf-8")
        fresh.replace(path)
    except OSError as error:
        raise Trouble("write", file=path, reason=error.strerror or error) from None
