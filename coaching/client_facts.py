"""What is known of many organizations at once, in as many queries as of one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Q

from accounts.models import Organization
from coaching import conversations, dashboard, opening_times, rollup
from coaching.dashboard import Lead, Week
from coaching.judgement.figures import PostFigures, WeekCounts, Where
from coaching.judgement.outcome import Word
from coaching.judgement.weeks import last_weeks
from coaching.models import AnswerWeek, Connection, Import, Outcome, Suggestion, WeekRollup
from coaching.opening_times import Working
from coaching.period_figures import WEEKS, posts_in

LATELY = timedelta(weeks=4)
"""So long an outcome is news."""


@dataclass(frozen=True)
class Facts:
    """One organization at one moment.

    `posts` are the figures of the twelve weeks that the headline speaks of, `weeks` the same weeks one by
    one; `waiting` the arrivals of those who wait for an answer, the longest first.
    """

    connections: tuple[Connection, ...]
    working: Working
    last_post: datetime | None
    lead: Lead | None
    posts: PostFigures | None
    weeks: tuple[Week, ...]
    waiting: tuple[datetime, ...]
    suggestions: int
    outcome: Word | None
    importing: bool

    @property
    def hears(self) -> bool:
        """Whether it is known what others write to this organization."""
        return any(connection.hears_others for connection in self.connections)


def read(organizations: Sequence[Organization], *, now: datetime) -> dict[int, Facts]:
    """The facts of each organization by its id; their scope is needed. Eight queries for any number."""
    connections = _connections(organizations)
    last_posts = dict(
        _of(WeekRollup, organizations).values_list("organization").annotate(Max("last_at")).order_by()
    )
    shown = {
        one.pk: _shown_weeks(one, connections[one.pk], last_posts.get(one.pk), now) for one in organizations
    }
    counts = _counts(organizations, connections, shown)
    workings = opening_times.workings(organizations)
    waiting = _waiting(organizations, now)
    suggestions = dict(
        _of(Suggestion, organizations)
        .filter(state=Suggestion.State.OPEN)
        .values_list("organization")
        .annotate(Count("pk"))
        .order_by()
    )
    outcomes = _outcomes(organizations, now)
    importing = set(
        _of(Import, organizations)
        .filter(state__in=[Import.State.WAITING, Import.State.RUNNING])
        .values_list("organization", flat=True)
    )
    return {
        one.pk: _facts(
            connections[one.pk],
            counts[one.pk],
            shown[one.pk],
            working=workings[one.pk],
            last_post=last_posts.get(one.pk),
            waiting=waiting.get(one.pk, ()),
            suggestions=suggestions.get(one.pk, 0),
            outcome=outcomes.get(one.pk),
            importing=one.pk in importing,
        )
        for one in organizations
    }


def _facts(
    connections: tuple[Connection, ...],
    counts: Sequence[WeekCounts],
    shown: Sequence[date],
    *,
    working: Working,
    last_post: datetime | None,
    waiting: tuple[datetime, ...],
    suggestions: int,
    outcome: Word | None,
    importing: bool,
) -> Facts:
    replies = any(connection.replies_known for connection in connections)
    where = Where.EVERYTHING if replies else Where.TIMELINE
    recent = shown[-WEEKS:]
    hears = any(connection.hears_others for connection in connections)
    return Facts(
        connections=connections,
        working=working,
        last_post=last_post,
        lead=dashboard.lead(counts, shown, where),
        posts=posts_in(counts, recent)[where] if counts else None,
        weeks=tuple(dashboard.week(counts, monday, where) for monday in recent) if counts else (),
        waiting=waiting if hears else (),
        suggestions=suggestions,
        outcome=outcome,
        importing=importing,
    )


def _of(model: type, organizations: Iterable[Organization]):  # type: ignore[no-untyped-def]
    return model.across_organizations.filter(organization__in=[one.pk for one in organizations])  # type: ignore[attr-defined]


def _connections(organizations: Sequence[Organization]) -> dict[int, tuple[Connection, ...]]:
    known = {one.pk: one for one in organizations}
    found: dict[int, list[Connection]] = {pk: [] for pk in known}
    for connection in _of(Connection, organizations).order_by("network", "handle", "pk"):
        connection.organization = known[connection.organization_id]
        found[connection.organization_id].append(connection)
    return {pk: tuple(connections) for pk, connections in found.items()}


def _shown_weeks(
    organization: Organization,
    connections: Iterable[Connection],
    last_post: datetime | None,
    now: datetime,
) -> tuple[date, ...]:
    """The weeks that are looked at: those up to now, or up to an archive's last post."""
    hears = any(connection.hears_others for connection in connections)
    until = now if hears else last_post
    return last_weeks(until, organization.zone, 2 * WEEKS) if until else ()


def _counts(
    organizations: Sequence[Organization],
    connections: dict[int, tuple[Connection, ...]],
    shown: dict[int, tuple[date, ...]],
) -> dict[int, list[WeekCounts]]:
    # Archives end at different times; those that are read live share two or three spans of weeks.
    alike: dict[tuple[date, date], list[int]] = defaultdict(list)
    for pk, weeks in shown.items():
        if weeks:
            alike[weeks[0], weeks[-1]].append(pk)
    wanted = Q(pk__in=[])
    for (first, last), ids in alike.items():
        wanted |= Q(organization__in=ids, monday__gte=first, monday__lte=last)
    known = {one.pk: one.replies_known for mine in connections.values() for one in mine}
    found: dict[int, list[WeekCounts]] = {one.pk: [] for one in organizations}
    for row in _of(WeekRollup, organizations).filter(wanted).order_by("monday", "pk"):
        counted = rollup.week_counts(row, replies_known=known[row.connection_id])
        found[row.organization_id].append(counted)
    return found


def _waiting(organizations: Sequence[Organization], now: datetime) -> dict[int, tuple[datetime, ...]]:
    """Who waits for an answer, of the eight weeks that the list of conversations shows."""
    since = now - conversations.LOOK_BACK
    arrived: dict[int, list[datetime]] = defaultdict(list)
    rows = _of(AnswerWeek, organizations).filter(monday__gte=since.date() - timedelta(days=7))
    for organization_id, moments in rows.values_list("organization", "waiting_since"):
        arrived[organization_id] += [moment for moment in moments if since < moment <= now]
    return {pk: tuple(sorted(moments)) for pk, moments in arrived.items()}


def _outcomes(organizations: Sequence[Organization], now: datetime) -> dict[int, Word]:
    """The last outcome of each that is news and says something."""
    rows = _of(Outcome, organizations).filter(
        measured_at__gt=now - LATELY, word__in=[Outcome.Word.BETTER, Outcome.Word.WORSE]
    )
    return {pk: Word(word) for pk, word in rows.order_by("measured_at").values_list("organization", "word")}
