"""Whether a patch of a picture may be a code, fine or spoilt: from its texture alone, read or not."""

from __future__ import annotations

from typing import Final

from station.scanner.guidance.patches import SMALL, Patch
from station.scanner.guidance.texture import Texture

DIM: Final = 60.0
"""A patch whose light end is below this grey level is in the dark."""
BLIND: Final = 250
"""From this grey level on a pixel may have got any amount of light."""


def looks_coded(patch: Patch, seen: Texture, noise: float) -> bool:
    """Whether it may be a code; ``noise`` is the frame's, in grey levels.

    The limits are where generated codes, fine or spoilt in each of the ways a hint knows, and generated
    backgrounds lie apart: print has less ink, cloth, tiles and blinds repeat themselves or are too even, faces
    and furniture have few edges, books few and coarse ones. They were checked on seeds they were not set by.
    """
    dark, blind = seen.light < DIM, seen.light >= BLIND
    if seen.contrast < max(8 if dark else 50, 2.2 * noise) or seen.two_tone < (0.58 if blind else 0.62):
        return False
    if patch.fills:
        return _too_large(seen)
    # A blur as wide as this leaves nothing of a code that small: it is an eye, a mouth, a button.
    if patch.long < (28 if patch.long < SMALL else 22) * seen.blur_px:
        return False
    if smeared(patch, seen):
        return seen.busy > 0.5 and seen.repeats < 0.66 and seen.run_px < 18
    if seen.linear:
        return _bars(patch, seen)
    if blurred_bars(patch, seen):
        return seen.repeats < 0.76 and seen.busy > 0.45
    if blind:
        return _glared_squares(patch, seen)
    if patch.long > (2.7 if patch.cut else 1.75) * patch.short:
        return False
    if dark:
        return _dark_squares(patch, seen)
    if seen.blur_px > 2.4 and patch.long > SMALL and not patch.cut:
        return _blurred_squares(patch, seen)
    return _squares(patch, seen)


def _too_large(seen: Texture) -> bool:
    """Of what goes from edge to edge: one module, two or three, the ways between the edges of a code have a
    pattern of their own."""
    if seen.linear:
        return seen.one_way > 0.9 and seen.two_tone > 0.85 and seen.repeats < 0.6 and 0.4 < seen.uneven < 0.6
    return seen.two_tone > 0.8 and 0.35 < seen.ink < 0.75 and seen.repeats < 0.34 and 0.6 < seen.uneven < 0.85


def _bars(patch: Patch, seen: Texture) -> bool:
    if seen.repeats > 0.66 or seen.busy < 0.45:
        return False
    if patch.cut:
        return seen.edges >= 8 and seen.two_tone > 0.84 and seen.run_px < 11
    return seen.edges >= 18 and seen.run_px < 16


def _squares(patch: Patch, seen: Texture) -> bool:
    if patch.long < SMALL and not patch.cut:
        # The eyes of a face are as large as a code far away, but not as sharp and with fewer edges.
        return _fine(patch, seen, most_ink=0.8, most_repeats=0.76) and (seen.blur_px < 1.75 or seen.edges > 500)
    return _fine(patch, seen, most_ink=0.76, most_repeats=0.62) and seen.uneven > 0.62


def _fine(patch: Patch, seen: Texture, *, most_ink: float, most_repeats: float) -> bool:
    return (
        0.17 < seen.ink < most_ink
        and seen.repeats < most_repeats
        and seen.busy > 0.36
        and patch.solid > 0.5
        and seen.run_px < 30
        and seen.four_way > (0.18 if seen.run_px > 9 else 0.1)
    )


def _glared_squares(patch: Patch, seen: Texture) -> bool:
    """White spots take ink away, or half of a code; what is left of it is all the more uneven."""
    if patch.long > (2.7 if patch.cut else 2.1) * patch.short or patch.solid < 0.38:
        return False
    spoilt = seen.uneven > 1 and seen.four_way > 0.35 and seen.edges > 400
    return (
        0.13 < seen.ink < 0.88
        and seen.repeats < 0.62
        and (spoilt or _fine(patch, seen, most_ink=0.76, most_repeats=0.62))
    )


def _dark_squares(patch: Patch, seen: Texture) -> bool:
    """In the dark little more than shape and tones are left."""
    return (
        patch.short >= 100
        and patch.solid > 0.45
        and 0.17 < seen.ink < 0.76
        and seen.repeats < 0.62
        and seen.blur_px < 2.2
    )


def _blurred_squares(patch: Patch, seen: Texture) -> bool:
    """So blurred that the edges of modules run every way."""
    if not 0.33 < seen.ink < 0.75 or patch.solid < 0.42:
        return False
    fine = seen.edges > 1000 and seen.busy > 0.45 and seen.repeats < 0.62
    return fine or (seen.four_way > 0.15 and seen.edges > 600 and seen.busy > 0.35 and seen.repeats < 0.73)


def blurred_bars(patch: Patch, seen: Texture) -> bool:
    """Whether it is a bar code so blurred that the ends of its bars are its clearest edges."""
    wide = 1.6 * patch.short < patch.long < 3 * patch.short
    return (
        wide
        and not patch.cut
        and seen.blur_px > 1.45
        and (seen.four_way > 0.8 or (seen.four_way > 0.65 and seen.one_way > 0.2))
    )


def smeared(patch: Patch, seen: Texture) -> bool:
    """Whether it is a matrix code that motion has turned into something like bars."""
    squat = patch.long < 1.6 * patch.short and not patch.cut
    return seen.linear and squat and seen.one_way < 0.85 and seen.two_tone < 0.86  # between its tones are many others
