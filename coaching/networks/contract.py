"""What every network tells us, in our words; a count a network does not tell is None, never 0."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class Network(StrEnum):
    """Where an account talks."""

    TWITTER = "twitter"
    FACEBOOK = "facebook"


class Surface(StrEnum):
    """Where a post stands: on its own, under somebody's words, under our own, or passed on."""

    TIMELINE = "timeline"
    REPLY = "reply"
    COMMENT = "comment"
    THREAD = "thread"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Account:
    """The Page or handle that is read. `handle` has no @."""

    network: Network
    external_id: str
    handle: str
    name: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who spoke or was spoken to, as far as the network names them. `handle` has no @."""

    external_id: str | None = None
    handle: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Metrics:
    """Counts at one moment; None where the network does not tell."""

    likes: int | None = None
    replies: int | None = None
    shares: int | None = None
    views: int | None = None


@dataclass(frozen=True, slots=True)
class FeedPost:
    """Something the organization published.

    `created_at` is aware UTC; `text` is unescaped (no HTML entities) and whole; `conversation_id` is the
    id of the first post of the thread where known; `parent_id` the post or message it answers;
    `mentions` are handles without @ in order; `links` are expanded URLs without those of its own media.
    """

    external_id: str
    created_at: datetime
    text: str
    surface: Surface = Surface.TIMELINE
    conversation_id: str | None = None
    parent_id: str | None = None
    reply_to: Person | None = None
    shared_from: Person | None = None
    quotes_id: str | None = None
    mentions: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    media: int = 0
    metrics: Metrics = field(default_factory=Metrics)
    edited_at: datetime | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class FeedMessage:
    """Something somebody else addressed to the organization: a mention, reply, comment or visitor post."""

    external_id: str
    created_at: datetime
    text: str
    author: Person
    conversation_id: str | None = None
    parent_id: str | None = None
    mentions: tuple[str, ...] = ()
    metrics: Metrics = field(default_factory=Metrics)
    edited_at: datetime | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """One step of a pull.

    `cursor` is a JSON value to hand back next time; it is stored together with the batch, so a pull that
    dies goes on from the last stored batch. `complete` says that the pull has caught up. `reads` counts
    what the network bills for. `removed` are external ids of posts or messages that are gone.
    """

    posts: tuple[FeedPost, ...] = ()
    messages: tuple[FeedMessage, ...] = ()
    removed: tuple[str, ...] = ()
    cursor: dict[str, Any] | None = None
    complete: bool = False
    reads: int = 0


class Refused(Exception):
    """Only the account's owner can help: `reason` is a code such as reconnect, permission, credit, budget."""

    def __init__(self, reason: str, *, feature: str | None = None, code: int | str | None = None) -> None:
        super().__init__(reason)
        self.reason, self.feature, self.code = reason, feature, code


class TryLater(Exception):
    """The network asks for patience, until `at` (aware UTC) where it names a moment.

    `whole_app` says that the limit is that of all accounts of this installation together.
    """

    def __init__(
        self,
        reason: str,
        *,
        at: datetime | None = None,
        code: int | str | None = None,
        whole_app: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason, self.at, self.code, self.whole_app = reason, at, code, whole_app


class Unreadable(Exception):
    """A file that cannot be imported: `reason` is a code, `params` what the sentence for the user needs."""

    def __init__(self, reason: str, **params: Any) -> None:
        super().__init__(reason)
        self.reason, self.params = reason, params


class Reader(Protocol):
    """Reads one connected account; each network has one."""

    def batches(self, cursor: dict[str, Any] | None, *, now: datetime) -> Iterator[Batch]:
        """What is new since `cursor`, oldest state first; raises Refused or TryLater."""
        ...


class Archive(Protocol):
    """An account archive opened for reading. The file is read as a stream and nothing else of it is kept."""

    account: Account
    expected: int | None
    """Number of posts where the archive's manifest tells, for progress."""
    warnings: list[str]
    """Codes or short facts worth telling, filled while reading."""

    def posts(self) -> Iterator[FeedPost]:
        """Every post once, in any order; raises Unreadable."""
        ...
