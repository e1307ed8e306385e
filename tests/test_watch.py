"""One reading per presentation: by hand for each rule, by hypothesis against a plain model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from station.facts import Found
from station.scanner.watch import Sight, Watch

NOWHERE = ((0, 0), (1, 0), (1, 1), (0, 1))


def found(texts: Iterable[str], symbology: str = "QRCode") -> list[Found]:
    return [Found(text, symbology, NOWHERE, "plain") for text in texts]


def presented(frames: Sequence[tuple[float, str]], watch: Watch | None = None) -> list[tuple[float, str]]:
    """What is told of frames given as (seconds, one letter a code)."""
    watch = watch or Watch()
    sights = [(at, watch.see(found(codes), at)) for at, codes in frames]
    return [(at, sight.new.text) for at, sight in sights if sight.new is not None]


def test_a_code_that_stays_is_one_presentation() -> None:
    assert presented([(at / 30, "A") for at in range(600)]) == [(0, "A")]


def test_a_code_unread_for_less_than_the_hold_off_is_the_same_presentation() -> None:
    assert presented([(0, "A"), (1, ""), (1.9, "A"), (3.8, "A"), (5.8, "A")]) == [(0, "A")]


def test_a_code_that_left_and_came_back_is_a_new_presentation() -> None:
    assert presented([(0, "A"), (2.1, ""), (2.2, "A"), (5, "A")]) == [(0, "A"), (2.2, "A"), (5, "A")]


def test_one_after_the_other_is_two_presentations() -> None:
    assert presented([(0, "A"), (0.1, "B"), (0.2, "A"), (0.3, "B")]) == [(0, "A"), (0.1, "B")]


def test_two_new_codes_at_once_are_said_to_be_crowded_and_none_is_picked() -> None:
    watch = Watch()
    for at in range(100):
        sight = watch.see(found("AB"), at / 30)
        assert sight.new is None
        assert sight.crowded


def test_an_unreadable_frame_does_not_pick_one_of_a_crowd() -> None:
    assert presented([(0, "AB"), (0.1, "A"), (0.2, "B"), (0.3, "AB"), (0.4, "A")]) == []


def test_the_one_left_of_a_crowd_is_taken_once_it_is_surely_alone() -> None:
    assert presented([(0, "AB"), (0.1, "A"), (0.4, "A"), (0.6, "A"), (0.7, "A")]) == [(0.6, "A")]


def test_a_card_with_two_codes_of_which_one_was_read_first_is_one_presentation() -> None:
    assert presented([(0, "A"), (0.1, "AB"), (1, "AB"), (1.5, "A"), (1.9, "AB"), (3, "AB")]) == [(0, "A")]


def test_a_poster_in_the_background_does_not_block_the_desk() -> None:
    frames = [(at / 10, "P") for at in range(20)]
    frames += [(2 + at / 10, "PA") for at in range(10)]
    frames += [(3 + at / 10, "PB") for at in range(10)]
    assert presented(frames) == [(0, "P"), (2, "A"), (3, "B")]


def test_a_code_without_check_digit_needs_two_equal_reads_within_a_second() -> None:
    watch = Watch()
    seen = [watch.see(found(text, "Code39"), at).new for at, text in ((0, "A"), (0.1, "B"), (0.2, "A"))]
    assert [code and code.text for code in seen] == [None, None, "A"]
    watch = Watch()
    assert [watch.see(found("A", "ITF"), at).new for at in (0, 1.1)] == [None, None]
    assert watch.see(found("A", "ITF"), 1.3).new is not None


def test_what_is_told_is_what_was_seen() -> None:
    code = found("A", "Code128")[0]
    assert Watch().see([code], 0).new is code


frames_of = st.lists(st.tuples(st.floats(0.01, 3.0), st.sets(st.sampled_from("ABC"), max_size=3)), max_size=60).map(
    lambda steps: [(sum(gap for gap, _ in steps[: at + 1]), codes) for at, (_, codes) in enumerate(steps)]
)


@given(st.lists(st.tuples(st.floats(0.01, 4.0), st.booleans()), max_size=80))
def test_a_single_code_is_told_exactly_after_each_absence(steps: list[tuple[float, bool]]) -> None:
    watch, now, last = Watch(), 0.0, -100.0
    for gap, visible in steps:
        now += gap
        told = watch.see(found("A" if visible else ""), now).new is not None
        assert told == (visible and now - last > 2.0)
        last = now if visible else last


@given(frames_of)
def test_what_holds_for_any_film(frames: list[tuple[float, set[str]]]) -> None:
    watch = Watch()
    sights: list[tuple[float, str]] = []
    for at, codes in frames:
        sight = watch.see(found(sorted(codes)), at)
        if sight.new is not None:
            text = sight.new.text
            assert text in codes
            assert not sight.crowded
            # never twice in one presentation
            earlier = [when for when, told in sights if told == text]
            assert not earlier or any(later - before > 2.0 for before, later in gaps(frames, text, earlier[-1], at))
            sights.append((at, text))
        if sight.crowded:
            assert len(codes) >= 2


def gaps(frames: list[tuple[float, set[str]]], text: str, start: float, end: float) -> Iterable[tuple[float, float]]:
    """The times between one sight of ``text`` and the next, from ``start`` to ``end``."""
    seen = [at for at, codes in frames if text in codes and start <= at <= end]
    return pairwise(seen)


@given(frames_of)
def test_nothing_is_remembered_for_ever(frames: list[tuple[float, set[str]]]) -> None:
    watch = Watch()
    for at, codes in frames:
        watch.see(found(codes), at)
    end = frames[-1][0] if frames else 0.0
    assert watch.see(found("A"), end + 10).new is not None


# --- whose codes they are ---

PEOPLE = {"A": "x", "a": "x", "B": "y", "b": "y"}
"""A and a are codes of one person, B and b of another; N and M are nobody's."""


def knowing(hold_off_s: float = 2.0) -> Watch:
    return Watch(hold_off_s, who=PEOPLE.get)


def texts(codes: Iterable[Found]) -> str:
    return "".join(sorted(code.text for code in codes))


def test_two_codes_of_one_person_are_one_presentation() -> None:
    frames = [(0, "Aa"), (0.1, "a"), (0.2, "A"), (1.5, "a"), (3.4, "A"), (5.5, "a")]
    assert presented(frames, knowing()) == [(0, "A"), (5.5, "a")]
    assert presented([(0, "a"), (0.1, "aA"), (1.0, "A")], knowing()) == [(0, "a")]


def test_two_people_at_once_are_asked_about_and_none_is_picked() -> None:
    watch = knowing()
    for at in range(100):
        sight = watch.see(found("AaBN"), at / 30)
        assert sight.new is None
        assert texts(sight.crowd) == "ABa", "only people compete"
        assert sight.read == ()


def test_a_second_person_beside_one_just_read_is_asked_to_wait() -> None:
    watch = knowing()
    assert watch.see(found("A"), 0).new is not None
    assert texts(watch.see(found("AB"), 0.1).crowd) == "AB"
    assert presented([(0.2, "B"), (0.5, "B"), (0.7, "B")], watch) == [(0.7, "B")]


def test_a_code_of_nobody_does_not_keep_a_known_one_waiting() -> None:
    assert presented([(0, "NA"), (0.1, "NA"), (1, "N"), (2.5, "N")], knowing()) == [(0, "A")]
    assert presented([(0, "N"), (0.1, "NA")], knowing()) == [(0, "N"), (0.1, "A")]


def test_a_card_beside_one_that_has_long_been_there_is_read() -> None:
    lying = [(at / 10, "A") for at in range(40)]
    assert presented([*lying, (4.0, "AN"), (5.5, "A"), (7.0, "AB")], knowing()) == [(0, "A"), (4.0, "N"), (7.0, "B")]


def test_codes_of_nobody_among_themselves_are_not_picked_from() -> None:
    watch = knowing()
    assert texts(watch.see(found("NM"), 0).crowd) == "MN"
    assert presented([(0.1, "N"), (0.4, "M"), (0.9, "M")], watch) == [(0.9, "M")]


def test_an_unread_moment_of_a_weak_code_does_not_tell_what_is_beside_it() -> None:
    watch = knowing()
    both = [*found("N"), *found("A", "Code39")]
    assert watch.see(both, 0).new is None
    assert watch.see(found("N"), 0.1).new is None
    told = watch.see(both, 0.2)
    assert told.new is not None
    assert told.new.text == "A"
    assert watch.see(found("N"), 0.3).new is None


def test_the_surest_code_of_a_person_is_told() -> None:
    codes = [*found("a", "Code39"), *found("A", "QRCode")]
    new = knowing().see(codes, 0).new
    assert new is codes[1]


def test_who_is_asked_once_while_a_code_is_in_view() -> None:
    asked: list[str] = []

    def who(text: str) -> str | None:
        asked.append(text)
        return PEOPLE.get(text)

    watch = Watch(who=who)
    for at in range(100):
        watch.see(found("AN"), at / 10)
    assert asked == ["A", "N"]
    watch.see(found("A"), 13)
    assert asked == ["A", "N", "A"], "a roster may have come meanwhile"


# --- what looks like the number of a card ---


def test_a_weak_code_that_looks_like_no_number_is_as_if_it_were_not_there() -> None:
    watch = Watch(is_id=str.isdigit)
    for at in range(20):
        sight = watch.see([*found(["x1"], "ITF"), *found(["12"], "QRCode")], at / 10)
        assert (sight.new is not None) == (at == 0)
        assert not sight.crowded
        assert [code.text for code in sight.read] == ["12"]
    assert [watch.see(found(["77"], "EAN13"), at).new is not None for at in (5, 5.1)] == [False, True]
    assert watch.see(found(["x"], "Code128"), 9).new is not None, "a strong check is enough"


# --- in view, though unread ---


def test_a_code_that_is_still_there_is_the_same_presentation_when_it_is_read_again() -> None:
    watch = Watch()
    assert watch.see(found("A"), 0).new is not None
    for at in range(1, 60):
        assert watch.see([], at / 10, present=["A"]).new is None
    assert watch.see(found("A"), 7.9).new is None
    assert watch.see(found("A"), 10.0).new is not None


def test_being_still_there_tells_nothing_by_itself() -> None:
    watch = Watch()
    assert watch.see([], 0, present=["A"]).new is None
    assert watch.see(found("A"), 0.1).new is not None
    watch = Watch()
    watch.see(found("A"), 0)
    watch.see([], 2.5, present=["A"])
    assert watch.see(found("A"), 2.6).new is not None, "it had been gone for longer than the hold-off"


def test_what_was_not_told_yet_is_not_taken_for_told_because_it_is_there() -> None:
    watch = Watch()
    assert watch.see(found("A", "Code39"), 0).new is None
    watch.see([], 0.2, present=["A"])
    assert watch.see(found("A", "Code39"), 0.4).new is not None
    watch = Watch()
    assert watch.see(found("AB"), 0).crowded
    watch.see([], 0.3, present=["A", "B"])
    assert watch.see(found("A"), 0.7).new is not None


# --- any film ---

films = st.lists(st.tuples(st.floats(0.01, 3.0), st.sets(st.sampled_from("AaBbNM"), max_size=4)), max_size=60)


def played(steps: list[tuple[float, set[str]]], watch: Watch) -> Iterable[tuple[float, set[str], Sight]]:
    now = 0.0
    for gap, codes in steps:
        now += gap
        yield now, codes, watch.see(found(sorted(codes)), now)


@given(films)
def test_of_several_new_people_none_is_picked_in_any_film(steps: list[tuple[float, set[str]]]) -> None:
    seen: dict[str, float] = {}
    told: dict[str, float] = {}
    for now, codes, sight in played(steps, knowing()):
        people = {PEOPLE[text] for text in codes if text in PEOPLE}
        fresh = {person for person in people if now - seen.get(person, -100.0) > 2.0}
        if len(fresh) > 1:
            assert sight.new is None
            assert {PEOPLE[code.text] for code in sight.crowd} >= fresh
        if sight.crowd:
            assert sight.new is None
            assert len({PEOPLE.get(code.text, code.text) for code in sight.crowd}) > 1
        if sight.new is not None:
            who = PEOPLE.get(sight.new.text)
            if who is None:
                assert not any(now - told.get(person, -100.0) <= 2.0 for person in people)
            else:
                # not again while any code of this person was there within the hold-off, once it was told
                assert who not in told or now - max(told[who], seen[who]) > 2.0 or who not in seen
                told[who] = now
        known = {person for person in people if person in told and now - max(told[person], seen.get(person, 0)) <= 2.0}
        seen.update(dict.fromkeys(known, now))
        read = {PEOPLE.get(code.text, code.text) for code in sight.read}
        assert known <= read


@given(st.lists(st.tuples(st.floats(0.01, 4.0), st.sets(st.sampled_from("AaNM"))), max_size=80))
def test_one_person_among_codes_of_nobody_is_told_exactly_after_each_absence(
    steps: list[tuple[float, set[str]]],
) -> None:
    last = -100.0
    for now, codes, sight in played(steps, knowing()):
        visible = bool(codes & {"A", "a"})
        told = sight.new is not None and sight.new.text in PEOPLE
        assert told == (visible and now - last > 2.0)
        assert not any(code.text in PEOPLE for code in sight.crowd)
        last = now if visible else last


@given(st.lists(st.tuples(st.floats(0.01, 4.0), st.sampled_from(["read", "tracked", "gone"])), max_size=80))
def test_tracking_extends_the_hold_off_and_nothing_else(steps: list[tuple[float, str]]) -> None:
    watch, now, last = Watch(), 0.0, -100.0
    for gap, how in steps:
        now += gap
        told = watch.see(found("A" if how == "read" else ""), now, present="A" if how == "tracked" else "").new
        assert (told is not None) == (how == "read" and now - last > 2.0)
        if how == "read" or (how == "tracked" and now - last <= 2.0):
            last = now


@given(films)
def test_codes_whose_owners_are_unknown_are_as_before(steps: list[tuple[float, set[str]]]) -> None:
    """With nobody known, and with everybody a person of their own, the same films tell the same."""
    strangers = [sight for _, _, sight in played(steps, Watch(who=lambda _: None))]
    assert strangers == [sight for _, _, sight in played(steps, Watch())]
