"""What an attacker tries first: each attempt is made, none gets anywhere."""

from __future__ import annotations

import io
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import invitation_mail, inviting, one_use_links, tokens
from accounts.models import Role, User
from accounts.tenancy import scope
from coaching import hooks
from tests import make

pytestmark = pytest.mark.django_db

ELSEWHERE = (
    "https://evil.test/",
    "//evil.test/",
    "/\\evil.test/",
    "///evil.test",
    "https:evil.test",
    "javascript:alert(1)",
    "\thttps://evil.test",
    "http://testserver@evil.test/",
)


@pytest.fixture(autouse=True)
def fresh_counts() -> Iterator[None]:
    """Limits count in the cache, which outlives a test."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


def browser(user: User | None) -> Client:
    client = Client()
    if user:
        client.force_login(user)
    return client


def login(client: Client, password: str = make.PASSWORD, **more: Any) -> Any:
    return client.post(reverse("account_login"), {"login": "alice@example.org", "password": password, **more})


# Where somebody is sent afterwards


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_nobody_is_sent_to_another_site(cast: make.Cast, elsewhere: str) -> None:
    login_page, signup = reverse("account_login"), reverse("account_signup")
    new = {"email": "new@example.org", "password1": "a-long-enough-word-9"}
    answers = [
        login(Client(), next=elsewhere),
        Client().post(
            f"{login_page}?next={elsewhere}", {"login": "alice@example.org", "password": make.PASSWORD}
        ),
        Client().post(signup, {**new, "next": elsewhere}),
        browser(cast.alice).get(login_page, {"next": elsewhere}),
        browser(cast.alice).post(reverse("account_logout"), {"next": elsewhere}),
        browser(cast.alice).post(
            reverse("account_reauthenticate"), {"password": make.PASSWORD, "next": elsewhere}
        ),
        browser(None).get(reverse("admin:login"), {"next": elsewhere}),
        browser(cast.alice).get(reverse("admin:logout"), {"next": elsewhere}),
    ]
    for answer in answers:
        assert answer.status_code in (302, 405), answer.request["PATH_INFO"]
        assert "evil.test" not in answer.headers.get("Location", "").replace("%2F", "/").split("?")[0]
        assert not answer.headers.get("Location", "").startswith(("//", "http", "javascript", "\t"))


# Logging in


def test_guessing_passwords_is_slowed_down_and_then_even_the_right_one_waits(cast: make.Cast) -> None:
    for number in range(6):
        login(Client(), f"guess-{number}")
    late = login(Client())
    assert "There were many tries in a short time" in late.content.decode()
    assert not Session.objects.exists()
    for _ in range(30):  # of whomever, from one place
        last = Client().post(reverse("account_login"), {"login": "x@example.org", "password": "y"})
    assert last.status_code == 429


def test_the_admin_has_no_login_of_its_own_to_guess_at(cast: make.Cast) -> None:
    staff = User.objects.create_superuser("sam@example.org", make.PASSWORD)
    told = {"username": staff.email, "password": make.PASSWORD}
    answer = Client().post(reverse("admin:login"), told)
    assert answer["Location"].startswith(reverse("account_login"))
    sam = browser(staff)
    assert sam.get("/admin/")["Location"].startswith(reverse("admin:login"))
    assert sam.get(reverse("admin:login"))["Location"] == reverse("mfa_activate_totp")
    assert browser(cast.alice).get(reverse("admin:login")).status_code == 403


def test_a_login_gets_a_new_session_and_a_logout_leaves_none(cast: make.Cast) -> None:
    client = Client()
    client.get(reverse("account_login"))
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key or ""
    client.cookies["sessionid"] = planted
    assert login(client).status_code == 302
    cookie = client.cookies["sessionid"]
    assert cookie.value != planted
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    client.post(reverse("account_logout"))
    stolen = Client()
    stolen.cookies["sessionid"] = cookie.value
    assert stolen.get("/o/theatre/").status_code == 302


def test_another_password_ends_the_sessions_that_knew_the_old_one(cast: make.Cast) -> None:
    mine, thief = browser(cast.alice), browser(cast.alice)
    mine.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
    new = "another-long-word-7"
    changed = mine.post(
        reverse("account_change_password"), {"oldpassword": make.PASSWORD, "password1": new, "password2": new}
    )
    assert changed.status_code == 302
    assert thief.get("/o/theatre/").status_code == 302
    assert mine.get("/o/theatre/").status_code == 200


# What a request may be


def test_a_form_of_thousands_of_fields_is_refused_and_so_are_thousands_of_files(cast: make.Cast) -> None:
    alice = browser(cast.alice)
    many = {f"f{n}": "1" for n in range(2_000)}
    assert alice.post("/o/theatre/draft/", many).status_code == 400
    assert Client().post(reverse("account_login"), many).status_code == 400
    files = {f"f{n}": io.BytesIO(b"x") for n in range(150)}
    assert alice.post("/o/theatre/imports/new/", files).status_code == 400


def test_another_host_is_refused_and_never_written_into_a_mail(
    cast: make.Cast, settings: Any, mailoutbox: list[Any]
) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    reset = reverse("account_reset_password")
    assert (
        Client().post(reset, {"email": "alice@example.org"}, headers={"host": "evil.test"}).status_code == 400
    )
    poisoned = {"x-forwarded-host": "evil.test", "x-original-url": "/admin/", "forwarded": "host=evil.test"}
    assert Client().post(reset, {"email": "alice@example.org"}, headers=poisoned).status_code == 302
    assert mailoutbox
    assert all("evil.test" not in mail.body for mail in mailoutbox)


def test_every_form_of_ours_needs_its_token(cast: make.Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.alice)
    for address in ("/o/theatre/draft/save/", "/o/theatre/settings/", "/organizations/new/", "/you/tokens/"):
        answer = client.post(address, {"name": "x"}, headers={"origin": "https://evil.test"})
        assert answer.status_code == 403, address
    assert Client(enforce_csrf_checks=True).post(reverse("account_login"), {}).status_code == 403


@pytest.mark.parametrize(
    "address", ["/", "/accounts/login/", "/o/theatre/", "/api/v1/docs", "/nowhere/", "/healthz"]
)
def test_each_answer_tells_browsers_what_they_may(cast: make.Cast, address: str) -> None:
    headers = browser(cast.alice).get(address).headers
    csp = headers["Content-Security-Policy"]
    for rule in ("default-src 'self'", "object-src 'none'", "base-uri 'self'", "frame-ancestors 'none'"):
        assert rule in csp
    assert "unsafe" not in csp
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


# What the log says


class Log:
    """All that would be written, at the most talkative, with the filter of the real log."""

    def __init__(self) -> None:
        self.stream = io.StringIO()
        self.handler = logging.StreamHandler(self.stream)
        told: dict[str, Any] = django_settings.LOGGING
        self.handler.addFilter(_made(told["filters"]["secrets"]["()"]))
        assert told["handlers"]["stderr"]["filters"] == ["secrets"]

    def __enter__(self) -> Log:
        root = logging.getLogger()
        self.level = root.level
        root.addHandler(self.handler)
        root.setLevel(logging.DEBUG)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger().removeHandler(self.handler)
        logging.getLogger().setLevel(self.level)


def _made(path: str) -> logging.Filter:
    made = logging.config.BaseConfigurator({}).resolve(path)()
    assert isinstance(made, logging.Filter)
    return made


def test_no_secret_stands_in_the_log_whatever_goes_wrong(cast: make.Cast) -> None:
    now = timezone.now()
    issued = tokens.issue_personal(cast.alice, tokens.Wish("p"), now=now)
    ended = tokens.issue_for(cast.theatre, tokens.Wish("q"), role=Role.VIEWER, by=cast.alice, now=now)
    tokens.revoke(ended.token, by=cast.alice, now=now)
    with scope([cast.theatre.pk]):
        invited = inviting.invite(cast.theatre, "guest@example.org", Role.OWNER, by=cast.alice, now=now)
        _, webhook = hooks.add(cast.theatre, "https://a.test/", ["suggestion.new"], by=cast.alice, now=now)
    alice = browser(cast.alice)
    session = alice.cookies["sessionid"].value
    links = [accepting_secret(invited, kind) for kind in one_use_links.Way]
    with Log() as log:
        for secret in (issued.secret, ended.secret):
            program = Client(headers={"Authorization": f"Bearer {secret}"}, raise_request_exception=False)
            program.get("/api/v1/organizations/theatre")
            program.get("/api/v1/organizations/rival")
            program.post("/api/v1/organizations/theatre/drafts", "{broken", content_type="application/json")
            Client().get(f"/api/v1/{secret}")
        login(Client(), "a-password-that-is-wrong")
        login(Client(), make.PASSWORD)
        alice.get("/nowhere/")
        alice.post(reverse("accounts:my_tokens"), {"name": ""})
        for link in links:
            Client().delete(f"/invitation/{link}/")
            Client().get(f"/invitation/{link}x/")
        with scope([cast.theatre.pk]):
            inviting.revoke(invited, by=cast.alice, now=now)
        for link in links:
            Client().get(f"/invitation/{link}/")
    told = log.stream.getvalue()
    assert "Not Found" in told
    assert "Gone: /invitation/[…]/" in told
    secrets = [
        issued.secret,
        ended.secret,
        webhook,
        session,
        make.PASSWORD,
        "a-password-that-is-wrong",
        *links,
    ]
    assert [secret for secret in secrets if secret in told] == []


def accepting_secret(invited: Any, kind: Any) -> str:
    """The secret in an invitation's link."""
    return str(invitation_mail.address(invited, kind)).rstrip("/").rpartition("/")[2]
