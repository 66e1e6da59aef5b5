"""Access that has ended is ended in the same second: pages, live pages, programs, links, downloads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from accounts import access, tokens
from accounts.models import AuditEvent, Client, Consultant, Membership, Organization, Role, User
from accounts.streaming import AccessEnded
from accounts.tenancy import scope
from coaching import digest, digest_letter, readers
from coaching.models import Import
from tests import make

pytestmark = pytest.mark.django_db

WAYS: dict[str, tuple[str, Callable[[], object]]] = {
    "the practice's access ends": ("carol", lambda: Client.objects.update(ends_at=timezone.now())),
    "the practice's access is deleted": ("carol", lambda: Client.objects.all().delete()),
    "the consultant leaves the practice": ("carol", lambda: Consultant.objects.all().delete()),
    "the member is removed": (
        "erin",
        lambda: Membership.objects.filter(user__email__startswith="erin").delete(),
    ),
    "the account is closed": (
        "erin",
        lambda: User.objects.filter(email__startswith="erin").update(is_active=False),
    ),
}
BASE = "/api/v1/organizations/theatre"


@pytest.fixture
def cast() -> make.Cast:
    cast = make.cast()
    make.pulled(cast.theatre, make.post(1), make.post(2))
    make.consultant(cast.theatre)
    return cast


def somebody(name: str) -> User:
    return User.objects.get(email=f"{name}@example.org")


@pytest.mark.parametrize("way", WAYS)
def test_pages_and_what_they_ask_for_by_themselves_are_closed(cast: make.Cast, way: str) -> None:
    who, end = WAYS[way]
    browser = Browser()
    browser.force_login(somebody(who))
    with scope([cast.theatre.pk]):
        job = Import.across_organizations.create(organization=cast.theatre, filename="a.zip", state="reading")
    live = reverse("coaching:import_progress", args=["theatre", job.pk])
    pages = (
        live,
        reverse("coaching:dashboard", args=["theatre"]),
        reverse("coaching:draft", args=["theatre"]),
    )
    htmx = {"HX-Request": "true"}
    for page in pages:
        assert browser.get(page, headers=htmx).status_code == 200
    end()
    # Whoever has no account is asked to log in, where a part of a page is asked for by the page.
    part, form = (401, 302) if way == "the account is closed" else (404, 404)
    for page in pages:
        assert browser.get(page, headers=htmx).status_code == part
    assert browser.post(reverse("coaching:draft_check", args=["theatre"]), {"text": "a"}).status_code == form


@pytest.mark.parametrize("way", WAYS)
def test_programs_are_shut_out(cast: make.Cast, way: str) -> None:
    who, end = WAYS[way]
    secret = tokens.issue_personal(somebody(who), tokens.Wish("p"), now=timezone.now()).secret
    program = Browser(headers={"Authorization": f"Bearer {secret}"})
    addresses = (BASE, f"{BASE}/posts", f"{BASE}/figures", f"{BASE}/suggestions")
    assert {program.get(address).status_code for address in addresses} == {200}
    end()
    shut = 401 if way == "the account is closed" else 404
    assert {program.get(address).status_code for address in addresses} == {shut}


def test_the_last_moment_is_outside(cast: make.Cast) -> None:
    carol = somebody("carol")
    ends = make.NOW + timedelta(hours=1)
    Client.objects.update(ends_at=ends)
    token = tokens.issue_personal(carol, tokens.Wish("p"), now=make.NOW).token
    just_before = ends - timedelta(microseconds=1)
    for moment, open_ in ((just_before, True), (ends, False)):
        assert (access.enter(carol, "theatre", at=moment) is not None) == open_
        assert (tokens.enter(token, "theatre", now=moment) is not None) == open_
        assert bool(access.consulted(carol, at=moment)) == open_
        assert bool(access.practices_for(carol, cast.theatre, at=moment)) == open_
        assert list(access.reachable(carol, at=moment)) == ([cast.theatre] if open_ else [])


def test_the_links_in_the_digests_of_a_removed_member_are_dead(cast: make.Cast) -> None:
    readers.enrol(cast.theatre.pk, now=make.NOW)
    week = date(2026, 9, 28)
    with scope([cast.theatre.pk]):
        digest.issue(cast.theatre, week=week, now=make.NOW)
        mine = {who: cast.theatre.subscriptions.get(user=who) for who in (cast.alice, cast.erin)}
    links = {
        who: digest_letter.reading_url(one, week).partition("127.0.0.1:8000")[2] for who, one in mine.items()
    }
    assert {Browser().get(link).status_code for link in links.values()} == {200}
    Membership.objects.filter(user=cast.erin).delete()
    assert Browser().get(links[cast.erin]).status_code == 410
    assert Browser().get(links[cast.alice]).status_code == 200


def test_a_practice_that_acts_as_owner_subscribes_nobody(cast: make.Cast) -> None:
    Client.objects.update(role=Role.OWNER)
    browser = Browser()
    browser.force_login(somebody("carol"))
    page = reverse("coaching:digest_settings", args=["theatre"])
    adding = reverse("coaching:reader_add", args=["theatre"])
    assert adding not in browser.get(page).content.decode()
    assert browser.post(adding, {"email": "carol@private.example"}).status_code == 403
    with scope([cast.theatre.pk]):
        assert not cast.theatre.subscriptions.exclude(email="").exists()
    browser.force_login(cast.alice)
    assert browser.post(adding, {"email": "board@example.org"}).status_code == 302


@pytest.mark.parametrize("way", ["the practice's access ends", "the role becomes a lesser one"])
def test_a_download_stops_where_access_stops(cast: make.Cast, way: str) -> None:
    Client.objects.update(role=Role.OWNER)
    with scope([cast.theatre.pk]):
        AuditEvent.across_organizations.bulk_create(
            AuditEvent(organization=cast.theatre, at=make.NOW, action="connected", target=f"number {n}")
            for n in range(3_000)
        )
    browser = Browser()
    browser.force_login(somebody("carol"))
    answer = browser.get(reverse("coaching:trail_table", args=["theatre"]))
    assert answer.status_code == 200
    chunks = iter(answer.streaming_content)  # type: ignore[attr-defined]
    assert next(chunks)
    changed = {"role": Role.VIEWER} if "role" in way else {"ends_at": timezone.now()}
    Client.objects.update(**changed)
    with pytest.raises(AccessEnded):
        list(chunks)


def test_a_download_stops_where_two_step_login_is_asked_for(cast: make.Cast) -> None:
    with scope([cast.theatre.pk]):
        AuditEvent.across_organizations.bulk_create(
            AuditEvent(organization=cast.theatre, at=make.NOW, action="connected", target=f"number {n}")
            for n in range(3_000)
        )
    browser = Browser()
    browser.force_login(cast.alice)
    answer = browser.get(reverse("coaching:trail_table", args=["theatre"]))
    chunks = iter(answer.streaming_content)  # type: ignore[attr-defined]
    assert next(chunks)
    Organization.objects.filter(pk=cast.theatre.pk).update(require_two_factor=True)
    with pytest.raises(AccessEnded):
        list(chunks)


def test_a_download_of_those_who_may_arrives_whole(cast: make.Cast) -> None:
    browser = Browser()
    browser.force_login(cast.alice)
    answer = browser.get(reverse("coaching:export_posts", args=["theatre"]))
    assert b"".join(answer.streaming_content).count(b"\r\n") == 3  # type: ignore[attr-defined]
