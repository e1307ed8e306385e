"""How fast awards reach a registry, beside a bare loop: ``python tests/benchmarks/courier.py [COUNT]``.

Both send credentials that are signed beforehand, in turns, to the practice registry in a process of its own.
Signing and checking are timed apart. The budget is a ratio of at least 0.9.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import requests

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from station.facts import Answer
from station.proofs import verify
from station.sync.courier import Answered, Courier, Pending, Sent
from station.sync.ob3 import Ob3Registry
from tests.registries import API, KEY, METHOD, id_of, practice, text_of

ROUNDS = 5
BUDGET = 0.9


class Signed:
    """An outbox in memory: what is measured is the courier, not a disk."""

    def __init__(self, texts: dict[int, str]) -> None:
        self._texts = {id_of(number): text for number, text in texts.items()}
        self.answers: list[Answer] = []

    def due(self, now: int) -> list[Pending]:
        return [Pending(one, one) for one in self._texts]

    def seal(self, pending: Pending) -> str:
        return self._texts[pending.credential_id]

    def mark_sent(self, batch: Sequence[Sent]) -> None:
        pass

    def file(self, answers: Sequence[Answered]) -> None:
        self.answers += [one.receipt.answer for one in answers]


def bare(url: str, texts: dict[int, str]) -> float:
    """Seconds of the plainest loop there is."""
    with requests.Session() as session:
        began = time.perf_counter()
        for text in texts.values():
            answer = session.post(
                f"{url}{API}/credentials",
                data=text.encode(),
                headers={"Content-Type": "application/vc+ld+json"},
                timeout=30,
            )
            assert answer.status_code == 201
        return time.perf_counter() - began


def carried(url: str, texts: dict[int, str]) -> float:
    """Seconds of one pass of the courier."""
    outbox, registry = Signed(texts), Ob3Registry("practice", url)
    courier = Courier(outbox, registry, lambda: time.time_ns() // 1000)
    began = time.perf_counter()
    courier.run()
    spent = time.perf_counter() - began
    courier.close()
    assert outbox.answers == [Answer.ISSUED] * len(texts)
    return spent


def main(count: int) -> int:
    """Print the figures as one JSON line; 1 when the budget is missed."""
    per_round = max(1, count // (2 * ROUNDS))
    numbers = iter(range(10**9))
    began = time.perf_counter()
    signed = [{next(numbers): "" for _ in range(per_round)} for _ in range(2 * ROUNDS)]
    for texts in signed:
        for number in texts:
            texts[number] = text_of(number)
    signing = (time.perf_counter() - began) / (per_round * 2 * ROUNDS)
    sample = [json.loads(text) for text in signed[0].values()]
    began = time.perf_counter()
    for one in sample:
        verify(one, {METHOD: KEY.public_key()})
    checking = (time.perf_counter() - began) / len(sample)
    ratios, rates = [], []
    with tempfile.TemporaryDirectory() as folder, practice(Path(folder)) as running:
        bare(running.url, {-1: text_of(10**9)})
        for number in range(ROUNDS):
            first, second = signed[2 * number], signed[2 * number + 1]
            if number % 2:
                ours, theirs = carried(running.url, second), bare(running.url, first)
            else:
                theirs, ours = bare(running.url, first), carried(running.url, second)
            ratios.append(theirs / ours)
            rates.append(per_round / ours)
    figures = {
        "awards": per_round * 2 * ROUNDS,
        "ratio": round(statistics.median(ratios), 3),
        "awards_per_second": round(statistics.median(rates), 1),
        "sign_ms": round(signing * 1000, 2),
        "verify_ms": round(checking * 1000, 2),
    }
    sys.stdout.write(json.dumps(figures) + "\n")
    return 0 if figures["ratio"] >= BUDGET else 1


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500))
