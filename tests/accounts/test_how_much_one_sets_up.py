"""One account sets up so many organizations and practices, and no more; what it has goes on."""

from __future__ import annotations

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client as Browser
from pytest_django import Settings

from accounts import organizing
from accounts.models import Client, Consultant, Membership, Organization, Practice, PracticeLink, Role, User
from tests import make

pytestmark = pytest.mark.django_db
WANTED = {"name": "Harbour Museum", "timezone": "Europe/London"}


@pytest.fixture(autouse=True)
def _few(settings: Settings) -> None:
    settings.ORGANIZATIONS_PER_ACCOUNT = 2
    settings.PRACTICES_PER_ACCOUNT = 1
    settings.PREPARED_PER_PRACTICE = 2
    settings.CELERY_BROKER_URL = "memory://"


def browser(user: User) -> Browser:
    client = Browser()
    client.force_login(user)
    return client


def test_organizations_that_somebody_owns_are_counted_and_what_was_typed_stays() -> None:
    cast = make.cast()
    alice = browser(cast.alice)
    assert alice.post("/organizations/new/", WANTED).status_code == 302
    answer = alice.post("/organizations/new/", {**WANTED, "name": "One too many"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "You own as many organizations as one account may here (2)." in page
    assert 'value="One too many"' in page
    assert Organization.objects.filter(memberships__user=cast.alice).count() == 2
    # Where somebody only edits or looks is no organization of theirs.
    for organization in Organization.objects.all():
        Membership.objects.get_or_create(
            organization=organization, user=cast.bob, defaults={"role": Role.EDITOR}
        )
    assert browser(cast.bob).post("/organizations/new/", WANTED).status_code == 302
    # Others hand theirs over to whom they like, and the operator sets up what is asked for.
    organizing.create_organization(slug="third", name="Third", owner=cast.alice)


def test_practices_that_somebody_leads_are_counted() -> None:
    carol = make.consultant()
    answer = browser(carol).post("/practices/new/", WANTED)
    assert answer.status_code == 422
    assert "You lead as many practices as one account may here (1)." in answer.content.decode()
    Consultant.objects.filter(user=carol).update(leads=False)
    assert browser(carol).post("/practices/new/", WANTED).status_code == 302
    assert Practice.objects.count() == 2


def test_organizations_that_wait_for_their_own_people_are_counted() -> None:
    cast = make.cast()
    carol = make.consultant(cast.theatre, cast.rival, role=Role.OWNER)  # owned by their own people
    leader, wanted = browser(carol), {**WANTED, "role": "editor"}
    for status in (302, 302, 422):
        answer = leader.post("/practices/carol-co/clients/new/", wanted)
        assert answer.status_code == status
    assert "Send those clients their links first." in answer.content.decode()
    first = Organization.objects.get(practice_links=PracticeLink.objects.earliest("pk"))
    Membership.objects.create(organization=first, user=cast.bob, role=Role.OWNER)
    assert leader.post("/practices/carol-co/clients/new/", wanted).status_code == 302
    assert Client.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_pass_together() -> None:
    cast = make.cast()
    made: list[str] = []

    def go() -> None:
        try:
            made.append(organizing.found(name="Twice", timezone="Europe/London", owner=cast.alice).slug)
        except ValidationError:
            made.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == ["refused", "twice"]
