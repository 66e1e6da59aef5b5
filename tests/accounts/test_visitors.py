"""The sample organization is open to everybody, to look at and nothing else; no other one is."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organization
from accounts.tenancy import scope
from coaching import coach
from tests import make

pytestmark = pytest.mark.django_db

OPEN = "dashboard conversations people posts suggestions history looking_back digests".split()
CLOSED = "draft connections settings digest_settings checks client_notes export_posts upload duties".split()


@pytest.fixture
def cast(settings: Any) -> make.Cast:
    """The theatre is the sample that the installation shows to everybody."""
    cast = make.cast()
    settings.DEMO_ORGANIZATION = cast.theatre.slug
    Organization.objects.filter(pk=cast.theatre.pk).update(sample=True)
    asked = make.message(1, "@gulltheatre is there a matinee?")
    make.pulled(cast.theatre, *(make.post(n) for n in range(1, 15)), messages=[asked])
    with scope([cast.theatre.pk]):
        coach.suggest(cast.theatre, now=make.NOW)
    return cast


def page(name: str) -> str:
    """The address of a page of the theatre."""
    return reverse(f"coaching:{name}", args=["theatre"])


def browser(cast: make.Cast, who: str | None) -> Client:
    """Somebody who does not belong to the theatre: nobody knows who, or dave."""
    client = Client()
    if who:
        client.force_login(getattr(cast, who))
    return client


@pytest.mark.parametrize("who", [None, "dave"])
def test_everybody_may_look_at_the_sample(cast: make.Cast, who: str | None) -> None:
    client = browser(cast, who)
    for name in OPEN:
        answer = client.get(page(name))
        assert answer.status_code == 200, name
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert answer["Cache-Control"] == "private, no-store"
        assert "is invented" in answer.content.decode()
        assert client.head(page(name)).status_code == 200


@pytest.mark.parametrize("weeks", [0, 30], ids=["new", "long ago"])
def test_what_an_open_page_links_to_is_open_too(
    cast: make.Cast, weeks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, seen, ahead = browser(cast, None), set(), {page("dashboard")}
    monkeypatch.setattr(timezone, "now", lambda: make.NOW + timedelta(weeks=weeks))
    while ahead:
        address = ahead.pop()
        seen.add(address)
        answer = client.get(address)
        assert answer.status_code == 200, address
        body = answer.content.decode()
        found = set(re.findall(r'href="(/o/[^"#?]*)', body))
        assert 'method="post"' not in body, address
        ahead |= found - seen
    assert {page(name) for name in OPEN} <= seen
    assert not seen & {page(name) for name in CLOSED}


def test_nothing_else_of_the_sample_is_open(cast: make.Cast) -> None:
    for name in CLOSED:
        answer = browser(cast, None).get(page(name))
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/login/"), name
        assert browser(cast, "dave").get(page(name)).status_code == 404, name


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_a_visitor_changes_nothing(cast: make.Cast, method: str) -> None:
    with scope([cast.theatre.pk]):
        suggestion = cast.theatre.suggestions.first()
        before = list(cast.theatre.suggestions.values())
    for address in (
        page("dashboard"),
        page("draft"),
        reverse("coaching:suggestion_decide", args=["theatre", suggestion.pk]),
    ):
        for who, status in ((None, 302), ("dave", 404)):
            answer = getattr(browser(cast, who), method)(address, {"decision": "take"})
            assert answer.status_code == status, (address, who)
    with scope([cast.theatre.pk]):
        assert list(cast.theatre.suggestions.values()) == before


def test_a_real_organization_of_that_name_stays_closed(cast: make.Cast) -> None:
    Organization.objects.filter(pk=cast.theatre.pk).update(sample=False)
    assert browser(cast, None).get(page("dashboard")).status_code == 302
    assert browser(cast, "dave").get(page("dashboard")).status_code == 404
    assert "/o/theatre/" not in browser(cast, None).get("/").content.decode()


def test_another_sample_stays_closed(cast: make.Cast, settings: Any) -> None:
    for chosen in ("", "rival", "elsewhere"):
        settings.DEMO_ORGANIZATION = chosen
        assert browser(cast, None).get(page("dashboard")).status_code == 302
        assert browser(cast, "dave").get(page("dashboard")).status_code == 404


def test_members_keep_their_roles_in_it(cast: make.Cast) -> None:
    answer = browser(cast, "erin").get(page("suggestions"))
    assert "We will try this" in answer.content.decode()
    assert "is invented" not in answer.content.decode()
    assert browser(cast, "erin").get(page("draft")).status_code == 200


def test_the_front_page_leads_there(cast: make.Cast) -> None:
    assert page("dashboard") in browser(cast, None).get("/").content.decode()
