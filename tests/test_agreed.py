"""What several looks at a still picture agree on: who is believed alone, who needs a second look, who gives way."""

from __future__ import annotations

import pytest

from station.facts import Found
from station.scanner.engines.agreed import Agreed
from station.scanner.engines.symbologies import ALL_FORMATS, PROVEN, SHORT

DOUBTFUL = sorted(set(ALL_FORMATS) - PROVEN - SHORT)


def found(text: str, symbology: str = "QRCode", stage: str = "sharp", x: int = 0, side: int = 100) -> Found:
    return Found(text, symbology, ((x, 0), (x + side, 0), (x + side, side), (x, side)), stage)


def told(*looks: Found) -> list[str]:
    """The texts that are believed when each of these is a look of its own."""
    agreed = Agreed()
    for one in looks:
        agreed.add([one])
    return [one.text for one in agreed.told()]


def test_nothing_is_made_of_nothing() -> None:
    assert Agreed().told() == []
    assert told() == []


@pytest.mark.parametrize("symbology", sorted(PROVEN))
def test_what_proves_itself_is_believed_at_once(symbology: str) -> None:
    assert told(found("A", symbology)) == ["A"]


@pytest.mark.parametrize("symbology", DOUBTFUL)
def test_the_doubtful_need_two_different_looks(symbology: str) -> None:
    assert told(found("A", symbology, "sharp")) == []
    assert told(found("A", symbology, "sharp"), found("A", symbology, "sharp")) == []
    assert told(found("A", symbology, "sharp"), found("A", symbology, "clahe")) == ["A"]
    assert told(found("A", symbology, "sharp"), found("B", symbology, "clahe")) == []


def test_looks_at_different_symbologies_do_not_support_one_another() -> None:
    assert told(found("12345670", "EAN8", "sharp"), found("12345670", "ITF", "clahe")) == []


@pytest.mark.parametrize("symbology", ["EAN13", "Code39"])
@pytest.mark.parametrize("stage", ["plain", "bars"])
def test_the_untouched_picture_and_bars_by_themselves_are_believed_alone(symbology: str, stage: str) -> None:
    assert told(found("A", symbology, stage)) == ["A"]


def test_a_line_is_believed_where_nothing_else_was_read_and_gives_way_to_anything() -> None:
    line = found("1234", "ITF", "line", x=20, side=50)
    assert told(line) == ["1234"]
    assert told(line, found("12345678", "ITF", "bars")) == ["12345678"]
    assert told(line, found("CODE", "QRCode", "sharp")) == ["CODE"]
    assert told(line, found("12345678", "ITF", "bars", x=200)) == ["1234", "12345678"]


@pytest.mark.parametrize("symbology", sorted(SHORT))
def test_short_codes_are_told_by_the_untouched_picture_only(symbology: str) -> None:
    looks = [found("A", symbology, stage) for stage in ("sharp", "clahe", "rot45", "smooth", "zbar")]
    assert told(*looks) == []
    assert told(*looks, found("A", symbology, "plain")) == ["A"]


def test_of_two_in_the_same_place_the_one_that_more_looks_saw_stays() -> None:
    right = [found("RIGHT", stage=stage) for stage in ("sharp", "clahe")]
    part = found("PART", "Code128", "smooth", x=20, side=40)
    assert told(part, *right) == ["RIGHT"]
    assert told(*right, part) == ["RIGHT"]
    # ... also where it is the smaller one.
    large = found("LARGE", stage="smooth")
    assert told(large, *(found("SMALL", "Code128", stage, x=35, side=40) for stage in ("sharp", "clahe"))) == ["SMALL"]


def test_the_untouched_picture_outdoes_any_number_of_looks() -> None:
    changed = [found("CHANGED", stage=stage) for stage in ("sharp", "clahe", "rot45")]
    assert told(*changed, found("PLAIN", stage="plain")) == ["PLAIN"]


def test_what_is_not_believed_drives_nothing_out() -> None:
    ghosts = [found("GHOST", "UPCE", stage) for stage in ("sharp", "clahe", "rot45")]
    assert told(*ghosts, found("CODE", stage="smooth")) == ["CODE"]


def test_equals_in_the_same_place_both_stay_for_the_desk_to_ask_about() -> None:
    assert told(found("ONE", stage="sharp"), found("TWO", stage="clahe")) == ["ONE", "TWO"]


def test_neighbours_side_by_side_both_stay() -> None:
    first = [found("FIRST", stage=stage) for stage in ("plain", "sharp", "clahe")]
    assert told(*first, found("SECOND", x=110, stage="sharp")) == ["FIRST", "SECOND"]
    # Boxes that overlap at an edge are neighbours still: turned codes' corners are measured within some pixels.
    assert told(*first, found("SECOND", x=90, stage="sharp")) == ["FIRST", "SECOND"]


def test_codes_come_once_in_the_order_they_were_first_read_with_their_first_corners() -> None:
    agreed = Agreed()
    agreed.add([found("B", x=200), found("A", x=0)])
    agreed.add([found("A", x=3, stage="clahe"), found("C", x=400, stage="clahe"), found("B", x=203, stage="clahe")])
    assert agreed.told() == [found("B", x=200), found("A", x=0), found("C", x=400, stage="clahe")]
