"""What X's Activity API pushes, in our words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .contract import Account, Network
from .twitter_words import (
    Known,
    Raw,
    earlier_versions,
    identifier,
    instant,
    is_ours,
    is_repost,
    known,
    message,
    objects,
    post,
)
from .webhooks import Event, EventKind, fingerprint, loaded, unreadable

_POSTS = frozenset({"post.create", "post.mention.create", "post.reply.create", "post.quote.create"})
_NOTED = frozenset({"like.create", "like.delete", "follow.follow", "follow.unfollow", "post.repost.create"})


def events(body: bytes) -> list[Event]:
    """Everything a body tells; a shape we do not know is an event too, and nothing is an exception."""
    told = loaded(body)
    if not isinstance(told, Mapping):
        return [unreadable(Network.TWITTER, body)]
    data = told.get("data")
    found = [data] if isinstance(data, Mapping) else objects(data)
    if not found:
        return [Event(Network.TWITTER, None, EventKind.UNKNOWN, fingerprint(told), detail="shape")]
    return [_event(one) for one in found]


def _event(data: Raw) -> Event:
    detail = str(data.get("event_type") or "")[:60]
    payload = data.get("payload")
    payload = payload if isinstance(payload, Mapping) else {}
    account_id = _account_id(data, payload, detail)
    told: dict[str, Any] = {
        "network": Network.TWITTER,
        "external_account_id": account_id,
        "event_id": identifier(data.get("event_uuid")) or fingerprint(data),
        "external_id": identifier(payload.get("id")),
        "detail": detail,
        "at": instant(payload.get("created_at")) or instant(payload.get("date_time")),
    }
    if detail == "oauth.revoke" and account_id:
        return Event(kind=EventKind.REVOKED, **told)
    if detail == "post.delete" and told["external_id"]:
        return Event(kind=EventKind.REMOVED, **told)
    if detail in _POSTS and told["external_id"] and account_id:
        return _said(data, payload, account_id, told)
    return Event(kind=EventKind.NOTED if detail in _NOTED else EventKind.UNKNOWN, **told)


def _said(data: Raw, payload: Raw, account_id: str, told: dict[str, Any]) -> Event:
    about = known(data)
    account = _account(account_id, about, payload)
    told["conversation_id"] = identifier(payload.get("conversation_id"))
    told["replaces"] = earlier_versions(payload)
    if is_ours(payload, account):
        return Event(kind=EventKind.POST, post=post(payload, account, about), **told)
    if is_repost(payload):
        # It names us, but says nothing to us.
        return Event(kind=EventKind.NOTED, **told)
    return Event(kind=EventKind.MESSAGE, message=message(payload, about), **told)


def _account(account_id: str, about: Known, payload: Raw) -> Account:
    """The account as far as the body names it; its handle is only needed for links."""
    person = about.people.get(account_id)
    handle = person.handle if person else None
    if handle is None:
        entities = payload.get("entities")
        mentions = objects(entities.get("mentions")) if isinstance(entities, Mapping) else []
        handle = next((one.get("username") for one in mentions if str(one.get("id")) == account_id), None)
    return Account(Network.TWITTER, account_id, handle or "i/web", (person.name if person else None) or "")


def _account_id(data: Raw, payload: Raw, detail: str) -> str | None:
    if detail == "oauth.revoke":
        return identifier(payload.get("user_id"))
    watched = data.get("filter")
    watched = watched if isinstance(watched, Mapping) else {}
    return identifier(watched.get("user_id")) or identifier(
        payload.get("author_id") if detail == "post.create" else None
    )
