"""Facebook's two callbacks: somebody removed the app, somebody wants their data deleted."""

import secrets
from datetime import datetime
from typing import Any

from accounts.models import Organization
from accounts.tenancy import scope
from coaching import disconnect, forgetting
from coaching.models import Connection, DeletionRequest, Sweep
from coaching.networks.contract import Network


def deauthorized(told: dict[str, Any], *, now: datetime) -> int:
    """Deletes at once every token of somebody who removed the app; answers with how many accounts had one."""
    found = disconnect.consented_by(Network.FACEBOOK, person_in(told))
    for organization_id, connection_id in found:
        with scope([organization_id]):
            connection = Connection.across_organizations.filter(pk=connection_id).first()
            if connection is not None:
                disconnect.revoked_by_owner(connection, now=now, code="190/458")
    return len(found)


def requested(told: dict[str, Any], *, now: datetime) -> DeletionRequest:
    """Notes a request for deletion; tokens go at once, the rest with `carry_out`."""
    deauthorized(told, now=now)
    return DeletionRequest.objects.create(
        code=secrets.token_urlsafe(18), network=Network.FACEBOOK, person=person_in(told), received_at=now
    )


def unfinished() -> list[int]:
    """Ids of requests that still wait."""
    waiting = DeletionRequest.objects.filter(finished_at__isnull=True).order_by("pk")
    return list(waiting.values_list("pk", flat=True))


def carry_out(request_id: int, *, now: datetime) -> None:
    """Erases the accounts a person had connected and what they wrote, everywhere; twice does no harm."""
    request = DeletionRequest.objects.filter(pk=request_id, finished_at__isnull=True).first()
    if request is None:
        return
    for organization_id, connection_id in disconnect.consented_by(request.network, request.person):
        rows = disconnect.erase(organization_id, connection_id)
        request.connections += 1
        with scope([organization_id]):
            Sweep.across_organizations.create(
                organization_id=organization_id, duty=Sweep.Duty.NOTICE, at=now, looked_at=rows, removed=rows
            )
    forgetting.forget_everywhere(request.network, [request.person], now=now)
    for organization in Organization.objects.order_by("pk"):
        with scope([organization.pk]):
            request.messages += forgetting.forget_person(
                organization, request.network, request.person, now=now
            )
    request.person, request.finished_at = "", now
    request.save()


def person_in(told: dict[str, Any]) -> str:
    """The person's id at the network; empty where the body names nobody."""
    return str(told.get("user_id") or "")[:100]
