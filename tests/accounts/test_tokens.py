"""Tokens for the API: made by whom they are for, shown once, ended at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import tokens
from accounts.models import ApiToken, AuditEvent, Organization, Role, User
from accounts.tenancy import scope
from accounts.tokens import Wish
from tests import make

pytestmark = pytest.mark.django_db

MINE = "/you/tokens/"
FORM = {"name": "report sheet", "scope": "read", "ends": "30"}


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def trail(organization: Organization) -> list[tuple[str, int | None]]:
    with scope([organization.pk]):
        return list(AuditEvent.across_organizations.order_by("pk").values_list("action", "actor_id"))


def test_a_token_is_shown_once_and_only_its_hash_is_kept() -> None:
    cast = make.cast()
    client = browser(cast.alice)
    page = client.post(MINE, FORM).content.decode()
    secret = page.partition('<code class="secret">')[2].partition("<")[0]
    assert secret.startswith("engage_")
    token = ApiToken.objects.get()
    assert secret not in str(token.__dict__.values())
    assert tokens.find(secret, now=timezone.now()) == token
    assert not token.may_write
    assert secret not in client.get(MINE).content.decode()
    assert ("token_created", cast.alice.pk) in trail(cast.theatre)
    assert trail(cast.rival) == []


def test_an_ended_token_opens_nothing_and_neither_does_one_that_ran_out() -> None:
    cast = make.cast()
    wish = Wish("a", expires_at=make.NOW + timedelta(days=1))
    issued = tokens.issue_personal(cast.alice, wish, now=make.NOW)
    assert tokens.find(issued.secret, now=make.NOW) == issued.token
    assert tokens.find(issued.secret, now=make.NOW + timedelta(days=1)) is None
    assert tokens.find(issued.secret + "x", now=make.NOW) is None
    assert tokens.find("", now=make.NOW) is None
    tokens.revoke(issued.token, by=cast.alice, now=make.NOW)
    tokens.revoke(issued.token, by=cast.alice, now=make.NOW)
    assert tokens.find(issued.secret, now=make.NOW) is None
    assert [action for action, _ in trail(cast.theatre)] == ["token_created", "token_revoked"]


def test_the_token_of_a_closed_account_opens_nothing() -> None:
    cast = make.cast()
    issued = tokens.issue_personal(cast.alice, Wish("a"), now=make.NOW)
    User.objects.filter(pk=cast.alice.pk).update(is_active=False)
    assert tokens.find(issued.secret, now=make.NOW) is None


def test_nobody_ends_somebody_elses_token() -> None:
    cast = make.cast()
    token = tokens.issue_personal(cast.alice, Wish("a"), now=make.NOW).token
    address = reverse("accounts:my_token_end", args=[token.pk])
    assert browser(cast.bob).post(address).status_code == 404
    assert browser(cast.alice).get(address).status_code == 405
    assert browser(cast.alice).post(address).status_code == 302
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_an_organizations_tokens_are_its_owners() -> None:
    cast = make.cast()
    page = reverse("accounts:tokens", args=["theatre"])
    for user, status in ((cast.alice, 200), (cast.erin, 403), (cast.bob, 403), (cast.dave, 404)):
        assert browser(user).get(page).status_code == status
    assert Client().get(page).status_code == 302
    owner = browser(cast.alice)
    assert owner.post(page, {**FORM, "role": "owner"}).status_code == 422
    assert owner.post(page, {**FORM, "role": "editor", "scope": "write"}).status_code == 200
    token = ApiToken.objects.get()
    assert (token.organization, token.role, token.may_write) == (cast.theatre, Role.EDITOR, True)
    end = reverse("accounts:token_end", args=["theatre", token.pk])
    assert browser(cast.erin).post(end).status_code == 403
    elsewhere = reverse("accounts:token_end", args=["rival", token.pk])
    assert browser(cast.dave).post(elsewhere).status_code == 404
    assert owner.get(end).status_code == 405
    assert owner.post(end).status_code == 302
    assert [action for action, _ in trail(cast.theatre)] == ["token_created", "token_revoked"]


def test_last_used_is_written_at_most_once_a_minute(django_assert_num_queries) -> None:
    cast = make.cast()
    token = tokens.issue_personal(cast.alice, Wish("a"), now=make.NOW).token
    tokens.used(token, now=make.NOW)
    token.refresh_from_db()
    assert token.last_used_at == make.NOW
    with django_assert_num_queries(0):
        tokens.used(token, now=make.NOW + timedelta(seconds=59))
    tokens.used(token, now=make.NOW + timedelta(seconds=60))
    token.refresh_from_db()
    assert token.last_used_at == make.NOW + timedelta(seconds=60)
