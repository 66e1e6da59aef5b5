"""A consultant sets an organization up; its client opens one link and owns it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import Client, Membership, Organization, PracticeLink, Role, User
from accounts.practices import links
from accounts.tenancy import scope
from tests import make
from tests.accounts.practices.firm import browser, link_in, person, post_out, practice_of

pytestmark = pytest.mark.django_db
FORM = {"name": "Bakery Rye", "email": "", "role": "editor", "timezone": "Europe/London"}


@pytest.fixture(autouse=True)
def _no_worker(settings: Any) -> None:
    settings.CELERY_BROKER_URL = "memory://"


@pytest.fixture
def carol() -> User:
    make.cast()
    return make.consultant()


def prepare(carol: User, **more: str) -> str:
    """Sets the bakery up and answers with the path of the link that carol may copy."""
    answer = browser(carol).post("/practices/carol-co/clients/new/", {**FORM, **more})
    assert answer.status_code == 302
    assert "Bakery Rye is set up" in browser(carol).get(answer["Location"]).content.decode()
    return "/" + links.copied_url(PracticeLink.objects.latest("pk")).split("/", 3)[3]


def test_until_it_is_handed_over_the_practice_acts_as_the_owner(carol: User) -> None:
    prepare(carol)
    client = browser(carol)
    assert client.get("/o/bakery-rye/").status_code == 200
    assert client.get("/o/bakery-rye/settings/trail/").status_code == 200
    access = Client.objects.get()
    assert (access.role, access.ends_at) == (Role.OWNER, None)
    # It cannot drop what nobody else owns.
    answer = client.post(f"/practices/carol-co/clients/{access.pk}/end/", follow=True)
    assert "Hand it over first" in answer.content.decode()
    access.refresh_from_db()
    assert access.ends_at is None


def test_the_client_opens_the_mailed_link_and_lands_on_the_connections_as_owner(
    carol: User, mailoutbox: list[EmailMessage]
) -> None:
    prepare(carol, email="Rosa@Example.org")
    post_out()
    [mail] = [mail for mail in mailoutbox if mail.to == ["rosa@example.org"]]
    assert mail.subject == "Bakery Rye is ready for you"
    rosa, path = Browser(), link_in(mail)
    first = rosa.get(path)
    assert "Bakery Rye is ready for you" in first.content.decode()
    assert first["Referrer-Policy"] == "same-origin"
    signup = rosa.post(path, {"what": "signup"})["Location"]
    done = rosa.post(signup, {"email": "rosa@example.org", "password1": make.PASSWORD}, follow=True)
    assert done.redirect_chain[-1][0] == "/o/bakery-rye/connections/"
    assert "Bakery Rye is yours" in done.content.decode()
    member = Membership.objects.get(organization__slug="bakery-rye")
    assert (member.user.email, member.role) == ("rosa@example.org", Role.OWNER)
    assert Client.objects.get().role == Role.EDITOR
    # carol keeps what was agreed, and no more than that.
    assert browser(carol).get("/o/bakery-rye/").status_code == 200
    assert browser(carol).get("/o/bakery-rye/settings/trail/").status_code == 403
    organization = Organization.objects.get(slug="bakery-rye")
    with scope([organization.pk]):
        assert [event.action for event in organization.auditevents.order_by("pk")] == [
            "organization_prepared", "practice_access_started", "organization_handed_over",
            "practice_access_changed",
        ]  # fmt: skip
    # Opened again it leads there, and nobody else gets in by it.
    assert rosa.get(path)["Location"] == "/o/bakery-rye/"
    assert browser(person("mallory")).post(path).status_code == 410
    assert Browser().get(path).status_code == 410


def test_somebody_with_an_account_logs_in_on_the_way(carol: User) -> None:
    path, rosa = prepare(carol), person("rosa")
    client = Browser()
    login = client.post(path, {"what": "login"})["Location"]
    done = client.post(login, {"login": rosa.email, "password": make.PASSWORD}, follow=True)
    assert done.redirect_chain[-1][0] == "/o/bakery-rye/connections/"
    assert rosa.memberships.get().role == Role.OWNER


def test_a_get_alone_takes_nothing_over(carol: User) -> None:
    path = prepare(carol)
    for client in (browser(person("rosa")), Browser()):  # mail scanners open links, too
        assert client.get(path).status_code == 200
    assert PracticeLink.objects.get().accepted_at is None


def test_a_consultant_cannot_take_their_own_client_over(carol: User) -> None:
    path = prepare(carol)
    answer = browser(carol).post(path)
    assert answer.status_code == 422
    assert "Send the link to your client" in answer.content.decode()
    assert not carol.memberships.exists()


def test_links_run_out_are_taken_back_and_made_again(carol: User) -> None:
    path = prepare(carol)
    link = PracticeLink.objects.get()
    client, rosa = browser(carol), browser(person("rosa"))
    client.post(f"/practices/carol-co/links/{link.pk}/revoke/")
    assert "taken back" in rosa.post(path).content.decode()
    page = client.get("/practices/carol-co/").content.decode()
    assert "Make a link" in page
    access = Client.objects.get()
    make_again = f"/practices/carol-co/clients/{access.pk}/link/"
    answer = client.post(make_again, {"role": "viewer", "email": "no address"}, follow=True)
    assert "Write the address in full" in answer.content.decode()
    client.post(make_again, {"role": "viewer", "email": ""})
    fresh = PracticeLink.objects.latest("pk")
    PracticeLink.objects.filter(pk=fresh.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    copied = "/" + links.copied_url(fresh).split("/", 3)[3]
    assert rosa.post(copied).status_code == 410
    PracticeLink.objects.filter(pk=fresh.pk).update(expires_at=timezone.now() + timedelta(days=1))
    assert rosa.post(copied)["Location"] == "/o/bakery-rye/connections/"
    assert Client.objects.get().role == Role.VIEWER
    # Once somebody owns it there is nothing more to hand over.
    answer = client.post(make_again, {"role": "editor", "email": ""}, follow=True)
    assert "own this organization already" in answer.content.decode()


def test_a_client_named_like_another_gets_an_address_of_its_own(carol: User) -> None:
    prepare(carol)
    prepare(carol)
    assert set(practice_of(carol).clients.values_list("organization__slug", flat=True)) == {
        "bakery-rye", "bakery-rye-2",
    }  # fmt: skip
    answer = browser(carol).post("/practices/carol-co/clients/new/", {**FORM, "name": " "})
    assert answer.status_code == 422


def test_fifty_links_a_day_are_enough(carol: User) -> None:
    for number in range(50):
        links.make(
            kind="consultant", practice=practice_of(carol), email=f"p{number}@example.org", by=carol,
            now=timezone.now(),
        )  # fmt: skip
    answer = browser(carol).post("/practices/carol-co/clients/new/", FORM)
    assert answer.status_code == 422
    assert "Bakery Rye" in answer.content.decode()
    assert not Organization.objects.filter(slug="bakery-rye").exists()
