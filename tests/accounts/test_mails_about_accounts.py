"""Mails about accounts wear the same dress as all others, word for word."""

from __future__ import annotations

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import reverse

from tests import make

pytestmark = pytest.mark.django_db


def test_a_lost_password_is_answered_by_a_mail_in_our_dress(mailoutbox: list[EmailMultiAlternatives]) -> None:
    make.cast()
    Client().post(reverse("account_reset_password"), {"email": "alice@example.org"})
    [mail] = mailoutbox
    [(html, kind)] = mail.alternatives
    link = next(word for word in str(mail.body).split() if "/password/reset/key/" in word)
    assert kind == "text/html"
    assert f'href="{link}"' in str(html)
    assert "color-scheme" in str(html)
    assert mail.message()["Auto-Submitted"] == "auto-generated"
