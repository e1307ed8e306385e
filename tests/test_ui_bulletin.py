"""The Bulletin carries many signals from other threads without losing or breaking any."""

from __future__ import annotations

import threading

from pytestqt.qtbot import QtBot

from installer.sample import outcomes
from station.facts import Verdict
from station.ui.bulletin import Bulletin
from station.views import Outcome


def test_a_hundred_thousand_signals(qapp: object) -> None:
    """PySide6 6.12 on Python 3.11 loses a reference at every emit and aborts after a few hundred."""
    bulletin = Bulletin()
    got = [0, 0]

    def count_outcome(_outcome: object) -> None:
        got[0] += 1

    def count_frame() -> None:
        got[1] += 1

    bulletin.outcome.connect(count_outcome)
    bulletin.frame_ready.connect(count_frame)
    said = outcomes()[Verdict.ADMITTED]
    for _k in range(50_000):
        bulletin.outcome.emit(said)
        bulletin.frame_ready.emit()
    assert got == [50_000, 50_000]


def test_five_thousand_from_another_thread_arrive_in_order_on_this_one(qtbot: QtBot) -> None:
    bulletin = Bulletin()
    got: list[Outcome] = []
    where: set[int] = set()

    def keep(outcome: Outcome) -> None:
        got.append(outcome)
        where.add(threading.get_ident())

    bulletin.outcome.connect(keep)
    sent = list(outcomes().values()) * 1000

    def emit_all() -> None:
        for outcome in sent:
            bulletin.outcome.emit(outcome)

    thread = threading.Thread(target=emit_all)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(got) >= len(sent))
    assert got == sent
    assert where == {threading.get_ident()}
