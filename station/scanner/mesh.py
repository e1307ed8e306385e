"""The grid of a QR code laid over a picture: from its finders outwards, following bends by the modules' own edges."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from station.scanner.finders import Points, Triple, square
from station.scanner.opencv import cv2
from station.scanner.stages import Gray

Plane = NDArray[np.float32]

FINE: Final = 4
"""Pixels of the flattened picture along one module."""
RIDGE=0.02
MARGIN: Final = 3
"""Modules of the flattened picture around the code."""
FIRST_REACH: Final = 6.0
"""Modules around a finder's middle that its own corners place surely."""
SMOOTH: Final = 1.6
"""Modules over which edges are brought together: fewer follow bends, more withstand noise."""
BENT: Final = 6
"""Polynomials a side of the bend; with ridges, so that what is not seen stays flat."""


class Mesh(NamedTuple):
    """Where in the picture each point of a code lies. Module (row r, column c) is the square c..c+1, r..r+1."""

    size: int
    flat: Points
    """3 x 3: from (along, down) in modules to pixels, as if the code were flat."""
    bend: Points
    """BENT x BENT x 2: by how many modules the true place differs, as Chebyshev polynomials of (down, along)."""

    def places(self, along: Points, down: Points) -> Points:
        """The pixels of a lattice: len(down) x len(along) x 2."""
        rows, columns = _chebyshev(down, self.size), _chebyshev(along, self.size)
        x = along[None, :] + rows @ self.bend[:, :, 0] @ columns.T
        y = down[:, None] + rows @ self.bend[:, :, 1] @ columns.T
        far = self.flat[2, 0] * x + self.flat[2, 1] * y + self.flat[2, 2]
        far = np.where(np.abs(far) < 1e-6, 1e-6, far)
        across = (self.flat[0, 0] * x + self.flat[0, 1] * y + self.flat[0, 2]) / far
        below = (self.flat[1, 0] * x + self.flat[1, 1] * y + self.flat[1, 2]) / far
        return np.stack([across, below], axis=2)


def begun(triple: Triple, size: int, *, flat: bool) -> Mesh | None:
    """A mesh through the finders alone: ``flat`` by their middles, else by their corners as well."""
    first, second, third = (np.array(one.middle) for one in triple.corners)
    ends = [(3.5, 3.5), (size - 3.5, 3.5), (3.5, size - 3.5)]
    along, down = (second - first) / (size - 7), (third - first) / (size - 7)
    if flat:
        origin = first - 3.5 * (along + down)
        plane = np.array([[along[0], down[0], origin[0]], [along[1], down[1], origin[1]], [0.0, 0.0, 1.0]])
        return Mesh(size, plane, np.zeros((BENT, BENT, 2)))
    modules, pixels, weights = list(ends), [first, second, third], [3.0] * 3
    for (x, y), one in zip(ends, triple.corners, strict=True):
        modules += [(x - 2.5, y - 2.5), (x + 2.5, y - 2.5), (x + 2.5, y + 2.5), (x - 2.5, y + 2.5)]
        pixels += list(square(one, along, down))
        weights += [1.0] * 4
    plane_or_none = _homography(np.array(modules), np.array(pixels), np.array(weights))
    return None if plane_or_none is None else Mesh(size, plane_or_none, np.zeros((BENT, BENT, 2)))


def flattened(gray: Gray, mesh: Mesh) -> Plane:
    """The code as if seen straight on: ``FINE`` pixels a module, ``MARGIN`` modules around it."""
    steps = (np.arange((mesh.size + 2 * MARGIN) * FINE) + 0.5) / FINE - MARGIN
    places = np.clip(np.nan_to_num(mesh.places(steps, steps)), -30_000, 30_000).astype(np.float32)
    return np.asarray(
        cv2.remap(gray, places[:, :, 0], places[:, :, 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32
    )


def evened(flat: Plane) -> Plane:
    """The flattened picture with light and contrast evened out: about -1 where light, +1 where dark."""
    reach = (0, 0), 3.0 * FINE
    mean = cv2.GaussianBlur(flat, *reach)
    spread = np.sqrt(np.maximum(cv2.GaussianBlur((flat - mean) ** 2, *reach), 4.0))
    return np.asarray(np.clip((mean - flat) / spread, -2.5, 2.5), np.float32)


def grown(seen: Callable[[Mesh], Plane], mesh: Mesh, *, bent: bool) -> Mesh:
    """The mesh fitted to the modules' edges, first around the finders, then ever farther.

    ``seen`` gives the flattened and evened picture through a mesh.
    """
    size = mesh.size
    away = _distances(size)
    farthest = float(away.max())
    reach = FIRST_REACH
    while True:
        across, below, trust = _slips(seen(mesh), size)
        weight = trust / (1 + np.exp(np.clip(2 * (away - reach), -30, 30)))
        mesh = _bent(mesh, across, below, weight) if bent else _tilted(mesh, across, below, weight)
        if reach > farthest:
            return mesh
        reach = min(reach * 1.25 + 1, max(reach + 1, farthest + 0.5))


def _slips(even: Plane, size: int) -> tuple[Plane, Plane, Plane]:
    """By how many modules the code's edges lie beside the mesh's lines, along and down, and how surely."""
    slips, trusts = [], []
    for axis in (1, 0):
        edges = np.abs(np.diff(even, axis=axis, append=0.0))
        places = (np.arange(even.shape[axis]) + 1) / FINE
        wave = np.exp(-2j * np.pi * places)
        turned = edges * (wave[None, :] if axis == 1 else wave[:, None])
        inner = slice(MARGIN, MARGIN + size)
        pooled = [_pooled(part)[inner, inner] for part in (turned.real, turned.imag, edges)]
        real, imaginary, amount = (cv2.GaussianBlur(part, (0, 0), SMOOTH) for part in pooled)
        slips.append(np.asarray(-np.arctan2(imaginary, real) / (2 * np.pi), np.float32))
        trusts.append(np.hypot(real, imaginary) / (amount + 0.3 * float(amount.mean()) + 1e-6))
    return slips[0], slips[1], np.asarray((trusts[0] * trusts[1]), np.float32)


def _pooled(fine: NDArray[np.floating]) -> Plane:
    """One value a module: the sum over its pixels."""
    count = fine.shape[0] // FINE
    return fine.reshape(count, FINE, count, FINE).sum(axis=(1, 3)).astype(np.float32)


def _distances(size: int) -> Plane:
    """Each module's distance in modules from the nearest finder's middle."""
    down, across = np.indices((size, size)) + 0.5
    ends = [(3.5, 3.5), (size - 3.5, 3.5), (3.5, size - 3.5)]
    return np.asarray(np.min([np.hypot(across - x, down - y) for x, y in ends], axis=0), np.float32)


def _tilted(mesh: Mesh, across: Plane, below: Plane, weight: Plane) -> Mesh:
    """The flat part changed by the small tilt that fits the slips best."""
    size = mesh.size
    unit = (np.arange(size) + 0.5) / size - 0.5
    u, v = np.broadcast_to(unit[None, :], (size, size)).ravel(), np.broadcast_to(unit[:, None], (size, size)).ravel()
    one, none = np.ones_like(u), np.zeros_like(u)
    # In units of the code's size: u moves by a0 + a1 u + a2 v + u (g u + h v), and v likewise.
    rows = np.concatenate(
        [
            np.stack([one, u, v, none, none, none, u * u, u * v], axis=1),
            np.stack([none, none, none, one, u, v, u * v, v * v], axis=1),
        ]
    )
    heavy = np.tile(weight.ravel().astype(np.float64), 2)
    target = np.concatenate([across.ravel(), below.ravel()]) / size
    normal = (rows * heavy[:, None]).T @ rows + np.diag([0.0, 0.05, 0.05, 0.0, 0.05, 0.05, 2.0, 2.0])
    a0, a1, a2, b0, b1, b2, g, h = np.linalg.solve(normal + 1e-9 * np.eye(8), (rows * heavy[:, None]).T @ target)
    small = np.array([[1 + a1, a2, a0], [b1, 1 + b2, b0], [-g, -h, 1.0]])
    into = np.array([[1 / size, 0, -0.5], [0, 1 / size, -0.5], [0, 0, 1.0]])
    return mesh._replace(flat=mesh.flat @ np.linalg.inv(into) @ small @ into)


def _bent(mesh: Mesh, across: Plane, below: Plane, weight: Plane) -> Mesh:
    """The bend changed by the smooth one that fits the slips best."""
    base = _chebyshev(np.arange(mesh.size) + 0.5, mesh.size)
    count = BENT * BENT
    # normal[(ij),(kl)] = sum over modules of weight * T_i T_j T_k T_l, done one side after the other.
    pairs = (base[:, :, None] * base[:, None, :]).reshape(mesh.size, count)
    normal = (pairs.T @ weight @ pairs).reshape(BENT, BENT, BENT, BENT).transpose(0, 2, 1, 3).reshape(count, count)
    degree = np.add.outer(np.arange(BENT), np.arange(BENT)).ravel()
    ridge = np.diag(1e-3 + RIDGE * degree.astype(float) ** 3)
    bend = mesh.bend.copy()
    for side, slip in enumerate((across, below)):
        pull = (base.T @ (weight * slip) @ base).ravel() - ridge @ bend[:, :, side].ravel() * 0.1
        bend[:, :, side] += np.linalg.solve(normal + ridge, pull).reshape(BENT, BENT)
    return mesh._replace(bend=np.clip(bend, -mesh.size / 4, mesh.size / 4))


def _chebyshev(places: Points, size: int) -> Points:
    """The polynomials' values: len(places) x BENT."""
    unit = np.clip(2 * places / size - 1, -1.25, 1.25)
    values = [np.ones_like(unit), unit]
    while len(values) < BENT:
        values.append(2 * unit * values[-1] - values[-2])
    return np.stack(values, axis=1)


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
