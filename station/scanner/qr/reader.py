"""QR codes that no plain pass reads: blurred, bent, tilted, in glare. Finders, a mesh, soft modules, erasures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

import numpy as np

from station.scanner.engines.zxing import Read
from station.scanner.looks.stages import Gray
from station.scanner.opencv import cv2
from station.scanner.qr import bits as qrbits
from station.scanner.qr.bending import anchored, bent, tilted
from station.scanner.qr.equalise import learnt, plainly
from station.scanner.qr.finders import Triple, finders, triples
from station.scanner.qr.layout import VERSIONS, size_of
from station.scanner.qr.mesh import FINE, MARGIN, Mesh, Plane, begun, corners, evened, flattened, glimpsed
from station.scanner.qr.sharpen import COUNT, DISCS, sharpened

LIKELY: Final = 0.42
"""Agreement with a version's fixed patterns from which a mesh is worth fitting; by chance it is below 0.3."""
GLIMPSE: Final = 0.3
"""The same after a first glimpse, which noise and blur may spoil."""
WORTH: Final = 0.5
"""Agreement from which a fitted mesh is worth error correction."""
CLEARER: Final = 0.04
"""How much better the fixed patterns must show for a blur to be believed."""
PATIENT: Final = 260.0
"""Effort spent on a still picture, in looks at a code of version 6: about a millisecond each."""
HASTY: Final = 45.0
"""The same for a part of a video frame."""
READING: Final = 5.0
"""Effort of learning a filter and of error correction, in looks of the same size."""
TRIPLES: Final = 4
LARGEST: Final = 40_000_000
"""Pixels beyond which a picture is not looked at."""


class Effort:
    """What may still be spent: bounds the time of any picture, the same on every machine."""

    def __init__(self, most: float) -> None:
        self._left = most

    def spend(self, size: int, looks: float = 1.0) -> None:
        """Take off so many looks at a code of so many modules a side."""
        self._left -= looks * max(1.0, (size + 2 * MARGIN) ** 2 / 47**2)

    @property
    def spent(self) -> bool:
        return self._left <= 0


class Guess(NamedTuple):
    """A version and a first mesh for it, in the part of the picture where the code must be."""

    likeness: float
    version: int
    mesh: Mesh
    part: Gray
    back: tuple[float, float, float]
    """Scale, left and top: from the part's pixels to the picture's."""


def read(gray: Gray, *, patient: bool) -> list[Read]:
    """The QR codes of a gray picture (uint8, H x W) that can be made out beyond doubt; never raises.

    ``patient`` is for stills; without it, for a crop of a video frame, less is tried.
    """
    if gray.size == 0 or gray.size > LARGEST:
        return []
    effort = Effort(PATIENT if patient else HASTY)
    found: list[Read] = []
    for guess in _guesses(gray, triples(finders(gray, patient=patient)), effort):
        if any(_inside(one, guess) for one in found):
            continue
        one = _read(guess, effort, patient)
        if one is not None:
            found.append(one)
    return found


def _guesses(gray: Gray, threes: list[Triple], effort: Effort) -> list[Guess]:
    """Versions and first meshes that show a code's fixed patterns, likeliest first."""
    guesses = []
    for triple in threes[:TRIPLES]:
        part, back = _part(gray, triple)
        for version in _versions(triple.modules + 7):
            for flat in (False, True):
                mesh = begun(triple, size_of(version), flat=flat)
                if mesh is None or effort.spent:
                    continue
                effort.spend(mesh.size, 1 / FINE**2)
                scale, left, top = back
                into = np.array([[1 / scale, 0, -left / scale], [0, 1 / scale, -top / scale], [0, 0, 1.0]])
                mesh = mesh._replace(flat=into @ mesh.flat)
                if qrbits.agreement(glimpsed(part, mesh), version) < GLIMPSE:
                    continue
                effort.spend(mesh.size)
                likeness = qrbits.agreement(plainly(evened(flattened(part, mesh))), version)
                if likeness >= LIKELY:
                    guesses.append(Guess(likeness, version, mesh, part, back))
    return sorted(guesses, key=lambda one: -one.likeness)


def _versions(size: float) -> list[int]:
    """The versions a code of about so many modules may have: the larger, the less sure is the measure."""
    nearest = min(VERSIONS, max(1, round((size - 17) / 4)))
    slack = 1 if nearest < 10 else 2
    return [version for version in range(nearest - slack, nearest + slack + 1) if 1 <= version <= VERSIONS]


def _part(gray: Gray, triple: Triple) -> tuple[Gray, tuple[float, float, float]]:
    """The picture around a code, dark on light and not much finer than it will be looked at."""
    middles = np.array([one.middle for one in triple.corners])
    four = np.vstack([middles, middles[1] + middles[2] - middles[0]])
    room = 0.45 * float(np.ptp(four, axis=0).max())
    left, top = (max(0, int(low)) for low in four.min(axis=0) - room)
    right, bottom = (int(high) for high in four.max(axis=0) + room)
    part = gray[top : bottom + 1, left : right + 1]
    if not triple.corners[0].dark:
        part = 255 - part
    scale = min(one.module_px for one in triple.corners) / (1.5 * FINE)
    if scale <= 1:
        return np.ascontiguousarray(part), (1.0, float(left), float(top))
    size = (max(1, round(part.shape[1] / scale)), max(1, round(part.shape[0] / scale)))
    smaller = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)
    scale = part.shape[1] / size[0]
    # Pixel corners, not pixel middles, are what the two pictures share.
    return smaller, (scale, left + scale / 2 - 0.5, top + scale / 2 - 0.5)


def _read(guess: Guess, effort: Effort, patient: bool) -> Read | None:
    """The guess's code: plainly, then with the likeliest kinds of blur undone, each through ever bolder meshes."""
    for blur in _looks(guess, effort, patient):
        seen = _view(guess, blur, effort)
        for mesh in _meshes(guess.mesh, seen, patient):
            if effort.spent:
                return None
            even = seen(mesh)
            plain = plainly(even)
            if qrbits.agreement(plain, guess.version) < WORTH:
                continue
            effort.spend(mesh.size, READING)
            for soft in (plain, *learnt(even, guess.version, plain)):
                text = qrbits.text_of(soft, guess.version, patient=patient)
                if text:
                    return Read(text, "QRCode", _there(mesh, guess.back))
    return None


def _looks(guess: Guess, effort: Effort, patient: bool) -> Iterator[int | None]:
    yield None
    yield from _blurs(guess, effort, patient)


def _view(guess: Guess, blur: int | None, effort: Effort) -> Callable[[Mesh], Plane]:
    """What shows the code through a mesh, with that blur undone and the light evened out."""

    def seen(mesh: Mesh) -> Plane:
        effort.spend(mesh.size)
        flat = flattened(guess.part, mesh)
        return evened(flat if blur is None else sharpened(flat, blur))

    return seen


def _blurs(guess: Guess, effort: Effort, patient: bool) -> list[int]:
    """The kinds of blur without which the fixed patterns show better, best first."""
    kinds = COUNT if patient else len(DISCS)
    effort.spend(guess.mesh.size, kinds)
    flat = flattened(guess.part, guess.mesh)
    scores = [(qrbits.agreement(plainly(evened(sharpened(flat, blur))), guess.version), blur) for blur in range(kinds)]
    better = [one for one in scores if one[0] > guess.likeness + CLEARER]
    return [blur for _, blur in sorted(better, reverse=True)[: 2 if patient else 1]]


def _meshes(first: Mesh, seen: Callable[[Mesh], Plane], patient: bool) -> Iterator[Mesh]:
    """Ever bolder meshes."""
    yield first
    drawn = anchored(seen, first)
    if drawn is not None:
        yield drawn
    if patient:
        yield bent(seen, drawn or first)
        if drawn is not None:
            yield bent(seen, first)
    flat = tilted(seen, drawn or first)
    yield flat
    if patient:
        yield bent(seen, flat)


def _there(
    mesh: Mesh, back: tuple[float, float, float]
) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]]:
    """The code's corners in the picture."""
    scale, left, top = back
    out = np.array([[scale, 0, left], [0, scale, top], [0, 0, 1.0]])
    return corners(mesh._replace(flat=out @ mesh.flat))


def _inside(one: Read, guess: Guess) -> bool:
    """Whether the guess is about a code that was read already."""
    middle = np.mean(_there(guess.mesh, guess.back), axis=0)
    return cv2.pointPolygonTest(np.array(one.corners, np.int32), (float(middle[0]), float(middle[1])), False) >= 0
