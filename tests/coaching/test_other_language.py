"""In another language no page and no mail has an English word left, but for what people wrote themselves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Organization, Practice, User
from accounts.tenancy import scope
from coaching import (
    delivering,
    digest,
    digest_letter,
    health,
    notices,
    practice_digest,
    reader_page,
    readers,
    sample,
)
from coaching.models import Connection, Import, Subscription
from coaching.sending_time import last_whole_week
from tests import make, pseudo_language
from tests.accounts.test_routes import address as address_of
from tests.pseudo_language import left_out, left_out_of
from tests.routes import stage as stages
from tests.routes.expecting import ANONYMOUS, OWNER

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 10, 12, 7, 0, tzinfo=UTC)
EACH = 2
"""How many pages of one kind are opened."""
LINK = re.compile(r'<a\b[^>]*?\bhref="([^"#]*)"')
# Said by others, or to programs: the admin, the description of the API, the page that shows type to staff.
NOT_OURS = ("admin:", "api:", "account_logout", "coaching:styleguide")


@pytest.fixture
def strange(tmp_path: Path) -> Iterator[None]:
    with pseudo_language.spoken(tmp_path / "locale"):
        yield


def theirs(organization: Organization) -> Organization:
    """The organization speaks the strange language, and what people wrote there has letters of its own."""
    own = pseudo_language.own

    def person(told: Any) -> Any:
        return told and {**told, "handle": own(told.get("handle") or ""), "name": own(told.get("name") or "")}

    def reason(told: list[Any]) -> list[Any]:
        params = {name: own(value) if isinstance(value, str) else value for name, value in told[4].items()}
        return [*told[:4], params]

    with scope([organization.pk]):
        for post in organization.posts.all():
            post.text, post.reasons = own(post.text), [reason(told) for told in post.reasons]
            post.shared_from, post.reply_to = person(post.shared_from), person(post.reply_to)
            post.save()
        for said in organization.messages.all():
            said.text, said.author_name = own(said.text), own(said.author_name or "")
            said.author_handle = own(said.author_handle or "")
            said.save()
        for draft in organization.drafts.all():
            draft.text = own(draft.text)
            draft.save()
        for meetup in organization.meetups.all():
            for name in ("title", "goal", "about", "place", "address", "hashtag", "thanks"):
                setattr(meetup, name, own(getattr(meetup, name)))
            meetup.save()
        for guest in organization.meetupguests.all():
            guest.name, guest.handle = own(guest.name), own(guest.handle)
            guest.save()
        for connection in organization.connections.all():
            connection.name, connection.handle = own(connection.name), own(connection.handle)
            connection.save()
    organization.name, organization.language = own(organization.name), pseudo_language.CODE
    organization.save()
    return organization


def crawl(client: Client, *begin: str) -> Iterator[tuple[str, str]]:
    """(address, page) of what links lead to, some pages of every kind."""
    waiting, seen, opened = list(begin), set(begin), Counter[str]()
    while waiting:
        address = waiting.pop(0)
        try:
            name = resolve(urlsplit(address).path).view_name
        except Resolver404:
            continue
        if opened[name] >= EACH or name.startswith(NOT_OURS):
            continue
        opened[name] += 1
        answer = client.get(address)
        page = answer.content.decode() if answer.get("Content-Type", "").startswith("text/html") else ""
        if page:
            yield address, page
        for link in [answer.get("Location", ""), *LINK.findall(page)]:
            found = urljoin(address, link.replace("&amp;", "&"))
            if link and found.startswith("/") and found not in seen:
                seen.add(found)
                waiting.append(found)


@pytest.mark.slow
def test_every_page_that_links_lead_to(strange: None) -> None:
    sample.load(email="demo@example.org", password=make.PASSWORD, now=timezone.now())
    user = User.objects.get(email="demo@example.org")
    user.name = pseudo_language.own(user.name)
    user.save()
    theatre = theirs(Organization.objects.get(slug=sample.SLUG))
    client = Client()
    client.force_login(user)
    begin = ("/", "/accounts/email/", "/accounts/2fa/", "/accounts/password/change/", "/organizations/new/")
    pages = dict(crawl(client, f"/o/{theatre.slug}/", *begin))
    pages |= crawl(Client(), "/", "/accounts/login/", "/accounts/password/reset/done/", "/nowhere/")
    assert len(pages) > 35
    assert f'<html lang="{pseudo_language.CODE}">' in pages[f"/o/{theatre.slug}/"]
    assert {address: found for address, page in pages.items() if (found := left_out(page))} == {}


@pytest.mark.parametrize("who", [OWNER, ANONYMOUS])
def test_every_page_there_is(strange: None, who: str, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    stage = stages.build()
    shown = {
        name: address_of(stage, name, route)
        for name, route in stages.ROUTES.items()
        if route.answers[who, "GET"] == 200
        and not name.startswith(NOT_OURS)
        and (who == OWNER or not route.inside)
    }
    theirs(stage.theatre.organization)
    Practice.objects.update(name=pseudo_language.own("Carol & Co"))
    left, user = {}, stage.people[who]
    for name, address in shown.items():
        client = Client()
        if user:
            client.force_login(user)
        answer = client.get(address)
        if answer.get("Content-Type", "").startswith("text/html"):
            left[name] = left_out(answer.content.decode())
    assert len(left) > 10
    assert {name: found for name, found in left.items() if found} == {}


@pytest.mark.slow
def test_the_pages_of_a_consultant(strange: None) -> None:
    cast = make.cast()
    asked = make.message(1, "@gulltheatre is there a matinee?")
    make.pulled(cast.theatre, *(make.post(n) for n in range(1, 30)), messages=[asked])
    carol = make.consultant(theirs(cast.theatre), theirs(cast.rival))
    Practice.objects.update(name=pseudo_language.own("Carol & Co"), slug="7")
    client = Client()
    client.force_login(carol)
    begin = [reverse("coaching:clients"), reverse("coaching:practice_record")]
    begin += [reverse("coaching:client_notes", args=[one.slug]) for one in (cast.theatre, cast.rival)]
    pages = dict(crawl(client, *begin))
    assert {address: found for address, page in pages.items() if (found := left_out(page))} == {}


@pytest.fixture
def mailed(strange: None, settings: Settings, mailoutbox: list[EmailMessage]) -> list[EmailMessage]:
    """Every mail about an organization, sent by workers that speak English when nobody tells them."""
    settings.LANGUAGE_CODE = "en-gb"
    cast = make.cast()
    asked = make.message(1, "@gulltheatre is there a matinee?", ago=timedelta(hours=30))
    connection = make.pulled(cast.theatre, *(make.post(n) for n in range(1, 15)), messages=[asked])
    theatre = theirs(cast.theatre)
    readers.enrol(theatre.pk, now=make.NOW)
    with scope([theatre.pk]):
        asked_reader = readers.invite(theatre, "board@example.org", by=cast.alice, now=make.NOW)
        job = Import.across_organizations.create(
            organization=theatre, filename="a.zip", state="failed", error="empty", created_by=cast.alice,
            created_at=make.NOW, finished_at=make.NOW + timedelta(days=1),
        )  # fmt: skip
        told = Subscription.across_organizations.get(organization=theatre, user=cast.bob)
        Subscription.across_organizations.filter(pk=told.pk).update(tell_waiting=True)
    reader_page.ask(theatre.pk, asked_reader.pk, now=make.NOW)
    notices.tell_importer(theatre.pk, job.pk, now=make.NOW + timedelta(days=1))
    notices.tell_waiting(theatre.pk, told.pk, now=make.NOW)
    for organization_id, pk in delivering.due(MONDAY):
        delivering.queue(organization_id, [pk], now=MONDAY)
    for organization_id, pk in delivering.waiting(MONDAY):
        if copy := delivering.claim(organization_id, pk, now=MONDAY):
            delivering.send(copy, now=MONDAY)
    with scope([theatre.pk]):
        Connection.across_organizations.filter(pk=connection.pk).update(
            state=Connection.State.RECONNECT, state_since=MONDAY, access=Connection.Access.API
        )
    health.tell_owners(theatre.pk, connection.pk, now=MONDAY + timedelta(days=2))
    return mailoutbox


def test_every_mail_about_an_organization(mailed: list[EmailMultiAlternatives]) -> None:
    assert len(mailed) == 7
    for mail in mailed:
        assert left_out_of(f"{mail.subject} {mail.body}") == [], mail.body
        for html, _ in mail.alternatives:
            assert left_out(str(html)) == []


def test_mails_for_consultants_and_about_accounts(
    strange: None, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    cast = make.cast()
    asked = make.message(1, "@gulltheatre is there a matinee?", ago=timedelta(hours=30))
    make.pulled(cast.theatre, *(make.post(n) for n in range(1, 15)), messages=[asked])
    make.consultant(theirs(cast.theatre))
    Practice.objects.update(name=pseudo_language.own("Carol & Co"))
    for pk in practice_digest.due(MONDAY):
        practice_digest.send(pk, now=MONDAY)
    for address in ("alice@example.org", "nobody@example.org"):
        Client().post("/accounts/password/reset/", {"email": address})
    for address in ("alice@example.org", "newcomer@example.org"):
        Client().post("/accounts/signup/", {"email": address, "password1": make.PASSWORD})
    assert len({mail.subject for mail in mailoutbox}) == 4
    for mail in mailoutbox:
        assert left_out_of(f"{mail.subject} {mail.body}") == [], mail.body
        for html, _ in mail.alternatives:
            assert left_out(str(html)) == []


def test_the_pages_that_links_in_mails_open(strange: None) -> None:
    cast = make.cast()
    make.pulled(cast.theatre, *(make.post(n) for n in range(1, 15)))
    theatre = theirs(cast.theatre)
    readers.enrol(theatre.pk, now=make.NOW)
    with scope([theatre.pk]):
        mine = theatre.subscriptions.get(user=cast.alice)
        asked = readers.invite(theatre, "board@example.org", by=cast.alice, now=make.NOW)
        week = digest.issue(theatre, week=last_whole_week(make.NOW, theatre.zone), now=make.NOW).week
    for url in (
        digest_letter.choosing_url(mine),
        f"{digest_letter.choosing_url(mine)}leave/",
        digest_letter.choosing_url(asked),
        digest_letter.reading_url(mine, week),
    ):
        page = Client().get(urlsplit(url).path, headers={"accept-language": "en-gb"}).content.decode()
        assert left_out(page) == [], url
