"""Connecting in a real browser: the button leads to the network, and every page on the way is sound."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Route, expect

from accounts.tenancy import scope
from coaching import awaited_archives
from coaching.models import Connection, DeletionRequest, ReadMeter, Sweep
from tests import make
from tests.browser.pages import Watcher, log_in, window
from tests.coaching.network_cast import connected, point_at_facebook
from tests.networks.stand.facebook import Facebook

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def facebook(settings: Any) -> Iterator[Facebook]:
    """Facebook with the theatre's Page and one of somebody else's."""
    with Facebook(timezone.now()) as stand:
        stand.accounts.append({"id": "888", "name": "Not Mine"})
        point_at_facebook(settings, stand)
        yield stand


def everything(cast: make.Cast) -> Connection:
    """An account in every state, a meter and a sweep."""
    now = timezone.now()
    made = [
        connected(
            cast.theatre, network="twitter", external_id=str(number), handle=f"gull{number}", state=state,
            state_since=now - timedelta(hours=5), due_at=now + timedelta(hours=1), tokens={"access": "t"},
        )
        for number, state in enumerate(Connection.State.values)
    ]  # fmt: skip
    with scope([cast.theatre.pk]):
        ReadMeter.across_organizations.create(
            organization=cast.theatre,
            network="twitter",
            month=now.date().replace(day=1),
            posts=320,
            dollars=2,
        )
        Sweep.across_organizations.create(organization=cast.theatre, duty="retention", at=now, looked_at=9)
    DeletionRequest.objects.create(code="code-1", network="facebook", received_at=now)
    return made[0]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_are_sound(browser: Browser, live_server: Any, theme: Any) -> None:
    cast = make.cast()
    first = everything(cast)
    site = live_server.url
    with window(browser, "phone", color_scheme=theme) as context:
        watcher = Watcher(context.new_page())
        log_in(watcher.page, site, "alice@example.org", make.PASSWORD)
        for path in (
            "/o/theatre/connections/",
            "/o/theatre/connections/duties/",
            f"/o/theatre/connections/{first.pk}/disconnect/",
            "/facebook/data-deletion/code-1/",
        ):
            assert watcher.problems(site + path) == [], path


def test_the_button_leads_to_the_network_and_back_to_the_choice(
    browser: Browser, live_server: Any, settings: Any, facebook: Facebook
) -> None:
    make.cast()
    settings.BASE_URL = live_server.url

    def consent(route: Route) -> None:
        told = facebook.consent(route.request.url)
        back = f"{live_server.url}/connected/facebook/?code={told['code']}&state={told['state']}"
        route.fulfill(status=302, headers={"Location": back})

    with window(browser) as context:
        watcher = Watcher(context.new_page())
        page = watcher.page
        page.route(lambda address: "/dialog/oauth" in address, consent)
        log_in(page, live_server.url, "alice@example.org", make.PASSWORD)
        page.goto(f"{live_server.url}/o/theatre/connections/")
        page.get_by_role("button", name="Connect Facebook").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Which Pages shall we read?")
        assert watcher.problems_here() == []
        expect(page.get_by_label("Not Mine")).to_be_disabled()
        page.get_by_role("button", name="Connect", exact=True).click()
        expect(page.get_by_role("main")).to_contain_text("Harbour Theatre is connected")
        assert watcher.complaints == []
        page.goto(f"{live_server.url}/connected/facebook/?code=1&state=guessed")
        expect(page.get_by_role("heading", level=1)).to_contain_text("This answer from Facebook")


@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_who_has_asked_for_an_archive_reads_when_we_write_and_ends_it(
    browser: Browser, live_server: Any, width: str
) -> None:
    cast = make.cast()
    site = live_server.url
    with window(browser, width) as context:
        watcher = Watcher(context.new_page())
        page = watcher.page
        log_in(page, site, "erin@example.org", make.PASSWORD)
        page.goto(f"{site}/o/theatre/connections/")
        page.get_by_role("button", name="I have asked X for it").click()
        expect(page.get_by_text("we write to erin@example.org")).to_be_visible()
        expect(page.get_by_role("button", name="I have asked X for it")).to_have_count(0)
        assert watcher.problems_here() == []
        make.connection(cast.theatre, access="archive")
        page.goto(f"{site}/o/theatre/connections/")
        page.get_by_role("button", name="I have asked Facebook for it").click()
        expect(page.get_by_role("button", name="I have it, or never mind")).to_have_count(2)
        assert watcher.problems_here() == []
        watcher.photograph(f"asked-{width}")
        page.get_by_role("button", name=re.compile("never mind.*X")).click()
        expect(page.get_by_role("button", name="I have it, or never mind")).to_have_count(1)
        with scope([cast.theatre.pk]):
            [left] = cast.theatre.awaitedarchives.all()
            told = awaited_archives.link(left)
        assert watcher.problems(site + urlsplit(told).path) == []
        page.get_by_role("main").get_by_role("button", name="I have it, or never mind").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("We do not write to you about it again")
        assert watcher.problems_here() == []
