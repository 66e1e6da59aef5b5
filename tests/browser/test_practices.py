"""A consultant's morning over twelve clients, and a client who opens the one link."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import Membership, Practice, Role
from coaching import sample, sample_practice
from tests import make
from tests.browser.pages import Watcher, log_in, window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _no_worker(settings: Any) -> None:
    settings.CELERY_BROKER_URL = "memory://"


@pytest.fixture
def site(live_server: Any, settings: Any) -> str:
    """The site with the samples in it."""
    settings.BASE_URL = live_server.url
    now = timezone.now()
    sample.load(email="demo@example.org", password=make.PASSWORD, now=now)
    logins = {"staff": "staff@example.org", "consultant": "wren@example.org"}
    sample_practice.load(**logins, password=make.PASSWORD, now=now)
    return str(live_server.url)


def names(page: Page) -> list[str]:
    return page.locator("a.client-name").all_inner_texts()


@pytest.mark.parametrize(
    "width", ["phone", *(pytest.param(wider, marks=pytest.mark.slow) for wider in ("tablet", "desktop"))]
)
def test_a_consultants_morning(browser: Browser, site: str, width: str) -> None:
    page = window(browser, width).new_page()
    watcher = Watcher(page)
    log_in(page, site, "wren@example.org", make.PASSWORD)
    # Who needs me first, and why?
    expect(page.get_by_role("heading", level=1)).to_contain_text("of your 12 clients need you this week")
    assert watcher.problems_here() == []
    assert len(names(page)) == 12
    assert names(page)[0] == "Marram Lighthouse Museum"
    # Those alone, and one by its name.
    page.get_by_label("Show").select_option("attention")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**show=attention**")
    assert 0 < len(names(page)) < 12
    page.goto(f"{site}/clients/?words=tern")
    assert names(page) == ["Tern Street Library"]
    # Three people wait at the lighthouse: whom, since when?
    page.goto(f"{site}/clients/")
    page.locator("a.client-name").first.click()
    page.wait_for_url("**/o/marramlight/**")
    expect(page.locator(".page-foot")).to_contain_text("Engage, with Fieldfare")
    assert watcher.problems_here() == []
    # A note for the practice, which stays there.
    page.goto(f"{site}/o/marramlight/notes/")
    page.get_by_role("textbox", name="Note").fill("Rang the keeper; answers come today.")
    page.get_by_role("button", name="Keep this note").click()
    expect(page.get_by_text("Rang the keeper")).to_be_visible()
    expect(page.get_by_text("only the practice can read it").first).to_be_visible()
    # What did all of it come to?
    page.goto(f"{site}/clients/record/")
    expect(page.get_by_role("main")).to_contain_text("Fennel & Flint")
    for path in ("practices/fieldfare/", "practices/fieldfare/look/", "practices/fieldfare/clients/new/",
                 "o/fennelflint/settings/practices/", "practices/new/"):  # fmt: skip
        assert watcher.problems(f"{site}/{path}") == [], path
        watcher.photograph(f"practice-{path.strip('/').replace('/', '-')}-{width}")
    assert watcher.complaints == []


def test_a_client_opens_the_one_link(browser: Browser, site: str) -> None:
    wren = window(browser).new_page()
    log_in(wren, site, "wren@example.org", make.PASSWORD)
    wren.get_by_role("link", name="Add a client").click()
    wren.get_by_label("Name of the organization").fill("Tidal Mill Trust")
    wren.get_by_role("button", name="Make the link").click()
    link = wren.get_by_label("Link to send").input_value()
    wren.goto(f"{site}/clients/?words=tidal")
    expect(wren.get_by_role("main")).to_contain_text("Waiting for the client to connect.")

    rosa = window(browser, "phone").new_page()
    watcher = Watcher(rosa)
    pages, fields = 0, 0
    assert watcher.problems(link) == []
    pages += 1
    expect(rosa.get_by_role("heading", level=1)).to_have_text("Tidal Mill Trust is ready for you")
    rosa.get_by_role("button", name="Go on with a new account").click()
    pages += 1
    for label, typed in (("Email", "rosa@tidalmill.example"), ("Password", make.PASSWORD)):
        rosa.get_by_label(label).fill(typed)
        fields += 1
    rosa.get_by_role("main").get_by_role("button", name="Sign up").click()
    rosa.wait_for_url("**/o/tidal-mill-trust/connections/")
    pages += 1
    expect(rosa.get_by_text("Tidal Mill Trust is yours")).to_be_visible()
    expect(rosa.locator(".page-foot")).to_contain_text("Engage, with Fieldfare")
    # From the link to the page that connects: three pages, two fields, nothing else to find out.
    assert (pages, fields) == (3, 2)
    assert watcher.problems_here() == []
    assert watcher.complaints == []
    place = Membership.objects.get(organization__slug="tidal-mill-trust")
    assert (place.user.email, place.role) == ("rosa@tidalmill.example", Role.OWNER)
    practice = Practice.objects.get()
    assert practice.clients.get(organization=place.organization).role == Role.EDITOR
    # The consultant sees that it is the client's turn, and may finish it for them.
    wren.reload()
    expect(wren.get_by_role("main")).to_contain_text("Waiting for the client to connect.")
    wren.goto(f"{site}/o/tidal-mill-trust/connections/")
    expect(wren.get_by_role("main")).to_contain_text("archive")
    assert watcher.problems(link) == []  # opened again, it leads home
    assert "/o/tidal-mill-trust/" in rosa.url
