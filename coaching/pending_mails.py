"""Short mails that must not get lost: written down with what they are about, sent by a worker, then gone."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import formats, translation
from django.utils.dateparse import parse_date

from accounts import due_mail, mailing
from accounts.branding import brand_of
from accounts.due_mail import Fate
from accounts.mailing import Letter
from accounts.models import Organization
from coaching.models import PendingMail


def put(name: str, to: str, *, now: datetime, organization: Organization | None = None, **told: Any) -> None:
    """Writes a mail down in the transaction in which its reason happens; beat finds it within a minute.

    It speaks its organization's language, or `language`. A day told as `on` is printed as `day`.
    """
    PendingMail.objects.create(
        name=name,
        to=to,
        told=told,
        organization=organization.pk if organization else None,
        mail_due_at=now,
        created_at=now,
    )


def due(now: datetime) -> list[int]:
    """Ids of mails that can be sent now."""
    return due_mail.due(PendingMail.objects.all(), now=now)


def send(mail_id: int, *, now: datetime) -> bool:
    """Sends one mail, unless somebody else does; whether it went. One that is refused or given up goes."""
    mail = due_mail.claim(PendingMail.objects.all(), mail_id, now=now)
    if mail is None:
        return False
    fate, again = due_mail.send(_letter(mail, now), tries=mail.mail_tries, now=now)
    if again:
        PendingMail.objects.filter(pk=mail.pk).update(mail_due_at=again)
    else:
        mail.delete()
    return fate is Fate.SENT


def _letter(mail: PendingMail, now: datetime) -> Letter:
    organization = Organization.objects.filter(pk=mail.organization).first() if mail.organization else None
    same = {"Message-ID": mailing.message_id(f"{mail.name}-{mail.pk}-{mail.created_at:%Y%m%d%H%M%S}")}
    brand = brand_of(organization, at=now) if organization else None
    told, on = {"organization": organization, **mail.told}, parse_date(mail.told.get("on", ""))
    language = mail.told.get("language") or settings.LANGUAGE_CODE
    with organization.customs() if organization else translation.override(language):
        if on:
            told["day"] = formats.date_format(on)
        return Letter(mail.name, mail.to, told, brand=brand, headers=same)
