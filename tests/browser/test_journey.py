"""The first five minutes in a browser: sign up, name the organization, upload, and read how one talks."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.models import Organization
from accounts.tenancy import scope
from coaching import tasks
from tests import make
from tests.browser.pages import Watcher, log_in, window
from tests.networks.archive_makers import make_x_archive, mention, reply, tweet

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

THANKS = "@ana Thank you for coming! Which scene did your daughter like best?"


@pytest.fixture(autouse=True)
def uploads(settings: Any, tmp_path: Path) -> None:
    settings.UPLOADS_DIR = tmp_path / "uploads"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An X archive of 40 days: announcements, and an answer to ana every fourth day."""
    tweets = []
    for n in range(1, 41):
        day = date(2018, 10, 1) + timedelta(days=n)
        created_at = f"{day:%a %b %d} 20:19:24 +0000 {day:%Y}"
        if n % 4:
            made = tweet(n, f"We are delighted to announce part {n} of our season.", created_at=created_at)
        else:
            made = reply(n, THANKS, to_id="900", to_handle="ana")
            made["tweet"]["created_at"] = created_at
            made["tweet"]["entities"]["user_mentions"] = [mention("ana", "900", "Ana")]
        tweets.append(made)
    return make_x_archive(tmp_path / "archive.zip", tweets)


def work(slug: str) -> None:
    """Does what a worker does with the one import that waits."""
    organization = Organization.objects.get(slug=slug)
    with scope([organization.pk]):
        job = organization.imports.get(state="waiting")
    tasks.import_archive(organization.pk, job.pk)


def begin(page: Page, site: str) -> None:
    """From the front page to an organization of one's own."""
    page.goto(site)
    page.get_by_role("link", name="Start with your own posts").click()
    page.get_by_label("Email").fill("ruth@example.org")
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign up").click()
    page.get_by_label("Name").fill("Lantern House")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Show us what you posted")


@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_from_the_front_page_to_the_first_insight(
    browser: Browser, live_server: Any, archive: Path, width: str
) -> None:
    with window(browser, width) as context:
        watcher = Watcher(context.new_page())
        page = watcher.page
        begin(page, live_server.url)
        page.get_by_label("Archive (.zip)").set_input_files(archive)
        page.get_by_role("button", name="Upload").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("We are reading your archive.")
        assert watcher.problems_here() == []
        work("lantern-house")
        # The page finds out by itself.
        expect(page.get_by_role("heading", level=1)).to_have_text("Your archive is read.", timeout=10_000)
        expect(page.get_by_text("We found 40 posts")).to_be_visible()
        page.get_by_role("link", name="See how you talk").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("of your last 40 posts talk with people")
        expect(page.get_by_text("Not known from an archive")).to_be_visible()
        page.get_by_role("region", name="Your best talk").get_by_role("link", name="Open this post").click()
        expect(page.locator(".post-text")).to_have_text(THANKS)
        assert watcher.problems_here() == []
        assert watcher.complaints == []


def test_a_file_that_is_no_archive_is_refused_in_words(
    browser: Browser, live_server: Any, tmp_path: Path
) -> None:
    letter = tmp_path / "letter.zip"
    letter.write_text("Dear Engage, here are our posts.")
    with window(browser, "phone") as context:
        watcher = Watcher(context.new_page())
        page = watcher.page
        begin(page, live_server.url)
        page.get_by_label("Archive (.zip)").set_input_files(letter)
        page.get_by_role("button", name="Upload").click()
        page.wait_for_url("**/imports/*/")
        work("lantern-house")
        refused = page.get_by_role("heading", level=1, name="This file could not be read.")
        expect(refused).to_be_visible(timeout=10_000)
        expect(page.get_by_text("Nothing of it was kept.")).to_be_visible()
        assert watcher.problems_here() == []


def test_it_all_works_without_javascript(browser: Browser, live_server: Any, archive: Path) -> None:
    with window(browser, "phone", java_script_enabled=False) as context:
        page = context.new_page()
        begin(page, live_server.url)
        page.get_by_label("Archive (.zip)").set_input_files(archive)
        page.get_by_role("button", name="Upload").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("We are reading your archive.")
        work("lantern-house")
        page.get_by_role("link", name="Look again").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Your archive is read.")
        page.get_by_role("link", name="See how you talk").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("posts talk with people")
        page.get_by_text("The numbers, week by week").click()
        expect(page.get_by_role("region", name="Posts of each kind, week by week")).to_be_visible()


def test_a_suggestion_is_taken_and_another_set_aside(
    browser: Browser, live_server: Any, archive: Path
) -> None:
    with window(browser, "desktop") as context:
        page = context.new_page()
        begin(page, live_server.url)
        page.get_by_label("Archive (.zip)").set_input_files(archive)
        page.get_by_role("button", name="Upload").click()
        page.wait_for_url("**/imports/*/")
        work("lantern-house")
        page.goto(f"{live_server.url}/o/lantern-house/suggestions/")
        title = page.locator(".suggestion h3").first.inner_text()
        page.get_by_role("button", name="We will try this").first.click()
        expect(
            page.get_by_role("region", name="You are trying").get_by_role("heading", name=title)
        ).to_be_visible()
        other = page.locator(".suggestion h3").first.inner_text()
        page.get_by_text("Not for us").first.click()
        page.get_by_role("group", name="Why not?").get_by_role("radio").first.check()
        page.get_by_role("button", name="Set it aside").first.click()
        expect(
            page.get_by_role("region", name="Set aside").get_by_role("heading", name=other)
        ).to_be_visible()


def test_a_viewer_sees_no_button_that_would_be_refused(browser: Browser, live_server: Any) -> None:
    cast = make.cast()
    make.pulled(cast.theatre, make.post(1))
    with window(browser, "desktop") as context:
        page = context.new_page()
        log_in(page, live_server.url, cast.bob.email, make.PASSWORD)
        page.goto(f"{live_server.url}/o/theatre/connections/")
        expect(page.get_by_role("button", name="Upload")).to_have_count(0)
        expect(page.get_by_text("An editor or owner can.")).to_be_visible()
