"""Pulls what is new into a connection, batch by batch; a batch and its cursor are stored together."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from accounts.tenancy import scope
from coaching import (
    answer_rollup,
    coach,
    forgetting,
    judging,
    opening_times,
    rejudging,
    retention,
    rollup,
    storing,
)
from coaching.models import Connection, Message, Post
from coaching.networks.contract import Batch, Reader, Refused, TryLater
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


Beside = Callable[[Batch, Pulled], None]
"""What else belongs into the transaction that stores a batch: the lease, the bill."""


def pull(
    connection: Connection, reader: Reader, *, now: datetime, beside: Beside = lambda batch, pulled: None
) -> Pulled:
    """Brings a connection up to date; what was stored stays when a later batch fails.

    Raises what the reader raises, Refused or TryLater, after everything that came before has been looked at.
    """
    pulled = Pulled()
    fault: Refused | TryLater | None = None
    try:
        for batch in reader.batches(connection.cursor, now=now):
            pulled += store(connection, batch, now=now, beside=beside, moves_on=True)
    except (Refused, TryLater) as raised:
        fault = raised
    if fault is None or pulled != Pulled():
        with scope([connection.organization_id]):
            coach.suggest(connection.organization, now=now)
    if fault is not None:
        raise fault
    return pulled


def store(
    connection: Connection,
    batch: Batch,
    *,
    now: datetime,
    moves_on: bool = False,
    beside: Beside = lambda batch, pulled: None,
) -> Pulled:
    """Stores a batch, judged and counted; `moves_on` with the cursor to go on from."""
    with scope([connection.organization_id]):
        wanted = retention.without_old(connection, forgetting.without_forgotten(connection, batch), now=now)
        stored = _store(connection, wanted, now=now)
        if moves_on:
            connection.cursor = batch.cursor
            connection.last_pulled_at = now
            connection.save(update_fields=["cursor", "last_pulled_at"])
        beside(batch, stored)
    return stored


def _store(connection: Connection, batch: Batch, *, now: datetime) -> Pulled:
    posts = messages = Stored()
    # Nobody may change the judge between here and the end: figures never mix two.
    own = rejudging.hold(connection.organization, now=now)
    if batch.posts:
        storing.stage_posts()
        storing.add_posts(batch.posts)
        judging.judge_staged(
            network=connection.network,
            ours=judging.ourselves(connection.handle, connection.organization.also_ours),
            finder=judging.finder_for(connection, before=min(post.created_at for post in batch.posts)),
            own=own,
        )
        storing.unname(forgetting.forgotten(connection, storing.staged_people()))
        posts = storing.upsert_posts(connection)
    if batch.messages:
        messages = storing.upsert_messages(connection, judging.judge_messages(batch.messages))
    # Asked before anything is removed: a thread that has gone does not tell its weeks any more.
    weeks = answer_rollup.touched(
        connection, posts=batch.posts, messages=batch.messages, removed=batch.removed
    )
    removed = _remove(connection, batch.removed)
    if connection.hears_others:
        opening = opening_times.working(connection.organization).opening
        answer_rollup.count_answers(connection, opening, weeks)
    if batch.posts:
        oldest = min(post.created_at for post in batch.posts)
        since = oldest.astimezone(connection.organization.zone).date()
        rollup.count_weeks(connection, since=None if batch.removed else since)
    elif batch.removed:
        rollup.count_weeks(connection)
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
