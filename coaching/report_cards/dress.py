"""Which logo a report card wears: the practice's where one looks after it, else the organization's own."""

from __future__ import annotations

from accounts.branding import Brand
from accounts.models import Organization, Practice


def logo(organization: Organization, brand: Brand | None) -> bytes | None:
    """A PNG that we drew ourselves, or None. Needs the organization's scope; one query."""
    if brand:
        if not brand.has_logo:
            return None
        found = Practice.objects.filter(slug=brand.slug, logo_type="image/png").values_list("logo", flat=True)
    else:
        found = organization.logos.values_list("png", flat=True)
    png = found.first()
    return bytes(png) if png else None
