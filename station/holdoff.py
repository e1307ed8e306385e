"""One presentation, one reading: a code that a hand scanner reads twice, or camera and hand scanner together.

Pure: time is given, in seconds of one monotonic clock. What a person types is never held off.
"""

from __future__ import annotations

from station.facts import Reading, Source

_WATCHED = (Source.CAMERA, Source.SCANNER)


class HoldOff:
    """Remembers what was answered for ``scanner_s`` seconds (hand scanner) and ``camera_s`` (camera) at most.

    A reading for another way or role is meant, however soon it comes. The camera's own repeats are not judged here:
    ``scanner.watch`` sees when a code leaves the picture.
    """

    def __init__(self, scanner_s: float, camera_s: float) -> None:
        self._longest = {Source.SCANNER: scanner_s, Source.CAMERA: camera_s}
        self._seen: dict[tuple[str, str, str], dict[Source, float]] = {}

    def again(self, reading: Reading, now_s: float) -> bool:
        """Is this the presentation that was answered already? If so its hold-off begins anew."""
        if reading.source not in _WATCHED:
            return False
        seen = self._seen.get(_key(reading), {})
        by = _WATCHED if reading.source is Source.SCANNER else (Source.SCANNER,)
        held = any(now_s - seen[source] <= self._longest[reading.source] for source in by if source in seen)
        if held:
            seen[reading.source] = now_s
        return held

    def answered(self, reading: Reading, now_s: float) -> None:
        """The desk answered this reading."""
        longest = max(self._longest.values())
        self._seen = {
            key: seen for key, seen in self._seen.items() if any(now_s - at <= longest for at in seen.values())
        }
        if reading.source in _WATCHED:
            self._seen.setdefault(_key(reading), {})[reading.source] = now_s

    def forget(self) -> None:
        """Something was undone, or another event is chosen: the same code is meant anew."""
        self._seen.clear()


def _key(reading: Reading) -> tuple[str, str, str]:
    return reading.text.strip(), reading.way.value, reading.role.value
