"""Deleting one's own account: what stands in the way, and what goes with it."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import audit, mailing, one_use_links, pending_mail
from accounts.mailing import Letter
from accounts.models import (
    AuditEvent,
    Invitation,
    Logo,
    Membership,
    Organization,
    OrganizationOwned,
    PendingMail,
    Practice,
    PracticeLink,
    Role,
    User,
)
from accounts.tenancy import scope

_OF_NO_WEIGHT = (AuditEvent, Logo)
"""Rows that do not make an organization worth handing over."""


@dataclass(frozen=True)
class Obstacles:
    """What would be left without anybody: organizations to hand over or delete, practices to hand on."""

    organizations: tuple[Organization, ...]
    practices: tuple[Practice, ...]

    def __bool__(self) -> bool:
        return bool(self.organizations or self.practices)


def obstacles(user: User, *, now: datetime) -> Obstacles:
    """What somebody must hand over before their account can go."""
    return Obstacles(
        organizations=tuple(one for one in _owned_alone(user) if not _worthless(one, user, now)),
        practices=tuple(one for one in _led_alone(user) if not _deserted(one, user, now)),
    )


def close(user: User, *, now: datetime) -> PendingMail:
    """Erases an account, with its memberships, sessions, tokens and wishes; a worker says goodbye.

    What others need, such as who corrected a post, goes on without a name. Raises ValidationError while
    something would be left without anybody.
    """
    everywhere = list(Organization.objects.order_by("pk").values_list("pk", flat=True))
    with scope(everywhere):  # what they did in an organization that they left long ago is there as well
        # Of two owners who go at the same moment the second sees that the first has gone.
        mine = Q(memberships__user=user)
        list(Organization.objects.select_for_update(no_key=True, of=("self",)).filter(mine).order_by("pk"))
        if obstacles(user, now=now):
            raise ValidationError(_("First hand over what only you look after."))
        theirs = Q(kind=PracticeLink.Kind.HANDOVER, practice__consultants__user=user)
        one_use_links.end_copied(PracticeLink.objects.filter(theirs))
        for organization in _owned_alone(user):
            _erase_empty(organization)
        for practice in _led_alone(user):
            practice.delete()
        for place in Membership.objects.filter(user=user).select_related("organization"):
            audit.record(place.organization, "account_deleted", by=user, at=now, target=user.pk)
        farewell = pending_mail.keep(mailing.compose(Letter("farewell", user.email, {})), due_at=now)
        _forget_invitations(user)
        for session in UserSession.objects.filter(user=user):
            session.end()
        user.delete()
    return farewell


def _owned_alone(user: User) -> list[Organization]:
    """Organizations whose only owner this is."""
    owned = Organization.objects.filter(memberships__user=user, memberships__role=Role.OWNER)
    others = (
        Membership.objects.filter(role=Role.OWNER, user__is_active=True)
        .exclude(user=user)
        .values("organization")
    )
    return list(owned.exclude(pk__in=others).order_by("name", "pk"))


def _worthless(organization: Organization, user: User, now: datetime) -> bool:
    """Whether nobody else belongs to an organization and nothing is kept in it."""
    if organization.memberships.exclude(user=user).exists():
        return False
    running = Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    if organization.practice_access.filter(running).exists():
        return False
    with scope([organization.pk]):
        return not any(
            model.across_organizations.filter(organization=organization).exists()
            for model in apps.get_models()
            if issubclass(model, OrganizationOwned)
            and model not in _OF_NO_WEIGHT
            and not model.ends_with_membership
        )


def _erase_empty(organization: Organization) -> None:
    with connection.cursor() as cursor:  # the trail may go together with its organization, and only then
        cursor.execute("SELECT set_config('engage.erasing', %s, true)", [str(organization.pk)])
        organization.delete()
        cursor.execute("SELECT set_config('engage.erasing', '', true)")


def _led_alone(user: User) -> list[Practice]:
    led = Practice.objects.filter(consultants__user=user, consultants__leads=True)
    return [
        one
        for one in led.defer("logo").order_by("name", "pk")
        if not one.consultants.filter(leads=True).exclude(user=user).exists()
    ]


def _deserted(practice: Practice, user: User, now: datetime) -> bool:
    """Whether nobody else works for a practice and it looks after nobody."""
    running = Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    return (
        not practice.consultants.exclude(user=user).exists() and not practice.clients.filter(running).exists()
    )


def _forget_invitations(user: User) -> None:
    """Invitations that are over keep no address of theirs; those that wait were not their doing."""
    addresses = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    theirs = Q(email__in=[user.email, *addresses])
    over = Q(accepted_at__isnull=False) | Q(revoked_at__isnull=False)
    Invitation.objects.filter(theirs & over).delete()
