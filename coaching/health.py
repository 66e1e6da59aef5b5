"""How reading an account goes: what each end of a pull means for its state and for when it is due again."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from accounts import mailing
from accounts.branding import brand_of
from accounts.mailing import Letter
from accounts.models import Organization
from accounts.practices import mails
from accounts.tenancy import scope
from coaching import announcing, health_wording
from coaching.budget import next_month
from coaching.models import Connection
from coaching.networks.contract import Refused, TryLater

State = Connection.State
EVERY = timedelta(minutes=30)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
ASK_AGAIN = timedelta(hours=6)
"""How long to leave a network alone that wants money or other keys first."""
PATIENCE = timedelta(hours=24)
"""How long a network may fail before its owners hear of it."""
BLOCKING = {None, "posts", "me", "token"}
"""Features without which there is nothing to read."""

REFUSALS = {
    "reconnect": State.RECONNECT,
    "credit": State.CREDIT,
    "cap": State.CAP,
    "budget": State.BUDGET,
    "gone": State.GONE,
    "keys": State.KEYS,
}
TOLD = {State.RECONNECT, State.PERMISSION, State.CREDIT, State.CAP, State.BUDGET, State.GONE}
"""States of which owners get a mail, one for each time."""


def pause(failures: int, seed: int) -> timedelta:
    """How long to wait after so many failures in a row: ever longer, and not all at the same moment."""
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(max(failures - 1, 0), 12))
    digest = hashlib.sha256(f"{seed}:{failures}".encode()).digest()
    return longest * (0.75 + digest[0] / 255 / 2)


def every(connection: Connection) -> timedelta:
    """How often an account is read when all is well."""
    if connection.access != Connection.Access.API:
        return EVERY
    return settings.REFRESH_EVERY.get(connection.network, EVERY)


def well(connection: Connection, *, now: datetime) -> dict[str, Any]:
    """After a pull that caught up."""
    return {**_enter(connection, State.ACTIVE, now=now), "due_at": now + every(connection)}


def later(connection: Connection, fault: TryLater, *, now: datetime) -> dict[str, Any]:
    """After the network asked for patience or did not answer as it should."""
    limited = fault.reason == "rate"
    failures = connection.failures + (0 if limited and fault.at else 1)
    due_at = fault.at if fault.at and fault.at > now else now + pause(failures, connection.pk)
    state = State.WAITING if limited else State.FAILING
    return {**_enter(connection, state, now=now, code=fault.code, failures=failures), "due_at": due_at}


def refused(connection: Connection, fault: Refused, *, now: datetime) -> dict[str, Any]:
    """After the network, or the organization's own budget, said no."""
    if fault.reason == "upload":
        return {"due_at": None}
    if fault.reason == "permission":
        due_at = now + (timedelta(days=1) if fault.feature in BLOCKING else every(connection))
        off = [fault.feature] if fault.feature else []
        return {**_enter(connection, State.PERMISSION, now=now, code=fault.code, off=off), "due_at": due_at}
    state = REFUSALS.get(fault.reason, State.FAILING)
    failures = connection.failures + 1
    due: dict[str, datetime | None] = {
        State.RECONNECT: None,
        State.GONE: None,
        State.BUDGET: next_month(now),
        State.CAP: min(next_month(now), now + timedelta(days=1)),
        State.FAILING: now + pause(failures, connection.pk),
    }
    entered = _enter(connection, state, now=now, code=fault.code, failures=failures)
    return {**entered, "due_at": due.get(state, now + ASK_AGAIN)}


def _enter(
    connection: Connection,
    state: str,
    *,
    now: datetime,
    code: int | str | None = None,
    failures: int = 0,
    off: list[str] | None = None,
) -> dict[str, Any]:
    """The columns of a state. How long it lasts already, and that owners know, stays while it stays."""
    changed: dict[str, Any] = {
        "state": state,
        "state_code": "" if code is None else str(code)[:60],
        "failures": failures,
        "features_off": off or [],
    }
    if state != connection.state:
        changed["state_since"] = now
    if state == State.ACTIVE or (state != connection.state and state in TOLD):
        changed["mail_sent_at"] = None
    return changed


def worth_a_mail(connection: Connection, *, now: datetime) -> bool:
    """Whether owners should hear of it and have not yet."""
    if connection.mail_sent_at is not None:
        return False
    return connection.state in TOLD or (
        connection.state == State.FAILING and now - connection.state_since >= PATIENCE
    )


def untold(organization: Organization, *, now: datetime) -> list[int]:
    """Ids of accounts in trouble of which the owners have not heard, such as after a push or a callback."""
    with scope([organization.pk]):
        found = Connection.across_organizations.filter(
            organization=organization, mail_sent_at__isnull=True, state__in=[*TOLD, State.FAILING]
        )
        return [one.pk for one in found if worth_a_mail(one, now=now)]


def tell_owners(organization_id: int, connection_id: int, *, now: datetime) -> int:
    """Mails whoever owns the organization about an account that needs them, once; the number of mails.

    The note that they know and the mail stand or fall together: a mail server that refuses raises OSError
    and the next try begins anew.
    """
    with scope([organization_id]):
        connection = (
            Connection.across_organizations.select_for_update(of=("self",))
            .select_related("organization")
            .filter(pk=connection_id)
            .first()
        )
        if connection is None or not worth_a_mail(connection, now=now):
            return 0
        connection.mail_sent_at = now
        connection.save(update_fields=["mail_sent_at"])
        told_to_programs = {"connection": connection.pk, "state": connection.state}
        key = f"{connection.pk}/{connection.state_since.isoformat()}"
        announcing.announce(connection.organization, "connection.trouble", key, told_to_programs, at=now)
        addresses = mails.in_charge(connection.organization, at=now)
        brand = brand_of(connection.organization, at=now)
        with connection.organization.customs():
            told = {
                "connection": connection,
                "organization": connection.organization,
                "health": health_wording.of(connection),
            }
            for address in addresses:
                mailing.send(Letter("connection_trouble", address, told, brand=brand))
        return len(addresses)
