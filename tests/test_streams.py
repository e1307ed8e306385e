"""Streams from the network against servers that stall, dribble, lie, refuse, lead in circles, end and come back."""

from __future__ import annotations

import base64
import socket
import threading
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest

from station.readiness import checks
from station.scanner.decode import Decoder
from station.scanner.eye import Eye
from station.scanner.sources import live, stream
from station.scanner.sources.stream import StreamSource
from station.trouble import Trouble
from station.views import Camera as State
from tests.drivers import eventually
from tests.wires import MULTIPART, Wire, jpeg, number_of, numbered, part, rtsp, says, silent, wire

OK = b"HTTP/1.1 200 OK\r\n"
NOISE = bytes(range(256)) * 16
Answer = Callable[[Wire, socket.socket], None]


def http_page(status: bytes, *headers: bytes, body: bytes = b"<html>no video here</html>") -> Answer:
    head = [b"HTTP/1.1 " + status, *headers, b"Content-Length: %d" % len(body), b"Connection: close"]
    return says(b"\r\n".join(head) + b"\r\n\r\n" + body)


def playing(*, first: int = 0, frames: int = 10_000, rate: float = 30, then: Answer | None = None) -> Answer:
    """Numbered pictures at a steady rate, whether they are read or not."""

    def answer(server: Wire, line: socket.socket) -> None:
        line.sendall(MULTIPART)
        start = time.monotonic()
        for number in range(first, first + frames):
            line.sendall(part(numbered(number)))
            if server.stop.wait(max(0.0, start + (number - first + 1) / rate - time.monotonic())):
                return
        if then is not None:
            then(server, line)

    return answer


def refusal(url: str) -> tuple[Trouble, float]:
    """The trouble of a stream that cannot be opened, and the seconds until it was said."""
    source, start = StreamSource(url), time.monotonic()
    with pytest.raises(Trouble) as trouble, source:
        pytest.fail("it was opened")
    return trouble.value, time.monotonic() - start


# --- what cannot be opened ---


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        pytest.param(silent, "stream_unreachable", id="silent"),
        pytest.param(says(b""), "stream_unreachable", id="hangs up"),
        pytest.param(says(OK + b"X: ", b"a", every_s=0.05), "stream_no_video", id="dribbles a header"),
        pytest.param(says(OK, b"X: " + b"a" * 1000 + b"\r\n", every_s=0.01), "stream_no_video", id="endless header"),
        pytest.param(
            says(MULTIPART + b"--f\r\nContent-Type: image/jpeg\r\n\r\n", b"\xff", every_s=0.05),
            "stream_no_video",
            id="dribbles a picture",
        ),
        pytest.param(
            says(OK + b"Content-Type: video/mp4\r\n\r\n", bytes(range(256)) * 16), "stream_no_video", id="garbage"
        ),
        pytest.param(says(b"SSH-2.0-OpenSSH\r\n"), "stream_unreachable", id="another protocol"),
        pytest.param(http_page(b"200 OK", b"Content-Type: text/html"), "stream_no_video", id="a page"),
        pytest.param(http_page(b"404 Not Found"), "stream_no_video", id="not found"),
        pytest.param(http_page(b"401 Unauthorized", b'WWW-Authenticate: Basic realm="x"'), "stream_denied", id="401"),
        pytest.param(http_page(b"403 Forbidden"), "stream_denied", id="403"),
        pytest.param(http_page(b"302 Found", b"Location: /again"), "stream_no_video", id="in circles"),
    ],
)
def test_a_server_that_gives_no_video(
    answer: Answer, code: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(stream, "LIMIT_MS", 400)
    with wire(answer) as server:
        trouble, took = refusal(f"http://desk:s3cret@127.0.0.1:{server.port}/live?key=s3cret")
    assert trouble.code == code
    assert "s3cret" not in repr(trouble.arguments)
    assert took < 0.8 + stream.GRACE_S + 0.5
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        pytest.param(silent, "stream_unreachable", id="silent"),
        pytest.param(says(b"", b"\xff\xd8" * 500, every_s=0.01), "stream_unreachable", id="garbage"),
        pytest.param(rtsp(0, password="right"), "stream_denied", id="refused"),
    ],
)
def test_an_rtsp_server_that_gives_no_video(
    answer: Answer, code: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(stream, "LIMIT_MS", 400)
    with wire(answer) as server:
        trouble, took = refusal(f"rtsp://desk:wrong@127.0.0.1:{server.port}/live")
    assert trouble.code == code
    assert "wrong" not in repr(trouble.arguments)
    assert took < 0.8 + stream.GRACE_S + 0.5
    assert capfd.readouterr() == ("", "")


def test_a_library_that_keeps_no_limit_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    free = threading.Event()
    monkeypatch.setattr(stream, "LIMIT_MS", 50)
    monkeypatch.setattr(stream, "GRACE_S", 0.1)
    monkeypatch.setattr(stream, "opened", lambda *_: free.wait(20) and None)
    source = StreamSource("rtsp://127.0.0.1:9/live")
    try:
        for _ in range(3):
            start = time.monotonic()
            with pytest.raises(Trouble, match="stream_unreachable"), source:
                pytest.fail("it was opened")
            assert time.monotonic() - start < 1.0
        assert sum(thread.name.startswith("capture") for thread in threading.enumerate()) == 1
    finally:
        free.set()


# --- what plays ---


def test_a_password_of_the_address_is_sent_and_not_shown() -> None:
    refused = http_page(b"401 Unauthorized", b'WWW-Authenticate: Basic realm="x"')
    granted = says(MULTIPART, part(jpeg()), every_s=0.03)

    def answer(server: Wire, line: socket.socket) -> None:
        known = base64.b64encode(b"desk:s3cret") in server.asked[-1]
        (granted if known else refused)(server, line)

    with wire(answer) as server:
        source = StreamSource(f"http://desk:s3cret@127.0.0.1:{server.port}/live")
        with source:
            frame = next(source.frames())
        assert [found.text for found in Decoder().scan(frame.pixels)] == ["WIRE"]
        assert "s3cret" not in source.name


def test_an_rtsp_server_that_plays_nothing_is_gone() -> None:
    with wire(rtsp(0)) as server:
        source, start = StreamSource(f"rtsp://127.0.0.1:{server.port}/live"), time.monotonic()
        with pytest.raises(Trouble, match="stream_gone"), source:
            list(source.frames())
        assert time.monotonic() - start < 2 * stream.LIMIT_MS / 1000 + 1


def test_rtsp_plays_over_the_one_connection_and_its_silence_is_noticed() -> None:
    with wire(rtsp(45)) as server, StreamSource(f"rtsp://127.0.0.1:{server.port}/live") as source:
        numbers, last = [], 0.0
        with pytest.raises(Trouble, match="stream_gone"):  # noqa: PT012
            for frame in source.frames():
                numbers.append(number_of(frame.pixels))
                last = time.monotonic()
        assert time.monotonic() - last < 2.0
        assert numbers == sorted(numbers)
        assert numbers[-1] == 44
        assert source.given is not None
        assert (source.given.width, source.given.height, source.given.fourcc) == (256, 64, "MJPG")
        assert any(b"TCP" in asked for asked in server.asked)


def test_a_reader_slower_than_the_stream_gets_the_newest_picture() -> None:
    """Thirty a second are sent, ten are taken: what is taken must not grow older and older."""
    begun: list[float] = []

    def answer(server: Wire, line: socket.socket) -> None:
        begun.append(time.monotonic())
        playing()(server, line)

    with wire(answer) as server, StreamSource(f"http://127.0.0.1:{server.port}/live") as source:
        ages = []
        for frame in islice(source.frames(), 30):
            ages.append(time.monotonic() - begun[-1] - number_of(frame.pixels) / 30)
            time.sleep(0.1)
        assert max(ages[5:]) < 0.3  # two seconds, if they queued up


@pytest.mark.parametrize(
    "then",
    [
        pytest.param(says(b""), id="ends"),
        pytest.param(silent, id="stalls"),
        pytest.param(says(b"--f\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8", b"\x00", every_s=0.05), id="dribbles"),
        pytest.param(says(b"", NOISE, every_s=0.01), id="garbage"),
    ],
)
def test_a_stream_cut_in_the_middle_is_gone_within_two_seconds(then: Answer, capfd: pytest.CaptureFixture[str]) -> None:
    with wire(playing(frames=40, then=then)) as server:
        source, last = StreamSource(f"http://127.0.0.1:{server.port}/live"), 0.0
        with source, pytest.raises(Trouble, match="stream_gone"):  # noqa: PT012
            for _ in source.frames():
                last = time.monotonic()
        assert time.monotonic() - last < 2.0
    assert capfd.readouterr() == ("", "")


def test_a_server_that_comes_back_is_read_again_without_a_restart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("station.scanner.eye.RETRY_S", 0.05)
    troubles: list[str] = []
    with wire(playing(frames=40)) as server:
        port = server.port
        source = StreamSource(f"http://127.0.0.1:{port}/live")
        eye = Eye(source, Decoder(), lambda _: None, on_trouble=lambda trouble: troubles.append(str(trouble)))
        eye.start()
        eventually(lambda: eye.state is State.LIVE)
    try:
        eventually(lambda: "stream_unreachable(name)" in troubles)
        assert eye.state is State.GONE
        with wire(playing(first=100), port):
            eventually(lambda: eye.state is State.LIVE)
            assert eye.stop()
    finally:
        eye.stop()
    assert "stream_gone(name)" in troubles


@pytest.mark.parametrize(
    ("size", "state", "why"), [((1280, 720), "ok", "1280x720 25/s MJPG"), ((640, 480), "warn", "check_camera_small")]
)
def test_readiness_tells_what_the_camera_really_gives(
    size: tuple[int, int], state: str, why: str, tmp_path: Path
) -> None:
    with wire(says(MULTIPART, part(jpeg(size=size)), every_s=0.03)) as server:
        found = {one.name: one for one in checks(tmp_path, None, f"http://127.0.0.1:{server.port}/live")}
    assert (found["camera"].state, found["camera"].why) == (state, why)


def test_a_shared_screen_that_does_not_change_is_believed_the_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "FROZEN_S", 0.3)
    with wire(says(MULTIPART, part(jpeg()), every_s=0.02)) as server:
        source = StreamSource(f"http://127.0.0.1:{server.port}/live")
        with source, pytest.raises(Trouble, match="stream_gone"):
            list(islice(source.frames(), 500))
        with source:
            assert len(list(islice(source.frames(), 60))) == 60
