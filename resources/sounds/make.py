"""Makes the five short sounds of the verdicts: running it writes them beside itself."""

from __future__ import annotations

import array
import math
import sys
import wave
from pathlib import Path

RATE = 22_050
Tone = tuple[float, float]
"""Frequency in hertz (0 is a pause) and length in seconds."""

SOUNDS: dict[str, tuple[Tone, ...]] = {
    "in": ((659.3, 0.07), (987.8, 0.13)),
    "out": ((987.8, 0.07), (659.3, 0.13)),
    "switch": ((659.3, 0.06), (987.8, 0.06), (659.3, 0.06), (987.8, 0.10)),
    "repeat": ((523.3, 0.09), (0.0, 0.05), (523.3, 0.11)),
    "refuse": ((196.0, 0.34),),
}


def samples(tones: tuple[Tone, ...], *, buzz: bool) -> array.array[int]:
    """16-bit samples; a buzz has overtones, so that it cannot be mistaken for the pleasant ones."""
    made = array.array("h")
    for frequency, seconds in tones:
        count = round(RATE * seconds)
        for k in range(count):
            # Soft edges: no clicks.
            edge = min(1.0, k / (0.006 * RATE), (count - k) / (0.03 * RATE))
            angle = 2 * math.pi * frequency * k / RATE
            wave_at = math.sin(angle)
            if buzz:
                wave_at = 0.55 * wave_at + 0.3 * math.sin(3 * angle) + 0.15 * math.sin(5 * angle)
            made.append(round(0.7 * 32_767 * edge * wave_at))
    return made


def main() -> None:
    folder = Path(__file__).parent
    for name, tones in SOUNDS.items():
        data = samples(tones, buzz=name == "refuse")
        if sys.byteorder == "big":
            data.byteswap()
        with wave.open(str(folder / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(data.tobytes())


if __name__ == "__main__":
    main()
