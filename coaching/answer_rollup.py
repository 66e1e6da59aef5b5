"""Counts how the people of each week were answered; counting again gives the same rows.

A run belongs to the week of its arrival, so a late answer changes an old week. Only weeks in which somebody
spoke in a thread that changed are counted again.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from hashlib import sha256

from django.db import connection as database
from django.db.models import Q, QuerySet

from coaching import conversations
from coaching.judgement.answering import Run, RunCounts, count_runs
from coaching.judgement.opening import Opening
from coaching.judgement.weeks import week_bounds, week_of
from coaching.models import AnswerWeek, Connection, Message, Post
from coaching.networks.contract import FeedMessage, FeedPost

BATCH = 1_000


def touched(
    connection: Connection,
    *,
    posts: Sequence[FeedPost] = (),
    messages: Sequence[FeedMessage] = (),
    removed: Collection[str] = (),
) -> set[date]:
    """The weeks whose answers may change by what has come, or by what is about to be removed.

    To be asked after storing and before removing. Posts that speak to nobody change nothing.
    """
    ids = {*removed, *(message.external_id for message in messages)}
    threads = {message.conversation_id for message in messages}
    for post in posts:
        threads.add(post.conversation_id)
        if post.parent_id:
            ids.add(post.parent_id)
    gone = Post.across_organizations.filter(
        organization=connection.organization_id, connection=connection, external_id__in=removed
    )
    for conversation_id, parent_id in gone.values_list("conversation_id", "parent_id"):
        threads.add(conversation_id)
        ids.add(parent_id or "")
    heard = _messages(connection)
    threads |= set(
        heard.filter(external_id__in=ids)
        .exclude(conversation_id=None)
        .values_list("conversation_id", flat=True)
    )
    threads.discard(None)
    moments = heard.filter(Q(external_id__in=ids | threads) | Q(conversation_id__in=threads))
    zone = connection.organization.zone
    return {week_of(moment, zone) for moment in moments.values_list("created_at", flat=True)}


def weeks_of_thread(connection: Connection, thread: str) -> set[date]:
    """The weeks in which somebody spoke in a thread."""
    moments = _messages(connection).filter(_in_threads([thread])).values_list("created_at", flat=True)
    return {week_of(moment, connection.organization.zone) for moment in moments}


def count_answers(connection: Connection, opening: Opening, mondays: Collection[date] | None = None) -> None:
    """Counts the answers of these weeks anew, or of all weeks where none are given.

    All weeks are counted as well when the opening times or the time zone have changed since.
    """
    mark = fingerprint(opening)
    _one_at_a_time(connection)
    rows = AnswerWeek.across_organizations.filter(
        organization=connection.organization_id, connection=connection
    )
    if mondays is not None and rows.exclude(opening=mark).exists():
        mondays = None
    if mondays is not None:
        if not mondays:
            return
        rows = rows.filter(monday__in=mondays)
    found = runs_of_weeks(connection, mondays)
    judges = _judges(connection, mondays)
    rows.delete()
    by_week: dict[date, list[Run]] = defaultdict(list)
    for run in found:
        by_week[week_of(run.arrived_at, opening.zone)].append(run)
    AnswerWeek.across_organizations.bulk_create(
        (
            _row(connection, monday, count_runs(runs, opening), judges.get(monday, ""), mark)
            for monday, runs in by_week.items()
            if any(run.wants_answer for run in runs)
        ),
        batch_size=BATCH,
    )


def runs_of_weeks(connection: Connection, mondays: Collection[date] | None) -> list[Run]:
    """The runs that arrived in these weeks (or ever), from the whole threads they stand in."""
    heard = _messages(connection)
    if mondays is not None:
        heard = heard.filter(_in_threads(_threads(heard.filter(_in_weeks(connection, mondays)))))
    zone = connection.organization.zone
    return [
        run
        for run in conversations.runs_of(connection.organization, heard)
        if mondays is None or week_of(run.arrived_at, zone) in mondays
    ]


def run_counts(week: AnswerWeek) -> RunCounts:
    """A stored week as the figures take it."""
    return RunCounts(tuple(week.answer_hours), week.elsewhere, tuple(week.waiting_since))


def fingerprint(opening: Opening) -> str:
    """A short name of zone and opening times, to see whether a week was counted with the present ones."""
    said = [str(opening.zone), opening.hours, sorted(day.isoformat() for day in opening.holidays)]
    return sha256(json.dumps(said).encode()).hexdigest()[:40]


def _one_at_a_time(connection: Connection) -> None:
    """Waits until nobody else counts this connection: a pull and a click may come at the same moment."""
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"answers of {connection.pk}"]
        )


def _row(connection: Connection, monday: date, counts: RunCounts, judge: str, mark: str) -> AnswerWeek:
    return AnswerWeek(
        organization_id=connection.organization_id,
        connection=connection,
        monday=monday,
        answer_hours=list(counts.answer_hours),
        elsewhere=counts.elsewhere,
        waiting_since=list(counts.waiting_since),
        judge=judge,
        opening=mark,
    )


def _judges(connection: Connection, mondays: Collection[date] | None) -> dict[date, str]:
    heard = _messages(connection).filter(wants_answer=True)
    if mondays is not None:
        heard = heard.filter(_in_weeks(connection, mondays))
    versions: dict[date, set[str]] = defaultdict(set)
    pairs: Iterable[tuple[datetime, str]] = heard.values_list("created_at", "judge")
    for moment, judge in pairs:
        versions[week_of(moment, connection.organization.zone)].add(judge)
    return {monday: found.pop() if len(found) == 1 else "mixed" for monday, found in versions.items()}


def _messages(connection: Connection) -> "QuerySet[Message]":
    found: QuerySet[Message] = Message.across_organizations.filter(
        organization=connection.organization_id, connection=connection
    )
    return found


def _in_weeks(connection: Connection, mondays: Collection[date]) -> Q:
    wanted = Q(pk__in=[])
    for monday in mondays:
        start, end = week_bounds(monday, connection.organization.zone)
        wanted |= Q(created_at__gte=start, created_at__lt=end)
    return wanted


def _threads(messages: "QuerySet[Message]") -> set[str]:
    pairs = messages.values_list("conversation_id", "external_id")
    return {conversation_id or external_id for conversation_id, external_id in pairs}


def _in_threads(threads: Collection[str]) -> Q:
    return Q(conversation_id__in=threads) | Q(conversation_id=None, external_id__in=threads)
