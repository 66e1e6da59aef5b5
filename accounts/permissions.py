"""Who may do what in an organization."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from accounts.models import Practice, Role

RANK = {Role.VIEWER: 0, Role.EDITOR: 1, Role.OWNER: 2}

View = Callable[..., HttpResponseBase]


class OrganizationRequest(HttpRequest):
    """A request below /o/<organization>/, as the middleware prepared it.

    `practice` is whom a consultant comes for, None for members.
    """

    organization: Any
    role: Role
    practice: Practice | None


def allows(role: str, least: Role) -> bool:
    """Whether a member with this role may do what asks for at least `least`."""
    return RANK[Role(role)] >= RANK[least]


def requires(least: Role) -> Callable[[View], View]:
    """Lets members of at least this role pass; others read what they would need to ask for."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: OrganizationRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not allows(request.role, least):
                return render(request, "403.html", {"least": least}, status=403)
            return view(request, *args, **kwargs)

        return checked

    return decorate
