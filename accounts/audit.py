"""The audit trail: who did what, when, from where."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import AuditEvent, Organization, User


@dataclass(frozen=True)
class Origin:
    """Where a request comes from: an internet address, and the practice or token that it uses."""

    address: str | None = None
    practice_id: int | None = None
    token_id: int | None = None


_NOWHERE = Origin()
_ORIGIN: ContextVar[Origin] = ContextVar("origin", default=_NOWHERE)


@contextmanager
def coming_from(origin: Origin) -> Iterator[None]:
    """Within it, what is recorded says that it came from here; the middleware and the API wrap requests."""
    token = _ORIGIN.set(origin)
    try:
        yield
    finally:
        _ORIGIN.reset(token)


def record(
    organization: Organization,
    action: str,
    *,
    by: User | None,
    at: datetime,
    target: object = "",
    **details: Any,
) -> None:
    """Writes one deed into the organization's trail; call it inside the organization's scope.

    `target` and `details` hold ids and codes, never names or texts. `by` is None for what Engage does by
    itself.
    """
    origin = _ORIGIN.get()
    AuditEvent.across_organizations.create(
        organization=organization,
        action=action,
        actor_id=by.pk if by else None,
        practice_id=origin.practice_id,
        token_id=origin.token_id,
        address=origin.address,
        at=at,
        target=str(target),
        details=details,
    )
