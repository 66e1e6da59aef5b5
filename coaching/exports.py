"""Tables to take away, as CSV: posts, what people wrote, figures by week; sent while they are read.

Texts of the organization's own posts are for owners; of what other people wrote on a network there are ids,
times, labels and links, as the networks' rules ask.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet

from accounts import audit
from accounts.models import Organization, User
from accounts.tenancy import scope
from coaching import answer_rollup, rollup
from coaching.judgement.answering import RunCounts, answer_rate, first_answer_time
from coaching.judgement.figures import WeekCounts, Where, post_figures
from coaching.judgement.intervals import Mean, Median, Share
from coaching.models import AnswerWeek, Connection, Message, Post
from coaching.post_search import ORDERS, wanted_posts

ROWS = 500
"""Rows that are read and sent at once."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_BARE_REPOST = "RT @"

POST_COLUMNS = (
    "id", "network", "account", "posted_at", "where", "kind", "judged_kind", "score", "language", "likes",
    "replies", "shares", "views", "pictures", "judge", "link",
)  # fmt: skip
MESSAGE_COLUMNS = (
    "id", "network", "account", "written_at", "author_id", "conversation_id", "answers_id", "after",
    "wants_answer", "language", "judge", "link",
)  # fmt: skip
WEEK_COLUMNS = (
    "week", "network", "account", "of", "posts", "judged", "converse", "share", "announce", "pitch",
    "social_share", "mean_score", "judge", "answered", "answered_elsewhere", "not_answered", "answer_rate",
    "hours_to_first_answer",
)  # fmt: skip


def note(organization: Organization, table: str, *, by: User, now: datetime) -> None:
    """Writes down that somebody takes a table away: posts, conversations or figures."""
    audit.record(organization, "table_exported", by=by, at=now, table=table)


def posts(organization: Organization, wanted: Mapping[str, Any], *, texts: bool) -> Iterator[str]:
    """The posts that match, the newest first; with their texts where `texts`.

    A bare repost has no text here even then: its words are somebody else's.
    """
    with scope([organization.pk]):
        found = wanted_posts(organization, wanted).select_related("connection")
        order = ORDERS["newest"].column
        yield from lines(
            (*POST_COLUMNS, *(["text"] if texts else [])),
            (_post(post, texts) for post in _read(found.order_by(f"-{order}", "-pk"))),
        )


def messages(organization: Organization) -> Iterator[str]:
    """What people wrote to the organization, the newest first: ids, times, labels and links."""
    with scope([organization.pk]):
        found = organization.messages.select_related("connection").order_by("-created_at", "-pk")
        yield from lines(MESSAGE_COLUMNS, (_message(message) for message in _read(found)))


def weeks(organization: Organization, *, now: datetime) -> Iterator[str]:
    """The figures of every week and account, for the timeline and for everything, the oldest first.

    Shares are 0–1 and empty where they are too few or not known; answers stand beside "everything".
    """
    with scope([organization.pk]):
        accounts = {connection.pk: connection for connection in organization.connections.all()}
        answers = {(week.connection_id, week.monday): week for week in organization.answerweeks.all()}
        counted: dict[tuple[Any, int], list[WeekCounts]] = {}
        for row in organization.weekrollups.order_by("monday", "connection", "-timeline"):
            counts = rollup.week_counts(row, replies_known=accounts[row.connection_id].replies_known)
            counted.setdefault((row.monday, row.connection_id), []).append(counts)
        for connection_id, monday in answers:
            counted.setdefault((monday, connection_id), [])
        rows = (
            _week(monday, accounts[pk], where, counts, answers.get((pk, monday)), now)
            for (monday, pk), counts in sorted(counted.items(), key=lambda one: one[0])
            for where in Where
        )
        yield from lines(WEEK_COLUMNS, rows)


def safe(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula: an apostrophe goes before what could begin one."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


class _Line:
    """A file for the CSV writer that hands every line back."""

    def write(self, line: str) -> str:
        return line


def lines(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """A table as CSV, in bundles of lines; it begins with a mark without which Excel garbles accents."""
    writer = csv.writer(_Line())
    bundle = ["\ufeff", writer.writerow(columns)]
    for row in rows:
        bundle.append(writer.writerow([safe(_plain(value)) for value in row]))
        if len(bundle) >= ROWS:
            yield "".join(bundle)
            bundle = []
    yield "".join(bundle)


def _read(rows: QuerySet[Any]) -> Iterator[Any]:
    return rows.iterator(chunk_size=ROWS)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else value


def _account(connection: Connection) -> tuple[str, str]:
    return connection.network, connection.handle or connection.name


def _post(post: Post, texts: bool) -> tuple[Any, ...]:
    told = (
        post.external_id, *_account(post.connection), post.created_at, post.surface, post.kind,
        post.judged_kind, post.score, post.language, post.likes, post.replies, post.shares, post.views,
        post.media, post.judge, post.url,
    )  # fmt: skip
    if not texts:
        return told
    return *told, own_text(post)


def own_text(post: Post) -> str:
    """The words of a post, nothing for a bare repost: those are somebody else's."""
    return "" if post.text.startswith(_BARE_REPOST) else post.text


def _message(message: Message) -> tuple[Any, ...]:
    return (
        message.external_id, *_account(message.connection), message.created_at, message.author_id,
        message.conversation_id, message.parent_id, message.intent, message.wants_answer, message.language,
        message.judge, message.url,
    )  # fmt: skip


def _week(
    monday: Any,
    connection: Connection,
    where: Where,
    counts: list[WeekCounts],
    answered: AnswerWeek | None,
    now: datetime,
) -> tuple[Any, ...]:
    mine = [week for week in counts if where is Where.EVERYTHING or week.group.value == where.value]
    known = connection.replies_known or where is Where.TIMELINE
    figures = post_figures(mine, where)
    share, score = figures.social_share, figures.mean_score
    judges = {week.judge for week in mine if week.judged}
    runs = answer_rollup.run_counts(answered) if answered and where is Where.EVERYTHING else None
    return (
        monday.isoformat(),
        *_account(connection),
        where.value,
        *(
            sum(getattr(week, name) for week in mine) if known else None
            for name in ("posts", "judged", "converse", "share", "announce", "pitch")
        ),
        round(share.value, 4) if isinstance(share, Share) else None,
        round(score.value, 1) if isinstance(score, Mean) else None,
        judges.pop() if len(judges) == 1 else None,
        *_answers(runs, now),
    )


def _answers(runs: RunCounts | None, now: datetime) -> tuple[Any, ...]:
    if runs is None:
        return (None,) * 5
    rate, wait = answer_rate(runs, now), first_answer_time(runs, now)
    return (
        len(runs.answer_hours),
        runs.elsewhere,
        len(runs.waiting_since),
        round(rate.value, 4) if isinstance(rate, Share) else None,
        round(wait.value, 2) if isinstance(wait, Median) and wait.value is not None else None,
    )
