"""Whether it got better after a suggestion was taken: never a claim of cause, and often "cannot know".

The baseline leaves out the weeks that made the rule speak: a suggestion is made when things look bad, and
after a bad week a usual one follows by itself (regression to the mean).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from statistics import NormalDist
from zoneinfo import ZoneInfo

import numpy as np

from coaching.judgement.intervals import CONFIDENCE
from coaching.judgement.metrics import METRICS, WeekValue
from coaching.judgement.weeks import WEEK, week_of, weeks_before

BASELINE_WEEKS = 12
ENOUGH_WEEKS = 8
ENOUGH_CASES = 30
BLOCK = 2
DRIFT = 1.15
"""Weeks drift for longer than nine of them can show; chosen so that few accounts that drift are misled."""
RESAMPLES = 2000
SEED = 20120401
POWER = 0.95
"""Planned higher than the usual 80%, because the visible change itself rests on a few weeks."""


class Word(StrEnum):
    """What can be said after a suggestion was taken."""

    BETTER = "better_since"
    NO_CLEAR_CHANGE = "no_clear_change"
    WORSE = "worse_since"
    TOO_EARLY = "too_early"
    CANNOT_KNOW = "cannot_know"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The word, and what it rests on. Shares are 0–1; `change` is after − before with its 95% interval.

    `reason` says why nothing can be known: few_weeks, few_cases_before, few_cases_after, two_judges.
    `until` is the last day of measuring (for too early).
    """

    word: Word
    metric: str
    before: float | None = None
    after: float | None = None
    change: float | None = None
    low: float | None = None
    high: float | None = None
    cases_before: int = 0
    cases_after: int = 0
    weeks_before: int = 0
    until: date | None = None
    reason: str | None = None


def baseline(
    values: Iterable[WeekValue], taken_at: datetime, zone: ZoneInfo, trigger_weeks: Iterable[date]
) -> tuple[WeekValue, ...]:
    """The weeks to compare with: the 12 before the one of taking, without those that made the rule speak."""
    left_out = set(trigger_weeks)
    wanted = set(weeks_before(week_of(taken_at, zone), BASELINE_WEEKS)) - left_out
    return tuple(value for value in sorted(values, key=lambda one: one.week) if value.week in wanted)


def measured_weeks(taken_at: datetime, zone: ZoneInfo, weeks: int) -> tuple[date, ...]:
    """The Mondays after taking over which the outcome is measured; the week of taking belongs to neither."""
    first = week_of(taken_at, zone) + WEEK
    return tuple(first + WEEK * number for number in range(weeks))


def outcome(
    metric: str,
    values: Iterable[WeekValue],
    *,
    taken_at: datetime,
    now: datetime,
    zone: ZoneInfo,
    trigger_weeks: Iterable[date],
    weeks: int = 8,
    judges: frozenset[str] = frozenset(),
) -> Outcome:
    """How a metric went since a suggestion was taken, against the time before.

    `values` are the metric's weeks (hits and cases) before and after, all by the same judge (`judges` names
    the versions that took part). Better or worse only where the 95% interval of the change leaves zero
    out; the interval comes from a block bootstrap over weeks (Künsch 1989, blocks of two weeks, widened for
    few weeks by Student's t and never narrower than chance alone makes it). At least 8 baseline weeks and
    30 cases on each side, else "cannot know".
    """
    values = tuple(values)
    measured = measured_weeks(taken_at, zone, weeks)
    until = measured[-1] + timedelta(days=6)
    before = baseline(values, taken_at, zone, trigger_weeks)
    after = tuple(value for value in values if value.week in set(measured))
    cases_before, cases_after = _cases(before), _cases(after)
    reason = None
    if len(judges) > 1:
        reason = "two_judges"
    elif len(before) < ENOUGH_WEEKS:
        reason = "few_weeks"
    elif cases_before < ENOUGH_CASES:
        reason = "few_cases_before"
    if reason is None and now.astimezone(zone).date() <= until:
        word, change, low, high = Word.TOO_EARLY, None, None, None
    elif reason is not None or cases_after < ENOUGH_CASES:
        word, change, low, high = Word.CANNOT_KNOW, None, None, None
        reason = reason or "few_cases_after"
    else:
        word, change, low, high = _compare(METRICS[metric].better, before, after)
    return Outcome(
        word=word,
        metric=metric,
        before=_ratio(before) if cases_before else None,
        after=_ratio(after) if cases_after else None,
        change=change,
        low=low,
        high=high,
        cases_before=cases_before,
        cases_after=cases_after,
        weeks_before=len(before),
        until=until,
        reason=reason,
    )


def _compare(
    better: int, before: Sequence[WeekValue], after: Sequence[WeekValue]
) -> tuple[Word, float, float, float]:
    change = _ratio(after) - _ratio(before)
    error = math.hypot(_error(before), _error(after))
    half = _t_quantile(0.5 + CONFIDENCE / 2, _freedom(before, after)) * error
    low, high = max(-1.0, change - half), min(1.0, change + half)
    word = Word.NO_CLEAR_CHANGE
    if low > 0 or high < 0:
        word = Word.BETTER if change * better > 0 else Word.WORSE
    return word, change, low, high


@dataclass(frozen=True, slots=True)
class Visible:
    """From which change on a difference could be seen: `change` is a share 0–1 of cases, up or down."""

    change: float
    before: float


def visible_change(before: Sequence[WeekValue], weeks: int = 8) -> Visible | None:
    """How big a change has to be to be seen after so many weeks; None where nothing could be known.

    (t for 95% + t for a power of 95%) × the standard error of the change, taking the weeks to come to vary
    like those before. Nobody promises that it will be that big.
    """
    if len(before) < ENOUGH_WEEKS or _cases(before) < ENOUGH_CASES:
        return None
    error = _error(before) * math.sqrt(1 + len(before) / weeks)
    freedom = len(before) + weeks - 2
    width = _t_quantile(0.5 + CONFIDENCE / 2, freedom) + _t_quantile(POWER, freedom)
    return Visible(min(1.0, width * error), _ratio(before))


def _cases(values: Sequence[WeekValue]) -> int:
    return sum(value.n for value in values)


def _ratio(values: Sequence[WeekValue]) -> float:
    return sum(value.k for value in values) / _cases(values)


def _freedom(before: Sequence[WeekValue], after: Sequence[WeekValue]) -> int:
    return max(2, len(before) + len(after) - 2)


def _error(values: Sequence[WeekValue]) -> float:
    """The standard error of a share over weeks: block bootstrap, at least what chance alone would make.

    Weeks are drawn in pairs of neighbours (in a ring), because one week is like the next. The bootstrap of
    few weeks is too narrow by √(weeks ÷ (weeks − 1)), does not see slow drift, and is blind where no week
    had a hit: hence the factor and the floor, the binomial error with two cases of each kind added
    (Agresti & Coull 1998).
    """
    k, n = (np.array([getattr(value, name) for value in values]) for name in ("k", "n"))
    weeks, cases, hits = len(values), int(n.sum()), int(k.sum())
    likely = (hits + 2) / (cases + 4)
    floor = math.sqrt(likely * (1 - likely) / (cases + 4))
    if weeks < 2:
        return floor
    random = np.random.default_rng(SEED)
    starts = random.integers(0, weeks, size=(RESAMPLES, math.ceil(weeks / BLOCK)))
    drawn = (starts[:, :, None] + np.arange(BLOCK)).reshape(RESAMPLES, -1)[:, :weeks] % weeks
    shares = k[drawn].sum(axis=1) / np.maximum(n[drawn].sum(axis=1), 1)
    return max(float(shares.std()) * math.sqrt(weeks / (weeks - 1)) * DRIFT, floor)


def _t_quantile(probability: float, freedom: int) -> float:
    """Student's t by the expansion of Fisher & Cornish 1960, good to three digits from 4 degrees on."""
    z = NormalDist().inv_cdf(probability)
    terms = (
        z,
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return float(sum(term / freedom**power for power, term in enumerate(terms)))
