"""The dashboard: how are we doing, whom do we answer, what do we try. A fixed number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from accounts.models import Organization
from coaching import (
    advice_wording,
    arriving,
    checks,
    conversation_page,
    conversations,
    opening_times,
    period_figures,
    praising,
    repost_page,
    rollup,
    trend,
)
from coaching.answer_line import AnswerLine, answer_line
from coaching.conversation_page import Waiting, WaitingNow
from coaching.judgement.answering import runs
from coaching.judgement.figures import Group, PostFigures, WeekCounts, Where
from coaching.judgement.intervals import NotKnown, Share, direction
from coaching.judgement.people_figures import regulars
from coaching.judgement.verdict import Kind
from coaching.judgement.weeks import last_weeks
from coaching.mix import KindShare, kind_share
from coaching.models import Connection, Suggestion, WeekRollup
from coaching.post_card import PostCard, card
from coaching.repost_page import ShareIdea
from coaching.trend import Met, Point

PERIOD = period_figures.WEEKS
"""Weeks that the headline speaks of; as many before are what it is compared with."""
SHOWN_WEEKS = 26
SHOWN_WAITING = 5
ALIKE = 0.03
"""Up to this difference shares are called much the same; a larger one that may be chance is not clear."""


@dataclass(frozen=True)
class Lead:
    """The headline. `percent` is None when there are too few posts to judge.

    `compared` with the weeks before: up, down, same, unclear (apart, maybe by chance), or None.
    """

    posts: int
    percent: int | None = None
    low: int | None = None
    high: int | None = None
    before_percent: int | None = None
    compared: str | None = None


@dataclass(frozen=True)
class Week:
    """One bar of the trend; `social_percent` is None for a week without judged posts."""

    monday: date
    converse: int
    share: int
    announce: int
    pitch: int

    @property
    def judged(self) -> int:
        """Posts with a verdict."""
        return self.converse + self.share + self.announce + self.pitch

    @property
    def social_percent(self) -> int | None:
        """Share of converse and share, 0–100."""
        return round(100 * (self.converse + self.share) / self.judged) if self.judged else None


@dataclass(frozen=True)
class Said:
    """What somebody wrote to the organization, as an example; `message_id` opens the conversation."""

    message_id: int
    name: str
    handle: str | None
    text: str
    at: datetime
    network: str


@dataclass(frozen=True)
class SuggestionCard:
    """A suggestion in words, with posts of their own feed, or with what was written to them."""

    id: int
    rule: str
    title: str
    reason: str
    source: str
    evidence: str
    goal: str
    examples: tuple[PostCard, ...] = ()
    said: tuple[Said, ...] = ()


@dataclass(frozen=True)
class DashboardPage:
    """Everything the dashboard prints."""

    until: datetime | None
    where: Where
    wheres: tuple[Where, ...]
    lead: Lead | None
    mix: tuple[KindShare, ...]
    weeks: tuple[Week, ...]
    trend: tuple[Point, ...]
    target_percent: int
    meetups: tuple[Met, ...]
    suggestions: tuple[SuggestionCard, ...]
    waiting: tuple[Waiting, ...]
    waiting_total: int
    waiting_known: bool
    answering: AnswerLine | None
    ideas: tuple[ShareIdea, ...]
    praise: str | None
    best: PostCard | None
    worst: PostCard | None
    connections: tuple[Connection, ...]
    arriving: arriving.Arriving
    notes: tuple[str, ...]
    checks_waiting: int

    @property
    def charts(self) -> bool:
        """Whether there are enough weeks to draw how it went."""
        return trend.can_be_drawn(self.trend)


def build(organization: Organization, *, now: datetime, where: Where | None = None) -> DashboardPage:
    """The dashboard of an organization; `where` is the timeline or everything, by default what is known."""
    connections = tuple(organization.connections.order_by("network", "handle"))
    hearing = any(connection.hears_others for connection in connections)
    wheres = tuple(Where) if any(c.replies_known for c in connections) else (Where.TIMELINE,)
    chosen = where if where in wheres else wheres[-1]
    until = now if hearing else _last_post(organization)
    rows = _weeks(organization, until)
    known = {connection.pk: connection.replies_known for connection in connections}
    counts = [rollup.week_counts(row, replies_known=known[row.connection_id]) for row in rows]
    shown = last_weeks(until, organization.zone, SHOWN_WEEKS) if until else ()
    suggestions = tuple(organization.suggestions.filter(state=Suggestion.State.OPEN).order_by("rank")[:3])
    best, worst = _extremes(rows, shown[-PERIOD:], chosen)
    posts = _posts(organization, [best, worst, *(pk for s in suggestions for pk in s.examples)])
    said = said_to(organization, suggestions)
    period = period_figures.usual_period(organization, connections, now=now) if hearing else None
    waiting, ideas = _others(organization, now=now) if hearing else (WaitingNow(), ())
    return DashboardPage(
        until=until,
        where=chosen,
        wheres=wheres,
        lead=lead(counts, shown, chosen),
        mix=_mix(counts, shown, chosen),
        weeks=tuple(week(counts, monday, chosen) for monday in shown),
        trend=trend.points(counts, shown, chosen),
        target_percent=round(100 * opening_times.working(organization).targets.social_share),
        meetups=trend.met(organization, shown),
        suggestions=tuple(
            suggestion_card(s, posts, said, now.astimezone(organization.zone).date()) for s in suggestions
        ),
        waiting=waiting.shown,
        waiting_total=waiting.total,
        waiting_known=hearing,
        answering=answer_line(period_figures.answers(organization, period, connections, now=now))
        if period
        else None,
        ideas=ideas,
        praise=praising.sentence(organization),
        best=posts.get(best) if best else None,
        worst=posts.get(worst) if worst and worst != best else None,
        connections=connections,
        arriving=arriving.build(organization, connections, now=now),
        notes=_notes(connections),
        checks_waiting=checks.waiting(organization, now=now),
    )


def _others(organization: Organization, *, now: datetime) -> tuple[WaitingNow, tuple[ShareIdea, ...]]:
    """Who waits for an answer, and what of others could be shared."""
    said = conversations.turns(organization, since=now - conversations.LOOK_BACK, until=now)
    found = runs(said)
    often = regulars(conversations.words(said, found), now, organization.zone)
    people = () if isinstance(often, NotKnown) else often
    waiting = conversation_page.waiting_now(organization, found, now=now, at_most=SHOWN_WAITING)
    ideas = repost_page.ideas(organization, now=now, regulars={regular.person for regular in people})
    return waiting, ideas


def said_to(organization: Organization, suggestions: Iterable[Suggestion]) -> dict[int, Said]:
    """The messages that suggestions are about, as far as they are still kept. One query at most."""
    wanted = {pk for suggestion in suggestions for pk in suggestion.messages}
    return {
        message.pk: Said(
            message_id=message.pk,
            name=message.author_name or message.author_handle or "",
            handle=message.author_handle,
            text=message.text,
            at=message.created_at,
            network=message.connection.network,
        )
        for message in organization.messages.filter(pk__in=wanted).select_related("connection")
    }


def suggestion_card(
    suggestion: Suggestion, posts: dict[int, PostCard], said: dict[int, Said], today: date
) -> SuggestionCard:
    """A stored suggestion in words."""
    words = advice_wording.suggestion(suggestion, today)
    return SuggestionCard(
        id=suggestion.pk,
        rule=suggestion.rule,
        title=words.title,
        reason=words.reason,
        source=words.source,
        evidence=words.evidence,
        goal=words.goal,
        examples=tuple(posts[pk] for pk in suggestion.examples if pk in posts),
        said=tuple(said[pk] for pk in suggestion.messages if pk in said),
    )


def _last_post(organization: Organization) -> datetime | None:
    return organization.posts.order_by("-created_at", "-pk").values_list("created_at", flat=True).first()


def _weeks(organization: Organization, until: datetime | None) -> Sequence[WeekRollup]:
    if until is None:
        return ()
    shown = last_weeks(until, organization.zone, SHOWN_WEEKS)
    first = trend.first_needed(shown)
    return list(organization.weekrollups.filter(monday__gte=first, monday__lte=shown[-1]).order_by("monday"))


def _posts(organization: Organization, ids: Sequence[int | None]) -> dict[int, PostCard]:
    wanted = {pk for pk in ids if pk}
    return {
        post.pk: card(post) for post in organization.posts.filter(pk__in=wanted).select_related("connection")
    }


def _figures(counts: Sequence[WeekCounts], weeks: Sequence[date], where: Where) -> PostFigures:
    return period_figures.posts_in(counts, weeks)[where]


def lead(counts: Sequence[WeekCounts], shown: Sequence[date], where: Where) -> Lead | None:
    """The headline of the last weeks of `shown`, beside the ones before; None where nothing was counted."""
    if not counts:
        return None
    now = _figures(counts, shown[-PERIOD:], where)
    posts = now.posts if isinstance(now.posts, int) else 0
    if not isinstance(now.social_share, Share):
        return Lead(posts=posts)
    found = Lead(
        posts=now.social_share.n,
        percent=round(100 * now.social_share.value),
        low=round(100 * now.social_share.low),
        high=round(100 * now.social_share.high),
    )
    before = _figures(counts, shown[-2 * PERIOD : -PERIOD], where).social_share
    if not isinstance(before, Share):
        return found
    return replace(
        found, before_percent=round(100 * before.value), compared=_compared(now.social_share, before)
    )


def _compared(now: Share, before: Share) -> str:
    if turned := direction(now, before):
        return "up" if turned > 0 else "down"
    return "same" if round(abs(now.value - before.value), 9) <= ALIKE else "unclear"


def _mix(counts: Sequence[WeekCounts], shown: Sequence[date], where: Where) -> tuple[KindShare, ...]:
    mix = _figures(counts, shown[-PERIOD:], where).mix
    if not isinstance(mix, dict):
        return ()
    return tuple(kind_share(kind, mix[kind].value, mix[kind].k) for kind in Kind)


def week(counts: Sequence[WeekCounts], monday: date, where: Where) -> Week:
    """One week of the trend."""
    rows = [
        one
        for one in counts
        if one.week == monday
        and (one.group is Group.TIMELINE if where is Where.TIMELINE else one.replies_known)
    ]
    return Week(monday, *(sum(getattr(row, kind.value) for row in rows) for kind in Kind))


def _extremes(
    rows: Sequence[WeekRollup], weeks: Sequence[date], where: Where
) -> tuple[int | None, int | None]:
    """The ids of the most and the least conversational post of the weeks."""
    among = [row for row in rows if row.monday in weeks and (row.timeline or where is Where.EVERYTHING)]
    judged = [row for row in among if row.best_score is not None]
    if not judged:
        return None, None
    best = max(judged, key=lambda row: (row.best_score, row.monday))
    worst = min(judged, key=lambda row: (row.worst_score, -row.monday.toordinal()))
    return best.best_post, worst.worst_post


def _notes(connections: Sequence[Connection]) -> tuple[str, ...]:
    notes = []
    if any(not connection.hears_others for connection in connections):
        notes.append("no_messages")
    if any(not connection.replies_known for connection in connections):
        notes.append("no_replies")
    return tuple(notes)
