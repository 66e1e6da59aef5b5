"""An X "download your data" archive: the account's own posts, whatever the age of its layout.

Read are only `manifest.js`, `account.js`, and the parts of `tweets`, `tweet`, `community-tweet` and `note-
tweet`, at the top, in `data/`, or below one folder. Counts and ids are strings there, posts are not sorted,
text is HTML-escaped. A share is what starts with `RT @`; its counts are those of a copy and stay unknown. A
thread answers ourselves: our id, our handle in any case, or a post of this archive. Where several versions
of an edited post are there, the last one counts.

Reasons: no_account, no_posts, all_posts_broken(broken), too_many_posts(limit), several_archives, and those
of archive_zip and json_stream.
Warnings: broken_posts:N, repeated_posts:N, older_versions:N, missing_parts:N, unknown_parts:N,
long_texts_skipped:N, partial_archive, manifest_unreadable.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from coaching.networks import json_stream
from coaching.networks.archive_notes import LongTexts
from coaching.networks.archive_tweet import count, feed_post, handle, identifier, short, versions
from coaching.networks.archive_waiting import Waiting
from coaching.networks.archive_zip import MAX_POSTS, SafeZip, open_zip
from coaching.networks.contract import Account, FeedPost, Network, Surface, Unreadable

SMALL_FILE = 4 * 1024**2
ENOUGH_BROKEN = 2_000
_PART = re.compile(r"(tweets?|community-tweet|note-tweet)(?:-part(\d{1,4}))?\.js")
_HOME = re.compile(r"((?:[^/]+/){0,4}?(?:data/)?)(?:tweets?(?:-part\d{1,4})?|manifest)\.js")
_POST_TYPES = ("tweets", "tweet", "communityTweet")
# Any field may have any type in a stranger's file; such a post is left out and counted.
_ODD = (TypeError, ValueError, KeyError, AttributeError, IndexError, OverflowError)


def home(archive: SafeZip) -> str | None:
    """The folder of the data files, with a slash behind it or empty; None where this is no X archive."""
    folders: dict[str, bool] = {}
    for name in archive.names():
        if name.endswith(".js") and (found := _HOME.fullmatch(name)):
            has_posts = not name.endswith("manifest.js")
            folders[found[1]] = folders.get(found[1], False) or has_posts
    full = [folder for folder, has_posts in folders.items() if has_posts]
    if len(full) > 1:
        raise Unreadable("several_archives")
    return full[0] if full else next((folder for folder in folders if folder.endswith("data/")), None)


class TwitterArchive:
    """An X archive whose account is known; `posts()` reads it."""

    def __init__(self, path: Path, archive: SafeZip, folder: str) -> None:
        self.path = path
        self.warnings: list[str] = []
        manifest = self._manifest(archive, folder)
        self.account = read_account(archive, folder, manifest)
        self.expected = promised(manifest)
        self.parts = parts(archive, folder)
        if all(kind == "note-tweet" for _, kind in self.parts):
            raise Unreadable("no_posts")
        self._compare(archive, folder, manifest)

    def posts(self) -> Iterator[FeedPost]:
        """Every post once; raises Unreadable."""
        reading = _Reading(self.account)
        with open_zip(self.path) as archive:
            for name, kind in self.parts:
                elements = json_stream.elements(archive.chunks(name), file=name)
                if kind == "note-tweet":
                    reading.long_texts.read(elements)
                else:
                    yield from reading.part(elements)
        yield from reading.rest()
        self.warnings += reading.warnings()
        if not reading.seen:
            if reading.broken:
                raise Unreadable("all_posts_broken", broken=reading.broken)
            raise Unreadable("no_posts")

    def _manifest(self, archive: SafeZip, folder: str) -> dict[str, Any]:
        name = f"{folder}manifest.js"
        if name not in archive:
            return {}
        raw = archive.read(name, limit=SMALL_FILE)
        try:
            manifest = json_stream.load(raw, file=name)
        except Unreadable:
            manifest = None  # the files are found without it
        if not isinstance(manifest, dict):
            self.warnings.append("manifest_unreadable")
            return {}
        return manifest

    def _compare(self, archive: SafeZip, folder: str, manifest: dict[str, Any]) -> None:
        names = listed(manifest, (*_POST_TYPES, "noteTweet"))
        missing = sum(_PART.fullmatch(name) is not None and folder + name not in archive for name in names)
        unknown = sum(_PART.fullmatch(name) is None for name in names)
        if missing:
            self.warnings.append(f"missing_parts:{missing}")
        if unknown:
            self.warnings.append(f"unknown_parts:{unknown}")
        if section(manifest, "archiveInfo").get("isPartialArchive") in (True, "true"):
            self.warnings.append("partial_archive")


class _Reading:
    """One pass over an archive: what was seen, and what must wait until all ids are known."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.long_texts = LongTexts()
        self.seen: set[int] = set()
        self.waiting = Waiting()
        self.versions: list[tuple[list[int], FeedPost]] = []
        self.broken = self.repeated = self.outdated = 0

    def part(self, elements: Iterable[Any]) -> Iterator[FeedPost]:
        """The posts of one file, without those that wait."""
        for element in elements:
            try:
                tweet = element.get("tweet", element)
                known = versions(tweet)
                post = feed_post(tweet, self.account, known)
                if whole := self.long_texts.whole(post):
                    post = replace(post, **whole)
            except _ODD:
                self.broken += 1
                if self.broken >= ENOUGH_BROKEN and self.broken > len(self.seen):
                    raise Unreadable("all_posts_broken", broken=self.broken) from None
                continue
            number = int(post.external_id)
            if number in self.seen:
                self.repeated += 1
                continue
            self.seen.add(number)
            if len(self.seen) > MAX_POSTS:
                raise Unreadable("too_many_posts", limit=MAX_POSTS)
            if later := [each for each in known if each > number]:
                self.versions.append((later, post))
            elif post.surface is Surface.REPLY and post.parent_id is not None:
                self.waiting.add(post)
            else:
                yield post

    def rest(self) -> Iterator[FeedPost]:
        """What waited for the last id: replies whose parent may be ours, versions that may be outdated."""
        for later, post in self.versions:
            if self.seen.isdisjoint(later):
                self.waiting.add(post)
            else:
                self.outdated += 1
        for post in self.waiting:
            reply = post.surface is Surface.REPLY and post.parent_id is not None
            ours = reply and int(post.parent_id or 0) in self.seen
            yield replace(post, surface=Surface.THREAD) if ours else post

    def warnings(self) -> list[str]:
        """Codes with counts."""
        counts = {
            "broken_posts": self.broken,
            "repeated_posts": self.repeated,
            "older_versions": self.outdated,
            "long_texts_skipped": self.long_texts.skipped,
        }
        return [f"{code}:{number}" for code, number in counts.items() if number]


def parts(archive: SafeZip, folder: str) -> list[tuple[str, str]]:
    """(name, kind) of each file of posts in its folder, long texts first, then by part."""
    found = []
    for name in archive.names():
        if name.startswith(folder) and (part := _PART.fullmatch(name, len(folder))):
            found.append((part[1] != "note-tweet", part[1], int(part[2] or 0), name))
    return [(name, kind) for _, kind, _, name in sorted(found)]


def read_account(archive: SafeZip, folder: str, manifest: dict[str, Any]) -> Account:
    """Whose archive it is, by account.js or the manifest; e-mail and the like are not kept."""
    told: Any = None
    name = f"{folder}account.js"
    if name in archive:
        value = json_stream.load(archive.read(name, limit=SMALL_FILE), file=name)
        first = value[0] if isinstance(value, list) and value else None
        told = first.get("account") if isinstance(first, dict) else None
    if not isinstance(told, dict):
        told = {}
    user = section(manifest, "userInfo")
    number = identifier(told.get("accountId")) or identifier(user.get("accountId"))
    own_handle = handle(told.get("username")) or handle(user.get("userName"))
    if number is None or own_handle is None:
        raise Unreadable("no_account")
    full = short(told.get("accountDisplayName")) or short(user.get("displayName")) or own_handle
    return Account(Network.TWITTER, number, own_handle, full)


def section(manifest: dict[str, Any], name: str) -> dict[str, Any]:
    """A part of the manifest, empty where it is not as expected."""
    value = manifest.get(name)
    return value if isinstance(value, dict) else {}


def files(manifest: dict[str, Any], kinds: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The manifest's entries for files of these data types."""
    types = section(manifest, "dataTypes")
    for kind in kinds:
        entries = section(types, kind).get("files")
        yield from (
            (entry for entry in entries or () if isinstance(entry, dict)) if isinstance(entries, list) else ()
        )


def listed(manifest: dict[str, Any], kinds: Iterable[str]) -> set[str]:
    """Names without folder of the files that the manifest lists for these data types."""
    names = (entry.get("fileName") for entry in files(manifest, kinds))
    return {name.replace("\\", "/").rsplit("/", 1)[-1] for name in names if isinstance(name, str)}


def promised(manifest: dict[str, Any]) -> int | None:
    """How many posts the manifest counts, or None where it does not tell or exaggerates."""
    told = sum(count(entry.get("count")) or 0 for entry in files(manifest, _POST_TYPES))
    return told if 0 < told <= MAX_POSTS else None
