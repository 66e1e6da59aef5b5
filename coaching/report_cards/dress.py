"""Which logo a report card wears: the practice's where one looks after it, else the organization's own."""

from __future__ import annotations

from accounts.branding import Brand
from accounts.models import Organization, Practice


def logo(organization: Organization, brand: Brand | None) -> bytes | None:
    """A PNG that we drew ourselves, or None. Needs the organization's scope; one query."""
    if brand is None:
        png = organization.logos.values_list("png", flat=True).first()
    elif brand.has_logo:
        png = Practice.objects.filter(slug=brand.slug).values_list("logo", flat=True).first()
    else:
        png = None
    return bytes(png) if png else None
