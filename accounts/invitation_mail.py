"""The mail that asks somebody to become a member."""

from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from accounts import due_mail, one_use_links
from accounts.branding import brand_of
from accounts.due_mail import Fate
from accounts.mailing import Letter
from accounts.models import Invitation
from accounts.one_use_links import Way


def due(now: datetime) -> list[int]:
    """Invitations whose mail can be sent now."""
    return due_mail.due(_waiting(), now=now)


def claim(invitation_id: int, *, now: datetime) -> Invitation | None:
    """The invitation, for whoever asks first."""
    return due_mail.claim(_waiting(), invitation_id, now=now)


def send(invitation: Invitation, *, now: datetime) -> None:
    """Mails a claimed invitation and keeps what came of it."""
    if invitation.state(now) is not Invitation.State.OPEN:
        Invitation.objects.filter(pk=invitation.pk).update(mail_due_at=None)
        return
    fate, again = due_mail.send(letter(invitation, now=now), tries=invitation.mail_tries, now=now)
    told: dict[str, datetime | None] = {"mail_due_at": again}
    if fate is Fate.SENT:
        told["mailed_at"] = now
    elif fate in (Fate.REFUSED, Fate.GIVEN_UP):
        told["refused_at"] = now
    # What was taken back meanwhile stays so.
    Invitation.objects.filter(pk=invitation.pk, revoked_at__isnull=True).update(**told)


def letter(invitation: Invitation, *, now: datetime) -> Letter:
    """The mail, in the dress of the organization's practice where it has one."""
    brand = brand_of(invitation.organization, at=now)
    told = {"invitation": invitation, "url": address(invitation, Way.MAIL)}
    host = settings.BASE_URL.partition("://")[2].partition(":")[0] or "localhost"
    same = {"Message-ID": f"<invitation-{invitation.pk}-{invitation.mail_digest[:12]}@{host}>"}
    with invitation.organization.customs():
        return Letter("invitation", invitation.email, told, brand=brand, headers=same)


def address(invitation: Invitation, way: Way) -> str:
    """Where one of the two links leads."""
    secret = one_use_links.secret(invitation, way)
    return settings.BASE_URL + reverse("accounts:invitation", args=[secret])


def _waiting() -> "QuerySet[Invitation]":
    unanswered = Invitation.objects.filter(accepted_at__isnull=True, revoked_at__isnull=True)
    return unanswered.select_related("organization", "invited_by")
