"""Judges an organization's whole history again when the judge changes, and switches at once.

Verdicts gather beside what is shown; then posts, weeks, suggestions and the version in use change in one
transaction. A worker that dies in between leaves everything as it was, and another begins again. Whoever
stores posts calls `hold` first, so that no figure ever mixes two judges.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta

from django.db import connection as database
from django.db.models import F, Q

from accounts.models import Organization
from accounts.tenancy import scope
from coaching import answer_rollup, coach, judging, opening_times, own_judge, rollup, switching
from coaching.judgement import judge, messages
from coaching.judgement.repetition import RepeatFinder
from coaching.judgement.verdict import Facts
from coaching.models import Connection, OwnJudge
from coaching.switching import Standing

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
BATCH = 2_000
Clock = Callable[[], datetime]
_START = ("-infinity", 0)


def stale(now: datetime, limit: int = 20) -> list[int]:
    """Organizations whose posts or messages stand under another judge than they should.

    Few at a time: after a new version everybody is stale, and imports must not wait behind all of them.
    """
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT organization_id FROM engage_stale_judges(%s, %s, %s, %s)",
            [judge.VERSION, messages.VERSION, now, limit],
        )
        return [pk for (pk,) in cursor.fetchall()]


def claim(organization_id: int, *, now: datetime) -> Organization | None:
    """The organization, for whoever asks first; None while somebody re-judges it or nothing is to be done."""
    with scope([organization_id]):
        organization = Organization.objects.get(pk=organization_id)
        free = organization.ownjudges.filter(
            Q(lease_until__isnull=True) | Q(lease_until__lt=now),
            ~Q(model=judge.VERSION) | ~Q(messages=messages.VERSION) | ~Q(number=F("wanted_number")),
        )
        if not free.update(lease_until=now + LEASE):
            return None
        return organization


def rejudge(organization: Organization, *, clock: Clock) -> None:
    """Judges everything of a claimed organization again and switches; doing it twice changes nothing."""

    def alone() -> AbstractContextManager[None]:
        return scope([organization.pk])

    with alone():
        wanted = _wanted(organization, now=clock())
        connections = list(organization.connections.order_by("pk"))
    switching.stage()
    for connection in connections:
        for _ in _stage(connection, wanted, alone):
            with alone():
                organization.ownjudges.update(lease_until=clock() + LEASE)
    with alone():
        own = own_judge.lock(organization)
        _switch(organization, own, wanted, now=clock())
    log.info("organization %s stands under judge %s", organization.pk, wanted.version)


def hold(organization: Organization, *, now: datetime) -> OwnJudge:
    """The judge that the organization's posts stand under, unchanging until the transaction ends.

    Must be called within the organization's scope before posts are stored. Where history still stands
    under a judge that this program does not have any more, it is judged again first, here and now.
    """
    own = own_judge.lock(organization)
    if (own.model, own.messages) == (judge.VERSION, messages.VERSION):
        return own
    wanted = _wanted(organization, now=now)
    own.refresh_from_db()
    switching.stage()
    for connection in organization.connections.order_by("pk"):
        for _ in _stage(connection, wanted, nullcontext):
            pass
    _switch(organization, own, wanted, now=now)
    return own


def _wanted(organization: Organization, *, now: datetime) -> OwnJudge:
    """The judge to change to; under a new model the checks are asked anew what they want."""
    own = own_judge.of(organization)
    if own.wanted_number and own.fitted_model != judge.VERSION:
        own = own_judge.fit(organization, now=now)
    return OwnJudge(
        model=judge.VERSION, messages=messages.VERSION, intercept=own.wanted, number=own.wanted_number
    )


def _stage(
    connection: Connection, wanted: OwnJudge, each: Callable[[], AbstractContextManager[None]]
) -> Iterator[None]:
    """Stages verdicts for everything of a connection, every batch in a transaction of its own by `each`."""
    organization, finder = connection.organization, RepeatFinder()
    ours = judging.ourselves(connection.handle, organization.also_ours)
    after: tuple[datetime | str, int] = _START
    while True:
        with each():
            posts, after = switching.posts_after(connection, after, BATCH)
            _stage_posts(connection, posts, finder, ours, wanted)
        if not posts:
            break
        yield
    last = 0
    while True:
        with each():
            found = switching.messages_after(connection, last, BATCH)
            _stage_messages(connection, found)
        if not found:
            break
        last = found[-1].id
        yield


def _stage_posts(
    connection: Connection,
    posts: list[Standing],
    finder: RepeatFinder,
    ours: frozenset[str],
    wanted: OwnJudge,
    since: datetime | None = None,
) -> None:
    """Judges posts that follow each other; those before `since` are but remembered as texts."""
    cases: list[tuple[Standing, int]] = []
    facts: list[Facts] = []
    for one in posts:
        if one.post is None:
            continue
        repeats = finder.add(one.post.created_at, one.text)
        if since is None or one.post.created_at >= since:
            cases.append((one, repeats))
            facts.append(judging.facts_of(one.post, connection.network, ours, repeats))
    verdicts = judge.judge(
        [(one.text, fact) for (one, _), fact in zip(cases, facts, strict=True)], intercept=wanted.intercept
    )
    switching.add_posts(
        connection,
        ((one, repeats, verdict) for (one, repeats), verdict in zip(cases, verdicts, strict=True)),
        wanted.version,
    )


def _stage_messages(connection: Connection, found: list[Standing]) -> None:
    verdicts = messages.judge_messages([one.text for one in found])
    switching.add_messages(connection, zip(found, verdicts, strict=True), messages.VERSION)


def _switch(organization: Organization, own: OwnJudge, wanted: OwnJudge, *, now: datetime) -> None:
    """Within one transaction, the judge in use locked: all that is shown changes together."""
    connections = list(organization.connections.order_by("pk"))
    for connection in connections:
        _stage_late(connection, wanted)
    switching.switch_posts(organization.pk)
    switching.switch_messages(organization.pk)
    switching.forget()
    opening = opening_times.working(organization).opening
    for connection in connections:
        rollup.count_weeks(connection)
        if connection.hears_others:
            answer_rollup.count_answers(connection, opening)
    own.model, own.messages = wanted.model, wanted.messages
    own.intercept, own.number = wanted.intercept, wanted.number
    own.switched_at, own.lease_until = now, None
    own.save()
    if connections:
        coach.suggest(organization, now=now)


def _stage_late(connection: Connection, wanted: OwnJudge) -> None:
    """Judges what has come or changed since it was staged; while the judge is locked nothing more comes."""
    first = switching.forget_late_posts(connection)
    if first is not None:
        finder = RepeatFinder()
        ours = judging.ourselves(connection.handle, connection.organization.also_ours)
        after: tuple[datetime | str, int] = (first - finder.window, 0)
        while True:
            posts, after = switching.posts_after(connection, after, BATCH)
            if not posts:
                break
            _stage_posts(connection, posts, finder, ours, wanted, since=first)
    changed = switching.forget_late_messages(connection)
    last = 0
    while changed and (found := switching.messages_after(connection, last, BATCH)):
        _stage_messages(connection, [one for one in found if one.id in changed])
        last = found[-1].id
