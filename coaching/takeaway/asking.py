"""An owner asks for everything the organization has, and fetches it within a week."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.models import Organization, User
from coaching.models import Takeaway
from coaching.takeaway import files

SHOWN = 10
State = Takeaway.State


@dataclass(frozen=True)
class TakeawayLine:
    """One file; `percent` is how far it is, None where that is not known; `fetch` where it can be had."""

    id: int
    asked_at: datetime
    asked_by: str
    state: str
    words: str
    percent: int | None
    size: int
    expires_at: datetime | None
    fetch: bool


@dataclass(frozen=True)
class TakeawayPage:
    """The files of an organization, the newest first; `making` while one is on its way."""

    lines: tuple[TakeawayLine, ...]
    making: bool


def page(organization: Organization, *, now: datetime) -> TakeawayPage:
    """What was asked for lately. One query."""
    found = organization.takeaways.select_related("created_by").order_by("-pk")[:SHOWN]
    lines = tuple(_line(one, now) for one in found)
    return TakeawayPage(lines, any(line.state in (State.WAITING, State.RUNNING) for line in lines))


def _line(one: Takeaway, now: datetime) -> TakeawayLine:
    percent = min(99, 100 * one.done // one.expected) if one.expected else None
    gone = one.state == State.READY and not one.may_be_fetched(now)
    return TakeawayLine(
        id=one.pk,
        asked_at=one.created_at,
        asked_by=str(one.created_by or ""),
        state=State.GONE if gone else one.state,
        words=str((State.GONE if gone else State(one.state)).label),
        percent=percent if one.state == State.RUNNING else None,
        size=one.size,
        expires_at=one.expires_at,
        fetch=one.may_be_fetched(now),
    )


def ask(organization: Organization, *, by: User, now: datetime) -> Takeaway | None:
    """Asks for a new file; the one before goes. None while one is being made already."""
    Organization.objects.select_for_update().get(pk=organization.pk)
    if organization.takeaways.filter(state__in=[State.WAITING, State.RUNNING]).exists():
        return None
    files.discard(organization)
    job: Takeaway = organization.takeaways.create(created_by=by, created_at=now)
    audit.record(organization, "export_asked", by=by, at=now, target=job.pk)
    return job


def fetch(organization: Organization, takeaway_id: int, *, by: User, now: datetime) -> Takeaway | None:
    """The file for whoever fetches it, None where its time is over; the trail remembers who did."""
    with transaction.atomic():
        one: Takeaway | None = organization.takeaways.filter(pk=takeaway_id).first()
        if one is None or not one.may_be_fetched(now) or not files.path(one.file).is_file():
            return None
        audit.record(organization, "export_fetched", by=by, at=now, target=one.pk)
        return one
