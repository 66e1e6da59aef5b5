"""What Facebook says about posts and comments, in our words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .contract import Account, FeedMessage, FeedPost, Metrics, Person, Surface
from .http import LONGEST_HANDLE, LONGEST_ID, LONGEST_NAME, moment, short, whole_number

SITE = "https://www.facebook.com"
_LINK = re.compile(r"https?://[^\s<>\"]+")
_MEDIA = frozenset({"photo", "video", "album", "animated_image_share", "sticker", "video_inline"})
_NOBODY = Person()

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Root:
    """The post under which comments stand."""

    external_id: str
    author: Person
    ours: bool


def post(raw: Raw, account: Account, *, views: int | None = None) -> FeedPost | None:
    """A post of the Page on its own wall, None where even id or time are missing."""
    external_id, created_at = identifier(raw.get("id")), instant(raw.get("created_time"))
    if external_id is None or created_at is None:
        return None
    text = _text(raw)
    original = identifier(raw.get("parent_id"))
    shared = original is not None and original != external_id
    bare = shared and not text.strip()
    return FeedPost(
        external_id=external_id,
        created_at=created_at,
        text=text,
        surface=Surface.SHARE if bare else Surface.TIMELINE,
        conversation_id=external_id,
        shared_from=_sharer(original, account) if shared else None,
        quotes_id=original if shared and not bare else None,
        mentions=_tagged(raw),
        links=_links(raw, text),
        media=_media(raw),
        metrics=metrics(raw, views=views),
        url=_url(raw) or f"{SITE}/{external_id}",
    )


def message(raw: Raw) -> FeedMessage | None:
    """A post by somebody else, on the Page's wall or naming the Page."""
    external_id, created_at = identifier(raw.get("id")), instant(raw.get("created_time"))
    if external_id is None or created_at is None:
        return None
    return FeedMessage(
        external_id=external_id,
        created_at=created_at,
        text=_text(raw),
        author=person(raw.get("from")),
        conversation_id=external_id,
        mentions=_tagged(raw),
        metrics=metrics(raw),
        url=_url(raw) or f"{SITE}/{external_id}",
    )


def comments(
    rows: Iterable[Raw], root: Root, account: Account
) -> tuple[tuple[FeedPost, ...], tuple[FeedMessage, ...]]:
    """All comments under one post: the Page's own are posts of ours, the others messages.

    `rows` is the whole flat list (`filter=stream`), because whom the Page answers is only seen from what
    stands before it under the same comment.
    """
    ordered = sorted((row for row in rows if _complete(row)), key=lambda row: (_when(row), str(row["id"])))
    by_id = {str(row["id"]): row for row in ordered}
    posts, messages = [], []
    spoken: dict[str, Person] = {}
    for row in ordered:
        parent_id = _parent(row) or root.external_id
        if is_ours(row, account):
            answered = _answered(row, by_id, spoken, root, account)
            posts.append(_own_comment(row, root, parent_id, answered))
        else:
            messages.append(_comment(row, root, parent_id))
            spoken[parent_id] = person(row.get("from"))
    return tuple(posts), tuple(messages)


def is_ours(raw: Raw, account: Account) -> bool:
    """Whether the Page itself wrote it."""
    return person(raw.get("from")).external_id == account.external_id


def person(value: Any) -> Person:
    """Who wrote; Facebook often does not say."""
    if not isinstance(value, Mapping):
        return _NOBODY
    handle, name = short(value.get("username"), LONGEST_HANDLE), short(value.get("name"), LONGEST_NAME)
    return Person(identifier(value.get("id")), handle, name)


def metrics(raw: Raw, *, views: int | None = None) -> Metrics:
    """Counts by summary for posts, by count fields for comments."""
    reactions, replies = _total(raw.get("reactions")), _total(raw.get("comments"))
    shares = raw.get("shares")
    return Metrics(
        likes=reactions if reactions is not None else whole_number(raw.get("like_count")),
        replies=replies if replies is not None else whole_number(raw.get("comment_count")),
        shares=whole_number(shares.get("count")) if isinstance(shares, Mapping) else None,
        views=views,
    )


def instant(value: Any) -> datetime | None:
    """A time as Facebook writes it: ISO with +0000, or seconds since 1970."""
    if isinstance(value, int | float):
        return moment(value)
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return moment(value)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _own_comment(row: Raw, root: Root, parent_id: str, answered: Person | None) -> FeedPost:
    text = _text(row)
    return FeedPost(
        external_id=str(row["id"]),
        created_at=_when(row),
        text=text,
        surface=Surface.THREAD if answered is None else Surface.COMMENT,
        conversation_id=root.external_id,
        parent_id=parent_id,
        reply_to=answered if answered != _NOBODY else None,
        mentions=_tagged(row),
        links=_links(row, text),
        media=_media(row),
        metrics=metrics(row),
        url=_url(row) or f"{SITE}/{row['id']}",
    )


def _comment(row: Raw, root: Root, parent_id: str) -> FeedMessage:
    return FeedMessage(
        external_id=str(row["id"]),
        created_at=_when(row),
        text=_text(row),
        author=person(row.get("from")),
        conversation_id=root.external_id,
        parent_id=parent_id,
        mentions=_tagged(row),
        metrics=metrics(row),
        url=_url(row) or f"{SITE}/{row['id']}",
    )


def _answered(
    row: Raw, by_id: Mapping[str, Raw], spoken: Mapping[str, Person], root: Root, account: Account
) -> Person | None:
    """Whom a comment of ours answers; None where it only goes on from our own words.

    In this order: the person it names, whoever wrote last under the same comment, that comment's author,
    the visitor whose post it stands under.
    """
    for tag in _tags(row):
        if tag.get("type") == "user" and identifier(tag.get("id")) != account.external_id:
            return Person(identifier(tag.get("id")), None, short(tag.get("name"), LONGEST_NAME))
    parent_id = _parent(row)
    if parent_id is None:
        return None if root.ours else root.author
    if parent_id in spoken:
        return spoken[parent_id]
    parent = by_id.get(parent_id)
    if parent is None:
        return _NOBODY
    return None if is_ours(parent, account) else person(parent.get("from"))


def _complete(row: Raw) -> bool:
    return identifier(row.get("id")) is not None and instant(row.get("created_time")) is not None


def _when(row: Raw) -> datetime:
    at = instant(row.get("created_time"))
    assert at is not None  # noqa: S101 - `_complete` has looked
    return at


def _parent(row: Raw) -> str | None:
    parent = row.get("parent")
    return identifier(parent.get("id")) if isinstance(parent, Mapping) else None


def _sharer(original_id: str | None, account: Account) -> Person:
    """Whose post was shared: ids of Page posts begin with the Page's."""
    owner = (original_id or "").partition("_")[0]
    if owner == account.external_id:
        return Person(account.external_id, account.handle, account.name)
    return Person(owner or None)


def _text(raw: Raw) -> str:
    text = raw.get("message")
    return text if isinstance(text, str) else ""


def _tags(raw: Raw) -> list[Raw]:
    """Who is named in the text: a list, or in old answers a mapping from offset to a list."""
    tags = raw.get("message_tags")
    if isinstance(tags, Mapping):
        tags = [tag for group in tags.values() if isinstance(group, list) for tag in group]
    found = [tag for tag in tags if isinstance(tag, Mapping)] if isinstance(tags, list) else []
    return sorted(found, key=lambda tag: whole_number(tag.get("offset")) or 0)


def _tagged(raw: Raw) -> tuple[str, ...]:
    """Names, as Facebook has no handles here."""
    return tuple(dict.fromkeys(str(tag["name"]).lstrip("@") for tag in _tags(raw) if tag.get("name")))


def _attachments(raw: Raw) -> list[Raw]:
    found = raw.get("attachments")
    rows = found.get("data") if isinstance(found, Mapping) else None
    own = raw.get("attachment")
    several = [one for one in rows if isinstance(one, Mapping)] if isinstance(rows, list) else []
    return [*several, own] if isinstance(own, Mapping) else several


def _media(raw: Raw) -> int:
    count = 0
    for one in _attachments(raw):
        inner = one.get("subattachments")
        rows = inner.get("data") if isinstance(inner, Mapping) else None
        if isinstance(rows, list) and rows:
            count += len(rows)
        elif one.get("media_type") in _MEDIA or one.get("type") in _MEDIA:
            count += 1
    return count


def _links(raw: Raw, text: str) -> tuple[str, ...]:
    found = [link.rstrip(".,;:!?)]}'") for link in _LINK.findall(text)]
    for one in _attachments(raw):
        if one.get("media_type") == "link" or (one.get("media_type") is None and one.get("type") == "share"):
            found.append(unshimmed(str(one.get("unshimmed_url") or one.get("url") or "")))
    return tuple(dict.fromkeys(link for link in found if link))


def unshimmed(url: str) -> str:
    """The address behind Facebook's leaving page."""
    parts = urlsplit(url)
    if parts.path == "/l.php" and (parts.hostname or "").endswith("facebook.com"):
        return parse_qs(parts.query).get("u", [url])[0]
    return url


def _total(value: Any) -> int | None:
    """The count of an edge: by its summary, in old answers by `count`."""
    if not isinstance(value, Mapping):
        return None
    summary = value.get("summary")
    if isinstance(summary, Mapping):
        return whole_number(summary.get("total_count"))
    return whole_number(value.get("count"))


def _url(raw: Raw) -> str | None:
    url = raw.get("permalink_url")
    return url if isinstance(url, str) and url.startswith("https://") else None


def identifier(value: Any) -> str | None:
    """An id, which comes as text or as a number; anything else is none."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value) if 0 < len(str(value)) <= LONGEST_ID else None
