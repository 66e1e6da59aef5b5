"""A day's trial: a confirmed address opens it, signing up keeps it, and otherwise nothing of it is left."""

from __future__ import annotations

import re
import socket
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import access
from accounts.models import Membership, Organization, OrganizationOwned, Trial, User
from accounts.tenancy import scope
from accounts.trials import ERASED_AFTER, LASTS, LINK_LASTS, ONE_IN, asking, mail, opening
from coaching import readers, trial_end
from tests import mail_server, make

pytestmark = pytest.mark.django_db
ASK = reverse("accounts:trial")
KEEP = reverse("accounts:trial_keep")
ADDRESS = "frida@example.org"


@pytest.fixture(autouse=True)
def _fresh_counts() -> None:
    cache.clear()


def ask(email: str = ADDRESS, **more: str) -> Any:
    return Client().post(ASK, {"email": email, "name": "Old Mill", "website": "", **more})


def send(now: datetime | None = None) -> None:
    """What a worker does."""
    now = now or timezone.now()
    for pk in mail.due(now):
        if claimed := mail.claim(pk, now=now):
            mail.send(claimed, now=now)


def link(message: EmailMessage) -> str:
    [found] = re.findall(r"https?://[^/\s]+(/try-it/\S+/)", str(message.body))
    return str(found)


def opened(email: str = ADDRESS) -> tuple[Client, Trial, Organization]:
    """A browser in which somebody has just opened their trial."""
    now = timezone.now()
    trial = asking.ask(email, "Old Mill", now=now)
    assert trial
    client = Client()
    assert client.post(reverse("accounts:trial_open", args=[asking.token(trial)])).status_code == 302
    trial.refresh_from_db()
    return client, trial, organization_of(trial)


def organization_of(trial: Trial) -> Organization:
    found = opening.organization_of(trial)
    assert found
    return found


def age(trial: Trial, by: timedelta) -> None:
    """Lets time pass for a trial."""
    for field in ("asked_at", "link_ends_at", "opened_at", "ends_at", "erase_at"):
        moment = getattr(trial, field)
        setattr(trial, field, moment and moment - by)
    trial.save()
    organization = opening.organization_of(trial)
    if organization and organization.trial_ends_at:
        organization.trial_ends_at = trial.ends_at
        organization.save()


def test_a_confirmed_address_opens_a_private_organization(mailoutbox: list[EmailMessage]) -> None:
    assert "Check your mail" in ask(" Frida@Example.org ").content.decode()
    assert not User.objects.exists()
    send()
    send()
    [message] = mailoutbox
    assert message.to == [ADDRESS]
    client = Client()
    page = client.get(link(message))  # as mail scanners do
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert not User.objects.exists()
    answer = client.post(link(message))
    organization = Organization.objects.get()
    assert answer["Location"] == reverse("coaching:connections", args=[organization.slug])
    assert client.get(answer["Location"]).status_code == 200
    user = User.objects.get()
    assert (user.email, user.has_usable_password()) == (ADDRESS, False)
    assert EmailAddress.objects.get(user=user).verified
    assert organization.name == "Old Mill"
    with scope([organization.pk]):
        assert [event.action for event in organization.auditevents.all()] == ["trial_opened"]
    # The link leads back in from another browser, and makes nothing twice.
    again = Client()
    assert again.post(link(message)).status_code == 302
    assert again.get(reverse("coaching:dashboard", args=[organization.slug])).status_code == 200
    assert (User.objects.count(), Organization.objects.count()) == (1, 1)
    assert Client().get(reverse("coaching:dashboard", args=[organization.slug])).status_code == 302


def waiting_for_a_lock() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees the same all along
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        [count] = cursor.fetchone()
    return int(count)


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_the_same_moment_open_one_trial_and_let_both_in() -> None:
    trial = asking.ask(ADDRESS, "Old Mill", now=timezone.now())
    assert trial
    path = reverse("accounts:trial_open", args=[asking.token(trial)])
    browsers, answers = (Client(), Client()), []

    def press(browser: Client) -> None:
        answers.append(browser.post(path))
        connection.close()

    threads = [threading.Thread(target=press, args=[browser]) for browser in browsers]
    # Both come to the row while it is held, so that neither has begun after the other was through.
    with transaction.atomic():
        Trial.objects.select_for_update().get(pk=trial.pk)
        for thread in threads:
            thread.start()
        until = time.monotonic() + 60
        while waiting_for_a_lock() < 2 and time.monotonic() < until:
            time.sleep(0.02)
        assert waiting_for_a_lock() >= 2
    for thread in threads:
        thread.join()
    organization = Organization.objects.get()
    inside = reverse("coaching:connections", args=[organization.slug])
    assert [answer.get("Location") for answer in answers] == [inside, inside]
    assert [browser.get(inside).status_code for browser in browsers] == [200, 200]
    assert (User.objects.count(), Membership.objects.count()) == (1, 1)
    with scope([organization.pk]):
        assert [event.action for event in organization.auditevents.all()] == ["trial_opened"]


def test_the_page_says_the_same_whatever_is_known_of_an_address(mailoutbox: list[EmailMessage]) -> None:
    make.cast()
    pages = {
        re.sub(r"[\w.]+@example.org|value=\"[^\"]*\"|csrf\S+", "", ask(email).content.decode())
        for email in ("alice@example.org", "nobody@example.org")
    }
    assert len(pages) == 1
    send()
    known = next(message for message in mailoutbox if message.to == ["alice@example.org"])
    assert known.subject == "You have an account on Engage already"
    assert "/try-it/" not in str(known.body)


def test_a_link_never_opens_an_account_that_has_a_password() -> None:
    cast = make.cast()
    trial = asking.ask(cast.alice.email, "", now=timezone.now())
    assert trial
    client = Client()
    address = reverse("accounts:trial_open", args=[asking.token(trial)])
    for answer in (client.get(address), client.post(address)):
        assert answer.status_code == 410
    assert "_auth_user_id" not in client.session
    assert Organization.objects.count() == 2


def test_links_cannot_be_bent_and_run_out() -> None:
    trial = asking.ask(ADDRESS, "", now=timezone.now())
    assert trial
    token = asking.token(trial)
    # A signature of 32 bytes never ends with a B.
    for wrong in (token[:-1] + "B", "nonsense", f"{token}x", token.split(":")[0]):
        assert Client().get(reverse("accounts:trial_open", args=[wrong])).status_code == 404
    age(trial, LINK_LASTS)
    assert Client().post(reverse("accounts:trial_open", args=[token])).status_code == 410
    assert not User.objects.exists()
    assert asking.forget_addresses(timezone.now()) == 1
    trial.refresh_from_db()
    assert (trial.email, trial.name) == ("", "")


def test_one_trial_a_month_and_few_mails(mailoutbox: list[EmailMessage]) -> None:
    now = timezone.now()
    assert asking.ask(ADDRESS, "", now=now)
    assert asking.ask(ADDRESS.upper(), "", now=now + timedelta(minutes=9)) is None
    assert asking.ask(ADDRESS, "", now=now + timedelta(minutes=11))
    assert asking.ask(ADDRESS, "", now=now + timedelta(hours=1))
    assert asking.ask(ADDRESS, "", now=now + timedelta(hours=2)) is None
    assert Trial.objects.count() == 1
    again = asking.ask(ADDRESS, "", now=now + ONE_IN + timedelta(days=1))
    assert again
    assert again.mails == 1
    other = "other@example.org"
    _, trial, _ = opened(other)
    age(trial, timedelta(days=20))
    trial.refresh_from_db()
    claimed = trial_end.claim(trial.pk, now=timezone.now())
    assert claimed
    trial_end.erase(claimed, now=timezone.now())
    assert asking.ask(other, "", now=timezone.now())
    send()
    assert "It had one less than a month ago" in str(mailoutbox[-1].body)
    trial.refresh_from_db()
    age(trial, timedelta(days=11))
    fresh = asking.ask(other, "", now=timezone.now())
    assert fresh
    assert fresh.state(timezone.now()) is Trial.State.ASKED


def test_machines_that_fill_every_field_get_nowhere(mailoutbox: list[EmailMessage]) -> None:
    assert ask(website="https://spam.example").status_code == 200
    assert not Trial.objects.exists()
    for wrong in (
        "",
        "frida",
        "a@b",
        f"{'a' * 250}@example.org",
        "a\nb@example.org",
        "a@example.org,b@example.org",
    ):
        assert ask(wrong).status_code == 422, wrong
    assert not Trial.objects.exists()


def test_a_visitor_asks_a_few_times_an_hour_and_not_at_all_without_a_cache(settings: Any) -> None:
    for n in range(5):
        assert ask(f"p{n}@example.org").status_code == 200
    answer = ask("p6@example.org")
    assert answer.status_code == 429
    assert "p6@example.org" in answer.content.decode()  # what was typed is kept
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = f"redis://127.0.0.1:{closed.getsockname()[1]}/0"
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": nobody}
    }
    assert ask("p7@example.org").status_code == 429
    assert Trial.objects.count() == 5


def test_a_mail_server_that_is_away_costs_time_and_nothing_else(settings: Any) -> None:
    now = timezone.now()
    asking.ask(ADDRESS, "", now=now)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with mail_server.running() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        server.at_data = "451 later"
        send(now)
        assert mail.due(now + timedelta(seconds=59)) == []
        server.at_data = "250 OK"
        send(now + timedelta(minutes=1))
        assert [message["To"] for message in server.mails] == [ADDRESS]
    assert mail.due(now + timedelta(days=9)) == []


def test_a_trial_reaches_nobody_else() -> None:
    client, _, organization = opened()
    assert Membership.objects.get(organization=organization).role == "owner"
    way = access.enter(User.objects.get(), organization.slug, at=timezone.now())
    assert way
    assert way.role == "editor"  # until it is kept
    slug = organization.slug
    for name, told in (
        ("accounts:members", {"email": "victim@example.org", "role": "viewer"}),
        ("coaching:reader_add", {"email": "victim@example.org"}),
        ("coaching:report_card_publish", {}),
        ("coaching:meetup_new", {}),
        ("coaching:webhooks", {"url": "https://a.test/", "events": ["suggestion.new"]}),
        ("accounts:tokens", {"name": "x"}),
    ):
        assert client.post(reverse(name, args=[slug]), told).status_code == 403, name
    for name in ("connect_x", "connect_facebook"):
        answer = client.post(reverse(f"coaching:{name}", args=[slug]), follow=True)
        assert "After you keep it you can connect accounts" in answer.content.decode()


def test_an_upload_is_smaller_in_a_trial(settings: Any) -> None:
    client, _, organization = opened()
    settings.TRIAL_UPLOAD_MAX_BYTES = 10
    address = reverse("coaching:upload", args=[organization.slug])
    answer = client.post(address, b"x" * 70_000, content_type="application/octet-stream")
    assert answer.status_code == 413


def test_after_its_day_nothing_is_shown_until_it_is_kept() -> None:
    client, trial, organization = opened()
    make.pulled(organization, *(make.post(n) for n in range(1, 15)))
    dashboard = reverse("coaching:dashboard", args=[organization.slug])
    assert "This is a trial until" in client.get(dashboard).content.decode()
    age(trial, LASTS)
    for address in (dashboard, reverse("coaching:posts", args=[organization.slug])):
        answer = client.get(address)
        assert answer.status_code == 403
        assert KEEP in answer.content.decode()
        assert client.post(address).status_code == 403
    assert Client().get(dashboard).status_code == 302
    stranger = Client()
    stranger.force_login(User.objects.create_user("dave@example.org", make.PASSWORD))
    assert stranger.get(dashboard).status_code == 404
    assert stranger.get(KEEP).status_code == 404
    assert client.get(reverse("coaching:home"))["Location"] == KEEP
    again = Client()
    answer = again.post(reverse("accounts:trial_open", args=[asking.token(trial)]))
    assert answer["Location"] == KEEP


@pytest.mark.parametrize("after", [timedelta(), LASTS + timedelta(days=3)])
def test_signing_up_keeps_everything(after: timedelta) -> None:
    client, trial, organization = opened()
    make.pulled(organization, *(make.post(n) for n in range(1, 15)))
    age(trial, after)
    short = client.post(KEEP, {"new_password1": "short", "new_password2": "short"})
    assert short.status_code == 422
    chosen = {"new_password1": make.PASSWORD, "new_password2": make.PASSWORD}
    answer = client.post(KEEP, chosen)
    assert answer["Location"] == reverse("coaching:dashboard", args=[organization.slug])
    assert client.get(answer["Location"]).status_code == 200
    organization.refresh_from_db()
    assert organization.trial_ends_at is None
    way = access.enter(User.objects.get(), organization.slug, at=timezone.now())
    assert way
    assert way.role == "owner"
    with scope([organization.pk]):
        assert organization.posts.count() == 14
        assert "trial_kept" in organization.auditevents.values_list("action", flat=True)
    assert client.post(KEEP, chosen).status_code == 404
    assert trial_end.due(timezone.now() + timedelta(days=99)) == []
    # With a password the mail's link is no way in any more.
    trial.refresh_from_db()
    assert Client().post(reverse("accounts:trial_open", args=[asking.token(trial)])).status_code == 410


def test_a_week_later_nothing_of_it_is_left(settings: Any, tmp_path: Path) -> None:
    settings.UPLOADS_DIR = tmp_path
    cast = make.cast()
    make.pulled(cast.theatre, *(make.post(n) for n in range(1, 5)))
    client, trial, organization = opened()
    make.pulled(
        organization, *(make.post(n) for n in range(1, 15)), messages=[make.message(1, "Is there a matinee?")]
    )
    with scope([organization.pk]):
        organization.imports.create(filename="a.zip", upload="left.zip")
    (tmp_path / "left.zip").write_bytes(b"an archive")
    age(trial, LASTS + ERASED_AFTER - timedelta(minutes=1))
    assert trial_end.due(timezone.now()) == []
    age(trial, timedelta(minutes=1))
    [pk] = trial_end.due(timezone.now())
    claimed = trial_end.claim(pk, now=timezone.now())
    assert claimed
    assert trial_end.claim(pk, now=timezone.now()) is None
    # Who keeps it in this moment is too late, and told so.
    chosen = {"new_password1": make.PASSWORD, "new_password2": make.PASSWORD}
    assert client.post(KEEP, chosen).status_code == 404
    trial_end.erase(claimed, now=timezone.now())
    # As after a worker that died before it said so.
    trial_end.erase(Trial.objects.get(pk=trial.pk), now=timezone.now())
    assert not Organization.objects.filter(pk=organization.pk).exists()
    assert not User.objects.filter(email=ADDRESS).exists()
    assert list(tmp_path.iterdir()) == []
    with scope([organization.pk]):
        left = {
            model.__name__: model.across_organizations.count()
            for model in apps.get_models()
            if issubclass(model, OrganizationOwned)
        }
    assert set(left.values()) == {0}, left
    trial.refresh_from_db()
    assert (trial.email, trial.name, trial.user) == ("", "", None)
    assert client.get(reverse("coaching:home")).status_code == 302
    with scope([cast.theatre.pk]):
        assert cast.theatre.posts.count() == 4


def test_a_worker_that_dies_while_erasing_is_followed_by_another() -> None:
    _, trial, _ = opened()
    age(trial, LASTS + ERASED_AFTER)
    now = timezone.now()
    assert trial_end.claim(trial.pk, now=now)
    assert trial_end.due(now + timedelta(minutes=29)) == []
    assert trial_end.due(now + timedelta(minutes=31)) == [trial.pk]


def test_the_trial_of_somebody_who_has_joined_others_leaves_them_their_account() -> None:
    cast = make.cast()
    _, trial, _ = opened()
    user = User.objects.get(email=ADDRESS)
    Membership.objects.create(organization=cast.theatre, user=user, role="viewer")
    age(trial, LASTS + ERASED_AFTER)
    claimed = trial_end.claim(trial.pk, now=timezone.now())
    assert claimed
    trial_end.erase(claimed, now=timezone.now())
    assert Membership.objects.get(user=user).organization == cast.theatre
    assert opening.of(user) is None


def test_a_trial_gets_no_digest() -> None:
    _, _, organization = opened()
    cast = make.cast()
    missing = readers.missing()
    assert cast.theatre.pk in missing
    assert organization.pk not in missing
