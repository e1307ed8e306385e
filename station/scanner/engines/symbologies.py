"""The kinds of code we can name, and how far a single read of each may be trusted."""

from __future__ import annotations

from typing import Final

DEFAULT_FORMATS: Final = ("QRCode", "Code128", "Code39")
"""What a desk reads unless told otherwise."""

ALL_FORMATS: Final = (
    "QRCode", "MicroQRCode", "RMQRCode", "Code128", "Code39", "Code93", "ITF", "Codabar", "EAN13", "EAN8",
    "UPCA", "UPCE", "PDF417", "DataMatrix", "Aztec",
)  # fmt: skip
"""Every symbology we can name, for looking into files."""

LINEAR: Final = frozenset(("Code128", "Code39", "Code93", "ITF", "Codabar", "EAN13", "EAN8", "UPCA", "UPCE"))

PROVEN: Final = frozenset(("QRCode", "PDF417", "DataMatrix", "Aztec", "Code128"))
"""Read from a changed picture these are believed at once: error correction or a check over every character stands
behind them. Of the others, parts of a code and mere texture pass for a whole one in an enlarged, sharpened or
turned picture, so two looks must agree."""

SHORT: Final = frozenset(("UPCE", "MicroQRCode", "RMQRCode"))
"""So little stands in these that texture passes for one in look after look: only the untouched picture tells them."""
