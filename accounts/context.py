"""What every page may show about the person who looks at it."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.timezone import now

from accounts import access


def organizations(request: HttpRequest) -> dict[str, Any]:
    """`my_organizations` and `consults`, read only where a page shows them, and the `organization`."""
    user = getattr(request, "user", None)

    def mine() -> list[Any]:
        return list(access.reachable(user, at=now())[:200]) if user and user.is_authenticated else []

    my_organizations = SimpleLazyObject(mine)

    def consults() -> bool:
        if any(one.rank_as_consultant is not None for one in my_organizations):
            return True
        return not my_organizations and user is not None and user.consultancies.exists()

    return {
        "my_organizations": my_organizations,
        "consults": SimpleLazyObject(consults),
        "organization": getattr(request, "organization", None),
        "role": getattr(request, "role", None),
        "visiting": getattr(request, "visiting", False),
    }
