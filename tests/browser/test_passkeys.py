"""A passkey made by a real browser: as the second step, and instead of a password."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from playwright.sync_api import Browser, Page, expect

from tests import make
from tests.browser.pages import Watcher, log_in, window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(live_server: Any) -> str:
    """The site under a name, as browsers give no passkey to a number."""
    return str(live_server.url).replace("127.0.0.1", "localhost")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page whose device holds passkeys and says yes to everything."""
    with window(browser, "phone") as context:
        page = context.new_page()
        device = context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        yield page


def add(page: Page, site: str, *, passwordless: bool) -> None:
    """Adds a passkey by the form, which asks for the password once more."""
    page.goto(f"{site}/accounts/2fa/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("button", name="Yes, it is me").click()
    if passwordless:
        page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()


def log_out(page: Page, site: str) -> None:
    """Logs out by the form."""
    page.goto(f"{site}/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Log out").click()
    page.wait_for_url(lambda address: "/accounts/logout/" not in address)


@pytest.mark.parametrize("passwordless", [False, True])
def test_a_passkey_is_made_and_lets_its_owner_in(page: Page, site: str, passwordless: bool) -> None:
    cast = make.cast()
    EmailAddress.objects.create(user=cast.bob, email=cast.bob.email, primary=True, verified=True)
    watcher = Watcher(page)
    log_in(page, site, cast.bob.email, make.PASSWORD)
    add(page, site, passwordless=passwordless)
    assert sorted(Authenticator.objects.values_list("type", flat=True)) == ["recovery_codes", "webauthn"]
    for path in ("/accounts/2fa/", "/accounts/2fa/webauthn/", "/accounts/2fa/recovery-codes/"):
        assert watcher.problems(f"{site}{path}") == []
    log_out(page, site)
    page.goto(f"{site}/accounts/login/?next=/o/theatre/people/")
    if passwordless:
        page.get_by_role("button", name="Use a passkey instead").click()
    else:
        page.get_by_label("Email").fill(cast.bob.email)
        page.get_by_label("Password").fill(make.PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Log in", exact=True).click()
        expect(page.get_by_role("heading", name="The second step")).to_be_visible()
        assert watcher.problems_here() == []
        page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(f"{site}/o/theatre/people/")
    assert watcher.complaints == []


def test_a_browser_that_gives_none_is_told_what_to_do(browser: Browser, site: str) -> None:
    make.cast()
    with window(browser, "desktop") as context:
        page = context.new_page()
        page.goto(f"{site}/accounts/login/")
        # Nothing is plugged in, and the number that stands for this machine is no name.
        page.goto(f"{site.replace('localhost', '127.0.0.1')}/accounts/login/")
        page.get_by_role("button", name="Use a passkey instead").click()
        expect(page.get_by_text("Your browser gave us no passkey")).to_be_visible()
