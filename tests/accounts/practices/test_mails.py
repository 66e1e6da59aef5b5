"""Mails of practices arrive once, whatever the mail server does meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts import mailing
from accounts.models import PracticeLink, PracticeMail
from accounts.practices import consultants, links, mails
from tests import mail_server, make
from tests.accounts.practices.firm import practice_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def smtp(settings: Settings) -> Iterator[mail_server.MailServer]:
    """Mail goes through SMTP to a server of this test."""
    with mail_server.running() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 60
        yield server


def invited(email: str = "tess@example.org") -> None:
    carol = make.consultant()
    consultants.invite(practice_of(carol), email, leads=False, by=carol, now=timezone.now())


def rounds(*minutes: int) -> None:
    for moment in (timezone.now() + timedelta(minutes=after) for after in minutes):
        for pk in mails.due(moment):
            if mail := mails.claim(pk, now=moment):
                mails.send(mail, now=moment)


def test_a_server_that_is_down_gets_it_when_it_is_back(
    settings: Settings, smtp: mail_server.MailServer
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    invited()
    rounds(0, 0, 2)
    [waiting] = PracticeMail.objects.all()
    assert waiting.mail_tries == 2
    settings.EMAIL_PORT = port
    rounds(3, 8, 9)
    assert [mail["To"] for mail in smtp.mails] == ["tess@example.org"]
    assert not PracticeMail.objects.exists()


def test_an_address_that_is_refused_for_good_is_not_tried_again(
    smtp: mail_server.MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    smtp.at_recipient = "550 no such mailbox"
    invited()
    rounds(0, 2, 60)
    assert PracticeMail.objects.get().mail_due_at is None
    assert "tess" not in caplog.text


def test_a_worker_that_dies_leaves_it_to_the_next(smtp: mail_server.MailServer) -> None:
    invited()
    now = timezone.now()
    # As a worker that has claimed it and then is gone.
    assert PracticeMail.objects.filter(mail_due_at__lte=now).update(mail_due_at=now + mailing.LEASE)
    rounds(0)
    assert smtp.mails == []
    rounds(11)
    assert len(smtp.mails) == 1


def test_after_a_day_it_is_given_up(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    invited()
    rounds(0, 2, 8, 30, 120, 400, 900, 1700, 3000)
    assert PracticeMail.objects.get().mail_due_at is None


def test_the_mail_holds_the_link_as_it_is_when_it_is_sent(smtp: mail_server.MailServer) -> None:
    invited()
    link = PracticeLink.objects.get()
    links.renew(link, now=timezone.now() + timedelta(minutes=2))
    rounds(3)
    assert links.mailed_url(link) in str(smtp.mails[0].get_body(("plain",)).get_content())
