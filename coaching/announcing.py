"""Writes down what receivers are told, in the transaction in which it happens; a worker sends it."""

import uuid
from datetime import datetime
from typing import Any

from accounts.models import Organization
from coaching.models import WebhookDelivery, WebhookEndpoint


def announce(organization: Organization, event: str, key: str, data: dict[str, Any], *, at: datetime) -> None:
    """Tells the receivers that want this event, once for each `key`. Needs the organization's scope."""
    endpoints = organization.webhookendpoints.filter(off_since__isnull=True, events__contains=[event])
    write([*endpoints], organization, event, key, data, at=at)


def write(
    endpoints: list[WebhookEndpoint],
    organization: Organization,
    event: str,
    key: str,
    data: dict[str, Any],
    *,
    at: datetime,
) -> None:
    """Puts an event into the log of these receivers, to be sent as soon as a worker is free."""
    payload = {
        "type": event,
        "timestamp": at.isoformat(timespec="seconds"),
        "organization": organization.slug,
        "data": data,
    }
    WebhookDelivery.across_organizations.bulk_create(
        [
            WebhookDelivery(
                organization=organization,
                endpoint=endpoint,
                event=event,
                key=key,
                message_id=f"msg_{uuid.uuid4().hex}",
                payload=payload,
                created_at=at,
                next_at=at,
            )
            for endpoint in endpoints
        ],
        ignore_conflicts=True,
    )
