"""The end of a trial that nobody kept: everything of it is erased, its one user included."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet

from accounts.models import Membership, Organization, OrganizationOwned, Trial, User
from accounts.tenancy import scope
from accounts.trials import opening
from coaching import importing

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
    """Erases a claimed trial. A worker that dies in between is followed by another, which does the rest."""
    organization = opening.organization_of(trial)
    if organization is not None:
        _erase(organization)
    if trial.user is not None:
        _let_go(trial.user)
    Trial.objects.filter(pk=trial.pk).update(
        erased_at=now, erase_at=None, lease_until=None, email="", name=""
    )


def _erase(organization: Organization) -> None:
    """Every row and file of an organization; which tables there are is read from the models."""
    with scope([organization.pk]):
        uploads = organization.imports.exclude(upload="").values_list("upload", flat=True)
        for place in [importing.upload_path(name) for name in uploads]:
            place.unlink(missing_ok=True)
        with connection.cursor() as cursor:
            # The audit trail lets its rows go only to this.
            cursor.execute("SELECT set_config('engage.erasing', %s, true)", [str(organization.pk)])
        for model in apps.get_models():
            if issubclass(model, OrganizationOwned):
                model.across_organizations.filter(organization=organization)._raw_delete("default")
        for relation in Organization._meta.related_objects:
            outside = relation.related_model
            if not issubclass(outside, OrganizationOwned):
                outside._default_manager.filter(**{relation.field.name: organization}).delete()
        Organization.objects.filter(pk=organization.pk)._raw_delete("default")


def _let_go(user: User) -> None:
    """The user that the trial made, unless they have a password or belong to somebody else by now."""
    if user.has_usable_password() or Membership.objects.filter(user=user).exists():
        return
    try:
        with transaction.atomic():
            user.delete()
    except IntegrityError:
        log.warning("user %s is named elsewhere and stays without a password", user.pk)
