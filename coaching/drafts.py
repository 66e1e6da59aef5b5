"""The draft coach: what would be said of a post before it is posted. Nothing is kept unless it is saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import Organization, User
from coaching import draft_wording, own_judge, wording
from coaching.judgement import draft, judge
from coaching.judgement.post_length import LIMITS, links
from coaching.judgement.verdict import Facts, Verdict
from coaching.models import Draft
from coaching.post_card import REST, ReasonLine

KEPT = 50
"""Drafts that the page lists; older ones stay until somebody deletes them."""
LONGEST = max(LIMITS.values()) + 5_000


@dataclass(frozen=True)
class Written:
    """What staff typed: a post, perhaps a second version of it, and what they say about it."""

    network: str
    text: str
    other: str = ""
    answers: bool = False
    picture: bool = False
    described: bool = False


@dataclass(frozen=True)
class Look:
    """One version as the coach sees it; `kind` and `score` are None where there is too little to judge."""

    text: str
    kind: str | None
    score: int | None
    reasons: tuple[ReasonLine, ...]
    length: str
    fits: bool
    hints: tuple[str, ...]
    prompts: tuple[str, ...]
    by_structure_only: bool


@dataclass(frozen=True)
class Looks:
    """Both versions; `better` is the number of the one that talks more with people, 0 where none does."""

    first: Look | None = None
    second: Look | None = None
    better: int = 0


def written(fields: Mapping[str, Any]) -> Written:
    """What a form or a stored draft holds, with line ends as networks count them."""
    return Written(
        network=fields["network"],
        text=_lines(fields["text"]),
        other=_lines(fields.get("other") or ""),
        answers=bool(fields.get("answers")),
        picture=bool(fields.get("picture")),
        described=bool(fields.get("described")),
    )


def look(organization: Organization, what: Written) -> Looks:
    """Kind, score, reasons, length, hints and questions for one version or two. One query."""
    versions = [text for text in (what.text, what.other) if text.strip()]
    if not versions:
        return Looks()
    verdicts = judge.judge(
        [(text, _facts(what, text)) for text in versions], intercept=own_judge.of(organization).intercept
    )
    looks = [seen(text, verdict, what) for text, verdict in zip(versions, verdicts, strict=True)]
    if len(looks) == 1:
        return Looks(looks[0])
    return Looks(looks[0], looks[1], draft.more_social(verdicts[0], verdicts[1]))


def look_at(organization: Organization, what: Written, text: str) -> Look:
    """One text as a post of the same kind as `what`: how a rewrite is judged."""
    [verdict] = judge.judge([(text, _facts(what, text))], intercept=own_judge.of(organization).intercept)
    return seen(text, verdict, what)


def save(organization: Organization, what: Written, *, by: User, now: datetime) -> Draft:
    """Keeps a draft for everybody in the organization."""
    kept: Draft = organization.drafts.create(
        network=what.network,
        text=what.text,
        other=what.other,
        answers=what.answers,
        picture=what.picture,
        described=what.described,
        created_by=by,
        created_at=now,
    )
    return kept


def kept(organization: Organization) -> tuple[Draft, ...]:
    """The drafts that were saved last, the newest first."""
    return tuple(organization.drafts.select_related("created_by").order_by("-created_at", "-pk")[:KEPT])


def _facts(what: Written, text: str) -> Facts:
    """The same facts that a network tells of the post once it is out, so that the score stays the same."""
    return Facts(
        network=what.network,
        surface=("reply" if what.network == "twitter" else "comment") if what.answers else "timeline",
        reply_to_other=what.answers,
        reply_to_self=False,
        share=False,
        link=bool(links(text)),
        media=what.picture,
    )


def seen(text: str, verdict: Verdict, what: Written) -> Look:
    """One version with its verdict, as the coach sees it."""
    found = draft.check(
        text, what.network, verdict, pictures=int(what.picture), described=int(what.described)
    )
    return Look(
        text=text,
        kind=verdict.kind,
        score=verdict.score,
        reasons=tuple(
            ReasonLine(
                text=wording.explain(reason, text),
                phrase=text[reason.start : reason.end] if reason.start is not None else "",
                weight=reason.weight,
                start=reason.start,
                end=reason.end,
            )
            for reason in sorted(verdict.reasons, key=lambda reason: -abs(reason.weight))
            if reason.code not in REST
        ),
        length=draft_wording.length(found.length),
        fits=found.length.fits,
        hints=tuple(draft_wording.hint(hint) for hint in found.hints),
        prompts=tuple(draft_wording.prompt(prompt) for prompt in found.prompts),
        by_structure_only=verdict.by_structure_only,
    )


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
