"""Chosen picture files: in order, one code a person, each fault told, and a clean end in the middle."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from station.facts import Found
from station.pictures import Looked, Pictures
from station.scanner.acceptance import Acceptance
from station.scanner.drawn.frames import Symbol, scene
from station.scanner.opencv import cv2
from tests.test_eye import eventually
from tests.test_sources import film

OWNERS = {"MINE-1": "me", "MINE-2": "me", "YOURS": "you"}


def drawn(path: Path, *symbols: Symbol) -> Path:
    cv2.imwrite(str(path), scene(list(symbols), size=(900, 600)))
    return path


def run(files: list[Path], accepted: Acceptance | None = None) -> tuple[list[str], Looked]:
    codes: list[str] = []
    said: list[Looked] = []
    failed: list[Exception] = []
    pictures = Pictures(lambda: accepted or Acceptance(), told=said.append, failed=failed.append)
    pictures.read(files, lambda found: codes.append(found.text))
    eventually(lambda: bool(said or failed))
    pictures.stop()
    assert failed == []
    return codes, said[0]


def test_files_are_read_in_their_order_and_what_came_of_it_is_told_once(tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    files = [
        drawn(tmp_path / "z.png", Symbol("FIRST")),
        drawn(tmp_path / "none.png"),
        broken,
        tmp_path / "gone.png",
        drawn(tmp_path / "a.png", Symbol("L"), Symbol("R")),
    ]
    codes, looked = run(files)
    assert codes[0] == "FIRST"
    assert sorted(codes[1:]) == ["L", "R"]
    assert (looked.files, looked.codes, looked.without) == (5, 3, ("none.png",))
    assert [trouble.code for trouble in looked.troubles] == ["picture_unreadable", "picture_missing"]


def test_a_persons_codes_in_one_picture_are_one_reading(tmp_path: Path) -> None:
    accepted = Acceptance(who=OWNERS.get)
    both = drawn(tmp_path / "card.png", Symbol("MINE-1"), Symbol("MINE-2"))
    codes, looked = run([both, both], accepted)
    assert len(codes) == 2
    assert set(codes) <= {"MINE-1", "MINE-2"}
    assert looked.codes == 2
    assert len(run([drawn(tmp_path / "two.png", Symbol("MINE-1"), Symbol("YOURS"))], accepted)[0]) == 2


def test_a_weak_barcode_must_look_like_a_number(tmp_path: Path) -> None:
    path = drawn(tmp_path / "card.png", Symbol("A12345", "Code39"))
    assert run([path])[0] == ["A12345"]
    codes, looked = run([path], Acceptance(is_id=lambda text: text.startswith("B")))
    assert codes == []
    assert looked.without == ("card.png",)


def test_a_folder_is_its_pictures_and_a_video_is_no_picture(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    drawn(folder / "1.png", Symbol("ONE"))
    (folder / "2.png").write_bytes(b"nothing")
    codes, looked = run([folder, film(tmp_path / "film.avi", ["A"])])
    assert codes == ["ONE"]
    assert [trouble.code for trouble in looked.troubles] == ["picture_unreadable", "picture_unreadable"]


def test_stopping_finishes_the_picture_in_hand_and_leaves_the_rest(tmp_path: Path) -> None:
    path = drawn(tmp_path / "a.png", Symbol("A"))
    begun, go_on, codes, said = threading.Event(), threading.Event(), list[str](), list[Looked]()

    def slow(found: Found) -> None:
        begun.set()
        assert go_on.wait(20)
        codes.append(found.text)

    pictures = Pictures(Acceptance, told=said.append, failed=lambda _: None)
    pictures.read([path] * 5, slow)
    pictures.read([path], slow)
    assert begun.wait(20)
    ending = threading.Thread(target=pictures.stop)
    ending.start()
    eventually(pictures._ending.is_set)
    go_on.set()
    ending.join(20)
    assert codes == ["A"]
    assert said == []


@pytest.mark.parametrize("fail", [ImportError("libGL.so.1"), KeyError("a bug of ours")])
def test_a_bug_is_told_and_the_next_choice_is_read(tmp_path: Path, fail: Exception) -> None:
    path = drawn(tmp_path / "a.png", Symbol("A"))
    failed, said, tries = list[Exception](), list[Looked](), list[int]()

    def accepted() -> Acceptance:
        tries.append(1)
        if len(tries) == 1:
            raise fail
        return Acceptance()

    pictures = Pictures(accepted, told=said.append, failed=failed.append)
    submit: Callable[[Found], None] = lambda _: None  # noqa: E731
    pictures.read([path], submit)
    pictures.read([path], submit)
    eventually(lambda: bool(said))
    pictures.stop()
    assert failed == [fail]


def test_stopping_what_never_began() -> None:
    Pictures(Acceptance, told=lambda _: None, failed=lambda _: None).stop()
