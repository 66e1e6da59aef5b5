"""When a connection is read: what is due, who takes it, and when it is due again."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection as database
from django.db.models import Q

from accounts.models import Organization
from accounts.tenancy import scope
from coaching import budget, health, page_insights, pull, reading, rereading, subscribing
from coaching.models import AppLimit, Connection
from coaching.networks.contract import Batch, Reader, Refused, TryLater
from coaching.networks.twitter import TwitterReader
from coaching.networks.twitter_budget import Bill

WHOLE_APP_PAUSE = timedelta(hours=1)

Clock = Callable[[], datetime]


class LostLease(Exception):
    """Somebody else reads this connection now, or it was disconnected."""


def due(now: datetime, limit: int = 500) -> list[tuple[int, int]]:
    """(organization, connection) of what is due, the first of each organization before any second."""
    with database.cursor() as cursor:
        cursor.execute("SELECT organization_id, id FROM engage_due_connections(%s, %s)", [now, limit])
        return cursor.fetchall()


def claim(organization_id: int, connection_id: int, *, now: datetime) -> Connection | None:
    """The connection, for whoever asks first; a worker that dies gives it up when the lease ends.

    Of an organization's X accounts one is read at a time: they share one budget.
    """
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    with scope([organization_id]):
        # Nothing new is read for an organization that is going to be erased.
        mine = Connection.across_organizations.filter(
            free, pk=connection_id, due_at__lte=now, organization__erase_at__isnull=True
        )
        found = mine.first()
        if found is None:
            return None
        if found.network == Connection.Network.TWITTER and found.access == Connection.Access.API:
            budget.lock(organization_id, found.network, now=now)
            others = Connection.across_organizations.filter(
                organization=organization_id, network=found.network, access=found.access
            )
            if others.filter(lease_until__gte=now).exclude(pk=connection_id).exists():
                return None
        if not mine.update(lease_until=now + settings.REFRESH_LEASE):
            return None
        return Connection.across_organizations.select_related("organization").get(pk=connection_id)


def hurry(organization: Organization, connection_id: int, *, now: datetime, insist: bool = False) -> bool:
    """Makes an account due at once because somebody asked; False where that was done moments ago.

    Operators may `insist` on asking again so soon. Neither a rate limit nor a missing permission is
    hurried. Needs the organization's scope.
    """
    hopeless = [Connection.State.WAITING, Connection.State.RECONNECT, Connection.State.GONE]
    mine = organization.connections.filter(pk=connection_id, due_at__isnull=False)
    mine = mine.exclude(state__in=hopeless)
    if not insist:
        long_ago = Q(hurried_at__lt=now - settings.REFRESH_NOW_PAUSE)
        mine = mine.filter(Q(hurried_at__isnull=True) | long_ago)
    return bool(mine.update(due_at=now, hurried_at=now))


def refresh(connection: Connection, *, now: datetime, clock: Clock | None = None) -> pull.Pulled:
    """Pulls what is new, and says how it went and when the connection is due again.

    `clock` prolongs the lease with each batch; the state is on the connection afterwards.
    """
    pull_of = _Pull(connection, now=now, clock=clock)
    try:
        pull_of.run()
        changed = health.well(connection, now=now)
    except TryLater as later:
        _remember(connection, later, now=now)
        changed = health.later(connection, later, now=now)
    except Refused as refused:
        changed = health.refused(connection, refused, now=now)
    except LostLease:
        return pull_of.pulled
    pull_of.end(changed)
    return pull_of.pulled


class _Pull:
    """One pull by one worker, and what is written down beside every batch."""

    def __init__(self, connection: Connection, *, now: datetime, clock: Clock | None) -> None:
        self.connection, self.now, self.clock = connection, now, clock or (lambda: now)
        self.pulled = pull.Pulled()
        self.reader: Reader | None = None
        self.billed = Bill()
        self.looked_again = list(connection.look_again)

    def run(self) -> None:
        _heed(self.connection, now=self.now)
        self.reader = reading.reader_for(self.connection, now=self.now)
        rereading.watch_again(self.connection, self.looked_again)
        # A feature that is refused is refused last; what else is due once a day goes on.
        refused: Refused | None = None
        try:
            pull.pull(self.connection, self.reader, now=self.now, beside=self.beside)
        except Refused as fault:
            if fault.reason != "permission" or fault.feature in health.BLOCKING:
                raise
            refused = fault
        if self.connection.reread_on != self.now.date() and self.connection.access == "api":
            subscribing.subscribe(self.connection, now=self.now)
        rereading.reread(self.connection, self.reader, self.looked_again, now=self.now, beside=self.beside)
        page_insights.read(self.connection, self.reader, now=self.now)
        if refused is not None:
            raise refused

    def beside(self, batch: Batch, pulled: pull.Pulled) -> None:
        """In the transaction that stores a batch: still ours? Then the lease, the bill and the limits."""
        until = self.clock() + settings.REFRESH_LEASE
        mine = Connection.across_organizations.filter(
            pk=self.connection.pk, lease_until=self.connection.lease_until
        )
        caught_up = {"caught_up_at": self.now} if batch.complete and not self.connection.caught_up_at else {}
        if self.connection.lease_until is not None and not mine.update(lease_until=until, **caught_up):
            raise LostLease
        self.connection.lease_until = until
        self._bill()
        self.pulled += pulled

    def end(self, changed: dict[str, object]) -> None:
        """The outcome, unless somebody else has taken the connection meanwhile."""
        connection = self.connection
        with scope([connection.organization_id]):
            self._bill()
            row = (
                Connection.across_organizations.select_for_update()
                .filter(pk=connection.pk, lease_until=connection.lease_until)
                .first()
            )
            if row is None:
                return
            left = [one for one in row.look_again if one not in self.looked_again]
            done = changed.get("state") in (Connection.State.ACTIVE, Connection.State.PERMISSION)
            changed |= {"lease_until": None, "look_again": left if done else row.look_again}
            if left and done:
                changed["due_at"] = self.now
            changed |= self._limits()
            Connection.across_organizations.filter(pk=connection.pk).update(**changed)
        for name, value in changed.items():
            setattr(connection, name, value)

    def _bill(self) -> None:
        if isinstance(self.reader, TwitterReader):
            bill, fresh = self.reader.meter.bill, self.reader.meter.fresh
            more = budget.difference(bill, self.billed)
            budget.record(self.connection, more, now=self.now, fresh=fresh[self.billed.reads :])
            self.billed = bill

    def _limits(self) -> dict[str, object]:
        if isinstance(self.reader, TwitterReader):
            return {"windows": {name: window.as_json() for name, window in self.reader.windows.items()}}
        return {}


def _heed(connection: Connection, *, now: datetime) -> None:
    """Raises TryLater while the network has closed itself to the whole app."""
    if connection.access != Connection.Access.API:
        return
    limit = AppLimit.objects.filter(network=connection.network, until__gt=now).first()
    if limit:
        raise TryLater("rate", at=limit.until)


def _remember(connection: Connection, fault: TryLater, *, now: datetime) -> None:
    """A limit of the whole app keeps all its connections from asking."""
    if fault.reason == "rate" and fault.whole_app:
        AppLimit.objects.update_or_create(
            network=connection.network, defaults={"until": fault.at or now + WHOLE_APP_PAUSE}
        )
