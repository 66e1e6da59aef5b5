"""Asking X to push what happens on an account; needs the app's own bearer token and a registered webhook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .contract import Refused
from .twitter_api import XApp, XClient
from .twitter_words import objects

FEATURE = "webhooks"
"""Refused(permission) with this feature: the operator's plan has no Activity API."""
EVENTS = ("post.create", "post.delete", "post.mention.create", "post.reply.create", "oauth.revoke")
ROUTE = "/2/activity/subscriptions"
MOST_PAGES = 200


@dataclass(frozen=True, slots=True)
class Subscription:
    """One kind of event on one account."""

    id: str
    event_type: str
    user_id: str | None


def subscribe(
    app: XApp, bearer: str, user_id: str, *, webhook_id: str, now: datetime
) -> tuple[Subscription, ...]:
    """Have every event of `EVENTS` pushed that is not yet; answers with what was added."""
    client = XClient(app, bearer, now=now)
    known = {one.event_type for one in _subscriptions(client) if one.user_id in (user_id, None)}
    added = []
    for event in EVENTS:
        if event in known:
            continue
        # Revocations are not watched by account: X tells those of all of the app's users to one subscription.
        watched = {} if event == "oauth.revoke" else {"user_id": user_id}
        body = {"event_type": event, "filter": watched, "webhook_id": webhook_id, "tag": f"engage {user_id}"}
        told = client.call(FEATURE, "POST", ROUTE, json=body).get("data")
        made = told.get("subscription") if isinstance(told, dict) else None
        added += _read(made) if isinstance(made, dict) else []
    return tuple(added)


def unsubscribe(app: XApp, bearer: str, user_id: str, *, now: datetime) -> int:
    """End every push about an account; answers with how many there were."""
    client = XClient(app, bearer, now=now)
    ended = 0
    for one in [one for one in _subscriptions(client) if one.user_id == user_id]:
        try:
            client.call(FEATURE, "DELETE", f"{ROUTE}/{one.id}")
        except Refused as refused:
            if refused.reason != "gone":
                raise
        ended += 1
    return ended


def _subscriptions(client: XClient) -> Iterator[Subscription]:
    query: dict[str, Any] = {"max_results": 100}
    seen: set[str] = set()
    for _ in range(MOST_PAGES):
        told = client.call(FEATURE, "GET", ROUTE, **query)
        for raw in objects(told.get("data")):
            yield from _read(raw)
        meta = told.get("meta")
        token = meta.get("next_token") if isinstance(meta, dict) else None
        if not isinstance(token, str) or not token or token in seen:
            return
        seen.add(token)
        query["pagination_token"] = token


def _read(raw: Any) -> list[Subscription]:
    """The list holds one subscription, or none where it has no id."""
    external_id = raw.get("subscription_id") or raw.get("id")
    watched = raw.get("filter")
    user_id = watched.get("user_id") if isinstance(watched, dict) else None
    if not external_id or not str(external_id).isdigit():
        return []
    return [Subscription(str(external_id), str(raw.get("event_type")), str(user_id) if user_id else None)]
