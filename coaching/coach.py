"""Looks at an organization's last weeks and keeps at most three suggestions open."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import Organization
from coaching import announcing, conversations, judging, opening_times, praising
from coaching.judgement.advice import Advice
from coaching.judgement.answering import runs
from coaching.judgement.choosing import Past, Said, advise
from coaching.judgement.intervals import NotKnown
from coaching.judgement.metrics import weekly
from coaching.judgement.outcome import baseline, visible_change
from coaching.judgement.people_figures import Regular, lost_regulars, regulars
from coaching.judgement.picture import LONG, AccountPicture, PostView, moment_of, post_view
from coaching.judgement.verdict import Kind
from coaching.meetups import marks
from coaching.models import Connection, Suggestion

PEOPLE_WEEKS = 26
_SAID = {
    Suggestion.State.TAKEN: Said.TAKEN,
    Suggestion.State.SNOOZED: Said.SNOOZED,
    Suggestion.State.DISMISSED: Said.DISMISSED,
}


def suggest(organization: Organization, *, now: datetime) -> tuple[Advice, ...]:
    """Renews the open suggestions; what staff decided stays as it is.

    A rule that speaks again keeps its row with fresh figures; one that has become silent is withdrawn.
    """
    seen = picture(organization, now=now)
    praising.keep(organization, seen)
    advices = advise(seen, _history(organization), now=now)
    spoken = {advice.rule for advice in advices}
    open_now = {s.rule: s for s in organization.suggestions.filter(state=Suggestion.State.OPEN)}
    for rule, stale in open_now.items():
        if rule not in spoken:
            stale.state = Suggestion.State.WITHDRAWN
            stale.save(update_fields=["state"])
    for rank, advice in enumerate(advices):
        values = columns(advice, seen, rank=rank, now=now)
        kept, new = Suggestion.across_organizations.update_or_create(
            organization=organization,
            rule=advice.rule,
            state=Suggestion.State.OPEN,
            defaults=values,
            create_defaults={**values, "created_at": now},
        )
        if new:
            told = {"suggestion": kept.pk, "rule": advice.rule}
            announcing.announce(organization, "suggestion.new", str(kept.pk), told, at=now)
    return advices


def columns(advice: Advice, seen: AccountPicture, *, rank: int, now: datetime) -> dict[str, Any]:
    """What a rule said, as columns of a suggestion."""
    return {
        "rank": rank,
        "metric": advice.metric,
        "baseline": advice.baseline,
        "target": advice.target,
        "weeks": advice.weeks,
        "evidence": advice.evidence,
        "as_of": advice.as_of,
        "trigger_weeks": [monday.isoformat() for monday in advice.trigger_weeks],
        "params": dict(advice.params),
        "examples": list(advice.examples),
        "messages": list(advice.messages),
        **visible(seen, advice.metric, advice.weeks, advice.trigger_weeks, now),
    }


def visible(
    seen: AccountPicture, metric: str, weeks: int, trigger_weeks: Iterable[date], now: datetime
) -> dict[str, float | None]:
    """From which change on a difference could be seen if it were taken now, as columns of a suggestion."""
    found = visible_change(baseline(weekly(metric, seen), now, seen.zone, trigger_weeks), weeks)
    return {
        "visible_change": found.change if found else None,
        "visible_before": found.before if found else None,
    }


def picture(organization: Organization, *, now: datetime, since: datetime | None = None) -> AccountPicture:
    """An organization's last twelve weeks, or more; an archive is looked at from its last post."""
    connections = list(organization.connections.all())
    hearing = any(connection.hears_others for connection in connections)
    moment = now
    if not hearing:
        last = organization.posts.order_by("-created_at").values_list("created_at", flat=True).first()
        moment = moment_of("archive", last, now)
    since = min(filter(None, (since, moment - timedelta(weeks=LONG + 1))))
    posts = tuple(_posts(organization, connections, since, moment))
    own = opening_times.working(organization)
    if not hearing:
        return AccountPicture(
            now=moment, zone=organization.zone, posts=posts, opening=own.opening, targets=own.targets
        )
    said = conversations.turns(
        organization, since=min(since, moment - timedelta(weeks=PEOPLE_WEEKS)), until=moment
    )
    words = conversations.words(said)
    return AccountPicture(
        now=moment,
        zone=organization.zone,
        posts=posts,
        runs=runs(said),
        regulars=_known(regulars(words, moment, organization.zone)),
        lost=_known(lost_regulars(words, moment, organization.zone)),
        meetup_at=marks.last_or_next(organization, now=moment),
        opening=own.opening,
        targets=own.targets,
    )


def _known(people: tuple[Regular, ...] | NotKnown) -> tuple[Regular, ...] | None:
    return None if isinstance(people, NotKnown) else people


def _posts(
    organization: Organization, connections: list[Connection], since: datetime, moment: datetime
) -> list[PostView]:
    by_id = {connection.pk: connection for connection in connections}
    ours = judging.ourselves("", [*(c.handle for c in connections), *organization.also_ours])
    recent = organization.posts.filter(
        created_at__gt=since, created_at__lte=moment
    ).values_list(
        "pk", "created_at", "text", "kind", "surface", "score", "mentions", "links", "media", "repeats",
        "replies", "connection_id",
    )  # fmt: skip
    return [
        post_view(
            pk,
            at,
            text,
            kind=Kind(kind) if kind else None,
            surface=surface,
            score=score,
            network=by_id[connection_id].network,
            mentions=mentions,
            ourselves=ours,
            links=len(links),
            media=media,
            repeats=repeats,
            replies=replies,
            replies_known=by_id[connection_id].replies_known,
        )
        for (
            pk,
            at,
            text,
            kind,
            surface,
            score,
            mentions,
            links,
            media,
            repeats,
            replies,
            connection_id,
        ) in recent
    ]


def _history(organization: Organization) -> list[Past]:
    decided = organization.suggestions.filter(state__in=list(_SAID))
    return [
        Past(
            rule=past.rule,
            said=_SAID[Suggestion.State(past.state)],
            at=past.decided_at,
            until=past.rests_until,
            weeks=past.weeks,
            for_good=past.dismissed_because == Suggestion.Because.DOES_NOT_FIT,
        )
        for past in decided
        if past.decided_at
    ]
