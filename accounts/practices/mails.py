"""Mails of practices on their way: written down first, sent by a worker, tried for a day."""

from contextlib import nullcontext
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime

from accounts import due_mail
from accounts.branding import brand
from accounts.due_mail import Fate
from accounts.mailing import Letter
from accounts.models import Organization, Practice, PracticeLink, PracticeMail, Role
from accounts.practices import links, reply_to

Kind = PracticeMail.Kind


def write(kind: PracticeMail.Kind, to: str, *, now: datetime, **about: Any) -> None:
    """Writes a mail down; it is sent when the transaction has ended."""
    PracticeMail.objects.create(kind=kind, to=to, mail_due_at=now, **about)


def offer(link: PracticeLink, kind: PracticeMail.Kind, to: str, *, now: datetime) -> None:
    """Mails a link; an earlier mail of the same link that still waits is not sent."""
    PracticeMail.objects.filter(link=link, to=to).delete()
    write(kind, to, now=now, link=link, practice=link.practice, organization=link.organization)


def owners(organization: Organization) -> list[str]:
    """Addresses of the members who own an organization."""
    return list(
        organization.memberships.filter(role=Role.OWNER, user__is_active=True)
        .order_by("pk")
        .values_list("user__email", flat=True)
    )


def in_charge(organization: Organization, *, at: datetime) -> list[str]:
    """Whom to tell that an organization needs something: its owners, or until there are any, those who lead
    the practice that has set it up."""
    if found := owners(organization):
        return found
    acting = organization.practice_access.filter(role=Role.OWNER, starts_at__lte=at)
    open_now = acting.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at)).select_related("practice")
    return [address for access in open_now.order_by("pk") for address in leads(access.practice)]


def leads(practice: Practice) -> list[str]:
    """Addresses of those who lead a practice."""
    return list(
        practice.consultants.filter(leads=True, user__is_active=True)
        .order_by("pk")
        .values_list("user__email", flat=True)
    )


def due(now: datetime) -> list[int]:
    """Ids of the mails to send now, the longest waiting first."""
    return due_mail.due(_all(), now=now)


def claim(pk: int, *, now: datetime) -> PracticeMail | None:
    """The mail, for whoever asks first."""
    return due_mail.claim(_all(), pk, now=now)


def send(mail: PracticeMail, *, now: datetime) -> None:
    """Sends a claimed mail; its row goes once it was sent, or where what it says holds no longer."""
    mine = PracticeMail.objects.filter(pk=mail.pk)
    with mail.organization.customs() if mail.organization else nullcontext():
        letter = _letter(mail, now)
    fate, again = due_mail.send(letter, tries=mail.mail_tries, now=now) if letter else (Fate.SENT, None)
    if fate is Fate.SENT:
        mine.delete()
    else:
        mine.update(mail_due_at=again)


def _all() -> "QuerySet[PracticeMail]":
    return PracticeMail.objects.select_related("practice", "organization", "link")


def _letter(mail: PracticeMail, now: datetime) -> Letter | None:
    """The mail as it is to be now; None where what it says holds no longer."""
    told: dict[str, Any] = {"practice": mail.practice, "organization": mail.organization}
    if mail.link is not None:
        if mail.link.state(now) is not PracticeLink.State.OPEN:
            return None
        told |= {"link": mail.link, "url": links.mailed_url(mail.link), "role": _role(mail.link.role)}
    elif mail.kind == Kind.REPLY_TO:
        if mail.practice is None or mail.practice.reply_to_asked != mail.to:
            return None
        told["url"] = reply_to.url(mail.practice)
    else:
        ends_at = parse_datetime(mail.details.get("ends_at") or "")
        told |= {
            "what": mail.details["what"],
            "role": _role(mail.details["role"]),
            "last_day": mail.organization.last_day_before(ends_at) if mail.organization and ends_at else None,
        }
    dress = brand(mail.practice) if mail.practice and mail.kind in (Kind.CONSULTANT, Kind.HANDOVER) else None
    return Letter(f"practice_{mail.kind}", mail.to, told, brand=dress)


def _role(code: str) -> str:
    return str(Role(code).label) if code else ""
