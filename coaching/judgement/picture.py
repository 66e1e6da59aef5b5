"""The last weeks of an account, as the suggestion rules look at it: counters and marks, no texts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from coaching.judgement.answering import Run
from coaching.judgement.marks import read_marks
from coaching.judgement.opening import Opening
from coaching.judgement.people_figures import Regular
from coaching.judgement.verdict import Kind
from coaching.judgement.weeks import last_weeks, week_of

LONG = 12
"""Weeks that the rules look at, and that an outcome is compared with."""
RECENT = 4
"""Weeks that may trigger a suggestion; they never enter its baseline."""


@dataclass(frozen=True, slots=True)
class PostView:
    """One post as the rules see it.

    `mentions` counts people named by handle, ourselves not among them; `repeats` near-identical posts
    before it; `own_words` is False for a bare repost; `replies` what it got, None where the network does
    not tell; `replies_known` whether its source tells what we answer elsewhere (a Facebook archive does
    not).
    """

    id: int
    at: datetime
    kind: Kind | None
    surface: str
    score: int | None = None
    network: str = "twitter"
    question: bool = False
    thanks: bool = False
    credit: bool = False
    bait: bool = False
    mentions: int = 0
    hashtags: int = 0
    link: bool = False
    media: bool = False
    own_words: bool = True
    repeats: int = 0
    replies: int | None = None
    replies_known: bool = True


def post_view(
    post_id: int,
    at: datetime,
    text: str,
    *,
    kind: Kind | None,
    surface: str,
    score: int | None = None,
    network: str = "twitter",
    mentions: Iterable[str] = (),
    ourselves: frozenset[str] = frozenset(),
    links: int = 0,
    media: int = 0,
    repeats: int = 0,
    replies: int | None = None,
    replies_known: bool = True,
) -> PostView:
    """One post as the rules see it, from what is stored of it.

    `mentions` are the handles the network names, without @; `ourselves` our own handles in lower case.
    """
    marks = read_marks(text)
    named = {handle.lower() for handle in (*mentions, *marks.mentions)} - ourselves
    return PostView(
        id=post_id,
        at=at,
        kind=kind,
        surface=surface,
        score=score,
        network=network,
        question=marks.question,
        thanks=marks.thanks,
        credit=marks.credit,
        bait=marks.bait,
        mentions=len(named),
        hashtags=len(marks.hashtags),
        link=bool(links or marks.links),
        media=bool(media),
        own_words=surface != "share" or marks.own_words,
        repeats=repeats,
        replies=replies,
        replies_known=replies_known,
    )


@dataclass(frozen=True, slots=True)
class Targets:
    """What the organization wants to reach; the defaults are a start and theirs to change. Shares are 0–1."""

    social_share: float = 0.5
    converse_share: float = 0.35
    answer_rate: float = 0.9
    answer_hours: float = 4.0
    question_share: float = 0.15
    share_share: float = 0.2


@dataclass(frozen=True)
class AccountPicture:
    """An organization's accounts at one moment.

    `posts` cover at least the last 12 weeks (more is allowed); `runs`, `regulars` and `lost` are None where
    the source holds no messages: rules that need them stay silent. `meetup_at` is the last or next meetup.
    """

    now: datetime
    zone: ZoneInfo
    posts: tuple[PostView, ...] = ()
    runs: tuple[Run, ...] | None = None
    regulars: tuple[Regular, ...] | None = None
    lost: tuple[Regular, ...] | None = None
    meetup_at: datetime | None = None
    opening: Opening | None = None
    targets: Targets = field(default_factory=Targets)

    @cached_property
    def hours(self) -> Opening:
        """The office hours, or every hour of the clock where none are set."""
        return self.opening or Opening(self.zone)

    @cached_property
    def weeks(self) -> tuple[date, ...]:
        """The twelve Mondays up to now, oldest first."""
        return last_weeks(self.now, self.zone, LONG)

    @cached_property
    def dated_posts(self) -> tuple[tuple[date, PostView], ...]:
        """Every post up to now with the Monday of its week, oldest first."""
        ordered = sorted(self.posts, key=lambda post: (post.at, post.id))
        return tuple((week_of(post.at, self.zone), post) for post in ordered if post.at <= self.now)

    @cached_property
    def dated_runs(self) -> tuple[tuple[date, Run], ...]:
        """Every run up to now with the Monday of its arrival, oldest first; empty where none are known."""
        ordered = sorted(self.runs or (), key=lambda run: run.arrived_at)
        return tuple(
            (week_of(run.arrived_at, self.zone), run) for run in ordered if run.arrived_at <= self.now
        )


def moment_of(access: str, last_post_at: datetime | None, now: datetime) -> datetime:
    """The moment from which an account is looked at: now, or the last post's where only an archive is known.

    An archive from 2024 is coached on its last twelve weeks, not on an empty present.
    """
    return last_post_at if access == "archive" and last_post_at is not None else now
