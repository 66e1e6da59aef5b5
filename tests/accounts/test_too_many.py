"""Each form of accounts has a limit that real requests run into, and a page that says when it works again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.test import Client, RequestFactory
from django.urls import resolve, reverse
from pytest_django import Settings

from accounts.views import too_many
from engage import settings as engage
from tests import make

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Form:
    """One form beyond its limit: `most` tries of the same or of `other` people, and then one more."""

    limit: str
    most: int
    address: str
    typed: tuple[tuple[str, str], ...]
    per: str = "ip"
    logged_in: bool = False

    def filled_in(self, number: int) -> dict[str, str]:
        """What is typed at one try; {n} makes it somebody else's each time."""
        return {name: text.format(n=number) for name, text in self.typed}

    def __str__(self) -> str:
        return f"{self.limit} per {self.per}"


RESET, SIGNUP = reverse("account_reset_password"), reverse("account_signup")
FROM_KEY = reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "set-password"})
FORMS = [
    Form("login", 30, reverse("account_login"), (("login", "a{n}@example.org"), ("password", "guess"))),
    Form("signup", 60, SIGNUP, (("email", "a{n}@example.org"), ("password1", "1"))),
    Form("reset_password", 20, RESET, (("email", "a{n}@example.org"),)),
    Form("reset_password", 5, RESET, (("email", "alice@example.org"),), per="key"),
    Form("reset_password_from_key", 20, FROM_KEY, (("password1", "x{n}"), ("password2", "y{n}"))),
    Form("reauthenticate", 10, reverse("account_reauthenticate"), (("password", "guess"),), "user", True),
    Form(
        "change_password",
        5,
        reverse("account_change_password"),
        (("oldpassword", "guess"), ("password1", "a-{n}"), ("password2", "b-{n}")),
        "user",
        True,
    ),
    Form("manage_email", 10, reverse("account_email"), (("email", "no address"),), "user", True),
    Form(
        "forget",
        10,
        reverse("coaching:forget_me"),
        (("network", "twitter"), ("handle", "somebody{n}"), ("email", "a{n}@example.org"), ("website", "")),
    ),
]
SAID_IN_THE_FORM = {"login_failed"}  # tests/test_hardening.py, and below for second steps
SAYS_NOTHING = {"confirm_email"}  # below


@pytest.fixture(autouse=True)
def _a_long_day(settings: Settings) -> Iterator[None]:
    """Stretches are a day, so that a slow machine runs into the limits as a quick one does."""
    slow = {
        name: re.sub(r"/\d*[smhd]/", "/1d/", limits) for name, limits in engage.ACCOUNT_RATE_LIMITS.items()
    }
    settings.ACCOUNT_RATE_LIMITS = slow
    settings.CELERY_BROKER_URL = "memory://"
    cache.clear()
    yield
    cache.clear()


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_a_form_used_too_often_waits_and_others_go_on(form: Form) -> None:
    cast = make.cast()

    def browser(name: str) -> Client:
        client = Client()
        if form.logged_in:
            client.force_login(getattr(cast, name))
        return client

    alice = browser("alice")
    tries = [alice.post(form.address, form.filled_in(n)).status_code for n in range(form.most)]
    assert 429 not in tries
    # A new session helps nobody.
    late = browser("alice").post(form.address, form.filled_in(form.most))
    assert late.status_code == 429
    assert "Try again in 24 hours." in late.content.decode()
    assert late["Retry-After"] == str(24 * 60 * 60)
    assert alice.get(form.address).status_code != 429
    if form.per == "user":
        assert browser("bob").post(form.address, form.filled_in(0)).status_code != 429
    elif form.per == "ip":
        elsewhere = browser("alice").post(form.address, form.filled_in(0), REMOTE_ADDR="203.0.113.9")
        assert elsewhere.status_code != 429
    else:
        assert alice.post(form.address, {"email": "bob@example.org"}).status_code != 429


def test_every_limit_is_tried_and_has_its_number() -> None:
    tried = {(form.limit, form.per): form.most for form in FORMS}
    told = {
        (name, one.rsplit("/", 1)[1]): int(one.partition("/")[0])
        for name, limits in engage.ACCOUNT_RATE_LIMITS.items()
        if name not in SAID_IN_THE_FORM | SAYS_NOTHING
        for one in limits.split(",")
    }
    assert tried == told
    assert set(too_many._LIMITS.values()) == set(engage.ACCOUNT_RATE_LIMITS) - SAID_IN_THE_FORM - SAYS_NOTHING


def test_the_mail_that_confirms_an_address_is_sent_once_a_while(
    settings: Settings, mailoutbox: list[EmailMessage]
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    typed = {"email": "new@example.org", "password1": make.PASSWORD}
    assert Client().post(SIGNUP, typed).status_code == 302
    for _ in range(3):
        told = {"login": "new@example.org", "password": make.PASSWORD}
        assert Client().post(reverse("account_login"), told)["Location"] == reverse(
            "account_email_verification_sent"
        )
    assert [mail.to for mail in mailoutbox] == [["new@example.org"]]


@pytest.mark.parametrize(
    ("address", "said", "seconds"),
    [
        ("/accounts/login/", "Try again in a minute.", 60),
        ("/accounts/signup/", "Try again in an hour.", 3600),
        ("/accounts/password/reset/", "Try again in an hour.", 3600),
        ("/accounts/email/", "Try again in a minute.", 60),
        (reverse("coaching:forget_me"), "Try again in an hour.", 3600),
        ("/somewhere/else/", "Try again in an hour.", 3600),
    ],
)
def test_the_page_says_when_it_works_again(settings: Settings, address: str, said: str, seconds: int) -> None:
    settings.ACCOUNT_RATE_LIMITS = engage.ACCOUNT_RATE_LIMITS
    request = RequestFactory().post(address)
    request.resolver_match = None if "else" in address else resolve(address)
    answer = too_many.answer(request)
    assert said in answer.content.decode()
    assert answer["Retry-After"] == str(seconds)
