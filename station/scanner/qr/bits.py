"""From how dark each module seems to a QR code's text: format, unmasking, error correction, a clean drawing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from station.scanner.engines import zxing
from station.scanner.qr import reedsolomon
from station.scanner.qr.layout import LEVELS, Layout, Signs, blocks, fixed, layout

FORMATS_TRIED = (1, 2)
"""The likeliest readings of the format cells, for a frame and for a still: the next are wrong even on ruined codes."""
FORMAT_LEAST = 0.25
"""Correlation with a legal format below which there is no format, so no code."""
SPARE = 4
"""Parity codewords that must agree beyond what the correction needed: one chance in 2^32 for a wrong block."""
STEPS = (3, 7)
"""Numbers of doubtful codewords tried as erasures, none to all that may be, for a frame and for a still."""
QUIET = 4
_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])

_QR = zxing.asked(["QRCode"])


def text_of(soft: Signs, version: int, *, patient: bool) -> str | None:
    """The text of a code from its modules, or None if they do not make one beyond doubt.

    ``soft`` is size x size in [-1, 1]: +1 surely dark, -1 surely light, 0 not known.
    """
    plan = layout(version)
    for kind in _formats(soft, plan, FORMATS_TRIED[patient]):
        matrix = _corrected(soft.ravel(), version, kind, STEPS[patient])
        if matrix is not None:
            return _read(matrix)
    return None


def agreement(soft: Signs, version: int) -> float:
    """How well the modules show the version's fixed patterns: 1 perfectly, about 0 by chance."""
    plan = fixed(version)
    weight = np.abs(soft)[plan != 0].sum()
    return float((soft * plan).sum() / weight) if weight > 0 else 0.0


def _formats(soft: Signs, plan: Layout, most: int) -> Iterator[int]:
    """The likeliest formats as rows of ``format_signs``, likeliest first."""
    cells = soft.ravel()[plan.format_cells]
    fit = plan.format_signs @ cells / max(1e-6, float(np.abs(cells).sum()))
    for kind in np.argsort(-fit)[:most]:
        if fit[kind] >= FORMAT_LEAST:
            yield int(kind)


def _corrected(soft: NDArray[np.float32], version: int, kind: int, steps: int) -> NDArray[np.uint8] | None:
    """The whole code's modules (1 dark), every block put right; None unless all can be."""
    plan, level, mask = layout(version), LEVELS[kind // 8], kind % 8
    turned = plan.masks[mask][plan.codewords]
    seen = soft[plan.codewords]
    bits = (seen > 0).astype(np.uint8) ^ turned
    words = np.packbits(bits, axis=1).ravel()
    # A codeword is as good as its worst bit; the second worst settles ties.
    ordered = np.sort(np.abs(seen), axis=1)
    trust = (ordered[:, 0] + 0.25 * ordered[:, 1]).astype(np.float32)
    for block in blocks(version, level):
        own = _block(words[block.places], trust[block.places], block.parity, steps)
        if own is None:
            return None
        words[block.places] = own
    matrix = (plan.fixed.ravel() > 0).astype(np.uint8)
    matrix[plan.format_cells] = plan.format_signs[kind] > 0
    matrix[plan.codewords] = np.unpackbits(words[:, None], axis=1) ^ turned
    return matrix.reshape(plan.size, plan.size)


def _block(words: NDArray[np.uint8], trust: NDArray[np.float32], parity: int, steps: int) -> NDArray[np.uint8] | None:
    """One block corrected, its least trusted codewords erased in growing numbers until that succeeds."""
    spare = 3 if parity == 7 else SPARE  # version 1-L has seven, of which the standard itself keeps three
    most = parity - spare
    doubtful = np.argsort(trust, kind="stable")
    for count in np.unique(np.linspace(0, most, steps).astype(int)):
        fixed = reedsolomon.correct(words, parity, [int(place) for place in doubtful[:count]], spare)
        if fixed is not None:
            return fixed
    return None


def _read(matrix: NDArray[np.uint8]) -> str | None:
    """The text as zxing-cpp reads the code drawn anew: encodings are understood as everywhere else."""
    clean = np.pad((1 - matrix) * np.uint8(255), QUIET, constant_values=255)
    clean = np.repeat(np.repeat(clean, 3, axis=0), 3, axis=1)
    found = zxingcpp.read_barcodes(clean, formats=_QR, text_mode=zxingcpp.TextMode.Plain, is_pure=True)
    return found[0].text if len(found) == 1 else None
