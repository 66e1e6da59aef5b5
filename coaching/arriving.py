"""What is on its way in: an archive that is being read, accounts that are read for the first time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min

from accounts.models import Organization
from coaching import import_progress
from coaching.import_progress import ImportProgress
from coaching.models import Connection, Import


@dataclass(frozen=True)
class Reading:
    """How far the first reading of an account is; `back_to` is its oldest post so far."""

    connection: int
    name: str
    network: str
    posts: int
    back_to: datetime | None


@dataclass(frozen=True)
class Arriving:
    """What is being read right now, if anything."""

    importing: ImportProgress | None
    readings: tuple[Reading, ...]

    @property
    def going_on(self) -> bool:
        """Whether more is to come."""
        return self.importing is not None or bool(self.readings)

    @property
    def posts(self) -> int:
        """Posts that are here already."""
        return sum(reading.posts for reading in self.readings)


def build(organization: Organization, connections: Sequence[Connection], *, now: datetime) -> Arriving:
    """What is on its way into an organization. One query, and one more while accounts are read first."""
    job = (
        organization.imports.filter(state__in=[Import.State.WAITING, Import.State.RUNNING])
        .order_by("-pk")
        .first()
    )
    return Arriving(
        importing=import_progress.of(job, now=now) if job else None,
        readings=first_readings(organization, connections),
    )


def first_readings(organization: Organization, connections: Sequence[Connection]) -> tuple[Reading, ...]:
    """The accounts that are read for the first time, and how far each is. One query at most."""
    fresh = [connection for connection in connections if _reads_for_the_first_time(connection)]
    if not fresh:
        return ()
    found = {
        row["connection"]: (row["posts"], row["back_to"])
        for row in organization.posts.filter(connection__in=[one.pk for one in fresh])
        .values("connection")
        .annotate(posts=Count("pk"), back_to=Min("created_at"))
        .order_by()
    }
    return tuple(
        Reading(one.pk, one.name or one.handle, one.network, *found.get(one.pk, (0, None))) for one in fresh
    )


def _reads_for_the_first_time(connection: Connection) -> bool:
    return (
        connection.access == Connection.Access.API
        and connection.caught_up_at is None
        and connection.due_at is not None
    )
