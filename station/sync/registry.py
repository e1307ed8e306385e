"""The port to a badge registry: what the courier needs of one, the closed set of its answers, and its roster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from station.facts import Answer
from station.headings import Field


class Reason(StrEnum):
    """Why an answer is not a plain yes. Each has its sentence in ``station.troubles`` as
    ``registry_<reason>``."""

    NONE = ""
    INVALID = "invalid"
    """The registry says the credential is wrong (400, 413, 415, 422): it will say so again."""
    UNAUTHORIZED = "unauthorized"
    """Our token or client was not accepted, also after one refresh (401)."""
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    """404, 405, 410: the address is not that of the registry's credentials."""
    CONFLICT = "conflict"
    """409, and the registry does not list the credential."""
    REJECTED = "rejected"
    """Any other 4xx."""
    BUSY = "busy"
    """429 or 503: come back later."""
    SERVER_ERROR = "server_error"
    """Any other 5xx: it may have been stored."""
    UNREACHABLE = "unreachable"
    """No connection: nothing was sent."""
    INTERRUPTED = "interrupted"
    """The connection broke or timed out after the request had begun."""
    GARBLED = "garbled"
    """An answer that does not repeat the credential's id: a captive portal's page, half an answer, another
    one."""
    REDIRECTED = "redirected"
    """Sent elsewhere: a captive portal, or an address that has moved. Never followed."""
    NOT_SENT = "not_sent"
    """The pass ended before this award's turn came."""


@dataclass(frozen=True, slots=True)
class Contact:
    """The outcome of a look at the registry. ``offset`` is its clock minus ours in seconds, by its Date
    header.

    ``reachable`` says that a registry, not a captive portal, answered; ``ready`` that it would also take
    awards. ``retry_after`` is how many seconds the registry asked to wait.
    """

    reachable: bool
    ready: bool
    reason: Reason = Reason.NONE
    detail: str = ""
    offset: float | None = None
    retry_after: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer about one credential. ``stop`` says that the next request would fare no better in this
    pass."""

    answer: Answer
    reason: Reason = Reason.NONE
    detail: str = ""
    permanent: bool = False
    retry_after: int | None = None
    stop: bool = False


@dataclass(frozen=True, slots=True)
class RosterPage:
    """Some of the people a registry lists, each as the cells of a roster's row would hold them; ``total`` is how many
    it says there are."""

    people: tuple[Mapping[Field, str], ...]
    total: int | None


class Registry(Protocol):
    """A badge registry. But for ``roster`` no method raises for what a network or a server does: that is in the
    answer."""

    @property
    def name(self) -> str: ...

    @property
    def picks_ids(self) -> bool:
        """The registry makes up its own ids, so a repeated request could make a second badge: ``find``
        first."""
        ...

    def check(self) -> Contact:
        """Is it there, does it know us, what does its clock say?"""
        ...

    def issue(self, credential_id: str, text: str) -> Reply:
        """Hand over one signed credential, exactly these characters."""
        ...

    def find(self, credential_id: str) -> bool | None:
        """Whether the registry holds it; None when it would not say."""
        ...

    def roster(self) -> Iterator[RosterPage]:
        """Who may come, page by page. It is whole only when the iteration has come to its end: use nothing before.

        Raises ``Trouble('registry_no_roster')`` where the registry offers none, and another ``Trouble`` where it does
        not come whole.
        """
        ...

    def hang_up(self) -> None:
        """End whatever request is under way, from another thread; later requests fail at once."""
        ...

    def close(self) -> None:
        """Let go of the connection, from the thread that asks."""
        ...
