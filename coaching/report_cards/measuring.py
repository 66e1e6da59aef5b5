"""What a report card says, measured once: figures, codes and words of ours, nothing of anybody else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import Organization
from coaching import advice_wording, coach, period_figures
from coaching.judgement.choosing import advise
from coaching.judgement.figures import RESEARCH_CONVERSE, PostFigures, Where
from coaching.judgement.intervals import NotKnown, Share, direction, plain
from coaching.judgement.verdict import Kind
from coaching.period_figures import Period, PeriodFigures

AT_MOST_WELL = 3
LOUD = 0.2
"""Below this social share praise for passing on others' work would contradict the headline."""
Content = dict[str, Any]


def measure(organization: Organization, period: Period, *, now: datetime) -> Content:
    """The content of a card about a period, with things to try. Needs the organization's scope."""
    found = period_figures.measure(organization, period, now=now)
    connections = tuple(organization.connections.all())
    known = any(connection.replies_known for connection in connections)
    where = Where.EVERYTHING if known else Where.TIMELINE
    posts = found.posts[where]
    before = period_figures.posts_in(period_figures.post_counts(organization, period.before, connections))[
        where
    ]
    regulars = found.people.regulars
    return {
        "where": where.value,
        "networks": sorted({connection.network for connection in connections}),
        "posts": posts.posts if isinstance(posts.posts, int) else 0,
        "left_out": len(posts.left_out),
        "social": plain(posts.social_share),
        "before": plain(before.social_share),
        "score": plain(posts.mean_score),
        "mix": {kind.value: plain(one) for kind, one in posts.mix.items()}
        if isinstance(posts.mix, dict)
        else {},
        "answer_rate": plain(found.answering.answer_rate),
        "first_answer_time": plain(found.answering.first_answer_time),
        "reciprocity": plain(found.people.reciprocity),
        "regulars": None if isinstance(regulars, NotKnown) else len(regulars),
        "hears": any(connection.hears_others for connection in connections),
        "well": _well(found, posts, before),
        "tries": _tries(organization, period, now),
    }


def judge_of(content: Content) -> str:
    """The version of the judge that the shares were measured with; empty where there were too few posts."""
    return str(content["social"].get("judge") or "")


def _well(found: PeriodFigures, posts: PostFigures, before: PostFigures) -> list[list[Any]]:
    """What went well, the most telling first: codes with their numbers."""
    said: list[list[Any]] = []
    social, earlier, mix = posts.social_share, before.social_share, posts.mix
    if isinstance(social, Share) and isinstance(earlier, Share) and direction(social, earlier) > 0:
        said.append(["more", {"now": _percent(social), "before": _percent(earlier)}])
    if isinstance(mix, dict) and mix[Kind.CONVERSE].low > RESEARCH_CONVERSE:
        said.append(["conversation", _of(mix[Kind.CONVERSE])])
    for code, figure, bar in (
        ("answered", found.answering.answer_rate, 0.7),
        ("in_time", found.answering.within_target, 0.75),
        ("heard", found.people.reciprocity, 0.7),
    ):
        if isinstance(figure, Share) and figure.value >= bar:
            said.append([code, _of(figure)])
    regulars = found.people.regulars
    if not isinstance(regulars, NotKnown) and len(regulars) >= 3:
        said.append(["regulars", {"n": len(regulars)}])
    loud = isinstance(social, Share) and social.value < LOUD
    if isinstance(mix, dict) and not loud and mix[Kind.SHARE].value >= 0.16:
        said.append(["shared", _of(mix[Kind.SHARE])])
    return said[:AT_MOST_WELL]


def _of(figure: Share) -> dict[str, int]:
    return {"k": figure.k, "n": figure.n}


def _percent(figure: Share) -> int:
    return advice_wording.percent(figure.value)


def _tries(organization: Organization, period: Period, now: datetime) -> list[dict[str, str]]:
    """What the coach says when the period ends, in words without anybody's figures: at most three."""
    _, end = period.bounds(organization)
    moment = min(end, now)
    words = [
        (advice.rule, advice_wording.suggestion(advice))
        for advice in advise(coach.picture(organization, now=moment), now=moment)
    ]
    return [{"rule": rule, "title": said.title, "source": said.source} for rule, said in words]
