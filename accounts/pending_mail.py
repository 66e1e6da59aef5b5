"""Mails that wait for the mail server: kept sealed, tried for a day, forgotten once they are sent."""

import json
import logging
from datetime import datetime

from django.core.mail import EmailMultiAlternatives
from django.db import transaction

from accounts import due_mail, mailing, sealing
from accounts.due_mail import Fate
from accounts.models import PendingMail

log = logging.getLogger(__name__)


def send_or_keep(mail: EmailMultiAlternatives, *, now: datetime) -> None:
    """Sends a mail that somebody waits for; where the mail server is away, a worker tries again."""
    try:
        mail.send()
    except mailing.TROUBLE as trouble:
        if mailing.refused_for_good(trouble):
            log.warning("A mail was refused for good by its reader's mail server.")
        else:
            keep(mail, due_at=mailing.next_try(1, now=now))


def keep(mail: EmailMultiAlternatives, *, due_at: datetime | None) -> PendingMail:
    """Leaves a mail to a worker."""
    told = {
        "subject": str(mail.subject),
        "body": str(mail.body),
        "from_email": mail.from_email,
        "to": list(mail.to),
        "reply_to": list(mail.reply_to),
        "headers": {name: str(value) for name, value in mail.extra_headers.items()},
        "html": [str(content) for content, kind in mail.alternatives if kind == "text/html"],
    }
    return PendingMail.objects.create(sealed=sealing.seal(json.dumps(told)), mail_due_at=due_at)


def due(now: datetime) -> list[int]:
    """Mails that can be sent now."""
    return due_mail.due(PendingMail.objects.all(), now=now)


def claim(mail_id: int, *, now: datetime) -> PendingMail | None:
    """The mail, for whoever asks first."""
    return due_mail.claim(PendingMail.objects.all(), mail_id, now=now)


def send(kept: PendingMail, *, now: datetime) -> None:
    """Sends a claimed mail; one that is refused, or was tried for a day, is given up."""
    mine = PendingMail.objects.filter(pk=kept.pk)
    try:
        mail = _restored(kept)
    except sealing.Unsealable:
        log.error("A waiting mail cannot be read: FIELD_ENCRYPTION_KEYS lacks the key it was stored with.")
        mine.update(mail_due_at=None)
        return
    fate, again = due_mail.hand_in(mail, tries=kept.mail_tries, now=now)
    if fate is Fate.LATER:
        mine.update(mail_due_at=again)
    else:
        mine.delete()


def rotate() -> tuple[int, int]:
    """Seals what waits with the first key; (how many, how many no key opens)."""
    rotated = shut = 0
    with transaction.atomic():
        for kept in PendingMail.objects.select_for_update().order_by("pk"):
            try:
                kept.sealed = sealing.reseal(kept.sealed)
            except sealing.Unsealable:
                shut += 1
                continue
            kept.save(update_fields=["sealed"])
            rotated += 1
    return rotated, shut


def _restored(kept: PendingMail) -> EmailMultiAlternatives:
    told = json.loads(sealing.unseal(kept.sealed))
    html = told.pop("html")
    mail = EmailMultiAlternatives(**told)
    for content in html:
        mail.attach_alternative(content, "text/html")
    return mail
