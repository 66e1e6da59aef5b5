"""What a link of an invitation opens: who is asked, whether this is them, and how they join."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts import audit, inviting, one_use_links
from accounts.models import Invitation, Membership, Organization, Role, User
from accounts.one_use_links import Way
from accounts.permissions import allows
from accounts.tenancy import scope


class Welcome(Enum):
    """What a visitor can do with an invitation; templates ask by its value."""

    GUEST = "guest"  # nobody is logged in
    JOIN = "join"
    OTHER_ADDRESS = "other_address"  # somebody else is logged in
    UNCONFIRMED = "unconfirmed"  # the right address, not yet known to be theirs
    MEMBER = "member"  # of this organization already
    EXPIRED = "expired"
    ACCEPTED = "accepted"
    REVOKED = "revoked"

    @property
    def over(self) -> bool:
        """Whether the link leads nowhere any more."""
        return self in (Welcome.EXPIRED, Welcome.ACCEPTED, Welcome.REVOKED)


@dataclass(frozen=True)
class Page:
    """The page behind a link; `has_account` is told only to who reads the mail."""

    invitation: Invitation
    organization: Organization
    welcome: Welcome
    by_mail: bool
    has_account: bool = False


def find(secret: str) -> tuple[Invitation, Way] | None:
    """The invitation behind a link, and which of its two addresses it is. One query."""
    return one_use_links.find(Invitation.objects.select_related("organization", "invited_by"), secret)


def page(invitation: Invitation, way: Way, visitor: User | None, *, now: datetime) -> Page:
    """What this visitor reads behind the link."""
    by_mail = way is Way.MAIL
    known = by_mail and visitor is None and User.objects.filter(email=invitation.email).exists()
    welcome = _welcome(invitation, visitor, by_mail, now)
    return Page(invitation, invitation.organization, welcome, by_mail, known)


def _welcome(invitation: Invitation, visitor: User | None, by_mail: bool, now: datetime) -> Welcome:
    places = Membership.objects.filter(organization=invitation.organization)
    place = places.filter(user=visitor).first() if visitor else None
    state = invitation.state(now)
    if state is not Invitation.State.OPEN:
        return Welcome.MEMBER if place else Welcome(state.value)
    if visitor is None:
        return Welcome.GUEST
    confirmed = _confirmed(visitor, invitation.email)
    if place and (confirmed is None or allows(place.role, Role(invitation.role))):
        return Welcome.MEMBER
    if confirmed is None:
        return Welcome.OTHER_ADDRESS
    return Welcome.JOIN if confirmed or by_mail else Welcome.UNCONFIRMED


def _confirmed(visitor: User, email: str) -> bool | None:
    """Whether the address is known to be the visitor's; None where it is none of theirs."""
    kept = EmailAddress.objects.filter(user=visitor, email__iexact=email).first()
    if kept is not None:
        return bool(kept.verified)
    return False if visitor.email == email else None


def accept(invitation: Invitation, way: Way, visitor: User, *, now: datetime) -> bool:
    """Makes the visitor a member; False where this invitation does not let them in, or no longer.

    A role that they have already is never lowered. Of two who press at the same moment one is first.
    """
    if page(invitation, way, visitor, now=now).welcome is not Welcome.JOIN:
        return False
    organization = invitation.organization
    with scope([organization.pk]):
        # Who is about to be removed, or to be made something else, is so before or after this.
        Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
        mine = inviting.open_ones(organization).filter(pk=invitation.pk, expires_at__gt=now)
        if not mine.update(accepted_at=now, accepted_by=visitor, mail_due_at=None):
            return False
        if way is Way.MAIL:
            confirm_address(visitor, invitation.email)
        _join(organization, visitor, Role(invitation.role), invitation.pk, now)
    return True


def _join(organization: Organization, visitor: User, role: Role, invitation_id: int, now: datetime) -> None:
    place, new = Membership.objects.get_or_create(
        organization=organization, user=visitor, defaults={"role": role, "created_at": now}
    )
    if not new and not allows(place.role, role):
        place.role = role
        place.save(update_fields=["role"])
    audit.record(organization, "member_joined", by=visitor, at=now, target=invitation_id, role=place.role)


@transaction.atomic
def confirm_address(user: User, email: str) -> None:
    """Who came by the mail has the address, which no second mail need to prove."""
    address, _new = EmailAddress.objects.get_or_create(
        user=user, email=email, defaults={"primary": not EmailAddress.objects.filter(user=user).exists()}
    )
    if not address.verified and address.can_set_verified():
        address.verified = True
        address.save(update_fields=["verified"])
