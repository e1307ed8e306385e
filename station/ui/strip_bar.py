"""The status strip: registry, queue, clock, camera, roster, each with an icon and words; always in sight."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from station.texts import _, clock_time, ngettext
from station.ui.icons import picture
from station.ui.look import Look
from station.ui.parts import Elided, label
from station.views import Camera, Link, Strip
from station.words import camera_word, link_word

CLOCK_AMBER = 30.0
CLOCK_RED = 120.0
"""Clock offsets in seconds from which a person must know (rule H12)."""

_LINK_ICONS = {
    Link.ONLINE: "wifi",
    Link.OFFLINE: "wifi-off",
    Link.IDLE: "circle-dashed",
    Link.NONE: "circle-dashed",
}


class Item(QWidget):
    """An icon and words; the colour only repeats what they say."""

    def __init__(self) -> None:
        super().__init__()
        self.words: QLabel = label("small")
        self._icon = QLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._icon)
        row.addWidget(self.words)

    def put(self, icon: str, words: str, colour: str) -> None:
        self._icon.setPixmap(picture(icon, colour, 16))
        self.words.setText(words)
        self.setAccessibleName(words)


class StripBar(QFrame):
    """Shows the newest Strip."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("strip")
        self.setFixedHeight(36)
        self._look = look
        self._strip: Strip | None = None
        self.desk = Elided("small")
        self.link, self.queue, self.refused, self.clock, self.camera, self.people = (Item() for _k in range(6))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(24)
        row.addWidget(self.desk, 1)
        for item in (self.link, self.queue, self.refused, self.clock, self.camera, self.people):
            row.addWidget(item)
        look.changed.connect(self.retext)

    def put(self, strip: Strip) -> None:
        self._strip = strip
        self.retext()

    def retext(self) -> None:
        strip = self._strip
        for item in (self.link, self.queue, self.refused, self.clock, self.camera, self.people):
            item.setVisible(strip is not None)
        if strip is None:
            self.desk.setText("")
            return
        theme = self._look.theme
        parts = [
            strip.desk,
            _("practice") if strip.practice else "",
            strip.event.title if strip.event else "",
        ]
        self.desk.setText(" · ".join(part for part in parts if part))
        link = link_word(strip.link)
        if strip.last_success is not None:
            link += " · " + _("last contact {time}").format(time=clock_time(strip.last_success))
        self.link.put(_LINK_ICONS[strip.link], link, theme.amber_text if strip.link is Link.OFFLINE else theme.muted)
        waiting = ngettext("{n} waiting", "{n} waiting", strip.waiting).format(n=strip.waiting)
        self.queue.put("inbox", waiting, theme.muted)
        self.refused.setVisible(strip.refused > 0)
        refused = ngettext("{n} refused", "{n} refused", strip.refused).format(n=strip.refused)
        self.refused.put("triangle-alert", refused, theme.red_text)
        self.clock.put(*self._clock(strip.clock_offset))
        gone = strip.camera is Camera.GONE
        self.camera.put(
            "camera-off" if gone or strip.camera is Camera.OFF else "camera",
            self._camera(strip),
            theme.red_text if gone else theme.muted,
        )
        people = ngettext("{n} person", "{n} people", strip.people).format(n=strip.people)
        self.people.put("users", people, theme.muted if strip.people else theme.amber_text)

    def _clock(self, offset: float | None) -> tuple[str, str, str]:
        theme = self._look.theme
        if offset is None:
            return "clock", _("Clock not checked"), theme.muted
        off = abs(offset)
        if off <= CLOCK_AMBER:
            return "clock", _("Clock right"), theme.muted
        words = _("Clock {n} s fast") if offset < 0 else _("Clock {n} s slow")
        return (
            "triangle-alert",
            words.format(n=round(off)),
            theme.red_text if off > CLOCK_RED else theme.amber_text,
        )

    def _camera(self, strip: Strip) -> str:
        words = camera_word(strip.camera)
        if strip.camera in (Camera.LIVE, Camera.DEMO):
            width, height = strip.camera_size
            figures = [f"{width}×{height}"] if width else []
            figures.append(_("{n}/s").format(n=round(strip.camera_rate)))
            words += " " + " · ".join(figures)
        return words
