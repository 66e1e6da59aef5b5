"""All figures of an organization in a period: what screen, digest, export and API show, from one place."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from accounts.models import Organization
from coaching import answer_rollup, conversations, opening_times, rollup
from coaching.judgement import answering, figures, people_figures
from coaching.judgement.answering import Distribution, Run, RunCounts
from coaching.judgement.figures import Group, PostFigures, WeekCounts, Where, post_figures
from coaching.judgement.intervals import Median, NotKnown, Share, TooFew
from coaching.judgement.people_figures import Regular
from coaching.judgement.verdict import Kind
from coaching.judgement.weeks import last_weeks, week_of
from coaching.models import Connection
from coaching.opening_times import Working

WEEKS = 12
"""Weeks of a period where nobody names another one: the twelve the dashboard speaks of."""
_WEEK = timedelta(days=7)
_SPOKEN_BEFORE = timedelta(weeks=8)


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both inside, by the organization's clock."""

    first: date
    last: date

    def bounds(self, organization: Organization) -> tuple[datetime, datetime]:
        """When it begins and when it has ended, in UTC."""
        start, end = (
            datetime.combine(day, time.min, organization.zone).astimezone(UTC)
            for day in (self.first, self.last + timedelta(days=1))
        )
        return start, end

    @property
    def whole_weeks(self) -> tuple[date, ...]:
        """The Mondays of the weeks that lie inside as a whole."""
        monday = self.first + timedelta(days=-self.first.weekday() % 7)
        count = max(0, ((self.last - monday).days + 1) // 7)
        return tuple(monday + _WEEK * n for n in range(count))

    @property
    def edges(self) -> tuple[Period, ...]:
        """The days at both ends that are no whole week."""
        weeks = self.whole_weeks
        if not weeks:
            return (self,) if self.first <= self.last else ()
        day = timedelta(days=1)
        ends = (Period(self.first, weeks[0] - day), Period(weeks[-1] + _WEEK, self.last))
        return tuple(end for end in ends if end.first <= end.last)

    @property
    def before(self) -> Period:
        """The period of the same length just before."""
        length = self.last - self.first + timedelta(days=1)
        return Period(self.first - length, self.first - timedelta(days=1))


@dataclass(frozen=True)
class AnsweringFigures:
    """How people were answered in a period, by the time of their arrival, in office hours where set."""

    answer_rate: Share | TooFew | NotKnown
    first_answer_time: Median | TooFew | NotKnown
    within_target: Share | TooFew | NotKnown
    still_open: int | NotKnown
    distribution: Distribution | NotKnown
    judge: str | None
    office_hours: bool
    target_hours: float


@dataclass(frozen=True)
class PeopleFigures:
    """The people an account talked with in a period."""

    reciprocity: Share | TooFew | NotKnown
    depth: Median | TooFew | NotKnown
    regulars: tuple[Regular, ...] | NotKnown


@dataclass(frozen=True)
class PeriodFigures:
    """Every figure of one organization in one period."""

    period: Period
    posts: dict[Where, PostFigures]
    answering: AnsweringFigures
    people: PeopleFigures


def measure(organization: Organization, period: Period, *, now: datetime) -> PeriodFigures:
    """Every figure of a period."""
    connections = tuple(organization.connections.all())
    counts = post_counts(organization, period, connections)
    return PeriodFigures(
        period=period,
        posts=posts_in(counts),
        answering=answers(organization, period, connections, now=now),
        people=people(organization, period, connections, now=now),
    )


def usual_period(
    organization: Organization,
    connections: Iterable[Connection],
    *,
    now: datetime,
    since: date | None = None,
    until: date | None = None,
) -> Period | None:
    """The period asked for; without dates the twelve weeks up to now, or up to an archive's last post.

    None where there is nothing yet to be looked at.
    """
    if since and until:
        return Period(since, until)
    moment: datetime | None = now
    if not any(connection.hears_others for connection in connections):
        moment = (
            organization.posts.order_by("-created_at", "-pk").values_list("created_at", flat=True).first()
        )
    if moment is None:
        return None
    last = until or last_weeks(moment, organization.zone, 1)[0] + timedelta(days=6)
    monday = last - timedelta(days=last.weekday())
    return Period(since or monday - _WEEK * (WEEKS - 1), last)


def posts_in(counts: Iterable[WeekCounts], weeks: Container[date] | None = None) -> dict[Where, PostFigures]:
    """The figures about posts, of all counts or of those of some weeks."""
    taken = [count for count in counts if weeks is None or count.week in weeks]
    return {where: post_figures(taken, where) for where in Where}


def post_counts(
    organization: Organization, period: Period, connections: Iterable[Connection]
) -> list[WeekCounts]:
    """The posts of a period, counted: whole weeks from the rollups, days at its ends from the posts."""
    known = {connection.pk: connection for connection in connections}
    weeks = period.whole_weeks
    found: list[WeekCounts] = []
    if weeks:
        rows = organization.weekrollups.filter(monday__gte=weeks[0], monday__lte=weeks[-1])
        found += [
            rollup.week_counts(row, replies_known=known[row.connection_id].replies_known) for row in rows
        ]
    for edge in period.edges:
        found += _count_days(organization, edge, known)
    return found


def _count_days(
    organization: Organization, days: Period, connections: dict[int, Connection]
) -> list[WeekCounts]:
    start, end = days.bounds(organization)
    rows = organization.posts.filter(created_at__gte=start, created_at__lt=end).values_list(
        "connection_id", "surface", "judge", "kind", "score"
    )

    def place(row: tuple[int, str, str, str | None, int | None]) -> tuple[int, Group, str]:
        return row[0], figures.group_of(row[1], connections[row[0]].network), row[2]

    monday = days.first - timedelta(days=days.first.weekday())
    return [
        figures.count_week(
            connection,
            monday,
            group,
            [(Kind(kind) if kind else None, score) for _, _, _, kind, score in members],
            replies_known=connections[connection].replies_known,
            judge=judge,
        )
        for (connection, group, judge), members in groupby(sorted(rows, key=place), key=place)
    ]


def answers(
    organization: Organization, period: Period, connections: Iterable[Connection], *, now: datetime
) -> AnsweringFigures:
    """How the people who arrived in a period were answered; two queries where it is whole weeks."""
    hearing = [connection for connection in connections if connection.hears_others]
    own = opening_times.working(organization)
    counts, judges = _run_counts(organization, period, hearing, own)
    return AnsweringFigures(
        answer_rate=answering.answer_rate(counts, now),
        first_answer_time=answering.first_answer_time(counts, now),
        within_target=answering.within_target(counts, now, own.targets.answer_hours),
        still_open=answering.still_open(counts, now),
        distribution=answering.answer_distribution(counts, now),
        judge=judges.pop() if len(judges) == 1 else None,
        office_hours=own.opening.is_set,
        target_hours=own.targets.answer_hours,
    )


def _run_counts(
    organization: Organization, period: Period, hearing: Sequence[Connection], own: Working
) -> tuple[RunCounts | None, set[str]]:
    if not hearing:
        return None, set()
    parts, judges, weeks = [RunCounts()], set(), period.whole_weeks
    if weeks:
        for row in organization.answerweeks.filter(monday__gte=weeks[0], monday__lte=weeks[-1]):
            parts.append(answer_rollup.run_counts(row))
            judges.add(row.judge)
    for edge in period.edges:
        start, end = edge.bounds(organization)
        mondays = {week_of(moment, organization.zone) for moment in (start, end - timedelta(seconds=1))}
        arrived: list[Run] = []
        for connection in hearing:
            found = answer_rollup.runs_of_weeks(connection, mondays)
            arrived += [run for run in found if start <= run.arrived_at < end]
        parts.append(answering.count_runs(arrived, own.opening))
    return answering.sum_runs(parts), judges


def people(
    organization: Organization, period: Period, connections: Iterable[Connection], *, now: datetime
) -> PeopleFigures:
    """The people an account talked with in a period; regulars are those of its last eight weeks."""
    if not any(connection.hears_others for connection in connections):
        unknown = NotKnown("archive")
        return PeopleFigures(unknown, unknown, unknown)
    start, end = period.bounds(organization)
    end = min(end, now)
    said = conversations.turns(organization, since=min(start, end - _SPOKEN_BEFORE), until=now)
    words = conversations.words(said)
    inside = {word.thread for word in words if not word.ours and start <= word.at < end}
    return PeopleFigures(
        reciprocity=people_figures.reciprocity(words, start, end),
        depth=people_figures.depth(word for word in words if word.thread in inside),
        regulars=people_figures.regulars(words, end, organization.zone),
    )
