"""Tokens for programs: made, shown once, found by their hash, taken back."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from accounts import access, addresses, audit
from accounts.models import ApiToken, Organization, Role, User
from accounts.tenancy import scope

PREFIX = "engage_"
"""What a token begins with, so that people and programs that look for leaked secrets know it."""
_LONGEST = 100
USED_AGAIN = timedelta(minutes=1)
KEPT = timedelta(days=90)
"""How long a token that works no more stays in the list."""


@dataclass(frozen=True)
class Issued:
    """A new token and its secret, which is nowhere else."""

    token: ApiToken
    secret: str

    def __repr__(self) -> str:
        return f"Issued({self.token.pk})"


@dataclass(frozen=True)
class Wish:
    """What somebody asks for: a name, whether it may change things, and when it ends (None: never)."""

    name: str
    writes: bool = False
    expires_at: datetime | None = None


def issue_personal(user: User, wish: Wish, *, now: datetime) -> Issued:
    """A token that reaches what its person reaches; it stands in the trail of each organization."""
    issued = _issue(wish, user=user, created_by=user, created_at=now)
    _record("token_created", issued.token, by=user, at=now)
    return issued


def issue_for(organization: Organization, wish: Wish, *, role: Role, by: User, now: datetime) -> Issued:
    """A token of the organization itself, which stays when its maker leaves."""
    issued = _issue(wish, organization=organization, role=role, created_by=by, created_at=now)
    _record("token_created", issued.token, by=by, at=now)
    return issued


def revoke(token: ApiToken, *, by: User, now: datetime) -> None:
    """Ends a token at once; a second time changes nothing."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=now):
        _record("token_revoked", token, by=by, at=now)


def shown(tokens: "QuerySet[ApiToken]", *, now: datetime) -> tuple[ApiToken, ...]:
    """The tokens to list, the newest first; those that ended long ago are left out."""
    recent = Q(revoked_at__isnull=True) | Q(revoked_at__gt=now - KEPT)
    return tuple(tokens.filter(recent).select_related("created_by").order_by("-created_at", "-pk"))


def find(secret: str, *, now: datetime) -> ApiToken | None:
    """The token with this secret, if it works and so does the account of its person. One query."""
    if not secret.startswith(PREFIX) or len(secret) > _LONGEST:
        return None
    found = ApiToken.objects.select_related("user", "organization").filter(digest=_digest(secret)).first()
    if found is None or not found.works(now) or (found.user and not found.user.is_active):
        return None
    return found


def used(token: ApiToken, *, now: datetime) -> None:
    """Remembers that it was used, at most once a minute."""
    if token.last_used_at is None or token.last_used_at <= now - USED_AGAIN:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


def reachable(token: ApiToken, *, now: datetime) -> "QuerySet[Organization]":
    """The organizations that a token reaches now."""
    if token.user:
        return access.reachable(token.user, at=now)
    return Organization.objects.filter(api_tokens=token)


def enter(token: ApiToken, slug: str, *, now: datetime) -> access.Access | None:
    """The token's way into an organization now, also by a former address; None as if it did not exist."""
    way = _enter(token, slug, now)
    if way is None and (moved := addresses.current(slug)):
        way = _enter(token, moved, now)
    return way


def _enter(token: ApiToken, slug: str, now: datetime) -> access.Access | None:
    if token.user:
        return access.enter(token.user, slug, at=now)
    if token.organization is None or token.organization.slug != slug:
        return None
    return access.Access(token.organization, Role(token.role))


def roles(token: ApiToken, organizations: Iterable[Organization], *, now: datetime) -> dict[int, Role]:
    """As what a token enters these organizations, by their id. One query for a personal one."""
    if token.user is None:
        return {organization.pk: Role(token.role) for organization in organizations}
    return access.roles(token.user, organizations, at=now)


def _issue(wish: Wish, **fields: object) -> Issued:
    secret = PREFIX + secrets.token_urlsafe(32)
    scopes: Sequence[str] = (
        [ApiToken.Scope.READ, ApiToken.Scope.WRITE] if wish.writes else [ApiToken.Scope.READ]
    )
    token = ApiToken.objects.create(
        digest=_digest(secret), name=wish.name, scopes=scopes, expires_at=wish.expires_at, **fields
    )
    return Issued(token, secret)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _record(action: str, token: ApiToken, *, by: User, at: datetime) -> None:
    organizations = list(reachable(token, now=at))
    with scope([organization.pk for organization in organizations]):
        for organization in organizations:
            audit.record(
                organization, action, by=by, at=at, target=token.pk, personal=token.user_id is not None
            )
