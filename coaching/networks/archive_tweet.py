"""One tweet of an X archive, as a post in our words.

Every field may be absent or of any type: what cannot be a post raises ValueError, TypeError, KeyError or
AttributeError; what is only odd in a side field becomes None.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from coaching.networks.contract import Account, FeedPost, Metrics, Person, Surface

MAX_TEXT = 30_000  # X allows 25,000
MAX_SEVERAL = 100  # links, mentions, pictures or versions of one post
MAX_LINK = 2_048
MAX_NAME = 200
MAX_COUNT = 2**31 - 1
_HANDLE = re.compile(r"[A-Za-z0-9_]{1,20}")
_MENTION = re.compile(r"(?<![\w@])@([A-Za-z0-9_]{1,20})")
_SHARE = re.compile(r"RT @([A-Za-z0-9_]{1,20})")
_STATUS = re.compile(
    r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/(?:i/web|[A-Za-z0-9_]{1,20})/status/(\d{1,19})(?:[?/#]|$)"
)
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = dict(zip(_NAMES, range(1, 13), strict=True))
_FIRST, _LAST = datetime(2006, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_ID_EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657000, tzinfo=UTC)  # X's ids count milliseconds from here
_ID_SHIFT = 22
_ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"), ("&amp;", "&"))  # & goes last
_NOBODY: dict[str, Any] = {}
_UNKNOWN = Metrics()


def feed_post(tweet: dict[str, Any], account: Account, known: list[int]) -> FeedPost:
    """The post that `tweet` is to `account`; `known` are its `versions()`. Other posts are not looked at."""
    number = identifier(tweet.get("id_str") or tweet["id"])
    if number is None:
        raise ValueError("no id")
    text = plain(tweet["full_text"] if "full_text" in tweet else tweet["text"])
    entities = tweet.get("entities") or _NOBODY
    people = [
        each
        for each in (entities.get("user_mentions") or ())[:MAX_SEVERAL]
        if handle(each.get("screen_name"))
    ]
    links, quoted = addresses(entities, number)
    parent = identifier(tweet.get("in_reply_to_status_id_str") or tweet.get("in_reply_to_status_id"))
    answered, surface = answer(tweet, parent, people, account)
    shared_from, metrics = None, _UNKNOWN
    if share := _SHARE.match(text):
        surface = Surface.SHARE
        shared_from = person(None, share[1], people)
    else:
        metrics = counts(count(tweet.get("favorite_count")), count(tweet.get("retweet_count")))
    mentions = tuple(each["screen_name"] for each in people) if people else named(text, entities)
    return FeedPost(
        number,
        moment(tweet["created_at"]),
        text,
        surface,
        None,
        parent,
        answered,
        shared_from,
        quoted,
        mentions,
        links,
        media(tweet, entities),
        metrics,
        edited_at(known, number),
        f"https://x.com/{account.handle}/status/{number}",
    )


def answer(
    tweet: dict[str, Any], parent: str | None, people: list[dict[str, Any]], account: Account
) -> tuple[Person | None, Surface]:
    """Whom the tweet answers, and whether that is somebody else or ourselves by id or by handle."""
    user = identifier(tweet.get("in_reply_to_user_id_str") or tweet.get("in_reply_to_user_id"))
    name = handle(tweet.get("in_reply_to_screen_name"))
    if user is None and name is None:
        return None, Surface.TIMELINE if parent is None else Surface.REPLY
    if user == account.external_id or (name is not None and name.casefold() == account.handle.casefold()):
        return person(user, name, people), Surface.THREAD
    return person(user, name, people), Surface.REPLY


def person(user: str | None, name: str | None, people: list[dict[str, Any]]) -> Person:
    """Somebody with what the mentions of the same tweet add."""
    wanted = (name or "").casefold()
    for each in people:
        if each.get("id_str") == user if user else each["screen_name"].casefold() == wanted:
            known, full = identifier(each.get("id_str")), each.get("name")
            return Person(user or known, name or each["screen_name"], short(full))
    return Person(user, name)


def identifier(value: Any) -> str | None:
    """A numeric id as a string without leading zeros; None for anything else, "-1" included."""
    if isinstance(value, str):
        if value.isdigit() and value.isascii() and len(value) <= 19 and value[0] != "0":
            return value
    elif type(value) is int and 0 < value < 10**19:
        return str(value)
    return None


def handle(value: Any) -> str | None:
    """A handle without @, or None."""
    return value if isinstance(value, str) and _HANDLE.fullmatch(value) else None


def short(value: Any) -> str | None:
    """A name that fits a column, or None."""
    return value[:MAX_NAME] if isinstance(value, str) and value else None


def plain(value: Any) -> str:
    """The text as people read it: X escapes & < > and nothing else; its t.co links stay as posted."""
    text: str = value
    if not isinstance(text, str) or len(text) > MAX_TEXT:
        raise ValueError("no text")
    if "&" in text:
        for escaped, sign in _ESCAPES:
            text = text.replace(escaped, sign)
    return text


def moment(value: str) -> datetime:
    """`Wed Oct 10 20:19:24 +0000 2018` or ISO 8601, as aware UTC between 2006 and 2100."""
    if value[20:26] == "+0000 ":
        at = datetime(
            int(value[26:30]),
            _MONTHS[value[4:7]],
            int(value[8:10]),
            int(value[11:13]),
            int(value[14:16]),
            int(value[17:19]),
            tzinfo=UTC,
        )
    else:
        at = datetime.fromisoformat(value).astimezone(UTC)
    if not _FIRST <= at < _LAST:
        raise ValueError("no such time")
    return at


@lru_cache(maxsize=8192)
def counts(likes: int | None, shares: int | None) -> Metrics:
    """Likes and reposts; an archive tells neither replies nor views."""
    return Metrics(likes=likes, shares=shares)


def count(value: Any) -> int | None:
    """A count that may be a string; None where it is none."""
    if isinstance(value, str) and value.isdigit() and value.isascii() and len(value) <= 10:
        value = int(value)
    return value if type(value) is int and 0 <= value <= MAX_COUNT else None


def addresses(entities: dict[str, Any], number: str) -> tuple[tuple[str, ...], str | None]:
    """Links written out, without those to the tweet's own media, and the id of a post it quotes."""
    urls = entities.get("urls")
    if not urls:
        return (), None
    links, quoted = [], None
    for each in urls[:MAX_SEVERAL]:
        link = each.get("expanded_url") or each.get("url")
        if not isinstance(link, str) or len(link) > MAX_LINK:
            continue
        if status := _STATUS.match(link):
            if status[1] == number:
                continue
            quoted = status[1]
        links.append(link)
    return tuple(links), quoted


def named(text: str, entities: dict[str, Any]) -> tuple[str, ...]:
    """Handles in the text, for archives that list none."""
    return (
        () if "user_mentions" in entities or "@" not in text else tuple(_MENTION.findall(text)[:MAX_SEVERAL])
    )


def media(tweet: dict[str, Any], entities: dict[str, Any]) -> int:
    """How many pictures and videos go with it."""
    extended = tweet.get("extended_entities") or entities
    return min(len(extended.get("media") or ()), MAX_SEVERAL)


def versions(tweet: dict[str, Any]) -> list[int]:
    """Ids of all versions of an edited tweet, oldest first; empty for one that was never edited."""
    info = tweet.get("edit_info")
    if not info:
        return []
    told = info.get("initial") or info.get("edit") or _NOBODY
    ids = (told.get("editControlInitial") or told).get("editTweetIds") or ()
    if len(ids) > MAX_SEVERAL:
        raise ValueError("no post has so many versions")
    return sorted(int(each) for each in ids if identifier(each)) if len(ids) > 1 else []


def edited_at(known: list[int], number: str) -> datetime | None:
    """When this version was made, by its id, if it is not the first one."""
    if not known or known[0] >= int(number):
        return None
    at = _ID_EPOCH + timedelta(milliseconds=int(number) >> _ID_SHIFT)
    return at if at < _LAST else None
