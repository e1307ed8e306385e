"""What may differ from laptop to laptop: language, camera, sound, theme, desk name. Read from TOML, validated."""

from __future__ import annotations

import json
import os
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
}


@dataclass(frozen=True, slots=True)
class Settings:
    """``language`` "" means the computer's; ``camera`` is a source: camera:0 for the first one of the
    list, camera:id:… for that one wherever it is plugged in, "" for none."""

    language: str = ""
    theme: str = "light"
    camera: str = "camera:0"
    sound: bool = True
    desk: str = "Desk 1"
    toggle: bool = False


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
        if type(value) is not type(field.default):
            kind = type(field.default).__name__
            raise Trouble("settings", file=path, key=field.name, reason=f"{kind} expected")
        if value not in _CHOICES.get(field.name, (value,)):
            raise Trouble("settings", file=path, key=field.name, reason=" | ".join(_CHOICES[field.name]))
    unknown = set(given) - {field.name for field in fields(Settings)}
    if unknown:
        raise Trouble("settings", file=path, key=min(unknown), reason="unknown key")
    return replace(Settings(), **given)


def save(home: Path, settings: Settings) -> None:
    """Write the settings file whole or not at all. Raises ``Trouble('write')``."""
    # A JSON string or boolean is also a TOML one.
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in asdict(settings).items()]
    path = home / FILE
    try:
        home.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_text("".join(lines), "utf-8")
        fresh.replace(path)
    except OSError as error:
        raise Trouble("write", file=path, reason=error.strerror or error) from None
