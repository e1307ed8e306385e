"""The camera's picture in the window: its size is asked for, its marks, hints that stand still, crowds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QFontMetrics, QImage
from pytestqt.qtbot import QtBot

from installer.sample import picture, strip
from station import texts
from station.ui import drop
from station.ui import preview as preview_module
from station.ui.look import font
from station.ui.marks import COLOURS
from station.ui.preview import ICONS, PreviewBox
from station.ui.steady import Steady
from station.ui.theme import SMALL, TITLE
from station.ui.window import DAY, DESK
from station.views import Camera, Hint, Mark
from station.words import hint_reason, hint_word
from tests.ui_window import Scene, scene

# What Qt says of its own screenless platform.
pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")


def showing(on: Scene, **what: object) -> PreviewBox:
    box = on.window.desk.preview
    on.acts.seen = picture(on.acts.box, **what)  # type: ignore[arg-type]
    on.bulletin.frame_ready.emit()
    return box


def stands(box: PreviewBox) -> Hint | None:
    return box.hint


def colours(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_pictures_are_asked_for_in_the_boxs_own_pixels_and_only_while_it_is_seen(qtbot: QtBot) -> None:
    on = scene(qtbot)
    box = on.window.desk.preview
    ratio = box.devicePixelRatioF()
    size = (round(box.width() * ratio), round(box.height() * ratio))
    assert on.acts.box == size
    on.window.turn(DAY)
    assert on.acts.box == (0, 0)
    on.window.turn(DESK)
    assert on.acts.box == size


def test_a_picture_in_the_boxs_size_is_drawn_as_it_is(qtbot: QtBot) -> None:
    on = scene(qtbot)
    box = showing(on, marks=(Mark.READ,))
    seen = on.acts.seen
    assert seen is not None
    painted = box.grab().toImage()
    for x, y in ((8, 100), (300, 60), (20, 150)):
        at = y * seen.stride + x * 4
        colour = painted.pixelColor(x, y)
        assert (colour.blue(), colour.green(), colour.red()) == tuple(seen.pixels[at : at + 3])


@pytest.mark.parametrize("mark", Mark)
def test_each_mark_has_its_own_colour(qtbot: QtBot, mark: Mark) -> None:
    on = scene(qtbot)
    found = colours(showing(on, marks=(mark,)).grab().toImage())
    others = {COLOURS[other] for other in Mark if other is not mark}
    assert COLOURS[mark] in found
    assert not others & found


def test_where_to_hold_a_code_is_shown_only_while_there_is_none(qtbot: QtBot) -> None:
    on = scene(qtbot)
    empty = showing(on, marks=()).grab().toImage()
    on.acts.seen = replace(picture(on.acts.box, marks=()), hint=Hint.DARK)
    on.bulletin.frame_ready.emit()
    hinted = on.window.desk.preview.grab().toImage()
    corner = (empty.width() // 2 - 70, empty.height() // 2 - 60)
    around = [(corner[0] + x, corner[1] + y) for x in range(-20, 20) for y in range(-10, 10)]
    assert any(empty.pixelColor(*at) != hinted.pixelColor(*at) for at in around)


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("hint", Hint)
def test_a_hint_is_on_the_picture_and_for_the_screen_reader(qtbot: QtBot, hint: Hint, language: str) -> None:
    on = scene(qtbot, language=language)
    box = showing(on, marks=(), hint=hint)
    words = box.words()
    assert words is not None
    assert (words.title, words.reason, words.icon) == (hint_word(hint), hint_reason(hint), ICONS[hint])
    assert hint_word(hint) in box.accessibleDescription()
    assert box.grab().toImage().pixelColor(box.width() - 20, box.height() - 30).name() == on.window._look.theme.surface


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_words_fit_where_they_stand(qtbot: QtBot, language: str) -> None:
    on = scene(qtbot, language=language)
    box, title, small = on.window.desk.preview, QFontMetrics(font(TITLE, strong=True)), QFontMetrics(font(SMALL))
    for hint in (*Hint, None):
        showing(on, marks=(), hint=hint)
        box._hint.clear()
        box._weigh()
        if hint is None:
            on.bulletin.crowded.emit()
        words = box.words()
        assert words is not None
        assert title.horizontalAdvance(words.title) <= box.width() - 76
        assert small.horizontalAdvance(words.reason) <= box.width() - 76
    assert title.horizontalAdvance(on.window.drop.words()) <= drop.SHEET[0] - 32


def test_every_hint_has_words_of_its_own() -> None:
    for language in texts.LANGUAGES:
        texts.activate(language)
        assert len({hint_word(hint) for hint in Hint}) == len({hint_reason(hint) for hint in Hint}) == len(Hint)
    assert set(ICONS) == set(Hint)


def test_a_hint_stands_for_a_second_and_then_gives_way(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("station.ui.preview.time.monotonic", lambda: clock[0])
    on = scene(qtbot)
    box = showing(on, marks=(), hint=Hint.TOO_FAR)
    for step in range(9):
        clock[0] += 0.1
        showing(on, marks=(), hint=(None, Hint.GLARE)[step % 2])
        assert stands(box) is Hint.TOO_FAR
    clock[0] += 0.2
    showing(on, marks=())
    assert stands(box) is None
    showing(on, marks=(), hint=Hint.EDGE)
    assert stands(box) is Hint.EDGE, "the first hint after none is said at once"
    on.bulletin.strip.emit(strip(camera=Camera.GONE))
    assert stands(box) is None
    assert "Plug it in" in box.accessibleDescription()


def test_a_hint_goes_by_itself_when_no_more_pictures_come(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    on = scene(qtbot)
    box = on.window.desk.preview
    monkeypatch.setattr(box._hint, "_least_s", 0.05)
    showing(on, marks=(), hint=Hint.TOO_FAR)
    showing(on, marks=())
    assert box.hint is Hint.TOO_FAR
    qtbot.waitUntil(lambda: box.hint is None)


def test_a_screen_reader_is_not_talked_over(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, said = [100.0], list[object]()
    monkeypatch.setattr("station.ui.preview.time.monotonic", lambda: clock[0])
    monkeypatch.setattr("station.ui.preview.QAccessible.updateAccessibility", said.append)
    on = scene(qtbot)
    for step in range(40):
        clock[0] += 0.5
        showing(on, marks=(), hint=(Hint.TOO_FAR, Hint.BLURRED)[step % 2])
    assert 3 <= len(said) <= 20 / preview_module.SPOKEN_S + 1


def test_a_crowd_is_asked_to_come_one_at_a_time_before_any_hint(qtbot: QtBot) -> None:
    on = scene(qtbot)
    box = showing(on, marks=(Mark.CROWD, Mark.CROWD), hint=Hint.TOO_FAR)
    on.bulletin.crowded.emit()
    words = box.words()
    assert words is not None
    assert (words.title, words.ground) == ("One at a time", "amber")
    assert box.grab().toImage().pixelColor(box.width() - 20, box.height() - 30).name() == on.window._look.theme.amber


def test_the_strip_says_what_the_camera_really_gives(qtbot: QtBot) -> None:
    on = scene(qtbot)
    assert on.window.strip.camera.words.text() == "Camera 1920×1080 · 30/s"
    on.bulletin.strip.emit(replace(strip(), camera_size=(0, 0), camera_rate=0.0))
    assert on.window.strip.camera.words.text() == "Camera 0/s"


@given(st.lists(st.tuples(st.floats(0.001, 3), st.sampled_from([None, "a", "b"])), max_size=60))
def test_what_stands_stands_for_its_time_and_then_follows(steps: list[tuple[float, str | None]]) -> None:
    steady: Steady[str] = Steady(1.0)
    now, since, shown = 0.0, 0.0, None
    for gap, word in steps:
        now += gap
        again = steady.put(word, now)
        if steady.shown != shown:
            assert steady.shown == word
            assert shown is None or now - since >= 1.0 - 1e-9
            shown, since = steady.shown, now
        assert (again > 0) == (steady.shown != word)
        if again:
            assert now + again == pytest.approx(since + 1.0)
