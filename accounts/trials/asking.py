"""Somebody asks for a day's trial; whatever we know of the address, the page says the same."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts.models import Trial
from accounts.trials import LINK_LASTS, ONE_IN

ASK_AGAIN = timedelta(minutes=10)
MOST_MAILS = 3
"""Mails to one address in a month, however often somebody asks."""
_SIGNER = signing.Signer(salt="engage.trial")


def ask(email: str, name: str, *, now: datetime) -> Trial | None:
    """Writes down that a mail is due; None where this address was mailed just now, or often enough."""
    email = email.strip().lower()
    digest = salted_hmac("engage.trial.address", email, algorithm="sha256").hexdigest()
    fresh = {"email": email, "name": name, "asked_at": now, "link_ends_at": now + LINK_LASTS}
    with transaction.atomic():
        row, new = Trial.objects.select_for_update().get_or_create(
            address_digest=digest, defaults={**fresh, "mail_due_at": now, "mails": 1}
        )
        if new:
            return row
        if over(row, now):
            row.delete()
            return Trial.objects.create(address_digest=digest, **fresh, mail_due_at=now, mails=1)
        if row.mails >= MOST_MAILS or now - row.asked_at < ASK_AGAIN:
            return None
        row.email, row.asked_at, row.mail_due_at, row.mail_tries = email, now, now, 0
        row.mails += 1
        if row.opened_at is None:
            row.name, row.link_ends_at = name, now + LINK_LASTS
        row.save()
        return row


def over(row: Trial, now: datetime) -> bool:
    """Whether the month in which an address has one trial has passed, and nothing of it is left."""
    running = row.opened_at is not None and row.kept_at is None and row.erased_at is None
    return not running and now - (row.opened_at or row.asked_at) > ONE_IN


def token(trial: Trial) -> str:
    """The secret in the mail's link; one of an earlier month opens nothing."""
    return _SIGNER.sign_object([trial.pk])


def find(given: str) -> Trial | None:
    """The trial behind a link, or None."""
    try:
        [pk] = _SIGNER.unsign_object(given)
        return Trial.objects.filter(pk=int(pk)).first()
    except (signing.BadSignature, TypeError, ValueError):
        return None


def forget_addresses(now: datetime) -> int:
    """Takes away the addresses of those who never opened their link, and rows of earlier months."""
    unopened = Trial.objects.filter(opened_at__isnull=True, link_ends_at__lte=now).exclude(email="")
    changed = unopened.update(email="", name="", mail_due_at=None)
    old = Trial.objects.filter(asked_at__lte=now - ONE_IN)
    old.filter(opened_at__isnull=True).delete()
    old.filter(opened_at__lte=now - ONE_IN, erased_at__isnull=False).delete()
    old.filter(opened_at__lte=now - ONE_IN, kept_at__isnull=False).delete()
    return changed
