"""How an organization begins, and what its owners set about it."""

from collections.abc import Mapping
from datetime import datetime
from typing import IO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import addresses, audit, pictures, second_step
from accounts.models import Logo, Membership, Organization, Role, User


@transaction.atomic
def found(*, name: str, timezone: str, owner: User) -> Organization:
    """A new organization for whoever asks for one; raises ValidationError for who owns many already."""
    User.objects.select_for_update(no_key=True).only("pk").get(pk=owner.pk)  # two at once take turns
    most = settings.ORGANIZATIONS_PER_ACCOUNT
    if Membership.objects.filter(user=owner, role=Role.OWNER).count() >= most:
        raise ValidationError(
            _(
                "You own as many organizations as one account may here (%(most)d). "
                "Delete one that nobody needs, or ask those who run this site."
            )
            % {"most": most}
        )
    return create_organization(slug=addresses.free(name), name=name, owner=owner, timezone=timezone)


@transaction.atomic
def create_organization(
    *, slug: str, name: str, owner: User, timezone: str = "Europe/London"
) -> Organization:
    """A new organization with its owner. Raises ValidationError where a value cannot be used."""
    organization = create_without_owner(slug=slug, name=name, timezone=timezone)
    Membership.objects.create(organization=organization, user=owner, role=Role.OWNER)
    return organization


def create_without_owner(*, slug: str, name: str, timezone: str) -> Organization:
    """A new organization that nobody owns yet; whoever calls this gives it to somebody. As above."""
    organization = Organization(slug=slug, name=name, timezone=timezone)
    organization.full_clean()
    addresses.check_free(slug)
    organization.save()
    return organization


def change(organization: Organization, told: Mapping[str, str], *, by: User, now: datetime) -> None:
    """Changes the name or the language; the address stays until somebody chooses another."""
    changed = [
        field
        for field in ("name", "language")
        if told.get(field, getattr(organization, field)) != getattr(organization, field)
    ]
    if not changed:
        return
    for field in changed:
        setattr(organization, field, told[field])
    organization.save(update_fields=changed)
    audit.record(organization, "organization_changed", by=by, at=now, fields=changed)


def set_logo(organization: Organization, upload: IO[bytes], *, by: User, now: datetime) -> None:
    """Keeps a logo, drawn anew; raises ValidationError with what to do. Needs the organization's scope."""
    png = pictures.logo(upload)
    Logo.across_organizations.update_or_create(
        organization=organization, defaults={"png": png, "changed_at": now}
    )
    audit.record(organization, "logo_changed", by=by, at=now)


def remove_logo(organization: Organization, *, by: User, now: datetime) -> None:
    """Takes the logo away."""
    if organization.logos.all().delete()[0]:
        audit.record(organization, "logo_removed", by=by, at=now)


def ask_second_step(organization: Organization, wanted: bool, *, by: User, now: datetime) -> None:
    """Lets everybody in only with two-step login, or no longer; raises ValidationError with what to do."""
    if wanted and not second_step.has(by):
        raise ValidationError(_("Set up two-step login for yourself first, or you would lock yourself out."))
    if organization.require_two_factor == wanted:
        return
    organization.require_two_factor = wanted
    organization.save(update_fields=["require_two_factor"])
    if wanted:
        audit.record(organization, "second_step_asked", by=by, at=now)
    else:
        audit.record(organization, "second_step_no_longer_asked", by=by, at=now)
