"""How an organization begins."""

from django.db import transaction
from django.utils.text import slugify

from accounts.models import Membership, Organization, Role, User

RESERVED = frozenset({"new", "admin", "api", "static", "accounts"})


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
    organization.save()
    return organization


def free_slug(name: str) -> str:
    """An address made from the name that nobody has yet."""
    base = slugify(name.replace("_", "-"))[:44].strip("-") or "organization"
    if base in RESERVED:
        base = f"{base}-org"
    taken = set(Organization.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(
        slug for slug in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken
    )
