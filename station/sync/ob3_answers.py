"""What an HTTP answer of an Open Badges 3.0 registry means: statuses, words, waiting times, clocks.

The standard leaves much to the server, so the rule is: only an answer that repeats the credential's id is a
yes, and only a 4xx is a no. Everything else may have been stored.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from station.facts import Answer
from station.sync.line import HttpAnswer, is_loopback
from station.sync.registry import Reason, Reply

API = "/ims/ob/v3p0"
MAX_WAIT = 24 * 3600
"""Seconds: no registry can make us wait for longer than a day."""
_DETAIL = 300


class _Meaning(NamedTuple):
    answer: Answer
    reason: Reason
    permanent: bool = False
    stop: bool = False


_INVALID = _Meaning(Answer.REFUSED, Reason.INVALID, permanent=True)
_ELSEWHERE = _Meaning(Answer.REFUSED, Reason.NOT_FOUND)
_BUSY = _Meaning(Answer.UNKNOWN, Reason.BUSY, stop=True)
_FAILED = _Meaning(Answer.UNKNOWN, Reason.SERVER_ERROR)
_STATUS = {
    400: _INVALID,
    401: _Meaning(Answer.REFUSED, Reason.UNAUTHORIZED, stop=True),
    403: _Meaning(Answer.REFUSED, Reason.FORBIDDEN),
    404: _ELSEWHERE,
    405: _ELSEWHERE,
    408: _FAILED,
    410: _ELSEWHERE,
    413: _INVALID,
    415: _INVALID,
    422: _INVALID,
    425: _FAILED,
    429: _BUSY,
    503: _BUSY,
}
_CLASS = {
    3: _Meaning(Answer.UNKNOWN, Reason.REDIRECTED, stop=True),
    4: _Meaning(Answer.REFUSED, Reason.REJECTED),
    5: _FAILED,
}
_GARBLED = _Meaning(Answer.UNKNOWN, Reason.GARBLED)


def reply_of(answer: HttpAnswer, credential_id: str) -> Reply:
    """What one answer to a credential means. 201 is ISSUED, 200 ALREADY_ISSUED: for information, servers
    differ."""
    if answer.status in (200, 201):
        echoed = answer.json()
        if isinstance(echoed, dict) and credential_id and normal_id(echoed.get("id")) == normal_id(credential_id):
            return Reply(Answer.ISSUED if answer.status == 201 else Answer.ALREADY_ISSUED)
    meaning = _STATUS.get(answer.status) or _CLASS.get(answer.status // 100, _GARBLED)
    wait = retry_after(answer) if meaning in (_BUSY, _FAILED) else None
    return Reply(*meaning[:2], words_of(answer), meaning.permanent, wait, meaning.stop)


def words_of(answer: HttpAnswer) -> str:
    """The registry's own words, one bounded line; nothing of an HTML page."""
    found = answer.json()
    if not isinstance(found, dict):
        return ""
    for name in ("imsx_description", "error_description", "error", "message", "detail"):
        if isinstance(found.get(name), str):
            return " ".join("".join(c if c.isprintable() else " " for c in found[name]).split())[:_DETAIL]
    return ""


def retry_after(answer: HttpAnswer) -> int | None:
    """Seconds to wait, from a number or a date; at most a day."""
    text = answer.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), MAX_WAIT)
    when = _date(text)
    return None if when is None else min(max(0, int(when - time.time()) + 1), MAX_WAIT)


def _date(text: str) -> float | None:
    try:
        when = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        return None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def clock_offset(answer: HttpAnswer, before: float, after: float) -> float | None:
    """The server's clock minus ours, in seconds. A Date header has whole seconds: half of one is added
    back."""
    when = _date(answer.headers.get("Date", ""))
    return None if when is None else round(when + 0.5 - (before + after) / 2, 3)


def token_url(description: Mapping[str, Any], api: str) -> str:
    """Where the service description says tokens are given; never by a readable road."""
    components = description.get("components")
    schemes = components.get("securitySchemes") if isinstance(components, dict) else None
    for scheme in schemes.values() if isinstance(schemes, dict) else ():
        flows = scheme.get("flows") if isinstance(scheme, dict) else None
        for name in ("clientCredentials", "authorizationCode"):
            flow = flows.get(name) if isinstance(flows, dict) else None
            url = flow.get("tokenUrl") if isinstance(flow, dict) else None
            if isinstance(url, str) and (urlsplit(url).scheme == "https" or is_loopback(url)):
                return url
    return api.removesuffix(API) + "/oauth/token"


def normal_id(identifier: Any) -> str:
    """The standard's equality of ids: percent-decoded and trimmed."""
    return unquote(identifier).strip() if isinstance(identifier, str) else ""
