"""What every page may show about the person who looks at it."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.timezone import now

from accounts import access


def organizations(request: HttpRequest) -> dict[str, Any]:
    """`my_organizations`, read only where a page shows them, and the current `organization`."""
    user = getattr(request, "user", None)

    def mine() -> list[Any]:
        return list(access.reachable(user, at=now())[:200]) if user and user.is_authenticated else []

    return {
        "my_organizations": SimpleLazyObject(mine),
        "organization": getattr(request, "organization", None),
        "role": getattr(request, "role", None),
    }
