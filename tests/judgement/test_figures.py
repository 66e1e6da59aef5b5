"""The figures of a period, by hand and against the museum's archive."""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.judgement import figures
from coaching.judgement.figures import Group, WeekCounts, Where, add_up, count_week
from coaching.judgement.intervals import (
    Mean,
    Median,
    NotKnown,
    Share,
    TooFew,
    difference,
    direction,
    median,
    share,
    wilson,
)
from coaching.judgement.verdict import Kind
from coaching.judgement.weeks import last_weeks, week_bounds, week_of, weeks_between

MONDAY = date(2026, 3, 23)
BERLIN = ZoneInfo("Europe/Berlin")
MUSEUM = Path(__file__).resolve().parents[3] / "shared/data/archives/twitter-sfomuseum.zip"


def week(group=Group.TIMELINE, connection=1, replies_known=True, judge="1", **kinds) -> WeekCounts:
    verdicts = [
        (Kind(kind), 80 if kind in {"converse", "share"} else 20)
        for kind in kinds
        for _ in range(kinds[kind])
    ]
    return count_week(connection, MONDAY, group, verdicts, replies_known=replies_known, judge=judge)


def test_social_share_counts_converse_and_share() -> None:
    counts = add_up([week(converse=2, share=3, announce=10, pitch=5)], Where.TIMELINE)
    figure = figures.social_share(counts)
    assert isinstance(figure, Share)
    assert (figure.k, figure.n, figure.value, figure.judge) == (5, 20, 0.25, "1")
    assert (round(figure.low, 3), round(figure.high, 3)) == (0.112, 0.469)


@pytest.mark.parametrize(("judged", "known"), [(0, False), (9, False), (10, True)])
def test_under_ten_posts_nothing_is_said(judged, known) -> None:
    counts = add_up([week(announce=judged)], Where.TIMELINE)
    for figure in (figures.social_share(counts), figures.mean_score(counts), figures.mix(counts)):
        assert (figure != TooFew(judged, 10)) is known


def test_a_post_without_a_verdict_is_a_post_but_not_judged() -> None:
    counted = count_week(1, MONDAY, Group.TIMELINE, [(None, None), (Kind.PITCH, 3)])
    assert (counted.posts, counted.judged, counted.pitch, counted.score_sum) == (2, 1, 1, 3)


def test_everything_is_the_timeline_and_the_replies() -> None:
    weeks = [week(announce=10), week(Group.REPLIES, converse=10)]
    assert figures.social_share(add_up(weeks, Where.TIMELINE)).value == 0
    assert figures.social_share(add_up(weeks, Where.EVERYTHING)).value == 0.5


def test_a_source_without_replies_is_never_averaged_in() -> None:
    pages_archive = week(connection=2, replies_known=False, pitch=50)
    assert figures.social_share(add_up([pages_archive], Where.EVERYTHING)) == NotKnown("no_replies")
    both = figures.post_figures([pages_archive, week(Group.REPLIES, converse=10)], Where.EVERYTHING)
    assert both.social_share.value == 1
    assert both.left_out == {2}
    assert figures.social_share(add_up([pages_archive], Where.TIMELINE)).n == 50


def test_two_judges_are_never_mixed_in_one_figure() -> None:
    counts = add_up([week(converse=10, judge="1"), week(converse=10, judge="2")], Where.TIMELINE)
    assert figures.social_share(counts) == NotKnown("two_judges")
    assert figures.mix(counts) == NotKnown("two_judges")


def test_mean_score_is_of_the_judged() -> None:
    figure = figures.mean_score(add_up([week(converse=5, pitch=15)], Where.TIMELINE))
    assert figure == Mean(35.0, 20, "1")


def test_nothing_at_all_is_too_few_and_not_an_error() -> None:
    empty = figures.post_figures([], Where.EVERYTHING)
    assert empty.posts == 0
    assert empty.social_share == TooFew(0, 10)


@pytest.mark.parametrize(
    ("surface", "network", "group"),
    [
        ("timeline", "twitter", Group.TIMELINE),
        ("share", "facebook", Group.TIMELINE),
        ("reply", "twitter", Group.REPLIES),
        ("comment", "facebook", Group.REPLIES),
        ("thread", "twitter", Group.TIMELINE),
        ("thread", "facebook", Group.REPLIES),
    ],
)
def test_which_surface_stands_on_the_timeline(surface, network, group) -> None:
    assert figures.group_of(surface, network) is group


@given(st.lists(st.sampled_from([*Kind, None]), max_size=60), st.integers(1, 7))
def test_weeks_added_up_equal_all_posts_at_once(kinds, chunk) -> None:
    verdicts = [(kind, 50 if kind else None) for kind in kinds]
    weeks = [
        count_week(1, MONDAY, Group.TIMELINE, verdicts[start : start + chunk], judge="1")
        for start in range(0, len(verdicts), chunk)
    ]
    at_once = count_week(1, MONDAY, Group.TIMELINE, verdicts, judge="1")
    assert add_up(weeks, Where.TIMELINE) == add_up([at_once] if verdicts else [], Where.TIMELINE)


@given(st.integers(1, 5000), st.data())
def test_a_share_lies_in_its_interval(n, data) -> None:
    k = data.draw(st.integers(0, n))
    low, high = wilson(k, n)
    assert 0 <= low <= k / n <= high <= 1


def test_a_difference_as_in_the_paper_it_comes_from() -> None:
    one, other = share(56, 70), share(48, 80)
    assert isinstance(one, Share)
    assert isinstance(other, Share)
    assert difference(one, other) == pytest.approx((0.0524, 0.3339), abs=1e-4)
    assert difference(other, one) == pytest.approx((-0.3339, -0.0524), abs=1e-4)
    assert difference(one, one)[0] < 0 < difference(one, one)[1]
    assert [direction(one, other), direction(other, one), direction(one, one)] == [1, -1, 0]


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        ((1, 1), (0, 1), 0),
        ((10, 10), (0, 10), 1),
        ((0, 10), (10, 10), -1),
        ((0, 10), (0, 900), 0),
        ((30, 30), (30, 30), 0),
        ((50_400, 100_000), (49_600, 100_000), 0),  # surely more, but 50% both times
        ((51_000, 100_000), (49_000, 100_000), 1),
    ],
)
def test_a_change_is_one_that_chance_does_not_explain_and_that_shows(
    now: tuple[int, int], before: tuple[int, int], said: int
) -> None:
    one, other = share(*now), share(*before)
    assert isinstance(one, Share)
    assert isinstance(other, Share)
    assert (direction(one, other), direction(other, one)) == (said, -said)


def test_wilson_as_in_the_books() -> None:
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert wilson(10, 10) == pytest.approx((0.7225, 1.0), abs=1e-4)
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    with pytest.raises(ValueError, match="no share"):
        wilson(3, 2)
    assert share(0, 0) == TooFew(0, 1)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([3], Median(3, 3, 3, 1)),
        ([1, 2], Median(1.5, 1, 2, 2)),
        ([1, float("inf")], Median(1, 1, None, 2)),
        ([1, float("inf"), float("inf")], Median(None, 1, None, 3)),
        ([1, 2, 3, 4, 5, 6], Median(3.5, 1, 6, 6)),
        (list(range(1, 21)), Median(10.5, 6, 15, 20)),
    ],
)
def test_medians_and_their_order_statistics(values, expected) -> None:
    assert median(values) == expected


def test_an_interval_of_a_long_list_goes_over_without_a_jump() -> None:
    exact, normal = median(range(1000)), median(range(1001))
    assert isinstance(exact, Median)
    assert isinstance(normal, Median)
    assert exact.low == pytest.approx(normal.low, abs=1)
    assert exact.high == pytest.approx(normal.high, abs=2)


def test_a_week_begins_on_monday_by_the_organizations_clock() -> None:
    assert week_of(datetime(2026, 3, 22, 22, 59, tzinfo=UTC), BERLIN) == date(2026, 3, 16)
    assert week_of(datetime(2026, 3, 22, 23, 0, tzinfo=UTC), BERLIN) == MONDAY
    assert week_of(datetime(2026, 3, 23, 6, 59, tzinfo=UTC), ZoneInfo("America/Los_Angeles")) == date(
        2026, 3, 16
    )


def test_weeks_are_as_long_as_the_clocks_make_them() -> None:
    hours = [
        (end - start).total_seconds() / 3600
        for start, end in (
            week_bounds(day, BERLIN) for day in (MONDAY, date(2026, 3, 30), date(2026, 10, 19))
        )
    ]
    assert hours == [167, 168, 169]
    with pytest.raises(ValueError, match="not a Monday"):
        week_bounds(date(2026, 3, 24), BERLIN)


def test_the_weeks_of_a_period() -> None:
    start, end = week_bounds(MONDAY, BERLIN)
    assert weeks_between(start, end, BERLIN) == (MONDAY,)
    assert weeks_between(end, start, BERLIN) == ()
    assert last_weeks(start, BERLIN, 3) == (date(2026, 3, 9), date(2026, 3, 16), MONDAY)


@given(st.datetimes(datetime(2011, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_every_moment_lies_in_its_week(moment) -> None:
    start, end = week_bounds(week_of(moment, BERLIN), BERLIN)
    assert start <= moment < end


@pytest.mark.skipif(not MUSEUM.exists(), reason="the museum's archive is not beside this repository")
def test_the_museums_figures_agree_with_a_few_independent_lines() -> None:
    with zipfile.ZipFile(MUSEUM) as archive:
        parts = [archive.read(name).decode() for name in archive.namelist() if "/tweets" in name]
    lists = [json.loads(part[part.index("[") : part.rindex("]") + 1]) for part in parts]
    tweets = [entry.get("tweet", entry) for entries in lists for entry in entries]
    # any rule will do as the judge here: what is tested is counting by weeks and adding up
    kind_of = {
        tweet["id_str"]: Kind.SHARE
        if tweet["full_text"].startswith("RT @")
        else Kind.CONVERSE
        if tweet["full_text"].startswith("@")
        else Kind.ANNOUNCE
        for tweet in tweets
    }
    zone = ZoneInfo("America/Los_Angeles")
    weeks: dict[date, list] = {}
    for tweet in tweets:
        moment = datetime.strptime(tweet["created_at"], "%a %b %d %H:%M:%S %z %Y")
        weeks.setdefault(week_of(moment, zone), []).append((kind_of[tweet["id_str"]], 50))
    counted = [count_week(1, day, Group.TIMELINE, verdicts, judge="1") for day, verdicts in weeks.items()]

    counts = Counter(kind_of.values())
    shown = figures.post_figures(counted, Where.TIMELINE)
    assert shown.posts == len(tweets) == 13469
    assert shown.social_share.value == (counts[Kind.SHARE] + counts[Kind.CONVERSE]) / 13469
    assert {kind: figure.k for kind, figure in shown.mix.items()} == {kind: counts[kind] for kind in Kind}
