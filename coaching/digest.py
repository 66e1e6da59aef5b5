"""What the weekly digest says: one win, one thing to do, the people who wait, and how the week went.

It is composed once for a week and kept as ids, codes and figures. Names and texts are looked up when it is
read, so that somebody who was forgotten since is not in it any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import Organization
from coaching import (
    advice_wording,
    conversations,
    digest_wording,
    figure_wording,
    opening_times,
    outcomes,
    period_figures,
)
from coaching.conversation_page import urgent_runs
from coaching.judgement.answering import runs
from coaching.judgement.figures import Counts, Where, add_up, social_share
from coaching.judgement.intervals import NotKnown, Share
from coaching.judgement.praise import Praise
from coaching.judgement.verdict import Kind
from coaching.meetups import marks
from coaching.models import Connection, DigestIssue, Meetup, Suggestion
from coaching.period_figures import Period
from coaching.sending_time import last_whole_week

SHOWN_WAITING = 3
SHOWN_OUTCOMES = 3
STALE = timedelta(days=2)
AHEAD = timedelta(weeks=3)
"""So long before a meetup the digest speaks of it."""
_SIX_DAYS = timedelta(days=6)


@dataclass(frozen=True)
class WaitingLine:
    """Somebody who waits for an answer, with the page that tells more."""

    message_id: int
    name: str
    handle: str | None
    network: str
    text: str
    since: datetime
    url: str | None


@dataclass(frozen=True)
class Thing:
    """The one thing to do."""

    title: str
    reason: str
    source: str


@dataclass(frozen=True)
class KindCount:
    """Posts of one kind in the week, with their percentage of all judged ones."""

    kind: str
    count: int
    percent: int


@dataclass(frozen=True)
class Digest:
    """A digest as it is read.

    `share` is the social share of the twelve weeks up to the covered one, in percent; `gone` counts people
    who waited then and are not kept any more. `meetup` is a sentence about the next meetup.
    """

    organization: Organization
    week: date
    posts: int
    social: int
    posts_before: int
    social_before: int
    mix: tuple[KindCount, ...]
    share: int | None
    low: int | None
    high: int | None
    target: int | None
    timeline_only: bool
    win: str
    thing: Thing | None
    waiting: tuple[WaitingLine, ...]
    waiting_total: int
    waiting_known: bool
    gone: int
    outcomes: tuple[str, ...]
    read_until: datetime | None
    stale: bool
    from_archive: bool
    judge: str
    news: bool
    meetup: str = ""

    @property
    def last_day(self) -> date:
        """The Sunday of the covered week."""
        return self.week + _SIX_DAYS


def issue(organization: Organization, *, week: date, now: datetime) -> DigestIssue:
    """The digest of a week, composed if nobody has yet. Needs the organization's scope."""
    found: DigestIssue | None = organization.digestissues.filter(week=week).first()
    if found:
        return found
    made, _ = DigestIssue.across_organizations.get_or_create(
        organization=organization,
        week=week,
        defaults={"content": measure(organization, week=week, now=now), "composed_at": now},
    )
    kept: DigestIssue = made
    return kept


def preview(organization: Organization, *, week: date, now: datetime) -> Digest:
    """What the digest of a week would say now; nothing is kept."""
    return read(
        DigestIssue(organization=organization, week=week, content=measure(organization, week=week, now=now))
    )


def covered_week(organization: Organization, *, now: datetime) -> date:
    """The week that a digest is about now: the last whole one, for an archive the last one it holds."""
    latest = last_whole_week(now, organization.zone)
    if any(connection.hears_others for connection in organization.connections.all()):
        return latest
    last = organization.posts.order_by("-created_at", "-pk").values_list("created_at", flat=True).first()
    # A week counts as whole when the archive reaches its Sunday.
    return min(latest, last_whole_week(last + timedelta(days=1), organization.zone)) if last else latest


def measure(organization: Organization, *, week: date, now: datetime) -> dict[str, Any]:
    """What is kept of a digest: figures of the week, and the ids of what it speaks of."""
    connections = tuple(organization.connections.all())
    hearing = any(connection.hears_others for connection in connections)
    where = Where.EVERYTHING if any(c.replies_known for c in connections) else Where.TIMELINE
    covered = Period(week, week + _SIX_DAYS)
    start, end = covered.bounds(organization)
    counts = _counts(organization, covered, connections, where)
    long = Period(week - timedelta(weeks=period_figures.WEEKS - 1), week + _SIX_DAYS)
    share = social_share(_counts(organization, long, connections, where))
    waiting = _waiting(organization, now) if hearing else ()
    measured = organization.outcomes.filter(measured_at__gte=start, measured_at__lt=max(end, now))
    known = list(measured.order_by("measured_at").values_list("pk", flat=True)[:SHOWN_OUTCOMES])
    heard = organization.messages.filter(created_at__gte=start, created_at__lt=end).exists()
    return {
        "week": _counted(counts),
        "before": _counted(_counts(organization, covered.before, connections, where)),
        "share": [share.value, share.low, share.high, share.n] if isinstance(share, Share) else None,
        "judge": (share.judge or "") if isinstance(share, Share) else "",
        "timeline_only": where is Where.TIMELINE,
        **_told(organization),
        "meetup": meetup.pk if (meetup := marks.upcoming(organization, now=now, within=AHEAD)) else None,
        "waiting": list(waiting[:SHOWN_WAITING]),
        "waiting_total": len(waiting),
        "waiting_known": hearing,
        "outcomes": known,
        **_freshness(organization, connections, now),
        "news": bool(waiting or known or heard or _counted(counts)["posts"]),
    }


def _counts(
    organization: Organization, period: Period, connections: tuple[Connection, ...], where: Where
) -> Counts | NotKnown:
    return add_up(period_figures.post_counts(organization, period, connections), where)


def _counted(counts: Counts | NotKnown) -> dict[str, int]:
    if isinstance(counts, NotKnown):
        return {"posts": 0, "judged": 0, **{kind.value: 0 for kind in Kind}}
    return {"posts": counts.posts, "judged": counts.judged, **{kind.value: counts.of(kind) for kind in Kind}}


def _told(organization: Organization) -> dict[str, Any]:
    """The kind word, the thing to do and the target, as they stand now."""
    praise = organization.earnedpraises.order_by("code").first()
    thing = organization.suggestions.filter(state=Suggestion.State.OPEN).order_by("rank").first()
    own = opening_times.working(organization)
    return {
        "praise": [praise.code, praise.value, praise.params] if praise else None,
        "suggestion": thing.pk if thing else None,
        "target": own.targets.social_share if "social_share" in own.set_targets else None,
    }


def _freshness(
    organization: Organization, connections: tuple[Connection, ...], now: datetime
) -> dict[str, Any]:
    """Up to when accounts were read, and whether that is too long ago to speak of this week."""
    hearing = [connection for connection in connections if connection.hears_others]
    read = [one.last_pulled_at for one in hearing if one.last_pulled_at]
    until = min(read) if read and len(read) == len(hearing) else None
    return {
        "read_until": until.isoformat() if until else None,
        "stale": bool(hearing) and (until is None or now - until > STALE),
        "from_archive": bool(connections) and not hearing,
    }


def _waiting(organization: Organization, now: datetime) -> tuple[int, ...]:
    """The messages of the people who wait, the most urgent first."""
    said = conversations.turns(organization, since=now - conversations.LOOK_BACK, until=now)
    return tuple(int(run.messages[0]) for run in urgent_runs(runs(said), now))


def read(kept: DigestIssue) -> Digest:
    """A digest as it is read, with the names and texts that are still kept. Five queries at most."""
    organization, told = kept.organization, kept.content
    lines = _lines(organization, told["waiting"])
    thing = organization.suggestions.filter(pk=told["suggestion"]).first() if told["suggestion"] else None
    share: list[float] | None = told["share"]
    percents = [round(100 * part) for part in share[:3]] if share else [None] * 3
    return Digest(
        organization=organization,
        week=kept.week,
        posts=told["week"]["posts"],
        social=_social(told["week"]),
        posts_before=told["before"]["posts"],
        social_before=_social(told["before"]),
        mix=_mix(told["week"]),
        share=percents[0],
        low=percents[1],
        high=percents[2],
        target=round(100 * told["target"]) if told["target"] else None,
        timeline_only=told["timeline_only"],
        win=_win(told),
        thing=_thing(thing) if thing else None,
        waiting=lines,
        waiting_total=told["waiting_total"],
        waiting_known=told["waiting_known"],
        gone=len(told["waiting"]) - len(lines),
        outcomes=tuple(
            figure_wording.outcome_sentence(outcomes.told(one.suggestion, one))
            for one in organization.outcomes.filter(pk__in=told["outcomes"])
            .select_related("suggestion")
            .order_by("measured_at")
        ),
        read_until=datetime.fromisoformat(told["read_until"]) if told["read_until"] else None,
        stale=told["stale"],
        from_archive=told["from_archive"],
        judge=told["judge"],
        news=told["news"],
        meetup=_meetup(organization, told.get("meetup")),
    )


def _meetup(organization: Organization, pk: int | None) -> str:
    meetup = organization.meetups.filter(pk=pk, state=Meetup.State.OPEN).first() if pk else None
    return digest_wording.meetup_line(meetup) if meetup else ""


def _social(week: Mapping[str, int]) -> int:
    return week[Kind.CONVERSE.value] + week[Kind.SHARE.value]


def _mix(week: Mapping[str, int]) -> tuple[KindCount, ...]:
    judged = week["judged"]
    return tuple(
        KindCount(kind.value, week[kind.value], round(100 * week[kind.value] / judged))
        for kind in Kind
        if judged
    )


def _win(told: Mapping[str, Any]) -> str:
    if told["praise"]:
        code, value, params = told["praise"]
        return figure_wording.praise_sentence(Praise(code, value, params, ()))
    return digest_wording.week_won(_social(told["week"]), _social(told["before"]))


def _thing(suggestion: Suggestion) -> Thing:
    words = advice_wording.suggestion(suggestion)
    return Thing(words.title, words.reason, words.source)


def _lines(organization: Organization, ids: list[int]) -> tuple[WaitingLine, ...]:
    heard = {
        message.pk: message
        for message in organization.messages.filter(pk__in=ids).select_related("connection")
    }
    return tuple(
        WaitingLine(
            message_id=message.pk,
            name=message.author_name or message.author_handle or "",
            handle=message.author_handle,
            network=message.connection.network,
            text=message.text,
            since=message.created_at,
            url=message.url,
        )
        for pk in ids
        if (message := heard.get(pk))
    )
