"""The past of an organization: its most social weeks, what happened around them, and season by season."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from django.db.models import Q

from accounts.models import Organization
from coaching import answer_rollup, conversations, figure_wording, rollup
from coaching.judgement.figures import Counts, Where
from coaching.judgement.intervals import Share
from coaching.judgement.looking_back import most_social_weeks, seasons, week_by_week
from coaching.judgement.weeks import WEEK, week_bounds, week_of
from coaching.models import Connection, Post, WeekRollup
from coaching.post_card import PostCard, card

BEST = 5


@dataclass(frozen=True)
class NearWeek:
    """A week and what came of it: posts that talk with people, people who wrote, likes of a post.

    `people` and `likes` are None where the source does not tell; there may be no posts at all.
    """

    monday: date
    social: int
    judged: int
    people: int | None
    likes: float | None


@dataclass(frozen=True)
class GoodWeek:
    """A week in which the organization talked with people: counts, answers given and its best post.

    `around` is the week before, the week itself and the week after.
    """

    monday: date
    social: int
    judged: int
    answered: int | None
    best: PostCard | None
    around: tuple[NearWeek, ...]


@dataclass(frozen=True)
class SeasonLine:
    """Three months: how many posts, and how social they were, in words and in percent where known."""

    first: date
    posts: int
    words: str
    percent: int | None


@dataclass(frozen=True)
class PastPage:
    """Everything the page prints; no weeks while there is too little history."""

    where: Where
    first: date | None
    weeks: tuple[GoodWeek, ...]
    seasons: tuple[SeasonLine, ...]


def page(organization: Organization) -> PastPage:
    """The history of an organization, from its weeks; a fixed number of queries."""
    connections = {connection.pk: connection for connection in organization.connections.all()}
    rows = list(organization.weekrollups.order_by("monday"))
    where = Where.EVERYTHING if any(c.replies_known for c in connections.values()) else Where.TIMELINE
    counts = [
        rollup.week_counts(row, replies_known=connections[row.connection_id].replies_known) for row in rows
    ]
    best = most_social_weeks(counts, where, BEST)
    mondays = {week.week for week in best}
    told = {pk for pk, one in connections.items() if one.replies_known or where is Where.TIMELINE}
    shown = [row for row in rows if row.monday in mondays and row.connection_id in told]
    posts = _best_posts(organization, shown, where)
    answered = _answered(organization, mondays)
    around = _around(organization, week_by_week(counts, where), mondays, connections.values())
    hearing = any(connection.hears_others for connection in connections.values())
    return PastPage(
        where=where,
        first=rows[0].monday if rows else None,
        weeks=tuple(
            GoodWeek(
                monday=week.week,
                social=week.counts.social,
                judged=week.counts.judged,
                answered=answered.get(week.week, 0) if hearing else None,
                best=posts.get(week.week),
                around=tuple(around[week.week + WEEK * n] for n in (-1, 0, 1)),
            )
            for week in best
        ),
        seasons=tuple(
            SeasonLine(
                first=season.first,
                posts=season.posts,
                words=figure_wording.share_words(season.social_share),
                percent=round(100 * season.social_share.value)
                if isinstance(season.social_share, Share)
                else None,
            )
            for season in reversed(seasons(counts, where))
        ),
    )


def _around(
    organization: Organization,
    counted: dict[date, Counts],
    mondays: Iterable[date],
    connections: Iterable[Connection],
) -> dict[date, NearWeek]:
    """The weeks themselves and those beside them. Two queries."""
    weeks = {monday + WEEK * n for monday in mondays for n in (-1, 0, 1)}
    within = Q(pk__in=[])
    for monday in weeks:
        start, end = week_bounds(monday, organization.zone)
        within |= Q(created_at__gte=start, created_at__lt=end)
    people: dict[date, set[str]] = defaultdict(set)
    ours = conversations.ourselves(organization)
    wrote = organization.messages.filter(within).values_list("pk", "created_at", "author_id", "author_handle")
    for pk, at, author, handle in wrote:
        if (handle or "").lower() not in ours:
            people[week_of(at, organization.zone)].add(author or handle or f"unknown {pk}")
    likes: dict[date, list[int]] = defaultdict(list)
    own = organization.posts.filter(within).exclude(surface=Post.Surface.SHARE)
    for at, count in own.values_list("created_at", "likes"):
        if count is not None:
            likes[week_of(at, organization.zone)].append(count)
    hearing = any(connection.hears_others for connection in connections)
    return {
        monday: NearWeek(
            monday=monday,
            social=counted[monday].social if monday in counted else 0,
            judged=counted[monday].judged if monday in counted else 0,
            people=len(people[monday]) if hearing else None,
            likes=fmean(likes[monday]) if likes[monday] else None,
        )
        for monday in weeks
    }


def _best_posts(organization: Organization, rows: list[WeekRollup], where: Where) -> dict[date, PostCard]:
    best: dict[date, WeekRollup] = {}
    for row in rows:
        if row.best_score is None or (where is Where.TIMELINE and not row.timeline):
            continue
        if row.monday not in best or row.best_score > (best[row.monday].best_score or 0):
            best[row.monday] = row
    found = organization.posts.select_related("connection").in_bulk([row.best_post for row in best.values()])
    return {monday: card(found[row.best_post]) for monday, row in best.items() if row.best_post in found}


def _answered(organization: Organization, mondays: set[date]) -> dict[date, int]:
    answered: dict[date, int] = {}
    for row in organization.answerweeks.filter(monday__in=mondays):
        counts = answer_rollup.run_counts(row)
        answered[row.monday] = answered.get(row.monday, 0) + len(counts.answer_hours) + counts.elsewhere
    return answered
