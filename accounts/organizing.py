"""How an organization begins."""

from django.db import transaction

from accounts.models import Membership, Organization, Role, User


@transaction.atomic
def create_organization(
    *, slug: str, name: str, owner: User, timezone: str = "Europe/London"
) -> Organization:
    """A new organization with its owner. Raises ValidationError where a value cannot be used."""
    organization = Organization(slug=slug, name=name, timezone=timezone)
    organization.full_clean()
    organization.save()
    Membership.objects.create(organization=organization, user=owner, role=Role.OWNER)
    return organization
