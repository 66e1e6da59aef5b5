"""How the share of talk with people went, how sure that is, and which meetups there were meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import Organization
from coaching import period_figures
from coaching.judgement.figures import WeekCounts, Where
from coaching.judgement.intervals import Share
from coaching.judgement.weeks import week_of, weeks_before
from coaching.models import Meetup

WINDOW = 4
"""Weeks that one point looks back on; a single week has too few posts to say anything."""

ENOUGH = 3
"""Points from which on a chart shows how something went; fewer stand alone in an empty frame."""


@dataclass(frozen=True)
class Point:
    """The social share of the four weeks up to this one, 0–100; None where there were too few posts."""

    monday: date
    posts: int
    percent: int | None = None
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class Met:
    """A meetup, and the week it was in."""

    id: int
    title: str
    at: datetime
    monday: date


def first_needed(shown: Sequence[date]) -> date:
    """The oldest week that a chart of these weeks has to know."""
    return weeks_before(shown[0], WINDOW - 1)[0]


def points(counts: Sequence[WeekCounts], shown: Sequence[date], where: Where) -> tuple[Point, ...]:
    """The share week by week, each over the four weeks up to it."""
    return tuple(_point(counts, monday, where) for monday in shown)


def can_be_drawn(points: Sequence[Point]) -> bool:
    """Whether there are enough weeks with a share to draw how it went."""
    return sum(point.percent is not None for point in points) >= ENOUGH


def _point(counts: Sequence[WeekCounts], monday: date, where: Where) -> Point:
    window = (*weeks_before(monday, WINDOW - 1), monday)
    found = period_figures.posts_in(counts, window)[where]
    posts = found.posts if isinstance(found.posts, int) else 0
    share = found.social_share
    if not isinstance(share, Share):
        return Point(monday, posts)
    low, value, high = (round(100 * part) for part in (share.low, share.value, share.high))
    return Point(monday, share.n, value, low, high)


def met(organization: Organization, shown: Sequence[date]) -> tuple[Met, ...]:
    """The meetups that took place in these weeks, oldest first. One query."""
    if not shown:
        return ()
    zone, first = organization.zone, datetime.combine(shown[0], datetime.min.time(), organization.zone)
    found = organization.meetups.filter(state=Meetup.State.OPEN, starts_at__gte=first).order_by(
        "starts_at", "pk"
    )
    placed = (Met(one.pk, one.title, one.starts_at, week_of(one.starts_at, zone)) for one in found[:100])
    return tuple(one for one in placed if one.monday in shown)
