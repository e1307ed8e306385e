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
MARGIN: Final = 3
"""Modules of the flattened picture around the code."""
EVEN: Final = 3.0
"""Modules over which light and contrast are taken to be even."""
NEAR: Final = 2.5
"""Modules around a module that say how the code bends there."""
STIFF: Final = 0.02
"""How much a bend must be seen before it is carried on into what is not seen yet."""

TILTING_FROM: Final = 6.0
"""Modules around what is sure where the fitting of a plane begins."""
TILTING_OVER: Final = 2.0
"""Modules over which edges are brought together for it."""
BENDING_FROM: Final = 3.5
BENDING_OVER: Final = 1.2
SETTLED: Final = 0.2
"""Modules by which a module may still slip when its neighbours are taken in."""
BLANK: Final = 0.015
"""Trust below which a module shows no edges, so nothing to wait for."""
DONE: Final = 0.05

SMALLEST_ALIGNED: Final = 25
"""Modules of the smallest version that has an alignment pattern."""
SEARCH: Final = 3
"""Modules around its expected place in which the alignment pattern is looked for, more in larger codes."""
SEEN: Final = 0.55
"""Correlation from which it is taken for one."""
_ALIGNMENT: Final = np.kron(
    np.pad(np.pad(np.ones((1, 1)), 1, constant_values=-1), 1, constant_values=1), np.ones((FINE, FINE))
).astype(np.float32)


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
    return _shown(gray, mesh, (np.arange((mesh.size + 2 * MARGIN) * FINE) + 0.5) / FINE - MARGIN)


def glimpsed(gray: Gray, mesh: Mesh) -> Plane:
    """One pixel a module, light and contrast evened out: size x size, a first look that costs little."""
    steps = np.arange(mesh.size + 2 * MARGIN) + 0.5 - MARGIN
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
    mean = _pooled(flat) / FINE**2
    square = _pooled(flat * flat) / FINE**2
    near = cv2.GaussianBlur(mean, (0, 0), EVEN)
    spread = np.sqrt(np.maximum(cv2.GaussianBlur(square, (0, 0), EVEN) - near * near, 4.0))
    side = flat.shape
    near, spread = (cv2.resize(part, side, interpolation=cv2.INTER_LINEAR) for part in (near, spread))
    return np.asarray(np.clip((near - flat) / spread, -2.5, 2.5), np.float32)


def anchored(seen: Callable[[Mesh], Plane], mesh: Mesh) -> Mesh | None:
    """The mesh drawn to the alignment pattern near the corner that has no finder; None if it is not to be seen."""
    size = mesh.size
    if size < SMALLEST_ALIGNED:
        return None
    even, place = seen(mesh), size - 6.5
    slack = SEARCH + size // 16
    first = round((place - 2.5 - slack + MARGIN) * FINE)
    last = min(even.shape[0], round((place + 2.5 + slack + MARGIN) * FINE))
    fit = cv2.matchTemplate(even[first:last, first:last], _ALIGNMENT, cv2.TM_CCOEFF_NORMED)
    # Of two that look alike, the nearer one.
    middle = (first + np.arange(fit.shape[0])) / FINE - MARGIN + 2.5 - place
    fit = fit - 0.01 * np.hypot(middle[None, :], middle[:, None])
    row, column = np.unravel_index(int(np.argmax(fit)), fit.shape)
    if fit[row, column] < SEEN:
        return None
    steps = np.clip((np.arange(size + 2 * MARGIN) + 0.5 - MARGIN - 3.5) / (place - 3.5), 0, 1.5)
    pull = steps[:, None] * steps[None, :]
    bend = mesh.bend + np.stack([pull * middle[column], pull * middle[row]]).astype(np.float32)
    return mesh._replace(bend=bend, sure=(*mesh.sure, (place, place)))


def tilted(seen: Callable[[Mesh], Plane], mesh: Mesh) -> Mesh:
    """The mesh fitted to the modules' edges as a plane, first around what is sure, then ever farther.

    ``seen`` gives the flattened and evened picture through a mesh.
    """
    away = _distances(mesh.size, mesh.sure)
    reach, farthest = TILTING_FROM, float(away.max())
    while True:
        across, below, trust = _slips(seen(mesh), mesh.size, TILTING_OVER)
        weight = trust / (1 + np.exp(np.clip(2 * (away - reach), -30, 30)))
        mesh = _tilted(mesh, across, below, weight)
        if reach > farthest:
            return mesh
        reach = 1.25 * reach + 1


def bent(seen: Callable[[Mesh], Plane], mesh: Mesh) -> Mesh:
    """The mesh fitted to the modules' edges module by module: from what is sure to its neighbours once it has settled.

    Few at a time, for what lies more than half a module aside is taken for its neighbour.
    """
    away = _distances(mesh.size, mesh.sure)
    sure = away < BENDING_FROM
    taken = sure
    stride = 1 + mesh.size // 60  # large codes are seldom small enough to bend sharply
    whole = round(float(away.max()) * 1.3 / stride) + 6
    for _ in range(whole):
        across, below, trust = _slips(seen(mesh), mesh.size, BENDING_OVER)
        slip = np.maximum(np.abs(across), np.abs(below))
        mesh = _bent(mesh, across, below, taken * trust * (1 - (2 * slip) ** 2).clip(0, 1))
        settled = taken & ((slip < SETTLED) | (trust < BLANK))
        around = cv2.dilate(settled.astype(np.uint8), np.ones((1 + 2 * stride, 1 + 2 * stride), np.uint8)) > 0
        if taken.all() and float(slip[trust >= BLANK].mean() if (trust >= BLANK).any() else 0) < DONE:
            break
        taken = around | sure
    return mesh


def _slips(even: Plane, size: int, smooth: float) -> tuple[Plane, Plane, Plane]:
    """By how many modules the code's edges lie beside the mesh's lines, along and down, and how surely."""
    slips, trusts = [], []
    for axis in (1, 0):
        edges = np.abs(np.diff(even, axis=axis, append=0.0))
        places = (np.arange(even.shape[axis]) + 1) / FINE
        wave = np.exp(-2j * np.pi * places)
        turned = edges * (wave[None, :] if axis == 1 else wave[:, None])
        inner = slice(MARGIN, MARGIN + size)
        pooled = [_pooled(part)[inner, inner] for part in (turned.real, turned.imag, edges)]
        real, imaginary, amount = (cv2.GaussianBlur(part, (0, 0), smooth) for part in pooled)
        slips.append(np.asarray(-np.arctan2(imaginary, real) / (2 * np.pi), np.float32))
        trusts.append(np.hypot(real, imaginary) / (amount + 0.3 * float(amount.mean()) + 1e-6))
    return slips[0], slips[1], np.asarray((trusts[0] * trusts[1]), np.float32)


def _pooled(fine: NDArray[np.floating]) -> Plane:
    """One value a module: the sum over its pixels."""
    count = fine.shape[0] // FINE
    fine = np.asarray(fine, np.float32)
    return np.asarray(cv2.resize(fine, (count, count), interpolation=cv2.INTER_AREA) * FINE**2, np.float32)


def _distances(size: int, sure: tuple[tuple[float, float], ...]) -> Plane:
    """Each module's distance in modules from the nearest point that is sure."""
    down, across = np.indices((size, size)) + 0.5
    return np.asarray(np.min([np.hypot(across - x, down - y) for x, y in sure], axis=0), np.float32)


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
    """The bend with the slips added, each module's set by a plane through those around it, beyond them too."""
    room = ((MARGIN, MARGIN), (MARGIN, MARGIN))
    weight = np.pad(weight, room)
    side = weight.shape[0]
    down, along = (axis.astype(np.float32) for axis in np.indices((side, side)))
    middle = side / 2
    u, v = (along - middle) / NEAR, (down - middle) / NEAR

    def near(values: Plane) -> Plane:
        return np.asarray(cv2.GaussianBlur(values, (0, 0), NEAR, borderType=cv2.BORDER_CONSTANT), np.float64)

    # Moments about each module of what lies around it, from moments about the middle of the code.
    much = near(weight) + 1e-5
    mean_u, mean_v = near(weight * u) / much, near(weight * v) / much
    uu = near(weight * u * u) / much - mean_u**2 + STIFF + 1e-4 / much
    vv = near(weight * v * v) / much - mean_v**2 + STIFF + 1e-4 / much
    uv = near(weight * u * v) / much - mean_u * mean_v
    spread = uu * vv - uv * uv
    bend = []
    for old, slip in zip(mesh.bend, (across, below), strict=True):
        shift = old + np.pad(slip, room)
        mean = near(weight * shift) / much
        with_u = near(weight * shift * u) / much - mean * mean_u
        with_v = near(weight * shift * v) / much - mean * mean_v
        slope_u, slope_v = (with_u * vv - with_v * uv) / spread, (with_v * uu - with_u * uv) / spread
        bend.append(mean + slope_u * (u - mean_u) + slope_v * (v - mean_v))
    return mesh._replace(bend=np.clip(np.stack(bend), -mesh.size / 4, mesh.size / 4).astype(np.float32))


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
