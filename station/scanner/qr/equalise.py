"""How dark each module is, with blur undone: a filter learnt from the patterns every code of a version shows."""

from __future__ import annotations

from typing import Final

import numpy as np

from station.scanner.opencv import cv2
from station.scanner.qr.layout import Signs, layout
from station.scanner.qr.mesh import FINE, MARGIN, Plane

ROUNDS: Final = 3
WIDE: Final = 2
"""Modules around a module that the filter sees, each way."""
HALVES: Final = 2
"""Samples along one module."""


def plainly(even: Plane) -> Signs:
    """Each module as its middle shows it: size x size in [-1, 1]."""
    smooth = cv2.GaussianBlur(even, (0, 0), 0.3 * FINE)
    at = FINE // 2
    middle = (smooth[at - 1 :: FINE, at - 1 :: FINE] + smooth[at::FINE, at::FINE]) / 2
    inner = slice(MARGIN, even.shape[0] // FINE - MARGIN)
    return np.clip(middle[inner, inner], -1, 1).astype(np.float32)


def learnt(even: Plane, version: int, start: Signs) -> list[Signs]:
    """Each module after a filter fitted to the fixed patterns, then again to its own surest answers."""
    plan = layout(version)
    features = _features(even)
    known = plan.fixed.ravel()
    target, weight = known.copy(), np.abs(known)
    # A mild pull to the plain view keeps what the few fixed modules do not settle sensible.
    guess = start.ravel()
    answers = []
    for turn in range(ROUNDS):
        soft = np.where(known != 0, known, guess)
        if turn:
            target, weight = np.sign(soft), np.minimum(1, np.abs(soft)) ** 2
            weight[known != 0] = 1.0
        heavy = features * weight[:, None]
        pull = 0.03 * len(known) / 10
        normal = heavy.T @ features + np.eye(features.shape[1], dtype=np.float32) * pull
        taps = np.linalg.solve(normal, heavy.T @ target)
        guess = (features @ taps).astype(np.float32)
        guess /= max(1e-3, float(np.abs(guess).mean()))
        if turn in (0, ROUNDS - 1):
            answers.append(np.clip(guess, -1, 1).reshape(plan.size, plan.size))
    return answers


def _features(even: Plane) -> Plane:
    """For each module the picture around it: size^2 x number of samples, and a constant."""
    step = FINE // HALVES
    count = even.shape[0] // step
    halves = even.reshape(count, step, count, step).mean(axis=(1, 3))
    size = even.shape[0] // FINE - 2 * MARGIN
    around = (2 * WIDE + 1) * HALVES
    first = (MARGIN - WIDE) * HALVES
    views = np.lib.stride_tricks.sliding_window_view(halves, (around, around))
    own = views[first::HALVES, first::HALVES][:size, :size].reshape(size * size, around * around)
    return np.concatenate([own, np.ones((size * size, 1))], axis=1).astype(np.float32)
