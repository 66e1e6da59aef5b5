"""When a digest is due: on the reader's day and hour, after the covered week is over for the organization."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEK = timedelta(days=7)


def due_at(week: date, *, day: int, hour: int, reader: ZoneInfo, organization: ZoneInfo) -> datetime:
    """When the digest about the week that begins on Monday `week` is due, in UTC.

    `day` 0–6 counts from the Monday after that week, `hour` 0–23, both by the reader's clock. An hour that a
    clock change skips moves to the hour after it, one that comes twice means the first. East of the
    organization it waits until the covered week has ended there.
    """
    wanted = datetime.combine(week + WEEK + timedelta(days=day), time(hour), reader).astimezone(UTC)
    over = datetime.combine(week + WEEK, time(), organization).astimezone(UTC)
    return max(wanted, over)


def last_whole_week(now: datetime, organization: ZoneInfo) -> date:
    """The Monday of the latest week that has ended by the organization's clock."""
    today = now.astimezone(organization).date()
    return today - timedelta(days=today.weekday()) - WEEK
