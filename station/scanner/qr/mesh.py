"""The grid of a QR code laid over a picture: begun from its finders, and what the picture shows through it."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from station.scanner.looks.stages import Gray
from station.scanner.opencv import cv2
from station.scanner.qr.finders import Points, Triple, square

Plane = NDArray[np.float32]

FINE: Final = 4
"""Pixels of the flattened picture along one module."""
MARGIN: Final = 3
"""Modules of the flattened picture around the code."""
EVEN: Final = 3.0
"""Modules over which light and contrast are taken to be even."""


class Mesh(NamedTuple):
    """Where in the picture each point of a code lies. Module (row r, column c) is the square c..c+1, r..r+1."""

    size: int
    flat: Points
    """3 x 3: from (along, down) in modules to pixels, as if the code were flat."""
    bend: Plane
    """2 x N x N for N = size + 2 * MARGIN: by how many modules each module's middle lies farther along and down."""
    sure: tuple[tuple[float, float], ...]
    """Points (along, down) that patterns of the code hold in place: the fitting starts from them."""

    def places(self, along: Points, down: Points) -> Points:
        """The pixels of a lattice: len(down) x len(along) x 2."""
        columns, rows = np.meshgrid(along, down)
        at = ((columns + MARGIN - 0.5).astype(np.float32), (rows + MARGIN - 0.5).astype(np.float32))
        x, y = columns + _between(self.bend[0], *at), rows + _between(self.bend[1], *at)
        far = self.flat[2, 0] * x + self.flat[2, 1] * y + self.flat[2, 2]
        far = np.where(np.abs(far) < 1e-6, 1e-6, far)
        across = (self.flat[0, 0] * x + self.flat[0, 1] * y + self.flat[0, 2]) / far
        below = (self.flat[1, 0] * x + self.flat[1, 1] * y + self.flat[1, 2]) / far
        return np.stack([across, below], axis=2)


def _between(lattice: Plane, x: Plane, y: Plane) -> Plane:
    return np.asarray(cv2.remap(lattice, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)


def begun(triple: Triple, size: int, *, flat: bool) -> Mesh | None:
    """A mesh through the finders alone: ``flat`` by their middles, else by their corners as well."""
    first, second, third = (np.array(one.middle) for one in triple.corners)
    ends = [(3.5, 3.5), (size - 3.5, 3.5), (3.5, size - 3.5)]
    along, down = (second - first) / (size - 7), (third - first) / (size - 7)
    if flat:
        origin = first - 3.5 * (along + down)
        plane = np.array([[along[0], down[0], origin[0]], [along[1], down[1], origin[1]], [0.0, 0.0, 1.0]])
        return Mesh(size, plane, _unbent(size), tuple(ends))
    modules, pixels, weights = list(ends), [first, second, third], [3.0] * 3
    for (x, y), one in zip(ends, triple.corners, strict=True):
        modules += [(x - 2.5, y - 2.5), (x + 2.5, y - 2.5), (x + 2.5, y + 2.5), (x - 2.5, y + 2.5)]
        pixels += list(square(one, along, down))
        weights += [1.0] * 4
    plane_or_none = _homography(np.array(modules), np.array(pixels), np.array(weights))
    return None if plane_or_none is None else Mesh(size, plane_or_none, _unbent(size), tuple(ends))


def flattened(gray: Gray, mesh: Mesh) -> Plane:
    """The code as if seen straight on: ``FINE`` pixels a module, ``MARGIN`` modules around it."""
    return _shown(
        gray, mesh, np.asarray((np.arange((mesh.size + 2 * MARGIN) * FINE) + 0.5) / FINE - MARGIN, np.float64)
    )


def glimpsed(gray: Gray, mesh: Mesh) -> Plane:
    """One pixel a module, light and contrast evened out: size x size, a first look that costs little."""
    steps = np.arange(mesh.size + 2 * MARGIN, dtype=np.float64) + 0.5 - MARGIN
    flat = _shown(gray, mesh, steps)
    near = cv2.GaussianBlur(flat, (0, 0), EVEN)
    spread = np.sqrt(np.maximum(cv2.GaussianBlur(flat * flat, (0, 0), EVEN) - near * near, 4.0))
    inner = slice(MARGIN, MARGIN + mesh.size)
    return np.asarray(np.clip((near - flat) / spread, -1, 1), np.float32)[inner, inner]


def _shown(gray: Gray, mesh: Mesh, steps: Points) -> Plane:
    """The picture at the places of a square lattice."""
    places = np.clip(np.nan_to_num(mesh.places(steps, steps)), -30_000, 30_000).astype(np.float32)
    return np.asarray(
        cv2.remap(gray, places[:, :, 0], places[:, :, 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32
    )


def evened(flat: Plane) -> Plane:
    """The flattened picture with light and contrast evened out: about -1 where light, +1 where dark."""
    mean = pooled(flat) / FINE**2
    square = pooled(flat * flat) / FINE**2
    near = cv2.GaussianBlur(mean, (0, 0), EVEN)
    spread = np.sqrt(np.maximum(cv2.GaussianBlur(square, (0, 0), EVEN) - near * near, 4.0))
    side = flat.shape
    near, spread = (cv2.resize(part, side, interpolation=cv2.INTER_LINEAR) for part in (near, spread))
    return np.asarray(np.clip((near - flat) / spread, -2.5, 2.5), np.float32)


def pooled(fine: NDArray[np.floating]) -> Plane:
    """One value a module: the sum over its pixels."""
    count = fine.shape[0] // FINE
    fine = np.asarray(fine, np.float32)
    return np.asarray(cv2.resize(fine, (count, count), interpolation=cv2.INTER_AREA) * FINE**2, np.float32)


def _unbent(size: int) -> Plane:
    return np.zeros((2, size + 2 * MARGIN, size + 2 * MARGIN), np.float32)


def _homography(modules: Points, pixels: Points, weights: Points) -> Points | None:
    """The plane map from modules to pixels with the least weighted squares; None if there is none."""
    middle, spread = pixels.mean(axis=0), float(pixels.std()) or 1.0
    scale = float(modules.max()) or 1.0
    (x, y), (u, v) = (modules / scale).T, ((pixels - middle) / spread).T
    one, none = np.ones_like(x), np.zeros_like(x)
    rows = np.concatenate(
        [
            np.stack([x, y, one, none, none, none, -u * x, -u * y], axis=1),
            np.stack([none, none, none, x, y, one, -v * x, -v * y], axis=1),
        ]
    )
    heavy = np.tile(weights, 2)
    target = np.concatenate([u, v])
    try:
        solved = np.linalg.solve((rows * heavy[:, None]).T @ rows, (rows * heavy[:, None]).T @ target)
    except np.linalg.LinAlgError:
        return None
    plane = np.append(solved, 1.0).reshape(3, 3) @ np.diag([1 / scale, 1 / scale, 1.0])
    if not np.isfinite(plane).all() or min(plane[2] @ np.array([*end, 1.0]) for end in ((0, 0), (1, 1))) <= 0:
        return None
    back = np.array([[spread, 0, middle[0]], [0, spread, middle[1]], [0, 0, 1.0]])
    return np.asarray(back @ plane)


def corners(mesh: Mesh) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]]:
    """The code's own corners in the picture, clockwise from its top left."""
    ends = np.array([0.0, float(mesh.size)])
    (a, b), (d, c) = mesh.places(ends, ends)
    first, second, third, fourth = ((math.floor(x + 0.5), math.floor(y + 0.5)) for x, y in (a, b, c, d))
    return first, second, third, fourth
