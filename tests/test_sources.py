"""Sources of frames: which one a few words name, files, folders, videos, an HTTP stream, no camera."""

from __future__ import annotations

import http.server
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from station.scanner.decode import Decoder
from station.scanner.drawn.frames import Symbol, scene
from station.scanner.opencv import cv2
from station.scanner.reading import readings, watched
from station.scanner.sources import live, stream
from station.scanner.sources.camera import CameraSource
from station.scanner.sources.opening import Stills, open_source
from station.scanner.sources.stream import StreamSource
from station.scanner.sources.video import VideoSource
from station.scanner.watch import Watch
from station.trouble import Trouble

SIZE = (640, 480)


def shown(text: str, seed: int = 0) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return scene([Symbol(text)] if text else [], size=SIZE, seed=seed)


def film(path: Path, texts: list[str], rate: float = 10) -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), rate, SIZE)
    for seed, text in enumerate(texts):
        writer.write(shown(text, seed))
    writer.release()
    return path


# --- which source a few words mean ---


@pytest.mark.parametrize("spec", ["", "camera:", "camera:x", "camera:-1", "camera:9999", "http://", "rtsp://:99999"])
def test_words_that_name_no_source(spec: str) -> None:
    with pytest.raises(Trouble, match="source_unclear"):
        open_source(spec)


def test_words_that_name_a_source(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), shown("A"))
    film(tmp_path / "film.avi", ["A"]).rename(tmp_path / "film")
    assert isinstance(open_source("camera:1"), CameraSource)
    assert isinstance(open_source(str(tmp_path)), Stills)
    assert isinstance(open_source(str(tmp_path / "a.png")), Stills)
    assert isinstance(open_source(str(tmp_path / "film")), VideoSource)
    assert isinstance(open_source("rtsp://127.0.0.1/live"), StreamSource)


def test_missing_and_empty_files(tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    for name, code in (
        ("none.png", "picture_missing"),
        ("empty.png", "picture_empty"),
        ("a\0b", "source_unclear"),
    ):
        with pytest.raises(Trouble, match=code):
            open_source(str(tmp_path / name))
    with pytest.raises(Trouble, match="folder_without_pictures"), open_source(str(tmp_path / "..")):
        pytest.fail("there is nothing to open")


def test_an_address_never_shows_its_password() -> None:
    source = open_source("rtsp://desk:secret@127.0.0.1:1/live?key=secret")
    assert source.name == "rtsp://127.0.0.1:1"


# --- files ---


def test_a_folder_gives_its_pictures_in_order_and_names_what_it_skipped(tmp_path: Path) -> None:
    for number in (10, 9):
        cv2.imwrite(str(tmp_path / f"{number}.png"), shown(f"NR-{number}"))
    (tmp_path / "1.png").write_bytes(b"not a picture")
    skipped: list[Trouble] = []
    texts = [found.text for found in readings(str(tmp_path), trouble=skipped.append)]
    assert texts == ["NR-9", "NR-10"]
    assert [trouble.arguments["name"] for trouble in skipped] == [str(tmp_path / "1.png")]


def test_a_skipped_picture_is_never_passed_over_in_silence(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "good.png"), shown("GOOD"))
    (tmp_path / "bad.png").write_bytes(b"not a picture")
    texts: list[str] = []
    found = readings(str(tmp_path))
    texts.append(next(found).text)
    with pytest.raises(Trouble, match="picture_unreadable"):
        next(found)
    assert texts == ["GOOD"]


def test_each_picture_is_a_presentation_of_every_code_in_it(tmp_path: Path) -> None:
    for name in ("a", "b"):
        cv2.imwrite(str(tmp_path / f"{name}.png"), scene([Symbol("L"), Symbol("R")], size=SIZE))
    assert sorted(found.text for found in readings(str(tmp_path))) == ["L", "L", "R", "R"]


def test_a_video_is_watched_in_its_own_time_however_fast_it_is_read(tmp_path: Path) -> None:
    texts = ["A"] * 5 + [""] * 25 + ["A"] * 3 + ["B"] * 3 + ["A"] * 2
    path = film(tmp_path / "film.avi", texts)
    assert [found.text for found in readings(str(path))] == ["A", "A", "B"]


def test_a_video_in_real_time_is_paced(tmp_path: Path) -> None:
    path = film(tmp_path / "film.avi", [""] * 6, rate=20)
    with VideoSource(path, realtime=True) as source:
        arrived = [(frame.at, time.monotonic()) for frame in source.frames()]
    assert len(arrived) == 6
    assert all(now >= at for at, now in arrived)
    assert [at - arrived[0][0] for at, _ in arrived] == pytest.approx([n / 20 for n in range(6)])


def test_a_video_that_is_none(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"\0\0\0\x20ftypisom" + np.random.default_rng(0).bytes(50_000))
    with pytest.raises(Trouble, match="video_unreadable"):
        list(readings(str(path)))
    assert capfd.readouterr() == ("", "")


# --- network streams ---


class Mjpeg(http.server.BaseHTTPRequestHandler):
    """A camera on the network: JPEG after JPEG."""

    frames = 40
    moving = True
    stall = threading.Event()

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        self.end_headers()
        try:
            for seed in range(self.frames):
                _, jpeg = cv2.imencode(".jpg", shown("STREAM", seed if self.moving else 0))
                head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {jpeg.size}\r\n\r\n"
                self.wfile.write(head.encode() + jpeg.tobytes() + b"\r\n")
                time.sleep(0.02)
            self.stall.wait(15)
        except OSError:
            pass  # the reader has gone

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on stderr."""


@contextmanager
def served(handler: type[Mjpeg]) -> Iterator[str]:
    handler.stall.clear()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/video.mjpg"
    finally:
        handler.stall.set()
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_stream_is_read_and_a_stalled_one_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "LIMIT_MS", 700)
    with served(Mjpeg) as url, open_source(url) as source:
        frames = source.frames()
        assert [found.text for found in Decoder().scan(next(frames).pixels)] == ["STREAM"]
        with pytest.raises(Trouble, match="stream_gone"):
            list(frames)


class Frozen(Mjpeg):
    """One that goes on sending the last picture it had, as some cameras do after an unplug."""

    frames = 400
    moving = False


def test_a_picture_that_never_changes_by_a_bit_is_a_lost_camera(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "FROZEN_S", 0.3)
    with served(Frozen) as url, open_source(url) as source:
        frames = source.frames()
        next(frames)
        with pytest.raises(Trouble, match="stream_gone"):
            deque(islice(frames, Frozen.frames - 50), maxlen=0)


def test_an_address_nobody_answers_at(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Trouble, match="stream_unreachable"), open_source("http://127.0.0.1:9/video.mjpg"):
        pytest.fail("nobody should be there")
    assert capfd.readouterr() == ("", "")


def test_a_camera_that_is_not_there(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Trouble, match="camera_missing"), open_source("camera:99"):
        pytest.fail("there should be no camera 99")
    with pytest.raises(Trouble, match="camera_missing"):
        next(readings("camera:99"))
    assert capfd.readouterr() == ("", "")


def test_watched_reads_every_frame_of_a_source(tmp_path: Path) -> None:
    path = film(tmp_path / "film.avi", [f"N{number}" for number in range(12)], rate=30)
    with_all = [found.text for found in watched(VideoSource(path), Decoder(), Watch())]
    assert with_all == [f"N{number}" for number in range(12)]
