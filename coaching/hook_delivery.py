"""Sends what receivers are to be told: claimed by one worker, tried for about a day, then switched off."""

import json
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection as database
from django.db.models import F

from accounts.models import Organization
from accounts.tenancy import scope
from coaching.models import WebhookDelivery, WebhookEndpoint, sealed
from coaching.networks import delivery
from coaching.networks.contract import Refused, TryLater

State = WebhookDelivery.State

LEASE = timedelta(minutes=2)
"""Longer than any try takes; a worker that dies gives it up."""
PAUSES = (1, 5, 15, 30, 60, 120, 240, 360, 540)
"""Minutes until the next try, by how many there were: ten tries in about 23 hours."""
KEPT = timedelta(days=30)


def due(now: datetime, limit: int = 500) -> list[tuple[int, int]]:
    """(organization, delivery) of what is to be sent now."""
    with database.cursor() as cursor:
        cursor.execute("SELECT organization_id, id FROM engage_due_webhooks(%s, %s)", [now, limit])
        return cursor.fetchall()


def claim(organization_id: int, delivery_id: int, *, now: datetime) -> WebhookDelivery | None:
    """The delivery, for whoever asks first, if its receiver is still switched on."""
    with scope([organization_id]):
        mine = WebhookDelivery.across_organizations.filter(
            pk=delivery_id, state=State.WAITING, next_at__lte=now, endpoint__off_since__isnull=True
        )
        if not mine.update(next_at=now + LEASE, attempts=F("attempts") + 1, tried_at=now):
            return None
        found: WebhookDelivery = WebhookDelivery.across_organizations.select_related("endpoint").get(
            pk=delivery_id
        )
        return found


def send(one: WebhookDelivery, *, now: datetime, resolve: delivery.Resolver = delivery.addresses) -> None:
    """Sends a claimed delivery and keeps what came of it. No transaction is open meanwhile."""
    body = json.dumps(one.payload, ensure_ascii=False, separators=(",", ":")).encode()
    message = delivery.Signed(one.message_id, int(now.timestamp()), body)
    way = delivery.Way(loopback_ca=settings.WEBHOOK_LOOPBACK_CA or None)
    try:
        status = delivery.deliver(
            one.endpoint.url, message, one.endpoint.keys(now=now), way=way, resolve=resolve
        )
    except Refused as refused:
        _give_up(one, refused.reason, _number(refused.code), now)
    except sealed.Unsealable:
        _give_up(one, "secret_lost", None, now)
    except TryLater as later:
        if one.attempts > len(PAUSES):
            _give_up(one, later.reason, _number(later.code), now)
        else:
            again = now + timedelta(minutes=PAUSES[one.attempts - 1])
            _keep(one, next_at=again, trouble=later.reason, status=_number(later.code))
    else:
        _keep(one, state=State.SENT, next_at=None, trouble="", status=status)


def drop_old(organization: Organization, *, now: datetime) -> None:
    """Forgets what was sent or given up a month ago."""
    with scope([organization.pk]):
        organization.webhookdeliverys.filter(created_at__lt=now - KEPT, next_at__isnull=True).delete()


def _give_up(one: WebhookDelivery, trouble: str, status: int | None, now: datetime) -> None:
    """This one and whatever else waits for the receiver, which is switched off until an owner looks at it."""
    with scope([one.organization_id]):
        _keep(one, state=State.FAILED, next_at=None, trouble=trouble, status=status)
        WebhookEndpoint.across_organizations.filter(pk=one.endpoint_id, off_since__isnull=True).update(
            off_since=now, off_because=trouble
        )
        WebhookDelivery.across_organizations.filter(endpoint=one.endpoint_id, state=State.WAITING).update(
            state=State.FAILED, next_at=None, trouble="switched_off"
        )


def _keep(one: WebhookDelivery, **values: object) -> None:
    """Writes the result down, unless another worker has taken it over meanwhile."""
    with scope([one.organization_id]):
        WebhookDelivery.across_organizations.filter(pk=one.pk, attempts=one.attempts).update(**values)


def _number(code: int | str | None) -> int | None:
    return code if isinstance(code, int) else None
