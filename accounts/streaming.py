"""Answers that are sent while they are made: they stop when whoever gets them may no longer."""

from collections.abc import Callable, Iterable, Iterator

CHECKED_EVERY = 64 * 1024
"""How many bytes may leave before it is asked again whether they may."""


class AccessEnded(Exception):
    """The connection is cut, so that nobody takes a part of a file for all of it."""


def as_long_as(allowed: Callable[[], bool], chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same chunks, as long as it is allowed; asked before the first and after every 64 KiB."""
    sent = CHECKED_EVERY
    for chunk in chunks:
        if sent >= CHECKED_EVERY:
            if not allowed():
                raise AccessEnded
            sent = 0
        sent += len(chunk)
        yield chunk
