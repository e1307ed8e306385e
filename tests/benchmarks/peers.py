"""The engines that the scanner is measured beside, as anybody would call them, and a clock that is fair to all."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from station.scanner.opencv import cv2

Pixels = NDArray[np.uint8]
Peer = Callable[[Pixels], set[str]]

ZBAR_EIGHT: Final = ("QRCODE", "CODE128", "CODE39", "EAN13", "EAN8", "UPCA", "I25", "CODABAR")


def gray_of(frame: Pixels) -> Pixels:
    """The frame (BGR or gray) in gray."""
    return np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8) if frame.ndim == 3 else frame


def zxing_of(formats: Sequence[str]) -> Peer:
    """Plain zxing-cpp with these formats: gray, then one call. Texts out, stripped."""
    wanted = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat[name] for name in formats])

    def read(frame: Pixels) -> set[str]:
        codes = zxingcpp.read_barcodes(gray_of(frame), formats=wanted, text_mode=zxingcpp.TextMode.Plain)
        return {code.text.strip() for code in codes}

    return read


def pyzbar() -> Peer | None:
    """Plain pyzbar with eight formats: gray, then one call. None where it or libzbar is missing."""
    try:
        from pyzbar import pyzbar as library  # type: ignore[import-untyped]
    except (ImportError, OSError):
        return None
    symbols = [library.ZBarSymbol[name] for name in ZBAR_EIGHT]

    def read(frame: Pixels) -> set[str]:
        codes: list[Any] = library.decode(gray_of(frame), symbols=symbols)
        return {code.data.decode("utf-8", "replace").strip() for code in codes}

    return read


def same(truth: str, texts: set[str]) -> bool:
    """Whether a text was read. The twelve digits of a UPC-A are also thirteen with a zero before them."""
    wanted = truth.strip()
    upc = {wanted[1:], wanted} if len(wanted) == 13 and wanted.startswith("0") else {wanted}
    return bool(texts & (upc | ({f"0{wanted}"} if len(wanted) == 12 and wanted.isdigit() else set())))


@dataclass
class Spent:
    """CPU milliseconds of every call of one engine."""

    figures: list[float] = field(default_factory=list)

    def on(self, act: Callable[[Pixels], object], frame: Pixels) -> None:
        """Call it on a frame and note what that cost."""
        began = time.process_time()
        act(frame)
        self.figures.append((time.process_time() - began) * 1000)

    @property
    def mean(self) -> float:
        return sum(self.figures) / len(self.figures)

    @property
    def p95(self) -> float:
        return sorted(self.figures)[len(self.figures) * 95 // 100]


@dataclass(frozen=True)
class Goal:
    """A figure and what it must reach; ``beside`` are the peers' figures of the same run and whatever explains it."""

    figure: float
    bound: float
    most: bool = False
    beside: dict[str, float] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        return self.figure <= self.bound if self.most else self.figure >= self.bound

    def told(self) -> dict[str, object]:
        sign = "<=" if self.most else ">="
        others = {name: round(value, 3) for name, value in self.beside.items()}
        return {"figure": round(self.figure, 3), "goal": f"{sign} {self.bound}", "met": self.met, **others}
