"""A new user's first five minutes: sign up, an organization, an archive, the dashboard, a post's reasons."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import make, processes
from tests.browser.pages import Watcher, window
from tests.networks.archive_makers import fb_post, make_facebook_archive, make_x_archive, reply, tweet

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXTS = (
    "Last chance! Book your seats for Saturday now: https://example.org/book",
    "We are delighted to announce our spring season, six plays and two of them new.",
    "What was the first play you ever saw? Tell us, we read every answer.",
    "Opening tonight: The Salt Road, half past seven in the main house.",
)


@pytest.fixture
def site(live_server: Any, settings: Any, tmp_path: Path) -> Iterator[str]:
    """The site with a real worker behind it."""
    settings.UPLOADS_DIR = tmp_path / "uploads"
    with processes.worker({"UPLOADS_DIR": str(settings.UPLOADS_DIR)}):
        yield live_server.url


def x_archive(folder: Path) -> Path:
    """A year of a small theatre, mostly loudspeaker."""
    tweets = [
        tweet(
            str(n),
            f"{TEXTS[n % 4]} ({n})",
            created_at=f"Tue Mar {1 + n % 28:02} {n % 24:02}:24:24 +0000 2026",
        )
        for n in range(1, 81)
    ]
    thanks = "@ana Thank you so much for coming! Which scene did you like best?"
    answers = [reply(str(100 + n), thanks, to_id="5", to_handle="ana") for n in range(3)]
    return make_x_archive(folder / "twitter-archive.zip", tweets + answers)


def sign_up(page: Page, site: str) -> None:
    """Signs up and creates an organization, by the forms."""
    page.goto(site)
    page.get_by_role("link", name="Sign up").first.click()
    page.get_by_label("Email").fill("new@example.org")
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign up").click()
    page.get_by_label("Name").fill("Old Mill Theatre")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Show us what you posted")).to_be_visible()


def upload(page: Page, archive: Path) -> None:
    """Uploads an archive and waits until its page says that it is read."""
    page.get_by_label("Archive (.zip)").set_input_files(archive)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="Your archive is read.")).to_be_visible(timeout=180_000)


@pytest.mark.parametrize("width", ["phone", pytest.param("desktop", marks=pytest.mark.slow)])
def test_from_sign_up_to_the_reasons_of_a_post(
    browser: Browser, site: str, tmp_path: Path, width: str
) -> None:
    context = window(browser, width)
    page = context.new_page()
    watcher = Watcher(page)
    sign_up(page, site)
    upload(page, x_archive(tmp_path))
    assert watcher.problems_here() == []
    page.get_by_role("link", name="See how you talk").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("posts")
    expect(page.get_by_role("heading", name="Try this week")).to_be_visible()
    expect(page.get_by_text("from your own feed").nth(2)).to_be_visible()
    page.get_by_role("link", name="Open this post").first.click()
    expect(page.locator("mark").first).to_be_visible()
    expect(page.get_by_text("of 100").first).to_be_visible()
    assert watcher.problems_here() == []
    assert watcher.complaints == []
    context.close()


def test_the_same_without_javascript(browser: Browser, site: str, tmp_path: Path) -> None:
    context = window(browser, "phone", java_script_enabled=False)
    page = context.new_page()
    sign_up(page, site)
    page.get_by_label("Archive (.zip)").set_input_files(x_archive(tmp_path))
    page.get_by_role("button", name="Upload").click()
    # The page looks again by itself, by a meta refresh.
    expect(page.get_by_role("heading", name="Your archive is read.")).to_be_visible(timeout=180_000)
    page.get_by_role("link", name="See how you talk").click()
    expect(page.get_by_role("heading", name="Try this week")).to_be_visible()
    context.close()


def test_a_facebook_page_says_what_it_cannot_know(browser: Browser, site: str, tmp_path: Path) -> None:
    page = window(browser).new_page()
    sign_up(page, site)
    posts = [fb_post(1_770_000_000 + n * 3600, f"{TEXTS[n % 4]} ({n})") for n in range(40)]
    upload(page, make_facebook_archive(tmp_path / "page.zip", posts))
    page.get_by_role("link", name="See how you talk").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("posts")
    expect(page.get_by_role("main")).to_contain_text("archive")
    page.wait_for_load_state("load")
    expect(page.get_by_role("link", name="Everything you say")).to_have_count(0)


def test_a_wrong_file_gets_a_sentence_that_helps(browser: Browser, site: str, tmp_path: Path) -> None:
    page = window(browser).new_page()
    sign_up(page, site)
    wrong = tmp_path / "holiday.zip"
    wrong.write_bytes(b"not a zip at all")
    page.get_by_label("Archive (.zip)").set_input_files(wrong)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="This file could not be read.")).to_be_visible(timeout=180_000)
    expect(page.get_by_text("zip").first).to_be_visible()
