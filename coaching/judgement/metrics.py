"""What a suggestion moves: each metric is a share of cases that staff can change, counted by weeks.

The same metric gives the baseline when a suggestion is made and the outcome when it was taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from coaching.judgement.answering import PATIENCE, Intent, Run, State
from coaching.judgement.opening import hours_between
from coaching.judgement.picture import RECENT, AccountPicture, PostView
from coaching.judgement.verdict import SOCIAL, Kind

REPLIES = frozenset({"reply", "comment"})
OWN = frozenset({"timeline", "thread"})
MANY_HASHTAGS = 3


@dataclass(frozen=True, slots=True)
class Metric:
    """A share: `hit` among those for which `case` holds. `better` is 1 where more is better, else -1.

    Both get an item (a post, or a run where `of` is runs) and the picture it belongs to.
    """

    name: str
    of: str
    better: int
    case: Callable[[Any, AccountPicture], bool]
    hit: Callable[[Any, AccountPicture], bool]


def _judged(post: PostView, _: AccountPicture) -> bool:
    return post.kind is not None


def _own(post: PostView, _: AccountPicture) -> bool:
    return post.surface in OWN


def _timeline(post: PostView, _: AccountPicture) -> bool:
    return post.surface == "timeline"


def _on_page(post: PostView, _: AccountPicture) -> bool:
    return post.kind is not None and post.surface not in REPLIES


def _whole_source(post: PostView, _: AccountPicture) -> bool:
    return post.replies_known


def _speaks_after(post: PostView, _: AccountPicture) -> bool:
    return post.replies_known and post.surface in {"thread", *REPLIES}


def _asks(post: PostView, _: AccountPicture) -> bool:
    return post.question and post.kind is not Kind.PITCH


def _closed(run: Run, picture: AccountPicture) -> bool:
    """Answered, or without an answer for seven days; "needs no answer" is not counted."""
    if run.state is State.WAITING:
        return picture.now - run.arrived_at >= PATIENCE
    return run.state is not State.NO_ANSWER_NEEDED


def _wants(run: Run, picture: AccountPicture) -> bool:
    return run.wants_answer and _closed(run, picture)


def _timed(run: Run, picture: AccountPicture) -> bool:
    return _wants(run, picture) and run.state is not State.ELSEWHERE


def _kind_words(run: Run, picture: AccountPicture) -> bool:
    return run.intent in {Intent.THANKS, Intent.PRAISE} and _closed(run, picture)


def _no_complaint(run: Run, picture: AccountPicture) -> bool:
    return run.intent not in {Intent.COMPLAINT, Intent.OTHER, None} and _closed(run, picture)


def _answered(run: Run, _: AccountPicture) -> bool:
    return run.state in {State.ANSWERED, State.ELSEWHERE}


def answered_in_time(run: Run, picture: AccountPicture) -> bool:
    """Whether a run got its first answer within the organization's own target, in office hours."""
    if run.answered_at is None:
        return False
    return hours_between(picture.hours, run.arrived_at, run.answered_at) <= picture.targets.answer_hours


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("social_share", "posts", 1, _judged, lambda post, _: post.kind in SOCIAL),
        Metric("converse_share", "posts", 1, _judged, lambda post, _: post.kind is Kind.CONVERSE),
        Metric("share_share", "posts", 1, _on_page, lambda post, _: post.kind is Kind.SHARE),
        Metric("pitch_share", "posts", -1, _on_page, lambda post, _: post.kind is Kind.PITCH),
        Metric("question_share", "posts", 1, _timeline, _asks),
        Metric("reply_share", "posts", 1, _whole_source, lambda post, _: post.surface in REPLIES),
        Metric("thread_share", "posts", -1, _speaks_after, lambda post, _: post.surface == "thread"),
        Metric("naming_share", "posts", 1, _own, lambda post, _: post.mentions > 0),
        Metric(
            "own_words_share",
            "posts",
            1,
            lambda post, _: post.surface == "share",
            lambda post, _: post.own_words,
        ),
        Metric("repeat_share", "posts", -1, _own, lambda post, _: post.repeats > 0),
        Metric("hashtag_share", "posts", -1, _own, lambda post, _: post.hashtags >= MANY_HASHTAGS),
        Metric("bait_share", "posts", -1, _own, lambda post, _: post.bait),
        Metric(
            "answered_posts_share",
            "posts",
            1,
            lambda post, _: post.surface == "timeline" and post.replies is not None,
            lambda post, _: (post.replies or 0) > 0,
        ),
        Metric("answer_rate", "runs", 1, _wants, _answered),
        Metric("in_time_share", "runs", 1, _timed, answered_in_time),
        Metric("thanks_answered", "runs", 1, _kind_words, _answered),
        Metric("friendly_answered", "runs", 1, _no_complaint, _answered),
    )
}


@dataclass(frozen=True, slots=True)
class WeekValue:
    """One week of a metric: `k` hits among `n` cases."""

    week: date
    k: int
    n: int


def weekly(name: str, picture: AccountPicture) -> tuple[WeekValue, ...]:
    """A metric by weeks, oldest first; weeks without a case are left out."""
    metric = METRICS[name]
    found: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    for week, item in _items(metric, picture):
        if metric.case(item, picture):
            found[week][0] += metric.hit(item, picture)
            found[week][1] += 1
    return tuple(WeekValue(week, k, n) for week, (k, n) in sorted(found.items()))


def _items(metric: Metric, picture: AccountPicture) -> tuple[tuple[date, Any], ...]:
    return picture.dated_posts if metric.of == "posts" else picture.dated_runs


@dataclass(frozen=True, slots=True)
class Look:
    """What a rule saw of a metric in some weeks: the cases that hit and those that missed, oldest first."""

    metric: str
    weeks: tuple[date, ...]
    hits: tuple[Any, ...]
    misses: tuple[Any, ...]

    @property
    def k(self) -> int:
        """How many cases hit."""
        return len(self.hits)

    @property
    def n(self) -> int:
        """How many cases there were."""
        return len(self.hits) + len(self.misses)

    @property
    def value(self) -> float:
        """The share of hits, 0–1."""
        return self.k / self.n


def look(name: str, picture: AccountPicture, enough: int = 10) -> Look | None:
    """A metric in the last four weeks, or in twelve where four hold too few cases; None if those do too.

    Whatever weeks are looked at may trigger a suggestion and are kept out of its baseline.
    """
    metric = METRICS[name]
    for weeks in (picture.weeks[-RECENT:], picture.weeks):
        since = weeks[0]
        cases = [
            item for week, item in _items(metric, picture) if week >= since and metric.case(item, picture)
        ]
        if len(cases) >= max(enough, 1):
            hit = [metric.hit(item, picture) for item in cases]
            return Look(
                name,
                weeks,
                tuple(item for item, is_hit in zip(cases, hit, strict=True) if is_hit),
                tuple(item for item, is_hit in zip(cases, hit, strict=True) if not is_hit),
            )
    return None
