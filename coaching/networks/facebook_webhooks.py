"""What Facebook pushes about a Page, in our words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from .contract import FeedMessage, FeedPost, Network, Person, Surface
from .facebook_words import SITE, identifier, instant
from .http import LONGEST_NAME, short
from .webhooks import Event, EventKind, fingerprint, loaded, unreadable

_WALL = frozenset({"status", "post", "photo", "video", "share", "link", "album", "event", "note"})
_COUNTED = frozenset({"reaction", "like"})
_CHANGED = frozenset({"edit", "edited", "hide", "unhide", "update"})
_NOTED = frozenset({"block", "unblock", "mute", "unmute", "follow"})

Raw = Mapping[str, Any]


def events(body: bytes) -> list[Event]:
    """Everything a body tells; a shape we do not know is an event too, and nothing is an exception."""
    told = loaded(body)
    if not isinstance(told, Mapping):
        return [unreadable(Network.FACEBOOK, body)]
    entries = told.get("entry")
    if told.get("object") != "page" or not isinstance(entries, list) or not entries:
        return [_unknown(None, told)]
    return [event for entry in entries for event in _of_entry(entry)]


def _of_entry(entry: Any) -> Iterator[Event]:
    if not isinstance(entry, Mapping):
        yield _unknown(None, entry)
        return
    page_id = identifier(entry.get("id"))
    changes = entry.get("changes")
    if not isinstance(changes, list) or not changes or page_id is None:
        yield _unknown(page_id, entry)
        return
    for change in changes:
        value = change.get("value") if isinstance(change, Mapping) else None
        if isinstance(value, Mapping):
            yield _of_change(page_id, str(change.get("field")), value, entry.get("time"))
        else:
            yield _unknown(page_id, [change, entry.get("time")])


def _unknown(page_id: str | None, shape: Any) -> Event:
    return Event(Network.FACEBOOK, page_id, EventKind.UNKNOWN, fingerprint(page_id, shape), detail="shape")


def _of_change(page_id: str, field: str, value: Raw, time: Any) -> Event:
    item, verb = str(value.get("item") or ""), str(value.get("verb") or "")
    post_id, comment_id = identifier(value.get("post_id")), identifier(value.get("comment_id"))
    external_id = comment_id if item == "comment" else post_id
    told: dict[str, Any] = {
        "network": Network.FACEBOOK,
        "external_account_id": page_id,
        # With the entry's time: a text that is changed there and back again is three events.
        "event_id": fingerprint(page_id, field, value, time),
        "external_id": external_id,
        "conversation_id": post_id,
        "at": instant(time),
        "detail": f"{field}.{item}.{verb}"[:60],
    }
    if field not in ("feed", "mention") or external_id is None:
        return Event(kind=_without_id(field, item, verb), **told)
    if item in _COUNTED:
        return Event(kind=EventKind.COUNTS, **told)
    if item not in _WALL and item != "comment":
        return Event(kind=EventKind.UNKNOWN, **told)
    if verb == "remove":
        return Event(kind=EventKind.REMOVED, **told)
    if verb in _NOTED:
        return Event(kind=EventKind.NOTED, **told)
    if verb != "add" and verb not in _CHANGED:
        return Event(kind=EventKind.UNKNOWN, **told)
    return _said(value, told, external_id, edited=verb != "add", mention=field == "mention")


def _without_id(field: str, item: str, verb: str) -> EventKind:
    """A change that names nothing to look at."""
    if field == "feed" and (item in _COUNTED or verb in _NOTED):
        return EventKind.NOTED
    return EventKind.UNKNOWN


def _said(value: Raw, told: dict[str, Any], external_id: str, *, edited: bool, mention: bool) -> Event:
    """A post or comment that was written or changed, with its text where the body holds it."""
    page_id = told["external_account_id"]
    author = _author(value)
    ours = author.external_id == page_id
    kind = EventKind.EDITED if edited else EventKind.POST if ours else EventKind.MESSAGE
    created_at = instant(value.get("created_time"))
    text = value.get("message")
    hidden = value.get("verb") in ("hide", "unhide")
    if created_at is None or not isinstance(text, str) or hidden or (author == Person() and not mention):
        # Too little to store; the id says where to look again.
        return Event(kind=kind, **told)
    edited_at = told["at"] if edited else None
    if ours:
        written = _post(value, external_id, text, created_at, edited_at, author)
        return Event(kind=kind, post=written, **told)
    heard = FeedMessage(
        external_id=external_id,
        created_at=created_at,
        text=text,
        author=author,
        conversation_id=told["conversation_id"],
        parent_id=_parent(value) if value.get("item") == "comment" else None,
        edited_at=edited_at,
        url=f"{SITE}/{external_id}",
    )
    return Event(kind=kind, message=heard, **told)


def _post(
    value: Raw, external_id: str, text: str, created_at: datetime, edited_at: datetime | None, author: Person
) -> FeedPost:
    """A post of ours. Whom a comment answers is only seen in its thread, so the next pull says more."""
    comment = value.get("item") == "comment"
    link = value.get("link")
    photos = value.get("photos")
    return FeedPost(
        external_id=external_id,
        created_at=created_at,
        text=text,
        surface=Surface.COMMENT if comment else Surface.TIMELINE,
        conversation_id=identifier(value.get("post_id")),
        parent_id=_parent(value) if comment else None,
        links=(link,) if isinstance(link, str) and value.get("item") in ("share", "link") else (),
        media=len(photos) if isinstance(photos, list) else int(value.get("item") in ("photo", "video")),
        edited_at=edited_at,
        url=f"{SITE}/{external_id}",
    )


def _author(value: Raw) -> Person:
    """Who did it: `from` today, `sender_id` in older bodies, often nobody."""
    told = value.get("from")
    if isinstance(told, Mapping):
        return Person(identifier(told.get("id")), None, short(told.get("name"), LONGEST_NAME))
    return Person(identifier(value.get("sender_id")), None, short(value.get("sender_name"), LONGEST_NAME))


def _parent(value: Raw) -> str | None:
    return identifier(value.get("parent_id")) or identifier(value.get("post_id"))
