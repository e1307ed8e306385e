"""Reads a line too blurred for its bars to stand apart: finds the code whose blurred picture is that line."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from station.scanner.bars.patterns import Bits, Layout
from station.scanner.bars.profile import Line
from station.scanner.opencv import cv2

Grid = NDArray[np.float64]
Rows = NDArray[np.float64]

FINE: Final = 4
"""Samples a module."""
EDGE: Final = 4
"""Modules of light looked at on either side, and the farthest that blur reaches."""
KEPT: Final = 8
"""Characters considered at each place, by how well each would do alone."""
HOPELESS: Final = 0.3
"""Share of a line left unexplained from which on another kind of blur is not worth trying."""
_OUTWARDS: Final = (-0.6, 0.0, 0.6, 1.2)
"""Modules by which a code may end inside of where its line stops being light."""


class Fit(NamedTuple):
    """``ink``: modules of the best code. ``miss``: share of the line it leaves unexplained. ``margin``: how much
    worse the runner-up is, in units of what the best one leaves. ``ends``: samples of the first and last edge.
    ``blur``: modules."""

    ink: Bits
    miss: float
    margin: float
    ends: tuple[float, float]
    blur: float


class Start(NamedTuple):
    """A code that a line may hold: ``layout`` at the samples ``where``; ``loss`` says how badly it fits so far."""

    loss: float
    ink: Grid
    where: Grid
    layout: Layout
    blur: float
    backwards: bool


def started(line: Line, ends: tuple[float, float], layout: Layout, blur: float, *, backwards: bool) -> Start:
    """Where the modules of a code lie in a line (light 1, ink 0), by the best of some shifts of its ends.

    ``ends`` (samples) may be off by a module, ``blur`` (modules) by a third. ``backwards`` reads from the right.
    """
    ink = 1 - line.astype(np.float64)
    first, last = ends
    if backwards:
        ink, first, last = ink[::-1], len(ink) - 1 - last, len(ink) - 1 - first
    at = _at(layout)
    module = (last - first) / layout.modules
    shapes = _blurred(layout.patterns, blur, box=False)[:, EDGE * FINE : -EDGE * FINE]
    own = np.where(layout.allowed, (shapes**2).sum(axis=1), np.inf)
    guards = _blurred(layout.fixed[None, :], blur, box=False)[0]
    aside = (at < 1) | (at > layout.modules - 1)
    shifts = module * np.array([(left, right) for left in _OUTWARDS for right in _OUTWARDS])
    starts, lengths = first + shifts[:, 0], last - first - shifts.sum(axis=1)
    where = starts[:, None] + lengths[:, None] * at / layout.modules
    seen = np.interp(where.ravel(), np.arange(len(ink)), ink).reshape(where.shape)
    windows = _windows(seen, layout, 0)
    losses = (own - 2 * windows @ shapes.T).min(axis=2).sum(axis=1) + (windows**2).sum(axis=(1, 2))
    losses += ((seen - guards)[:, aside] ** 2).sum(axis=1)
    best = int(losses.argmin())
    return Start(float(losses[best]) / len(at), ink, where[best], layout, blur, backwards)


def fitted(start: Start, rounds: int) -> Fit | None:
    """The code that explains the line best from there on, under a lens's blur or a movement's."""
    lens = _refined(start, rounds, box=False)
    if lens is None or lens.miss > HOPELESS:
        return lens
    moved = _refined(start, rounds, box=True)
    return lens if moved is None or lens.miss <= moved.miss else moved


def _at(layout: Layout) -> Grid:
    """The places, in modules, of the samples of a code and of the light around it."""
    return np.arange(-EDGE * FINE, (layout.modules + EDGE) * FINE) / FINE + 0.5 / FINE


def _refined(start: Start, rounds: int, *, box: bool) -> Fit | None:
    """By turns: the best code for where the modules are thought to be, and where they are for that code."""
    _, ink, where, layout, blur, backwards = start
    at = _at(layout)
    gain, dark = np.ones_like(at), np.zeros_like(at)
    samples = np.arange(len(ink), dtype=np.float64)
    middle = 2 * at / layout.modules - 1
    powers = np.vander(middle, 4, increasing=True)
    for turn in range(rounds + 1):
        seen = (np.interp(where, samples, ink) - dark) / gain
        chosen, nearest, second = _codes(seen, layout, blur, box=box)
        drawn = layout.drawn(chosen)
        shape = _blurred(drawn[None, :], blur, box=box)[0]
        if turn == rounds:
            break
        slope = np.gradient(shape, at)
        wider = (_blurred(drawn[None, :], 1.1 * blur, box=box)[0] - shape) / (0.1 * blur)
        columns = np.column_stack((shape, shape * middle, np.ones_like(at), middle, slope[:, None] * powers, wider))
        raw = seen * gain + dark
        normal = columns.T @ columns
        answer = np.linalg.solve(normal + np.diag(1e-3 * np.diag(normal) + 1e-6), columns.T @ raw)
        strength = max(0.2, float(answer[0]))
        gain = np.clip(answer[0] + answer[1] * middle, 0.2, 3.0)
        dark = answer[2] + answer[3] * middle
        shift = np.clip(powers @ answer[4:8] / strength, -0.6, 0.6)
        where = where - shift * np.gradient(where, at)
        blur = float(np.clip(blur + answer[8] / strength, 0.7 * blur, 1.4 * blur))
        blur = min(max(blur, 0.15), 1.6)
    steps = np.diff(where)
    if steps.min() < 0.6 * steps.mean():
        return None
    rest = float(((seen - shape) ** 2).sum())
    total = float(((seen - seen.mean()) ** 2).sum())
    ends = np.interp([0.0, layout.modules], at, where)
    if backwards:
        ends = len(ink) - 1 - ends
    return Fit(
        drawn, rest / max(total, 1e-9), (second - nearest) / max(rest, 1e-9), (float(ends[0]), float(ends[1])), blur
    )


def _blurred(ink: NDArray[np.float32], blur: float, *, box: bool) -> Rows:
    """Rows of modules as a camera sees them, ``FINE`` samples a module, ``EDGE`` modules of light around."""
    rows = np.zeros((len(ink), (ink.shape[1] + 2 * EDGE) * FINE * 2), np.float32)
    rows[:, EDGE * FINE * 2 : -EDGE * FINE * 2] = np.repeat(ink, FINE * 2, axis=1)
    spread = blur * FINE * 2
    if box:
        # A box with that standard deviation, its ends weighed so that its width need not be whole.
        half = spread * math.sqrt(3)
        reach = math.ceil(half)
        offsets = np.abs(np.arange(-reach, reach + 1))
        kernel = np.clip(half + 0.5 - offsets, 0, 1)
        seen = cv2.filter2D(rows, -1, (kernel / kernel.sum())[None, :], borderType=cv2.BORDER_CONSTANT)
    else:
        wide = 2 * math.ceil(3.5 * spread) + 1
        seen = cv2.GaussianBlur(rows, (wide, 1), spread, borderType=cv2.BORDER_CONSTANT)
    both = np.asarray(seen, np.float64)
    return (both[:, ::2] + both[:, 1::2]) / 2


def _windows(seen: Rows, layout: Layout, around: int) -> Rows:
    """What is seen (N x samples) at each character's place, with ``around`` modules on either side."""
    width = (layout.patterns.shape[1] + 2 * around) * FINE
    starts = (np.array(layout.places) + EDGE - around) * FINE
    return np.asarray(seen[..., starts[:, None] + np.arange(width)])


def _codes(seen: Grid, layout: Layout, blur: float, *, box: bool) -> tuple[NDArray[np.intp], float, float]:
    """The likeliest code, and how far it and the second are from what is seen.

    Ink adds up, so the distance is a sum over characters and over neighbours, and the shortest path along the
    places finds its least values exactly, but for the characters that ``KEPT`` leaves out.
    """
    rest = seen - _blurred(layout.fixed[None, :], blur, box=box)[0]
    shapes = _blurred(layout.patterns, blur, box=box)
    step = layout.patterns.shape[1] * FINE
    windows = _windows(rest, layout, EDGE)
    single = (shapes**2).sum(axis=1)[None, :] - 2 * windows @ shapes.T
    overlap = 2 * shapes[:, step:] @ shapes[:, :-step].T
    usual = overlap.mean()
    apart = np.diff(layout.places) * FINE == step  # the middle guard of an EAN keeps its neighbours apart
    guess = np.where(layout.allowed, single + overlap.mean(axis=1) + overlap.mean(axis=0) - 2 * usual, np.inf)
    kept = np.argsort(guess, axis=1)[:, :KEPT]
    cost = np.where(np.take_along_axis(layout.allowed, kept, axis=1), np.take_along_axis(single, kept, axis=1), np.inf)
    base = float((rest**2).sum())
    paths = cost[0][:, None] + base  # character x rank
    trail: list[NDArray[np.intp]] = []
    for place in range(1, len(layout.places)):
        between = overlap[kept[place - 1]][:, kept[place]] if apart[place - 1] else np.zeros((KEPT, KEPT))
        ways = paths[:, :, None] + between[:, None, :]  # from x rank x to
        ways = ways.reshape(-1, KEPT).T
        order = np.argsort(ways, axis=1)[:, :2]
        trail.append(order * 1000 + paths.shape[1])
        paths = np.take_along_axis(ways, order, axis=1) + cost[place][:, None]
    first, second = (int(end) for end in np.argsort(paths, axis=None)[:2])
    costs = paths.ravel()[[first, second]]
    return _walked(first, paths.shape[1], trail, kept), float(costs[0]), float(costs[1])


def _walked(end: int, ranks: int, trail: list[NDArray[np.intp]], kept: NDArray[np.intp]) -> NDArray[np.intp]:
    """The characters of the path that ends there."""
    character, rank = divmod(end, ranks)
    chosen = [kept[-1, character]]
    for place in range(len(trail) - 1, -1, -1):
        come, before = divmod(int(trail[place][character, rank]), 1000)
        character, rank = divmod(come, before)
        chosen.append(kept[place, character])
    return np.array(chosen[::-1])
