"""Decoding: every symbology, every second look, hostile pictures, photographs, the decode command."""

from __future__ import annotations

import io
import json
import os
import struct
import sys
import time
import zlib
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from station.cli.decode import decode
from station.facts import Found
from station.scanner.decode import ALL_FORMATS, Decoder
from station.scanner.drawn.clutter import KINDS, clutter
from station.scanner.drawn.frames import Light, Symbol, drawn, scene
from station.scanner.engines import zxing
from station.scanner.engines.zbar import Choice, zbar
from station.scanner.engines.zxing import Corners
from station.scanner.looks import stages
from station.scanner.looks.regions import regions
from station.scanner.looks.turns import EARNED_S, LENT_S
from station.scanner.opencv import cv2
from station.scanner.sources import stills
from station.shown import shown
from station.trouble import Trouble

TEXTS = {
    "ITF": "12345670",
    "Codabar": "A12345B",
    "EAN13": "4006381333931",
    "EAN8": "96385074",
    "UPCA": "036000291452",
    "UPCE": "01234565",
}
ROOMY = {"PDF417": 3.0, "Code39": 2.0, "Codabar": 2.5}

SCREEN = Light(moire=0.5, moire_px=11.0)
"""A telephone's screen whose beat pattern only ZBar sees through."""


def near(corners: Corners, others: Corners, pixels: float) -> bool:
    return bool(np.abs(np.array(corners) - np.array(others)).max() <= pixels)


def only(found: list[Found]) -> Found:
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize("symbology", ALL_FORMATS)
@pytest.mark.parametrize("angle", [0, 90, 180])
def test_every_symbology_is_read_by_its_name(symbology: str, angle: int) -> None:
    text = TEXTS.get(symbology, "VT123456")
    frame = scene([Symbol(text, symbology, ROOMY.get(symbology, 4.0))], size=(960, 720), angle_deg=angle)
    found = only(Decoder(ALL_FORMATS).still(frame) if angle == 0 else Decoder(ALL_FORMATS).scan(frame))
    # UPC-E is a shortened UPC-A and comes back at its full length.
    assert found.symbology == symbology
    assert found.text == ("0012345000065" if symbology == "UPCE" else text)


def test_only_the_symbologies_asked_for_are_read() -> None:
    frame = scene([Symbol("4006381333931", "EAN13", 3)])
    assert Decoder().still(frame) == []
    assert only(Decoder(["EAN13"]).still(frame)).text == "4006381333931"
    with pytest.raises(ValueError, match="Morse"):
        Decoder(["Morse"])


@pytest.mark.parametrize("text", ["Ąžuolų g. 7, Šiauliai ✓", "日本語", "naïve café", "a\tb", "KTU;S1234567"])
def test_text_comes_back_exactly(text: str) -> None:
    assert only(Decoder().scan(scene([Symbol(text)]))).text == text


def test_two_codes_in_a_frame_are_both_found() -> None:
    frame = scene([Symbol("FIRST-1"), Symbol("SECOND-2", "Code128", 3)])
    assert {found.text for found in Decoder().scan(frame)} == {"FIRST-1", "SECOND-2"}


def test_the_same_code_twice_is_one() -> None:
    assert only(Decoder().scan(scene([Symbol("TWIN"), Symbol("TWIN")]))).text == "TWIN"


def test_corners_start_at_the_codes_own_top_left_and_go_clockwise() -> None:
    code = drawn("CORNERS")
    side = code.shape[0] - 8
    for turns in range(4):
        picture = np.repeat(np.repeat(np.rot90(code, -turns), 6, axis=0), 6, axis=1)
        found = only(Decoder().scan(np.ascontiguousarray(picture)))
        low, high = 4 * 6, (4 + side) * 6
        square = [(low, low), (high, low), (high, high), (low, high)]
        a, b, c, d = (square[(at + turns) % 4] for at in range(4))
        assert near(found.corners, (a, b, c, d), 3)


@pytest.mark.parametrize("stage", [*stages.PATIENT], ids=lambda stage: stage.name)
def test_every_stage_maps_its_corners_back(stage: stages.Stage) -> None:
    frame = scene([Symbol("MAPBACK")], size=(800, 600), angle_deg=10)
    decoder = Decoder(zbar_turn="off")
    plain = only(decoder.scan(frame))
    view = stage.look(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY).astype(np.uint8))
    again = only(decoder.scan(view.gray))
    assert near(stages.map_back(again.corners, view.back), plain.corners, 4)


@pytest.mark.parametrize("angle", range(0, 181, 15))
def test_a_barcode_is_read_at_every_angle_within_a_round_of_turns(angle: int) -> None:
    for module_px in (1.75, 3, 5):
        decoder = Decoder(zbar_turn="off")
        frame = scene([Symbol("VT123456", "Code128", module_px)], angle_deg=angle)
        found = next(found for _ in range(decoder.turns) if (found := decoder.scan(frame)))
        assert (only(found).text, found[0].symbology) == ("VT123456", "Code128")
        middle = np.mean(found[0].corners, axis=0)
        assert np.abs(middle - (640, 360)).max() < 6 * module_px


def test_a_barcode_turned_by_45_degrees_is_read_in_a_still_as_well() -> None:
    found = only(Decoder().still(scene([Symbol("VT123456", "Code128", 3)], angle_deg=45)))
    assert found.text == "VT123456"
    assert np.abs(np.mean(found.corners, axis=0) - (640, 360)).max() < 12


@pytest.mark.parametrize("seed", range(4))
def test_a_dark_screens_code_of_two_pixels_a_module_is_read(seed: int) -> None:
    frame = scene([Symbol(f"PVZ-{seed}0245178", module_px=2)], angle_deg=11 * seed, light=Light(noise=4.0), seed=seed)
    decoder = Decoder(zbar_turn="off")
    dark = np.asarray(255 - frame, np.uint8)
    found = next(found for _ in range(decoder.turns) if (found := decoder.scan(dark)))
    assert only(found).text == f"PVZ-{seed}0245178"


def sheet_of_many() -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.uint8]], set[str]]:
    """Fifteen codes on a gray sheet."""
    sheet = np.full((900, 1400), 180, np.uint8)
    texts = {f"SEAT-{number:02}" for number in range(15)}
    for number, text in enumerate(sorted(texts)):
        code = np.repeat(np.repeat(drawn(text), 5, axis=0), 5, axis=1)
        row, column = divmod(number, 5)
        sheet[20 + 290 * row :, 20 + 275 * column :][: code.shape[0], : code.shape[1]] = code
    return sheet, texts


def test_all_codes_of_a_sheet_are_returned() -> None:
    sheet, texts = sheet_of_many()
    assert {found.text for found in Decoder().scan(sheet)} == texts
    corner = {f"SEAT-{number:02}" for number in (0, 1, 5, 6)}
    assert sorted(one.text for one in Decoder(zbar_turn="off").still(sheet[:590, :560])) == sorted(corner)


@pytest.mark.parametrize("zbar_turn", ["off", "on"])
def test_a_barcode_too_small_to_be_read_plainly_is_read_by_second_looks(zbar_turn: Choice) -> None:
    frame = scene([Symbol("VT123456", "Code39", 1.25)], light=Light(noise=4.0))
    decoder = Decoder(zbar_turn=zbar_turn)
    assert zxing.read(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY).astype(np.uint8), zxing.asked(["Code39"])) == []
    assert only(decoder.still(frame)).text == "VT123456"
    assert only(next(found for _ in range(decoder.turns) if (found := decoder.scan(frame)))).text == "VT123456"


@pytest.mark.parametrize("angle", [5, 20, 25, 30, 45, 80])
def test_of_an_itf_no_part_passes_for_the_whole(angle: int) -> None:
    """It has no check digit: only the untouched picture and bars compared with themselves may tell it."""
    for light in (Light(), Light(blur_px=1.5, noise=12.0), Light(contrast=0.3, noise=20.0)):
        frame = scene([Symbol("1234567012345678", "ITF", 2)], angle_deg=angle, light=light)
        decoder = Decoder(["ITF"], zbar_turn="off")
        for found in (decoder.still(frame), *(decoder.scan(frame) for _ in range(3))):
            assert {one.text for one in found} <= {"1234567012345678"}
            assert {one.stage for one in found} <= {"plain", "bars"}


def test_an_itf_that_is_cut_off_is_no_code() -> None:
    """What is left when one end is out of the picture is no code."""
    frame = scene([Symbol("1234567012345678", "ITF", 3)], angle_deg=3)
    for cut in (560, 640, 700):
        assert Decoder(["ITF", "Code128"]).still(frame[:, :cut]) == []


def test_second_looks_at_a_restless_scene_cost_what_frames_earn() -> None:
    """However much there is in every frame that could be a code, and in new places each time."""
    frames = [clutter(kind, seed) for seed in range(4) for kind in ("text", "checks", "keys", "grid", "shelf")]
    decoder = Decoder(ALL_FORMATS)
    decoder.scan(frames[0])
    began = time.thread_time()
    for frame in frames:
        zxing.read(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY).astype(np.uint8), zxing.asked(ALL_FORMATS))
        regions(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY).astype(np.uint8), 3)
    plain_s, began = time.thread_time() - began, time.thread_time()
    for frame in frames:
        decoder.scan(frame)
    looks_s = time.thread_time() - began - plain_s
    # What was lent at first, what the frames earn, and one look too dear for what is left, with half as much again.
    assert looks_s < 3 * (LENT_S + len(frames) * EARNED_S + 0.1)


@pytest.mark.parametrize("kind", KINDS)
def test_no_still_of_texture_holds_a_code(kind: str) -> None:
    """Of any kind: UPC-E and ITF are what texture passes for."""
    decoder = Decoder(ALL_FORMATS)
    assert decoder.still(clutter(kind, 20, (640, 360))) == []


def test_no_frame_of_texture_holds_a_code() -> None:
    decoder = Decoder(ALL_FORMATS)
    for kind in KINDS:
        for seed in range(3):
            assert decoder.scan(clutter(kind, seed + 40)) == []


def test_without_libzbar_everything_else_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """pyzbar is there, and its library is not: importing its module raises ImportError."""
    monkeypatch.setitem(sys.modules, "pyzbar", None)
    monkeypatch.setitem(sys.modules, "pyzbar.pyzbar", None)
    assert zbar("on", ["QRCode"]) is None
    decoder = Decoder(ALL_FORMATS, zbar_turn="on")
    frame = scene([Symbol("VT123456", "Code128", 3), Symbol("ALONE")], size=(960, 540))
    assert {found.text for found in decoder.still(frame)} == {"VT123456", "ALONE"}
    assert len(decoder.scan(frame)) == 2
    for _ in range(decoder.turns):
        assert decoder.scan(clutter("text", 1, (640, 360))) == []


needs_zbar = pytest.mark.skipif(
    zbar("on", ["QRCode"]) is None, reason="libzbar is not installed (Debian: apt install libzbar0)"
)


@needs_zbar
def test_the_zbar_turn_reads_what_no_other_look_at_a_frame_does() -> None:
    frame = scene([Symbol("ZBAR-1234", module_px=5)], size=(640, 480), light=SCREEN)
    found = only(Decoder(zbar_turn="on").still(frame))
    assert (found.text, found.symbology, found.stage) == ("ZBAR-1234", "QRCode", "zbar")
    without, decoder = Decoder(zbar_turn="off"), Decoder(zbar_turn="on")
    assert [read for _ in range(without.turns) if (read := without.scan(frame))] == []
    stages_seen = {only(read).stage for _ in range(decoder.turns) if (read := decoder.scan(frame))}
    assert stages_seen == {"zbar-sharp"}


@needs_zbar
def test_zbar_corners_agree_with_the_first_engine() -> None:
    read = zbar("on", ["QRCode"])
    assert read is not None
    for angle in (0, 90, 180, 270):
        frame = scene([Symbol("AGREE")], size=(640, 480), angle_deg=angle)
        gray = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY).astype(np.uint8)
        assert near(read(gray)[0].corners, only(Decoder().scan(frame)).corners, 6)


@needs_zbar
def test_zbar_says_nothing_about_text_it_would_have_to_guess() -> None:
    read = zbar("on", ["QRCode"])
    assert read is not None
    frame = scene([Symbol("Šarūnė")], size=(640, 480))
    assert read(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY).astype(np.uint8)) == []


def test_zbar_is_never_asked_for_itf_and_not_loaded_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    assert zbar("on", ["ITF"]) is None
    monkeypatch.setattr("sys.platform", "win32")
    assert zbar("auto", ["QRCode"]) is None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(arrays(np.uint8, st.tuples(st.integers(0, 40), st.integers(0, 40)) | st.just((3, 50, 3))))
def test_no_small_picture_makes_the_decoder_raise(
    frame: np.ndarray[tuple[int, ...], np.dtype[np.uint8]],
) -> None:
    decoder = Decoder(ALL_FORMATS)
    decoder.scan(frame)
    decoder.still(frame)


@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (0, 0, 3), (1, 1), (1, 1, 3), (1, 7), (3, 2, 3), (20, 20)])
def test_next_to_nothing_holds_nothing(shape: tuple[int, ...]) -> None:
    decoder = Decoder(ALL_FORMATS)
    for frame in (np.zeros(shape, np.uint8), np.full(shape, 255, np.uint8)):
        assert decoder.scan(frame) == []
        assert decoder.still(frame) == []


@pytest.mark.parametrize("shape", [(1, 200_000), (3, 100_000), (40_000, 2), (3, 100_000, 3), (4000, 5000)])
def test_pictures_of_odd_sizes_stay_within_bounds(shape: tuple[int, ...]) -> None:
    frame = np.random.default_rng(1).integers(0, 255, shape, np.uint8)
    decoder = Decoder(zbar_turn="off")
    began = time.process_time()
    for _ in range(3):
        assert decoder.scan(frame) == []
    scan_s, began = time.process_time() - began, time.process_time()
    zxing.read(np.random.default_rng(1).integers(0, 255, (3000, 4000), np.uint8), zxing.asked(decoder.formats))
    assert scan_s < 3 * 4 * (time.process_time() - began) + 1


def test_a_still_of_twenty_megapixels_of_noise_is_bounded() -> None:
    frame = np.random.default_rng(2).integers(0, 255, (4000, 5000), np.uint8)
    began = time.process_time()
    zxing.read(frame, zxing.asked(["QRCode", "Code128", "Code39"]))
    plain_s, began = time.process_time() - began, time.process_time()
    assert Decoder(zbar_turn="off").still(frame) == []
    assert time.process_time() - began < 80 * plain_s


def test_views_and_pictures_that_must_not_be_written_are_read_and_left_as_they_are() -> None:
    frame = scene([Symbol("VIEW"), Symbol("VT123456", "Code128", 3)], size=(960, 540), angle_deg=4)
    gray = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY).astype(np.uint8)
    wide = np.repeat(frame, 2, axis=1)
    views = {
        "columns": wide[:, ::2],
        "upside down": frame[::-1, ::-1],
        "part": np.pad(frame, ((30, 5), (9, 40), (0, 0)))[30:-5, 9:-40],
        "gray columns": np.repeat(gray, 2, axis=1)[:, ::2],
        "turned": np.rot90(gray),
        "channel": frame[:, :, 1],
    }
    for name, view in views.items():
        before = view.copy()
        view.setflags(write=False)
        decoder = Decoder()
        assert {found.text for found in decoder.scan(view)} == {"VIEW", "VT123456"}, name
        assert np.array_equal(view, before)
    assert {found.text for found in Decoder().still(views["gray columns"])} == {"VIEW", "VT123456"}


def test_second_looks_leave_the_frame_as_it_is() -> None:
    """A frame is shared with the preview."""
    frame = clutter("text", 3, (640, 360))
    before = frame.copy()
    frame.setflags(write=False)
    decoder = Decoder(ALL_FORMATS)
    for _ in range(decoder.turns):
        decoder.scan(frame)
    decoder.still(frame[:, ::-1])
    assert np.array_equal(frame, before)


def test_a_code_in_a_huge_picture_is_found_in_its_own_pixels() -> None:
    gray = np.full((5000, 5000), 255, np.uint8)
    code = np.repeat(np.repeat(drawn("HUGE"), 20, axis=0), 20, axis=1)
    gray[3000 : 3000 + code.shape[0], 1000 : 1000 + code.shape[1]] = code
    found = only(Decoder().still(gray))
    assert near((found.corners[0],) * 4, ((1080, 3080),) * 4, 12)


# --- files ---


def png_of(width: int, height: int) -> bytes:
    """A one-bit PNG that claims a size and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 999)) + chunk(b"IEND", b"")
    )


def jpeg() -> bytes:
    file = io.BytesIO()
    Image.fromarray(scene([Symbol("HALF")], size=(640, 480))).save(file, "JPEG")
    return file.getvalue()


BAD_FILES = {
    "picture_empty": b"",
    "picture_unreadable": np.random.default_rng(7).bytes(2_000_000),
    "picture_too_large": png_of(60_000, 60_000),
}


@pytest.mark.parametrize("code", BAD_FILES)
def test_bad_files_are_troubles(code: str, tmp_path: Path) -> None:
    file = tmp_path / "bad.png"
    file.write_bytes(BAD_FILES[code])
    with pytest.raises(Trouble) as caught:
        stills.load(file)
    assert caught.value.code == code


@pytest.mark.parametrize("side", [7_500, 9_000, 12_000, 20_000])
def test_no_picture_is_unpacked_that_claims_too_much(side: int, tmp_path: Path) -> None:
    """Of every size that Pillow would let pass, warn about, or refuse by itself."""
    file = tmp_path / "bomb.png"
    file.write_bytes(png_of(side, side))
    with pytest.raises(Trouble, match="picture_too_large"):
        stills.load(file)


@pytest.mark.parametrize("kept", [4, 30, 200, 2000, 9000])
@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_truncated_pictures_are_troubles(kind: str, kept: int, tmp_path: Path) -> None:
    file = tmp_path / "cut"
    whole = io.BytesIO()
    Image.fromarray(scene([Symbol("HALF")], size=(640, 480))).save(whole, kind)
    file.write_bytes(whole.getvalue()[:kept])
    with pytest.raises(Trouble, match="picture_unreadable"):
        stills.load(file)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damaged_pictures_are_read_or_troubles(tmp_path: Path, data: st.DataObject) -> None:
    bytes_ = bytearray(jpeg() if data.draw(st.booleans()) else png_of(30, 30))
    for _ in range(data.draw(st.integers(1, 20))):
        bytes_[data.draw(st.integers(0, len(bytes_) - 1))] = data.draw(st.integers(0, 255))
    file = tmp_path / "damaged"
    file.write_bytes(bytes_)
    try:
        assert stills.load(file).pixels.dtype == np.uint8
    except Trouble as trouble:
        assert trouble.code in BAD_FILES  # noqa: PT017 both ends are good ones


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "I"])
def test_pictures_of_every_mode_are_read(mode: str, tmp_path: Path) -> None:
    code = np.repeat(np.repeat(drawn("MODES"), 6, axis=0), 6, axis=1)
    image = Image.fromarray(code)
    if mode.startswith("I"):
        image = Image.fromarray(code.astype(np.uint16) * 257 if mode == "I;16" else code.astype(np.int32) * 257)
    elif mode in ("LA", "RGBA"):  # black modules on nothing at all
        image = Image.merge("LA", (Image.new("L", image.size, 0), Image.fromarray(255 - code))).convert(mode)
    file = tmp_path / ("code.tif" if mode in ("CMYK", "I") else "code.png")
    (image if image.mode == mode else image.convert(mode)).save(file)
    assert only(Decoder().still(stills.load(file).pixels)).text == "MODES"


def test_a_telephones_largest_jpeg_is_unpacked_smaller_and_corners_stay_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "large.jpg"
    frame = scene([Symbol("LARGE", module_px=16)], size=(1600, 1200), angle_deg=5)
    cv2.imwrite(str(file), frame)
    monkeypatch.setattr(stills, "MOST_UNPACKED", 500_000)
    still = stills.load(file)
    assert still.pixels.shape == (300, 400)
    assert still.scale == 4
    result = CliRunner().invoke(decode, [str(file), "--json"])
    corners = json.loads(result.stdout)["codes"][0]["corners"]
    assert np.abs(np.array(corners) - np.array(only(Decoder().scan(frame)).corners)).max() <= 10


def test_a_folders_pictures_come_in_the_order_people_count(tmp_path: Path) -> None:
    for name in ("b10.png", "b9.png", "A1.JPG", ".hidden.png", "notes.txt"):
        (tmp_path / name).touch()
    assert [path.name for path in stills.pictures(tmp_path)] == ["A1.JPG", "b9.png", "b10.png"]


# --- the command ---


def test_decode_prints_one_object_a_file_and_goes_on_after_a_bad_one(tmp_path: Path) -> None:
    good, bare, bad = tmp_path / "good.png", tmp_path / "bare.png", tmp_path / "bad.png"
    cv2.imwrite(str(good), scene([Symbol("Šaltinis 7")], size=(640, 480)))
    cv2.imwrite(str(bare), scene([], size=(640, 480)))
    bad.write_bytes(b"no picture at all")
    result = CliRunner().invoke(decode, [str(bad), str(good), str(bare), "--json", "--lang", "en"])
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert first["file"] == str(good)
    assert [(code["text"], code["format"], len(code["corners"])) for code in first["codes"]] == [
        ("Šaltinis 7", "QRCode", 4)
    ]
    assert first["ms"] > 0
    assert second["codes"] == []
    assert result.stderr.count("\n") == 1
    assert str(bad) in result.stderr
    assert result.exit_code == 1
    assert CliRunner().invoke(decode, [str(bare)]).exit_code == 0


def test_decode_takes_folders_and_names_empty_ones(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "empty").mkdir()
    for number in (1, 2):
        cv2.imwrite(str(tmp_path / "pictures" / f"{number}.png"), scene([Symbol(f"NR{number}")], size=(640, 480)))
    result = CliRunner().invoke(decode, [str(tmp_path / "pictures"), str(tmp_path / "empty"), "--lang", "en"])
    assert [line.rpartition(": ")[2] for line in result.stdout.splitlines()] == [
        "NR1 (QRCode)",
        "NR2 (QRCode)",
    ]
    assert "empty" in result.stderr
    assert result.exit_code == 1


def test_decode_says_the_distinct_codes_of_a_video(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    film = tmp_path / "film.avi"
    writer = cv2.VideoWriter(str(film), cv2.VideoWriter.fourcc(*"MJPG"), 10, (640, 480))
    for text in ("ONE", "ONE", "TWO", "ONE"):
        writer.write(scene([Symbol(text)], size=(640, 480)))
    writer.release()
    (tmp_path / "garbage.mp4").write_bytes(np.random.default_rng(3).bytes(200_000))
    result = CliRunner().invoke(decode, [str(film), str(tmp_path / "garbage.mp4"), "--json"])
    assert [code["text"] for code in json.loads(result.stdout)["codes"]] == ["ONE", "TWO"]
    assert result.stderr.count("\n") == 1
    # What the libraries write themselves goes past Python: nothing of it may reach the user.
    assert capfd.readouterr() == ("", "")


def test_codes_cannot_command_the_terminal() -> None:
    assert shown("\x1b[2Jok\n") == "\\x1b[2Jok\\n"


# --- photographs ---

DATA = os.environ.get("STATION_TEST_DATA")


@pytest.mark.skipif(DATA is None, reason="STATION_TEST_DATA is not set: no photographs to read")
def test_photographs_are_read_and_nothing_false_is_read() -> None:
    """A sample of 36; the floors are one below what is measured (QR 15 of 16, bars 20 of 20)."""
    folder = Path(DATA or "") / "photos"
    lines = (folder / "manifest.jsonl").read_text("utf-8").splitlines()
    rows = sorted((json.loads(line) for line in lines), key=lambda row: str(row["file"]))
    qr = [row for row in rows if row["sym"] == "QR"][::2][:16]
    bars = [row for row in rows if row["sym"] in ("Code128", "Code39", "ITF", "Codabar")][::2][:24]
    decoder = Decoder(ALL_FORMATS)
    read = {"QR": 0, "bars": 0}
    for kind, sample in (("QR", qr), ("bars", bars)):
        for row in sample:
            texts = {found.text for found in decoder.still(stills.load(folder / row["file"]).pixels)}
            read[kind] += texts >= set(row["truths"])
            assert len(texts) <= 1, row["file"]
    assert read["QR"] >= 14, read
    assert read["bars"] >= 19, read
