"""Asking somebody to become a member: sent, sent again, taken back, forgotten when it is long over."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts import audit, one_use_links
from accounts.models import Invitation, Membership, Organization, Role, User

DAY = timedelta(days=1)
MOST_A_DAY = 50
"""Invitations that an organization, or one person in all organizations, may send in 24 hours."""
AGAIN_AFTER = timedelta(minutes=5)


def open_ones(organization: Organization) -> "QuerySet[Invitation]":
    """Invitations that were neither accepted nor taken back; some may have expired."""
    return one_use_links.unanswered(Invitation.objects.filter(organization=organization))


@transaction.atomic
def invite(organization: Organization, email: str, role: Role, *, by: User, now: datetime) -> Invitation:
    """Asks somebody to become a member; a worker mails them. Raises ValidationError with what to do."""
    email = email.strip().lower()
    validate_email(email)
    # Two owners who ask the same person at the same moment take turns.
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    if is_member(organization, email):
        raise ValidationError(_("They are a member already; change their role in the list above."))
    _check_pace(organization, by, now)
    former = open_ones(organization).filter(email=email).first()
    if former is not None:
        if former.state(now) is Invitation.State.OPEN:
            raise ValidationError(_("They are invited already; you can send the mail again below."))
        former.revoked_at = now
        former.save(update_fields=["revoked_at"])
    return _write(organization, email, role, by=by, now=now)


def is_member(organization: Organization, email: str) -> bool:
    """Whether somebody with this address belongs to the organization."""
    confirmed = Q(user__emailaddress__email__iexact=email, user__emailaddress__verified=True)
    members = Membership.objects.filter(organization=organization)
    return members.filter(Q(user__email=email) | confirmed).exists()


@transaction.atomic
def send_again(invitation: Invitation, *, by: User, now: datetime) -> Invitation:
    """The same invitation anew, for seven days more; links of the former one end."""
    Organization.objects.select_for_update(no_key=True).get(pk=invitation.organization_id)
    if now - invitation.created_at < AGAIN_AFTER:
        raise ValidationError(_("It was sent less than five minutes ago; give the mail time to arrive."))
    _check_pace(invitation.organization, by, now)
    if not _end(invitation, now):
        raise ValidationError(_("It was accepted or taken back meanwhile. Look at the list again."))
    return _write(invitation.organization, invitation.email, Role(invitation.role), by=by, now=now)


@transaction.atomic
def revoke(invitation: Invitation, *, by: User, now: datetime) -> None:
    """Takes an invitation back; a second time changes nothing."""
    if _end(invitation, now):
        audit.record(invitation.organization, "invitation_revoked", by=by, at=now, target=invitation.pk)


def revoke_of(organization: Organization, inviter: User, *, now: datetime) -> None:
    """Takes back what somebody invited who may no longer invite."""
    mine = open_ones(organization).filter(invited_by=inviter)
    one_use_links.take_back(mine, now=now, mail_due_at=None)


def drop_old(now: datetime) -> None:
    """Forgets invitations that were over long ago, with the addresses they went to."""
    Invitation.objects.filter(one_use_links.long_over(now)).delete()


def _end(invitation: Invitation, now: datetime) -> int:
    mine = open_ones(invitation.organization).filter(pk=invitation.pk)
    return one_use_links.take_back(mine, now=now, mail_due_at=None)


def _check_pace(organization: Organization, by: User, now: datetime) -> None:
    recent = Invitation.objects.filter(created_at__gt=now - DAY)
    for mine in (recent.filter(organization=organization), recent.filter(invited_by=by)):
        if mine.count() >= MOST_A_DAY:
            raise ValidationError(_("You can send fifty invitations a day. Send the others tomorrow."))


def _write(organization: Organization, email: str, role: Role, *, by: User, now: datetime) -> Invitation:
    made = Invitation(organization=organization, email=email, role=role, invited_by=by, mail_due_at=now)
    one_use_links.draw(made, now=now)
    made.save()
    audit.record(organization, "invitation_sent", by=by, at=now, target=made.pk, role=role)
    return made
