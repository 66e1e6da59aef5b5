"""From regulars to an evening: planned, made public, answered by mail, held, looked back at."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.tenancy import scope
from coaching.models import Meetup
from tests import make
from tests.browser.pages import Watcher, log_in, window
from tests.coaching.meetups import stage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def plan(page: Page) -> None:
    """Alice plans a meetup and makes it public."""
    page.get_by_role("link", name="Plan a meetup").click()
    page.get_by_label("What is it called?").fill("A pint after the show")
    page.get_by_label("Day", exact=True).fill((timezone.localdate() + timedelta(days=9)).isoformat())
    page.get_by_label("From", exact=True).fill("19:30")
    page.get_by_label("Until", exact=True).fill("22:00")
    page.get_by_label("Place", exact=True).fill("Gull Theatre, foyer")
    page.get_by_label("What guests should know").fill("We sit in the foyer.\n\nThe way in is step-free.")
    page.get_by_label("Places", exact=True).fill("1")
    page.get_by_label("Hashtag", exact=True).fill("#GullPint")
    page.get_by_role("button", name="Keep the plan").click()
    expect(page.get_by_text("Not public yet")).to_be_visible()
    page.get_by_role("button", name="Make it public").click()
    expect(page.get_by_role("heading", name="The public page")).to_be_visible()


def sign_up(page: Page, address: str, name: str) -> None:
    """Somebody fills in the public form."""
    page.goto(address)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Your email address").fill(f"{name.lower()}@example.net")
    page.get_by_label("Your handle, if you like").fill(f"@{name.lower()}")
    page.get_by_label("They may know that this is me").check()
    page.get_by_role("button", name="I will come").click()
    expect(page.get_by_role("heading", name="Check your mail")).to_be_visible()


def link_in(mail: EmailMessage, site: str) -> str:
    """The link in a mail to the reader's own place."""
    [found] = [word for word in str(mail.body).split() if "/mine/" in word]
    return found.replace(settings.BASE_URL, site)


def test_from_a_plan_to_thanks(browser: Browser, live_server: Any, mailoutbox: list[EmailMessage]) -> None:
    cache.clear()
    cast, site = make.cast(), live_server.url
    staff = Watcher(window(browser).new_page())
    log_in(staff.page, site, "alice@example.org", make.PASSWORD)
    assert staff.problems(f"{site}/o/theatre/meetups/") == []
    plan(staff.page)
    assert staff.problems_here() == []
    staff.photograph("meetup-desktop")
    with scope([cast.theatre.pk]):
        [meetup] = Meetup.across_organizations.select_related("organization")
    address = f"{site}/meet/{meetup.token}/"
    with window(browser, "phone", java_script_enabled=False) as context:
        guest = context.new_page()
        sign_up(guest, address, "Ana")
        stage.beat(timezone.now())
        guest.goto(link_in(mailoutbox[-1], site))
        guest.get_by_role("button", name="Yes, that is me, I will come").click()
        expect(guest.get_by_role("heading", name="You have a place")).to_be_visible()
    stage.beat(timezone.now())
    look_around(browser, site, address, link_in(mailoutbox[-1], site))
    hold(browser, site, meetup)
    look_back(staff, site, meetup)
    assert staff.complaints == []


def look_around(browser: Browser, site: str, address: str, mine: str) -> None:
    """The public pages as a phone and a desk show them, in both themes."""
    for width, scheme in (("phone", "light"), ("desktop", "dark")):
        with window(browser, width, color_scheme=scheme) as context:
            watcher = Watcher(context.new_page())
            for name, page in (("public", address), ("asked", f"{address}asked/"), ("mine", mine)):
                assert watcher.problems(page) == [], name
                watcher.photograph(f"meet-{name}-{width}")
    assert site in mine


def hold(browser: Browser, site: str, meetup: Meetup) -> None:
    """The evening: Erin scans Ana's pass with her phone, and somebody walks in."""
    now = timezone.now()
    with scope([meetup.organization_id]):
        Meetup.across_organizations.update(
            starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1)
        )
        ana = stage.guest(meetup, "ana")
    with window(browser, "phone") as context:
        door = Watcher(context.new_page())
        log_in(door.page, site, "erin@example.org", make.PASSWORD)
        assert door.problems(f"{site}/meet/{meetup.token}/pass/{ana.code}/") == []
        door.photograph("meetup-pass-phone")
        door.page.get_by_role("button", name="Tick off as here").click()
        expect(door.page.get_by_text("Is here")).to_be_visible()
        door.page.get_by_role("link", name="List at the door").click()
        door.page.get_by_label("What they want to be called").fill("Dora")
        door.page.get_by_role("button", name="Write them down as here").click()
        expect(door.page.get_by_role("heading", name="2 of 2 are here")).to_be_visible()
        assert door.problems_here() == []
        door.photograph("meetup-door-phone")
        for name in ("", "invite/", "edit/"):
            assert door.problems(f"{site}/o/theatre/meetups/{meetup.pk}/{name}") == []
            door.photograph(f"meetup-{name.strip('/') or 'page'}-phone")


def look_back(staff: Watcher, site: str, meetup: Meetup) -> None:
    """Afterwards: who came, whom to thank."""
    now = timezone.now()
    with scope([meetup.organization_id]):
        Meetup.across_organizations.update(
            starts_at=now - timedelta(hours=3), ends_at=now - timedelta(hours=1)
        )
    assert staff.problems(f"{site}/o/theatre/meetups/{meetup.pk}/after/") == []
    expect(staff.page.get_by_role("heading", name="2 people came")).to_be_visible()
    expect(staff.page.get_by_text("Too early: we compare from")).to_be_visible()
    staff.photograph("meetup-after-desktop")
    staff.page.get_by_role("button", name="I have thanked them").click()
    expect(staff.page.get_by_text(re.compile("^thanked "))).to_be_visible()
