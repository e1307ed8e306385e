"""Open Badges 3.0 over HTTP: ``POST /ims/ob/v3p0/credentials``, our own ids, so a repeat is harmless.

Authorization is none, or a bearer token by client credentials (an agreed extension: the standard's own flow
is for a learner's wallet). What each status means is in ``ob3_answers``, what follows in ``courier``; the roster is
another extension, in ``ob3_roster``.
"""

from __future__ import annotations

import threading
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any

from station.facts import Answer
from station.sync.line import CONNECT_SECONDS, READ_SECONDS, HttpAnswer, Line, LineBroken, checked_url
from station.sync.ob3_answers import API, clock_offset, normal_id, reply_of, token_url, words_of
from station.sync.ob3_roster import PAGE, PATH, announced, pages, trouble_of
from station.sync.registry import Contact, Reason, Reply, RosterPage
from station.trouble import Trouble

SCOPES = (
    "https://purl.imsglobal.org/spec/ob/v3p0/scope/credential.upsert "
    "https://purl.imsglobal.org/spec/ob/v3p0/scope/credential.readonly"
)
_PAGE = 100
_CREDENTIALS = "/credentials"
_BUSY_TRIES = 5
_BUSY_SECONDS = 30
"""How long, and how often, a busy registry is waited for by somebody who wants its roster."""


class Ob3Registry:
    """One registry speaking the Open Badges 3.0 API. ``client`` and ``secret`` are given together or not at
    all."""

    picks_ids = False

    def __init__(
        self,
        name: str,
        url: str,
        client: str | None = None,
        secret: str | None = None,
        *,
        connect: float = CONNECT_SECONDS,
        read: float = READ_SECONDS,
    ) -> None:
        """Raises ``Trouble('registry_url')`` or ``Trouble('registry_plain')`` for an address not to be
        used."""
        self.name = name
        self._api = checked_url(url) + API
        self._client = (client, secret or "") if client else None
        self._line = Line(self._api, connect, read)
        self._token: str | None = None
        self._token_url: str | None = None
        self._hung_up = threading.Event()

    def check(self) -> Contact:
        """Reads the service description; with a client, also gets a token. Measures the registry's
        clock."""
        before = time.time()
        try:
            answer = self._line.ask("GET", f"{self._api}/discovery", headers={"Accept": "application/json"})
        except LineBroken as broken:
            return Contact(False, False, Reason.UNREACHABLE, str(broken))
        offset = clock_offset(answer, before, time.time())
        if answer.status != 200:
            problem = reply_of(answer, "")
            return Contact(False, False, problem.reason, problem.detail, offset, problem.retry_after)
        description = answer.json()
        if not isinstance(description, dict) or "openapi" not in description:
            return Contact(False, False, Reason.GARBLED, offset=offset)
        self._token_url = token_url(description, self._api)
        if self._client and self._token is None:
            refused = self._authorize()
            if refused:
                return Contact(True, False, refused.reason, refused.detail, offset, refused.retry_after)
        return Contact(True, True, offset=offset)

    def issue(self, credential_id: str, text: str) -> Reply:
        """A yes only if the answer repeats the credential's id."""
        media = {"Content-Type": "application/vc+ld+json; charset=utf-8"}
        try:
            answer = self._asked("POST", _CREDENTIALS, data=text.encode(), headers=media)
        except LineBroken as broken:
            reason = Reason.INTERRUPTED if broken.begun else Reason.UNREACHABLE
            return Reply(Answer.UNKNOWN, reason, str(broken), stop=not broken.begun)
        if isinstance(answer, Reply):
            return answer
        if answer.status == 409:
            return self._conflict(credential_id, answer)
        return reply_of(answer, credential_id)

    def find(self, credential_id: str) -> bool | None:
        """Asks for the id alone (an extension), and reads all pages of a registry that ignores that."""
        wanted, offset = normal_id(credential_id), 0
        while True:
            try:
                asked = {"id": credential_id, "limit": str(_PAGE), "offset": str(offset)}
                answer = self._asked("GET", _CREDENTIALS, params=asked)
            except LineBroken:
                return None
            if isinstance(answer, Reply) or answer.status != 200:
                return None
            page = answer.json()
            listed = page.get("credential") if isinstance(page, dict) else None
            if not isinstance(listed, list):
                return None
            if any(isinstance(one, dict) and normal_id(one.get("id")) == wanted for one in listed):
                return True
            offset += len(listed)
            total = answer.headers.get("X-Total-Count", "")
            if not listed or (offset >= int(total) if total.isdigit() else len(listed) < _PAGE):
                return False

    def roster(self) -> Iterator[RosterPage]:
        """The roster that the service description announces (an extension: docs/practice-registry.md)."""
        description = self._described()
        if isinstance(description, Reply):
            raise trouble_of(self.name, description)
        if not announced(description):
            raise Trouble("registry_no_roster", name=self.name)
        yield from pages(self.name, self._roster_page)

    def hang_up(self) -> None:
        self._hung_up.set()
        self._line.hang_up()

    def close(self) -> None:
        """Let go of the connection; from the thread that asks."""
        self._line.close()

    # --- asking, with a token where there is a client -----------------------------------------------------

    def _asked(
        self,
        method: str,
        path: str,
        *,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> HttpAnswer | Reply:
        """An answer, after at most one refresh of the token; a ``Reply`` when there is no getting one."""
        refreshed = False
        while True:
            if self._client and self._token is None:
                refreshed = True
                refused = self._authorize()
                if refused:
                    return refused
            bearer = {"Authorization": f"Bearer {self._token}"} if self._token else {}
            answer = self._line.ask(
                method,
                f"{self._api}{path}",
                data=data,
                params=params,
                headers={"Accept": "application/json", **(headers or {}), **bearer},
            )
            if answer.status != 401 or not self._client or refreshed:
                return answer
            self._token = None

    def _authorize(self) -> Reply | None:
        """Get a token, once. None when it is there; otherwise the answer for whatever was to be sent."""
        assert self._client is not None
        if self._token_url is None:
            description = self._described()
            if isinstance(description, Reply):
                return description
        try:
            answer = self._line.ask(
                "POST",
                self._token_url or "",
                headers={"Accept": "application/json", "Authorization": _basic(*self._client)},
                data={"grant_type": "client_credentials", "scope": SCOPES},
            )
        except LineBroken as broken:
            return Reply(Answer.UNKNOWN, Reason.UNREACHABLE, str(broken), stop=True)
        found = answer.json()
        if answer.status in (400, 401, 403):
            return Reply(Answer.REFUSED, Reason.UNAUTHORIZED, words_of(answer), stop=True)
        token = found.get("access_token") if isinstance(found, dict) else None
        if answer.status != 200 or not isinstance(token, str) or not token.isprintable():
            problem = reply_of(answer, "")
            return Reply(Answer.UNKNOWN, problem.reason, problem.detail, retry_after=problem.retry_after, stop=True)
        self._token = token
        return None

    def _described(self) -> Mapping[str, Any] | Reply:
        """Read the service description, and learn from it where tokens are given."""
        try:
            answer = self._line.ask("GET", f"{self._api}/discovery", headers={"Accept": "application/json"})
        except LineBroken as broken:
            return Reply(Answer.UNKNOWN, Reason.UNREACHABLE, str(broken), stop=True)
        description = answer.json()
        if answer.status != 200 or not isinstance(description, dict) or "openapi" not in description:
            problem = reply_of(answer, "")
            return Reply(Answer.UNKNOWN, problem.reason, problem.detail, retry_after=problem.retry_after, stop=True)
        self._token_url = token_url(description, self._api)
        return description

    def _roster_page(self, offset: int) -> HttpAnswer:
        """One page, after waiting for a registry that says it is busy for a moment. Raises ``Trouble``."""
        params = {"limit": str(PAGE), "offset": str(offset)}
        for patience in reversed(range(_BUSY_TRIES)):
            try:
                answer = self._asked("GET", PATH, params=params)
            except LineBroken as broken:
                code = "registry_roster_unfinished" if broken.begun else "registry_roster_unreachable"
                raise Trouble(code, name=self.name) from broken
            if isinstance(answer, Reply):
                raise trouble_of(self.name, answer)
            if answer.status == 200:
                return answer
            if answer.status in (404, 405, 410):
                break
            reply = reply_of(answer, "")
            wait = reply.retry_after
            soon = reply.reason is Reason.BUSY and wait is not None and wait <= _BUSY_SECONDS
            if not patience or not soon or self._hung_up.wait(wait):
                raise trouble_of(self.name, reply)
        raise Trouble("registry_no_roster", name=self.name)

    def _conflict(self, credential_id: str, answer: HttpAnswer) -> Reply:
        match self.find(credential_id):
            case True:
                return Reply(Answer.ALREADY_ISSUED)
            case False:
                return Reply(Answer.REFUSED, Reason.CONFLICT, words_of(answer))
            case None:
                return Reply(Answer.UNKNOWN, Reason.CONFLICT, words_of(answer))


def _basic(client: str, secret: str) -> str:
    return "Basic " + b64encode(f"{client}:{secret}".encode()).decode()
