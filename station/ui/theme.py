"""The looks as typed values: light, dark, high contrast; every colour pair on screen is listed and tested."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from pathlib import Path

TEMPLATE = Path(__file__).with_name("theme.qss")

SMALL, BODY, TITLE, HUGE = 13, 15, 22, 44
"""The three text sizes and the one very large, in pixels."""

CARD_SECONDS = 30
"""How long a verdict stays on the card at least."""


@dataclass(frozen=True, slots=True)
class Theme:
    """All colours of one look, as ``#rrggbb``. A verdict colour is a fill, ``on_…`` is what stands on it and
    ``…_text`` is the same hue as words on a surface."""

    name: str
    window: str
    surface: str
    sunken: str
    line: str
    edge: str
    text: str
    muted: str
    accent: str
    on_accent: str
    soft: str
    on_soft: str
    green: str
    on_green: str
    green_text: str
    blue: str
    on_blue: str
    blue_text: str
    violet: str
    on_violet: str
    violet_text: str
    amber: str
    on_amber: str
    amber_text: str
    red: str
    on_red: str
    red_text: str


LIGHT = Theme(
    name="light",
    window="#f4f5f7",
    surface="#ffffff",
    sunken="#eceef2",
    line="#dde1e7",
    edge="#7f8897",
    text="#151a22",
    muted="#535c6b",
    accent="#1f5fc4",
    on_accent="#ffffff",
    soft="#e4ecfa",
    on_soft="#17489a",
    green="#1a7f45",
    on_green="#ffffff",
    green_text="#17703d",
    blue="#1f5fc4",
    on_blue="#ffffff",
    blue_text="#1b56b3",
    violet="#7140c0",
    on_violet="#ffffff",
    violet_text="#6a3ab5",
    amber="#ffba30",
    on_amber="#2b1d00",
    amber_text="#855000",
    red="#c42b2b",
    on_red="#ffffff",
    red_text="#b32323",
)

DARK = Theme(
    name="dark",
    window="#13161b",
    surface="#1c2128",
    sunken="#262c35",
    line="#323a46",
    edge="#788494",
    text="#eef1f5",
    muted="#aab4c2",
    accent="#82abff",
    on_accent="#0a1a38",
    soft="#26354f",
    on_soft="#c3d6ff",
    green="#4cc27e",
    on_green="#05210f",
    green_text="#66d394",
    blue="#82abff",
    on_blue="#0a1a38",
    blue_text="#94b7ff",
    violet="#b99dff",
    on_violet="#1e0d45",
    violet_text="#c4adff",
    amber="#ffc24d",
    on_amber="#2b1d00",
    amber_text="#ffcb66",
    red="#ff8a80",
    on_red="#330503",
    red_text="#ff9d94",
)

CONTRAST = Theme(
    name="contrast",
    window="#000000",
    surface="#000000",
    sunken="#1a1a1a",
    line="#ffffff",
    edge="#ffffff",
    text="#ffffff",
    muted="#ffffff",
    accent="#ffe14a",
    on_accent="#000000",
    soft="#3a3300",
    on_soft="#ffe14a",
    green="#4dff94",
    on_green="#000000",
    green_text="#4dff94",
    blue="#7cc4ff",
    on_blue="#000000",
    blue_text="#7cc4ff",
    violet="#d9b8ff",
    on_violet="#000000",
    violet_text="#d9b8ff",
    amber="#ffb700",
    on_amber="#000000",
    amber_text="#ffb700",
    red="#ff8f8f",
    on_red="#000000",
    red_text="#ff8f8f",
)

THEMES = {theme.name: theme for theme in (LIGHT, DARK, CONTRAST)}

HUES = ("green", "blue", "violet", "amber", "red")

PAIRS: tuple[tuple[str, str], ...] = (
    *((ink, ground) for ink in ("text", "muted") for ground in ("window", "surface", "sunken")),
    ("on_accent", "accent"),
    ("accent", "surface"),
    ("accent", "window"),
    ("on_soft", "soft"),
    ("text", "soft"),
    *((f"on_{hue}", hue) for hue in HUES),
    *((f"{hue}_text", ground) for hue in HUES for ground in ("surface", "window", "sunken")),
)
"""Every (foreground, background) the style sheet and the painted widgets put together."""

SHAPES: tuple[tuple[str, str], ...] = (("edge", "surface"), ("edge", "window"), ("accent", "sunken"))
"""Pairs that carry no words: borders of controls and the filled part of a bar; 3:1 is enough."""

_TOKEN = re.compile(r"\{\{ (\w+) \}\}")


def sheet(theme: Theme) -> str:
    """The style sheet of one theme. Raises ``KeyError`` for a token the theme does not have."""
    values = {field.name: str(getattr(theme, field.name)) for field in fields(theme)}
    values |= {"small": f"{SMALL}px", "body": f"{BODY}px", "title": f"{TITLE}px", "huge": f"{HUGE}px"}
    return _TOKEN.sub(lambda found: values[found[1]], TEMPLATE.read_text("utf-8"))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two ``#rrggbb`` colours after WCAG 2: 1 to 21."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4) for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)
