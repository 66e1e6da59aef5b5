"""From a digest in the mail: reading it in a browser, choosing another day, and leaving it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.tenancy import scope
from coaching import delivering, readers
from coaching.models import Subscription
from tests import make
from tests.browser.pages import window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_reader_follows_the_links_of_a_digest(
    browser: Browser, live_server: Any, mailoutbox: list[EmailMessage]
) -> None:
    cast, now = make.cast(), timezone.now()
    asked = make.message(1, "@gulltheatre is there a matinee?", created_at=now - timedelta(hours=30))
    make.pulled(cast.theatre, messages=[asked])
    readers.enrol(cast.theatre.pk, now=now)
    with scope([cast.theatre.pk]):
        cast.theatre.subscriptions.exclude(user=cast.alice).update(due_at=None)
        cast.theatre.subscriptions.filter(user=cast.alice).update(due_at=now)
        [one] = cast.theatre.subscriptions.filter(user=cast.alice)
    [pk] = delivering.queue(cast.theatre.pk, [one.pk], now=now)
    copy = delivering.claim(cast.theatre.pk, pk, now=now)
    assert copy
    delivering.send(copy, now=now)
    [mail] = mailoutbox
    links = [
        word.replace(settings.BASE_URL, live_server.url)
        for word in str(mail.body).split()
        if word.startswith(settings.BASE_URL)
    ]
    read, choose = links[-2:]
    with window(browser, "phone") as context:
        follow(context.new_page(), read, choose)
    with scope([cast.theatre.pk]):
        kept = Subscription.across_organizations.get(pk=one.pk)
    assert (kept.on, kept.day, kept.due_at) == (False, 3, None)


def follow(page: Page, read: str, choose: str) -> None:
    """Reads, chooses Thursday, and leaves."""
    page.goto(read)
    expect(page.get_by_text("is there a matinee?")).to_be_visible()
    page.goto(choose)
    page.get_by_label("Day", exact=True).select_option("Thursday")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    page.get_by_role("link", name="No more digests").click()
    page.get_by_role("button", name="Leave the digest of Gull Theatre").click()
    expect(page.get_by_role("heading", name="You will get no more digests")).to_be_visible()
