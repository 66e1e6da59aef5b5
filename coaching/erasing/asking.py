"""An owner has an organization deleted; for two weeks any owner can undo it."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from accounts import audit
from accounts.models import Organization, User
from accounts.practices import mails
from coaching import pending_mails
from coaching.models import Erasure

GRACE = timedelta(days=14)


def running(organization: Organization) -> Erasure | None:
    """The deletion that an organization waits for, if it waits for one. One query."""
    return Erasure.objects.filter(organization=organization.pk, undone_at__isnull=True).first()


@transaction.atomic
def ask(organization: Organization, *, by: User, now: datetime) -> Erasure | None:
    """From now on the organization waits for its end; None where it does so already. Owners get a mail.

    Nothing new is read meanwhile. Needs the organization's scope.
    """
    locked = Organization.objects.select_for_update().get(pk=organization.pk)
    if locked.erase_at is not None:
        return None
    erasure = Erasure.objects.create(
        code=secrets.token_urlsafe(18),
        organization=organization.pk,
        asked_by=by.pk,
        asked_by_email=by.email,
        name=organization.name,
        asked_at=now,
        due_at=now + GRACE,
    )
    _set(organization, erasure.due_at)
    audit.record(organization, "deletion_asked", by=by, at=now)
    _tell_owners("deletion_asked", organization, erasure, by=by, now=now)
    return erasure


@transaction.atomic
def undo(organization: Organization, *, by: User, now: datetime) -> bool:
    """Takes the deletion back; False where there is none, or where it has begun. Needs the scope."""
    Organization.objects.select_for_update().get(pk=organization.pk)
    waiting = Erasure.objects.filter(
        organization=organization.pk,
        undone_at__isnull=True,
        lease_until__isnull=True,
        finished_at__isnull=True,
    )
    erasure = waiting.first()
    if erasure is None or not waiting.update(undone_at=now, asked_by_email="", name=""):
        return False
    _set(organization, None)
    audit.record(organization, "deletion_undone", by=by, at=now)
    _tell_owners("deletion_undone", organization, erasure, by=by, now=now)
    return True


def _set(organization: Organization, erase_at: datetime | None) -> None:
    organization.erase_at = erase_at
    organization.save(update_fields=["erase_at"])


def _tell_owners(name: str, organization: Organization, erasure: Erasure, *, by: User, now: datetime) -> None:
    day = erasure.due_at.astimezone(organization.zone).date()
    told = {"on": day.isoformat(), "who": str(by), "code": erasure.code}
    for address in mails.in_charge(organization, at=now):
        pending_mails.put(name, address, organization=organization, now=now, **told)
