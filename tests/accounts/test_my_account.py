"""One's own account: name, sessions, mails that are not lost, and leaving for good."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import closing, pending_mail, tokens
from accounts.models import (
    ApiToken,
    AuditEvent,
    Consultant,
    Membership,
    Organization,
    PendingMail,
    Practice,
    User,
)
from accounts.templatetags import browsers
from accounts.tenancy import scope
from accounts.tokens import Wish
from coaching import corrections, readers
from coaching.models import Correction, Subscription
from tests import mail_server, make

pytestmark = pytest.mark.django_db
DELETE = "/you/delete/"


def logged_in(user: User) -> Client:
    """Logged in by the form, so that the password was asked for a moment ago."""
    client = Client(headers={"user-agent": "Firefox on Linux"})
    answer = client.post(reverse("account_login"), {"login": user.email, "password": make.PASSWORD})
    assert answer.status_code == 302
    return client


def sure(client: Client) -> Client:
    """The same, having said once more who they are."""
    client.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
    return client


def test_the_name_that_others_read() -> None:
    cast = make.cast()
    client = logged_in(cast.bob)
    assert client.post("/you/", {"name": "x" * 121}).status_code == 422
    assert client.post("/you/", {"name": "Bob <b>Builder</b>"}).status_code == 302
    page = logged_in(cast.alice).get("/o/theatre/settings/members/").content.decode()
    assert "Bob &lt;b&gt;Builder&lt;/b&gt;" in page


def test_logging_out_everywhere_else() -> None:
    cast = make.cast()
    here, there = logged_in(cast.bob), logged_in(cast.bob)
    page = here.get(reverse("usersessions_list")).content.decode()
    assert page.count("Firefox on Linux") == 2
    here.post(reverse("usersessions_list"))
    assert here.get("/o/theatre/").status_code == 200
    assert there.get("/o/theatre/").status_code == 302
    assert UserSession.objects.filter(user=cast.bob).count() == 1


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge on Windows",
        ),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", "A browser that does not say what it is"),
    ],
)
def test_browsers_are_called_as_people_call_them(agent: str, said: str) -> None:
    assert browsers.browser(agent) == said


def test_deleting_asks_for_the_password_again() -> None:
    cast = make.cast()
    client = logged_in(cast.bob)
    answer = client.get(DELETE)
    assert answer.status_code == 302
    assert reverse("account_reauthenticate") in answer["Location"]
    assert client.post(DELETE, {"sure": "on"}).status_code == 302
    assert User.objects.filter(pk=cast.bob.pk).exists()


def test_a_deleted_account_leaves_nothing_but_ids(mailoutbox: list[EmailMessage]) -> None:
    cast, now = make.cast(), timezone.now()
    make.pulled(cast.theatre, make.post(1))
    readers.enrol(cast.theatre.pk, now=now)
    with scope([cast.theatre.pk]):
        post = cast.theatre.posts.select_related("connection__organization").get()
        corrections.correct(post, "share", by=cast.erin, now=now)
    secret = tokens.issue_personal(cast.erin, Wish("a"), now=now).secret
    other, client = logged_in(cast.erin), sure(logged_in(cast.erin))
    assert client.post(DELETE, {}).status_code == 422
    answer = client.post(DELETE, {"sure": "on"})
    assert "Your account is gone" in answer.content.decode()
    for one in (client, other):
        assert one.get("/o/theatre/").status_code == 302
    assert tokens.find(secret, now=now) is None
    for model in (Membership, ApiToken, UserSession, EmailAddress, Authenticator):
        assert not model.objects.filter(user_id=cast.erin.pk).exists()
    with scope([cast.theatre.pk]):
        assert Correction.across_organizations.get().by is None
        assert not Subscription.across_organizations.filter(user=cast.erin.pk).exists()
        last = AuditEvent.across_organizations.order_by("-pk")[0]
    assert (last.action, last.actor_id) == ("account_deleted", cast.erin.pk)
    [pk] = pending_mail.due(timezone.now())
    assert "erin" not in PendingMail.objects.get().sealed
    kept = pending_mail.claim(pk, now=timezone.now())
    assert kept
    pending_mail.send(kept, now=timezone.now())
    [mail] = mailoutbox
    assert (mail.to, mail.subject) == (["erin@example.org"], "Your account is gone")
    assert not PendingMail.objects.exists()
    login = {"login": "erin@example.org", "password": make.PASSWORD}
    assert Client().post(reverse("account_login"), login).status_code == 200


def test_who_left_an_organization_long_ago_is_forgotten_there_as_well() -> None:
    cast, now = make.cast(), timezone.now()
    make.pulled(cast.theatre, make.post(1))
    with scope([cast.theatre.pk]):
        post = cast.theatre.posts.select_related("connection__organization").get()
        corrections.correct(post, "share", by=cast.erin, now=now)
    cast.erin.memberships.all().delete()
    closing.close(cast.erin, now=now)
    with scope([cast.theatre.pk]):
        assert Correction.across_organizations.get().by is None


def test_the_last_owner_of_something_hands_it_over_first() -> None:
    cast = make.cast()
    client = sure(logged_in(cast.alice))
    page = client.get(DELETE).content.decode()
    assert "You are its only owner" in page
    assert "/o/theatre/settings/members/" in page
    assert client.post(DELETE, {"sure": "on"}).status_code == 422
    Membership.objects.filter(user=cast.bob).update(role="owner")
    assert client.post(DELETE, {"sure": "on"}).status_code == 200
    assert Organization.objects.filter(slug="theatre").exists()
    assert not User.objects.filter(pk=cast.alice.pk).exists()


def test_an_organization_with_posts_is_something_and_an_empty_one_goes_too() -> None:
    cast, now = make.cast(), timezone.now()
    assert not closing.obstacles(cast.dave, now=now)
    Membership.objects.create(organization=cast.rival, user=cast.bob, role="viewer")
    assert closing.obstacles(cast.dave, now=now).organizations == (cast.rival,)
    cast.rival.memberships.filter(user=cast.bob).delete()
    make.connection(cast.rival)
    assert closing.obstacles(cast.dave, now=now).organizations == (cast.rival,)
    with scope([cast.rival.pk]):
        cast.rival.connections.all().delete()
    tokens.issue_personal(cast.dave, Wish("a"), now=now)  # something in the trail
    closing.close(cast.dave, now=now)
    assert not Organization.objects.filter(slug="rival").exists()


def test_the_only_one_who_leads_a_practice_with_clients_stays() -> None:
    cast, now = make.cast(), timezone.now()
    carol = make.consultant(cast.theatre)
    assert [one.slug for one in closing.obstacles(carol, now=now).practices] == ["carol-co"]
    oscar = User.objects.create_user("oscar@example.org", make.PASSWORD)
    Consultant.objects.create(practice=Practice.objects.get(), user=oscar, leads=True)
    closing.close(carol, now=now)
    assert Practice.objects.get().consultants.get().user == oscar


def test_a_mail_server_that_is_away_loses_no_mail_about_an_account(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    client = Client()
    answer = client.post(reverse("account_signup"), {"email": "new@example.org", "password1": make.PASSWORD})
    assert answer.status_code == 302
    kept = PendingMail.objects.get()
    assert "confirm-email" not in kept.sealed
    moment = kept.mail_due_at
    assert moment is not None
    with mail_server.running() as server:
        settings.EMAIL_PORT = server.port
        claimed = pending_mail.claim(kept.pk, now=moment)
        assert claimed
        assert pending_mail.claim(kept.pk, now=moment) is None
        pending_mail.send(claimed, now=moment)
        [mail] = server.mails
    assert mail["To"] == "new@example.org"
    link = re.search(r"http://testserver(/accounts/confirm-email/\S+)", str(mail.get_body(("plain",))))
    assert link
    client.post(link[1])
    assert EmailAddress.objects.get(email="new@example.org").verified


def test_the_address_is_changed_while_two_step_login_is_on(
    settings: Any, mailoutbox: list[EmailMessage]
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION, settings.MFA_ALLOW_UNVERIFIED_EMAIL = "mandatory", True
    cast = make.cast()
    EmailAddress.objects.create(user=cast.bob, email=cast.bob.email, primary=True, verified=True)
    client, page = logged_in(cast.bob), reverse("account_email")
    TOTP.activate(cast.bob, generate_totp_secret())
    client.post(page, {"action_add": "", "email": "robert@example.org"})
    link = re.search(r"http://testserver(/accounts/confirm-email/\S+)", str(mailoutbox[-1].body))
    assert link
    client.post(page, {"action_primary": "", "email": "robert@example.org"})
    cast.bob.refresh_from_db()
    assert cast.bob.email == "bob@example.org"  # not before it is confirmed
    client.post(link[1])
    client.post(page, {"action_primary": "", "email": "robert@example.org"})
    cast.bob.refresh_from_db()
    assert cast.bob.email == "robert@example.org"
    assert "no longer to bob@example.org" in " ".join(str(mailoutbox[-1].body).split())


def test_a_changed_password_is_told_by_mail(mailoutbox: list[EmailMessage]) -> None:
    cast = make.cast()
    client = logged_in(cast.bob)
    given = {"oldpassword": make.PASSWORD, "password1": "another-good-horse"}
    given["password2"] = given["password1"]
    assert client.post(reverse("account_change_password"), given).status_code == 302
    assert [mail.subject for mail in mailoutbox] == ["Your password was changed"]
