"""Finds texts that one account sends again and again, whatever links and handles stand in them."""

from __future__ import annotations

import re
import zlib
from collections import defaultdict, deque
from collections.abc import Iterable
from datetime import datetime, timedelta

from rapidfuzz import fuzz, process

from coaching.judgement.tokens import LONGEST

WINDOW = timedelta(weeks=13)
ALIKE = 90.0
"""Similarity in percent from which two texts are one template."""
_FEWEST_WORDS = 4
_CANDIDATES = 24
_WORD = re.compile(r"[^\W\d_]+")
_NOT_SHARED = re.compile(r"https?://\S+|[@＠#＃]\w+")


def template(text: str) -> str:
    """The words of a text without links, handles, hashtags, numbers and marks: what copies share."""
    return " ".join(_WORD.findall(_NOT_SHARED.sub(" ", text[:LONGEST].lower())))


class RepeatFinder:
    """Counts, post by post in order of time, the earlier near-copies of the same account in the window.

    Candidates are earlier templates that share a rare stretch of the text; only those are compared, so the
    work grows with the number of posts and not with its square.
    """

    def __init__(self, window: timedelta = WINDOW) -> None:
        self.window = window
        self._same: defaultdict[str, deque[datetime]] = defaultdict(deque)
        self._blocks: defaultdict[int, deque[str]] = defaultdict(lambda: deque(maxlen=_CANDIDATES))
        self._cleared: datetime | None = None

    def add(self, created_at: datetime, text: str) -> int:
        """How many earlier posts in the window are near-copies of this one; then remembers it.

        Short answers ("Thank you!") are no templates: below four words nothing counts as repeated.
        """
        body = template(text)
        if body.count(" ") + 1 < _FEWEST_WORDS:
            return 0
        self._forget(created_at)
        earliest = created_at - self.window
        known = self._same.get(body)
        found = 0
        if known is not None:
            found += sum(1 for when in known if earliest <= when <= created_at)
        blocks = _blocks(body)
        candidates = {other for block in blocks for other in self._blocks.get(block, ()) if other != body}
        if candidates:
            ordered = sorted(candidates)
            for other, _, _ in process.extract(
                body, ordered, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None
            ):
                found += sum(1 for when in self._same.get(other, ()) if earliest <= when <= created_at)
        if known is None:
            for block in blocks:
                self._blocks[block].append(body)
        self._same[body].append(created_at)
        return found

    def _forget(self, now: datetime) -> None:
        """Drops what fell out of the window, now and then."""
        if self._cleared is None:
            self._cleared = now
        if now - self._cleared < self.window:
            return
        self._cleared = now
        earliest = now - self.window
        for body in [body for body, times in self._same.items() if times[-1] < earliest]:
            del self._same[body]
        for block in list(self._blocks):
            kept = [body for body in self._blocks[block] if body in self._same]
            if kept:
                self._blocks[block] = deque(kept, maxlen=_CANDIDATES)
            else:
                del self._blocks[block]


def _blocks(body: str) -> list[int]:
    """Where near-copies meet: three stretches of letters, chosen by value and not by place (min-wise)."""
    words = body.split(" ")
    grams = {
        zlib.crc32(f"{a} {b} {c}".encode("utf-8", "surrogatepass"))
        for a, b, c in zip(words, words[1:], words[2:], strict=False)
    }
    return sorted(grams)[:3]


def repeats(posts: Iterable[tuple[datetime, str]]) -> list[int]:
    """For every post of one account, in order of time, how many near-copies came before it."""
    finder = RepeatFinder()
    return [finder.add(created_at, text) for created_at, text in posts]
