"""Weeks as the organization lives them: Monday to Sunday in its own time zone, daylight saving included."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEK = timedelta(days=7)


def week_of(moment: datetime, zone: ZoneInfo) -> date:
    """The Monday of the week in which something happened, by the organization's clock.

    `moment` is aware. 23:30 UTC on a Sunday is already Monday's week in Berlin.
    """
    local = moment.astimezone(zone).date()
    return local - timedelta(days=local.weekday())


def week_bounds(monday: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When a week begins and when the next one begins, in UTC.

    167 or 169 hours long where the clocks change. Raises ValueError for a day that is no Monday.
    """
    if monday.weekday():
        raise ValueError(f"{monday} is not a Monday")
    start, end = (datetime.combine(day, time.min, zone).astimezone(UTC) for day in (monday, monday + WEEK))
    return start, end


def weeks_before(monday: date, count: int) -> tuple[date, ...]:
    """The `count` Mondays before a week, oldest first, without that week itself."""
    return tuple(monday - WEEK * back for back in range(count, 0, -1))


def last_weeks(now: datetime, zone: ZoneInfo, count: int) -> tuple[date, ...]:
    """The running week and the ones before it, `count` in all, oldest first."""
    running = week_of(now, zone)
    return (*weeks_before(running, count - 1), running)


def weeks_between(since: datetime, until: datetime, zone: ZoneInfo) -> tuple[date, ...]:
    """Every Monday whose week touches the period, oldest first; `until` itself is outside."""
    monday, found = week_of(since, zone), []
    while since < until and datetime.combine(monday, time.min, zone) < until:
        found.append(monday)
        monday += WEEK
    return tuple(found)
