"""The pages of a PDF as pictures, each bounded in pixels and in time."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from station.scanner.sources.frame import Frame
from station.trouble import Trouble
from station.views import Camera

DPI: Final = 200
"""A printed code's module of 0.4 mm is three pixels."""
MOST_PIXELS: Final = 25_000_000
"""Of one page: about A1 at 200 dpi. A larger sheet is drawn coarser."""
LONGEST_SIDE: Final = 20_000
MOST_PAGES: Final = 500
PAGE_S: Final = 10.0
"""How long one page may take to draw."""

_ONE_AT_A_TIME: Final = Lock()
"""PDFium is not made for several threads."""


def is_pdf(path: Path) -> bool:
    """Whether a file is a PDF, by its name or its first bytes."""
    if path.suffix.lower() == ".pdf":
        return True
    with path.open("rb") as file:
        return b"%PDF-" in file.read(1024)


class Pages:
    """A PDF, a gray frame a page; ``scale`` turns a frame's pixels into the page's points (1/72 inch).

    A page that cannot be drawn is kept in ``skipped`` and the rest goes on; when none could be drawn, its trouble
    is raised at the end.
    """

    shows = Camera.LIVE
    still = True
    live = False

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.skipped: list[Trouble] = []
        self._path = path
        self._document: Any = None

    def __enter__(self) -> Self:
        """Raises ``Trouble``: ``pdf_locked``, ``pdf_unreadable``, ``pdf_too_long``."""
        import pypdfium2
        from pypdfium2 import raw

        name = str(self._path)
        try:
            with _ONE_AT_A_TIME:
                document = pypdfium2.PdfDocument(self._path)
        except pypdfium2.PdfiumError:
            with _ONE_AT_A_TIME:
                locked = raw.FPDF_GetLastError() in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
            raise Trouble("pdf_locked" if locked else "pdf_unreadable", name=name) from None
        except OSError:
            raise Trouble("picture_denied", name=name) from None
        pages = len(document)
        if not 0 < pages <= MOST_PAGES:
            document.close()
            raise Trouble("pdf_too_long" if pages else "pdf_unreadable", name=name, pages=pages, most=MOST_PAGES)
        self.skipped.clear()
        self._document = document
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._document is not None:
            with _ONE_AT_A_TIME:
                self._document.close()
            self._document = None

    def frames(self) -> Iterator[Frame]:
        """The pages in order. Raises the last ``Trouble`` after the last page if not one could be drawn."""
        document = self._document
        if document is None:
            raise RuntimeError("a source gives frames only inside its with block")
        drawn = 0
        for number in range(len(document)):
            with _ONE_AT_A_TIME:
                page = _drawn(document, number)
            if page is None:
                self.skipped.append(Trouble("pdf_page", name=str(self._path), page=number + 1))
                continue
            drawn += 1
            yield Frame(page[0], time.monotonic(), str(self._path), page[1])
        if not drawn:
            raise self.skipped[-1]


def _drawn(document: Any, number: int) -> tuple[NDArray[np.uint8], float] | None:
    """A page in gray, and how many points one pixel is; None if it is damaged or takes too long."""
    import pypdfium2

    try:
        page = document[number]
        try:
            width, height = page.get_size()
            if not (0 < width < 1e6 and 0 < height < 1e6):
                return None
            scale = min(DPI / 72, (MOST_PIXELS / (width * height)) ** 0.5, LONGEST_SIDE / max(width, height))
            size = max(1, round(width * scale)), max(1, round(height * scale))
            pixels = _rendered(page, *size)
            return None if pixels is None else (pixels, 1 / scale)
        finally:
            page.close()
    except pypdfium2.PdfiumError:
        return None


def _rendered(page: Any, width: int, height: int) -> NDArray[np.uint8] | None:
    """Draw piece by piece, looking at the clock between them."""
    import pypdfium2
    from pypdfium2 import raw

    until = time.monotonic() + PAGE_S
    pause = raw.IFSDK_PAUSE(version=1)
    ask = type(pause.NeedToPauseNow)(lambda _: time.monotonic() > until)
    pause.NeedToPauseNow = ask
    bitmap = pypdfium2.PdfBitmap.new_native(width, height, raw.FPDFBitmap_Gray)
    try:
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
        flags = raw.FPDF_ANNOT | raw.FPDF_GRAYSCALE | raw.FPDF_NO_NATIVETEXT
        try:
            state = raw.FPDF_RenderPageBitmap_Start(bitmap, page, 0, 0, width, height, 0, flags, ctypes.byref(pause))
        finally:
            raw.FPDF_RenderPage_Close(page)
        done = state == raw.FPDF_RENDER_DONE
        return np.array(bitmap.to_numpy(), np.uint8).reshape(height, width) if done else None
    finally:
        bitmap.close()
