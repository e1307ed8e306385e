"""A mesh fitted to a code: from what is sure outwards, tilted or bent by the modules' own edges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from station.scanner.opencv import cv2
from station.scanner.qr.mesh import FINE, MARGIN, Mesh, Plane, pooled

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
"""The same for a bend."""
SETTLED: Final = 0.2
"""Modules by which a module may still slip when its neighbours are taken in."""
BLANK: Final = 0.015
"""Trust below which a module shows no edges, so nothing to wait for."""
DONE: Final = 0.05
"""Modules by which all may slip, on average, when it is enough."""

SMALLEST_ALIGNED: Final = 25
"""Modules of the smallest version that has an alignment pattern."""
SEARCH: Final = 3
"""Modules around its expected place in which the alignment pattern is looked for, more in larger codes."""
SEEN: Final = 0.55
"""Correlation from which it is taken for one."""
_ALIGNMENT: Final = np.kron(
    np.pad(np.pad(np.ones((1, 1)), 1, constant_values=-1), 1, constant_values=1), np.ones((FINE, FINE))
).astype(np.float32)


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
        blank = trust < BLANK
        if taken.all() and float((slip * ~blank).sum()) < DONE * max(1, int((~blank).sum())):
            break
        settled = (taken & ((slip < SETTLED) | blank)).astype(np.uint8)
        taken = sure | (cv2.dilate(settled, np.ones((1 + 2 * stride, 1 + 2 * stride), np.uint8)) > 0)
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
        parts = (pooled(part)[inner, inner] for part in (turned.real, turned.imag, edges))
        real, imaginary, amount = (cv2.GaussianBlur(part, (0, 0), smooth) for part in parts)
        slips.append(np.asarray(-np.arctan2(imaginary, real) / (2 * np.pi), np.float32))
        trusts.append(np.hypot(real, imaginary) / (amount + 0.3 * float(amount.mean()) + 1e-6))
    return slips[0], slips[1], np.asarray((trusts[0] * trusts[1]), np.float32)


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
