"""Readings from any source by one call, for commands: files frame by frame, cameras through an Eye."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from queue import SimpleQueue

from station.facts import Found
from station.scanner.acceptance import Acceptance
from station.scanner.decode import ALL_FORMATS, Decoder
from station.scanner.eye import Eye
from station.scanner.sources.frame import FrameSource
from station.scanner.sources.opening import Stills, open_source
from station.scanner.sources.pages import Pages
from station.scanner.watch import Watch
from station.trouble import Trouble


def nothing() -> None:
    """Does nothing."""


def readings(
    spec: str,
    accepted: Acceptance | None = None,
    *,
    crowded: Callable[[], None] = nothing,
    trouble: Callable[[Trouble], None] | None = None,
) -> Generator[Found]:
    """One ``Found`` per presentation from the source that ``spec`` names (see ``open_source``).

    A camera or stream is read until the generator is closed; ``accepted`` is what is taken from it. ``crowded`` is
    called when the codes of several people are shown at once. ``trouble`` gets each picture of a folder that could
    not be read and each loss of the camera, and reading goes on; without it, such a trouble is raised: for a folder
    after its last picture, for a camera at once. Raises the ``Trouble`` of a source that cannot be opened at all.
    """
    source = open_source(spec)
    accepted = accepted or Acceptance()
    if source.live:
        return _live(source, accepted, crowded, trouble)
    return _every(source, accepted, crowded, trouble)


def watched(
    source: FrameSource, decoder: Decoder, watch: Watch, crowded: Callable[[], None] = nothing
) -> Generator[Found]:
    """One ``Found`` per presentation of a source that is not live; no frame is skipped for being late.

    Of still pictures each is a presentation of everybody in it: nobody can be asked to show their codes one at
    a time, and the same card in two pictures was shown twice. A video is watched like a camera,
    in its own time. Raises the ``Trouble`` of the source.
    """
    with source:
        for frame in source.frames():
            if source.still:
                yield from watch.still(decoder.still(frame.pixels))
                continue
            found = decoder.scan(frame.pixels)
            sight = watch.see(found, frame.at, decoder.present)
            if sight.crowded:
                crowded()
            if sight.new is not None:
                yield sight.new


def pictured(file: Path, accepted: Acceptance, *, skipped: Callable[[Trouble], None]) -> Generator[Found]:
    """The codes in a picture file, or in the pictures of a folder, as ``Watch.still`` has them.

    ``skipped`` gets what of a folder could not be read. Raises the file's ``Trouble``; a video is no picture.
    """
    # An absolute path is never taken for an address.
    source = open_source(str(file.absolute()))
    if not source.still:
        raise Trouble("picture_unreadable", name=str(file))
    yield from watched(source, Decoder(ALL_FORMATS), accepted.watch())
    if isinstance(source, Stills | Pages):
        for trouble in source.skipped:
            skipped(trouble)


def _every(
    source: FrameSource, accepted: Acceptance, crowded: Callable[[], None], trouble: Callable[[Trouble], None] | None
) -> Generator[Found]:
    # A picture that somebody chose is looked at for everything; what passes by a camera is not.
    decoder = Decoder(ALL_FORMATS) if source.still else accepted.decoder()
    yield from watched(source, decoder, accepted.watch(), crowded)
    if isinstance(source, Stills | Pages):
        for skipped in source.skipped:
            if trouble is None:
                raise skipped
            trouble(skipped)


def _live(
    source: FrameSource, accepted: Acceptance, crowded: Callable[[], None], trouble: Callable[[Trouble], None] | None
) -> Generator[Found]:
    seen: SimpleQueue[Found | Exception | None] = SimpleQueue()
    eye = Eye(
        source,
        accepted.decoder(),
        seen.put,
        on_crowded=lambda: seen.put(None),
        on_trouble=seen.put,
        watch=accepted.watch(),
    )
    told = False
    with eye:
        while True:
            item = seen.get()
            if item is None:
                if not told:
                    crowded()
                told = True  # once until the next reading, not thirty times a second
            elif isinstance(item, Found):
                told = False
                yield item
            elif isinstance(item, Trouble) and trouble is not None and eye.has_seen:
                trouble(item)
            else:
                raise item
