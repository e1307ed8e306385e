"""How much is read: photographs, everyday frames, dark mode, films of a moving card; and what is read falsely."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import numpy as np

from station.facts import Found
from station.scanner.decode import ALL_FORMATS, DEFAULT_FORMATS, Decoder
from station.scanner.drawn.clutter import KINDS, clutter
from station.scanner.drawn.everyday import everyday
from station.scanner.drawn.film import COMES_S, Story, film
from station.scanner.drawn.frames import Held, Light, Medium, Pose, Symbol, picture, through
from station.scanner.sources import stills
from tests.benchmarks.peers import Goal, Peer, Pixels, pyzbar, same, zxing_of

PHOTOGRAPHS: Final = {"QR": ("QR",), "bars": ("Code128", "Code39", "ITF", "Codabar"), "EAN-13": ("EAN13",)}
ABOVE_ZXING: Final = {"QR": 9, "bars": 12, "EAN-13": 18}
EVERYDAY: Final = {"QR v4": 0.88, "QR v10": 0.92, "Code128": 0.88}
WITHIN_S: Final = 1.4
SIGNS: Final = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"))
LENGTHS: Final = {"QR v4": (47, 63), "QR v10": (181, 214)}
"""Bytes, from and below, that make a QR code of that version at level M and no other."""


def text_of(code: str, seed: int) -> str:
    """A random text that a code of this kind holds: the same for the same seed."""
    rng = np.random.default_rng((seed, 0x7E87))
    if code == "Code128":
        return f"VT{rng.integers(10**6, 10**7)}"
    return "".join(rng.choice(SIGNS, int(rng.integers(*LENGTHS[code]))))


def symbology(code: str) -> str:
    return "Code128" if code == "Code128" else "QRCode"


def texts(decode: Callable[[Pixels], list[Found]]) -> Peer:
    """A decoder's answers as a peer gives them."""
    return lambda frame: {found.text.strip() for found in decode(frame)}


def at_once(frame: Pixels) -> set[str]:
    """What a camera's decoder that has seen nothing yet reads in one frame."""
    return texts(Decoder().scan)(frame)


def by_turns(engines: dict[str, Peer], cases: Iterator[tuple[Pixels, list[str]]]) -> dict[str, float]:
    """Share of the codes each engine reads, all on the same pictures, one after the other."""
    read, whole = dict.fromkeys(engines, 0), 0
    for pixels, truths in cases:
        whole += len(truths)
        for name, engine in engines.items():
            told = engine(pixels)
            read[name] += sum(same(truth, told) for truth in truths)
    return {name: count / whole for name, count in read.items()} | {"codes": float(whole)}


def photographs(folder: Path) -> dict[str, Goal]:
    """Points by which ``still`` reads more photographs than its peers."""
    rows = [json.loads(line) for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines()]
    engines = {"still": texts(Decoder(ALL_FORMATS).still), "zxing": zxing_of(ALL_FORMATS)}
    zbar = pyzbar()
    if zbar is not None:
        engines["pyzbar"] = zbar
    goals = {}
    for name, kinds in PHOTOGRAPHS.items():
        wanted = [row for row in rows if row["sym"] in kinds]
        if not wanted:
            continue
        share = by_turns(engines, ((stills.load(folder / row["file"]).pixels, row["truths"]) for row in wanted))
        above = 100 * (share["still"] - share["zxing"])
        goals[f"photographs, {name}: points above zxing-cpp"] = Goal(above, ABOVE_ZXING[name], beside=share)
        if name == "QR" and "pyzbar" in share:
            above = 100 * (share["still"] - share["pyzbar"])
            goals["photographs, QR: points above pyzbar"] = Goal(above, 29, beside=share)
    return goals


def everyday_frames(seeds: range) -> dict[str, Goal]:
    """Share of everyday frames of which one is enough. Each is scanned by a decoder that has seen nothing yet."""
    zbar, patient = pyzbar(), Decoder()
    engines: dict[str, Peer] = {
        "scan": at_once,
        "still": texts(patient.still),
        "zxing": zxing_of(DEFAULT_FORMATS),
    }
    if zbar is not None:
        engines["pyzbar"] = zbar
    goals = {}
    for code, bound in EVERYDAY.items():
        drawn = ((everyday(text_of(code, seed), symbology(code), seed=seed), [text_of(code, seed)]) for seed in seeds)
        share = by_turns(engines, drawn)
        for way in ("scan", "still"):
            goals[f"everyday frame, {code}, {way}"] = Goal(share[way], bound, beside=share)
    return goals


def dark_mode(seeds: range) -> Goal:
    """Share of QR codes white on black, 2 px a module, that one scanned frame is enough for."""

    def drawn(seed: int) -> tuple[Pixels, list[str]]:
        rng = np.random.default_rng((seed, 0xDA2C))
        text = text_of("QR v4", seed)
        pose = Pose(float(rng.uniform(0.3, 0.7)), float(rng.uniform(0.4, 0.6)), float(rng.normal(0, 6)))
        held = Held(Symbol(text, module_px=2.0), pose, Medium.DARK)
        behind = clutter(str(rng.choice(["desk", "room", "crowd"])), seed)
        return picture([held], before=behind, light=Light(noise=3, jpeg=90), seed=seed), [text]

    engines: dict[str, Peer] = {"scan": at_once, "zxing": zxing_of(DEFAULT_FORMATS)}
    share = by_turns(engines, (drawn(seed) for seed in seeds))
    return Goal(share["scan"], 1.0, beside=share)


def first_read(code: str, story: Story, seed: int, *, beside: bool) -> tuple[float | None, bool | None]:
    """When (seconds after the card came to rest) a decoder fed with every frame reads it, None: not in time; and
    whether plain zxing-cpp reads any of the frames, None if it is not asked (``beside``)."""
    text, decoder, plain = text_of(code, seed), Decoder(), zxing_of(DEFAULT_FORMATS)
    at: float | None = None
    bare = False if beside else None
    for frame in film(text, symbology(code), story, seed=seed, held_s=WITHIN_S):
        if frame.at > COMES_S + WITHIN_S or (at is not None and bare is not False):
            break
        if at is None and text in texts(decoder.scan)(frame.pixels):
            at = frame.at - COMES_S
        if bare is False:
            bare = text in plain(frame.pixels)
    return at, bare


def films(story: Story, code: str, seeds: range, *, beside: bool) -> dict[str, float]:
    """Share of films read in time, by the decoder and (if ``beside``) by plain zxing-cpp frame by frame."""
    told = [first_read(code, story, seed, beside=beside) for seed in seeds]
    times = [at for at, _ in told if at is not None]
    share = {"share": len(times) / len(told), "films": float(len(told))}
    if times:
        share["median_s"] = statistics.median(times)
    if beside:
        share["zxing"] = sum(bool(bare) for _, bare in told) / len(told)
    return share


def false_reads(backgrounds: int, patient: int) -> tuple[Goal, dict[str, dict[str, float]]]:
    """Codes read where there is none: of each kind of clutter so many backgrounds, four frames each through a
    camera's decoder and one of all symbologies; the first ``patient`` of them as stills, too. And what was read."""
    counts = {"scan": 0.0, "scan of all symbologies": 0.0, "still": 0.0, "zxing of all symbologies": 0.0}
    frames, pictures, ghosts = 0, 0, dict[str, dict[str, float]]()
    plain, thorough = zxing_of(ALL_FORMATS), texts(Decoder(ALL_FORMATS).still)
    for kind in KINDS:
        before = dict(counts)
        for seed in range(backgrounds):
            sheet = clutter(kind, seed)
            live, every = texts(Decoder().scan), texts(Decoder(ALL_FORMATS).scan)
            for number in range(4):
                frame = through(sheet, Light(noise=3, jpeg=85), seed * 4 + number)
                frames += 1
                counts["scan"] += len(live(frame))
                counts["scan of all symbologies"] += len(every(frame))
                counts["zxing of all symbologies"] += len(plain(frame))
                if seed < patient and number == 0:
                    pictures += 1
                    counts["still"] += len(thorough(frame))
        new = {name: counts[name] - before[name] for name in counts if counts[name] > before[name]}
        ghosts |= {kind: new} if new else {}
    ours = counts["scan"] + counts["scan of all symbologies"] + counts["still"]
    return Goal(ours, 0, most=True, beside={**counts, "frames": frames, "pictures": pictures}), ghosts
