"""Two-step login: secrets that the database does not know, and organizations that ask everybody for it."""

from __future__ import annotations

import importlib
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from cryptography.fernet import Fernet
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import second_step, tokens
from accounts.models import AuditEvent, Role, User
from accounts.tenancy import scope
from accounts.tokens import Wish
from coaching import rotating
from tests import make

pytestmark = pytest.mark.django_db
SETTINGS = "/o/theatre/settings/organization/"
ASK = f"{SETTINGS}second-step/"


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def with_app(user: User) -> str:
    """Switches an authenticator app on; its secret."""
    secret: str = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def code(secret: str) -> str:
    return f"{hotp_value(secret, next(yield_hotp_counters_from_time())):06}"


def test_the_database_knows_no_secret_and_logging_in_still_works() -> None:
    cast = make.cast()
    secret = with_app(cast.alice)
    codes = RecoveryCodes.activate(cast.alice)
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert stored.count("gAAAA") == 2
    client = Client()
    told = {"login": cast.alice.email, "password": make.PASSWORD}
    assert client.post(reverse("account_login"), told)["Location"] == reverse("mfa_authenticate")
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert client.get("/o/theatre/").status_code == 302
    client.post(reverse("account_login"), told)
    assert client.post(reverse("mfa_authenticate"), {"code": code(secret)}).status_code == 302
    assert client.get("/o/theatre/").status_code == 200
    other, one = Client(), codes.get_unused_codes()[0]
    other.post(reverse("account_login"), told)
    assert other.post(reverse("mfa_authenticate"), {"code": one}).status_code == 302
    assert other.get("/o/theatre/").status_code == 200


def test_a_key_is_changed_without_anybody_setting_up_anew(settings: Any) -> None:
    cast = make.cast()
    secret = with_app(cast.alice)
    former, fresh = settings.FIELD_ENCRYPTION_KEYS, Fernet.generate_key().decode()
    settings.FIELD_ENCRYPTION_KEYS = [fresh, *former]
    assert rotating.rotate() == (1, 0)
    settings.FIELD_ENCRYPTION_KEYS = [fresh]
    totp = Authenticator.objects.get(type="totp")
    assert second_step.Adapter().decrypt(totp.data["secret"]) == secret


def test_a_lost_key_lets_nobody_in(settings: Any) -> None:
    cast = make.cast()
    with_app(cast.alice)
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    assert rotating.rotate() == (0, 1)
    kept = Authenticator.objects.get().data["secret"]
    adapter = second_step.Adapter()
    assert adapter.decrypt(kept) != adapter.decrypt(kept)  # nothing that could be guessed
    client = Client()
    client.post(reverse("account_login"), {"login": cast.alice.email, "password": make.PASSWORD})
    assert client.post(reverse("mfa_authenticate"), {"code": code("")}).status_code == 200


def test_secrets_from_before_are_sealed_by_the_migration() -> None:
    cast = make.cast()
    kept = Authenticator.objects.create(user=cast.alice, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    migration = importlib.import_module("accounts.migrations.0007_second_steps_are_sealed")
    editor = SimpleNamespace(connection=connection)
    for _ in range(2):
        migration.seal(apps, editor)
        kept.refresh_from_db()
        assert second_step.Adapter().decrypt(kept.data["secret"]) == "JBSWY3DPEHPK3PXP"
    migration.unseal(apps, editor)
    kept.refresh_from_db()
    assert kept.data["secret"] == "JBSWY3DPEHPK3PXP"


def test_an_owner_asks_everybody_but_not_before_having_it() -> None:
    cast = make.cast()
    assert browser(cast.erin).post(ASK, {"ask": "yes"}).status_code == 403
    refused = browser(cast.alice).post(ASK, {"ask": "yes"}, follow=True).content.decode()
    assert "you would lock yourself out" in refused
    with_app(cast.alice)
    browser(cast.alice).post(ASK, {"ask": "yes"})
    browser(cast.alice).post(ASK, {"ask": "yes"})
    cast.theatre.refresh_from_db()
    assert cast.theatre.require_two_factor
    members = browser(cast.alice).get("/o/theatre/settings/members/").content.decode()
    assert members.count("no two-step login yet") == 2
    browser(cast.alice).post(ASK, {"ask": "no"})
    with scope([cast.theatre.pk]):
        trail = AuditEvent.across_organizations.order_by("pk").values_list("action", flat=True)
        assert list(trail) == ["second_step_asked", "second_step_no_longer_asked"]


@pytest.mark.parametrize("who", ["bob", "carol"])
def test_whoever_has_none_sees_nothing_until_it_is_set_up(who: str) -> None:
    cast = make.cast()
    make.pulled(cast.theatre, make.post(1, "A secret rehearsal"))
    user = make.consultant(cast.theatre) if who == "carol" else cast.bob
    type(cast.theatre).objects.filter(pk=cast.theatre.pk).update(require_two_factor=True)
    client = browser(user)
    for path in ("/o/theatre/", "/o/theatre/posts/", "/o/theatre/export/posts/", "/o/theatre/logo.png"):
        for method in (client.get, client.post):
            answer = method(path)
            assert answer.status_code == 403
            assert "First, a second step" in answer.content.decode()
            assert "rehearsal" not in answer.content.decode()
            assert "no-store" in answer["Cache-Control"]
    assert client.get("/o/rival/").status_code == 404
    assert client.get(reverse("coaching:home")).status_code in (200, 302)
    with_app(user)
    assert client.get("/o/theatre/posts/").status_code == 200
    assert browser(cast.dave).get("/o/theatre/").status_code == 404


def test_clients_that_ask_for_it_are_not_shown_to_a_consultant_without_it() -> None:
    cast = make.cast()
    carol = make.consultant(cast.theatre, cast.rival)
    type(cast.theatre).objects.filter(pk=cast.theatre.pk).update(require_two_factor=True)
    page = browser(carol).get("/clients/").content.decode()
    main = page.partition("<main")[2]
    assert "Rival Rooms" in main
    assert "/o/theatre/" not in main
    with_app(carol)
    assert "/o/theatre/" in browser(carol).get("/clients/").content.decode().partition("<main")[2]


def test_personal_tokens_wait_as_well_and_the_organizations_own_do_not() -> None:
    cast, now = make.cast(), timezone.now()
    type(cast.theatre).objects.filter(pk=cast.theatre.pk).update(require_two_factor=True)
    personal = tokens.issue_personal(cast.bob, Wish("a"), now=now).secret
    own = tokens.issue_for(cast.theatre, Wish("b"), role=Role.VIEWER, by=cast.alice, now=now).secret

    def ask(secret: str) -> int:
        path = "/api/v1/organizations/theatre/posts"
        return Client().get(path, headers={"authorization": f"Bearer {secret}"}).status_code

    assert (ask(personal), ask(own)) == (403, 200)
    with_app(cast.bob)
    assert ask(personal) == 200
