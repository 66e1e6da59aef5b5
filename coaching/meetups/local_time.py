"""Wall clocks: which moment somebody means who writes down a day and an hour at a place."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


class Skipped(ValueError):
    """The clocks go forward over this time: it does not exist on that day."""


class Twice(ValueError):
    """The clocks go back over this time: it comes twice on that day."""


def moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The moment in UTC that is meant. Raises Skipped or Twice where no one moment is."""
    local = datetime.combine(day, clock.replace(tzinfo=None), zone)
    first, second = local.replace(fold=0), local.replace(fold=1)
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise Skipped
    if first.utcoffset() != second.utcoffset():
        raise Twice
    return first.astimezone(UTC)


def ending(day: date, starts: time, ends: time, zone: ZoneInfo) -> datetime:
    """The end of what begins on that day; an end that is not later than the start is next morning's."""
    return moment(day if ends > starts else day + _DAY, ends, zone)


def same_hour(at: datetime, days: int, zone: ZoneInfo, clock: time | None = None) -> datetime:
    """The moment so many days later by the local calendar, at the same hour of the clock or at `clock`.

    Across a change of the clocks that is not a multiple of 24 hours. An hour that the clocks skip is taken as
    the one after.
    """
    local = at.astimezone(zone)
    there = datetime.combine(local.date() + _DAY * days, clock or local.time(), zone)
    return there.astimezone(UTC)
