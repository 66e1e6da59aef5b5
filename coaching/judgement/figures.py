"""The figures of a period: social share, mix, mean score. Weeks are counted once and added up.

Screen, digest, export and API all call these functions; there is no second way to compute a figure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

from coaching.judgement.intervals import Mean, NotKnown, Share, TooFew, share
from coaching.judgement.verdict import SOCIAL, Kind

ENOUGH_POSTS = 10
"""Under ten judged posts a share says nothing: too few posts to judge."""
RESEARCH_CONVERSE = 0.258
"""Share of Community posts among 4,655 tweets of 100 large US nonprofits (Lovejoy & Saxton 2012)."""


class Where(StrEnum):
    """Which posts a figure is about: what stands on our own page, or all we say."""

    TIMELINE = "timeline"
    EVERYTHING = "everything"


class Group(StrEnum):
    """The two groups of surfaces that weeks are counted by; everything is both together."""

    TIMELINE = "timeline"
    REPLIES = "replies"


def group_of(surface: str, network: str) -> Group:
    """Whether a post stands on the account's own timeline or among its replies.

    Posts and shares stand on the timeline; replies and comments do not. A thread does on Twitter, where it
    is shown there and every archive holds it, but not on Facebook, where it is a comment.
    """
    if surface == "thread":
        return Group.TIMELINE if network == "twitter" else Group.REPLIES
    return Group.TIMELINE if surface in {"timeline", "share"} else Group.REPLIES


@dataclass(frozen=True, slots=True)
class WeekCounts:
    """The posts of one connection in one week and group, counted so that weeks can be added up.

    `week` is a Monday in the organization's zone; `replies_known` says whether this source tells replies at
    all (a Facebook archive does not); `judged` are posts with a verdict, the four kinds add up to it;
    `score_sum` adds the scores 0–100 of the judged; `judge` is the version of the judge.
    """

    connection: int
    week: date
    group: Group
    replies_known: bool = True
    posts: int = 0
    judged: int = 0
    converse: int = 0
    share: int = 0
    announce: int = 0
    pitch: int = 0
    score_sum: int = 0
    judge: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """Weeks added up. `judges` are the versions that took part; `left_out` connections without replies."""

    posts: int = 0
    judged: int = 0
    converse: int = 0
    share: int = 0
    announce: int = 0
    pitch: int = 0
    score_sum: int = 0
    judges: frozenset[str] = frozenset()
    left_out: frozenset[int] = frozenset()

    @property
    def social(self) -> int:
        """Posts judged converse or share."""
        return self.converse + self.share

    @property
    def judge(self) -> str | None:
        """The version of the judge, where it was one alone."""
        return next(iter(self.judges)) if len(self.judges) == 1 else None

    def of(self, kind: Kind) -> int:
        """How many posts were judged to be of a kind."""
        return {
            Kind.CONVERSE: self.converse,
            Kind.SHARE: self.share,
            Kind.ANNOUNCE: self.announce,
            Kind.PITCH: self.pitch,
        }[kind]


_SUMMED = tuple(f.name for f in fields(Counts) if f.name not in {"judges", "left_out"})


def count_week(
    connection: int,
    week: date,
    group: Group,
    verdicts: Iterable[tuple[Kind | None, int | None]],
    *,
    replies_known: bool = True,
    judge: str = "",
) -> WeekCounts:
    """The posts of a week, counted; each as its kind and score, None where there was too little to judge."""
    kinds = dict.fromkeys(Kind, 0)
    posts = score_sum = 0
    for kind, score in verdicts:
        posts += 1
        if kind is not None:
            kinds[kind] += 1
            score_sum += score or 0
    return WeekCounts(
        connection=connection,
        week=week,
        group=group,
        replies_known=replies_known,
        posts=posts,
        judged=sum(kinds.values()),
        converse=kinds[Kind.CONVERSE],
        share=kinds[Kind.SHARE],
        announce=kinds[Kind.ANNOUNCE],
        pitch=kinds[Kind.PITCH],
        score_sum=score_sum,
        judge=judge,
    )


def add_up(weeks: Iterable[WeekCounts], where: Where) -> Counts | NotKnown:
    """A period's counts: the sum of its weeks, for the timeline or for everything.

    Everything takes only connections whose source tells replies; the others are named in `left_out`, never
    averaged in. Where no connection tells replies it is NotKnown("no_replies").
    """
    sums = dict.fromkeys(_SUMMED, 0)
    judges, left_out, seen = set(), set(), set()
    for week in weeks:
        seen.add(week.connection)
        if where is Where.TIMELINE and week.group is not Group.TIMELINE:
            continue
        if where is Where.EVERYTHING and not week.replies_known:
            left_out.add(week.connection)
            continue
        for name in _SUMMED:
            sums[name] += getattr(week, name)
        if week.judged:
            judges.add(week.judge)
    if seen and seen == left_out:
        return NotKnown("no_replies")
    return Counts(**sums, judges=frozenset(judges), left_out=frozenset(left_out))


def _judged(counts: Counts | NotKnown) -> Counts | TooFew | NotKnown:
    if isinstance(counts, NotKnown):
        return counts
    if len(counts.judges) > 1:
        return NotKnown("two_judges")
    return counts if counts.judged >= ENOUGH_POSTS else TooFew(counts.judged, ENOUGH_POSTS)


def social_share(counts: Counts | NotKnown) -> Share | TooFew | NotKnown:
    """How much of what you post talks with people: the headline.

    posts judged converse or share ÷ posts judged, 0–1, with its Wilson interval; at least 10 judged posts.
    Source: after the conversational share of Lovejoy, Waters & Saxton 2012, with our four kinds.
    """
    known = _judged(counts)
    return share(known.social, known.judged, judge=known.judge) if isinstance(known, Counts) else known


def mean_score(counts: Counts | NotKnown) -> Mean | TooFew | NotKnown:
    """The average score of the posts, 0–100; the social share comes first.

    sum of scores ÷ posts judged; at least 10 judged posts. Source: the judge's calibrated probability.
    """
    known = _judged(counts)
    if not isinstance(known, Counts):
        return known
    return Mean(known.score_sum / known.judged, known.judged, known.judge)


def mix(counts: Counts | NotKnown) -> dict[Kind, Share] | TooFew | NotKnown:
    """What kinds of talk your posts are: converse, share, announce and pitch, adding up to all.

    posts of each kind ÷ posts judged, 0–1 each; at least 10 judged posts. Only converse stands beside the
    research baseline of 25.8% (Lovejoy & Saxton 2012).
    """
    known = _judged(counts)
    if not isinstance(known, Counts):
        return known
    shares = {kind: share(known.of(kind), known.judged, judge=known.judge) for kind in Kind}
    return {kind: figure for kind, figure in shares.items() if isinstance(figure, Share)}


@dataclass(frozen=True, slots=True)
class PostFigures:
    """The figures about an account's own posts in a period, for the timeline or for everything."""

    where: Where
    posts: int | NotKnown
    social_share: Share | TooFew | NotKnown
    mean_score: Mean | TooFew | NotKnown
    mix: dict[Kind, Share] | TooFew | NotKnown
    left_out: frozenset[int]


def post_figures(weeks: Iterable[WeekCounts], where: Where) -> PostFigures:
    """All figures about posts of a period at once, from its weeks."""
    counts = add_up(weeks, where)
    return PostFigures(
        where=where,
        posts=counts if isinstance(counts, NotKnown) else counts.posts,
        social_share=social_share(counts),
        mean_score=mean_score(counts),
        mix=mix(counts),
        left_out=frozenset() if isinstance(counts, NotKnown) else counts.left_out,
    )


def is_social(kind: Kind | None) -> bool:
    """Whether a kind of talk is social: converse or share."""
    return kind in SOCIAL
