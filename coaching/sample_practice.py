"""The sample practice: a consultant, a dozen invented clients in different states; staff of the theatre."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts import addresses, organizing
from accounts.models import Client, Consultant, Membership, Organization, Practice, Role, User
from accounts.practices import handover
from accounts.tenancy import scope
from coaching import client_notes, sample
from coaching.models import Connection
from coaching.networks import demo_feeds
from coaching.networks.demo_feeds import Invented

SLUG = "fieldfare"
AWAITED = "Ashwick Wildlife Hospital"
SINCE = timedelta(weeks=30)
State, Access = Connection.State, Connection.Access


@dataclass(frozen=True)
class Arranged:
    """What is arranged about a client besides its feed.

    `state` are columns of its connection after it was read, `ends` days until access ends, `tried` what it
    took up twelve weeks ago, `note` what the consultant wrote down, shared where `shared`.
    """

    role: Role = Role.EDITOR
    state: Mapping[str, Any] = field(default_factory=dict)
    ends: int | None = None
    tried: tuple[str, ...] = ()
    note: str = ""
    shared: bool = False


_AS_READ = Arranged()
ARRANGED = {
    "marramlight": Arranged(note="The keeper’s family reads the account on Sundays. Ring before noon."),
    "coppergatecycles": Arranged(state={"state": State.RECONNECT, "state_code": "invalid_grant"}),
    "fennelflint": Arranged(
        tried=("ask_questions",), note="Questions on Thursdays work. Keep going.", shared=True
    ),
    "brackwaterrow": Arranged(tried=("ask_questions", "repeat_what_starts_talk"), role=Role.VIEWER),
    "hollindalefood": Arranged(state={"state": State.BUDGET}),
    "ternstreetlib": Arranged(state={"access": Access.ARCHIVE}),
    "osiervalley": Arranged(ends=9, note="Their season ends in December; talk about the next one."),
}


def load(*, staff: str, consultant: str, password: str, now: datetime) -> dict[str, int]:
    """Both logins, set to this password, and the clients; loading again within a day changes nothing."""
    theatre = Organization.objects.get(slug=sample.SLUG)
    Membership.objects.get_or_create(
        organization=theatre,
        user=sample.login(staff, password, "Demo staff"),
        defaults={"role": Role.EDITOR},
    )
    user = sample.login(consultant, password, "Wren Ollerton")
    practice = _practice(user)
    read = 0
    for invented in demo_feeds.CLIENTS:
        organization = _client(practice, invented, now)
        read += _read(organization, invented, by=user, now=now)
    _await(practice, by=user, now=now)
    return {"clients": practice.open_clients(now).count(), "clients_read": read}


@transaction.atomic
def _practice(lead: User) -> Practice:
    practice, _ = Practice.objects.get_or_create(
        slug=SLUG,
        defaults={
            "name": "Fieldfare Advice",
            "brand_name": "Fieldfare",
            "sender_name": "Fieldfare Advice",
            "colour": "#1d6f5c",
        },
    )
    Consultant.objects.get_or_create(practice=practice, user=lead, defaults={"leads": True})
    return practice


@transaction.atomic
def _client(practice: Practice, invented: Invented, now: datetime) -> Organization:
    account, arranged = invented.account, ARRANGED.get(invented.account.handle, _AS_READ)
    organization = Organization.objects.filter(slug=account.handle, sample=True).first()
    if organization is None:
        owner, _ = User.objects.get_or_create(email=f"{account.handle}@clients.example")
        organization = organizing.create_organization(
            slug=addresses.free(account.handle), name=account.name, owner=owner
        )
        Organization.objects.filter(pk=organization.pk).update(sample=True)
    if not practice.open_clients(now).filter(organization=organization).exists():
        again = practice.clients.filter(organization=organization).exists()  # the access that ended soon
        Client.objects.create(
            practice=practice,
            organization=organization,
            role=arranged.role,
            starts_at=now if again else now - SINCE,
            ends_at=now + timedelta(days=arranged.ends, hours=1) if arranged.ends else None,
        )
    return organization


def _read(organization: Organization, invented: Invented, *, by: User, now: datetime) -> bool:
    """Reads the client's account if it is not fresh, and puts it into its state; whether it was read."""
    arranged = ARRANGED.get(invented.account.handle, _AS_READ)
    if sample.read(organization, invented.account, now=now) is None:
        return False
    with scope([organization.pk]):
        if arranged.state:
            goes_on = now + timedelta(days=20) if arranged.state.get("state") == State.BUDGET else None
            trouble = {"due_at": goes_on, "state_since": now - timedelta(days=3), "mail_sent_at": now}
            organization.connections.update(**trouble, **arranged.state)
        sample.take_up(organization, by=by, now=now, wanted=arranged.tried)
        if arranged.note and not organization.clientnotes.exists():
            practice = Practice.objects.get(slug=SLUG)
            client_notes.write(
                organization, practice, text=arranged.note, shared=arranged.shared, by=by, now=now
            )
    return True


def _await(practice: Practice, *, by: User, now: datetime) -> None:
    """A client that has a link and has not opened it; the link is made anew when it has run out."""
    waiting = practice.open_clients(now).filter(organization__name=AWAITED).first()
    if waiting is None:
        wanted = handover.NewClient(AWAITED, practice.timezone, Role.EDITOR)
        handover.prepare(practice, wanted, by=by, now=now)
    elif handover.awaited([waiting.organization], now=now).get(waiting.organization_id) == "over":
        handover.again(waiting, role=Role.EDITOR, email="", by=by, now=now)
