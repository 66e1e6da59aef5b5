"""What may be said after a suggestion was taken, by hand and over five hundred simulated accounts."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from coaching.judgement.metrics import WeekValue
from coaching.judgement.outcome import (
    Outcome,
    Visible,
    Word,
    baseline,
    measured_weeks,
    outcome,
    visible_change,
)

ZONE = ZoneInfo("Europe/London")
TAKEN = datetime(2026, 6, 3, 12, tzinfo=UTC)  # a Wednesday
MONDAY = date(2026, 6, 1)
TRIGGERS = tuple(MONDAY - timedelta(weeks=back) for back in (3, 2, 1, 0))
LATER = TAKEN + timedelta(weeks=9)


def week(number: int, k: int, n: int) -> WeekValue:
    return WeekValue(MONDAY + timedelta(weeks=number), k, n)


def before(k: int = 1, n: int = 10, weeks: int = 12) -> list[WeekValue]:
    return [week(-number, k, n) for number in range(1, weeks + 1)]


def after(k: int, n: int = 10, weeks: int = 8) -> list[WeekValue]:
    return [week(number, k, n) for number in range(1, weeks + 1)]


def told(
    values: list[WeekValue], metric: str = "reply_share", now: datetime = LATER, **rest: object
) -> Outcome:
    triggers = rest.pop("trigger_weeks", TRIGGERS)
    return outcome(metric, values, taken_at=TAKEN, now=now, zone=ZONE, trigger_weeks=triggers, **rest)  # type: ignore[arg-type]


def test_clearly_more_is_better_since() -> None:
    found = told([*before(1), *after(6)])
    assert found.word is Word.BETTER
    assert (found.before, found.after, found.change) == (0.1, 0.6, 0.5)
    assert found.low is not None
    assert found.high is not None
    assert 0 < found.low < 0.5 < found.high
    assert (found.cases_before, found.cases_after, found.weeks_before) == (90, 80, 9)


def test_clearly_less_is_worse_since_unless_less_is_better() -> None:
    values = [*before(6), *after(1)]
    assert told(values).word is Word.WORSE
    assert told(values, "hashtag_share").word is Word.BETTER


def test_about_the_same_is_no_clear_change() -> None:
    assert told([*before(3), *after(4)]).word is Word.NO_CLEAR_CHANGE


def test_the_weeks_that_triggered_it_are_no_baseline() -> None:
    values = [week(0, 0, 10), *(week(-number, 0 if number <= 3 else 5, 10) for number in range(1, 13))]
    kept = baseline(values, TAKEN, ZONE, TRIGGERS)
    assert [value.k for value in kept] == [5] * 9
    assert {value.week for value in kept}.isdisjoint(TRIGGERS)


def test_the_week_of_taking_belongs_to_neither_side() -> None:
    assert measured_weeks(TAKEN, ZONE, 2) == (date(2026, 6, 8), date(2026, 6, 15))
    assert all(value.week < MONDAY for value in baseline([*before(), week(0, 9, 9)], TAKEN, ZONE, ()))


@pytest.mark.parametrize(
    ("now", "word"),
    [
        (datetime(2026, 8, 2, 22, 59, tzinfo=UTC), Word.TOO_EARLY),  # Sunday 23:59 in London
        (datetime(2026, 8, 2, 23, 0, tzinfo=UTC), Word.BETTER),
    ],
)
def test_too_early_until_the_last_measured_week_is_over(now: datetime, word: Word) -> None:
    found = told([*before(1), *after(6)], now=now)
    assert (found.word, found.until) == (word, date(2026, 8, 2))


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([*before(weeks=10), *after(6)], "few_weeks"),
        ([*before(weeks=11), *after(6)], None),
        ([*before(n=3), *after(6)], "few_cases_before"),
        ([*before(), *after(3, n=3)], "few_cases_after"),
        ([*before(), *after(9, weeks=3)], None),
        ([], "few_weeks"),
    ],
)
def test_too_few_weeks_or_cases_cannot_know(values: list[WeekValue], reason: str | None) -> None:
    found = told(values)
    assert found.reason == reason
    assert (found.word is Word.CANNOT_KNOW) is (reason is not None)


def test_triggered_by_all_twelve_weeks_cannot_know() -> None:
    every = tuple(MONDAY - timedelta(weeks=back) for back in range(12))
    assert told([*before(), *after(9)], trigger_weeks=every).reason == "few_weeks"


def test_two_judges_cannot_be_compared() -> None:
    found = told([*before(1), *after(6)], judges=frozenset({"1", "2"}))
    assert (found.word, found.reason) == (Word.CANNOT_KNOW, "two_judges")


def test_from_nothing_to_a_little_is_not_yet_clear() -> None:
    assert told([*before(0), *after(0, weeks=7), week(8, 2, 10)]).word is Word.NO_CLEAR_CHANGE


def test_the_same_weeks_give_the_same_interval() -> None:
    values = [week(-number, number % 4, 10) for number in range(1, 13)] + after(4)
    assert told(values) == told(values)


def test_a_change_can_be_seen_sooner_with_more_posts() -> None:
    few, many = visible_change(before(2, 10)[3:]), visible_change(before(20, 100)[3:])
    assert isinstance(few, Visible)
    assert isinstance(many, Visible)
    assert (few.before, many.before) == (0.2, 0.2)
    assert many.change < few.change
    assert visible_change(before()[5:]) is None
    assert visible_change(before(n=3)[3:]) is None


def simulated(random: np.random.Generator, plan: bool) -> Outcome | None:
    """One account: posts by chance, weeks that resemble their neighbours, a start in its worst weeks."""
    posts, base, sway = random.integers(8, 40), random.uniform(0.05, 0.6), random.uniform(0, 0.5)
    weeks, mood, likeness = 60, 0.0, random.uniform(0, 0.6)
    logits = []
    for _ in range(weeks):
        mood = likeness * mood + random.normal(0, sway)
        logits.append(np.log(base / (1 - base)) + mood)
    chance = 1 / (1 + np.exp(-np.array(logits)))
    n = random.poisson(posts, weeks)
    k = random.binomial(n, chance)
    # a rule speaks after the worst four weeks of half a year
    start = min(range(16, 42), key=lambda at: k[at - 3 : at + 1].sum() / max(1, n[at - 3 : at + 1].sum()))
    values = [
        WeekValue(MONDAY + timedelta(weeks=number - start), int(k[number]), int(n[number]))
        for number in range(start + 1)
    ]
    expected = visible_change(baseline(values, TAKEN, ZONE, TRIGGERS))
    if plan and (expected is None or base + expected.change > 0.95):
        return None
    lift = expected.change if plan and expected is not None else 0.0
    for number in range(start + 1, start + 9):
        better = random.binomial(n[number], min(1.0, chance[number] + lift))
        values.append(WeekValue(MONDAY + timedelta(weeks=number - start), int(better), int(n[number])))
    return told(values)


@pytest.mark.slow
def test_without_a_change_at_most_one_in_twenty_is_called_better() -> None:
    random = np.random.default_rng(1)
    words = Counter(found.word for _ in range(500) if (found := simulated(random, plan=False)))
    assert words.total() == 500
    assert words[Word.BETTER] <= 25, words


@pytest.mark.slow
def test_with_the_planned_effect_at_least_four_in_five_are_called_better() -> None:
    random = np.random.default_rng(2)
    found: list[Outcome] = []
    while len(found) < 500:
        one = simulated(random, plan=True)
        found += [one] if one else []
    words = Counter(one.word for one in found)
    assert words[Word.BETTER] >= 400, words
