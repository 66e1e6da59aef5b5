"""The periods that a report card can be about: the last months, the last quarters, or days of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Organization
from coaching.period_figures import Period

MONTHS_OFFERED = 12
QUARTERS_OFFERED = 5
LONGEST = 366
"""Days of a period at most."""
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Choice:
    """One period that can be chosen; `code` is such as 2026-10 or 2026-q3."""

    code: str
    label: str
    period: Period


def month(year: int, number: int) -> Choice:
    """A calendar month; numbers below 1 count back into the years before."""
    year, number = year + (number - 1) // 12, (number - 1) % 12 + 1
    after = date(year + number // 12, number % 12 + 1, 1)
    label = _("{month} {year}").format(month=MONTHS[number], year=year)
    return Choice(f"{year}-{number:02}", label, Period(date(year, number, 1), after - DAY))


def quarter(year: int, number: int) -> Choice:
    """A calendar quarter; numbers below 1 count back into the years before."""
    year, number = year + (number - 1) // 4, (number - 1) % 4 + 1
    first, last = month(year, 3 * number - 2).period.first, month(year, 3 * number).period.last
    label = _("{first} to {last} {year}").format(
        first=MONTHS[first.month], last=MONTHS[last.month], year=year
    )
    return Choice(f"{year}-q{number}", label, Period(first, last))


def offered(organization: Organization, *, now: datetime) -> tuple[Choice, ...]:
    """The quarters and months that are over, the newest first; an archive's end where its posts end.

    Two queries.
    """
    return offered_until(_last_day(organization, now))


def offered_until(last: date) -> tuple[Choice, ...]:
    """The quarters and months that are over at the end of this day, the newest first."""
    ended = last + DAY  # the month of this day is not over
    this = (ended.month - 1) // 3 + 1
    quarters = [quarter(ended.year, this - back) for back in range(1, QUARTERS_OFFERED + 1)]
    months = [month(ended.year, ended.month - back) for back in range(1, MONTHS_OFFERED + 1)]
    return (*quarters, *months)


def _last_day(organization: Organization, now: datetime) -> date:
    """Yesterday, or for an organization with archives alone the end of the month of its last post."""
    yesterday = now.astimezone(organization.zone).date() - DAY
    if any(connection.hears_others for connection in organization.connections.all()):
        return yesterday
    newest = organization.posts.order_by("-created_at", "-pk").values_list("created_at", flat=True).first()
    if newest is None:
        return yesterday
    day = newest.astimezone(organization.zone).date()
    return min(yesterday, month(day.year, day.month).period.last)


def name(first: date, last: date) -> str:
    """A period in words: "October 2026", "July to September 2026", "3 to 20 May 2026" with its days."""
    for choice in (month(first.year, first.month), quarter(first.year, (first.month - 1) // 3 + 1)):
        if choice.period == Period(first, last):
            return choice.label
    days = {"first": date_format(first, "DATE_FORMAT"), "last": date_format(last, "DATE_FORMAT")}
    return _("{first} to {last}").format(**days)


def code(first: date, last: date) -> str:
    """A period for an address: 2026-10, 2026-q3, or its two days."""
    for choice in (month(first.year, first.month), quarter(first.year, (first.month - 1) // 3 + 1)):
        if choice.period == Period(first, last):
            return choice.code
    return f"{first:%Y-%m-%d}-{last:%Y-%m-%d}"
