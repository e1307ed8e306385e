"""station decode: the codes in pictures and videos, for trying out codes, cards and cameras."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from station import texts
from station.cli.shell import Call, common, emit, json_option, say, warn
from station.shown import shown
from station.texts import _
from station.trouble import Trouble

if TYPE_CHECKING:
    from station.facts import Found
    from station.scanner.decode import Decoder


@dataclass(frozen=True, slots=True)
class Looked:
    """What one file held; corners in the file's own pixels, of a PDF in points; ``ms`` is reading and decoding
    together; ``left_out`` are the troubles of pages that could not be drawn."""

    file: Path
    found: tuple[Found, ...]
    ms: float
    left_out: tuple[Trouble, ...] = ()


@click.command(help=_("Show the codes in pictures, PDFs, videos and folders of pictures."))
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@json_option
@common
@click.pass_context
def decode(ctx: click.Context, /, call: Call, files: tuple[Path, ...], as_json: bool) -> None:  # noqa: ARG001
    from station.scanner.decode import ALL_FORMATS, Decoder

    decoder = Decoder(ALL_FORMATS)
    failed = False
    for file in files:
        for looked in _looked(file, decoder):
            # One bad file or page does not keep the others from being read.
            for trouble in (looked,) if isinstance(looked, Trouble) else looked.left_out:
                failed = True
                warn(shown(texts.sentence(trouble)))
            if isinstance(looked, Trouble):
                continue
            if as_json:
                emit(described(looked))
            else:
                say(_line(looked))
    if failed:
        ctx.exit(1)


def look(file: Path, decoder: Decoder) -> Looked:
    """The codes of a picture, or the distinct ones of a PDF's pages or a video's frames. Raises the file's
    ``Trouble``."""
    from station.scanner.sources.opening import open_source
    from station.scanner.sources.pages import Pages

    start = time.perf_counter()
    found: dict[tuple[str, str], Found] = {}
    # An absolute path is never taken for an address.
    with open_source(str(file.absolute())) as source:
        for frame in source.frames():
            for code in decoder.still(frame.pixels) if source.still else decoder.scan(frame.pixels):
                found.setdefault((code.text, code.symbology), _scaled(code, frame.scale))
        left_out = tuple(source.skipped) if isinstance(source, Pages) else ()
    return Looked(file, tuple(found.values()), (time.perf_counter() - start) * 1000, left_out)


def described(looked: Looked) -> dict[str, object]:
    """One object a file, as ``--json`` prints it."""
    codes = [{"text": one.text, "format": one.symbology, "corners": one.corners} for one in looked.found]
    return {"file": _name(looked.file), "codes": codes, "ms": round(looked.ms, 1)}


def _looked(file: Path, decoder: Decoder) -> Iterator[Looked | Trouble]:
    """A file, or the pictures of a folder one by one; what cannot be read comes as its trouble."""
    from station.scanner.sources import stills

    try:
        files = list(stills.pictures(file)) if file.is_dir() else [file]
    except Trouble as trouble:
        yield trouble
        return
    if not files:
        yield Trouble("folder_without_pictures", name=_name(file))
    for one in files:
        try:
            yield look(one, decoder)
        except Trouble as trouble:
            yield trouble


def _scaled(code: Found, scale: float) -> Found:
    if scale == 1.0:
        return code
    first, second, third, fourth = ((round(x * scale), round(y * scale)) for x, y in code.corners)
    return replace(code, corners=(first, second, third, fourth))


def _line(looked: Looked) -> str:
    codes = ", ".join(f"{shown(one.text)} ({one.symbology})" for one in looked.found)
    return _("{file}: {codes}").format(file=shown(_name(looked.file)), codes=codes or _("no code found"))


def _name(file: Path) -> str:
    """A file's name that can be printed anywhere, also if it is not valid text."""
    return os.fsencode(file).decode("utf-8", "replace")
