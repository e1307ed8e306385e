"""The writer's mailbox: two lanes, so that nothing in bulk ever delays a scan by more than one small chunk."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Generic, TypeVar

Owned = TypeVar("Owned")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Letter(Generic[Owned]):
    """Something to do with what the reader of the mailbox owns."""

    do: Callable[[Owned], None]
    refuse: Callable[[BaseException], None]


class Mailbox(Generic[Owned]):
    """Many may post, one reads. What is posted gets what the reader owns, on the reader's thread."""

    def __init__(self) -> None:
        self._here = threading.Condition()
        self._lanes: tuple[deque[Letter[Owned]], deque[Letter[Owned]]] = (deque(), deque())
        self._closed = False

    def urgent(self, do: Callable[[Owned], Answer]) -> Future[Answer]:
        """Readings and acts: before anything in bulk, in the order they came."""
        return self._post(0, do)

    def bulk(self, do: Callable[[Owned], Answer]) -> Future[Answer]:
        """Receipts and the like, in small chunks: each is done only while nothing urgent waits."""
        return self._post(1, do)

    def _post(self, lane: int, do: Callable[[Owned], Answer]) -> Future[Answer]:
        answer: Future[Answer] = Future()

        def done(owned: Owned) -> None:
            try:
                result = do(owned)
            except BaseException as error:
                answer.set_exception(error)
                raise
            answer.set_result(result)

        with self._here:
            if self._closed:
                answer.set_exception(MailboxClosed())
            else:
                self._lanes[lane].append(Letter(done, answer.set_exception))
                self._here.notify()
        return answer

    def take(self, timeout: float) -> Letter[Owned] | None:
        """The next letter; None after ``timeout`` seconds without one, or when the mailbox is closed and empty."""
        with self._here:
            self._here.wait_for(lambda: self._closed or any(self._lanes), timeout)
            for lane in self._lanes:
                if lane:
                    return lane.popleft()
        return None

    def close(self) -> None:
        """Take nothing more; what came before is still handed out."""
        with self._here:
            self._closed = True
            self._here.notify_all()

    @property
    def closed(self) -> bool:
        with self._here:
            return self._closed and not any(self._lanes)

    def abandon(self, error: BaseException) -> None:
        """Close, and answer all that waits with an error: the reader can go on no more."""
        with self._here:
            self._closed = True
            waiting = [letter for lane in self._lanes for letter in lane]
            for lane in self._lanes:
                lane.clear()
        for letter in waiting:
            letter.refuse(error)


class MailboxClosed(Exception):
    """Posted too late: the reader is ending."""
