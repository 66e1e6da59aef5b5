"""From an invitation to a member: two links, one use, seven days, any mood of the mail server."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import accepting, invitation_mail, inviting, one_use_links
from accounts.accepting import Welcome
from accounts.models import AuditEvent, Invitation, Membership, Organization, Role, User
from accounts.one_use_links import Way
from accounts.tenancy import scope
from tests import mail_server, make

pytestmark = pytest.mark.django_db
ADDRESS = "frida@example.org"


def browser(user: User | None = None) -> Client:
    client = Client()
    if user:
        client.force_login(user)
    return client


def invited(cast: make.Cast, email: str = ADDRESS, role: Role = Role.EDITOR) -> Invitation:
    with scope([cast.theatre.pk]):
        return inviting.invite(cast.theatre, email, role, by=cast.alice, now=timezone.now())


def path(invitation: Invitation, way: Way) -> str:
    return reverse("accounts:invitation", args=[one_use_links.secret(invitation, way)])


def person(email: str = ADDRESS, *, verified: bool = True) -> User:
    user = User.objects.create_user(email, make.PASSWORD)
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=verified)
    return user


def role_of(user: User, organization: Organization) -> str | None:
    return (
        Membership.objects.filter(organization=organization, user=user).values_list("role", flat=True).first()
    )


def trail(organization: Organization) -> list[str]:
    with scope([organization.pk]):
        return list(AuditEvent.across_organizations.order_by("pk").values_list("action", flat=True))


def test_an_owner_invites_and_a_worker_mails(mailoutbox: list[EmailMultiAlternatives]) -> None:
    cast = make.cast()
    page = reverse("accounts:members", args=["theatre"])
    answer = browser(cast.alice).post(page, {"email": " Frida@Example.org ", "role": "editor"})
    assert answer.status_code == 302
    kept = Invitation.objects.get()
    assert (kept.email, kept.role, kept.state(timezone.now())) == (ADDRESS, "editor", "open")
    [pk] = invitation_mail.due(timezone.now())
    claimed = invitation_mail.claim(pk, now=timezone.now())
    assert claimed
    assert invitation_mail.claim(pk, now=timezone.now()) is None
    invitation_mail.send(claimed, now=timezone.now())
    [mail] = mailoutbox
    assert mail.to == [ADDRESS]
    assert mail.subject == "Join Gull Theatre on Engage"
    assert path(kept, Way.MAIL) in str(mail.body)
    assert path(kept, Way.COPY) not in str(mail.body)
    [(html, _kind)] = mail.alternatives
    assert path(kept, Way.MAIL) in str(html)
    assert invitation_mail.due(timezone.now() + timedelta(days=1)) == []
    shown = browser(cast.alice).get(page).content.decode()
    assert path(kept, Way.COPY) in shown
    assert path(kept, Way.MAIL) not in shown
    assert path(kept, Way.COPY) not in browser(cast.bob).get(page).content.decode()
    assert trail(cast.theatre) == ["invitation_sent"]


def test_a_mail_server_that_is_away_costs_time_and_nothing_else(settings: Any) -> None:
    cast = make.cast()
    kept, now = invited(cast), timezone.now()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with mail_server.running() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        server.at_data = "451 later"
        sent(kept, now)
        kept.refresh_from_db()
        assert kept.mailed_at is None
        assert kept.mail_due_at == now + timedelta(minutes=1)
        server.at_data = "250 OK"
        assert invitation_mail.due(now + timedelta(seconds=59)) == []
        sent(kept, now + timedelta(minutes=1))
        kept.refresh_from_db()
        assert kept.mailed_at == now + timedelta(minutes=1)
        assert [mail["To"] for mail in server.mails] == [ADDRESS]
        other = invited(cast, "nobody@example.org")
        server.at_recipient = "550 no such person"
        sent(other, timezone.now())
    other.refresh_from_db()
    assert other.refused_at is not None
    assert other.mail_due_at is None
    page = browser(cast.alice).get(reverse("accounts:members", args=["theatre"])).content.decode()
    assert "could not be delivered" in page


def test_no_mail_server_at_all_is_tried_for_a_day(settings: Any) -> None:
    cast, now = make.cast(), timezone.now()
    kept = invited(cast)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    moments = []
    while kept.mail_due_at:
        moments.append(kept.mail_due_at)
        sent(kept, kept.mail_due_at)
        kept.refresh_from_db()
    assert len(moments) == 8
    assert timedelta(hours=23) < moments[-1] - now < timedelta(hours=27)
    assert kept.refused_at is not None


def sent(kept: Invitation, now: Any) -> None:
    claimed = invitation_mail.claim(kept.pk, now=now)
    assert claimed
    invitation_mail.send(claimed, now=now)


def test_a_revoked_invitation_is_not_mailed(mailoutbox: list[EmailMultiAlternatives]) -> None:
    cast = make.cast()
    kept = invited(cast)
    claimed = invitation_mail.claim(kept.pk, now=timezone.now())
    revoke = reverse("accounts:invite_not", args=["theatre", kept.pk])
    assert browser(cast.alice).post(revoke).status_code == 302
    assert browser(cast.alice).post(revoke).status_code == 302
    assert claimed
    claimed.refresh_from_db()
    invitation_mail.send(claimed, now=timezone.now())
    assert mailoutbox == []
    assert trail(cast.theatre) == ["invitation_sent", "invitation_revoked"]
    for way in Way:
        answer = browser().get(path(kept, way))
        assert answer.status_code == 410
        assert "taken back" in answer.content.decode()


def test_somebody_with_an_account_joins_once() -> None:
    cast = make.cast()
    kept, frida = invited(cast), person()
    client = browser(frida)
    page = client.get(path(kept, Way.COPY))
    assert "Join Gull Theatre" in page.content.decode()
    assert set(page["Cache-Control"].split(", ")) >= {"private", "no-store"}
    assert Membership.objects.filter(user=frida).count() == 0
    answer = client.post(path(kept, Way.COPY))
    assert answer["Location"] == reverse("coaching:dashboard", args=["theatre"])
    assert role_of(frida, cast.theatre) == Role.EDITOR
    assert client.post(path(kept, Way.MAIL)).status_code == 200  # "you belong to it already"
    assert Membership.objects.filter(user=frida).count() == 1
    again = browser().get(path(kept, Way.MAIL))
    assert again.status_code == 410
    assert "used already" in again.content.decode()
    assert trail(cast.theatre) == ["invitation_sent", "member_joined"]


def test_the_mail_proves_the_address_and_the_copied_link_does_not() -> None:
    cast = make.cast()
    kept, frida = invited(cast), person(verified=False)
    client = browser(frida)
    assert "Confirm first" in client.get(path(kept, Way.COPY)).content.decode()
    client.post(path(kept, Way.COPY))
    assert role_of(frida, cast.theatre) is None
    client.post(path(kept, Way.MAIL))
    assert role_of(frida, cast.theatre) == Role.EDITOR
    assert EmailAddress.objects.get(user=frida).verified


def test_whoever_is_logged_in_with_another_address_is_told_so() -> None:
    cast = make.cast()
    kept = invited(cast)
    for way in Way:
        page = browser(cast.dave).get(path(kept, way)).content.decode()
        assert "You are logged in as dave@example.org" in page
        browser(cast.dave).post(path(kept, way))
    assert role_of(cast.dave, cast.theatre) is None
    EmailAddress.objects.create(user=cast.dave, email=ADDRESS, verified=True)
    browser(cast.dave).post(path(kept, Way.COPY))
    assert role_of(cast.dave, cast.theatre) == Role.EDITOR


@pytest.mark.parametrize("verification", ["mandatory", "optional"])
def test_a_new_account_made_from_the_mail_is_asked_nothing_twice(
    settings: Any, mailoutbox: list[EmailMultiAlternatives], verification: str
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = verification
    cast = make.cast()
    kept, client = invited(cast), browser()
    assert "Make an account" in client.get(path(kept, Way.MAIL)).content.decode()
    answer = client.post(
        reverse("account_signup"),
        {"email": ADDRESS, "password1": make.PASSWORD, "next": path(kept, Way.MAIL)},
    )
    assert answer["Location"] == path(kept, Way.MAIL)
    assert mailoutbox == []
    client.post(path(kept, Way.MAIL))
    assert role_of(User.objects.get(email=ADDRESS), cast.theatre) == Role.EDITOR


def test_a_new_account_made_from_the_copied_link_confirms_its_address_first(
    settings: Any, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    cast = make.cast()
    kept, client = invited(cast), browser()
    client.get(path(kept, Way.COPY))
    client.post(
        reverse("account_signup"),
        {"email": ADDRESS, "password1": make.PASSWORD, "next": path(kept, Way.COPY)},
    )
    [mail] = mailoutbox
    confirm = next(word for word in str(mail.body).split() if "/confirm-email/" in word)
    answer = client.post(confirm.removeprefix("http://testserver"))
    assert answer["Location"] == path(kept, Way.COPY)
    client.post(path(kept, Way.COPY))
    assert role_of(User.objects.get(email=ADDRESS), cast.theatre) == Role.EDITOR


def test_logging_in_comes_back_to_the_invitation() -> None:
    cast = make.cast()
    kept, frida = invited(cast), person()
    client = browser()
    assert "Log in to join" in client.get(path(kept, Way.MAIL)).content.decode()
    shown = client.get(path(kept, Way.COPY)).content.decode()
    assert "Make an account" in shown  # the copied link does not tell who has an account
    answer = client.post(
        reverse("account_login"),
        {"login": frida.email, "password": make.PASSWORD, "next": path(kept, Way.MAIL)},
    )
    assert answer["Location"] == path(kept, Way.MAIL)


def test_an_expired_invitation_says_what_to_do_and_can_be_sent_again() -> None:
    cast = make.cast()
    kept, frida = invited(cast), person()
    week = timedelta(days=7)
    Invitation.objects.update(created_at=kept.created_at - week, expires_at=kept.expires_at - week)
    for client in (browser(), browser(frida)):
        answer = client.post(path(kept, Way.MAIL))
        assert answer.status_code == 410
        assert "has run out" in answer.content.decode()
    assert role_of(frida, cast.theatre) is None
    again = reverse("accounts:invite_again", args=["theatre", kept.pk])
    assert browser(cast.erin).post(again).status_code == 403
    browser(cast.alice).post(again)
    fresh = Invitation.objects.exclude(pk=kept.pk).get()
    assert (fresh.email, fresh.role) == (kept.email, kept.role)
    assert browser().get(path(kept, Way.MAIL)).status_code == 410
    browser(frida).post(path(fresh, Way.MAIL))
    assert role_of(frida, cast.theatre) == Role.EDITOR


def test_an_expired_address_can_simply_be_invited_anew() -> None:
    cast = make.cast()
    kept = invited(cast)
    Invitation.objects.update(expires_at=timezone.now())
    fresh = invited(cast, role=Role.VIEWER)
    assert [one.pk for one in inviting.open_ones(cast.theatre)] == [fresh.pk]
    assert kept.pk != fresh.pk


def test_an_invitation_never_lowers_a_role() -> None:
    cast, now = make.cast(), timezone.now()
    kept = invited(cast, role=Role.VIEWER)
    EmailAddress.objects.create(user=cast.erin, email=ADDRESS, verified=True)
    assert accepting.page(kept, Way.MAIL, cast.erin, now=now).welcome is Welcome.MEMBER
    assert not accepting.accept(kept, Way.MAIL, cast.erin, now=now)
    assert role_of(cast.erin, cast.theatre) == Role.EDITOR
    EmailAddress.objects.create(user=cast.bob, email="frida2@example.org", verified=True)
    higher = invited_blindly(cast, "frida2@example.org", Role.EDITOR)
    assert accepting.accept(higher, Way.MAIL, cast.bob, now=now)
    assert role_of(cast.bob, cast.theatre) == Role.EDITOR


def invited_blindly(cast: make.Cast, email: str, role: Role) -> Invitation:
    """Invited before the address was known to be a member's."""
    addresses = EmailAddress.objects.filter(email=email)
    addresses.update(verified=False)
    made = invited(cast, email, role)
    addresses.update(verified=True)
    return made


@pytest.mark.parametrize("email", ["bob@example.org", "BOB@example.org", "second@example.org"])
def test_a_member_is_not_invited(email: str) -> None:
    cast = make.cast()
    EmailAddress.objects.create(user=cast.bob, email="second@example.org", verified=True)
    answer = browser(cast.alice).post(
        reverse("accounts:members", args=["theatre"]), {"email": email, "role": "owner"}
    )
    assert answer.status_code == 422
    assert "They are a member already" in answer.content.decode()
    assert email in answer.content.decode()
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    "given", [{"email": "no address", "role": "viewer"}, {"email": ADDRESS, "role": "king"}]
)
def test_bad_input_keeps_what_was_typed(given: dict[str, str]) -> None:
    cast = make.cast()
    answer = browser(cast.alice).post(reverse("accounts:members", args=["theatre"]), given)
    assert answer.status_code == 422
    assert given["email"] in answer.content.decode()
    assert not Invitation.objects.exists()


def test_nobody_is_invited_twice_at_once_or_without_end() -> None:
    cast = make.cast()
    kept = invited(cast)
    with pytest.raises(ValidationError, match="invited already"):
        invited(cast)
    with pytest.raises(ValidationError, match="less than five minutes"), scope([cast.theatre.pk]):
        inviting.send_again(kept, by=cast.alice, now=timezone.now())
    for n in range(inviting.MOST_A_DAY - 1):
        invited(cast, f"guest{n}@example.org")
    with pytest.raises(ValidationError, match="fifty invitations a day"):
        invited(cast, "one-more@example.org")


def test_invitations_that_are_long_over_are_forgotten() -> None:
    cast = make.cast()
    kept = invited(cast)
    inviting.drop_old(kept.expires_at + one_use_links.KEPT)
    assert Invitation.objects.exists()
    inviting.drop_old(kept.expires_at + one_use_links.KEPT + timedelta(seconds=1))
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("secret", ["nobody", "0" * 64, "a-b_c"])
def test_a_link_of_nobody_leads_nowhere(secret: str) -> None:
    assert browser().get(reverse("accounts:invitation", args=[secret])).status_code == 404


def test_one_organizations_owner_cannot_touch_anothers_invitations() -> None:
    cast = make.cast()
    kept = invited(cast)
    for name in ("accounts:invite_again", "accounts:invite_not"):
        assert browser(cast.dave).post(reverse(name, args=["rival", kept.pk])).status_code == 404
        assert browser(cast.dave).post(reverse(name, args=["theatre", kept.pk])).status_code == 404
        assert browser(cast.bob).post(reverse(name, args=["theatre", kept.pk])).status_code == 403
        assert browser(cast.alice).get(reverse(name, args=["theatre", kept.pk])).status_code == 405
    kept.refresh_from_db()
    assert kept.revoked_at is None


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_at_the_same_moment_one_wins() -> None:
    cast = make.cast()
    kept, frida, now = invited(cast), person(), timezone.now()
    barrier, results = threading.Barrier(2), []

    def press() -> None:
        barrier.wait()
        results.append(accepting.accept(kept, Way.MAIL, frida, now=now))
        connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False, True]
    assert trail(cast.theatre).count("member_joined") == 1
