"""The pages about an organization's data and about privacy, with a journey from asking to undoing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import signing
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, expect

from accounts import audit, organizing
from accounts.models import Practice, User
from accounts.tenancy import scope
from coaching.being_forgotten import asking as forgetting
from coaching.erasing import asking as erasing
from coaching.erasing import carrying_out
from coaching.takeaway import asking, making
from tests import make
from tests.browser.pages import Watcher, log_in, window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(settings: Any, tmp_path: Path) -> make.Cast:
    """The theatre with a trail, a file to take away and one that is being made."""
    settings.EXPORTS_DIR = tmp_path / "exports"
    settings.CELERY_BROKER_URL = "memory://"
    cast, now = make.cast(), timezone.now()
    account = make.pulled(cast.theatre, *(make.post(n) for n in range(1, 15)))
    practice = Practice.objects.create(slug="c-co", name="Carol & Co")
    with scope([cast.theatre.pk]):
        with audit.coming_from(audit.Origin("203.0.113.9", practice.pk)):
            audit.record(cast.theatre, "role_changed", by=cast.erin, at=now, target=cast.bob.pk, to="viewer")
            audit.record(
                cast.theatre, "disconnected", by=cast.erin, at=now, target=account.pk, network="twitter",
                erased=True, confirmed=False,
            )  # fmt: skip
        audit.record(cast.theatre, "digest_bounced", by=None, at=now, target=9)
        asking.ask(cast.theatre, by=cast.alice, now=now)
    for ids in making.due(now):
        if job := making.claim(*ids, now=now):
            making.make(job, clock=timezone.now)
    return cast


def public_pages() -> dict[str, str]:
    """Addresses of everything that needs no login, with things to show there."""
    now = timezone.now()
    request = forgetting.ask("twitter", "ana", "ana@example.org", now=now)
    assert request is not None
    confirm = f"/privacy/forget/{signing.dumps(request.pk, salt='engage.forget-request')}/"
    other = forgetting.ask("twitter", "tom", "tom@example.org", now=now)
    assert other is not None
    forgetting.confirm(other, now=now)
    doomed = organizing.create_organization(
        slug="gone", name="Gone Rooms", owner=User.objects.create_user("zoe@example.org")
    )
    with scope([doomed.pk]):
        erasure = erasing.ask(doomed, by=User.objects.get(email="zoe@example.org"), now=now - erasing.GRACE)
    assert erasure
    claimed = carrying_out.claim(erasure.pk, now=now)
    assert claimed
    carrying_out.carry_out(claimed, now=now)
    return {
        "privacy": "/privacy/",
        "forget-me": "/privacy/forget/",
        "forget-confirm": confirm,
        "forget-gone": "/privacy/forget/nothing/",
        "forget-status": reverse("coaching:forget_status", args=[other.code]),
        "receipt": reverse("coaching:erasure_receipt", args=[erasure.code]),
    }


@pytest.mark.parametrize(("width", "theme"), [("phone", "dark"), ("desktop", "light")])
def test_pages_are_accessible_and_whole(
    browser: Browser, live_server: Any, cast: make.Cast, width: str, theme: Any
) -> None:
    below = {
        "trail": "settings/trail/",
        "trail-none": "settings/trail/?deed=connected",
        "retention": "settings/retention/",
        "takeaway": "settings/export/",
        "deletion": "settings/delete/",
    }
    with window(browser, width, color_scheme=theme) as context:
        watcher = Watcher(context.new_page())
        wrong: dict[str, list[str]] = {}

        def look(name: str, address: str) -> None:
            wrong[name] = watcher.problems(live_server.url + address)
            watcher.photograph(f"{name}-{width}-{theme}")

        for name, address in public_pages().items():
            if name == "forget-gone":
                continue  # it answers 410, which the console mentions
            look(name, address)
        log_in(watcher.page, live_server.url, cast.alice.email, make.PASSWORD)
        for name, address in below.items():
            look(name, f"/o/theatre/{address}")
        with scope([cast.theatre.pk]):
            erasing.ask(cast.theatre, by=cast.alice, now=timezone.now())
            asking.ask(cast.theatre, by=cast.alice, now=timezone.now())
        look("deletion-asked", "/o/theatre/settings/delete/")
        look("takeaway-making", "/o/theatre/settings/export/")
        look("dashboard-going", "/o/theatre/")
    assert {name: problems for name, problems in wrong.items() if problems} == {}


def test_operators_see_who_waits(browser: Browser, live_server: Any, cast: make.Cast) -> None:
    public_pages()
    sam = User.objects.create_superuser("sam@example.org", make.PASSWORD)
    with window(browser, "phone") as context:
        watcher = Watcher(context.new_page())
        log_in(watcher.page, live_server.url, sam.email, make.PASSWORD)
        TOTP.activate(sam, generate_totp_secret())
        assert watcher.problems(f"{live_server.url}/staff/forget/") == []
        watcher.photograph("staff-forget-phone-light")
        watcher.page.get_by_role("button", name="Forget them tom").click()
        expect(watcher.page.get_by_text("Nobody waits.")).to_be_visible()


def test_an_owner_deletes_and_undoes(browser: Browser, live_server: Any, cast: make.Cast) -> None:
    with window(browser, "phone") as context:
        page = context.new_page()
        log_in(page, live_server.url, cast.alice.email, make.PASSWORD)
        page.goto(f"{live_server.url}/o/theatre/settings/delete/")
        page.get_by_label("To be sure, type its name").fill("Gull")
        page.get_by_role("button", name="Delete it in two weeks").click()
        expect(page.get_by_text("That is not its name. Nothing was deleted.")).to_be_visible()
        page.get_by_label("To be sure, type its name").fill("Gull Theatre")
        page.get_by_role("button", name="Delete it in two weeks").click()
        page.get_by_label("Password").fill(make.PASSWORD)
        page.get_by_role("button", name="Yes, it is me").click()
        page.get_by_role("button", name="Delete it in two weeks").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Gull Theatre is going to be deleted")
        page.goto(f"{live_server.url}/o/theatre/posts/")
        page.get_by_role("link", name="Keep it after all").click()
        page.get_by_role("button", name="Keep the organization").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Delete Gull Theatre")
