"""States that no address shows: open menus, dialogs and numbers, errors, what is being read, other settings
of the browser. All of them are sound, in both themes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import Organization
from accounts.tenancy import scope
from coaching import coach
from coaching.models import Import
from tests import make
from tests.browser.pages import Watcher, log_in, window
from tests.coaching.network_cast import connected

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(settings: Any) -> make.Cast:
    """A theatre that everybody may look at, and a rival that is being read for the first time."""
    cast, now = make.cast(), timezone.now()
    asked = make.message(
        1, "Is Friday at seven okay for a nine-year-old?", created_at=now - timedelta(days=1)
    )
    posts = [make.post(n, created_at=now - timedelta(days=n)) for n in range(1, 60)]
    make.pulled(cast.theatre, *posts, messages=[asked])
    with scope([cast.theatre.pk]):
        coach.suggest(cast.theatre, now=now)
    Organization.objects.filter(pk=cast.theatre.pk).update(sample=True)
    settings.DEMO_ORGANIZATION = "theatre"
    return cast


def being_read(cast: make.Cast) -> Import:
    """An archive half-way, with a first look, and an account."""
    now = timezone.now()
    connected(
        cast.rival, network="twitter", external_id="9", handle="rival", name="Rival Rooms",
        tokens={"access": "t"}, caught_up_at=None, due_at=now + timedelta(hours=1),
    )  # fmt: skip
    with scope([cast.rival.pk]):
        job: Import = Import.across_organizations.create(
            organization=cast.rival, filename="archive.zip", state="running", stage="judging",
            done=500, expected=1000, started_at=now - timedelta(minutes=2),
            lease_until=now + timedelta(hours=1),
            first_look={"converse": 14, "share": 4, "announce": 20, "pitch": 12},
        )  # fmt: skip
    return job


@pytest.mark.parametrize("theme", [pytest.param("light", marks=pytest.mark.slow), "dark"])
def test_what_opens_and_what_goes_wrong_is_sound(
    browser: Browser, live_server: Any, cast: make.Cast, theme: Any
) -> None:
    with window(browser, "phone", color_scheme=theme) as context:
        watcher = Watcher(context.new_page())
        page, site = watcher.page, live_server.url
        wrong: dict[str, list[str]] = {}

        def look(name: str) -> None:
            wrong[name] = watcher.problems_here()
            watcher.photograph(f"state-{name}-phone-{theme}")

        page.goto(f"{site}/o/theatre/")
        look("visitor")
        page.get_by_role("navigation", name="Sections").get_by_text("More").click()
        look("visitor-menu")
        page.goto(f"{site}/nowhere/")
        look("not-found")
        page.goto(f"{site}/accounts/login/")
        page.get_by_label("Email").fill("alice@example.org")
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("main").get_by_role("button", name="Log in").click()
        expect(page.get_by_text("do not go together")).to_be_visible()
        expect(page.get_by_label("Email")).to_have_value("alice@example.org")
        look("login-refused")
        log_in(page, site, "alice@example.org", make.PASSWORD)
        page.goto(f"{site}/o/theatre/")
        page.locator(".menu--organization summary").click()
        look("organization-menu")
        page.get_by_text("You", exact=True).click()
        look("own-menu")
        page.locator(".figure-value .tip").focus()
        look("number")
        page.locator("#main").focus()
        page.keyboard.press("?")
        look("keys")
        page.goto(f"{site}/o/theatre/suggestions/")
        page.get_by_text("Not for us").first.click()
        look("dismissing")
        settings_kept(page, site)
        look("settings-refused")
    assert {name: problems for name, problems in wrong.items() if problems} == {}


def settings_kept(page: Page, site: str) -> None:
    """A wrong value comes back as it was typed, with what to do."""
    page.goto(f"{site}/o/theatre/settings/")
    page.get_by_label("Monday").fill("half past nine")
    page.get_by_label("Tuesday").fill("9:00-17:30")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Monday")).to_have_value("half past nine")
    expect(page.get_by_label("Tuesday")).to_have_value("9:00-17:30")
    expect(page.get_by_label("Monday")).to_have_attribute("aria-invalid", "true")


@pytest.mark.parametrize("theme", [pytest.param("light", marks=pytest.mark.slow), "dark"])
def test_the_first_minutes_are_sound_and_keep_the_focus(
    browser: Browser, live_server: Any, cast: make.Cast, theme: Any
) -> None:
    with window(browser, "phone", color_scheme=theme) as context:
        watcher = Watcher(context.new_page())
        page, site = watcher.page, live_server.url
        log_in(page, site, "dave@example.org", make.PASSWORD)
        assert watcher.problems(f"{site}/o/rival/connections/") == []
        watcher.photograph(f"start-phone-{theme}")
        page.get_by_role("link", name="Look at a sample theatre").click()
        expect(page.get_by_role("complementary", name="About this sample")).to_contain_text("is invented")
        assert watcher.problems_here() == []
        job = being_read(cast)
        assert watcher.problems(f"{site}/o/rival/") == []
        watcher.photograph(f"arriving-phone-{theme}")
        expect(page.get_by_text("of your 50 newest posts talk with people")).to_be_visible()
        link = page.get_by_role("link", name="archive.zip")
        link.focus()
        with page.expect_response(lambda answer: answer.url.endswith("/arriving/")):
            pass
        expect(link).to_be_focused()
        with scope([cast.rival.pk]):
            Import.across_organizations.filter(pk=job.pk).update(state="failed", error="empty")
            cast.rival.connections.update(caught_up_at=timezone.now())
        expect(page.get_by_text("Everything is read.")).to_be_visible()
        assert watcher.problems_here() == []


PAGES = ("", "conversations/", "people/", "posts/", "suggestions/", "draft/", "connections/", "settings/")


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"viewport": {"width": 320, "height": 256}}, id="zoomed to 400%"),
        pytest.param(
            {"viewport": {"width": 640, "height": 400}}, id="zoomed to 200%", marks=pytest.mark.slow
        ),
        pytest.param({"forced_colors": "active"}, id="forced colours", marks=pytest.mark.slow),
        pytest.param({"contrast": "more"}, id="more contrast", marks=pytest.mark.slow),
        pytest.param({"contrast": "more", "color_scheme": "dark"}, id="more contrast, dark"),
    ],
)
def test_pages_hold_under_other_settings(
    browser: Browser, live_server: Any, cast: make.Cast, options: dict[str, Any]
) -> None:
    with browser.new_context(**options) as context:
        watcher = Watcher(context.new_page())
        assert watcher.problems(f"{live_server.url}/") == []
        log_in(watcher.page, live_server.url, "erin@example.org", make.PASSWORD)
        found = {path: watcher.problems(f"{live_server.url}/o/theatre/{path}") for path in PAGES}
    assert {path: problems for path, problems in found.items() if problems} == {}


def test_nothing_moves_for_whoever_asked_for_that(
    browser: Browser, live_server: Any, cast: make.Cast
) -> None:
    moving = """() => [...document.querySelectorAll('*')].filter(one => {
        const style = getComputedStyle(one);
        return style.transitionDuration !== '0s' || style.animationName !== 'none';
    }).map(one => one.outerHTML.slice(0, 80))"""
    with window(browser, "desktop", reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(f"{live_server.url}/o/theatre/")
        assert page.evaluate(moving) == []
        assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_on_paper_there_is_no_menu_and_everything_folded_is_open(
    browser: Browser, live_server: Any, cast: make.Cast
) -> None:
    with window(browser, "desktop") as context:
        page = context.new_page()
        page.goto(f"{live_server.url}/o/theatre/")
        page.emulate_media(media="print")
        expect(page.get_by_role("navigation", name="Sections")).to_be_hidden()
        expect(page.get_by_role("complementary", name="About this sample")).to_be_hidden()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
