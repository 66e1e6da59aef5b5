"""What a new organization finds before anything was read: every page says what to do first."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from tests import make

pytestmark = pytest.mark.django_db


def shown(client: Client, name: str) -> str:
    """The page without the masthead."""
    page = client.get(reverse(f"coaching:{name}", args=["theatre"])).content.decode()
    return page.split("<main")[1]


@pytest.mark.parametrize("name", ["dashboard", "conversations", "posts", "suggestions"])
def test_a_page_without_posts_leads_to_the_connections(name: str, client: Client) -> None:
    client.force_login(make.cast().erin)
    page = shown(client, name)
    assert reverse("coaching:connections", args=["theatre"]) in page
    assert "Not known from an archive" not in page
    assert "Nothing new at the moment" not in page


def test_an_archive_without_suggestions_or_messages_says_so(client: Client) -> None:
    cast = make.cast()
    make.connection(cast.theatre, access="archive")
    client.force_login(cast.erin)
    assert "Nothing new at the moment" in shown(client, "suggestions")
    assert "Not known from an archive" in shown(client, "conversations")


@pytest.mark.parametrize("key", ["", "key"])
def test_where_no_network_can_be_connected_the_upload_comes_first(
    key: str, client: Client, settings: Any
) -> None:
    settings.X_CLIENT_ID = settings.X_CLIENT_SECRET = key
    settings.FACEBOOK_APP_ID = ""
    client.force_login(make.cast().erin)
    page = shown(client, "connections")
    assert (page.index('id="upload"') < page.index('id="connect"')) is (not key)


def test_nothing_is_measured_without_a_judgement(client: Client) -> None:
    client.force_login(make.cast().erin)
    assert "Measured with judge" not in shown(client, "checks")


def test_the_address_of_an_upload_leads_to_its_form(client: Client) -> None:
    client.force_login(make.cast().bob)
    answer = client.get(reverse("coaching:upload", args=["theatre"]))
    assert answer["Location"] == reverse("coaching:connections", args=["theatre"])


@pytest.mark.parametrize("verified", [True, False])
def test_two_step_login_says_beforehand_that_it_needs_a_confirmed_address(
    verified: bool, client: Client
) -> None:
    erin = make.cast().erin
    EmailAddress.objects.create(user=erin, email=erin.email, primary=True, verified=verified)
    client.force_login(erin)
    page = client.get(reverse("mfa_index")).content.decode()
    assert ("It needs a confirmed email address" in page) is (not verified)
