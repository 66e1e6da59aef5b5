"""Checking oneself: up to twenty posts that somebody pastes, judged at once and kept nowhere."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime

from coaching import drafts
from coaching.drafts import Look, Written
from coaching.judgement import judge
from coaching.judgement.figures import Group, WeekCounts, Where, count_week, post_figures
from coaching.judgement.intervals import Share
from coaching.judgement.post_length import links
from coaching.judgement.repetition import repeats
from coaching.judgement.verdict import SOCIAL, Facts, Kind, Verdict
from coaching.mix import KindShare, kind_share
from coaching.report_cards import wording

MOST = 20
"""Posts that are judged; what comes after them is left out, and said to be."""
LONGEST_POST = 5_000
LONGEST = 60_000
_EMPTY_LINE = re.compile(r"\n[^\S\n]*\n")


@dataclass(frozen=True)
class Checked:
    """What is said of pasted posts. `percent` is None where there are too few to say how much is talk.

    `left_out` counts posts beyond the first twenty, `unread` those whose words we could not read. `first` is
    the post to begin with, with questions to its writer.
    """

    looks: tuple[Look, ...]
    headline: str
    percent: int | None
    low: int | None
    high: int | None
    mix: tuple[KindShare, ...]
    left_out: int
    unread: int
    first: Look | None


def split(pasted: str) -> list[str]:
    """The posts in a paste: between empty lines where there are any, else one a line."""
    text = pasted.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip()
    parts = _EMPTY_LINE.split(text) if _EMPTY_LINE.search(text) else text.split("\n")
    return [part.strip() for part in parts if part.strip()]


def check(posts: list[str], network: str, *, now: datetime) -> Checked:
    """Judges the first twenty posts of one account; needs no database and touches none."""
    taken = posts[:MOST]
    again = repeats([(now, text) for text in taken])
    facts = [_facts(text, network, copies) for text, copies in zip(taken, again, strict=True)]
    verdicts = judge.judge(list(zip(taken, facts, strict=True)))
    seen = [
        drafts.seen(text, verdict, Written(network, text, answers=bool(fact.reply_to_other)))
        for text, verdict, fact in zip(taken, verdicts, facts, strict=True)
    ]
    found = post_figures([_counted(verdicts, now.date())], Where.TIMELINE)
    social = found.social_share
    known = social if isinstance(social, Share) else None
    return Checked(
        looks=tuple(replace(look, prompts=(), hints=()) for look in seen),
        headline=wording.headline(social, len(taken), where=Where.TIMELINE.value),
        percent=wording.percent(known.value) if known else None,
        low=wording.percent(known.low) if known else None,
        high=wording.percent(known.high) if known else None,
        mix=_mix(verdicts) if known else (),
        left_out=len(posts) - len(taken),
        unread=sum(verdict.by_structure_only for verdict in verdicts),
        first=_first(seen, verdicts),
    )


def _facts(text: str, network: str, copies: int) -> Facts:
    """What the words themselves tell: an answer on X begins with a handle, a bare repost with RT."""
    answers = network == "twitter" and text.startswith("@")
    share = network == "twitter" and text.startswith("RT @")
    return Facts(
        network=network,
        surface="reply" if answers else "share" if share else "timeline",
        reply_to_other=answers,
        reply_to_self=False,
        share=share,
        link=bool(links(text)),
        media=None,
        repeats=copies,
    )


def _counted(verdicts: list[Verdict], day: date) -> WeekCounts:
    return count_week(0, day, Group.TIMELINE, [(verdict.kind, verdict.score) for verdict in verdicts])


def _mix(verdicts: list[Verdict]) -> tuple[KindShare, ...]:
    kinds = [verdict.kind for verdict in verdicts if verdict.kind is not None]
    return tuple(kind_share(kind, kinds.count(kind) / len(kinds), kinds.count(kind)) for kind in Kind)


def _first(seen: list[Look], verdicts: list[Verdict]) -> Look | None:
    """The post that is furthest from talk and for which there is something to ask."""
    among = [
        (verdict.score, place)
        for place, verdict in enumerate(verdicts)
        if verdict.score is not None and verdict.kind not in SOCIAL and seen[place].prompts
    ]
    return seen[min(among)[1]] if among else None
