"""Where everything lies in a QR code of each version: fixed patterns, format cells, codewords, blocks, masks."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from itertools import zip_longest
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

# Untyped parts of segno, which draws codes: its tables and its placement, so that neither is typed here again.
_encoder: Any = import_module("segno.encoder")
_consts: Any = import_module("segno.consts")

Bits = NDArray[np.uint8]
Signs = NDArray[np.float32]

VERSIONS: Final = 40
LEVELS: Final = (1, 0, 3, 2)
"""segno's numbers for the error correction levels L, M, Q, H."""
FREE: Final = 2
"""segno's mark for a module that nothing has been written to yet."""


class Block(NamedTuple):
    """One Reed-Solomon block: the places of its codewords in the code's stream, and how many are parity."""

    places: NDArray[np.intp]
    parity: int


class Layout(NamedTuple):
    """A version's plan. Modules are (row, column); sign +1 is dark, -1 light, 0 not known beforehand."""

    size: int
    fixed: Signs
    """size x size: finders, separators, timing, alignment, version: what every code of this version shows."""
    codewords: NDArray[np.intp]
    """count x 8 indices into the flattened matrix: the bits of each codeword, most significant first."""
    format_cells: NDArray[np.intp]
    """Indices into the flattened matrix of the cells that tell the error correction level and the mask."""
    format_signs: Signs
    """32 x len(format_cells): what those cells show for level ``LEVELS[i // 8]`` and mask ``i % 8``."""
    masks: Bits
    """8 x (size * size): 1 where the mask turns a module over."""


def size_of(version: int) -> int:
    """Modules along one side."""
    return 17 + 4 * version


@lru_cache(maxsize=VERSIONS)
def fixed(version: int) -> Signs:
    """``Layout.fixed`` alone: it is made in a tenth of the time, and most guesses of a version need no more."""
    size, shown = size_of(version), _formats(version)
    # The dark module is written along with the format.
    return np.where((shown == shown[0]).all(axis=0), _signs(shown[0]), 0).reshape(size, size).astype(np.float32)


@lru_cache(maxsize=VERSIONS)
def layout(version: int) -> Layout:
    """The plan of a version, 1 to 40."""
    size = size_of(version)
    shown = _formats(version)
    cells = np.flatnonzero((shown != shown[0]).any(axis=0))
    taken = [list(row) for row in _encoder.make_matrix(size, size)]
    _encoder.add_finder_patterns(taken, size, size)
    _encoder.add_alignment_patterns(taken, size, size)
    count = 8 * sum(info.num_blocks * info.num_total for info in _consts.ECC[version][LEVELS[0]])
    first = FREE + 1
    # segno writes "bits" along its path; given running numbers for bits, it shows the path.
    _encoder.add_codewords(taken, range(first, first + count), version)
    path = np.argsort(np.array(taken).ravel(), kind="stable")[-count:]
    down, across = np.indices((size, size))
    masks = [np.asarray(mask(down, across), np.uint8).ravel() for mask in _encoder.get_data_mask_functions(False)]
    return Layout(
        size,
        fixed(version),
        path.reshape(-1, 8),
        cells,
        _signs(shown[:, cells]),
        np.stack(masks),
    )


@lru_cache(maxsize=VERSIONS * 4)
def blocks(version: int, level: int) -> tuple[Block, ...]:
    """The blocks of a version at one of ``LEVELS``."""
    counts = [
        (info.num_data, info.num_total - info.num_data)
        for info in _consts.ECC[version][level]
        for _ in range(info.num_blocks)
    ]
    places: list[list[int]] = [[] for _ in counts]
    place = 0
    for part in (0, 1):  # all data codewords, a block's first after another's first; then parity likewise
        for turn in zip_longest(*(range(count[part]) for count in counts)):
            for block, present in enumerate(turn):
                if present is not None:
                    places[block].append(place)
                    place += 1
    return tuple(Block(np.array(own), count[1]) for own, count in zip(places, counts, strict=True))


def _formats(version: int) -> Bits:
    """32 x (size * size): what is in a code of this version before its data, for each format."""
    size = size_of(version)
    bare = _encoder.make_matrix(size, size, reserve_regions=False)
    _encoder.add_finder_patterns(bare, size, size)
    _encoder.add_alignment_patterns(bare, size, size)
    _encoder.add_version_info(bare, version)
    formats = []
    for level in LEVELS:
        for mask in range(8):
            matrix = [bytearray(row) for row in bare]
            _encoder.add_format_info(matrix, version, level, mask)
            formats.append(np.frombuffer(b"".join(matrix), np.uint8))
    return np.stack(formats)


def _signs(cells: Bits) -> Signs:
    return np.where(cells == FREE, 0, cells * 2.0 - 1.0).astype(np.float32)
