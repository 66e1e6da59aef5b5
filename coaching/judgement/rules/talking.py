"""Rules about talking with people instead of at them."""

from __future__ import annotations

from collections import Counter

from coaching.judgement.advice import Advice, newest, suggest
from coaching.judgement.metrics import look
from coaching.judgement.picture import AccountPicture, PostView
from coaching.judgement.verdict import Kind


def join_conversations(picture: AccountPicture) -> Advice | None:
    """Hardly anything you say is said to somebody: answer one person, or join one talk, every working day.

    Speaks when under 20% of all posts are replies or comments, where the source tells them.
    Source: Lovejoy, Waters & Saxton 2012 (under 20% conversational), Guo & Saxton 2018.
    """
    seen = look("reply_share", picture)
    if seen is None or seen.value >= 0.20:
        return None
    return suggest(
        "join_conversations",
        picture,
        seen,
        target=max(0.20, min(0.35, seen.value + 0.15)),
        evidence="guo_saxton",
        leverage=0.9,
        examples=newest(seen.hits),
    )


def ask_questions(picture: AccountPicture) -> Advice | None:
    """You hardly ever ask: end one post a week with a real question.

    Speaks when the share of own timeline posts with a question (not a sales hook) is below the
    organization's target. Examples are the questions they did ask, else posts that could have asked.
    Source: HubSpot 2012.
    """
    seen = look("question_share", picture)
    if seen is None or seen.value >= picture.targets.question_share:
        return None
    told = tuple(post for post in seen.misses if post.kind is not Kind.PITCH)
    return suggest(
        "ask_questions",
        picture,
        seen,
        target=picture.targets.question_share,
        evidence="hubspot",
        leverage=0.75,
        examples=newest(seen.hits) or newest(told),
        asked=seen.k,
    )


def threads_are_not_talk(picture: AccountPicture) -> Advice | None:
    """Most of your replies are to yourself: put the credits in one post and spend the time on an answer.

    Speaks when at least 60% (and five) of what continues a conversation continues our own post.
    Source: the account's own feed; dialogue as in Kent & Taylor 1998.
    """
    seen = look("thread_share", picture)
    if seen is None or seen.value < 0.60 or seen.k < 5:
        return None
    return suggest(
        "threads_are_not_talk",
        picture,
        seen,
        target=0.5,
        evidence="kent_taylor",
        leverage=0.65,
        examples=newest(seen.hits),
        others=seen.n - seen.k,
    )


def more_conversation(picture: AccountPicture) -> Advice | None:
    """Little of what you say is conversation: turn one announcement a week into something to talk about.

    Speaks when converse is below the research baseline of 25.8% and below the organization's own target.
    Examples are their own best conversation posts, else their latest announcements.
    Source: Lovejoy & Saxton 2012; Wang & Yang 2020.
    """
    seen = look("converse_share", picture)
    if seen is None or seen.value >= min(0.258, picture.targets.converse_share):
        return None
    best = tuple(sorted(seen.hits, key=lambda post: (post.score or 0, post.at)))
    told = tuple(post for post in seen.misses if post.kind is Kind.ANNOUNCE)
    return suggest(
        "more_conversation",
        picture,
        seen,
        target=min(picture.targets.converse_share, seen.value + 0.15),
        evidence="lovejoy_saxton",
        leverage=0.8,
        examples=newest(best) or newest(told),
    )


def repeat_what_starts_talk(picture: AccountPicture) -> Advice | None:
    """Some of your posts get answers: write more like those, at the hour when people answer you.

    Speaks when answers to own timeline posts are known, at least five got one, at most 60% did, and those
    with a question or a name (or whichever mark helps most) got answers at least 1.5 times as often.
    Source: the account's own feed.
    """
    seen = look("answered_posts_share", picture, enough=20)
    if seen is None or seen.k < 5 or seen.value > 0.6:
        return None
    found = _best_mark(seen.hits, seen.misses)
    if found is None:
        return None
    mark, times = found
    hours = Counter(post.at.astimezone(picture.zone).hour for post in seen.hits)
    best_hour = min(hours, key=lambda hour: (-hours[hour], hour))
    starters = tuple(sorted(seen.hits, key=lambda post: (post.replies or 0, post.at)))
    return suggest(
        "repeat_what_starts_talk",
        picture,
        seen,
        target=min(0.8, seen.value + 0.15),
        evidence="own_feed",
        leverage=0.6,
        examples=newest(starters),
        mark=mark,
        times=round(times, 1),
        hour=best_hour,
    )


_MARKS = ("question", "thanks", "mentions", "media")


def _best_mark(hits: tuple[PostView, ...], misses: tuple[PostView, ...]) -> tuple[str, float] | None:
    """The mark with which posts got answers most often, and how many times as often as without it."""
    best: tuple[str, float] | None = None
    for mark in _MARKS:
        with_hit = sum(bool(getattr(post, mark)) for post in hits)
        with_all = with_hit + sum(bool(getattr(post, mark)) for post in misses)
        without_all = len(hits) + len(misses) - with_all
        without_hit = len(hits) - with_hit
        if with_all < 5 or without_all < 5 or with_hit < 3:
            continue
        # one is added to both so that "never without it" does not become infinitely better
        times = (with_hit / with_all) / ((without_hit + 1) / (without_all + 1))
        if times >= 1.5 and (best is None or times > best[1]):
            best = mark, times
    return best
