"""The past of an organization: its most social weeks, what happened around them, and season by season."""

from dataclasses import dataclass
from datetime import date

from accounts.models import Organization
from coaching import answer_rollup, figure_wording, rollup
from coaching.judgement.figures import Where
from coaching.judgement.intervals import Share
from coaching.judgement.looking_back import most_social_weeks, seasons
from coaching.models import WeekRollup
from coaching.post_card import PostCard, card

WEEKS = 5


@dataclass(frozen=True)
class GoodWeek:
    """A week in which the organization talked with people: counts, answers given and its best post."""

    monday: date
    social: int
    judged: int
    answered: int | None
    best: PostCard | None


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
    best = most_social_weeks(counts, where, WEEKS)
    mondays = {week.week for week in best}
    posts = _best_posts(organization, [row for row in rows if row.monday in mondays], where)
    answered = _answered(organization, mondays)
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
