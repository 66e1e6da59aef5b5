"""A practice's access to an organization: offered, begun, changed, ended; the owners always hear of it."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Client, Organization, Practice, PracticeLink, Role, User
from accounts.practices import links, mails
from accounts.tenancy import scope

KEEPABLE = (Role.VIEWER, Role.EDITOR)
"""As what an organization lets a practice in; owning it stays with its own people."""


@transaction.atomic
def offer(
    organization: Organization,
    practice: Practice | None,
    *,
    role: Role,
    ends_at: datetime | None,
    by: User,
    now: datetime,
) -> PracticeLink:
    """Offers access to a practice, or by a link to whichever gets it; raises ValidationError.

    Nothing begins before a consultant says yes: an organization could otherwise wear a stranger's name.
    """
    Organization.objects.select_for_update().only("pk").get(pk=organization.pk)
    if practice is not None:
        if overlapping(practice, organization, now, ends_at).exists():
            raise ValidationError(_("This practice has access already. Change it in the list."))
        if organization.practice_links.filter(practice=practice, accepted_at=None, revoked_at=None).exists():
            raise ValidationError(_("This practice is invited already. Take that back first."))
    link = links.make(
        kind=PracticeLink.Kind.CLIENT,
        practice=practice,
        organization=organization,
        role=role,
        access_ends_at=ends_at,
        by=by,
        now=now,
    )
    for address in mails.leads(practice) if practice else ():
        mails.offer(link, mails.Kind.OFFER, address, now=now)
    audit.record(organization, "practice_invited", by=by, at=now, target=link.pk, role=role)
    return link


def take_back(organization: Organization, link: PracticeLink, *, by: User, now: datetime) -> None:
    """An offer holds no longer."""
    if links.revoke(link, now=now):
        audit.record(organization, "practice_invitation_revoked", by=by, at=now, target=link.pk)


@transaction.atomic
def accept(offered: PracticeLink, practice: Practice, *, by: User, now: datetime) -> Client:
    """A consultant takes up an organization's offer for their practice; raises ValidationError."""
    link = links.claim(offered, now=now)
    if link.organization is None or link.practice not in (None, practice):
        raise ValidationError(_("This link is for another practice. Ask for one of your own."))
    if not practice.consultants.filter(user=by).exists():
        raise ValidationError(_("Only those who work for this practice can accept for it. Ask one of them."))
    if link.access_ends_at and link.access_ends_at <= now:
        raise ValidationError(_("The access that was offered would have ended by now. Ask for a new link."))
    links.use(link, by=by, now=now)
    return start(link.organization, practice, Role(link.role), link.access_ends_at, by=by, now=now)


def decline(link: PracticeLink, *, by: User, now: datetime) -> None:
    """A practice does not want an organization's offer."""
    if link.organization is not None and links.revoke(link, now=now):
        with scope([link.organization.pk]):
            audit.record(link.organization, "practice_declined", by=by, at=now, target=link.pk)


@transaction.atomic
def start(
    organization: Organization,
    practice: Practice,
    role: Role,
    ends_at: datetime | None,
    *,
    by: User,
    now: datetime,
) -> Client:
    """Access begins at this moment; raises ValidationError where the practice has some already."""
    Organization.objects.select_for_update().only("pk").get(pk=organization.pk)
    if overlapping(practice, organization, now, ends_at).exists():
        raise ValidationError(_("This practice has access already."))
    client = Client.objects.create(
        practice=practice, organization=organization, role=role, starts_at=now, ends_at=ends_at
    )
    _tell(client, "started", by=by, now=now)
    return client


@transaction.atomic
def change(client: Client, *, role: Role, ends_at: datetime | None, by: User, now: datetime) -> None:
    """Another role or another end, from the next request on; raises ValidationError."""
    held = _held(client, now)
    if (held.role, held.ends_at) == (role, ends_at):
        return
    after = Q(starts_at__gt=held.starts_at)
    if overlapping(held.practice, held.organization, now, ends_at).filter(after).exists():
        raise ValidationError(
            _("This practice has another access that begins before that day. Choose an earlier day.")
        )
    held.role, held.ends_at = role, ends_at
    held.save(update_fields=["role", "ends_at"])
    _tell(held, "changed", by=by, now=now)


@transaction.atomic
def end(client: Client, *, by: User, now: datetime) -> None:
    """Access ends at this moment, once; raises ValidationError where nobody owns the organization."""
    try:
        held = _held(client, now)
    except ValidationError:
        return
    if held.role == Role.OWNER and not held.organization.memberships.filter(role=Role.OWNER).exists():
        raise ValidationError(_("Nobody else owns this organization yet. Hand it over first."))
    held.ends_at = max(now, held.starts_at)
    held.save(update_fields=["ends_at"])
    _tell(held, "ended", by=by, now=now)


def overlapping(
    practice: Practice, organization: Organization, starts_at: datetime, ends_at: datetime | None
) -> "QuerySet[Client]":
    """Access of this practice to this organization that falls into the same time."""
    found = Client.objects.filter(practice=practice, organization=organization)
    found = found.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=starts_at))
    return found.filter(starts_at__lt=ends_at) if ends_at else found


def _held(client: Client, now: datetime) -> Client:
    """The access, locked until the transaction ends; raises ValidationError where it is over."""
    mine = Client.objects.select_for_update(of=("self",)).select_related("practice", "organization")
    held = mine.get(pk=client.pk)
    if held.ends_at is not None and held.ends_at <= now:
        raise ValidationError(_("This access has ended already. Look at the list again."))
    return held


def _tell(client: Client, what: str, *, by: User, now: datetime) -> None:
    """Writes it into the organization's trail, and mails its owners and those who lead the practice."""
    ends_at = client.ends_at.isoformat() if client.ends_at else None
    with scope([client.organization_id]):
        audit.record(
            client.organization,
            f"practice_access_{what}",
            by=by,
            at=now,
            target=client.practice_id,
            role=client.role,
            ends_at=ends_at,
        )
    told = {"what": what, "role": client.role, "ends_at": ends_at}
    for address in dict.fromkeys(mails.owners(client.organization) + mails.leads(client.practice)):
        mails.write(
            mails.Kind.ACCESS,
            address,
            now=now,
            practice=client.practice,
            organization=client.organization,
            details=told,
        )
