"""Reciprocity, depth and regulars, by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from coaching.judgement.intervals import NotKnown, TooFew
from coaching.judgement.people_figures import Word, depth, lost_regulars, reciprocity, regulars

UTC_ZONE = ZoneInfo("UTC")
NOW = datetime(2026, 6, 7, 12, tzinfo=UTC)  # a Sunday


def they(person, weeks_ago=0.0, thread="t") -> Word:
    return Word(person, NOW - timedelta(weeks=weeks_ago), False, thread)


def we(person, weeks_ago=0.0, thread="t") -> Word:
    return Word(person, NOW - timedelta(weeks=weeks_ago), True, thread)


SINCE, UNTIL = NOW - timedelta(weeks=4), NOW + timedelta(days=1)


def test_reciprocity_is_of_people_not_of_messages() -> None:
    words = [
        they("ana", 1),
        they("ana", 1),
        we("ana", 0.5),
        *(they(one, 1) for one in ("bob", "cai", "dan", "eva")),
    ]
    figure = reciprocity(words, SINCE, UNTIL)
    assert (figure.k, figure.n) == (1, 5)


def test_a_word_before_they_spoke_is_no_answer() -> None:
    words = [we("ana", 2), *(they(one, 1) for one in ("ana", "bob", "cai", "dan", "eva"))]
    assert reciprocity(words, SINCE, UNTIL).k == 0


def test_who_spoke_outside_the_period_is_not_counted() -> None:
    words = [they("zoe", 5), *(they(one, 1) for one in ("ana", "bob", "cai", "dan"))]
    assert reciprocity(words, SINCE, UNTIL) == TooFew(4, 5)


def conversations(*lengths: int) -> list[Word]:
    words = []
    for number, length in enumerate(lengths):
        for turn in range(length):
            said = they if turn % 2 == 0 else we
            words.append(said("ana", 1 - turn / 100, f"t{number}"))
    return words


def test_depth_is_the_median_number_of_turns() -> None:
    assert depth(conversations(1, 2, 2, 4, 9)).value == 2
    assert depth(conversations(1, 2, 2, 4)) == TooFew(4, 5)


def test_two_messages_in_a_row_are_one_turn_and_our_monologues_are_no_conversation() -> None:
    words = [
        they("ana", 1),
        they("ana", 0.9),
        we("ana", 0.8),
        *conversations(3, 3, 3, 3),
        we("bob", 1, "alone"),
    ]
    assert depth(words).n == 5
    assert depth(words).low == 2


def test_two_people_are_two_turns() -> None:
    words = [they("ana", 1), they("bob", 0.9), *conversations(9, 9, 9, 9)]
    assert depth(words).low == 2


@pytest.mark.parametrize(("weeks", "regular"), [([0, 1], False), ([0, 1, 7], True), ([0, 1, 8], False)])
def test_regulars_have_words_both_ways_in_three_of_eight_weeks(weeks, regular) -> None:
    words = [said("ana", week) for week in weeks for said in (they, we)]
    assert bool(regulars(words, NOW, UTC_ZONE)) is regular


def test_words_one_way_make_no_regular() -> None:
    assert regulars([they("ana", week) for week in range(8)], NOW, UTC_ZONE) == ()
    assert regulars([we("ana", week) for week in range(8)], NOW, UTC_ZONE) == ()


def test_who_talks_in_most_weeks_comes_first() -> None:
    words = [said("ana", week) for week in range(3) for said in (they, we)]
    words += [said("bob", week) for week in range(5) for said in (they, we)]
    assert [(one.person, one.weeks) for one in regulars(words, NOW, UTC_ZONE)] == [("bob", 5), ("ana", 3)]


@pytest.mark.parametrize(("silent", "lost"), [(3.9, False), (4, True), (26, True), (26.1, False)])
def test_regulars_we_lost_are_silent_for_four_weeks(silent, lost) -> None:
    words = [said("ana", silent + week) for week in range(3) for said in (they, we)]
    assert bool(lost_regulars(words, NOW, UTC_ZONE)) is lost


def test_an_archive_knows_no_people() -> None:
    assert reciprocity(None, SINCE, UNTIL) == NotKnown("archive")
    assert depth(None) == NotKnown("archive")
    assert regulars(None, NOW, UTC_ZONE) == NotKnown("archive")
    assert lost_regulars(None, NOW, UTC_ZONE) == NotKnown("archive")


def test_nobody_at_all() -> None:
    assert reciprocity([], SINCE, UNTIL) == TooFew(0, 5)
    assert depth([]) == TooFew(0, 5)
    assert regulars([], NOW, UTC_ZONE) == ()
    assert lost_regulars([], NOW, UTC_ZONE) == ()
