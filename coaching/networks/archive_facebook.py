"""A Facebook Page's "download your information" export in JSON: the Page's own posts.

Read are only `posts/profile_posts_1.json` (`_2` …, older `page_posts_1.json`) and the name, username and
address in `profile_information.json`. Text is UTF-8 escaped as Latin-1. There are no counts, no comments
and no post ids: the key of a post is a hash of its time, its words, its links and the file names of its
pictures, with an ordinal for equal ones, so a newer export of the same Page gives the same keys (an edited
text gives a new one). The Page's id is the number in its address where the export tells it, else
`username:NAME`, else a hash of its name.

A share is what the title calls one ("shared Mill Bakery's post") or what is nothing but a link into
Facebook; "shared a link" and "shared a memory" are posts of one's own. Titles are in the language of
whoever asked for the export, so shares in other languages than English are known by their link alone.
Reasons: facebook_personal, facebook_html, facebook_no_posts, no_account, no_posts,
all_posts_broken(broken), too_many_posts(limit), and those of archive_zip and json_stream. Warnings:
broken_posts:N, name_from_titles.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from coaching.networks import json_stream
from coaching.networks.archive_zip import MAX_POSTS, SafeZip, open_zip
from coaching.networks.contract import Account, FeedPost, Network, Person, Surface, Unreadable

SMALL_FILE = 4 * 1024**2
MAX_TEXT = 70_000  # Facebook allows 63,206
MAX_SEVERAL = 100  # links of one post
MAX_PICTURES = 1_000
MAX_TITLE = 500
MAX_NAME = 200
MAX_HANDLE = 80
MAX_LINK = 2_048
ENOUGH_BROKEN = 2_000
TITLES = 200  # how many titles are looked at for the Page's name
_ODD = (TypeError, ValueError, KeyError, AttributeError, IndexError, OverflowError, OSError)
_FIRST, _LAST = datetime(2004, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)

_POSTS = re.compile(r"(?:.*/)?posts/(?:profile|page)_posts(?:_(\d{1,4}))?\.json")
_PERSONAL = re.compile(r"(?:.*/)?posts/your_posts[^/]*\.json|(?:.*/)?your_facebook_activity/.*")
_HTML = re.compile(r"(?:.*/)?posts/(?:profile|page|your)_posts[^/]*\.html")
_PAGE = re.compile(r"(?:.*/)?this_profile's_activity_across_facebook/.*")
_PROFILE = re.compile(r"(?:.*/)?profile_information/(?:profile|page)_information\.json")

_TAG = re.compile(r"@\[(\d{1,20}):\d{1,6}:([^\]]{1,200})\]")  # how an export writes that somebody is tagged
_THINGS = (
    r"(?:post|photo|video|reel|album|event|live video|note|page|group|fundraiser|story|status|offer)s?\b"
)
_SHARED = re.compile(rf"\b(?:re)?shared (?:an? {_THINGS}|(?P<who>.{{1,120}}?)['’]s? {_THINGS})|\breposted\b")
_DID = re.compile(
    r"^(.{1,120}?) (?:(?:re)?shared|reposted|updated|added|posted|wrote|published|created|changed|was|is|"
    r"went|uploaded|started|recommends|asked)\b"
)
_USERNAME = re.compile(r"[A-Za-z0-9.]{2,80}")


class FacebookArchive:
    """A Page export whose Page is known; `posts()` reads it."""

    expected: int | None = None

    def __init__(self, path: Path, archive: SafeZip) -> None:
        self.path = path
        self.warnings: list[str] = []
        self.parts = parts(archive)
        account = told_account(archive)
        if account is None:
            account = guessed_account(archive, self.parts)
            self.warnings.append("name_from_titles")
        self.account = account

    def posts(self) -> Iterator[FeedPost]:
        """Every post once; raises Unreadable."""
        keys: Counter[str] = Counter()
        broken = 0
        with open_zip(self.path) as archive:
            for item in items(archive, self.parts):
                try:
                    post = feed_post(item, self.account, keys)
                except _ODD:
                    # Any field may have any type in a stranger's file; such a post is left out and counted.
                    broken += 1
                    if broken >= ENOUGH_BROKEN and broken > keys.total():
                        raise Unreadable("all_posts_broken", broken=broken) from None
                    continue
                if len(keys) > MAX_POSTS:
                    raise Unreadable("too_many_posts", limit=MAX_POSTS)
                yield post
        if broken:
            self.warnings.append(f"broken_posts:{broken}")
        if not keys:
            raise Unreadable("all_posts_broken", broken=broken) if broken else Unreadable("no_posts")


def recognises(archive: SafeZip) -> bool:
    """Whether this is a Page export; raises Unreadable for another export of Facebook's."""
    names = list(archive.names())
    if any(_POSTS.fullmatch(name) for name in names):
        return True
    if any(_HTML.fullmatch(name) for name in names):
        raise Unreadable("facebook_html")
    if any(_PERSONAL.fullmatch(name) for name in names):
        raise Unreadable("facebook_personal")
    if any(_PAGE.fullmatch(name) for name in names):
        raise Unreadable("facebook_no_posts")
    return False


def parts(archive: SafeZip) -> list[str]:
    """The files of posts, in their order."""
    found = [(int(part[1] or 0), name) for name in archive.names() if (part := _POSTS.fullmatch(name))]
    return [name for _, name in sorted(found)]


def items(archive: SafeZip, names: Iterable[str]) -> Iterator[Any]:
    """What the files of posts hold, one by one."""
    for name in names:
        yield from json_stream.elements(archive.chunks(name), file=name)


def feed_post(item: dict[str, Any], account: Account, keys: Counter[str]) -> FeedPost:
    """One item as a post; `keys` counts the hashes given so far."""
    at = moment(item["timestamp"])
    attached = list(attachments(item))
    media = [each["media"] for each in attached if isinstance(each.get("media"), dict)]
    links = tuple(dict.fromkeys(link for each in attached if (link := address(each))))[:MAX_SEVERAL]
    raw = words(item) or caption(media)
    if len(raw) > MAX_TEXT:
        raise ValueError("no post has so much text")
    title = fixed(item["title"][:MAX_TITLE]) if isinstance(item.get("title"), str) else ""
    shared, owner = share(title, links, raw, media, account)
    return FeedPost(
        external_id=key(at, raw, links, media, keys),
        created_at=at,
        text=_TAG.sub(r"\2", raw),
        surface=Surface.SHARE if shared else Surface.TIMELINE,
        shared_from=Person(name=owner) if owner else None,
        links=links,
        media=min(len(media), MAX_PICTURES),
        edited_at=edited(item, at),
    )


def moment(value: Any) -> datetime:
    """Seconds since 1970 as aware UTC between 2004 and 2100."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("no time")
    at = datetime.fromtimestamp(int(value), UTC)
    if not _FIRST <= at < _LAST:
        raise ValueError("no such time")
    return at


def edited(item: dict[str, Any], at: datetime) -> datetime | None:
    """When the post was last changed, if after it was made."""
    times = [
        moment(each["update_timestamp"])
        for each in item.get("data") or ()
        if isinstance(each, dict) and isinstance(each.get("update_timestamp"), int)
    ]
    last = max(times, default=at)
    return last if last > at else None


def words(item: dict[str, Any]) -> str:
    """What the Page wrote; tags of other Pages still as `@[id:type:name]`."""
    said = [
        fixed(each["post"]) for each in item.get("data") or () if isinstance(each, dict) and each.get("post")
    ]
    return "\n\n".join(said).strip()


def caption(media: list[dict[str, Any]]) -> str:
    """The words of a picture post whose text stands only under its pictures, where all say the same."""
    said = {each["description"] for each in media if isinstance(each.get("description"), str)}
    return fixed(said.pop()).strip() if len(said) == 1 else ""


def attachments(item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Everything that hangs on a post."""
    for group in item.get("attachments") or ():
        for each in group.get("data") or ():
            if isinstance(each, dict):
                yield each


def address(attached: dict[str, Any]) -> str | None:
    """Where a link attachment leads."""
    outside = attached.get("external_context")
    link = outside.get("url") if isinstance(outside, dict) else None
    return fixed(link) if isinstance(link, str) and 0 < len(link) <= MAX_LINK else None


def share(
    title: str, links: tuple[str, ...], raw: str, media: list[dict[str, Any]], account: Account
) -> tuple[bool, str | None]:
    """Whether the post passes on somebody else's, and whose where the title tells."""
    if found := _SHARED.search(title.removeprefix(account.name)):
        return True, found["who"]
    bare = not media and not raw
    return bare and bool(links) and all(inside(link) and not own(link, account) for link in links), None


def inside(link: str) -> bool:
    """Whether a link leads to something on Facebook."""
    host = host_of(link)
    return host in ("facebook.com", "fb.watch", "fb.com") or host.endswith(".facebook.com")


def own(link: str, account: Account) -> bool:
    """Whether a link into Facebook leads to the Page itself."""
    return urlsplit(link).path.casefold().strip("/").split("/")[0] == account.handle.casefold()


def host_of(link: str) -> str:
    try:
        return (urlsplit(link).hostname or "").casefold()
    except ValueError:
        return ""


def key(
    at: datetime, raw: str, links: tuple[str, ...], media: list[dict[str, Any]], keys: Counter[str]
) -> str:
    """A name for the post that any later export of it gives again."""
    pictures = sorted(each["uri"].rsplit("/", 1)[-1] for each in media if isinstance(each.get("uri"), str))
    told = "\x1f".join((str(int(at.timestamp())), _TAG.sub(r"@\1", raw), *links, *pictures))
    digest = hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:24]
    keys[digest] += 1
    return f"archive-{digest}" if keys[digest] == 1 else f"archive-{digest}-{keys[digest]}"


def fixed(text: str) -> str:
    """Text whose UTF-8 bytes were written as Latin-1 characters, put right; as it is where that fails."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def told_account(archive: SafeZip) -> Account | None:
    """The Page by its profile file; e-mail addresses and the like are not kept."""
    for name in archive.names():
        if _PROFILE.fullmatch(name):
            value = json_stream.load(archive.read(name, limit=SMALL_FILE), file=name)
            account = account_of(value) if isinstance(value, dict) else None
            if account:
                return account
    return None


def account_of(value: dict[str, Any]) -> Account | None:
    """Name, username and address out of a profile file of any version."""
    for profile in (value, *(each for each in value.values() if isinstance(each, dict))):
        full = profile.get("name")
        full = full.get("full_name") if isinstance(full, dict) else full
        if isinstance(full, str) and full.strip():
            username, number = address_parts(profile.get("profile_uri") or profile.get("url"))
            told = profile.get("username")
            if isinstance(told, str) and _USERNAME.fullmatch(told):
                username = told
            return page(fixed(full).strip(), username, number)
    return None


def address_parts(link: Any) -> tuple[str | None, str | None]:
    """(username, id) out of a Page's address, as far as it shows them."""
    if not isinstance(link, str) or host_of(link).removeprefix("www.").removeprefix("m.") != "facebook.com":
        return None, None
    split = urlsplit(link)
    ids = parse_qs(split.query).get("id", [])
    steps = split.path.strip("/").split("/")
    numbers = [
        each for each in (*ids, steps[-1], steps[-1].rsplit("-", 1)[-1]) if re.fullmatch(r"\d{5,20}", each)
    ]
    plain = len(steps) == 1 and _USERNAME.fullmatch(steps[0]) and steps[0] != "profile.php" and not numbers
    return (steps[0] if plain else None), (numbers[0] if numbers else None)


def guessed_account(archive: SafeZip, names: list[str]) -> Account:
    """The Page by how the titles of its posts begin, for exports without a profile file."""
    begins: Counter[str] = Counter()
    for place, item in enumerate(items(archive, names)):
        title = item.get("title") if isinstance(item, dict) else None
        if isinstance(title, str) and (found := _DID.match(fixed(title[:MAX_TITLE]))):
            begins[found[1]] += 1
        if place >= 50 * TITLES or begins.total() >= TITLES:
            break
    if not begins:
        raise Unreadable("no_account")
    return page(min(begins, key=lambda name: (-begins[name], name)), None, None)


def page(name: str, username: str | None, number: str | None) -> Account:
    """The Page with an id that later exports give again."""
    name = name[:MAX_NAME]
    handle = username or "".join(each for each in name if each.isalnum())[:MAX_HANDLE] or "page"
    if number:
        external_id = number
    elif username:
        external_id = f"username:{username.casefold()}"
    else:
        external_id = "name:" + hashlib.sha256(name.casefold().encode("utf-8", "replace")).hexdigest()[:16]
    return Account(Network.FACEBOOK, external_id, handle, name)
