"""Accounts for the tests of the rules: a few lines make twelve weeks of posts and messages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from coaching.judgement.answering import Intent, Run, State
from coaching.judgement.picture import AccountPicture, PostView
from coaching.judgement.verdict import Kind

NOW = datetime(2026, 6, 7, 20, tzinfo=UTC)  # a Sunday evening
ZONE = ZoneInfo("Europe/London")


def posts(
    count: int, kind: Kind | None = Kind.ANNOUNCE, start: int = 0, **marks: Any
) -> tuple[PostView, ...]:
    """So many posts of a kind, one every six hours back from now (112 fill four weeks)."""
    marks.setdefault("surface", "timeline")
    return tuple(
        PostView(id=start + number, at=NOW - timedelta(hours=6 * number), kind=kind, **marks)
        for number in range(count)
    )


def runs(
    count: int,
    intent: Intent = Intent.QUESTION,
    state: State = State.ANSWERED,
    hours: float = 1.0,
    days_ago: float = 10.0,
    start: int = 0,
) -> tuple[Run, ...]:
    """So many people who wrote, each ten days ago, and got an answer after so many hours (or none)."""
    arrived = NOW - timedelta(days=days_ago)
    answered = arrived + timedelta(hours=hours) if state is State.ANSWERED else None
    return tuple(
        Run(f"t{start + n}", f"p{start + n}", (f"m{start + n}",), arrived, intent, state, answered)
        for n in range(count)
    )


def account(*groups: tuple[PostView, ...], **rest: Any) -> AccountPicture:
    """An account that posted these."""
    return AccountPicture(now=NOW, zone=ZONE, posts=tuple(post for group in groups for post in group), **rest)
