"""Servers on loopback that behave badly on purpose: raw HTTP and RTSP, one function a connection."""

from __future__ import annotations

import base64
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np

from station.scanner.drawn.frames import Symbol, scene
from station.scanner.opencv import cv2

MULTIPART = b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=f\r\n\r\n"


class Wire:
    """One server: ``answer`` is called for each connection, in a thread of its own; ``asked`` is what came in."""

    def __init__(self, answer: Callable[[Wire, socket.socket], None], port: int = 0) -> None:
        self.stop = threading.Event()
        self.asked: list[bytes] = []
        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", port))
        self._listener.settimeout(0.05)
        self.port = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._serve)]
        self._threads[0].start()

    def _serve(self) -> None:
        while not self.stop.is_set():
            with suppress(TimeoutError):
                line, _ = self._listener.accept()
                self._threads.append(threading.Thread(target=self._one, args=(line,)))
                self._threads[-1].start()
        self._listener.close()

    def _one(self, line: socket.socket) -> None:
        with line, suppress(OSError):
            line.settimeout(0.5)
            with suppress(TimeoutError):
                self.asked.append(line.recv(8192))
            line.settimeout(5)
            self._answer(self, line)

    def end(self) -> None:
        self.stop.set()
        for thread in self._threads:
            thread.join()


@contextmanager
def wire(answer: Callable[[Wire, socket.socket], None], port: int = 0) -> Iterator[Wire]:
    server = Wire(answer, port)
    try:
        yield server
    finally:
        server.end()


def says(*parts: bytes, every_s: float = 0.0) -> Callable[[Wire, socket.socket], None]:
    """First the one part, then the last one again and again until the reader goes; a single part just once."""

    def answer(server: Wire, line: socket.socket) -> None:
        line.sendall(parts[0])
        while len(parts) > 1 and not server.stop.is_set():
            line.sendall(parts[-1])
            server.stop.wait(every_s)

    return answer


def silent(server: Wire, line: socket.socket) -> None:
    server.stop.wait()


def part(jpeg: bytes) -> bytes:
    return b"--f\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%b\r\n" % (len(jpeg), jpeg)


def jpeg(text: str = "WIRE", seed: int = 0, size: tuple[int, int] = (640, 480)) -> bytes:
    return cv2.imencode(".jpg", scene([Symbol(text)] if text else [], size=size, seed=seed))[1].tobytes()


def numbered(number: int) -> bytes:
    """A JPEG that tells its number by a row of black and white fields, so that its age can be known."""
    bits = [255 * (number >> bit & 1) for bit in range(16)]
    row = np.repeat(np.array(bits, np.uint8), 16)
    picture = cv2.cvtColor(np.tile(row, (64, 1)), cv2.COLOR_GRAY2BGR)
    return cv2.imencode(".jpg", picture)[1].tobytes()


def number_of(pixels: np.ndarray[Any, Any]) -> int:
    gray = pixels if pixels.ndim == 2 else pixels[:, :, 0]
    return sum(1 << bit for bit in range(16) if gray[32, bit * 16 + 8] > 127)


# --- RTSP with JPEG (RFC 2326, 2435), over the one connection ---

SDP = (
    b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=test\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\n"
    b"m=video 0 RTP/AVP 26\r\na=control:track\r\na=framerate:30\r\n"
)


def rtsp(frames: int, password: str = "") -> Callable[[Wire, socket.socket], None]:
    """A camera with ``frames`` numbered pictures, 30 a second, then silence; with ``password`` it asks for that one."""

    def answer(server: Wire, line: socket.socket) -> None:
        asked = server.asked[-1]
        pair = base64.b64encode(f"desk:{password}".encode())
        while not server.stop.is_set():
            head = dict(one.split(b": ", 1) for one in asked.split(b"\r\n")[1:] if b": " in one)
            start = b"RTSP/1.0 200 OK\r\nCSeq: %b\r\n" % head.get(b"CSeq", b"0")
            verb = asked.split(b" ", 1)[0]
            if password and verb != b"OPTIONS" and pair not in asked:
                refusal = b'RTSP/1.0 401 Unauthorized\r\nCSeq: %b\r\nWWW-Authenticate: Basic realm="x"\r\n\r\n'
                line.sendall(refusal % head.get(b"CSeq", b"0"))
            elif verb == b"OPTIONS":
                line.sendall(start + b"Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n\r\n")
            elif verb == b"DESCRIBE":
                line.sendall(start + b"Content-Type: application/sdp\r\nContent-Length: %d\r\n\r\n" % len(SDP) + SDP)
            elif verb == b"SETUP" and b"TCP" in head.get(b"Transport", b""):
                line.sendall(start + b"Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 1\r\n\r\n")
            elif verb == b"SETUP":
                line.sendall(b"RTSP/1.0 461 Unsupported Transport\r\nCSeq: %b\r\n\r\n" % head.get(b"CSeq", b"0"))
            elif verb == b"PLAY":
                line.sendall(start + b"Session: 1\r\nRange: npt=0-\r\n\r\n")
                _play(server, line, frames)
                return
            else:
                line.sendall(start + b"\r\n")
            asked = line.recv(8192)
            if not asked:
                return
            server.asked.append(asked)

    return answer


def _play(server: Wire, line: socket.socket, frames: int) -> None:
    sequence = 0
    for number in range(frames):
        tables, scan, (width, height) = _taken_apart(numbered(number))
        offset = 0
        while offset < len(scan) and not server.stop.is_set():
            piece = scan[offset : offset + 1200]
            last = offset + len(piece) == len(scan)
            head = struct.pack(">I", offset) + bytes((1, 255, width // 8, height // 8))
            if offset == 0:
                head += struct.pack(">BBH", 0, 0, len(tables)) + tables
            rtp = struct.pack(">BBHII", 0x80, 26 | (0x80 if last else 0), sequence & 0xFFFF, number * 3000, 7)
            packet = rtp + head + piece
            line.sendall(struct.pack(">cBH", b"$", 0, len(packet)) + packet)
            sequence += 1
            offset += len(piece)
        time.sleep(1 / 30)
    server.stop.wait()


def _taken_apart(whole: bytes) -> tuple[bytes, bytes, tuple[int, int]]:
    """The quantisation tables, the entropy-coded data and the size of a JPEG."""
    tables, at, size = b"", 2, (0, 0)
    while True:
        marker, length = whole[at + 1], int.from_bytes(whole[at + 2 : at + 4], "big")
        body = whole[at + 4 : at + 2 + length]
        if marker == 0xDB:
            while body:
                tables, body = tables + body[1:65], body[65:]
        elif marker == 0xC0:
            size = int.from_bytes(body[3:5], "big"), int.from_bytes(body[1:3], "big")
        elif marker == 0xDA:
            return tables, whole[at + 2 + length : -2], size
        at += 2 + length
