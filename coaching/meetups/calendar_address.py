"""The address at which calendars follow an organization's meetups; a new one ends all those before it."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.db.models import F
from django.urls import reverse

from accounts import audit
from accounts.models import Organization, User
from accounts.tenancy import scope

_KEY = signing.Signer(sep=".", salt="engage.meetup.calendar")


@dataclass(frozen=True)
class _Key:
    """Whose calendar, and which of its addresses."""

    organization_id: int
    round: int


def url(organization: Organization) -> str:
    """The address that works now. Needs the organization's scope; one query."""
    key = _signed(_Key(organization.pk, _round(organization)))
    return settings.BASE_URL + reverse("coaching:meet_calendar", args=[key])


def find(key: str) -> Organization | None:
    """Whose calendar that is; None for an address that we did not make, or that has been replaced."""
    read = _read(key)
    organization = Organization.objects.filter(pk=read.organization_id).first() if read else None
    if read is None or organization is None:
        return None
    with scope([organization.pk]):
        return organization if _round(organization) == read.round else None


def renew(organization: Organization, *, by: User, now: datetime) -> None:
    """A new address; whoever has only an old one gets nothing more. Needs the organization's scope."""
    rows = organization.meetupcalendars
    rows.get_or_create(organization=organization, defaults={"renewed_at": now})
    rows.update(round=F("round") + 1, renewed_at=now)
    audit.record(organization, "meetup_calendar_renewed", by=by, at=now)


def _round(organization: Organization) -> int:
    return organization.meetupcalendars.values_list("round", flat=True).first() or 0


def _signed(key: _Key) -> str:
    # The first address is the organization alone, as calendars out there know it.
    return _KEY.sign(f"{key.organization_id}-{key.round}" if key.round else str(key.organization_id))


def _read(key: str) -> _Key | None:
    try:
        told, _, count = _KEY.unsign(key).partition("-")
        return _Key(int(told), int(count or 0))
    except (signing.BadSignature, ValueError):
        return None
