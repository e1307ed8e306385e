"""Error correction and the plan of QR codes, against codes that segno draws."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from station.scanner.qr import bits as qrbits
from station.scanner.qr import reedsolomon
from station.scanner.qr.layout import LEVELS, blocks, layout

NAMES = dict(zip("LMQH", LEVELS, strict=True))


def signs(text: str, version: int, level: str = "M") -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    code = segno.make_qr(text, version=version, error=level, boost_error=False)
    return np.array([[1 if dark else -1 for dark in row] for row in code.matrix_iter(border=0)], np.float32)


def block_of(version: int, level: str) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.uint8]], int]:
    """The codewords of a real code's first block, unmasked, and its number of parity words."""
    code = segno.make_qr("PVZ", version=version, error=level, boost_error=False)
    plan = layout(version)
    flat = np.array([list(row) for row in code.matrix_iter(border=0)], np.uint8).ravel()
    words = np.packbits(flat[plan.codewords] ^ plan.masks[int(str(code.mask))][plan.codewords], axis=1).ravel()
    first = blocks(version, NAMES[level])[0]
    return words[first.places], first.parity


@pytest.mark.parametrize(("version", "level"), [(1, "L"), (1, "H"), (5, "Q"), (7, "M"), (22, "L"), (40, "H")])
def test_a_drawn_code_has_no_syndromes(version: int, level: str) -> None:
    words, parity = block_of(version, level)
    assert not reedsolomon.syndromes(words, parity).any()


@given(st.data())
def test_what_the_parity_allows_is_put_right_and_no_more(data: st.DataObject) -> None:
    words, parity = block_of(5, "Q")
    spare = data.draw(st.integers(0, 4))
    erased = data.draw(st.integers(0, parity - spare))
    errors = data.draw(st.integers(0, (parity - spare - erased) // 2))
    places = data.draw(st.permutations(range(len(words))))[: erased + errors]
    hurt = words.copy()
    for place in places:
        hurt[place] ^= data.draw(st.integers(1, 255))
    fixed = reedsolomon.correct(hurt, parity, places[:erased], spare)
    assert fixed is not None
    assert (fixed == words).all()


def test_one_error_more_than_the_spare_allows_is_refused() -> None:
    words, parity = block_of(5, "Q")
    hurt = words.copy()
    most = (parity - 4) // 2
    hurt[: most + 1] ^= 77
    assert reedsolomon.correct(hurt, parity, (), 4) is None
    assert reedsolomon.correct(hurt, parity, (), 0) is not None


@pytest.mark.parametrize("erased", [(), (0, 3)])
def test_random_words_are_never_put_right_with_something_to_spare(erased: Sequence[int]) -> None:
    chance = np.random.default_rng(5)
    for _ in range(300):
        assert reedsolomon.correct(chance.integers(0, 256, 33).astype(np.uint8), 18, erased, 4) is None


def test_senseless_sizes_are_refused() -> None:
    assert reedsolomon.correct(np.zeros(5, np.uint8), 5) is None
    assert reedsolomon.correct(np.zeros(5, np.uint8), 0) is None
    assert reedsolomon.correct(np.zeros(9, np.uint8), 4, (0, 1, 2), 2) is None


@pytest.mark.parametrize("version", range(1, 41))
def test_every_version_is_read_from_its_modules(version: int) -> None:
    for level in "LMQH":
        modules = signs("PVZ 7", version, level)
        assert qrbits.agreement(modules, version) == 1
        assert qrbits.text_of(modules, version, patient=True) == "PVZ 7"


def test_encodings_are_those_of_the_engine() -> None:
    assert qrbits.text_of(signs("Ąžuolas ŠĮ 日本", 5), 5, patient=True) == "Ąžuolas ŠĮ 日本"


def test_unknown_modules_cost_half_of_wrong_ones() -> None:
    modules = signs("A code with something to lose", 5, "H")
    hidden, wrong = modules.copy(), modules.copy()
    hidden[9:24, 9:28] = 0
    wrong[9:24, 9:28] *= -1
    assert qrbits.text_of(hidden, 5, patient=True) == "A code with something to lose"
    assert qrbits.text_of(wrong, 5, patient=True) is None


def test_chance_is_no_code() -> None:
    chance = np.random.default_rng(1)
    for version in (1, 2, 7, 12):
        size = layout(version).size
        for _ in range(40):
            soft = chance.uniform(-1, 1, (size, size)).astype(np.float32)
            assert abs(qrbits.agreement(soft, version)) < 0.4
            assert qrbits.text_of(soft, version, patient=True) is None
    assert qrbits.text_of(np.zeros((21, 21), np.float32), 1, patient=True) is None
