"""Receivers of webhooks: added, tested, given a new secret, switched on again, taken away."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts import audit
from accounts.models import Organization, User
from coaching import announcing, hook_wording
from coaching.models import WebhookDelivery, WebhookEndpoint

MOST = 10
LOGGED = 50


@dataclass(frozen=True)
class LogLine:
    """One delivery in words."""

    id: int
    event: str
    created_at: datetime
    state: str
    sentence: str
    message_id: str
    may_repeat: bool


@dataclass(frozen=True)
class Receiver:
    """A receiver as the page shows it; `off` says why it is switched off, empty where it is not."""

    id: int
    url: str
    events: tuple[str, ...]
    off: str
    log: tuple[LogLine, ...]


@dataclass(frozen=True)
class HooksPage:
    """All receivers of an organization; `secret` is shown once, for the receiver `of`."""

    receivers: tuple[Receiver, ...]
    room: bool
    secret: str = ""
    of: int | None = None


def page(organization: Organization, *, secret: str = "", of: int | None = None) -> HooksPage:
    """The receivers and what was sent to each of them lately. Two queries."""
    endpoints = list(organization.webhookendpoints.order_by("pk"))
    logs: dict[int, list[LogLine]] = {}
    for one in organization.webhookdeliverys.order_by("-created_at", "-pk")[: LOGGED * MOST]:
        lines = logs.setdefault(one.endpoint_id, [])
        if len(lines) < LOGGED:
            lines.append(_line(one))
    return HooksPage(
        receivers=tuple(_receiver(one, tuple(logs.get(one.pk, ()))) for one in endpoints),
        room=len(endpoints) < MOST,
        secret=secret,
        of=of,
    )


def add(
    organization: Organization, url: str, events: Iterable[str], *, by: User, now: datetime
) -> tuple[int, str]:
    """A new receiver: its id, and its secret, which nobody can read again."""
    endpoint = WebhookEndpoint(
        organization=organization, url=url, events=sorted(events), created_by=by, created_at=now
    )
    secret = endpoint.new_secret(now=now)
    endpoint.save()
    audit.record(organization, "webhook_added", by=by, at=now, target=endpoint.pk, events=endpoint.events)
    return endpoint.pk, secret


def rotate(endpoint: WebhookEndpoint, *, by: User, now: datetime) -> str:
    """A new secret; for a day messages are signed with both."""
    secret = endpoint.new_secret(now=now)
    endpoint.save(update_fields=["sealed_secrets"])
    audit.record(endpoint.organization, "webhook_secret_changed", by=by, at=now, target=endpoint.pk)
    return secret


def remove(endpoint: WebhookEndpoint, *, by: User, now: datetime) -> None:
    """Takes a receiver away with its log."""
    audit.record(endpoint.organization, "webhook_removed", by=by, at=now, target=endpoint.pk)
    endpoint.delete()


def switch(endpoint: WebhookEndpoint, *, on: bool, by: User | None, now: datetime) -> None:
    """Switches a receiver off or on again; what was given up meanwhile can be sent again by hand."""
    endpoint.off_since = None if on else now
    endpoint.off_because = ""
    endpoint.save(update_fields=["off_since", "off_because"])
    deed = "webhook_on" if on else "webhook_off"
    audit.record(endpoint.organization, deed, by=by, at=now, target=endpoint.pk)


def ping(endpoint: WebhookEndpoint, *, now: datetime) -> None:
    """Sends a message that only says that it came."""
    announcing.write(
        [endpoint], endpoint.organization, WebhookEndpoint.PING, uuid.uuid4().hex, {"id": endpoint.pk}, at=now
    )


def repeat(one: WebhookDelivery, *, now: datetime) -> bool:
    """Sends something again under its old id; not what is being tried anyway."""
    mine = WebhookDelivery.across_organizations.filter(pk=one.pk, next_at__isnull=True)
    return bool(mine.update(state=WebhookDelivery.State.WAITING, attempts=0, next_at=now, trouble=""))


def _receiver(endpoint: WebhookEndpoint, log: tuple[LogLine, ...]) -> Receiver:
    return Receiver(
        id=endpoint.pk,
        url=endpoint.url,
        events=tuple(str(WebhookEndpoint.Event(event).label) for event in endpoint.events),
        off=hook_wording.off(endpoint.off_because) if endpoint.off_since else "",
        log=log,
    )


def _line(one: WebhookDelivery) -> LogLine:
    return LogLine(
        id=one.pk,
        event=one.event,
        created_at=one.created_at,
        state=one.state,
        sentence=hook_wording.line(one.state, one.trouble, one.status, one.attempts),
        message_id=one.message_id,
        may_repeat=one.next_at is None,
    )
