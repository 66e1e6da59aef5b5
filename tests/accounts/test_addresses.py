"""Owners choose the address of their organization, and the one before still leads there."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts import addresses, organizing, tokens
from accounts.models import FormerAddress, Organization, Role, User
from accounts.tenancy import scope
from accounts.tokens import Wish
from coaching.report_cards import publishing
from tests import make

pytestmark = pytest.mark.django_db
CHANGE = "/o/{}/settings/organization/address/"


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def move(organization: Organization, slug: str, by: User) -> None:
    with scope([organization.pk]):
        addresses.change(organization, slug, by=by, now=timezone.now())


def test_a_name_in_other_letters_can_have_an_address_of_its_own() -> None:
    cast = make.cast()
    alice = browser(cast.alice)
    made = alice.post(
        "/organizations/new/", {"name": "Театр на Таганке", "timezone": "Europe/Moscow"}, follow=True
    )
    assert "The address here is /o/organization/." in made.content.decode()
    answer = alice.post(CHANGE.format("organization"), {"slug": " Taganka "})
    assert answer["Location"] == "/o/taganka/settings/organization/"
    assert "/o/taganka/" in alice.get(answer["Location"]).content.decode()
    # The next one with such a name does not get what still leads elsewhere.
    assert addresses.free("中文劇團") == "organization-2"
    wanted = {"name": "Organization of Rowers", "timezone": "Europe/London"}
    named = alice.post("/organizations/new/", wanted, follow=True)
    assert "/o/organization-of-rowers/" in named.content.decode()
    assert "The address here is" not in named.content.decode()


def test_old_links_lead_to_the_same_page_for_those_who_may_see_it() -> None:
    cast = make.cast()
    move(cast.theatre, "gulls", cast.alice)
    for user in (cast.alice, cast.bob):
        answer = browser(user).get("/o/theatre/posts/?kind=share&sort=social")
        assert answer.status_code == 307
        assert answer["Location"] == "/o/gulls/posts/?kind=share&sort=social"
        assert "no-store" in answer["Cache-Control"]
        assert browser(user).get(answer["Location"]).status_code == 200
    # To everybody else it does not exist, as before.
    assert browser(cast.dave).get("/o/theatre/").status_code == 404
    assert browser(cast.dave).get("/o/gulls/").status_code == 404
    assert Client().get("/o/theatre/")["Location"].startswith("/accounts/login/")
    # What was being written when it moved is kept.
    form = {"name": "Gull & Sons"}
    erin = browser(cast.alice).post("/o/theatre/settings/organization/", form, follow=True)
    assert erin.redirect_chain[0] == ("/o/gulls/settings/organization/", 307)
    cast.theatre.refresh_from_db()
    assert cast.theatre.name == "Gull & Sons"


def test_an_address_that_leads_somewhere_is_nobody_elses() -> None:
    cast = make.cast()
    move(cast.theatre, "gulls", cast.alice)
    dave = browser(cast.dave)
    for slug in ("theatre", "gulls", "new", "api", "No", "two words", "-x", "", "x" * 51, "ü"):
        answer = dave.post(CHANGE.format("rival"), {"slug": slug})
        assert answer.status_code == (302 if slug == "No" else 422), slug
        if slug == "No":  # capitals are made small
            move(cast.rival, "rival", cast.dave)
    assert organizing.found(name="Theatre", timezone="Europe/London", owner=cast.dave).slug == "theatre-2"
    with pytest.raises(ValidationError):
        organizing.create_organization(slug="theatre", name="Theatre", owner=cast.dave)
    # Its own former one can be had back, and a handful are kept.
    move(cast.theatre, "theatre", cast.alice)
    assert set(FormerAddress.objects.values_list("slug", flat=True)) == {"gulls", "no"}
    for number in range(4):
        move(cast.theatre, f"gulls-{number}", cast.alice)
    with pytest.raises(ValidationError, match="five other addresses"):
        move(cast.theatre, "once-more", cast.alice)
    move(cast.theatre, "gulls", cast.alice)
    assert cast.theatre.former_addresses.count() == 5


def test_tokens_and_public_cards_find_it_by_the_former_address() -> None:
    cast = make.cast()
    with scope([cast.theatre.pk]):
        card = make.card(cast.theatre, by=cast.alice, public=True)
        wish, now = Wish(name="Reports"), timezone.now()
        issued = [tokens.issue_for(cast.theatre, wish, role=Role.VIEWER, by=cast.alice, now=now)]
    issued.append(tokens.issue_personal(cast.alice, wish, now=now))
    move(cast.theatre, "gulls", cast.alice)
    for one in issued:
        headers = {"authorization": f"Bearer {one.secret}"}
        for slug, status in (("theatre", 200), ("gulls", 200), ("rival", 404)):
            assert Client().get(f"/api/v1/organizations/{slug}", headers=headers).status_code == status
    found = publishing.by_address("theatre", card.address, now=make.NOW)
    assert found is not None
    assert (found.row.pk, found.organization.slug) == (card.pk, "gulls")


def test_only_owners_choose_and_the_sample_stays(settings: Settings) -> None:
    cast = make.cast()
    for user, status in ((cast.erin, 403), (cast.bob, 403), (cast.dave, 404)):
        assert browser(user).post(CHANGE.format("theatre"), {"slug": "gulls"}).status_code == status
    carol = make.consultant(cast.theatre, role=Role.OWNER)
    assert browser(carol).post(CHANGE.format("theatre"), {"slug": "gulls"}).status_code == 302
    Organization.objects.filter(pk=cast.theatre.pk).update(sample=True)
    answer = browser(cast.alice).post(CHANGE.format("gulls"), {"slug": "elsewhere"})
    assert answer.status_code == 422
    assert "stays where everybody finds it" in answer.content.decode()
