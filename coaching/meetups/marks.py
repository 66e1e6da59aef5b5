"""When meetups were, for charts and for the coach."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from accounts.models import Organization
from coaching.models import Meetup

State = Meetup.State


@dataclass(frozen=True)
class MeetupMark:
    """A meetup in a chart of weeks: the day by the organization's clock, and its title."""

    id: int
    day: date
    title: str


def marks(organization: Organization, *, since: datetime, until: datetime) -> tuple[MeetupMark, ...]:
    """The public meetups that begin between two moments, by time. One query."""
    held = organization.meetups.filter(state=State.OPEN, starts_at__gte=since, starts_at__lt=until).order_by(
        "starts_at", "pk"
    )
    return tuple(
        MeetupMark(pk, at.astimezone(organization.zone).date(), title)
        for pk, at, title in held.values_list("pk", "starts_at", "title")
    )


def last_or_next(organization: Organization, *, now: datetime) -> datetime | None:
    """When the last meetup was or the next one is; one still being planned counts while it lies ahead."""
    wanted = Q(state=State.OPEN) | Q(state=State.DRAFT, starts_at__gt=now)
    known = organization.meetups.filter(wanted, created_at__lte=now).order_by("-starts_at")
    found: datetime | None = known.values_list("starts_at", flat=True).first()
    return found


def upcoming(organization: Organization, *, now: datetime, within: timedelta) -> Meetup | None:
    """The next public meetup, if it is near. One query."""
    ahead = organization.meetups.filter(
        state=State.OPEN, starts_at__gt=now, starts_at__lte=now + within
    ).order_by("starts_at", "pk")
    found: Meetup | None = ahead.first()
    return found
