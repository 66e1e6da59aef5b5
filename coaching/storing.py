"""Stores posts and messages by the thousand: COPY into a temporary table, then one upsert.

Row-level security does not allow COPY into the tables themselves. A staged post is invisible until
`upsert_posts`, so a reader that dies half-way leaves nothing behind.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from django.db import connection as database

from coaching.judgement.verdict import Kind, Verdict
from coaching.models import Connection, Post
from coaching.networks.contract import FeedMessage, FeedPost, Person

CONTENT = (
    "external_id created_at text surface conversation_id parent_id reply_to shared_from quotes_id "
    "mentions links media likes replies shares views edited_at url"
).split()
JUDGED = "judged_kind score probabilities basis reasons language by_structure_only repeats judge".split()
# A source that does not tell must not wipe out what another one told.
KEPT_WHEN_UNKNOWN = {
    "conversation_id", "parent_id", "reply_to", "shared_from", "quotes_id",
    "likes", "replies", "shares", "views", "edited_at", "url",
}  # fmt: skip
MESSAGE = (
    "external_id created_at text author_id author_handle author_name conversation_id parent_id url edited_at "
    "intent wants_answer language judge"
).split()

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True)
class Stored:
    """How many rows were new, changed, or already there as they are."""

    new: int = 0
    updated: int = 0
    skipped: int = 0

    def __add__(self, other: "Stored") -> "Stored":
        return Stored(self.new + other.new, self.updated + other.updated, self.skipped + other.skipped)


def stage_posts() -> None:
    """Opens an empty staging table for this session; an earlier one is thrown away."""
    with database.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS staged_post, staged_verdict")
        cursor.execute(
            f"CREATE TEMPORARY TABLE staged_post AS SELECT {', '.join(CONTENT)} FROM coaching_post LIMIT 0"
        )
        cursor.execute(
            f"CREATE TEMPORARY TABLE staged_verdict AS SELECT external_id, {', '.join(JUDGED)} "
            "FROM coaching_post LIMIT 0"
        )


def add_posts(posts: Iterable[FeedPost]) -> None:
    """Adds posts to the staging table."""
    copy_rows("staged_post", CONTENT, (_post_row(post) for post in posts))


def forget_verdicts() -> None:
    """Throws the staged verdicts away, so that the staged posts can be judged again."""
    with database.cursor() as cursor:
        cursor.execute("DELETE FROM staged_verdict")


def add_verdicts(verdicts: Iterable[tuple[str, int, Verdict]], version: str) -> None:
    """Adds verdicts for staged posts, each with the post's external id and its number of repeats."""
    copy_rows(
        "staged_verdict",
        ["external_id", *JUDGED],
        (
            (external_id, *verdict_row(repeats, verdict, version))
            for external_id, repeats, verdict in verdicts
        ),
    )


def unstage(external_ids: Sequence[str]) -> None:
    """Takes posts out of the staging table again."""
    if external_ids:
        with database.cursor() as cursor:
            cursor.execute("DELETE FROM staged_post WHERE external_id = ANY(%s)", [list(external_ids)])


def staged_people() -> list[str]:
    """Everybody whom staged posts answer, share or mention: ids, and handles as @handle in lower case."""
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT reply_to->>'id' FROM staged_post WHERE reply_to->>'id' IS NOT NULL "
            "UNION SELECT shared_from->>'id' FROM staged_post WHERE shared_from->>'id' IS NOT NULL "
            "UNION SELECT '@' || lower(reply_to->>'handle') FROM staged_post WHERE reply_to ? 'handle' "
            "UNION SELECT '@' || lower(shared_from->>'handle') FROM staged_post WHERE shared_from ? 'handle' "
            "UNION SELECT '@' || lower(unnest(mentions)) FROM staged_post"
        )
        return [one for (one,) in cursor.fetchall() if one]


def unname(people: Sequence[str]) -> None:
    """Takes people, by id or as @handle, out of the staged posts that answer, mention or share them."""
    if people:
        theirs = list(people)
        with database.cursor() as cursor:
            for column in ("reply_to", "shared_from"):
                cursor.execute(
                    f"UPDATE staged_post SET mentions = array_remove(mentions, {column}->>'handle'), "
                    f"{column} = NULL WHERE {column}->>'id' = ANY(%s) "
                    f"OR '@' || lower({column}->>'handle') = ANY(%s)",
                    [theirs, theirs],
                )
            cursor.execute(
                "UPDATE staged_post SET mentions = ARRAY(SELECT one FROM unnest(mentions) AS one "
                "WHERE '@' || lower(one) <> ALL(%s)) "
                "WHERE EXISTS (SELECT FROM unnest(mentions) AS one WHERE '@' || lower(one) = ANY(%s))",
                [theirs, theirs],
            )


def staged_summary() -> dict[str, Any]:
    """How many posts are staged in all and by surface, and the first and last moment in ISO 8601 UTC."""
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT surface, count(DISTINCT external_id), min(created_at), max(created_at) "
            "FROM staged_post GROUP BY surface"
        )
        rows = cursor.fetchall()
    counts: dict[str, Any] = dict.fromkeys(Post.Surface.values, 0)
    counts.update({surface: count for surface, count, _, _ in rows})
    counts["posts"] = sum(count for _, count, _, _ in rows)
    counts["first"] = _utc(min((first for _, _, first, _ in rows), default=None))
    counts["last"] = _utc(max((last for _, _, _, last in rows), default=None))
    return counts


def _utc(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None


@dataclass(frozen=True, slots=True)
class StagedPost:
    """What the judge needs of a staged post; `reply_to` and `shared_from` are handles."""

    external_id: str
    created_at: datetime
    text: str
    surface: str
    reply_to: str | None
    shared_from: str | None
    link: bool
    media: bool


_JUDGED_OF = (
    "SELECT external_id, created_at, text, surface, reply_to->>'handle', shared_from->>'handle', "
    "links <> '{}', media > 0 FROM staged_post "
)


def newest_staged(many: int) -> list[StagedPost]:
    """The newest staged posts, at most so many."""
    with database.cursor() as cursor:
        cursor.execute(_JUDGED_OF + "ORDER BY created_at DESC, external_id LIMIT %s", [many])
        return [StagedPost(*row) for row in cursor.fetchall()]


def staged_posts(size: int) -> Iterator[list[StagedPost]]:
    """Staged posts in order of time, `size` at a time, each a short read so that nothing is held open."""
    with database.cursor() as cursor:
        cursor.execute("CREATE INDEX ON staged_post (created_at, external_id)")
        cursor.execute("ANALYZE staged_post")
    after: tuple[Any, ...] = ("-infinity", "")
    while True:
        with database.cursor() as cursor:
            cursor.execute(
                _JUDGED_OF + "WHERE (created_at, external_id) > (%s, %s) "
                "ORDER BY created_at, external_id LIMIT %s",
                [*after, size],
            )
            rows = [StagedPost(*row) for row in cursor.fetchall()]
        if not rows:
            return
        yield rows
        after = (rows[-1].created_at, rows[-1].external_id)


def upsert_posts(connection: Connection) -> Stored:
    """Moves all staged posts with their verdicts into the connection, once each, and empties the stage.

    Where an editor has corrected the kind of a post, that kind counts.
    """
    columns = [*CONTENT, "kind", *JUDGED]
    values = ", ".join(
        f"COALESCE(excluded.{name}, post.{name})" if name in KEPT_WHEN_UNKNOWN else f"excluded.{name}"
        for name in columns
    )
    with database.cursor() as cursor:
        cursor.execute(
            f"""
            WITH arrived AS (
                INSERT INTO coaching_post AS post (organization_id, connection_id, {", ".join(columns)})
                SELECT DISTINCT ON (external_id) %s, %s, {", ".join(f"staged_post.{c}" for c in CONTENT)},
                       COALESCE(correction.kind, staged_verdict.judged_kind),
                       {", ".join(f"staged_verdict.{c}" for c in JUDGED)}
                FROM staged_post JOIN staged_verdict USING (external_id)
                LEFT JOIN coaching_correction AS correction
                    ON correction.organization_id = %s AND correction.network = %s
                    AND correction.account = %s AND correction.post = external_id
                ORDER BY external_id, edited_at DESC NULLS LAST
                ON CONFLICT (organization_id, connection_id, external_id)
                DO UPDATE SET ({", ".join(columns)}) = ROW({values})
                WHERE ({", ".join(f"post.{c}" for c in columns)}) IS DISTINCT FROM ({values})
                RETURNING (xmax = 0) AS fresh
            )
            SELECT count(*) FILTER (WHERE fresh), count(*) FILTER (WHERE NOT fresh),
                   (SELECT count(DISTINCT external_id) FROM staged_post)
            FROM arrived
            """,
            [
                connection.organization_id, connection.pk,
                connection.organization_id, connection.network, connection.external_id,
            ],
        )  # fmt: skip
        new, updated, staged = cursor.fetchone()
        cursor.execute("DROP TABLE staged_post, staged_verdict")
    return Stored(new, updated, staged - new - updated)


def upsert_messages(connection: Connection, messages: Sequence[tuple[FeedMessage, dict[str, Any]]]) -> Stored:
    """Stores messages of others with what was found about them (intent, wants_answer, language, judge)."""
    if not messages:
        return Stored()
    values = ", ".join(
        f"COALESCE(excluded.{name}, message.{name})" if name in KEPT_WHEN_UNKNOWN else f"excluded.{name}"
        for name in MESSAGE
    )
    with database.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS staged_message")
        cursor.execute(
            f"CREATE TEMPORARY TABLE staged_message AS SELECT {', '.join(MESSAGE)} "
            "FROM coaching_message LIMIT 0"
        )
        copy_rows("staged_message", MESSAGE, (_message_row(message, found) for message, found in messages))
        cursor.execute(
            f"""
            WITH arrived AS (
                INSERT INTO coaching_message AS message (organization_id, connection_id, {", ".join(MESSAGE)})
                SELECT DISTINCT ON (external_id) %s, %s, {", ".join(MESSAGE)} FROM staged_message
                ORDER BY external_id, edited_at DESC NULLS LAST
                ON CONFLICT (organization_id, connection_id, external_id)
                DO UPDATE SET ({", ".join(MESSAGE)}) = ROW({values})
                WHERE ({", ".join(f"message.{c}" for c in MESSAGE)}) IS DISTINCT FROM ({values})
                RETURNING (xmax = 0) AS fresh
            )
            SELECT count(*) FILTER (WHERE fresh), count(*) FILTER (WHERE NOT fresh) FROM arrived
            """,
            [connection.organization_id, connection.pk],
        )
        new, updated = cursor.fetchone()
        cursor.execute("DROP TABLE staged_message")
    return Stored(new, updated, len({m.external_id for m, _ in messages}) - new - updated)


def _post_row(post: FeedPost) -> tuple[Any, ...]:
    return (
        post.external_id, post.created_at, post.text, post.surface.value,
        post.conversation_id, post.parent_id,
        _person(post.reply_to), _person(post.shared_from), post.quotes_id,
        _array(post.mentions), _array(post.links), post.media,
        *astuple(post.metrics), post.edited_at, post.url,
    )  # fmt: skip


def verdict_row(repeats: int, verdict: Verdict, version: str) -> tuple[Any, ...]:
    """A verdict as the columns JUDGED."""
    reasons = [[r.code, round(r.weight, 4), r.start, r.end, dict(r.params)] for r in verdict.reasons]
    probabilities = ",".join(repr(round(verdict.probabilities[kind], 4)) for kind in Kind)
    return (
        verdict.kind, verdict.score, "{" + probabilities + "}", verdict.basis.value,
        orjson.dumps(reasons).decode(), verdict.language, verdict.by_structure_only, repeats, version,
    )  # fmt: skip


def _message_row(message: FeedMessage, found: dict[str, Any]) -> tuple[Any, ...]:
    author = message.author
    return (
        message.external_id, message.created_at, message.text, author.external_id, author.handle, author.name,
        message.conversation_id, message.parent_id, message.url, message.edited_at,
        found["intent"], found["wants_answer"], found["language"], found["judge"],
    )  # fmt: skip


def _person(person: Person | None) -> str | None:
    if person is None:
        return None
    return orjson.dumps({"id": person.external_id, "handle": person.handle, "name": person.name}).decode()


def _array(values: tuple[str, ...]) -> str:
    if not values:
        return "{}"
    quoted = (value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return '{"' + '","'.join(quoted) + '"}'


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """COPY into a temporary table of this session; None is NULL."""
    lines = io.StringIO()
    for row in rows:
        lines.write("\t".join(["\\N" if value is None else str(value).translate(_ESCAPES) for value in row]))
        lines.write("\n")
    lines.seek(0)
    with database.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", lines)
