"""A Page's own figures at Facebook: read once a day, kept by day, and summed up for its owners."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.models import Organization
from accounts.tenancy import scope
from coaching.models import Connection, PageDay
from coaching.networks.contract import Reader, Refused, TryLater
from coaching.networks.facebook import FacebookReader
from coaching.networks.facebook_insights import Insight

DAYS = 28
KEPT = timedelta(days=400)
COLUMNS = {
    "page_media_view": "views",
    "page_post_engagements": "engagements",
    "page_follows": "follows",
}
PEOPLE = "page_total_media_view_unique"
"""People, each counted once in 28 days."""


@dataclass(frozen=True)
class Seen:
    """What Facebook counted up to `until`; sums are over the `days` it told of, None is untold."""

    until: date
    days: int
    people: int | None
    views: int | None
    engagements: int | None
    follows: int | None


def read(connection: Connection, reader: Reader, *, now: datetime) -> int:
    """Asks for the figures of the last 28 days, once a day; answers with the number of days kept.

    Raises Refused (never for a figure that Facebook does not know) and TryLater.
    """
    today = now.date()
    if not isinstance(reader, FacebookReader) or not reader.tells_insights:
        return 0
    if connection.insights_on == today:
        return 0
    since = now - timedelta(days=DAYS)
    days: dict[date, dict[str, int]] = defaultdict(dict)
    try:
        by_day, _ = reader.insights(tuple(COLUMNS), now=now, since=since, until=now)
        by_month, _ = reader.insights((PEOPLE,), now=now, since=since, until=now, period="days_28")
    except Refused as refused:
        # Facebook tells nothing of a Page that hardly anybody likes; it is asked again tomorrow.
        if refused.reason not in ("parameter", "gone"):
            raise
        by_day, by_month = [], []
    except TryLater as later:
        # One odd answer about figures must not make the Page look as if it could not be read.
        if later.reason != "unexpected":
            raise
        by_day, by_month = [], []
    _put(days, by_day, COLUMNS)
    _put(days, by_month, {PEOPLE: "people_28"})
    _keep(connection, days, today=today)
    return len(days)


def of(organization: Organization, *, now: datetime) -> dict[int, Seen]:
    """The last 28 days of every Page that tells, by connection. One query; needs the scope."""
    rows: dict[int, list[PageDay]] = defaultdict(list)
    known = PageDay.across_organizations.filter(
        organization=organization, day__gt=now.date() - timedelta(days=2 * DAYS)
    )
    for row in known.order_by("day"):
        rows[row.connection_id].append(row)
    return {pk: _seen(found) for pk, found in rows.items()}


def _seen(rows: list[PageDay]) -> Seen:
    until = rows[-1].day
    rows = [row for row in rows if row.day > until - timedelta(days=DAYS)]
    return Seen(
        until=until,
        days=len(rows),
        people=_last(row.people_28 for row in rows),
        views=_sum(row.views for row in rows),
        engagements=_sum(row.engagements for row in rows),
        follows=_last(row.follows for row in rows),
    )


def _put(days: dict[date, dict[str, int]], told: Iterable[Insight], columns: dict[str, str]) -> None:
    for one in told:
        column = columns.get(one.name)
        if column is not None and one.until is not None and isinstance(one.value, int):
            # A day ends where the next begins.
            days[(one.until - timedelta(days=1)).date()][column] = one.value


def _keep(connection: Connection, days: dict[date, dict[str, int]], *, today: date) -> None:
    with scope([connection.organization_id]):
        if not Connection.across_organizations.filter(pk=connection.pk).update(insights_on=today):
            return
        for day, figures in days.items():
            PageDay.across_organizations.update_or_create(
                organization=connection.organization, connection=connection, day=day, defaults=figures
            )
        PageDay.across_organizations.filter(
            organization=connection.organization_id,
            connection=connection,
            day__lt=today - KEPT,
        ).delete()
    connection.insights_on = today


def _sum(values: Iterable[int | None]) -> int | None:
    known = [one for one in values if one is not None]
    return sum(known) if known else None


def _last(values: Iterable[int | None]) -> int | None:
    return next((one for one in reversed(list(values)) if one is not None), None)
