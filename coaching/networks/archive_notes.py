"""Whole texts of X posts longer than 280 characters, which an archive keeps apart from the posts.

A note has an id of its own, so it is matched by the post's id where that is told, else by second and
beginning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from coaching.networks.archive_tweet import MAX_LINK, MAX_SEVERAL, handle, identifier, moment, plain
from coaching.networks.contract import FeedPost

MAX_CHARACTERS = 32_000_000  # of all notes together, since they wait in memory for their posts
OVERHEAD = 200  # what a note takes beside its words, in characters
SAME_SECOND = 50  # more notes than this within a second are no person's
_NEAR = 3  # seconds that a note may differ from its post
_ODD = (TypeError, ValueError, KeyError, AttributeError)
_GREETING = re.compile(r"(?:@\w+\s+)+")
_CUT = re.compile(r"…|https?://t\.co/")


class LongTexts:
    """The notes of one archive; `whole()` gives the full text of a post that was cut."""

    def __init__(self) -> None:
        self.skipped = 0
        self._by_post: dict[str, dict[str, Any]] = {}
        self._by_second: dict[int, list[dict[str, Any]]] = {}
        self._characters = 0

    def read(self, elements: Iterator[Any]) -> None:
        """Keeps what `note-tweet.js` holds, to a limit."""
        for element in elements:
            try:
                self._keep(element["noteTweet"])
            except _ODD:
                self.skipped += 1

    def _keep(self, note: dict[str, Any]) -> None:
        body = note.get("core") or note.get("noteTweetResults")
        if not isinstance(body, dict):
            raise ValueError("no text")
        text = plain(body["text"])
        self._characters += len(text) + OVERHEAD
        if self._characters > MAX_CHARACTERS:
            raise ValueError("too much text")
        entities = body.get("entitySet") or body
        kept = {"text": text, "mentions": handles(entities), "links": links(entities)}
        if post := identifier(note.get("tweetId")):
            self._by_post[post] = kept
        else:
            same = self._by_second.setdefault(second(moment(note["createdAt"])), [])
            if len(same) >= SAME_SECOND:
                raise ValueError("too many notes")
            same.append(kept)

    def whole(self, post: FeedPost) -> dict[str, Any] | None:
        """Fields of `post` to replace, or None where it was not cut."""
        if post.external_id in self._by_post:
            return self._fields(post, self._by_post[post.external_id], "")
        if not self._by_second:
            return None
        at = second(post.created_at)
        cut = _CUT.search(post.text)
        head = post.text[: cut.start()].strip() if cut else post.text.strip()
        greeting = found[0] if (found := _GREETING.match(head)) else ""
        for near in sorted(range(at - _NEAR, at + _NEAR + 1), key=lambda each: abs(each - at)):
            for note in self._by_second.get(near, ()):
                if note["text"].startswith(head):
                    return self._fields(post, note, "")
                if greeting and note["text"].startswith(head[len(greeting) :]):
                    return self._fields(post, note, greeting)
        return None

    def _fields(self, post: FeedPost, note: dict[str, Any], greeting: str) -> dict[str, Any] | None:
        text = greeting + note["text"]
        if len(text) <= len(post.text) and "…" not in post.text:
            return None
        mentions = post.mentions + tuple(each for each in note["mentions"] if each not in post.mentions)
        return {"text": text, "mentions": mentions, "links": note["links"] or post.links}


def second(at: datetime) -> int:
    return int(at.timestamp())


def handles(entities: dict[str, Any]) -> tuple[str, ...]:
    """Handles that a note mentions, in order."""
    listed = entities.get("mentions") or entities.get("userMentions") or ()
    names = (handle(each.get("screenName") or each.get("screen_name")) for each in listed[:MAX_SEVERAL])
    return tuple(name for name in names if name)


def links(entities: dict[str, Any]) -> tuple[str, ...]:
    """Links of a note, written out."""
    found = (
        each.get("expandedUrl") or each.get("expanded_url")
        for each in (entities.get("urls") or ())[:MAX_SEVERAL]
    )
    return tuple(link for link in found if isinstance(link, str) and len(link) <= MAX_LINK)
