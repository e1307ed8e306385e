"""One HTTP line to a server: bounded time and size, no cookies, no redirects, can be hung up.

``requests`` alone bounds neither the length of an answer nor its whole duration, and a thread waiting in it
cannot be woken. A ``Line`` does what one adapter on one thread needs, and ``hang_up`` may be called by any
thread.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from station.trouble import Trouble

CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0
WHOLE_SECONDS = 40.0
MAX_ANSWER = 4 * 1024 * 1024
_CHUNK = 65536


class LineBroken(Exception):
    """No usable answer. ``begun`` says that the server may have seen the request."""

    def __init__(self, why: str, *, begun: bool) -> None:
        super().__init__(why)
        self.begun = begun


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """Status, headers (case-insensitive) and the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON, None when it is none (a captive portal's page, half an answer)."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


class _Sockets:
    """The sockets in use, so that another thread can shut them down."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self.closed = False

    def add(self, sock: socket.socket) -> None:
        with self._lock:
            self._open.add(sock)
            if self.closed:
                _shut(sock)

    def shut(self) -> None:
        with self._lock:
            self.closed = True
            for sock in self._open:
                _shut(sock)


def _shut(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


class _Adapter(HTTPAdapter):
    """Connections that register their socket."""

    def __init__(self, sockets: _Sockets) -> None:
        self._sockets = sockets
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def close(self) -> None:
        """Closes the connections now; urllib3 leaves that to the garbage collector."""
        pools = self.poolmanager.pools
        for key in pools.keys():  # noqa: SIM118 this container refuses to be iterated
            pools[key].close()
        super().close()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        sockets = self._sockets

        class Plain(HTTPConnection):
            def connect(self) -> None:
                super().connect()
                if isinstance(self.sock, socket.socket):
                    sockets.add(self.sock)

        class Secure(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                if isinstance(self.sock, socket.socket):
                    sockets.add(self.sock)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}


def is_loopback(url: str) -> bool:
    return (urlsplit(url).hostname or "") in ("127.0.0.1", "localhost", "::1")


def checked_url(url: str) -> str:
    """The address without a trailing slash.

    Raises ``Trouble('registry_url')`` when it is none, ``Trouble('registry_plain')`` for one without TLS
    elsewhere than on this computer: e-mail hashes and tokens would travel readable.
    """
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment or parts.username:
        raise Trouble("registry_url", url=url)
    if parts.scheme == "http" and not is_loopback(url):
        raise Trouble("registry_plain", url=url)
    return url.rstrip("/")


class Line:
    """One reused connection to one server. Only one thread may ask; any thread may hang up."""

    def __init__(self, base: str, connect: float = CONNECT_SECONDS, read: float = READ_SECONDS) -> None:
        self._sockets = _Sockets()
        self._timeouts = (connect, read)
        self._session = requests.Session()
        self._session.trust_env = not is_loopback(base)
        self._session.auth = _leave_headers
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _Adapter(self._sockets))

    def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        data: bytes | Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> HttpAnswer:
        """One request and its whole answer. Raises ``LineBroken``."""
        if self._sockets.closed:
            raise LineBroken("hung up", begun=False)
        deadline = time.monotonic() + WHOLE_SECONDS
        try:
            response = self._session.request(
                method,
                url,
                headers=dict(headers or {}),
                data=data,
                params=params,
                timeout=self._timeouts,
                allow_redirects=False,
                stream=True,
            )
        except (requests.ConnectTimeout, requests.exceptions.SSLError) as error:
            raise LineBroken(type(error).__name__, begun=False) from error
        except requests.ConnectionError as error:
            raise LineBroken(_cause(error), begun=not _never_connected(error)) from error
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise LineBroken(type(error).__name__, begun=True) from error
        try:
            return HttpAnswer(response.status_code, response.headers, _whole(response, deadline))
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise LineBroken(type(error).__name__, begun=True) from error
        finally:
            response.close()

    def hang_up(self) -> None:
        """End the request under way and refuse later ones."""
        self._sockets.shut()

    def close(self) -> None:
        self._session.close()


def _leave_headers(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keeps requests from adding what it finds in ~/.netrc."""
    return request


def _whole(response: requests.Response, deadline: float) -> bytes:
    parts: list[bytes] = []
    size = 0
    while chunk := response.raw.read1(_CHUNK, decode_content=True):
        parts.append(chunk)
        size += len(chunk)
        if size > MAX_ANSWER:
            raise ValueError("too long")
        if time.monotonic() > deadline:
            raise TimeoutError
    # What is read to its end in this way gives its connection back only when told to.
    response.raw.release_conn()
    return b"".join(parts)


def _never_connected(error: BaseException) -> bool:
    """Whether the connection was never made, so that the server cannot have seen anything."""
    from urllib3.exceptions import NewConnectionError

    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError)


def _cause(error: BaseException) -> str:
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return type(reason or error).__name__
