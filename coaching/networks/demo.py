"""The sample theatre: two invented accounts that are read like a network, week by week.

Everything in demo/*.jsonl is invented. Moments there are relative to the moment of the first read
(`days_ago` and `at` in the theatre's own time, or `minutes_ago`), so the theatre is always alive today;
a negative `days_ago` is something that has yet to happen and comes with a later read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from coaching.networks import demo_feeds
from coaching.networks.contract import (
    Account,
    Batch,
    FeedMessage,
    FeedPost,
    Metrics,
    Network,
    Person,
    Refused,
    Surface,
)

TIMEZONE = "Europe/London"
ORGANIZATION = "Gannet Lane Playhouse"
ACCOUNTS = (
    Account(Network.TWITTER, "2200471", "gannetlane", ORGANIZATION),
    Account(Network.FACEBOOK, "610070012345", "gannetlaneplayhouse", ORGANIZATION),
)

_FILES = {account.handle: Path(__file__).parent / "demo" / f"{account.network}.jsonl" for account in ACCOUNTS}
_MENTION = re.compile(r"(?<!\w)@(\w+)")
_LINK = re.compile(r"https?://\S+")
_WEEK = timedelta(weeks=1)
_AT_ONCE = timedelta(weeks=520)


class DemoReader:
    """Reads one account of the sample theatre, named by its handle, with or without @.

    The cursor holds when the sample was first read (`loaded_at`) and up to where (`until`), both ISO 8601.
    """

    def __init__(self, handle: str) -> None:
        self.handle = handle.removeprefix("@").lower()

    def batches(self, cursor: dict[str, Any] | None, *, now: datetime) -> Iterator[Batch]:
        """What is new since `cursor`, a week at a time, oldest first; raises Refused for another handle."""
        if self.handle not in _FILES and self.handle not in demo_feeds.BY_HANDLE:
            raise Refused("reconnect")
        loaded_at = datetime.fromisoformat(cursor["loaded_at"]) if cursor else now.astimezone(UTC)
        until = datetime.fromisoformat(cursor["until"]) if cursor else None
        fresh = [
            item
            for item in _items(self.handle, loaded_at)
            if item.created_at <= now and (until is None or item.created_at > until)
        ]
        if not fresh:
            start = {"loaded_at": loaded_at.isoformat(), "until": loaded_at.isoformat()}
            yield Batch(cursor=cursor or start, complete=True)
        # A dozen clients are read in one step each, so that a demo starts quickly.
        step = _WEEK if self.handle in _FILES else _AT_ONCE
        for _, group in groupby(fresh, key=lambda item: (item.created_at - loaded_at) // step):
            week = list(group)
            yield Batch(
                posts=tuple(item for item in week if isinstance(item, FeedPost)),
                messages=tuple(item for item in week if isinstance(item, FeedMessage)),
                cursor={"loaded_at": loaded_at.isoformat(), "until": week[-1].created_at.isoformat()},
                complete=week[-1] is fresh[-1],
                reads=len(week),
            )


def _items(handle: str, loaded_at: datetime) -> list[FeedPost | FeedMessage]:
    if handle in demo_feeds.BY_HANDLE:
        return sorted(demo_feeds.items(handle, loaded_at), key=lambda item: item.created_at)
    found = [
        _post(row, handle, loaded_at) if row["type"] == "post" else _message(row, handle, loaded_at)
        for row in _rows(handle)
    ]
    return sorted(found, key=lambda item: item.created_at)


@cache
def _rows(handle: str) -> tuple[dict[str, Any], ...]:
    with _FILES[handle].open(encoding="utf-8") as lines:
        return tuple(json.loads(line) for line in lines)


def _moment(row: dict[str, Any], loaded_at: datetime) -> datetime:
    if "minutes_ago" in row:
        return loaded_at - timedelta(minutes=row["minutes_ago"])
    zone = ZoneInfo(TIMEZONE)
    day = loaded_at.astimezone(zone).date() - timedelta(days=row["days_ago"])
    return datetime.combine(day, time.fromisoformat(row["at"]), zone).astimezone(UTC)


def _post(row: dict[str, Any], handle: str, loaded_at: datetime) -> FeedPost:
    return FeedPost(
        external_id=row["id"],
        created_at=_moment(row, loaded_at),
        text=row["text"],
        surface=Surface(row["surface"]),
        conversation_id=row["conversation"],
        parent_id=row.get("parent"),
        reply_to=_person(row.get("reply_to")),
        shared_from=_person(row.get("shared_from")),
        quotes_id=row.get("quotes"),
        mentions=tuple(_MENTION.findall(row["text"])),
        links=tuple(_LINK.findall(row["text"])),
        media=row.get("media", 0),
        metrics=Metrics(**row["metrics"]),
        url=f"https://example.org/{handle}/{row['id']}",
    )


def _message(row: dict[str, Any], handle: str, loaded_at: datetime) -> FeedMessage:
    return FeedMessage(
        external_id=row["id"],
        created_at=_moment(row, loaded_at),
        text=row["text"],
        author=_person(row["author"]) or Person(),
        conversation_id=row["conversation"],
        parent_id=row.get("parent"),
        mentions=tuple(_MENTION.findall(row["text"])),
        metrics=Metrics(**row["metrics"]),
        url=f"https://example.org/{handle}/{row['id']}",
    )


def _person(row: dict[str, str] | None) -> Person | None:
    return Person(row["id"], row.get("handle"), row.get("name")) if row else None
