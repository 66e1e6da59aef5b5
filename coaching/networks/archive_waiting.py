"""Posts that must wait until an archive is read to its end, packed once they are many.

A reply is known as a thread only when its parent turns up, perhaps on the last line. An account that mostly
answers has hundreds of thousands of them: a post takes about 1 kB, a packed one about a tenth of that.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson

from coaching.networks.archive_zip import MAX_POSTS
from coaching.networks.contract import FeedPost, Metrics, Person, Surface, Unreadable

BLOCK = 25_000
MANY_CHARACTERS = 16_000_000
MAX_PACKED = 200 * 1024**2


class Waiting:
    """A list of posts that takes little memory."""

    def __init__(self) -> None:
        self._loose: list[FeedPost] = []
        self._packed: list[bytes] = []
        self._characters = 0

    def add(self, post: FeedPost) -> None:
        """Keeps `post`; raises Unreadable where that would be more than any archive makes wait."""
        self._loose.append(post)
        self._characters += len(post.text)
        if len(self._loose) >= 2 * BLOCK:
            self._pack(BLOCK)
        elif self._characters >= MANY_CHARACTERS:
            self._pack(len(self._loose))

    def _pack(self, count: int) -> None:
        self._packed.append(zlib.compress(orjson.dumps(self._loose[:count]), 1))
        del self._loose[:count]
        self._characters = sum(len(post.text) for post in self._loose)
        if sum(map(len, self._packed)) > MAX_PACKED:
            raise Unreadable("too_many_posts", limit=MAX_POSTS)

    def __iter__(self) -> Iterator[FeedPost]:
        """All posts in the order they came, as they were."""
        for block in self._packed:
            yield from (unpacked(row) for row in orjson.loads(zlib.decompress(block)))
        yield from self._loose


def unpacked(row: dict[str, Any]) -> FeedPost:
    """The post that was packed into `row`."""
    row["created_at"] = datetime.fromisoformat(row["created_at"])
    row["edited_at"] = row["edited_at"] and datetime.fromisoformat(row["edited_at"])
    row["surface"] = Surface(row["surface"])
    row["metrics"] = Metrics(**row["metrics"])
    for person in ("reply_to", "shared_from"):
        row[person] = row[person] and Person(**row[person])
    for several in ("mentions", "links"):
        row[several] = tuple(row[several])
    return FeedPost(**row)
