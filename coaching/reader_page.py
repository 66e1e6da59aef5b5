"""The pages of a reader: how the digest is chosen, left and confirmed, also without an account."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from accounts import mailing, second_step
from accounts.branding import brand_of
from accounts.mailing import Letter
from accounts.models import Membership, Organization, User
from accounts.tenancy import scope
from coaching import delivering, digest_letter, readers
from coaching.models import Subscription


def find(token: str) -> Subscription | None:
    """The subscription that a link in a mail is about; None where the link is not ours or it has gone."""
    named = digest_letter.choosing(token)
    if named is None:
        return None
    organization_id, pk = named
    with scope([organization_id]):
        found: Subscription | None = (
            Subscription.across_organizations.select_related("organization", "user")
            .filter(organization=organization_id, pk=pk)
            .first()
        )
    return found


def reads(organization_id: int, pk: int) -> bool:
    """Whether this subscription still stands: whoever has left or was removed reads no more by old links."""
    with scope([organization_id]):
        found = Subscription.across_organizations.filter(organization=organization_id, pk=pk)
        member = Exists(Membership.objects.filter(organization=organization_id, user=OuterRef("user")))
        return found.filter(Q(user__isnull=True) | member).exists()


def waits_for_second_step(organization_id: int, pk: int) -> Organization | None:
    """The organization of a member who gets no figures before they have set up its second step."""
    with scope([organization_id]):
        one = (
            Subscription.across_organizations.select_related("organization", "user")
            .filter(organization=organization_id, pk=pk, user__isnull=False)
            .first()
        )
    if one is None or one.user is None or not second_step.lacking(one.user, one.organization):
        return None
    organization: Organization = one.organization
    return organization


def without_second_step(organization: Organization) -> tuple[Subscription, ...]:
    """Members whose digest waits until they have set up the second step that is asked for. One query."""
    if not organization.require_two_factor:
        return ()
    members = organization.members.filter(authenticator=None)
    found = organization.subscriptions.filter(user__in=members, on=True)
    return tuple(found.select_related("user").order_by("user__email"))


def mine(organization: Organization, user: User, *, now: datetime) -> Subscription | None:
    """A member's own subscription; None for those who only consult."""
    own = organization.subscriptions.select_related("organization", "user").filter(user=user)
    if (found := own.first()) is None and readers.enrol(organization.pk, now=now):
        found = own.first()
    kept: Subscription | None = found
    return kept


def others(organization: Organization) -> tuple[Subscription, ...]:
    """Readers without an account, by address."""
    return tuple(organization.subscriptions.exclude(email="").order_by("email"))


def troubled(organization: Organization) -> tuple[Subscription, ...]:
    """Readers whose address does not work."""
    return tuple(delivering.troubled(organization))


def ask(organization_id: int, subscription_id: int, *, now: datetime) -> None:
    """Mails somebody who is to say whether they want the digest."""
    with scope([organization_id]):
        one = (
            Subscription.across_organizations.select_related("organization")
            .filter(pk=subscription_id, organization=organization_id, confirmed_at=None)
            .first()
        )
    if one is None or not one.email:
        return
    organization = one.organization
    told = {"organization": organization, "confirm_url": digest_letter.choosing_url(one)}
    with organization.customs():
        mailing.send(Letter("digest_confirm", one.email, told, brand=brand_of(organization, at=now)))
