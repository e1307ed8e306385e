"""Does the decoder work here? Makes a code and reads it back."""

from __future__ import annotations

import numpy as np
import segno

from station.scanner.decode import Decoder

TEXT = "STATION-CHECK"


def reads() -> bool:
    """Whether a plain QR code of our own making is read."""
    rows = [
        [0 if dark else 255 for dark in row] for row in segno.make(TEXT, micro=False).matrix_iter(scale=6, border=4)
    ]
    picture = np.array(rows, np.uint8)
    return any(found.text == TEXT for found in Decoder().scan(picture))
