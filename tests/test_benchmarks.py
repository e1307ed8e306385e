"""How the scanner's benchmark counts: what is the same text, what a goal is, and which codes its texts make."""

from __future__ import annotations

import numpy as np
import pytest

from station.scanner.drawn.held import drawn
from tests.benchmarks.peers import Goal, Spent, same
from tests.benchmarks.recall import by_turns, text_of

BLANK = np.zeros((4, 4), np.uint8)


@pytest.mark.parametrize(
    ("truth", "read", "counts"),
    [
        ("ABC", {"ABC", "other"}, True),
        (" ABC\n", {"ABC"}, True),
        ("ABC", {"ABCD"}, False),
        ("ABC", {"0ABC"}, False),
        ("ABC", set(), False),
        ("123456789012", {"0123456789012"}, True),
        ("0123456789012", {"123456789012"}, True),
        ("1123456789012", {"123456789012"}, False),
        ("12345678", {"012345678"}, False),
    ],
)
def test_a_text_counts_if_it_is_the_same_and_a_upc_has_two_forms(truth: str, read: set[str], counts: bool) -> None:
    assert same(truth, read) is counts


def test_a_share_is_of_all_codes_in_all_pictures() -> None:
    cases = [(BLANK, ["A", "B"]), (BLANK, ["C"]), (BLANK, ["D"])]
    share = by_turns({"half": lambda _: {"A", "D"}, "none": lambda _: {"X"}}, iter(cases))
    assert share == {"half": 0.5, "none": 0.0, "codes": 4.0}


def test_a_goal_is_met_at_its_bound_and_missed_beyond() -> None:
    assert [Goal(figure, 0.9).met for figure in (0.89, 0.9, 0.91)] == [False, True, True]
    assert [Goal(figure, 1.3, most=True).met for figure in (1.29, 1.3, 1.31)] == [True, True, False]
    told = Goal(0.87654, 0.88, beside={"zxing": 0.54321}).told()
    assert told == {"figure": 0.877, "goal": ">= 0.88", "met": False, "zxing": 0.543}


def test_the_slowest_twentieth_is_told() -> None:
    spent = Spent([float(number) for number in range(100, 0, -1)])
    assert (spent.p95, spent.mean) == (96.0, 50.5)


@pytest.mark.parametrize(("code", "modules"), [("QR v4", 33), ("QR v10", 57)])
def test_random_texts_make_the_version_that_is_named(code: str, modules: int) -> None:
    assert {drawn(text_of(code, seed)).shape[0] - 8 for seed in range(20)} == {modules}
