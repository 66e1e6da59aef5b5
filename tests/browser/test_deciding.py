"""What staff do on the pages after the first five minutes, each as far as their role goes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from accounts.tenancy import scope
from coaching import coach
from tests import make
from tests.browser.pages import log_in, window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast() -> make.Cast:
    """A theatre that only announces, and so has much to try."""
    cast = make.cast()
    now = timezone.now()
    make.pulled(cast.theatre, *(make.post(n, created_at=now - timedelta(days=n)) for n in range(1, 60)))
    with scope([cast.theatre.pk]):
        coach.suggest(cast.theatre, now=now)
    return cast


def test_a_suggestion_is_taken_and_another_set_aside(
    browser: Browser, live_server: Any, cast: make.Cast
) -> None:
    with window(browser, "desktop") as context:
        page = context.new_page()
        log_in(page, live_server.url, cast.erin.email, make.PASSWORD)
        page.goto(f"{live_server.url}/o/theatre/suggestions/")
        title = page.locator(".suggestion h3").first.inner_text()
        page.get_by_role("button", name="We will try this").first.click()
        trying = page.get_by_role("region", name="You are trying")
        expect(trying.get_by_role("heading", name=title)).to_be_visible()
        other = page.locator(".suggestion h3").first.inner_text()
        page.get_by_text("Not for us").first.click()
        page.get_by_role("group", name="Why not?").get_by_role("radio").first.check()
        page.get_by_role("button", name="Set it aside").first.click()
        aside = page.get_by_role("region", name="Set aside")
        expect(aside.get_by_role("heading", name=other)).to_be_visible()


def test_a_viewer_sees_no_button_that_would_be_refused(
    browser: Browser, live_server: Any, cast: make.Cast
) -> None:
    with window(browser, "desktop") as context:
        page = context.new_page()
        log_in(page, live_server.url, cast.bob.email, make.PASSWORD)
        page.goto(f"{live_server.url}/o/theatre/connections/")
        expect(page.get_by_role("button", name="Upload")).to_have_count(0)
        expect(page.get_by_text("An editor or owner can.")).to_be_visible()
        page.goto(f"{live_server.url}/o/theatre/suggestions/")
        expect(page.locator(".suggestion").first).to_be_visible()
        expect(page.get_by_role("button", name="We will try this")).to_have_count(0)
