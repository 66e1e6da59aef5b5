"""The past of an account: its most social weeks, and how its talk changed from season to season."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from coaching.judgement.figures import Counts, WeekCounts, Where, add_up, social_share
from coaching.judgement.intervals import NotKnown, Share, TooFew, wilson

ENOUGH_A_WEEK = 5


@dataclass(frozen=True, slots=True)
class PastWeek:
    """A week that stands out: its Monday, its counts, and how social it was at least (0–1)."""

    week: date
    counts: Counts
    at_least: float


def most_social_weeks(weeks: Iterable[WeekCounts], where: Where, at_most: int = 5) -> tuple[PastWeek, ...]:
    """The weeks in which most of what was posted talked with people, the best first.

    Ranked by the lower end of the Wilson interval, so that one lucky post in a quiet week does not win;
    weeks with at least 5 judged posts.
    """
    found = [
        PastWeek(monday, counts, wilson(counts.social, counts.judged)[0])
        for monday, counts in week_by_week(weeks, where).items()
        if counts.judged >= ENOUGH_A_WEEK and counts.social
    ]
    return tuple(sorted(found, key=lambda one: (-one.at_least, -one.week.toordinal()))[:at_most])


def week_by_week(weeks: Iterable[WeekCounts], where: Where) -> dict[date, Counts]:
    """What was posted in every week, by its Monday; weeks that no source tells all of are left out."""
    by_week: dict[date, list[WeekCounts]] = defaultdict(list)
    for week in weeks:
        by_week[week.week].append(week)
    added = {monday: add_up(parts, where) for monday, parts in by_week.items()}
    return {monday: counts for monday, counts in added.items() if isinstance(counts, Counts)}


@dataclass(frozen=True, slots=True)
class Season:
    """Three months of an account; `first` is the first day of the quarter in which its weeks began."""

    first: date
    posts: int
    social_share: Share | TooFew | NotKnown


def seasons(weeks: Sequence[WeekCounts], where: Where) -> tuple[Season, ...]:
    """Every quarter with posts, oldest first: how the talk changed over the years."""
    quarters: dict[date, list[WeekCounts]] = defaultdict(list)
    for week in weeks:
        quarters[date(week.week.year, week.week.month - (week.week.month - 1) % 3, 1)].append(week)
    found = []
    for first, parts in sorted(quarters.items()):
        counts = add_up(parts, where)
        posts = counts.posts if isinstance(counts, Counts) else 0
        found.append(Season(first, posts, social_share(counts)))
    return tuple(found)
