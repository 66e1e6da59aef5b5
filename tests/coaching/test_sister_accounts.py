"""Accounts that are also ours: kept by an owner, and history is judged again by them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Organization, User
from accounts.tenancy import scope
from coaching import rejudging, sister_accounts
from coaching.networks.contract import Person, Surface
from tests import make

pytestmark = pytest.mark.django_db


def save(user: User, handles: str) -> int:
    """Saves the settings page with these handles."""
    client = Client()
    client.force_login(user)
    fields = {"timezone": "Europe/London", "also_ours": handles}
    return client.post(reverse("coaching:settings", args=["theatre"]), fields).status_code


def test_handles_are_read_as_people_write_them() -> None:
    read = sister_accounts.read("@GullCafe, gull.shop\n\n gull_kids;GullCafe")
    assert read == ["GullCafe", "gull.shop", "gull_kids"]
    with pytest.raises(ValueError, match="https"):
        sister_accounts.read("https://example.org/gull")


def test_a_reply_to_a_sister_account_is_talk_with_ourselves_once_history_is_judged_again() -> None:
    cast = make.cast()
    text = "Thank you so much, what a lovely evening it was!"
    told: dict[str, Any] = {"surface": Surface.REPLY, "reply_to": Person("7", "gullcafe")}
    make.pulled(cast.theatre, make.post(1, text, **told))
    with scope([cast.theatre.pk]):
        before = cast.theatre.posts.get().score or 0
    assert save(cast.alice, "@GullCafe") == 302
    assert Organization.objects.get(slug="theatre").also_ours == ["GullCafe"]
    assert rejudging.stale(make.NOW) == [cast.theatre.pk]
    claimed = rejudging.claim(cast.theatre.pk, now=make.NOW)
    assert claimed is not None
    rejudging.rejudge(claimed, clock=lambda: make.NOW)
    with scope([cast.theatre.pk]):
        assert (cast.theatre.posts.get().score or 0) < before
    assert rejudging.stale(make.NOW) == []


def test_the_same_list_again_judges_nothing() -> None:
    cast = make.cast()
    make.pulled(cast.theatre, make.post(1))
    assert save(cast.alice, "") == 302
    assert rejudging.stale(make.NOW) == []


def test_only_an_owner_keeps_the_list_and_bad_handles_are_named() -> None:
    cast = make.cast()
    assert save(cast.erin, "@gullcafe") == 302
    assert Organization.objects.get(slug="theatre").also_ours == []
    assert save(cast.alice, "not a/handle") == 422
