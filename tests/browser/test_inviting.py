"""Somebody is invited, makes an account from the mail, and sees what their role lets them see."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import Browser, Page, expect

from accounts.models import Membership, User
from tests import mail_server, make, processes
from tests.browser.pages import Watcher, log_in, window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GUEST = "frida@example.org"


def invite(browser: Browser, site: str, owner: User, width: str) -> None:
    """An owner invites by the form."""
    with window(browser, width) as context:
        page = context.new_page()
        watcher = Watcher(page)
        log_in(page, site, owner.email, make.PASSWORD)
        assert watcher.problems(f"{site}/o/theatre/settings/members/") == []
        page.get_by_role("textbox", name="Email address").fill(GUEST)
        page.get_by_label("Role", exact=True).select_option("viewer")
        page.get_by_role("button", name="Invite", exact=True).click()
        expect(page.get_by_text("Invited. The mail is on its way")).to_be_visible()
        expect(page.get_by_label("Link to pass on")).to_be_visible()
        assert watcher.problems_here() == []


def link_in(server: mail_server.MailServer, page: Page, site: str) -> str:
    """The link in the one mail, on the site under test."""
    for _ in range(450):
        if server.mails:
            break
        page.wait_for_timeout(200)
    [mail] = server.mails
    assert mail["To"] == GUEST
    words = mail.get_body(("plain",)).get_content().split()
    [link] = [word for word in words if "/invitation/" in word]
    return link.replace(django_settings.BASE_URL, site)


@pytest.mark.parametrize("width", ["phone", pytest.param("desktop", marks=pytest.mark.slow)])
def test_from_an_invitation_to_the_dashboard(browser: Browser, live_server: Any, width: str) -> None:
    cast = make.cast()
    make.pulled(cast.theatre, *(make.post(n) for n in range(1, 15)))
    with (
        mail_server.running() as server,
        processes.worker({"EMAIL_URL": f"smtp://127.0.0.1:{server.port}"}),
        window(browser, width) as context,
    ):
        invite(browser, live_server.url, cast.alice, width)
        page = context.new_page()
        watcher = Watcher(page)
        assert watcher.problems(link_in(server, page, live_server.url)) == []
        expect(page.get_by_role("heading", level=1)).to_have_text("Join Gull Theatre on Engage")
        page.get_by_role("link", name="Make an account").click()
        expect(page.get_by_label("Email")).to_have_value(GUEST)
        page.get_by_label("Password").fill(make.PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Sign up").click()
        page.get_by_role("button", name="Join Gull Theatre").click()
        expect(page).to_have_url(f"{live_server.url}/o/theatre/")
        expect(page.get_by_text("You belong to Gull Theatre now")).to_be_visible()
        assert watcher.problems(f"{live_server.url}/o/theatre/settings/members/") == []
        expect(page.get_by_text("An owner can invite people")).to_be_visible()
        expect(page.get_by_role("heading", name="Invite somebody")).to_be_hidden()
    assert Membership.objects.get(user__email=GUEST).role == "viewer"
