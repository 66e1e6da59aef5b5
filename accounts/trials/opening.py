"""The link in the mail opens a private organization; signing up keeps it."""

from __future__ import annotations

import secrets
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.utils import is_mfa_enabled
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, organizing
from accounts.models import Organization, Trial, User
from accounts.tenancy import scope
from accounts.trials import ERASED_AFTER, LASTS


def known(trial: Trial) -> bool:
    """Whether the address has an account with a password, which a link in a mail must not open."""
    found = User.objects.filter(email=trial.email).first() if trial.email else trial.user
    if found is None:
        return False
    own = trial.user_id == found.pk
    return not own or found.has_usable_password() or is_mfa_enabled(found)


def enter(trial: Trial, *, now: datetime) -> User | None:
    """Who the link logs in: the trial's own user, made on the first visit; None where it opens nothing.

    They have no password, so the link is the only way in until they choose one; then it is none any more.
    """
    with transaction.atomic():
        # Its user is read after the lock: a second press waits for the first, which has just made them.
        mine = Trial.objects.select_for_update().get(pk=trial.pk)
        state = mine.state(now)
        if known(mine) or state in (Trial.State.LATE, Trial.State.KEPT, Trial.State.ERASED):
            return None
        if state is Trial.State.ASKED:
            _open(mine, now)
        return mine.user


def _open(trial: Trial, now: datetime) -> None:
    user = User.objects.create_user(trial.email)
    EmailAddress.objects.create(user=user, email=trial.email, verified=True, primary=True)
    organization = organizing.create_organization(
        slug=f"trial-{secrets.token_hex(5)}", name=trial.name or _("Your trial"), owner=user
    )
    organization.trial_ends_at = now + LASTS
    organization.save(update_fields=["trial_ends_at"])
    trial.user, trial.organization, trial.opened_at = user, organization.pk, now
    trial.ends_at, trial.erase_at = organization.trial_ends_at, organization.trial_ends_at + ERASED_AFTER
    trial.save()
    with scope([organization.pk]):
        audit.record(organization, "trial_opened", by=user, at=now)


def of(user: User) -> Trial | None:
    """The trial that somebody can still keep. One query."""
    return Trial.objects.filter(user=user, kept_at__isnull=True, erased_at__isnull=True).first()


def organization_of(trial: Trial) -> Organization | None:
    """The trial's organization, while it is there. One query at most."""
    if trial.organization is None:
        return None
    return Organization.objects.filter(pk=trial.organization).first()


def keep(trial: Trial, *, by: User, now: datetime) -> Organization | None:
    """Makes the trial an organization like any other, with everything in it; None where it is gone."""
    with transaction.atomic():
        mine = Trial.objects.select_for_update().filter(pk=trial.pk, user=by, lease_until__isnull=True)
        mine = mine.filter(kept_at__isnull=True, erased_at__isnull=True)
        organization = organization_of(trial)
        if organization is None or not mine.exists():
            return None
        mine.update(kept_at=now, erase_at=None)
        organization.trial_ends_at = None
        organization.save(update_fields=["trial_ends_at"])
        with scope([organization.pk]):
            audit.record(organization, "trial_kept", by=by, at=now)
    return organization
