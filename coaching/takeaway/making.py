"""A worker makes the file, bundle by bundle, so that memory does not grow with the organization.

A worker that dies leaves an unfinished file and a lease that runs out; the next one begins anew.
"""

import json
import logging
import uuid
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import IO, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection as database
from django.db.models import F, Q

from accounts.models import Organization
from accounts.tenancy import scope
from coaching import exports, pending_mails
from coaching.models import Takeaway
from coaching.takeaway import files, readme
from coaching.takeaway.parts import Part, Row, parts, plain

log = logging.getLogger(__name__)
KEPT = timedelta(days=7)
ATTEMPTS = 5
State = Takeaway.State
Clock = Callable[[], datetime]
Progress = Callable[[int], None]


class Over(Exception):
    """Somebody else makes this file now, or it is not wanted any more."""


def due(now: datetime, limit: int = 200) -> list[tuple[int, int]]:
    """(organization, takeaway) of what nobody works on, and of files whose time is over."""
    with database.cursor() as cursor:
        cursor.execute("SELECT organization_id, id FROM engage_takeaways(%s, %s)", [now, limit])
        return cursor.fetchall()


def claim(organization_id: int, takeaway_id: int, *, now: datetime) -> Takeaway | None:
    """The file to make, for whoever asks first; one whose time is over is deleted instead."""
    with scope([organization_id]):
        mine = Takeaway.across_organizations.filter(pk=takeaway_id)
        free = mine.filter(
            Q(lease_until__isnull=True) | Q(lease_until__lt=now), state__in=[State.WAITING, State.RUNNING]
        )
        taken = free.update(
            state=State.RUNNING, lease_until=now + settings.EXPORT_LEASE, attempts=F("attempts") + 1, done=0
        )
        job: Takeaway | None = mine.select_related("organization", "created_by").first()
        if job is None:
            return None
        if not taken:
            if job.state == State.READY and not job.may_be_fetched(now):
                files.remove(job.file)
                mine.update(state=State.GONE, file="")
            return None
        files.remove(job.file) if job.file else None
        if job.attempts > ATTEMPTS:
            mine.update(state=State.FAILED, lease_until=None, finished_at=now, file="")
            return None
        job.file = f"{uuid.uuid4().hex}.zip"
        mine.update(file=job.file)
        return job


def make(job: Takeaway, *, clock: Clock) -> None:
    """Writes a claimed file whole, then says that it is ready and writes the mail down."""
    place = files.path(job.file)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with place.open("xb") as file:
            place.chmod(0o600)
            _write(file, job, clock)
        _finish(job, place.stat().st_size, clock())
    except Over:
        log.info("takeaway %s of organization %s has ended elsewhere", job.pk, job.organization_id)
        place.unlink(missing_ok=True)


def _write(file: IO[bytes], job: Takeaway, clock: Clock) -> None:
    organization = job.organization
    wanted = parts()
    counts = {part.name: part.count(organization) for part in wanted}
    written = 0

    def progress(rows: int) -> None:
        nonlocal written
        written += rows
        _still_mine(job, clock(), done=written, expected=2 * sum(counts.values()))

    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", readme.text(organization, wanted, counts, made_at=clock()))
        for part in wanted:
            with archive.open(f"csv/{part.name}.csv", "w", force_zip64=True) as table:
                for text in exports.lines(part.columns, _cells(part, organization, progress)):
                    table.write(text.encode())
            with archive.open(f"json/{part.name}.json", "w", force_zip64=True) as listing:
                for text in _listing(part, organization, progress):
                    listing.write(text.encode())


def _cells(part: Part, organization: Organization, progress: Progress) -> Iterator[list[Any]]:
    for bundle in part.rows(organization):
        for row in bundle:
            yield [_cell(row[column]) for column in part.columns]
        progress(len(bundle))


def _cell(value: Any) -> Any:
    value = plain(value)
    return _json(value) if isinstance(value, (list, dict, tuple)) else value


def _listing(part: Part, organization: Organization, progress: Progress) -> Iterator[str]:
    """The rows as one JSON list, a row a line."""
    before = "[\n"
    for bundle in part.rows(organization):
        yield before + ",\n".join(_json(_object(row)) for row in bundle) if bundle else ""
        before = ",\n" if bundle else before
        progress(len(bundle))
    yield "[]\n" if before == "[\n" else "\n]\n"


def _object(row: Row) -> Row:
    return {name: plain(value) for name, value in row.items()}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder)


def _still_mine(job: Takeaway, now: datetime, **values: object) -> None:
    with scope([job.organization_id]):
        mine = Takeaway.across_organizations.filter(
            pk=job.pk, state=State.RUNNING, attempts=job.attempts, file=job.file
        )
        if not mine.update(lease_until=now + settings.EXPORT_LEASE, **values):
            raise Over


def _finish(job: Takeaway, size: int, now: datetime) -> None:
    ended = {"state": State.READY, "lease_until": None, "finished_at": now, "expires_at": now + KEPT}
    with scope([job.organization_id]):
        mine = Takeaway.across_organizations.filter(
            pk=job.pk, state=State.RUNNING, attempts=job.attempts, file=job.file
        )
        if not mine.update(**ended, size=size):
            raise Over
        if job.created_by:
            pending_mails.put("export_ready", job.created_by.email, organization=job.organization, now=now)
