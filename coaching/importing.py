"""Brings an uploaded archive in: read, judge, then everything at once becomes visible.

The file waits in UPLOADS_DIR. While a worker reads it, posts gather in temporary tables of that worker's
own database session; a worker that dies leaves nothing, and the next one begins again.
"""

import logging
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection as database
from django.db.models import F, Q, QuerySet

from accounts import audit
from accounts.models import Organization, User
from accounts.tenancy import scope
from coaching import (
    announcing,
    answer_rollup,
    awaited_archives,
    coach,
    forgetting,
    judging,
    opening_times,
    rejudging,
    rollup,
    storing,
)
from coaching.judgement.repetition import RepeatFinder
from coaching.models import Connection, Import, OwnJudge
from coaching.networks import archives
from coaching.networks.contract import Account, Archive, Unreadable

log = logging.getLogger(__name__)

# The last step is one statement that cannot say how far it is.
STORING_LEASE = timedelta(minutes=15)
KEPT = timedelta(days=7)
BATCH = 5_000
ATTEMPTS = 5
Clock = Callable[[], datetime]


def start(
    organization: Organization,
    *,
    filename: str,
    chunks: Iterable[bytes],
    by: User | None,
    into: Connection | None = None,
) -> Import:
    """Keeps an upload until a worker reads it. Raises Unreadable when it is too big."""
    name = f"{uuid.uuid4().hex}.zip"
    path = upload_path(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with path.open("xb") as file:
            _write_capped(file, chunks)
        job: Import = organization.imports.create(
            filename=filename[:200], upload=name, created_by=by, into=into
        )
        audit.record(organization, "archive_uploaded", by=by, at=job.created_at, target=job.pk)
        return job
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _write_capped(file: IO[bytes], chunks: Iterable[bytes]) -> None:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > settings.UPLOAD_MAX_BYTES:
            raise Unreadable("too_big", limit=settings.UPLOAD_MAX_BYTES)
        file.write(chunk)


def upload_path(name: str) -> Path:
    """Where an upload of this name waits."""
    return Path(settings.UPLOADS_DIR) / name


def discard_orphans(now: datetime) -> int:
    """Deletes uploads that nobody can still want, and says how many.

    An import is read within the day; a file older than KEPT has lost its row, with its organization say.
    """
    folder = Path(settings.UPLOADS_DIR)
    found = [path for path in folder.glob("*.zip") if path.stat().st_mtime < (now - KEPT).timestamp()]
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def unfinished(now: datetime) -> list[tuple[int, int]]:
    """(organization, import) of everything nobody works on, and of files left to delete."""
    with database.cursor() as cursor:
        cursor.execute("SELECT organization_id, id FROM engage_unfinished_imports(%s)", [now])
        return cursor.fetchall()


def claim(organization_id: int, import_id: int, *, now: datetime) -> Import | None:
    """The import, for whoever asks first; None while somebody works on it or when it has ended."""
    with scope([organization_id]):
        mine = Import.across_organizations.filter(
            Q(lease_until__isnull=True) | Q(lease_until__lt=now),
            pk=import_id,
            state__in=[Import.State.WAITING, Import.State.RUNNING],
        )
        taken = mine.update(
            state=Import.State.RUNNING,
            lease_until=now + settings.IMPORT_LEASE,
            attempts=F("attempts") + 1,
            started_at=now,
        )
        job = Import.across_organizations.select_related("organization", "into").filter(pk=import_id).first()
    if job is None:
        return None
    if not taken:
        if job.state in (Import.State.DONE, Import.State.FAILED):
            discard_upload(job)
        return None
    if job.attempts > ATTEMPTS:
        _fail(job, Unreadable("kept_failing"), now)
        return None
    return job


def run(job: Import, *, clock: Clock) -> None:
    """Reads, judges and stores a claimed import, and deletes its file; bad files end it with an error."""
    try:
        archive = archives.open_archive(upload_path(job.upload))
        result = bring_in(
            job.organization,
            archive,
            into=job.into,
            clock=clock,
            progress=lambda stage, done: _progress(job, stage, done, archive.expected, clock()),
            first_look=lambda kinds: _first_look(job, kinds),
            finish=lambda connection, result: _finish(job, connection, result, clock()),
        )
        log.info("import %s of organization %s: %s posts", job.pk, job.organization_id, result["posts"])
    except Unreadable as problem:
        _fail(job, problem, clock())
    except _Over:
        log.info("import %s of organization %s has ended elsewhere", job.pk, job.organization_id)
    discard_upload(job)


class _Over(Exception):
    """Somebody else has ended this import meanwhile, or what it was for was erased."""


def bring_in(
    organization: Organization,
    archive: Archive,
    *,
    clock: Clock,
    into: Connection | None = None,
    progress: Callable[[str, int], None] = lambda stage, done: None,
    first_look: Callable[[dict[str, int]], None] = lambda kinds: None,
    finish: Callable[[Connection, dict[str, Any]], None] = lambda connection, result: None,
) -> dict[str, Any]:
    """Stores an archive's posts, judged, with their weeks and suggestions; all or nothing.

    Returns the counts that `import_archive` prints. Raises Unreadable.
    """
    account = archive.account
    if into is not None and (into.network, into.external_id) != (account.network.value, account.external_id):
        raise Unreadable("another_account", archive=account.handle, connection=into.handle)
    read = _stage(archive, lambda done: progress(Import.Stage.READING, done))
    summary = storing.staged_summary()
    if not summary["posts"]:
        raise Unreadable("no_posts", handle=account.handle)
    with scope([organization.pk]):
        own = rejudging.hold(organization, now=clock())
    ours = judging.ourselves(account.handle, organization.also_ours)
    if kinds := judging.first_look(network=account.network.value, ours=ours, own=own):
        first_look(kinds)
    _judge(organization, account, own, lambda done: progress(Import.Stage.JUDGING, done))
    progress(Import.Stage.STORING, read)
    with scope([organization.pk]):
        held = rejudging.hold(organization, now=clock())
        if held.version != own.version:  # history has been judged again while this archive was read
            storing.forget_verdicts()
            _judge(organization, account, held)
        connection = _connection_for(organization, account)
        awaited_archives.end(organization, connection.network)
        stored = _store(organization, connection, now=clock())
        result = _result(archive, summary, stored)
        finish(connection, result)
    return result


def _stage(archive: Archive, progress: Callable[[int], None]) -> int:
    """Reads the archive to its end; how many posts were read."""
    storing.stage_posts()
    read = 0
    feed = archive.posts()
    while posts := list(islice(feed, BATCH)):
        storing.add_posts(posts)
        read += len(posts)
        progress(read)
    return read


def _store(organization: Organization, connection: Connection, *, now: datetime) -> storing.Stored:
    """Puts what is staged and judged among the connection's posts, and counts and coaches anew."""
    # An older archive still holds what the network has told us to delete since.
    storing.unstage(forgetting.removals_of(connection))
    storing.unname(forgetting.forgotten(connection, storing.staged_people()))
    stored = storing.upsert_posts(connection)
    rollup.count_weeks(connection)
    if connection.hears_others:
        # Old replies of ours may answer what people once wrote.
        answer_rollup.count_answers(connection, opening_times.working(organization).opening)
    coach.suggest(organization, now=now)
    return stored


def _result(archive: Archive, summary: dict[str, Any], stored: storing.Stored) -> dict[str, Any]:
    """The counts that `import_archive` prints; their names are used by others' scripts."""
    return {
        "network": archive.account.network.value,
        "handle": archive.account.handle,
        "posts": summary["posts"],
        "new": stored.new,
        "updated": stored.updated,
        "skipped": stored.skipped,
        "shares": summary["share"],
        "replies": summary["reply"] + summary["comment"],
        "threads": summary["thread"],
        "first": summary["first"],
        "last": summary["last"],
        "warnings": list(archive.warnings),
    }


def _judge(
    organization: Organization,
    account: Account,
    own: OwnJudge,
    progress: Callable[[int], None] = lambda done: None,
) -> None:
    judging.judge_staged(
        network=account.network.value,
        ours=judging.ourselves(account.handle, organization.also_ours),
        finder=RepeatFinder(),
        own=own,
        progress=progress,
    )


def _connection_for(organization: Organization, account: Account) -> Connection:
    connection, _ = Connection.across_organizations.get_or_create(
        organization=organization,
        network=account.network.value,
        external_id=account.external_id,
        defaults={"handle": account.handle, "name": account.name, "access": Connection.Access.ARCHIVE},
    )
    return connection


def _progress(job: Import, stage: str, done: int, expected: int | None, now: datetime) -> None:
    lease = STORING_LEASE if stage == Import.Stage.STORING else settings.IMPORT_LEASE
    with scope([job.organization_id]):
        if not _running(job).update(stage=stage, done=done, expected=expected, lease_until=now + lease):
            raise _Over


def _first_look(job: Import, kinds: dict[str, int]) -> None:
    with scope([job.organization_id]):
        _running(job).update(first_look=kinds)


def _finish(job: Import, connection: Connection, result: dict[str, Any], now: datetime) -> None:
    ended = {"state": Import.State.DONE, "lease_until": None, "finished_at": now}
    if not _running(job).update(connection=connection, result=result, **ended):
        raise _Over
    told = {"import": job.pk, "state": Import.State.DONE, "connection": connection.pk}
    announcing.announce(job.organization, "import.finished", str(job.pk), told, at=now)


def _running(job: Import) -> QuerySet[Import]:
    found: QuerySet[Import] = Import.across_organizations.filter(pk=job.pk, state=Import.State.RUNNING)
    return found


def _fail(job: Import, problem: Unreadable, now: datetime) -> None:
    with scope([job.organization_id]):
        ended = _running(job).update(
            state=Import.State.FAILED,
            error=problem.reason,
            error_params=problem.params,
            lease_until=None,
            finished_at=now,
        )
        if ended:
            told = {"import": job.pk, "state": Import.State.FAILED, "because": problem.reason}
            announcing.announce(job.organization, "import.finished", str(job.pk), told, at=now)
    discard_upload(job)


def discard_upload(job: Import) -> None:
    """Deletes the file of an import that has ended or was erased; doing it twice is fine."""
    if not job.upload:
        return
    with scope([job.organization_id]):
        rows = Import.across_organizations.filter(pk=job.pk)
        if rows.filter(state__in=[Import.State.WAITING, Import.State.RUNNING]).exists():
            return
        upload_path(job.upload).unlink(missing_ok=True)
        rows.update(upload="")
