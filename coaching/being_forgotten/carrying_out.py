"""Forgets somebody in every organization of this installation, and keeps them from coming back to any."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db import connection as database
from django.db import transaction

from accounts import audit
from accounts.models import Organization
from accounts.tenancy import scope
from coaching import forgetting, pending_mails, traces
from coaching.models import ForgetRequest

State = ForgetRequest.State


@dataclass(frozen=True)
class Forgotten:
    """In how many organizations somebody was named, and how many messages of theirs went."""

    organizations: int
    messages: int


def named(network: str, handle: str) -> dict[int, set[str]]:
    """Ids of the organizations that name somebody, each with the ids it knows them by. One query."""
    with database.cursor() as cursor:
        cursor.execute("SELECT organization_id, person FROM engage_people_named(%s, %s)", [network, handle])
        found: dict[int, set[str]] = defaultdict(set)
        for organization_id, person in cursor.fetchall():
            found[organization_id] |= {person} if person else set()
        return dict(found)


def forget(network: str, handle: str, *, now: datetime) -> Forgotten:
    """Forgets whoever has this handle or id, or wrote what stands at this address. Again does no harm."""
    found = named(network, handle)
    is_address = "/" in handle
    known = {one for ids in found.values() for one in ids} | ({handle} if handle.isdecimal() else set())
    handles = set() if is_address else {forgetting.handle_key(handle)}
    # First of all, so that nothing comes back while it is being deleted.
    forgetting.forget_everywhere(network, known | handles, now=now)
    messages, theirs = 0, "" if is_address else handle
    for organization in Organization.objects.order_by("pk"):
        if organization.pk in found:
            messages += _forget_in(organization, network, found[organization.pk], theirs, now)
        elif theirs:  # a note about others may name them where nothing of theirs is kept any more
            with scope([organization.pk]):
                traces.words(organization, traces.known(organization, network, "", theirs, at=now))
    return Forgotten(len(found), messages)


def _forget_in(organization: Organization, network: str, ids: set[str], handle: str, now: datetime) -> int:
    with scope([organization.pk]):
        gone = sum(
            forgetting.forget_person(organization, network, one, handle=handle, now=now)
            for one in sorted(ids) or [""]
        )
        audit.record(organization, "person_forgotten_everywhere", by=None, at=now, messages=gone)
        return gone


@transaction.atomic
def decide(request_id: int, *, do: bool, now: datetime) -> Forgotten | None:
    """Does what a request asks, or says no; None where that was decided. Whoever asked gets a mail."""
    request = ForgetRequest.objects.select_for_update().filter(pk=request_id, state=State.CONFIRMED).first()
    if request is None:
        return None
    done = forget(request.network, request.handle, now=now) if do else Forgotten(0, 0)
    pending_mails.put("forget_done" if do else "forget_refused", request.email, now=now, code=request.code)
    request.state, request.decided_at = State.DONE if do else State.REFUSED, now
    request.messages, request.handle, request.email = done.messages, "", ""
    request.save()
    return done
