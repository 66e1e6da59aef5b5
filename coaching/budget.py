"""What an organization may read at X this month, what it has read, and the stop before the limit.

Dollars are those of the price list in the settings. X charges a thing once within a UTC day, however often
it is read, and so does this.
"""

import sys
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from django.conf import settings
from django.db.models import F

from accounts import audit
from accounts.models import Organization, User
from accounts.tenancy import scope
from coaching.models import Connection, ReadBudget, ReadMeter
from coaching.networks.twitter_budget import Bill, Meter, Prices, Read

NOTHING = Bill()


@dataclass(frozen=True)
class Spent:
    """A month at a network: what was read and how much is allowed; None is no limit. Dollars."""

    month: date
    reads: int
    dollars: Decimal
    most_reads: int | None
    most_dollars: Decimal | None

    @property
    def share(self) -> int:
        """Percent of the tighter limit that is used, 0–100; 0 without limits."""
        parts = [Decimal(0)]
        if self.most_dollars is not None:
            parts.append(self.dollars / self.most_dollars if self.most_dollars else Decimal(1))
        if self.most_reads is not None:
            parts.append(Decimal(self.reads) / self.most_reads if self.most_reads else Decimal(1))
        return min(100, int(max(parts) * 100))


def first_of_month(now: datetime) -> date:
    """The first day of the month in UTC, in which X counts."""
    return now.astimezone(UTC).date().replace(day=1)


def next_month(now: datetime) -> datetime:
    """The moment at which X begins to count anew."""
    first = first_of_month(now)
    year, month = (first.year + 1, 1) if first.month == 12 else (first.year, first.month + 1)
    return datetime(year, month, 1, tzinfo=UTC)


def prices() -> Prices:
    """X's price list, as the settings have it."""
    return Prices(**{name: Decimal(price) for name, price in settings.X_PRICES.items()})


def owns_app(connection: Connection) -> bool:
    """Whether the account's own posts are billed at the lower price of the app's owner."""
    return bool(settings.X_APP_OWNER_ID) and connection.external_id == settings.X_APP_OWNER_ID


def spent(organization: Organization, network: str, *, now: datetime) -> Spent:
    """This month so far. Needs the organization's scope."""
    month = first_of_month(now)
    known = ReadMeter.across_organizations.filter(organization=organization, network=network, month=month)
    meter = known.defer("read_that_day").first() or ReadMeter(month=month)
    limit = ReadBudget.across_organizations.filter(organization=organization, network=network).first()
    dollars = limit.dollars if limit else Decimal(settings.X_MONTHLY_DOLLARS)
    return Spent(month, meter.reads, meter.dollars, limit.posts if limit else None, dollars)


def allow(
    organization: Organization,
    network: str,
    *,
    dollars: Decimal | None,
    posts: int | None,
    by: User | None,
    now: datetime,
) -> None:
    """Sets the limits of a month; accounts that wait for a new month are read again at once."""
    ReadBudget.across_organizations.update_or_create(
        organization=organization, network=network, defaults={"dollars": dollars, "posts": posts}
    )
    Connection.across_organizations.filter(
        organization=organization, network=network, state=Connection.State.BUDGET
    ).update(due_at=now)
    audit.record(organization, "budget_set", by=by, at=now, network=network)


def meter_for(connection: Connection, *, now: datetime) -> Meter:
    """A meter with what is left of the month."""
    with scope([connection.organization_id]):
        so_far = spent(connection.organization, connection.network, now=now)
        already = list(_read_on(connection, now.astimezone(UTC).date()))
    reads = None if so_far.most_reads is None else max(0, so_far.most_reads - so_far.reads)
    dollars = None if so_far.most_dollars is None else max(Decimal(0), so_far.most_dollars - so_far.dollars)
    return Meter(
        reads=reads, dollars=dollars, prices=prices(), owns_app=owns_app(connection), already=already
    )


def record(connection: Connection, more: Bill, *, now: datetime, fresh: Iterable[Read] = ()) -> None:
    """Adds what was read to the month, and to what is not billed again today. Needs the scope."""
    if more == NOTHING:
        return
    meter = lock(connection.organization_id, connection.network, now=now)
    today = now.astimezone(UTC).date()
    before = bytes(meter.read_that_day) if meter.day == today else b""
    ReadMeter.across_organizations.filter(
        organization=connection.organization_id, network=connection.network, month=first_of_month(now)
    ).update(
        own_posts=F("own_posts") + more.own_posts,
        posts=F("posts") + more.posts,
        users=F("users") + more.users,
        day=today,
        read_that_day=before + _packed(fresh, today),
        dollars=F("dollars") + more.dollars(prices(), owns_app=owns_app(connection)),
    )


def record_person(connection: Connection, external_id: str, *, now: datetime) -> None:
    """Adds one question about a person, which was put outside any pull. Needs the organization's scope."""
    meter = meter_for(connection, now=now)
    meter.count(now, users=[external_id])
    record(connection, meter.bill, now=now, fresh=meter.fresh)


def lock(organization_id: int, network: str, *, now: datetime) -> ReadMeter:
    """Holds the month's meter until the transaction ends, so that two readers never share one remainder."""
    wanted = {"organization_id": organization_id, "network": network, "month": first_of_month(now)}
    ReadMeter.across_organizations.bulk_create([ReadMeter(**wanted)], ignore_conflicts=True)
    meter: ReadMeter = ReadMeter.across_organizations.select_for_update().get(**wanted)
    return meter


def forget_days(organization: Organization, *, now: datetime) -> int:
    """Forgets which posts and people were read before today; the sums stay. Needs the scope."""
    return ReadMeter.across_organizations.filter(
        organization=organization, day__lt=now.astimezone(UTC).date()
    ).update(day=None, read_that_day=b"")


def _read_on(connection: Connection, day: date) -> Iterator[Read]:
    """What was read and billed that day already."""
    kept = (
        ReadMeter.across_organizations.filter(
            organization=connection.organization_id, network=connection.network, day=day
        )
        .values_list("read_that_day", flat=True)
        .first()
    )
    numbers = array("q", bytes(kept or b""))
    if sys.byteorder != "big":
        numbers.byteswap()
    for number in numbers:
        yield "post" if number > 0 else "user", str(abs(number)), day.isoformat()


def _packed(reads: Iterable[Read], day: date) -> bytes:
    """Eight bytes a thing; an id that is no such number is forgotten, and billed here again."""
    of_day = [(kind, one) for kind, one, on in reads if on == day.isoformat()]
    numbers = array(
        "q",
        (
            int(one) if kind == "post" else -int(one)
            for kind, one in of_day
            if one.isascii() and one.isdigit() and 0 < int(one) < 2**63
        ),
    )
    if sys.byteorder != "big":
        numbers.byteswap()
    return numbers.tobytes()


def difference(now: Bill, before: Bill) -> Bill:
    """What was read since `before`."""
    return Bill(now.own_posts - before.own_posts, now.posts - before.posts, now.users - before.users)
