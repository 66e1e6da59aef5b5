"""A post as pages show it: its text, its kind, and the reasons in words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from coaching import verdict_wording, wording
from coaching.judgement.verdict import Reason
from coaching.models import Post

REST = frozenset({"other_wording", "base"})
"""What the judge needs for an exact sum and a reader does not: the starting point and single words."""


@dataclass(frozen=True)
class ReasonLine:
    """One reason in words; `start` and `end` are code points of the text, or None for a fact."""

    text: str
    phrase: str
    weight: float
    start: int | None
    end: int | None

    @property
    def positive(self) -> bool:
        """Whether it speaks for a conversation."""
        return self.weight > 0


@dataclass(frozen=True)
class PostCard:
    """A post with its verdict; `kind` and `score` are None when there was too little to judge.

    `kind` is what counts: the editor's word where there is one, else `judged_kind`. `basis_words` and
    `repeats_words` are empty where there is nothing to add.
    """

    id: int
    text: str
    kind: str | None
    score: int | None
    created_at: datetime
    network: str
    handle: str
    account_name: str
    url: str | None
    surface: str
    reasons: tuple[ReasonLine, ...]
    basis: str
    language: str | None
    by_structure_only: bool
    likes: int | None
    replies: int | None
    shares: int | None
    judge: str
    judged_kind: str | None
    basis_words: str
    repeats_words: str
    probabilities: tuple[tuple[str, float], ...]

    @property
    def corrected(self) -> bool:
        """Whether staff gave it another kind than the judge."""
        return self.kind != self.judged_kind


def reasons_of(post: Post) -> tuple[Reason, ...]:
    """The stored reasons as the judge gave them."""
    return tuple(
        Reason(code, weight, start, end, tuple(params.items()))
        for code, weight, start, end, params in post.reasons
    )


def reason_lines(post: Post) -> tuple[ReasonLine, ...]:
    """The reasons in words, the heaviest first; what has no words of its own is one line at the end."""
    reasons = sorted(reasons_of(post), key=lambda reason: -abs(reason.weight))
    lines = [
        ReasonLine(
            text=wording.explain(reason, post.text),
            phrase=post.text[reason.start : reason.end] if reason.start is not None else "",
            weight=reason.weight,
            start=reason.start,
            end=reason.end,
        )
        for reason in reasons
        if reason.code not in REST
    ]
    rest = sum(reason.weight for reason in reasons if reason.code in REST)
    if not reasons:
        return ()
    return (*lines, ReasonLine(gettext("everything else about it"), "", rest, None, None))


def card(post: Post) -> PostCard:
    """What pages show of a post; its connection must have been loaded with it."""
    return PostCard(
        id=post.pk,
        text=post.text,
        kind=post.kind,
        score=post.score,
        created_at=post.created_at,
        network=post.connection.network,
        handle=post.connection.handle,
        account_name=post.connection.name,
        url=post.url,
        surface=post.surface,
        reasons=reason_lines(post),
        basis=post.basis,
        language=post.language,
        by_structure_only=post.by_structure_only,
        likes=post.likes,
        replies=post.replies,
        shares=post.shares,
        judge=post.judge,
        judged_kind=post.judged_kind,
        basis_words=verdict_wording.basis_words(post.basis, by_structure_only=post.by_structure_only),
        repeats_words=verdict_wording.repeats_words(post.repeats),
        probabilities=tuple(zip(Post.Kind.values, post.probabilities, strict=False)),
    )
