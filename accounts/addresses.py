"""An organization's address, the part after /o/: made from its name, chosen by its owners, left behind."""

import re
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import FormerAddress, Organization, User

RESERVED = frozenset({"new", "admin", "api", "static", "accounts"})
MADE_UP = "organization"
"""What an address is made from where a name has no letter that may stand in one."""
MOST_FORMER = 5


def free(name: str) -> str:
    """An address made from the name that nobody has or had."""
    base = slugify(name.replace("_", "-"))[:44].strip("-") or MADE_UP
    if base in RESERVED:
        base = f"{base}-org"
    taken = {
        *Organization.objects.filter(slug__startswith=base).values_list("slug", flat=True),
        *FormerAddress.objects.filter(slug__startswith=base).values_list("slug", flat=True),
    }
    return next(
        slug for slug in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken
    )


def is_made_up(slug: str) -> bool:
    """Whether an address says nothing of the name, as that had no letter for it."""
    return re.fullmatch(rf"{MADE_UP}(-\d+)?", slug) is not None


def current(slug: str) -> str | None:
    """Where the organization is now that had this address before; None where none had. One query."""
    found = FormerAddress.objects.filter(slug=slug).values_list("organization__slug", flat=True)
    return found.first()


@transaction.atomic
def change(organization: Organization, slug: str, *, by: User, now: datetime) -> None:
    """Another address; the one before leads there from now on. Raises ValidationError with what to do.

    One of its own former ones can be had back.
    """
    slug = slug.strip().lower()
    held = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    if slug == held.slug:
        return
    if held.sample:
        raise ValidationError(_("This is a sample. It stays where everybody finds it."))
    check_free(slug, held)
    former, held.slug = held.slug, slug
    held.full_clean()
    held.former_addresses.filter(slug=slug).delete()
    if held.former_addresses.count() >= MOST_FORMER:
        raise ValidationError(
            _("It has had five other addresses, which all still lead here. Choose one of them.")
        )
    FormerAddress.objects.create(slug=former, organization=held, left_at=now)
    held.save(update_fields=["slug"])
    organization.slug = slug
    audit.record(organization, "address_changed", by=by, at=now)


def check_free(slug: str, organization: Organization | None = None) -> None:
    """Raises ValidationError where an address is ours, or leads to another organization that left it."""
    others = FormerAddress.objects.filter(slug=slug)
    if organization is not None:
        others = others.exclude(organization=organization)
    if slug in RESERVED or others.exists():
        raise ValidationError(_("This address is taken already; choose another one."))
