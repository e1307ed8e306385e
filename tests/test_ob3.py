"""The Open Badges 3.0 adapter against a real registry, a misbehaving server and recordings."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from station.facts import Answer
from station.sync.line import HttpAnswer, Line, LineBroken
from station.sync.ob3 import Ob3Registry
from station.sync.ob3_answers import MAX_WAIT, clock_offset, reply_of, retry_after, token_url
from station.sync.registry import Contact, Reason, Reply
from station.trouble import Trouble
from station.troubles import SENTENCES
from tests.registries import (
    API,
    Act,
    Wild,
    close_early,
    data_folder,
    discovery,
    echo,
    half_an_answer,
    hang,
    id_of,
    practice,
    say,
    stored_then,
    text_of,
    wild,
)

PORTAL = "<!doctype html><html><title>Wi-Fi</title>Please sign in</html>"


def adapter(url: str, **options: Any) -> Ob3Registry:
    return Ob3Registry("test", url, **({"read": 5.0} | options))


def issued(registry: Ob3Registry, number: int = 1) -> Reply:
    try:
        return registry.issue(id_of(number), text_of(number))
    finally:
        registry.close()


# --- against the practice registry ---------------------------------------------------------------


def test_check_issue_repeat_and_find(tmp_path: Path) -> None:
    with practice(tmp_path) as running:
        registry = adapter(running.url)
        contact = registry.check()
        assert contact.reachable
        assert contact.ready
        assert contact.offset is not None
        assert abs(contact.offset) < 5
        assert registry.find(id_of()) is False
        assert registry.issue(id_of(), text_of()).answer is Answer.ISSUED
        assert registry.issue(id_of(), text_of()).answer is Answer.ALREADY_ISSUED
        assert registry.find(id_of()) is True
        forged = text_of(2).replace("4.00", "9.00", 1)
        refused = registry.issue(id_of(2), forged)
        assert (refused.answer, refused.reason, refused.permanent) == (Answer.REFUSED, Reason.INVALID, True)
        assert refused.detail.startswith("$.proof")
        assert registry.find(id_of(2)) is False
        registry.close()


def test_a_client_gets_its_token_and_a_new_one_after_a_restart(tmp_path: Path) -> None:
    with practice(tmp_path, client="station", secret="s3cret: ą") as running:
        port = running.port
        registry = adapter(running.url, client="station", secret="s3cret: ą")
        assert registry.check().ready
        assert registry.issue(id_of(), text_of()).answer is Answer.ISSUED
        wrong = adapter(running.url, client="station", secret="wrong")
        assert wrong.check().reason is Reason.UNAUTHORIZED
        reply = issued(wrong, 2)
        assert (reply.answer, reply.reason, reply.permanent, reply.stop) == (
            Answer.REFUSED,
            Reason.UNAUTHORIZED,
            False,
            True,
        )
        without = issued(adapter(running.url), 2)
        assert (without.reason, without.stop) == (Reason.UNAUTHORIZED, True)
        running.kill()
    with practice(tmp_path, port=port, client="station", secret="s3cret: ą"):
        # The old token is forgotten and the old connection is dead: one of the two costs an UNKNOWN at most.
        replies = [registry.issue(id_of(3), text_of(3)) for _ in range(2)]
        assert replies[-1].answer in (Answer.ISSUED, Answer.ALREADY_ISSUED)
    registry.close()


# --- against a server that misbehaves ------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "answer", "reason", "permanent", "stop"),
    [
        (echo(201), Answer.ISSUED, Reason.NONE, False, False),
        (echo(200), Answer.ALREADY_ISSUED, Reason.NONE, False, False),
        (say(400, '{"imsx_description":"no"}'), Answer.REFUSED, Reason.INVALID, True, False),
        (say(422, "{}"), Answer.REFUSED, Reason.INVALID, True, False),
        (say(401), Answer.REFUSED, Reason.UNAUTHORIZED, False, True),
        (say(403), Answer.REFUSED, Reason.FORBIDDEN, False, False),
        (say(404), Answer.REFUSED, Reason.NOT_FOUND, False, False),
        (say(405), Answer.REFUSED, Reason.NOT_FOUND, False, False),
        (say(418), Answer.REFUSED, Reason.REJECTED, False, False),
        (say(429), Answer.UNKNOWN, Reason.BUSY, False, True),
        (say(503), Answer.UNKNOWN, Reason.BUSY, False, True),
        (stored_then(say(500)), Answer.UNKNOWN, Reason.SERVER_ERROR, False, False),
        (say(502, PORTAL, Content_Type="text/html"), Answer.UNKNOWN, Reason.SERVER_ERROR, False, False),
        (say(200, PORTAL, Content_Type="text/html"), Answer.UNKNOWN, Reason.GARBLED, False, False),
        (say(200, '{"id":"urn:uuid:another"}'), Answer.UNKNOWN, Reason.GARBLED, False, False),
        (say(201, ""), Answer.UNKNOWN, Reason.GARBLED, False, False),
        (say(201, "[]"), Answer.UNKNOWN, Reason.GARBLED, False, False),
        (say(201, "[" * 200_000), Answer.UNKNOWN, Reason.GARBLED, False, False),
        (say(202, "{}"), Answer.UNKNOWN, Reason.GARBLED, False, False),
        (say(302, Location="http://127.0.0.1:9/"), Answer.UNKNOWN, Reason.REDIRECTED, False, True),
        (stored_then(close_early), Answer.UNKNOWN, Reason.INTERRUPTED, False, False),
        (half_an_answer, Answer.UNKNOWN, Reason.INTERRUPTED, False, False),
        (say(201, "x" * 5_000_000), Answer.UNKNOWN, Reason.INTERRUPTED, False, False),
    ],
)
def test_what_each_answer_means(act: Act, answer: Answer, reason: Reason, permanent: bool, stop: bool) -> None:
    with wild(posts=[act]) as server:
        reply = issued(adapter(server.url))
        assert (reply.answer, reply.reason, reply.permanent, reply.stop) == (answer, reason, permanent, stop)
        assert len(server.posted()) == 1


def test_exactly_the_given_text_is_sent() -> None:
    with wild() as server:
        issued(adapter(server.url))
        ((_, path, headers, body),) = server.posted()
        assert (path, body) == (f"{API}/credentials", text_of().encode())
        assert headers["Content-Type"].startswith("application/vc+ld+json")
        assert "Authorization" not in headers
        assert "Cookie" not in headers


def test_no_answer_in_time_is_unknown() -> None:
    with wild(posts=[stored_then(hang)]) as server:
        began = time.monotonic()
        reply = issued(adapter(server.url, read=0.3))
        assert (reply.answer, reply.reason, reply.stop) == (Answer.UNKNOWN, Reason.INTERRUPTED, False)
        assert time.monotonic() - began < 10


def test_nobody_there_is_known_not_to_have_been_asked() -> None:
    with wild() as server:
        url = server.url
    registry = adapter(url)
    assert registry.check() == Contact(False, False, Reason.UNREACHABLE, "NewConnectionError")
    reply = issued(registry)
    assert (reply.answer, reply.reason, reply.stop) == (Answer.UNKNOWN, Reason.UNREACHABLE, True)
    nowhere = adapter("https://registry.invalid")
    assert nowhere.check().reason is Reason.UNREACHABLE
    nowhere.close()


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (say(200, PORTAL, Content_Type="text/html"), Reason.GARBLED),
        (say(200, '{"id": 1}'), Reason.GARBLED),
        (say(302, Location="http://portal.example/"), Reason.REDIRECTED),
        (say(500), Reason.SERVER_ERROR),
        (say(503, Retry_After="7"), Reason.BUSY),
        (say(404), Reason.NOT_FOUND),
        (close_early, Reason.UNREACHABLE),
    ],
)
def test_what_is_no_registry_is_offline(act: Act, reason: Reason) -> None:
    with wild(gets=[act]) as server:
        registry = adapter(server.url)
        contact = registry.check()
        registry.close()
        assert (contact.reachable, contact.ready, contact.reason) == (False, False, reason)
        assert contact.retry_after == (7 if reason is Reason.BUSY else None)


def test_a_stale_token_is_renewed_once_and_the_award_goes_out() -> None:
    with wild(posts=[say(401), echo()]) as server:
        registry = adapter(server.url, client="c", secret="s")
        assert registry.check().ready
        assert issued(registry).answer is Answer.ISSUED
        assert len(server.posted("/token")) == 2
        assert [one[2].get("Authorization") for one in server.posted()] == ["Bearer t", "Bearer t"]


def test_a_token_that_never_helps_does_not_loop() -> None:
    with wild(posts=[say(401)]) as server:
        registry = adapter(server.url, client="c", secret="s")
        assert registry.check().ready
        assert issued(registry).reason is Reason.UNAUTHORIZED
        assert (len(server.posted()), len(server.posted("/token"))) == (2, 2)


@pytest.mark.parametrize(
    ("act", "answer", "reason"),
    [
        (say(401, '{"error":"invalid_client"}'), Answer.REFUSED, Reason.UNAUTHORIZED),
        (say(400, '{"error":"invalid_scope"}'), Answer.REFUSED, Reason.UNAUTHORIZED),
        (say(429, "{}", Retry_After="30"), Answer.UNKNOWN, Reason.BUSY),
        (say(500), Answer.UNKNOWN, Reason.SERVER_ERROR),
        (say(200, "{}"), Answer.UNKNOWN, Reason.GARBLED),
        (say(200, PORTAL), Answer.UNKNOWN, Reason.GARBLED),
        (say(200, '{"access_token":"a\\r\\nX: y"}'), Answer.UNKNOWN, Reason.GARBLED),
        (close_early, Answer.UNKNOWN, Reason.UNREACHABLE),
    ],
)
def test_without_a_token_nothing_is_sent(act: Act, answer: Answer, reason: Reason) -> None:
    with wild(tokens=[act]) as server:
        reply = issued(adapter(server.url, client="c", secret="s"))
        assert (reply.answer, reply.reason, reply.stop) == (answer, reason, True)
        assert (len(server.posted()), len(server.posted("/token"))) == (0, 1)


def test_one_connection_serves_all_requests() -> None:
    with wild() as server:
        registry = adapter(server.url)
        assert registry.check().ready
        for number in range(5):
            assert registry.issue(id_of(number), text_of(number)).answer is Answer.ISSUED
        registry.close()
        assert len(server.callers) == 1


def test_cookies_are_not_kept() -> None:
    with wild(gets=[_with_cookie(discovery)], posts=[_with_cookie(echo())]) as server:
        registry = adapter(server.url)
        registry.check()
        registry.issue(id_of(1), text_of(1))
        issued(registry, 2)
        assert len(server.seen) == 3
        assert not any("Cookie" in headers for _, _, headers, _ in server.seen)


def _with_cookie(act: Act) -> Act:
    def both(handler: Any, body: bytes) -> None:
        plain = handler.answer

        def answer(status: int, body: str = "", headers: dict[str, str] | None = None) -> None:
            plain(status, body, {"Set-Cookie": "s=1; Path=/", **(headers or {})})

        handler.answer = answer
        act(handler, body)
        handler.answer = plain

    return both


def test_netrc_and_proxies_of_the_computer_do_not_touch_this_computer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login someone password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with wild() as server:
        assert issued(adapter(server.url)).answer is Answer.ISSUED
        assert "Authorization" not in server.posted()[0][2]


def _listing(ids: list[str], total: int | None, page: int) -> Act:
    """A registry that ignores the id asked for and lists everything, in pages of its own size."""

    def act(handler: Any, body: bytes) -> None:
        from urllib.parse import parse_qs, urlsplit

        offset = int(parse_qs(urlsplit(handler.path).query).get("offset", ["0"])[0])
        listed = [{"id": one} for one in ids[offset : offset + page]]
        headers = {} if total is None else {"X-Total-Count": str(total)}
        handler.answer(200, json.dumps({"credential": listed}), headers)

    return act


def test_find_reads_all_pages_of_a_registry_that_ignores_the_question() -> None:
    ids = [f"urn:uuid:{number}" for number in range(7)]
    with wild(gets=[_listing(ids, 7, 3)]) as server:
        registry = adapter(server.url)
        assert registry.find("urn:uuid:6") is True
        assert registry.find(" urn%3Auuid%3A0 ") is True
        assert registry.find("urn:uuid:7") is False
        registry.close()
    with wild(gets=[_listing(ids, None, 100)]) as server:
        registry = adapter(server.url)
        assert registry.find("urn:uuid:7") is False
        registry.close()


@pytest.mark.parametrize("act", [say(500), say(200, "{}"), say(200, PORTAL), say(401), close_early])
def test_find_admits_not_knowing(act: Act) -> None:
    with wild(gets=[act]) as server:
        registry = adapter(server.url)
        assert registry.find(id_of()) is None
        registry.close()


@pytest.mark.parametrize(
    ("gets", "answer"),
    [
        ([_listing([id_of()], 1, 10)], Answer.ALREADY_ISSUED),
        ([_listing([], 0, 10)], Answer.REFUSED),
        ([say(500)], Answer.UNKNOWN),
    ],
)
def test_a_conflict_is_believed_only_after_a_look(gets: list[Act], answer: Answer) -> None:
    with wild(gets=gets, posts=[say(409)]) as server:
        assert issued(adapter(server.url)).answer is answer


def test_hanging_up_frees_a_waiting_thread_at_once() -> None:
    with wild(posts=[hang]) as server:
        registry = adapter(server.url, read=20.0)
        replies: list[Reply] = []
        thread = threading.Thread(target=lambda: replies.append(issued(registry)))
        thread.start()
        _until(lambda: bool(server.posted()))
        registry.hang_up()
        thread.join(5)
        assert not thread.is_alive()
        assert replies[0].answer is Answer.UNKNOWN
        assert issued(registry).reason is Reason.UNREACHABLE
        assert len(server.posted()) == 1


def _until(true: Any) -> None:
    for _ in range(500):
        if true():
            return
        time.sleep(0.01)
    raise AssertionError("it never happened")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "registry_url"),
        ("registry.example.edu", "registry_url"),
        ("ftp://registry.example.edu", "registry_url"),
        ("https://", "registry_url"),
        ("https://user:secret@registry.example.edu", "registry_url"),
        ("https://registry.example.edu:99999", "registry_url"),
        ("https://registry.example.edu/?a=1", "registry_url"),
        ("http://registry.example.edu", "registry_plain"),
        ("http://127.0.0.1.example.edu", "registry_plain"),
    ],
)
def test_unusable_addresses_are_refused(url: str, code: str) -> None:
    with pytest.raises(Trouble, match=code):
        adapter(url)
    assert adapter("https://registry.example.edu/").name == "test"


def test_every_reason_has_its_sentence() -> None:
    for reason in Reason:
        if reason:
            sentence = SENTENCES[f"registry_{reason.value}"]
            assert sentence.format(name="N", detail="d")


# --- answers, pure -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("99999999999999999999", MAX_WAIT),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("²", None),
    ],
)
def test_retry_after_in_seconds(text: str, seconds: int | None) -> None:
    assert retry_after(HttpAnswer(429, {"Retry-After": text}, b"")) == seconds


def test_retry_after_as_a_date_and_clock_offsets() -> None:
    from email.utils import formatdate

    later = HttpAnswer(429, {"Retry-After": formatdate(time.time() + 100, usegmt=True)}, b"")
    wait = retry_after(later)
    assert wait is not None
    assert 95 <= wait <= 105
    past = HttpAnswer(429, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, b"")
    assert retry_after(past) == 0
    noon = HttpAnswer(200, {"Date": "Sun, 22 Nov 2026 12:00:00 GMT"}, b"")
    assert clock_offset(noon, 1795348000.0, 1795348001.0) == pytest.approx(1795348800 - 1795348000, abs=0.6)
    assert clock_offset(HttpAnswer(200, {"Date": "today"}, b""), 0, 0) is None


def test_the_registrys_words_are_one_bounded_line() -> None:
    body = json.dumps({"imsx_description": "no\r\n\x1b[31m way " + "x" * 5000}).encode()
    detail = reply_of(HttpAnswer(400, {}, body), "urn:x").detail
    assert detail.startswith("no [31m way x")
    assert len(detail) <= 300
    assert reply_of(HttpAnswer(400, {}, PORTAL.encode()), "urn:x").detail == ""


def test_tokens_are_asked_for_only_by_a_safe_road() -> None:
    def described(url: str) -> dict[str, Any]:
        flows = {"authorizationCode": {"tokenUrl": url}}
        return {"components": {"securitySchemes": {"OAuth2ACG": {"flows": flows}}}}

    api = "https://r.example" + API
    assert token_url(described("https://id.example/token"), api) == "https://id.example/token"
    assert token_url(described("http://id.example/token"), api) == "https://r.example/oauth/token"
    broken: dict[str, Any]
    for broken in ({}, {"components": []}, {"components": {"securitySchemes": {"a": {"flows": 7}}}}):
        assert token_url(broken, api) == "https://r.example/oauth/token"


def test_a_line_bounds_an_answer_that_never_ends() -> None:
    def drip(handler: Any, body: bytes) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while not handler.wild.released.is_set():
                handler.wfile.write(b"x" * 65536)
        except OSError:
            handler.close_connection = True

    with wild(gets=[drip]) as server:
        line = Line(server.url)
        with pytest.raises(LineBroken):
            line.ask("GET", server.url)
        line.close()


# --- recorded exchanges of a real server -----------------------------------------------------------


def _recorded(part: str) -> dict[str, Any]:
    for name in ("credtrail_ob3_api.json", "credtrail_ob3_api_2.json"):
        for exchange in json.loads((data_folder() / "recorded" / name).read_text("utf-8")):
            if part in exchange.get("note", ""):
                assert isinstance(exchange, dict)
                return exchange
    raise AssertionError(part)


def _replay(part: str) -> tuple[Act, str]:
    """The recorded answer as an act, and the recorded request's body."""
    exchange = _recorded(part)
    body = exchange["response"]["body"]
    text = body if isinstance(body, str) else json.dumps(body)
    kept = {k: v for k, v in exchange["response"]["headers"].items() if k.lower() in ("link", "x-total-count")}
    return say(exchange["response"]["status"], text, **kept), exchange["request"]["body"]


@pytest.mark.parametrize(
    ("part", "answer"),
    [
        ("upsert schema-valid OB 3.0 (eddsa-rdfc-2022): first POST", Answer.ISSUED),
        ("upsert schema-valid OB 3.0 (eddsa-rdfc-2022): identical retry", Answer.ALREADY_ISSUED),
        ("upsert JSON: same id, changed body", Answer.ALREADY_ISSUED),
    ],
)
def test_a_real_servers_yes_is_understood(part: str, answer: Answer) -> None:
    act, sent = _replay(part)
    with wild(posts=[act]) as server:
        registry = adapter(server.url)
        assert registry.issue(json.loads(sent)["id"], sent).answer is answer
        registry.close()


def test_a_real_servers_no_description_and_list_are_understood() -> None:
    no_token, _ = _replay("no token")
    no_id, _ = _replay("no id")
    described, _ = _replay("service description")
    listed, _ = _replay("list all")
    with wild(gets=[described, listed], posts=[no_token, no_id]) as server:
        registry = adapter(server.url)
        assert registry.check().ready
        first = _recorded("list all")["response"]["body"]["credential"][0]["id"]
        assert registry.find(first) is True
        assert registry.issue("urn:x", "{}").reason is Reason.UNAUTHORIZED
        refused = registry.issue("urn:x", "{}")
        assert (refused.reason, refused.permanent) == (Reason.INVALID, True)
        assert refused.detail
        registry.close()


def test_unused_servers_see_nothing(tmp_path: Path) -> None:
    with wild() as server:
        adapter(server.url).close()
        assert isinstance(server, Wild)
        assert not server.seen
