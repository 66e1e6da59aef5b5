"""The trail as CSV, sent while it is read; it keeps ids beside the names, which may change."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from accounts import audit
from accounts.models import AuditEvent, Organization, User
from accounts.tenancy import scope
from coaching import exports
from coaching.trail.page import Line, Wanted, in_words, newest_first

COLUMNS = (
    "at", "who", "who_id", "practice", "token", "deed", "in_words", "about", "target", "details", "address",
)  # fmt: skip


def note(organization: Organization, *, by: User, now: datetime) -> None:
    """Writes into the trail that it was taken away."""
    audit.record(organization, "trail_exported", by=by, at=now)


def lines(organization: Organization, wanted: Wanted) -> Iterator[str]:
    """What matches, the newest first, in a transaction of its own."""
    with scope([organization.pk]):
        yield from exports.lines(COLUMNS, _rows(organization, wanted))


def _rows(organization: Organization, wanted: Wanted) -> Iterator[tuple[object, ...]]:
    events = newest_first(organization, wanted).iterator(chunk_size=exports.ROWS)
    while bundle := list(islice(events, exports.ROWS)):
        for event, line in zip(bundle, in_words(organization, bundle), strict=True):
            yield _row(event, line)


def _row(event: AuditEvent, line: Line) -> tuple[object, ...]:
    return (
        event.at, line.who, event.actor_id, line.practice, line.token, event.action, line.did, line.about,
        event.target, line.details, line.address,
    )  # fmt: skip
