"""Pictures, folders and PDFs that are turned, deep, many-framed, damaged, enormous, locked, or no files at all."""

from __future__ import annotations

import io
import os
import time
import tracemalloc
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

from station.cli.decode import look
from station.scanner.decode import Decoder
from station.scanner.drawn.frames import drawn
from station.scanner.reading import readings
from station.scanner.sources import pages, stills
from station.scanner.sources.opening import open_source
from station.scanner.sources.pages import Pages
from station.trouble import Trouble


def code(text: str = "PICTURE", side: int = 290) -> Image.Image:
    return Image.fromarray(drawn(text, "QRCode")).resize((side, side), Image.Resampling.NEAREST)


def texts(path: Path) -> list[str]:
    return [found.text for found in readings(str(path))]


# --- pictures ---


def test_a_picture_is_turned_upright_as_its_camera_meant_it(tmp_path: Path) -> None:
    wide = Image.new("L", (400, 300), 255)
    wide.paste(code(), (0, 0))
    exif = Image.Exif()
    exif[0x0112] = 6
    wide.save(tmp_path / "turned.jpg", exif=exif)
    still = stills.load(tmp_path / "turned.jpg")
    assert still.pixels.shape == (400, 300)
    assert still.pixels[:290, 10:].mean() < still.pixels[300:].mean()
    assert texts(tmp_path / "turned.jpg") == ["PICTURE"]


@pytest.mark.parametrize("form", ["GIF", "WEBP"])
def test_of_a_moving_picture_the_first_one_counts(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"moving.{form.lower()}"
    code("FIRST").save(path, form, save_all=True, append_images=[code("SECOND")], duration=100, lossless=True)
    assert texts(path) == ["FIRST"]


@pytest.mark.parametrize("top", [255, 4095, 65535])
def test_deep_pictures_keep_the_contrast_they_have(tmp_path: Path, top: int) -> None:
    deep = (np.asarray(code(), np.float64) / 255 * top).astype(np.uint16)
    Image.fromarray(deep).save(tmp_path / "deep.png")
    still = stills.load(tmp_path / "deep.png")
    assert (still.pixels.min(), still.pixels.max()) == (0, 255)
    assert texts(tmp_path / "deep.png") == ["PICTURE"]


@pytest.mark.parametrize(
    ("mode", "form"), [("CMYK", "jpg"), ("CMYK", "tif"), ("1", "png"), ("P", "png"), ("LAB", "tif")]
)
def test_pictures_of_printers_and_painters(tmp_path: Path, mode: str, form: str) -> None:
    picture = code().convert("L")
    if mode == "LAB":
        middle = Image.new("L", picture.size, 128)
        picture = Image.merge("LAB", (picture, middle, middle))
    else:
        picture = picture.convert("RGB").convert(mode)
    picture.save(tmp_path / f"printed.{form}")
    pixels = stills.load(tmp_path / f"printed.{form}").pixels
    assert pixels.max() > 240
    assert pixels.min() < 60
    assert texts(tmp_path / f"printed.{form}") == ["PICTURE"]


def test_what_is_clear_is_white(tmp_path: Path) -> None:
    dark = code().point(lambda level: 255 - level)
    clear = Image.merge("LA", (Image.new("L", dark.size, 0), dark))
    clear.save(tmp_path / "clear.png")
    assert texts(tmp_path / "clear.png") == ["PICTURE"]
    dark.save(tmp_path / "palette.png", transparency=0)
    assert stills.load(tmp_path / "palette.png").pixels[0, 0] == 255


def test_a_pipe_with_a_pictures_name_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "round.png").symlink_to(tmp_path / "round.png")
    code().save(tmp_path / "z.png")
    skipped: list[Trouble] = []
    assert [found.text for found in readings(str(tmp_path), trouble=skipped.append)] == ["PICTURE"]
    assert len(skipped) == 3
    with pytest.raises(Trouble, match="picture_missing"):
        open_source(str(tmp_path / "pipe.png"))


def test_a_file_of_many_scans_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    whole = io.BytesIO()
    Image.linear_gradient("L").resize((4000, 4000)).save(whole, "JPEG", progressive=True)
    path, data = tmp_path / "scans.jpg", whole.getvalue()
    path.write_bytes(data)
    assert stills.load(path).pixels.shape == (4000, 4000)
    last = data.rindex(b"\xff\xda")
    path.write_bytes(data[:-2] + data[last:-2] * 200 + data[-2:])
    start = time.process_time()
    with pytest.raises(Trouble, match="picture_too_large"):
        stills.load(path)
    assert time.process_time() - start < 1


def test_a_clear_picture_of_many_pixels_takes_little_more_than_itself(tmp_path: Path) -> None:
    Image.new("RGBA", (5000, 5000), (0, 0, 0, 0)).save(tmp_path / "large.png", compress_level=1)
    tracemalloc.start()
    try:
        pixels = stills.load(tmp_path / "large.png").pixels
        assert pixels.mean() == 255
        # What numpy holds; Pillow's own is not seen here, and is bounded by MOST_UNPACKED.
        assert tracemalloc.get_traced_memory()[1] < 2.5 * pixels.nbytes
    finally:
        tracemalloc.stop()


def test_a_huge_folder_is_listed_in_the_order_people_count(tmp_path: Path) -> None:
    for number in range(5000):
        (tmp_path / f"{number}.{'png' if number % 2 else 'txt'}").touch()
    start = time.process_time()
    names = [int(path.stem) for path in stills.pictures(tmp_path)]
    assert time.process_time() - start < 2
    assert len(names) == 2500
    assert all(one < other for one, other in pairwise(names))


# --- PDFs ---


def printed(path: Path, *sheets: str, size: tuple[float, float] = (595, 842), password: str = "") -> Path:
    canvas = Canvas(str(path), pagesize=size, encrypt=password or None)
    for text in sheets:
        if text:
            canvas.drawImage(ImageReader(code(text).convert("RGB")), 100, 500, 60, 60)
        canvas.showPage()
    canvas.save()
    return path


def test_a_pdf_is_its_pages_and_corners_are_in_points(tmp_path: Path) -> None:
    path = printed(tmp_path / "sheet.pdf", "ONE", "", "TWO")
    assert texts(path) == ["ONE", "TWO"]
    with open_source(str(path)) as source:
        assert source.still
        assert isinstance(source, Pages)
        frames = list(source.frames())
        assert [frame.pixels.shape for frame in frames] == [(2339, 1653)] * 3
        found = Decoder().still(frames[0].pixels)[0]
        for x, y in found.corners:
            assert 98 < x * frames[0].scale < 162
            assert 842 - 562 < y * frames[0].scale < 842 - 498


def test_a_pdf_by_another_name(tmp_path: Path) -> None:
    path = printed(tmp_path / "sheet.pdf", "NAMED").rename(tmp_path / "sheet")
    assert texts(path) == ["NAMED"]


def test_a_poster_is_drawn_coarser(tmp_path: Path) -> None:
    path = printed(tmp_path / "poster.pdf", "A", size=(8000, 8000))
    with open_source(str(path)) as source:
        pixels = next(iter(source.frames())).pixels
    assert pixels.size <= pages.MOST_PIXELS * 1.01
    strip = printed(tmp_path / "strip.pdf", "A", size=(10, 14000))
    with open_source(str(strip)) as source:
        assert next(iter(source.frames())).pixels.size <= pages.MOST_PIXELS


def test_pdfs_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_PAGES", 2)
    good = printed(tmp_path / "good.pdf", "A")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4\n" + os.urandom(5000))
    (tmp_path / "cut.pdf").write_bytes(good.read_bytes()[:300])
    (tmp_path / "text.pdf").write_text("not a PDF")
    printed(tmp_path / "locked.pdf", "A", password="secret")
    printed(tmp_path / "long.pdf", "", "", "")
    for name, trouble in (
        ("broken.pdf", "pdf_unreadable"),
        ("cut.pdf", "pdf_unreadable"),
        ("text.pdf", "pdf_unreadable"),
        ("locked.pdf", "pdf_locked"),
        ("long.pdf", "pdf_too_long"),
    ):
        with pytest.raises(Trouble, match=trouble), open_source(str(tmp_path / name)):
            pytest.fail(f"{name} was opened")


def test_a_page_that_takes_too_long_is_left_out_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "slow.pdf"
    canvas = Canvas(str(path))
    canvas.drawImage(ImageReader(code("QUICK").convert("RGB")), 100, 500, 60, 60)
    canvas.showPage()
    for number in range(6_000):
        canvas.circle(300, 400, 200 + number % 100, fill=1)
    canvas.save()
    monkeypatch.setattr(pages, "PAGE_S", 0.2)
    start, skipped = time.monotonic(), list[Trouble]()
    assert [found.text for found in readings(str(path), trouble=skipped.append)] == ["QUICK"]
    assert [(trouble.code, trouble.arguments["page"]) for trouble in skipped] == [("pdf_page", 2)]
    assert time.monotonic() - start < 10
    looked = look(path, Decoder())
    assert [code.text for code in looked.found] == ["QUICK"]
    assert [trouble.code for trouble in looked.left_out] == ["pdf_page"]
