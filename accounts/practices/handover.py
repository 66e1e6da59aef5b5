"""A practice sets up an organization for a client, who opens one link and owns it from then on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts import addresses, audit, organizing
from accounts.models import Client, Membership, Organization, Practice, PracticeLink, Role, User
from accounts.one_use_links import LASTS
from accounts.practices import clients, links, mails
from accounts.practices.links import Found
from accounts.tenancy import scope


@dataclass(frozen=True)
class NewClient:
    """What a consultant says about a client: `role` is what the practice keeps once the client owns it."""

    name: str
    timezone: str
    role: Role
    email: str = ""


@transaction.atomic
def prepare(practice: Practice, wanted: NewClient, *, by: User, now: datetime) -> PracticeLink:
    """A new organization that the practice owns until its client has opened the link. May refuse."""
    _check_waiting(practice, now)
    organization = organizing.create_without_owner(
        slug=addresses.free(wanted.name), name=wanted.name, timezone=wanted.timezone
    )
    with scope([organization.pk]):
        audit.record(
            organization, "organization_prepared", by=by, at=now, target=practice.pk, keeps=wanted.role
        )
    clients.start(organization, practice, Role.OWNER, None, by=by, now=now)
    return _offer(practice, organization, wanted.role, wanted.email, by=by, now=now)


def _check_waiting(practice: Practice, now: datetime) -> None:
    """Raises ValidationError where many organizations of the practice belong to nobody yet."""
    Practice.objects.select_for_update(no_key=True).only("pk").get(pk=practice.pk)  # two at once take turns
    owned = Membership.objects.filter(organization=OuterRef("organization"), role=Role.OWNER)
    waiting = practice.open_clients(now).filter(~Exists(owned), role=Role.OWNER)
    most = settings.PREPARED_PER_PRACTICE
    if waiting.count() >= most:
        raise ValidationError(
            _(
                "As many organizations as a practice may set up ahead (%(most)d) wait for their own people. "
                "Send those clients their links first."
            )
            % {"most": most}
        )


@transaction.atomic
def again(client: Client, *, role: Role, email: str, by: User, now: datetime) -> PracticeLink:
    """Another link for an organization that nobody has taken over; an earlier one ends. May refuse."""
    Organization.objects.select_for_update().only("pk").get(pk=client.organization_id)
    if client.role != Role.OWNER or is_owned(client.organization):
        raise ValidationError(_("Its own people own this organization already, so it needs no link."))
    for old in client.organization.practice_links.filter(
        kind=PracticeLink.Kind.HANDOVER, accepted_at=None, revoked_at=None
    ):
        links.revoke(old, now=now)
    return _offer(client.practice, client.organization, role, email, by=by, now=now)


def _offer(
    practice: Practice, organization: Organization, role: Role, email: str, *, by: User, now: datetime
) -> PracticeLink:
    kind = PracticeLink.Kind.HANDOVER
    email = email.strip().lower()
    link = links.make(
        kind=kind, practice=practice, organization=organization, role=role, email=email, by=by, now=now
    )
    if email:
        mails.offer(link, mails.Kind.HANDOVER, email, now=now)
    return link


def is_owned(organization: Organization) -> bool:
    """Whether somebody of its own owns it."""
    return organization.memberships.filter(role=Role.OWNER).exists()


def awaited(organizations: Iterable[Organization], *, now: datetime) -> dict[int, str]:
    """By id, the organizations that wait for their own people: "open" or "over", as their last link is."""
    owned = Membership.objects.filter(organization=OuterRef("organization"), role=Role.OWNER)
    rows = (
        PracticeLink.objects.filter(kind=PracticeLink.Kind.HANDOVER, organization__in=list(organizations))
        .annotate(owned=Exists(owned))
        .order_by("pk")
    )
    found: dict[int, str] = {}
    for link in rows:
        pk = link.organization_id or 0
        if link.state(now) is PracticeLink.State.OPEN:
            found[pk] = "open"
        elif not link.owned:
            found[pk] = "over"
        else:  # theirs by now; for some days it is their turn to connect
            lately = link.accepted_at is not None and now - link.accepted_at < LASTS
            found[pk] = "open" if lately else ""
    return found


@transaction.atomic
def accept(seen: Found, *, by: User, now: datetime) -> Organization:
    """The client owns the organization; the practice keeps what was agreed. Raises ValidationError."""
    link = links.claim(seen.link, now=now)
    practice, organization = link.practice, link.organization
    if practice is None or organization is None:
        raise ValidationError(_("This link is for something else. Ask for a new one."))
    if practice.consultants.filter(user=by).exists():
        raise ValidationError(_("You work for this practice. Send the link to your client."))
    links.use(link, by=by, now=now)
    Membership.objects.update_or_create(
        organization=organization,
        user=by,
        defaults={"role": Role.OWNER},
        create_defaults={"role": Role.OWNER},
    )
    with scope([organization.pk]):
        audit.record(organization, "organization_handed_over", by=by, at=now, target=practice.pk)
    access = practice.clients.filter(organization=organization, ends_at=None).first()
    if access is not None:
        clients.change(access, role=Role(link.role), ends_at=None, by=by, now=now)
    return organization
