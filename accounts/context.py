"""What every page may show about the person who looks at it."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.timezone import now

from accounts import access, branding, dressing


def organizations(request: HttpRequest) -> dict[str, Any]:
    """`my_organizations`, `consults`, `brand`, `own_logo`, read only where a page shows them; `organization`.

    `brand` is how a practice dresses the organization's pages, or nothing; `own_logo` is the address of the
    organization's own logo, which they wear otherwise.
    """
    organization = getattr(request, "organization", None)
    user = getattr(request, "user", None)

    def mine() -> list[Any]:
        return list(access.reachable(user, at=now())[:200]) if user and user.is_authenticated else []

    my_organizations = SimpleLazyObject(mine)

    def consults() -> bool:
        if any(one.rank_as_consultant is not None for one in my_organizations):
            return True
        return user is not None and user.is_authenticated and user.consultancies.exists()

    def brand() -> branding.Brand | None:
        # A visitor may not see a practice's sheet and logo, so there is nothing to dress with.
        if organization is None or getattr(request, "visiting", False):
            return None
        return branding.brand_of(organization, at=now())

    worn = SimpleLazyObject(brand)

    def own_logo() -> str:
        if organization is None or worn or getattr(request, "visiting", False):
            return ""
        return dressing.worn(organization, None, at=now()).logo

    return {
        "my_organizations": my_organizations,
        "consults": SimpleLazyObject(consults),
        "brand": worn,
        "own_logo": SimpleLazyObject(own_logo),
        "organization": organization,
        "role": getattr(request, "role", None),
        "visiting": getattr(request, "visiting", False),
    }
