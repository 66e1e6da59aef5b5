"""Goals and how far one is, the sum of a year, and the past of an account."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from coaching.judgement.figures import Group, WeekCounts, Where
from coaching.judgement.goals import Progress, Reached, share_progress, time_progress, year_sum
from coaching.judgement.intervals import Median, NotKnown, Share, TooFew, plain, share
from coaching.judgement.looking_back import most_social_weeks, seasons
from coaching.judgement.outcome import Outcome, Word


@pytest.mark.parametrize(
    ("value", "low", "high", "reached"),
    [
        (0.6, 0.5, 0.7, Reached.SURELY),
        (0.5, 0.4, 0.6, Reached.JUST),
        (0.45, 0.4, 0.5, Reached.NOT_QUITE),
        (0.3, 0.2, 0.49, Reached.NOT_YET),
    ],
)
def test_a_share_beside_its_goal(value: float, low: float, high: float, reached: Reached) -> None:
    progress = share_progress(Share(int(value * 100), 100, value, low, high), 0.5)
    assert (progress.reached, progress.part) == (reached, min(1, value / 0.5))


@pytest.mark.parametrize(
    ("figure", "reached", "part"),
    [
        (Median(2, 1, 4, 20), Reached.SURELY, 1),
        (Median(4, 2, 9, 20), Reached.JUST, 1),
        (Median(8, 4, None, 20), Reached.NOT_QUITE, 0.5),
        (Median(8, 5, 9, 20), Reached.NOT_YET, 0.5),
        (Median(0, 0, 0, 20), Reached.SURELY, 1),
        (Median(None, 1, None, 20), Reached.NOT_YET, 0),
    ],
)
def test_an_answer_time_beside_its_goal(figure: Median, reached: Reached, part: float) -> None:
    progress = time_progress(figure, 4)
    assert (progress.reached, progress.part) == (reached, part)


def test_what_is_not_known_is_no_progress_and_no_failure() -> None:
    unknown = Progress(Reached.NOT_KNOWN, 0.5)
    assert share_progress(TooFew(3, 10), 0.5) == share_progress(NotKnown("archive"), 0.5) == unknown
    assert time_progress(NotKnown("archive"), 0.5) == unknown


def test_a_year_leaves_nothing_out() -> None:
    words = [Word.BETTER, Word.BETTER, Word.WORSE, Word.CANNOT_KNOW, Word.TOO_EARLY, Word.NO_CLEAR_CHANGE]
    total = year_sum(Outcome(word, "reply_share") for word in words)
    assert (total.taken, total.better, total.worse, total.cannot_know) == (6, 2, 1, 1)
    assert (total.no_clear_change, total.still_measured) == (1, 1)
    assert year_sum([]).taken == 0


FIRST = date(2025, 1, 6)


def week(number: int, social: int, other: int, **rest: bool) -> WeekCounts:
    return WeekCounts(
        1, FIRST + timedelta(weeks=number), Group.TIMELINE, posts=social + other, judged=social + other,
        converse=social, announce=other, judge="1", **rest,
    )  # fmt: skip


def test_one_lucky_post_does_not_make_the_most_social_week() -> None:
    found = most_social_weeks([week(0, 1, 0), week(1, 5, 0), week(2, 18, 2), week(3, 0, 9)], Where.TIMELINE)
    assert [past.week for past in found] == [FIRST + timedelta(weeks=2), FIRST + timedelta(weeks=1)]
    assert most_social_weeks([], Where.TIMELINE) == ()
    assert most_social_weeks([week(0, 9, 0, replies_known=False)], Where.EVERYTHING) == ()


def test_seasons_are_quarters_by_the_monday() -> None:
    found = seasons([week(0, 5, 5), week(12, 5, 5)], Where.TIMELINE)
    assert [(season.first, season.posts) for season in found] == [(date(2025, 1, 1), 20)]
    later = seasons([week(0, 5, 5), week(13, 1, 1)], Where.TIMELINE)
    assert [(season.first, season.posts) for season in later] == [
        (date(2025, 1, 1), 10),
        (date(2025, 4, 1), 2),
    ]
    assert later[1].social_share == TooFew(2, 10)


def test_figures_for_machines() -> None:
    known = plain(share(5, 10, judge="1"))
    assert (known["state"], known["k"], known["value"], known["judge"]) == ("known", 5, 0.5, "1")
    assert plain(TooFew(3, 10)) == {"state": "too_few", "n": 3, "needed": 10}
    assert plain(NotKnown("archive")) == {"state": "not_known", "reason": "archive"}
    assert plain(Median(None, 1, None, 9)) == {
        "state": "known",
        "value": None,
        "low": 1,
        "high": None,
        "n": 9,
    }
