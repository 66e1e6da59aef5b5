"""carol's practice and its mailbox, for the tests of this folder."""

from __future__ import annotations

import re
from datetime import datetime

from allauth.account.models import EmailAddress
from django.core.mail import EmailMessage
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import Practice, PracticeMail, User
from accounts.practices import mails
from tests import make


def browser(user: User | None) -> Browser:
    """A browser in which the user is logged in."""
    client = Browser()
    if user:
        client.force_login(user)
    return client


def practice_of(user: User) -> Practice:
    return user.practices.get()


def post_out(now: datetime | None = None) -> None:
    """What a worker does: sends everything that waits."""
    moment = now or timezone.now()
    for pk in mails.due(moment):
        if mail := mails.claim(pk, now=moment):
            mails.send(mail, now=moment)
    assert not PracticeMail.objects.filter(mail_due_at__lte=moment).exists()


def link_in(mail: EmailMessage) -> str:
    """The path of the one link to a practice's link in a mail."""
    [found] = set(re.findall(r"https?://[^/\s]+(/practices/\S+)", str(mail.body)))
    return str(found)


def person(name: str, verified: bool = True) -> User:
    """Somebody with an account, whose address is confirmed."""
    user = User.objects.create_user(f"{name}@example.org", make.PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
    return user
