"""Has staged posts judged: what the network told becomes facts, what the judge says becomes rows."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from coaching import storing
from coaching.judgement import judge, messages
from coaching.judgement.figures import ENOUGH_POSTS
from coaching.judgement.repetition import RepeatFinder
from coaching.judgement.verdict import Facts
from coaching.models import Connection, OwnJudge, Post
from coaching.networks.contract import FeedMessage
from coaching.storing import StagedPost

BATCH = 4_000
FIRST_LOOK = 50


def ourselves(handle: str, also_ours: Iterable[str]) -> frozenset[str]:
    """The handles that are the organization itself, in lower case and without @."""
    return frozenset(name.lstrip("@").lower() for name in (handle, *also_ours) if name)


def judge_staged(
    *,
    network: str,
    ours: frozenset[str],
    finder: RepeatFinder,
    own: OwnJudge,
    progress: Callable[[int], None] = lambda done: None,
) -> None:
    """Judges every staged post in order of time and stages the verdicts; tells `progress` how many.

    `own` is the judge that the organization's posts stand under.
    """
    done = 0
    for posts in storing.staged_posts(BATCH):
        repeats = [finder.add(post.created_at, post.text) for post in posts]
        facts = [facts_of(post, network, ours, count) for post, count in zip(posts, repeats, strict=True)]
        verdicts = judge.judge(
            [(post.text, fact) for post, fact in zip(posts, facts, strict=True)], intercept=own.intercept
        )
        storing.add_verdicts(
            (
                (post.external_id, count, verdict)
                for post, count, verdict in zip(posts, repeats, verdicts, strict=True)
            ),
            own.version,
        )
        done += len(posts)
        progress(done)


def first_look(*, network: str, ours: frozenset[str], own: OwnJudge) -> dict[str, int] | None:
    """How many of the newest staged posts are of each kind, within moments; None where there are too few.

    Whether a text was sent before is not known yet, so a few may be judged otherwise in the end.
    """
    posts = storing.newest_staged(FIRST_LOOK)
    found = judge.judge(
        [(post.text, facts_of(post, network, ours, 0)) for post in posts],
        intercept=own.intercept,
        reasons=False,
    )
    kinds = Counter(verdict.kind.value for verdict in found if verdict.kind)
    return dict(kinds) if kinds.total() >= ENOUGH_POSTS and len(posts) == FIRST_LOOK else None


def facts_of(post: StagedPost, network: str, ours: frozenset[str], repeats: int) -> Facts:
    """What the network told about a post; talking to a sister account is talking to ourselves."""
    to_ourselves = (post.reply_to or "").lower() in ours
    from_ourselves = (post.shared_from or "").lower() in ours
    answers = post.surface in ("reply", "comment")
    return Facts(
        network=network,
        surface=post.surface,
        reply_to_other=answers and not to_ourselves,
        reply_to_self=post.surface == "thread" or (answers and to_ourselves),
        share=post.surface == "share" and not from_ourselves,
        link=post.link,
        media=post.media,
        repeats=repeats,
    )


def as_staged(post: Post) -> StagedPost:
    """A stored post as the judge takes it."""
    return StagedPost(
        external_id=post.external_id,
        created_at=post.created_at,
        text=post.text,
        surface=post.surface,
        reply_to=(post.reply_to or {}).get("handle"),
        shared_from=(post.shared_from or {}).get("handle"),
        link=bool(post.links),
        media=post.media > 0,
    )


def judge_messages(found: Iterable[FeedMessage]) -> list[tuple[FeedMessage, dict[str, Any]]]:
    """Messages with what their writers are after, as the columns of a message."""
    feed = list(found)
    return [
        (
            message,
            {
                "intent": verdict.intent,
                "wants_answer": verdict.wants_answer,
                "language": verdict.language,
                "judge": messages.VERSION,
            },
        )
        for message, verdict in zip(feed, messages.judge_messages([m.text for m in feed]), strict=True)
    ]


def finder_for(connection: Connection, *, before: datetime) -> RepeatFinder:
    """A finder of repeated texts that remembers what the connection posted in the weeks `before`."""
    finder = RepeatFinder()
    recent = (
        Post.across_organizations.filter(
            organization=connection.organization_id,
            connection=connection,
            created_at__lt=before,
            created_at__gte=before - finder.window,
        )
        .order_by("created_at")
        .values_list("created_at", "text")
    )
    for created_at, text in recent.iterator():
        finder.add(created_at, text)
    return finder
