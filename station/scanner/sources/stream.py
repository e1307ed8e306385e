"""A stream from the network: HTTP MJPEG or RTSP, such as a telephone used as a camera."""

from __future__ import annotations

import base64
import http.client
import socket
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from station.scanner.opencv import cv2
from station.scanner.sources.capture import Capture, Grabber
from station.scanner.sources.live import Live
from station.trouble import Trouble

LIMIT_MS: Final = 2_000
"""How long FFmpeg may take to open a stream and to read one frame; without it a stalled one blocks for ever."""
GRACE_S: Final = 1.5
"""How much longer FFmpeg itself is waited for, in case it does not keep to that."""
SCHEMES: Final = ("http://", "https://", "rtsp://", "rtsps://")


class StreamSource(Live):
    """An http(s) or rtsp address. The name leaves out what may be a password in it.

    Raises ``Trouble('source_unclear')`` for an address without a host.
    """

    def __init__(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
            name = f"{parts.scheme}://{host}{f':{parts.port}' if parts.port else ''}"
        except ValueError:
            raise Trouble("source_unclear", source=url.partition(":")[0]) from None
        if not parts.hostname:
            raise Trouble("source_unclear", source=name)
        # Twice: once for FFmpeg, once to ask the server why it gave no video.
        limit_s, first_s = LIMIT_MS / 1000 * 2 + GRACE_S, LIMIT_MS / 1000
        super().__init__(name, gone="stream_gone", stuck="stream_unreachable", limit_s=limit_s, first_s=first_s)
        self._url, self._parts = url, parts

    def _open(self, worker: Grabber) -> Capture:
        """Raises ``Trouble``: ``stream_unreachable``, ``stream_denied``, ``stream_no_video``."""
        capture = opened(self._url, LIMIT_MS)
        if capture is not None:
            return capture
        raise Trouble("stream_unreachable" if worker.unwanted else why(self._parts, LIMIT_MS / 1000), name=self.name)


def opened(address: str, limit_ms: int) -> cv2.VideoCapture | None:
    """A file or address through FFmpeg, opening and each read bounded; None if it gives no video."""
    limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, limit_ms, cv2.CAP_PROP_READ_TIMEOUT_MSEC, limit_ms]
    capture = cv2.VideoCapture(address, cv2.CAP_FFMPEG, limits)
    if capture.isOpened():
        return capture
    capture.release()
    return None


def why(parts: SplitResult, limit_s: float) -> str:
    """The trouble of an address that gave no video, asked of the server itself: FFmpeg does not tell."""
    try:
        status = (
            _http_status(parts, limit_s) if parts.scheme.lower().startswith("http") else _rtsp_status(parts, limit_s)
        )
    except (OSError, ValueError, http.client.HTTPException):
        return "stream_unreachable"
    return "stream_denied" if status in (401, 403) else "stream_no_video"


def _http_status(parts: SplitResult, limit_s: float) -> int:
    kind = http.client.HTTPSConnection if parts.scheme.lower() == "https" else http.client.HTTPConnection
    line = kind(parts.hostname or "", parts.port, timeout=limit_s)
    headers = {}
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    try:
        line.putrequest("GET", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        for name, value in headers.items():
            line.putheader(name, value)
        line.endheaders()
        return _status(line.sock)
    finally:
        line.close()


def _rtsp_status(parts: SplitResult, limit_s: float) -> int:
    with socket.create_connection((parts.hostname or "", parts.port or 554), limit_s) as line:
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        address = f"rtsp://{host}:{parts.port or 554}{parts.path}{f'?{parts.query}' if parts.query else ''}"
        line.sendall(f"DESCRIBE {address} RTSP/1.0\r\nCSeq: 1\r\nAccept: application/sdp\r\n\r\n".encode())
        return _status(line)


def _status(line: socket.socket) -> int:
    """The number in the first line of an answer; what comes after it is not read. Raises ``ValueError``."""
    head = b""
    while b"\n" not in head and len(head) < 200:
        more = line.recv(200)
        if not more:
            break
        head += more
    protocol, number = head.split(maxsplit=2)[:2]
    if not protocol.startswith((b"HTTP/", b"RTSP/", b"ICY")):
        raise ValueError("this is neither HTTP nor RTSP")
    return int(number)
