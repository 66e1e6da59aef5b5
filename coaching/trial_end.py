"""The end of a trial that nobody kept: everything of it is erased, its one user included."""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from accounts.models import Membership, Organization, Trial, User
from accounts.trials import opening
from coaching.erasing import carrying_out
from coaching.models import Erasure

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=30)


def due(now: datetime) -> list[int]:
    """Ids of the trials that are to be erased and that nobody erases."""
    return list(_free(now).order_by("erase_at").values_list("pk", flat=True)[:500])


def claim(trial_id: int, *, now: datetime) -> Trial | None:
    """The trial, for whoever asks first; from here on it cannot be kept."""
    if not _free(now).filter(pk=trial_id).update(lease_until=now + LEASE):
        return None
    return Trial.objects.get(pk=trial_id)


def _free(now: datetime) -> QuerySet[Trial]:
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    return Trial.objects.filter(free, erase_at__lte=now, kept_at__isnull=True, erased_at__isnull=True)


def erase(trial: Trial, *, now: datetime) -> None:
    """Erases a claimed trial. What is not done in this try, or by this worker, is done in the next one."""
    organization = opening.organization_of(trial)
    if organization is not None and not _erase(organization, now):
        return
    if trial.user is not None:
        _let_go(trial.user)
    Trial.objects.filter(pk=trial.pk).update(
        erased_at=now, erase_at=None, lease_until=None, email="", name=""
    )


def _erase(organization: Organization, now: datetime) -> bool:
    """The same as when an owner has an organization deleted, without the fortnight and without a mail."""
    erasure, _ = Erasure.objects.get_or_create(
        organization=organization.pk,
        undone_at=None,
        defaults={"code": secrets.token_urlsafe(18), "asked_at": now, "due_at": now},
    )
    Erasure.objects.filter(pk=erasure.pk, due_at__gt=now).update(due_at=now)
    mine = carrying_out.claim(erasure.pk, now=now)
    return mine is not None and carrying_out.carry_out(mine, now=now)


def _let_go(user: User) -> None:
    """The user that the trial made, unless they have a password or belong to somebody else by now."""
    if user.has_usable_password() or Membership.objects.filter(user=user).exists():
        return
    try:
        with transaction.atomic():
            user.delete()
    except IntegrityError:
        log.warning("user %s is named elsewhere and stays without a password", user.pk)
