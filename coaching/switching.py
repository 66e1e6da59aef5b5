"""Moves an organization from one judge to another in one statement each for posts and messages.

New verdicts gather in temporary tables of the worker's database session, so a worker that dies leaves all
as it was. Each staged row remembers which version of the post it was given for (PostgreSQL's xmin): what was
stored, edited or counted anew in the meantime is told by `forget_late_posts` and `forget_late_messages`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection as database

from coaching.judgement.messages import MessageVerdict
from coaching.judgement.verdict import Verdict
from coaching.models import Connection
from coaching.storing import JUDGED, StagedPost, copy_rows, verdict_row

_LATE = (
    "WHERE {1}.organization_id = %s AND {1}.connection_id = %s AND NOT EXISTS ("
    "SELECT FROM staged_{0} AS staged WHERE staged.id = {1}.id AND staged.seen = {1}.xmin::text)"
)
HEARD = "intent wants_answer language judge".split()


@dataclass(frozen=True, slots=True)
class Standing:
    """A stored post or message, its version, and what the judge needs of it."""

    id: int
    seen: str
    text: str
    post: StagedPost | None = None


def stage() -> None:
    """Opens empty staging tables for this session; earlier ones are thrown away."""
    with database.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS staged_judgement, staged_hearing")
        cursor.execute(
            f"CREATE TEMPORARY TABLE staged_judgement AS SELECT id, connection_id, external_id, "
            f"xmin::text AS seen, {', '.join(JUDGED)} FROM coaching_post LIMIT 0"
        )
        cursor.execute(
            f"CREATE TEMPORARY TABLE staged_hearing AS SELECT id, connection_id, xmin::text AS seen, "
            f"{', '.join(HEARD)} FROM coaching_message LIMIT 0"
        )


def posts_after(
    connection: Connection, after: tuple[datetime | str, int], size: int
) -> tuple[list[Standing], tuple[datetime | str, int]]:
    """The next posts of a connection in order of time, and the key to go on from."""
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT id, xmin::text, external_id, created_at, text, surface, reply_to->>'handle', "
            "shared_from->>'handle', links <> '{}', media > 0 FROM coaching_post "
            "WHERE organization_id = %s AND connection_id = %s AND (created_at, id) > (%s, %s) "
            "ORDER BY created_at, id LIMIT %s",
            [connection.organization_id, connection.pk, *after, size],
        )
        found = [Standing(pk, seen, rest[2], StagedPost(*rest)) for pk, seen, *rest in cursor.fetchall()]
    if not found:
        return [], after
    last = found[-1]
    assert last.post is not None  # noqa: S101 — built just above
    return found, (last.post.created_at, last.id)


def messages_after(connection: Connection, after: int, size: int) -> list[Standing]:
    """The next messages of a connection."""
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT id, xmin::text, text FROM coaching_message "
            "WHERE organization_id = %s AND connection_id = %s AND id > %s ORDER BY id LIMIT %s",
            [connection.organization_id, connection.pk, after, size],
        )
        return [Standing(*row) for row in cursor.fetchall()]


def add_posts(connection: Connection, judged: Iterable[tuple[Standing, int, Verdict]], version: str) -> None:
    """Stages verdicts, each with its post and the number of near-copies before it."""
    copy_rows(
        "staged_judgement",
        ["id", "connection_id", "external_id", "seen", *JUDGED],
        (
            (one.id, connection.pk, one.post.external_id, one.seen, *verdict_row(repeats, verdict, version))
            for one, repeats, verdict in judged
            if one.post is not None
        ),
    )


def add_messages(
    connection: Connection, judged: Iterable[tuple[Standing, MessageVerdict]], version: str
) -> None:
    """Stages what messages are after."""
    copy_rows(
        "staged_hearing",
        ["id", "connection_id", "seen", *HEARD],
        (
            (
                one.id, connection.pk, one.seen,
                verdict.intent, verdict.wants_answer, verdict.language, version,
            )
            for one, verdict in judged
        ),
    )  # fmt: skip


def forget_late_posts(connection: Connection) -> datetime | None:
    """The moment of the first post that has come or changed since it was staged, or None.

    The verdicts from that moment on are forgotten: a post that comes late makes later ones its near-copies.
    """
    with database.cursor() as cursor:
        cursor.execute(
            f"SELECT min(post.created_at) FROM coaching_post AS post {_LATE.format('judgement', 'post')}",
            [connection.organization_id, connection.pk],
        )
        first: datetime | None = cursor.fetchone()[0]
        cursor.execute(
            "DELETE FROM staged_judgement AS staged USING coaching_post AS post "
            "WHERE post.organization_id = %s AND post.id = staged.id AND staged.connection_id = %s "
            "AND post.created_at >= %s",
            [connection.organization_id, connection.pk, first],
        )
    return first


def forget_late_messages(connection: Connection) -> set[int]:
    """Messages that have come or changed since they were staged; what was found of them is forgotten."""
    with database.cursor() as cursor:
        cursor.execute(
            f"SELECT message.id FROM coaching_message AS message {_LATE.format('hearing', 'message')}",
            [connection.organization_id, connection.pk],
        )
        late = {pk for (pk,) in cursor.fetchall()}
        cursor.execute("DELETE FROM staged_hearing WHERE id = ANY(%s)", [list(late)])
    return late


def switch_posts(organization_id: int) -> None:
    """Gives all posts their staged verdicts; where an editor has corrected the kind, that kind counts."""
    judged = ", ".join(f"staged.{name}" for name in JUDGED)
    _switch(
        f"""
        UPDATE coaching_post AS post
        SET (kind, {", ".join(JUDGED)}) = ROW(COALESCE(correction.kind, staged.judged_kind), {judged})
        FROM staged_judgement AS staged
        JOIN coaching_connection AS connection
            ON connection.organization_id = %(organization)s AND connection.id = staged.connection_id
        LEFT JOIN coaching_correction AS correction
            ON correction.organization_id = %(organization)s AND correction.network = connection.network
            AND correction.account = connection.external_id AND correction.post = staged.external_id
        WHERE post.organization_id = %(organization)s AND post.id = staged.id
        """,
        organization_id,
    )


def switch_messages(organization_id: int) -> None:
    """Gives all messages what was found about them."""
    heard = ", ".join(f"staged.{name}" for name in HEARD)
    _switch(
        f"""
        UPDATE coaching_message AS message SET ({", ".join(HEARD)}) = ROW({heard})
        FROM staged_hearing AS staged
        WHERE message.organization_id = %(organization)s AND message.id = staged.id
        """,
        organization_id,
    )


def forget() -> None:
    """Drops the staging tables."""
    with database.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS staged_judgement, staged_hearing")


def _switch(statement: str, organization_id: int) -> None:
    with database.cursor() as cursor:
        cursor.execute("ANALYZE staged_judgement, staged_hearing")
        cursor.execute(statement, {"organization": organization_id})
