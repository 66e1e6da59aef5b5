"""When a connection is read: what is due, who takes it, and when it is due again."""

from datetime import datetime, timedelta

from django.db import connection as database

from accounts.tenancy import scope
from coaching import pull
from coaching.models import Connection
from coaching.networks.contract import Refused, TryLater
from coaching.networks.demo import DemoReader

LEASE = timedelta(minutes=10)
EVERY = timedelta(minutes=30)


def due(now: datetime, limit: int = 500) -> list[tuple[int, int]]:
    """(organization, connection) of what should be read now, the longest waiting first."""
    with database.cursor() as cursor:
        cursor.execute("SELECT organization_id, id FROM engage_due_connections(%s, %s)", [now, limit])
        return cursor.fetchall()


def claim(organization_id: int, connection_id: int, *, now: datetime) -> Connection | None:
    """The connection, for whoever asks first; a worker that dies gives it up when the lease ends."""
    with scope([organization_id]):
        mine = Connection.across_organizations.filter(pk=connection_id, due_at__lte=now)
        if not mine.update(due_at=now + LEASE):
            return None
        return Connection.across_organizations.select_related("organization").get(pk=connection_id)


def refresh(connection: Connection, *, now: datetime) -> pull.Pulled:
    """Pulls what is new and says when the connection is due again."""
    pulled = pull.Pulled()
    due_at: datetime | None = now + EVERY
    try:
        pulled = pull.pull(connection, reader_for(connection), now=now)
    except TryLater as later:
        due_at = later.at or now + EVERY
    except Refused:
        due_at = None
    with scope([connection.organization_id]):
        Connection.across_organizations.filter(pk=connection.pk).update(due_at=due_at)
    return pulled


def reader_for(connection: Connection) -> DemoReader:
    """Who reads this connection; archives are uploaded, not read, and refuse."""
    if connection.access == Connection.Access.DEMO:
        return DemoReader(connection.handle)
    raise Refused("upload")
