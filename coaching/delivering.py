"""The digest of an organization on its way: a copy for each reader and week, written down first."""

from datetime import datetime, timedelta
from functools import partial

from django.db import connection as database

from accounts import audit
from accounts.models import Organization
from accounts.tenancy import scope
from coaching import copies, occasions, readers
from coaching.models import Delivery, Subscription
from coaching.sending_time import last_whole_week

WEEK = timedelta(days=7)


def due(now: datetime, limit: int = 1_000) -> list[tuple[int, int]]:
    """(organization, subscription) whose next copy is due, the longest waiting first."""
    return _found("SELECT organization_id, id FROM engage_due_digests(%s, %s)", now, limit)


def waiting(now: datetime, limit: int = 1_000) -> list[tuple[int, int]]:
    """(organization, delivery) that can be sent now."""
    return _found("SELECT organization_id, id FROM engage_due_deliveries(%s, %s)", now, limit)


def _found(statement: str, now: datetime, limit: int) -> list[tuple[int, int]]:
    with database.cursor() as cursor:
        cursor.execute(statement, [now, limit])
        return cursor.fetchall()


def queue(organization_id: int, subscription_ids: list[int], *, now: datetime) -> list[int]:
    """Writes down the copies of readers of one organization that are due, and when their next ones are.

    After a long standstill only the latest week is sent. Ids of the copies to send.
    """
    with scope([organization_id]):
        mine = (
            Subscription.across_organizations.select_for_update(of=("self",), skip_locked=True)
            .select_related("organization", "user")
            .filter(organization=organization_id, pk__in=subscription_ids, due_at__lte=now)
        )
        made = []
        subscriptions = list(mine)
        for one in subscriptions:
            week = max(one.next_week, last_whole_week(now, one.organization.zone))
            paused = (
                one.paused_until is not None and now.astimezone(readers.zone(one)).date() < one.paused_until
            )
            made.append(
                Delivery(
                    organization=one.organization,
                    subscription=one,
                    week=week,
                    state=Delivery.State.SKIPPED if paused else Delivery.State.QUEUED,
                    next_at=None if paused else now,
                )
            )
            one.next_week = week + WEEK
            readers.plan_next(one)
        Delivery.across_organizations.bulk_create(made, ignore_conflicts=True)
        Subscription.across_organizations.bulk_update(subscriptions, ["next_week", "due_at"])
        copies = Delivery.across_organizations.filter(
            organization=organization_id, subscription__in=subscriptions, state=Delivery.State.QUEUED
        )
        return list(copies.order_by("pk").values_list("pk", flat=True))


def claim(organization_id: int, delivery_id: int, *, now: datetime) -> Delivery | None:
    """The copy, for whoever asks first; a worker that dies gives it up when the lease ends."""
    with scope([organization_id]):
        mine = Delivery.across_organizations.filter(organization=organization_id, pk=delivery_id)
        if not copies.take(mine, now=now):
            return None
        found: Delivery = mine.select_related(
            "organization", "subscription__user", "subscription__organization"
        ).get()
        return found


def send(copy: Delivery, *, now: datetime) -> None:
    """Sends a claimed copy and keeps what came of it."""
    within = partial(scope, [copy.organization_id])
    with within(), copy.organization.customs():
        letter = occasions.letter(copy, now=now)
    if copies.send(copy, letter, now=now, within=within) is Delivery.State.BOUNCED:
        _stop(copy, now)


def _stop(copy: Delivery, now: datetime) -> None:
    """No more digests to an address that does not exist; owners see it in the settings and the trail."""
    with scope([copy.organization_id]):
        Subscription.across_organizations.filter(pk=copy.subscription_id).update(bounced_at=now, due_at=None)
        audit.record(copy.organization, "digest_bounced", by=None, at=now, target=copy.subscription_id)


def troubled(organization: Organization) -> list[Subscription]:
    """Readers whose address does not work, for the owners' page."""
    found = organization.subscriptions.filter(bounced_at__isnull=False).select_related("user")
    return list(found.order_by("pk"))
