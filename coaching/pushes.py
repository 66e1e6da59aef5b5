"""What networks push: kept once, answered at once, applied by a worker; in any order, however often."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db.models import Q

from accounts.tenancy import scope
from coaching import disconnect, forgetting, pull
from coaching.models import Connection, Message, Post, Push
from coaching.networks import facebook_webhooks, twitter_webhooks
from coaching.networks.contract import Batch, FeedMessage, FeedPost
from coaching.networks.webhooks import Event, EventKind

LEASE = timedelta(minutes=2)
ATTEMPTS = 10
KEPT_ASIDE = timedelta(days=30)
LOOK_WITHIN = timedelta(minutes=5)
"""How soon an account is read after a push that only says where to look; one popular post brings hundreds."""
LONG_AGO = datetime.min.replace(tzinfo=UTC)

READ = {
    Connection.Network.FACEBOOK: facebook_webhooks.events,
    Connection.Network.TWITTER: twitter_webhooks.events,
}


def keep(network: str, body: bytes, *, now: datetime) -> int | None:
    """Stores a verified body and answers with its id; None where it is here already."""
    digest = hashlib.sha256(body).hexdigest()
    Push.objects.bulk_create(
        [Push(network=network, digest=digest, body=body, received_at=now)], ignore_conflicts=True
    )
    waiting = Push.objects.filter(network=network, digest=digest, state=Push.State.WAITING)
    return waiting.values_list("pk", flat=True).first()


def waiting(now: datetime, limit: int = 500) -> list[int]:
    """Ids of bodies that nobody has applied and nobody works on."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    found = Push.objects.filter(free, state=Push.State.WAITING).order_by("received_at")
    return list(found.values_list("pk", flat=True)[:limit])


def claim(push_id: int, *, now: datetime) -> Push | None:
    """The body, for whoever asks first; one that keeps failing is put aside."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    mine = Push.objects.filter(free, pk=push_id, state=Push.State.WAITING)
    if not mine.update(lease_until=now + LEASE):
        return None
    push = Push.objects.get(pk=push_id)
    push.attempts += 1
    if push.attempts > ATTEMPTS:
        push.state, push.lease_until = Push.State.UNKNOWN, None
    push.save(update_fields=["attempts", "state", "lease_until"])
    return push if push.state == Push.State.WAITING else None


def apply(push: Push, *, now: datetime) -> None:
    """Does what a body says, for every organization that has the account, and empties it."""
    events = READ[Connection.Network(push.network)](bytes(push.body))
    for event in events:
        if event.external_account_id is None:
            continue
        for organization_id, connection_id in disconnect.of_account(push.network, event.external_account_id):
            with scope([organization_id]):
                _apply(connection_id, event, now=now)
    push.events = len(events)
    push.unknown = sum(event.kind is EventKind.UNKNOWN for event in events)
    push.state = Push.State.UNKNOWN if push.unknown else Push.State.APPLIED
    if not push.unknown:
        push.body = b""
    push.lease_until, push.applied_at = None, now
    push.save()


def discard_old(now: datetime) -> int:
    """Deletes what was put aside a month ago, and the marks of what was applied then."""
    count, _ = (
        Push.objects.exclude(state=Push.State.WAITING).filter(received_at__lt=now - KEPT_ASIDE).delete()
    )
    return count


def _apply(connection_id: int, event: Event, *, now: datetime) -> None:
    connection = (
        Connection.across_organizations.select_for_update(of=("self",))
        .select_related("organization")
        .filter(pk=connection_id)
        .first()
    )
    if connection is None or connection.state == Connection.State.DISCONNECTED:
        return
    if event.kind is EventKind.REVOKED:
        disconnect.revoked_by_owner(connection, now=now)
    elif event.kind is EventKind.REMOVED and event.external_id:
        remove(connection, [event.external_id], now=now)
    elif connection.organization.erase_at is not None:
        return  # what was deleted is still heeded, nothing new is read
    elif event.post or event.message:
        _said(connection, event, now=now)
    elif event.kind in (EventKind.POST, EventKind.MESSAGE, EventKind.EDITED, EventKind.COUNTS):
        _look_again(connection, event.conversation_id or event.external_id, now=now)


def remove(connection: Connection, external_ids: Iterable[str], *, now: datetime) -> pull.Pulled:
    """Deletes ids for good, and on Facebook what hung below them. Needs the organization's scope."""
    gone = list(external_ids)
    forgetting.remember_removals(connection, gone, now=now)
    if connection.network == Connection.Network.FACEBOOK:
        for model in (Post, Message):
            below = model.across_organizations.filter(
                organization=connection.organization_id, connection=connection, conversation_id__in=gone
            )
            gone += below.values_list("external_id", flat=True)
    return pull.store(connection, Batch(removed=tuple(dict.fromkeys(gone))), now=now)


def _said(connection: Connection, event: Event, *, now: datetime) -> None:
    """Stores what was said, unless a newer version of it is here."""
    if event.replaces:
        remove(connection, event.replaces, now=now)
    posts = (event.post,) if event.post and _is_newer(Post, connection, event.post) else ()
    messages = (event.message,) if event.message and _is_newer(Message, connection, event.message) else ()
    if posts or messages:
        pull.store(connection, Batch(posts=posts, messages=messages), now=now)
        if connection.network == Connection.Network.FACEBOOK:
            # The push does not tell whom a comment answers; its thread does.
            _look_again(connection, event.conversation_id, now=now)


def _is_newer(
    model: type[Post] | type[Message], connection: Connection, said: FeedPost | FeedMessage
) -> bool:
    """Whether to store what was pushed: pushes overtake each other, and the later edit must stay."""
    known = model.across_organizations.filter(
        organization=connection.organization_id, connection=connection, external_id=said.external_id
    ).values_list("edited_at", "text").first()  # fmt: skip
    if known is None:
        return True
    return (said.edited_at or LONG_AGO, said.text) > (known[0] or LONG_AGO, known[1])


def _look_again(connection: Connection, external_id: str | None, *, now: datetime) -> None:
    if external_id is None:
        return
    connection.look_again = sorted({*connection.look_again, external_id})[:1_000]
    soon = now + LOOK_WITHIN
    if connection.state == Connection.State.ACTIVE and connection.due_at and connection.due_at > soon:
        connection.due_at = soon
    connection.save(update_fields=["look_again", "due_at"])
