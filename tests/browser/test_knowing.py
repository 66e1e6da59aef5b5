"""Report cards, checking oneself, letting others know, and a day's trial, as people meet them."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Browser, expect

from accounts.tenancy import scope
from accounts.trials import asking
from coaching import coach
from coaching.models import ReportCard
from tests import make
from tests.browser.pages import Watcher, log_in, window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
POSTS = (
    "@ana Thank you so much for coming! Which scene did your daughter like best?",
    "Last chance! Book now, only 20 seats left: https://example.org/book",
    "We are delighted to announce our spring season.",
    "What a lovely picture, @tom. Where did you take it?",
)


@pytest.fixture
def cast(settings: Any, live_server: Any) -> make.Cast:
    """A theatre that has posted for two months."""
    settings.BASE_URL = live_server.url
    cache.clear()
    cast, now = make.cast(), timezone.now()
    make.pulled(
        cast.theatre,
        *(make.post(n, POSTS[n % 4] + f" {n}", created_at=now - timedelta(days=n)) for n in range(1, 60)),
    )
    with scope([cast.theatre.pk]):
        coach.suggest(cast.theatre, now=now)
    return cast


@pytest.mark.parametrize(("width", "theme"), [("phone", "dark"), ("desktop", "light")])
def test_an_owner_publishes_a_card_that_anybody_reads_until_it_is_taken_back(
    browser: Browser, live_server: Any, cast: make.Cast, width: str, theme: Any
) -> None:
    with window(browser, width, color_scheme=theme) as context, window(browser, width) as elsewhere:
        watcher = Watcher(context.new_page())
        page = watcher.page
        log_in(page, live_server.url, cast.alice.email, make.PASSWORD)
        assert watcher.problems(f"{live_server.url}/o/theatre/report-cards/") == []
        page.get_by_label("Which time").select_option(index=5)
        page.get_by_role("button", name="Look at it").click()
        expect(page.get_by_role("heading", name="Publish it")).to_be_visible()
        assert watcher.problems_here() == []
        page.get_by_label("A readable address").check()
        page.get_by_role("button", name="Publish").click()
        expect(page.get_by_text("Published. Whoever has the link can see it.")).to_be_visible()
        page.get_by_text("A badge for your site").click()
        expect(page.get_by_role("img", name=re.compile("Your badge"))).to_be_visible()
        assert watcher.problems_here() == []
        address = page.locator(".published-link a").inner_text()
        reader = Watcher(elsewhere.new_page())
        assert reader.problems(address) == []
        expect(reader.page.get_by_role("heading", level=1)).to_contain_text("posts talked with people")
        reader.photograph(f"report-card-{width}-{theme}")
        with reader.page.expect_download() as download:
            reader.page.get_by_role("link", name="Download as PDF").click()
        assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
        page.locator("summary", has_text="Take it back").click()
        page.get_by_role("button", name="Yes, take it back").click()
        expect(page.get_by_text("The link shows nobody anything any more.")).to_be_visible()
        reader.page.reload()
        expect(reader.page.get_by_role("heading", level=1)).to_have_text(
            "This report card is not shown any more"
        )
        assert reader.problems_here() == []
    with scope([cast.theatre.pk]):
        assert cast.theatre.reportcards.get().state(timezone.now()) is ReportCard.State.REVOKED


@pytest.mark.parametrize("scripts", [True, False])
def test_somebody_lets_an_organization_know_and_it_checks_itself(
    browser: Browser, live_server: Any, cast: make.Cast, scripts: bool
) -> None:
    with window(browser, "phone", java_script_enabled=scripts) as context:
        watcher = Watcher(context.new_page())
        page = watcher.page
        page.goto(live_server.url)
        page.get_by_role("link", name="Let an organization know").click()
        page.get_by_label("Your note").fill("Dear museum, try this!")
        if scripts:
            assert watcher.problems_here() == []
        else:
            page.get_by_role("button", name="Take my words").click()
        sends = page.get_by_role("link", name="Open my mail program")
        expect(sends).to_have_attribute("href", re.compile(r"^mailto:\?subject=.*&body=Dear%20museum%2C"))
        page.get_by_role("link", name="Check yourself").click()
        expect(page.get_by_label("Your posts")).to_be_visible()
        if scripts:
            assert watcher.problems_here() == []
        page.get_by_label("Your posts").fill("\n".join(POSTS * 3))
        page.get_by_role("button", name="What do you say?").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("12 posts talked with people")
        expect(page.get_by_role("heading", name="Begin with this one")).to_be_visible()
        if scripts:
            assert watcher.problems_here() == []
            watcher.photograph("check-yourself-phone")


def test_a_trial_is_opened_from_the_mail_and_kept(
    browser: Browser, live_server: Any, cast: make.Cast
) -> None:
    with window(browser, "phone") as context:
        watcher = Watcher(context.new_page())
        page = watcher.page
        assert watcher.problems(f"{live_server.url}/try-it/") == []
        page.get_by_label("Email address").fill("frida@example.org")
        page.get_by_role("button", name="Mail me the link").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Check your mail")
        assert watcher.problems_here() == []
        trial = asking.ask("frida@example.org", "", now=timezone.now() + timedelta(minutes=11))
        assert trial
        assert watcher.problems(f"{live_server.url}/try-it/{asking.token(trial)}/") == []
        page.get_by_role("button", name="Open it").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Show us what you posted")
        assert watcher.problems_here() == []
        page.get_by_role("link", name="Keep it").click()
        expect(page.get_by_label("New password", exact=True)).to_be_visible()
        assert watcher.problems_here() == []
        page.get_by_label("New password", exact=True).fill(make.PASSWORD)
        page.get_by_label("New password confirmation").fill(make.PASSWORD)
        page.get_by_role("button", name="Keep it").click()
        expect(page.get_by_text("It is yours now, with everything in it.")).to_be_visible()
