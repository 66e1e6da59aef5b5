"""Pulls what is new into a connection, batch by batch; a batch and its cursor are stored together."""

from dataclasses import dataclass, field
from datetime import datetime

from accounts.tenancy import scope
from coaching import coach, judging, rollup, storing
from coaching.models import Connection, Message, Post
from coaching.networks.contract import Batch, Reader
from coaching.storing import Stored


@dataclass(frozen=True)
class Pulled:
    """What a pull brought."""

    posts: Stored = field(default_factory=Stored)
    messages: Stored = field(default_factory=Stored)
    removed: int = 0
    reads: int = 0

    def __add__(self, other: "Pulled") -> "Pulled":
        return Pulled(
            self.posts + other.posts,
            self.messages + other.messages,
            self.removed + other.removed,
            self.reads + other.reads,
        )


def pull(connection: Connection, reader: Reader, *, now: datetime) -> Pulled:
    """Brings a connection up to date; what was stored stays when a later batch fails.

    Raises what the reader raises: Refused or TryLater.
    """
    pulled = Pulled()
    for batch in reader.batches(connection.cursor, now=now):
        with scope([connection.organization_id]):
            pulled += _store(connection, batch, now=now)
    with scope([connection.organization_id]):
        coach.suggest(connection.organization, now=now)
    return pulled


def _store(connection: Connection, batch: Batch, *, now: datetime) -> Pulled:
    posts = messages = Stored()
    if batch.posts:
        storing.stage_posts()
        storing.add_posts(batch.posts)
        judging.judge_staged(
            network=connection.network,
            ours=judging.ourselves(connection.handle, connection.organization.also_ours),
            finder=judging.finder_for(connection, before=min(post.created_at for post in batch.posts)),
        )
        posts = storing.upsert_posts(connection)
    if batch.messages:
        messages = storing.upsert_messages(connection, judging.judge_messages(batch.messages))
    removed = _remove(connection, batch.removed)
    if batch.posts:
        oldest = min(post.created_at for post in batch.posts)
        since = oldest.astimezone(connection.organization.zone).date()
        rollup.count_weeks(connection, since=None if batch.removed else since)
    elif batch.removed:
        rollup.count_weeks(connection)
    connection.cursor = batch.cursor
    connection.last_pulled_at = now
    connection.save(update_fields=["cursor", "last_pulled_at"])
    return Pulled(posts, messages, removed, batch.reads)


def _remove(connection: Connection, external_ids: tuple[str, ...]) -> int:
    if not external_ids:
        return 0
    gone = 0
    for model in (Post, Message):
        count, _ = model.across_organizations.filter(
            organization=connection.organization_id, connection=connection, external_id__in=external_ids
        ).delete()
        gone += count
    return gone
