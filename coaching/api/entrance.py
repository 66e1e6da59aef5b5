"""Who asks, and for which organization: the token, how often it may ask, its role, the scope."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer
from redis.exceptions import RedisError

from accounts import audit, second_step, tokens
from accounts.access import Access
from accounts.middleware import visitor_address
from accounts.models import ApiToken, Role
from accounts.permissions import Deed, allows
from accounts.tenancy import scope
from coaching.api.problems import Problem

_MINUTE = 60


class ApiRequest(HttpRequest):
    """A request with a token; below /organizations/<organization>/ also with what it may enter."""

    auth: ApiToken
    organization: Any
    role: Role
    now: datetime


class TokenAuth(HttpBearer):
    """A token in the Authorization header. Cookies open nothing here."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """The token, unless it has asked too often."""
        now = timezone.now()
        found = tokens.find(token, now=now)
        if found is not None:
            throttle(found, now=now)
            tokens.used(found, now=now)
        return found


def throttle(token: ApiToken, *, now: datetime) -> None:
    """Counts the requests of a token in this minute; without a cache nobody is held up."""
    minute, second = divmod(int(now.timestamp()), _MINUTE)
    key = f"api:{token.pk}:{minute}"
    try:
        cache.add(key, 0, timeout=2 * _MINUTE)
        asked = cache.incr(key)
    except (RedisError, ValueError):  # ValueError: it ran out just now
        return
    if asked > settings.API_REQUESTS_A_MINUTE:
        wait = str(_MINUTE - second)
        detail = f"A token may ask {settings.API_REQUESTS_A_MINUTE} times a minute; ask again in {wait} s."
        raise Problem(429, "too_many_requests", detail, headers={"Retry-After": wait})


def inside(deed: Deed, *, writes: bool = False) -> Callable[..., Any]:
    """Runs a route within its organization, for tokens that may do the deed there.

    The database shows no other organization meanwhile, and an error keeps nothing of what was begun.
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def entered(request: ApiRequest, organization: str, **arguments: Any) -> Any:
            token, request.now = request.auth, timezone.now()
            way = tokens.enter(token, organization, now=request.now)
            if way is None:
                raise Http404
            _check(token, way, deed, writes=writes)
            request.organization, request.role = way.organization, way.role
            origin = audit.Origin(
                address=visitor_address(request),
                practice_id=way.practice.pk if way.practice else None,
                token_id=token.pk,
            )
            with way.organization.customs(), scope([way.organization.pk]), audit.coming_from(origin):
                return view(request, organization, **arguments)

        return entered

    return decorate


def _check(token: ApiToken, way: Access, deed: Deed, *, writes: bool) -> None:
    if writes and not token.may_write:
        raise Problem(403, "token_reads_only", "This token may read only.")
    if not allows(way.role, deed):
        raise Problem(403, "role_too_low", f"For this the token needs to be an {deed.least.value} here.")
    if token.user and second_step.lacking(token.user, way.organization):
        raise Problem(
            403,
            "two_factor_needed",
            "This organization asks its people for two-step login; switch it on first.",
        )
