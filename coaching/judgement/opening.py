"""When somebody is there to answer: office hours per weekday, holidays, time zone and clock changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

Span = tuple[int, int]
"""Minutes after midnight, from and to; to may pass 1440 where a bar closes after midnight."""

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Opening:
    """Office hours. `hours` holds seven tuples of spans, Monday first; None means that none are set.

    `holidays` are local dates on which nobody is there; a span belongs to the day on which it begins.
    """

    zone: ZoneInfo
    hours: tuple[tuple[Span, ...], ...] | None = None
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if self.hours is None:
            return
        if len(self.hours) != 7:
            raise ValueError("office hours need seven days, Monday first")
        for start, end in (span for day in self.hours for span in day):
            if not (0 <= start < end and start < 1440 and end <= start + 1440):
                raise ValueError(f"{start} to {end} is no span of minutes in a day")

    @property
    def is_set(self) -> bool:
        """Whether any office hours are set; without them every hour of the clock counts."""
        return self.hours is not None and any(self.hours)


def weekdays(zone: ZoneInfo, start: str, end: str, holidays: frozenset[date] = frozenset()) -> Opening:
    """The same hours from Monday to Friday, for example 9:00 to 17:30."""
    span = (_minutes(start), _minutes(end))
    return Opening(zone, ((span,),) * 5 + ((), ()), holidays)


def _minutes(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute or 0)


def hours_between(opening: Opening, start: datetime, end: datetime) -> float:
    """How many office hours lie between two moments; clock hours where no office hours are set.

    Both moments are aware. What happens while closed counts from the next opening: a question at midnight
    answered ten minutes after opening took ten minutes. Never negative. A clock change inside a span makes
    that span an hour longer or shorter, as it does for the people who work it.
    """
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if end <= start:
        return 0.0
    if not opening.is_set:
        return (end - start) / _HOUR
    open_for = timedelta()
    counted_until = start
    # the day before too: its last span may reach past midnight
    day = start.astimezone(opening.zone).date() - timedelta(days=1)
    last = end.astimezone(opening.zone).date()
    while day <= last:
        for opens, closes in _spans(opening, day):
            since, until = max(opens, counted_until), min(closes, end)
            if since < until:
                open_for += until - since
                counted_until = until
        day += timedelta(days=1)
    return open_for / _HOUR


@lru_cache(maxsize=8192)
def _spans(opening: Opening, day: date) -> tuple[tuple[datetime, datetime], ...]:
    if opening.hours is None or day in opening.holidays:
        return ()
    spans = sorted(opening.hours[day.weekday()])
    return tuple((_moment(opening, day, start, 0), _moment(opening, day, end, 1)) for start, end in spans)


def _moment(opening: Opening, day: date, minute: int, fold: int) -> datetime:
    """The moment of a wall clock time: `fold` 0 the first, 1 the second of an hour that happens twice.

    A time that the clocks jump over is the moment of the jump.
    """
    naive = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute)
    first = naive.replace(tzinfo=opening.zone, fold=0).astimezone(UTC)
    second = naive.replace(tzinfo=opening.zone, fold=1).astimezone(UTC)
    if second < first:
        return _jump(opening.zone, second, first)
    return second if fold else first


def _jump(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)
