"""What X says about a post, in our words. Reads raw objects in both spellings: tweet.* and post.*."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from .contract import Account, FeedMessage, FeedPost, Metrics, Person, Surface
from .http import LONGEST_HANDLE, LONGEST_ID, LONGEST_NAME, moment, short, whole_number

SITE = "https://x.com"
SNOWFLAKE_EPOCH_MS = 1_288_834_974_657
"""The first millisecond of the ids that carry their time (2010-11-04); smaller ids are plain numbers."""
FIRST_SNOWFLAKE = 29_700_000_000

_RENAMED = {"retweeted": "reposted", "reposted": "retweeted"}
_REPOST = re.compile(r"RT @(\w{1,20}):? ?")
_OWN_MEDIA = re.compile(
    r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/[^/]+/status/(\d+)/(?:photo|video)/\d+"
)

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """Who and what a page of answers told beside its posts: people by id, included posts by id."""

    people: Mapping[str, Person] = field(default_factory=dict)
    posts: Mapping[str, Raw] = field(default_factory=dict)


def known(answer: Raw) -> Known:
    """The `includes` of an answer."""
    includes = _mapping(answer.get("includes"))
    people = {}
    for user in objects(includes.get("users")):
        # One of X's own guides shows a user wrapped once more in `data`.
        user = _mapping(user.get("data")) or user
        external_id = identifier(user.get("id"))
        if external_id:
            people[external_id] = Person(
                external_id,
                short(user.get("username"), LONGEST_HANDLE),
                short(user.get("name"), LONGEST_NAME),
            )
    included = [*objects(includes.get("tweets")), *objects(includes.get("posts"))]
    return Known(people, {one: raw for raw in included if (one := identifier(raw.get("id")))})


def objects(value: Any) -> list[Raw]:
    """The objects of a list, nothing where there is no list."""
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def is_ours(raw: Raw, account: Account) -> bool:
    """Whether the account itself wrote a post: by id, or by handle in any case where the id is missing."""
    author = raw.get("author_id")
    if author is not None:
        return str(author) == account.external_id
    return _same(raw.get("username"), account.handle)


def is_repost(raw: Raw) -> bool:
    """Whether a post passes on another without a word."""
    return _referenced(raw, "retweeted") is not None


def post(raw: Raw, account: Account, about: Known, own_ids: Iterable[str] = ()) -> FeedPost | None:
    """A post of the account, None where even id or time are missing."""
    external_id, created_at, edited_at = _identity(raw)
    if external_id is None or created_at is None:
        return None
    text, entities = _text(raw)
    mentions = _mentions(entities)
    repeated = _referenced(raw, "retweeted")
    parent_id = _parent(raw)
    answered = _answered(raw, about, mentions, parent_id)
    shared_from = None
    if repeated is not None:
        surface = Surface.SHARE
        text, shared_from = _shared(text, repeated, about)
        parent_id = answered = None
    elif answered is None:
        surface = Surface.TIMELINE
    elif _ourselves(answered, parent_id, account, own_ids):
        surface = Surface.THREAD
    else:
        surface = Surface.REPLY
    return FeedPost(
        external_id=external_id,
        created_at=created_at,
        text=text,
        surface=surface,
        conversation_id=identifier(raw.get("conversation_id")),
        parent_id=parent_id,
        reply_to=answered,
        shared_from=shared_from,
        quotes_id=_referenced(raw, "quoted"),
        mentions=tuple(handle for _, handle in mentions),
        links=_links(entities, external_id),
        media=_media(raw, entities),
        # X repeats the original's count on a repost; of the repost itself it tells nothing.
        metrics=Metrics() if repeated is not None else metrics(raw),
        edited_at=edited_at,
        url=f"{SITE}/{account.handle}/status/{external_id}",
    )


def message(raw: Raw, about: Known) -> FeedMessage | None:
    """What somebody else wrote, None where even id or time are missing."""
    external_id, created_at, edited_at = _identity(raw)
    if external_id is None or created_at is None:
        return None
    text, entities = _text(raw)
    author_id = identifier(raw.get("author_id"))
    author = about.people.get(author_id or "") or Person(
        author_id, short(raw.get("username"), LONGEST_HANDLE)
    )
    return FeedMessage(
        external_id=external_id,
        created_at=created_at,
        text=text,
        author=author,
        conversation_id=identifier(raw.get("conversation_id")),
        parent_id=_parent(raw),
        mentions=tuple(handle for _, handle in _mentions(entities)),
        metrics=metrics(raw),
        edited_at=edited_at,
        url=f"{SITE}/{author.handle or 'i/web'}/status/{external_id}",
    )


def earlier_versions(raw: Raw) -> tuple[str, ...]:
    """Ids that an edited post had before; every edit gives a new one."""
    history = raw.get("edit_history_tweet_ids") or raw.get("edit_history_post_ids") or []
    current = identifier(raw.get("id"))
    ids = [identifier(one) for one in history] if isinstance(history, list) else []
    return tuple(one for one in ids if one is not None and one != current)


def metrics(raw: Raw) -> Metrics:
    """Counts in either spelling; reposts and quotes both pass a post on."""
    told = _mapping(raw.get("public_metrics"))
    reposts = whole_number(told.get("repost_count", told.get("retweet_count")))
    quotes = whole_number(told.get("quote_count"))
    shares = None if reposts is None and quotes is None else (reposts or 0) + (quotes or 0)
    return Metrics(
        likes=whole_number(told.get("like_count")),
        replies=whole_number(told.get("reply_count")),
        shares=shares,
        views=whole_number(told.get("impression_count")),
    )


def time_in(post_id: str | None) -> datetime | None:
    """When a post was written, from its id; None for ids older than November 2010."""
    number = whole_number(post_id)
    if number is None or number < FIRST_SNOWFLAKE:
        return None
    return moment(((number >> 22) + SNOWFLAKE_EPOCH_MS) / 1000)


def instant(value: Any) -> datetime | None:
    """An ISO time, with or without milliseconds, as aware UTC."""
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _identity(raw: Raw) -> tuple[str | None, datetime | None, datetime | None]:
    """Id, first time and time of the last edit; an edited post keeps the time it first appeared."""
    external_id = identifier(raw.get("id"))
    created_at = instant(raw.get("created_at")) or time_in(external_id)
    before = earlier_versions(raw)
    if not before:
        return external_id, created_at, None
    first = time_in(min(before, key=lambda one: (len(one), one)))
    edited_at = time_in(external_id) or created_at
    return external_id, first or created_at, edited_at


def _text(raw: Raw) -> tuple[str, Raw]:
    """The whole text, unescaped, and the entities that belong to it."""
    note = _mapping(raw.get("note_tweet") or raw.get("note_post"))
    if isinstance(note.get("text"), str):
        return html.unescape(note["text"]), _mapping(note.get("entities")) or _mapping(raw.get("entities"))
    text = raw.get("text")
    return html.unescape(text) if isinstance(text, str) else "", _mapping(raw.get("entities"))


def _shared(text: str, original_id: str, about: Known) -> tuple[str, Person]:
    """Text and author of a reposted post; X cuts the text short unless the original is included."""
    said = _REPOST.match(text)
    handle = said.group(1) if said else None
    original = about.posts.get(original_id)
    if original is None:
        by_handle = (person for person in about.people.values() if _same(person.handle, handle))
        return text, next(by_handle, None) or Person(handle=handle)
    author_id = identifier(original.get("author_id"))
    author = about.people.get(author_id or "") or Person(author_id, handle)
    whole, _ = _text(original)
    return (f"RT @{author.handle}: {whole}" if author.handle else whole), author


def _parent(raw: Raw) -> str | None:
    return _referenced(raw, "replied_to") or identifier(
        raw.get("in_reply_to_tweet_id") or raw.get("in_reply_to_post_id")
    )


def _answered(
    raw: Raw, about: Known, mentions: list[tuple[str | None, str]], parent_id: str | None
) -> Person | None:
    """Whom a post answers; X may name a user and no post."""
    user_id = identifier(raw.get("in_reply_to_user_id"))
    if user_id is None and parent_id is None:
        return None
    if user_id is None and parent_id is not None and parent_id in about.posts:
        user_id = identifier(about.posts[parent_id].get("author_id"))
    if user_id is not None and user_id in about.people:
        return about.people[user_id]
    handle = next((handle for one, handle in mentions if one is not None and one == user_id), None)
    if handle is None and user_id is None and mentions and _text(raw)[0].startswith("@"):
        handle = mentions[0][1]
    return Person(user_id, handle)


def _ourselves(answered: Person, parent_id: str | None, account: Account, own_ids: Iterable[str]) -> bool:
    if answered.external_id is not None:
        return answered.external_id == account.external_id
    return _same(answered.handle, account.handle) or (parent_id is not None and parent_id in own_ids)


def _referenced(raw: Raw, kind: str) -> str | None:
    references = raw.get("referenced_tweets") or raw.get("referenced_posts")
    kinds = {kind, _RENAMED.get(kind, kind)}
    return next((identifier(one.get("id")) for one in objects(references) if one.get("type") in kinds), None)


def _mentions(entities: Raw) -> list[tuple[str | None, str]]:
    """Id and handle of everybody named, in the order of the text, each once."""
    named = sorted(objects(entities.get("mentions")), key=lambda one: whole_number(one.get("start")) or 0)
    found: dict[str, tuple[str | None, str]] = {}
    for one in named:
        handle = short(one.get("username"), LONGEST_HANDLE)
        if handle:
            found.setdefault(handle.casefold(), (identifier(one.get("id")), handle))
    return list(found.values())


def _links(entities: Raw, external_id: str) -> tuple[str, ...]:
    found = []
    for one in objects(entities.get("urls")):
        url = one.get("expanded_url") or one.get("url")
        if isinstance(url, str) and not _is_media(one, external_id):
            found.append(url)
    return tuple(dict.fromkeys(found))


def _is_media(url: Raw, external_id: str) -> bool:
    """Whether a link only stands for the post's own picture; a link to another post's picture is a link."""
    if url.get("media_key") or str(url.get("display_url") or "").startswith(
        ("pic.x.com/", "pic.twitter.com/")
    ):
        return True
    own = _OWN_MEDIA.match(str(url.get("expanded_url") or ""))
    return own is not None and own.group(1) == external_id


def _media(raw: Raw, entities: Raw) -> int:
    keys = _mapping(raw.get("attachments")).get("media_keys")
    if isinstance(keys, list):
        return len(keys)
    external_id = identifier(raw.get("id")) or ""
    return sum(1 for one in objects(entities.get("urls")) if _is_media(one, external_id))


def _same(one: str | None, other: str | None) -> bool:
    return bool(one) and bool(other) and str(one).casefold() == str(other).casefold()


def _mapping(value: Any) -> Raw:
    return value if isinstance(value, Mapping) else {}


def identifier(value: Any) -> str | None:
    """An id, which comes as text or as a number; anything else is none."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value) if 0 < len(str(value)) <= LONGEST_ID else None
