"""Who belongs to an organization, as what, and how that changes. One owner at least remains."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts import audit, invitation_mail, inviting, one_use_links
from accounts.models import Invitation, Membership, Organization, OrganizationOwned, PracticeLink, Role, User
from accounts.one_use_links import Way
from accounts.permissions import DEEDS, RANK, Deed, allows
from accounts.practices import links


@dataclass(frozen=True)
class MemberLine:
    """One member; `second_step` is whether they have set up two-step login."""

    id: int
    name: str
    email: str
    role: Role
    since: datetime
    you: bool
    second_step: bool
    only_owner: bool


@dataclass(frozen=True)
class InvitationLine:
    """One invitation that nobody has accepted; `url` is the link to copy, while it works."""

    id: int
    email: str
    role: Role
    expired: bool
    expires_at: datetime
    mailed_at: datetime | None
    refused: bool
    url: str


@dataclass(frozen=True)
class DeedLine:
    """One line of the table of who may do what."""

    deed: Deed
    allowed: tuple[bool, ...]


@dataclass(frozen=True)
class MembersPage:
    """The members of an organization, and for owners the invitations."""

    members: tuple[MemberLine, ...]
    invitations: tuple[InvitationLine, ...]
    roles: tuple[Role, ...]
    deeds: tuple[DeedLine, ...]
    you_belong: bool


def page(organization: Organization, reader: User, *, manages: bool, now: datetime) -> MembersPage:
    """The members page as this reader sees it. Two queries."""
    places = list(
        Membership.objects.filter(organization=organization)
        .select_related("user")
        .annotate(second_step=Exists(Authenticator.objects.filter(user=OuterRef("user"))))
    )
    places.sort(key=lambda one: (-RANK[Role(one.role)], one.created_at, one.pk))
    owners = sum(one.role == Role.OWNER and one.user.is_active for one in places)
    lines = tuple(_member(one, reader, alone=owners == 1) for one in places)
    open_ones = inviting.open_ones(organization).order_by("-created_at", "-pk") if manages else ()
    return MembersPage(
        members=lines,
        invitations=tuple(_invitation(one, now) for one in open_ones),
        roles=tuple(Role),
        deeds=tuple(DeedLine(deed, tuple(allows(role, deed) for role in Role)) for deed in DEEDS),
        you_belong=any(line.you for line in lines),
    )


def _member(place: Membership, reader: User, *, alone: bool) -> MemberLine:
    return MemberLine(
        id=place.pk,
        name=place.user.name,
        email=place.user.email,
        role=Role(place.role),
        since=place.created_at,
        you=place.user_id == reader.pk,
        second_step=place.second_step,  # type: ignore[attr-defined]
        only_owner=alone and place.role == Role.OWNER and place.user.is_active,
    )


def _invitation(one: Invitation, now: datetime) -> InvitationLine:
    expired = one.state(now) is Invitation.State.EXPIRED
    return InvitationLine(
        id=one.pk,
        email=one.email,
        role=Role(one.role),
        expired=expired,
        expires_at=one.expires_at,
        mailed_at=one.mailed_at,
        refused=one.refused_at is not None,
        url="" if expired else invitation_mail.address(one, Way.COPY),
    )


def of(organization: Organization) -> "QuerySet[Membership]":
    """The organization's members, one of whom a page is about."""
    return Membership.objects.filter(organization=organization).select_related("user")


@transaction.atomic
def change_role(organization: Organization, pk: int, role: Role, *, by: User, now: datetime) -> None:
    """Gives a member another role; raises ValidationError where no owner would remain."""
    place = _take(organization, pk)
    if place.role == role:
        return
    _keep_an_owner(organization, place, role)
    _give(place, role, by=by, now=now)


@transaction.atomic
def remove(organization: Organization, pk: int, *, by: User, now: datetime) -> None:
    """Ends a membership, with what must not go on without it; the last owner stays."""
    place = _take(organization, pk)
    _keep_an_owner(organization, place, None)
    _end(organization, place)
    if place.user_id == by.pk:
        audit.record(organization, "member_left", by=by, at=now, target=place.user_id, role=place.role)
    else:
        audit.record(organization, "member_removed", by=by, at=now, target=place.user_id, role=place.role)
    _take_back(organization, place.user, now)


def leave(organization: Organization, user: User, *, now: datetime) -> None:
    """Ends one's own membership."""
    place = of(organization).filter(user=user).first()
    if place is not None:
        remove(organization, place.pk, by=user, now=now)


@transaction.atomic
def hand_over(organization: Organization, pk: int, *, by: User, now: datetime) -> None:
    """Makes a member an owner, and whoever hands over an editor."""
    heir = _take(organization, pk)
    if heir.user_id == by.pk:
        raise ValidationError(_("Choose another member to hand over to."))
    _give(heir, Role.OWNER, by=by, now=now)
    former = of(organization).filter(user=by).first()
    if former is not None:
        _give(former, Role.EDITOR, by=by, now=now)
    audit.record(organization, "handed_over", by=by, at=now, target=heir.user_id)


def drop_personal_rows(organization: Organization, user: User) -> None:
    """Deletes what belongs to a membership and would go on without it, such as the digest."""
    for model in apps.get_models():
        if issubclass(model, OrganizationOwned) and model.ends_with_membership:
            mine = {model.ends_with_membership: user, "organization": organization}
            model.across_organizations.filter(**mine).delete()


def _take(organization: Organization, pk: int) -> Membership:
    """One membership, with the organization locked, so that of two changes one sees the other's result."""
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    place = of(organization).filter(pk=pk).first()
    if place is None:
        raise ValidationError(_("They are no longer a member."))
    return place


def _keep_an_owner(organization: Organization, place: Membership, role: Role | None) -> None:
    if place.role != Role.OWNER or role is Role.OWNER:
        return
    # An account that the operator has closed cannot look after anything.
    others = of(organization).filter(role=Role.OWNER, user__is_active=True).exclude(pk=place.pk)
    if place.user.is_active and not others.exists():
        raise ValidationError(
            _("Somebody must own the organization. Make another member an owner first, then come back.")
        )


def _give(place: Membership, role: Role, *, by: User, now: datetime) -> None:
    if place.role == role:
        return
    former, place.role = place.role, role
    place.save(update_fields=["role"])
    audit.record(
        place.organization, "role_changed", by=by, at=now, target=place.user_id, role=role, before=former
    )
    if former == Role.OWNER:
        _take_back(place.organization, place.user, now)


def _take_back(organization: Organization, former: User, now: datetime) -> None:
    """Ends what a former owner invited and offered, by which they could come back themselves."""
    inviting.revoke_of(organization, former, now=now)
    offers = organization.practice_links.filter(kind=PracticeLink.Kind.CLIENT)
    links.revoke_made_by(former, offers, now=now)
    one_use_links.end_copied(offers.filter(practice=None))


def _end(organization: Organization, place: Membership) -> None:
    drop_personal_rows(organization, place.user)
    Membership.objects.filter(pk=place.pk).delete()
