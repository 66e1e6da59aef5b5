"""Digests on their way: once for each reader and week, through a real mail server with all its moods."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Organization, User
from accounts.tenancy import scope
from coaching import delivering, digest_letter, reader_page, readers
from coaching.models import Delivery, Subscription
from coaching.readers import Wishes
from tests import mail_server, make

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 10, 12, 7, 0, tzinfo=UTC)
"""Eight o'clock in London on the Monday after make.NOW."""
WEEK = date(2026, 10, 5)


@pytest.fixture
def smtp(settings: Settings) -> Iterator[mail_server.MailServer]:
    """Mail goes through SMTP to a server of this test."""
    with mail_server.running() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 60
        yield server


@pytest.fixture
def theatre() -> Organization:
    """A theatre with something to tell about the week, and three members."""
    cast = make.cast()
    asked = make.message(1, "@gulltheatre is there a matinee?", ago=timedelta(hours=30))
    make.pulled(cast.theatre, *(make.post(n) for n in range(1, 15)), messages=[asked])
    readers.enrol(cast.theatre.pk, now=make.NOW)
    return cast.theatre


def only(organization: Organization, email: str = "alice@example.org") -> Subscription:
    """The subscription of one member, the only one that is on."""
    with scope([organization.pk]):
        organization.subscriptions.exclude(user__email=email).update(due_at=None, on=False)
        one: Subscription = organization.subscriptions.select_related("organization", "user").get(
            user__email=email
        )
    return one


def beat(now: datetime) -> None:
    """What beat and the workers do."""
    for organization_id, pk in delivering.due(now):
        delivering.queue(organization_id, [pk], now=now)
    for organization_id, pk in delivering.waiting(now):
        if copy := delivering.claim(organization_id, pk, now=now):
            delivering.send(copy, now=now)


def copies(organization: Organization) -> list[Delivery]:
    with scope([organization.pk]):
        return list(organization.deliverys.order_by("pk"))


def test_members_get_it_on_monday_at_eight_and_once(
    theatre: Organization, smtp: mail_server.MailServer
) -> None:
    beat(MONDAY - timedelta(seconds=1))
    assert smtp.mails == []
    for minutes in (0, 0, 1, 60, 60 * 24 * 6):
        beat(MONDAY + timedelta(minutes=minutes))
    assert sorted(str(mail["To"]) for mail in smtp.mails) == [
        "alice@example.org", "bob@example.org", "erin@example.org",
    ]  # fmt: skip
    mail = smtp.mails[0]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/reader/" in str(mail["List-Unsubscribe"])
    assert mail.get_body(("plain",)).get_content().strip()
    assert "matinee" in mail.get_body(("html",)).get_content()
    beat(MONDAY + timedelta(days=7))
    assert len(smtp.mails) == 6


def test_a_removed_member_gets_none(theatre: Organization, smtp: mail_server.MailServer) -> None:
    only(theatre, "bob@example.org")
    theatre.memberships.filter(user__email="bob@example.org").delete()
    beat(MONDAY)
    assert smtp.mails == []
    assert [copy.state for copy in copies(theatre)] == ["skipped"]


def test_a_member_without_the_second_step_that_is_asked_for_gets_no_figures(
    theatre: Organization, smtp: mail_server.MailServer
) -> None:
    bob = only(theatre, "bob@example.org")
    alice = theatre.members.get(email="alice@example.org")
    TOTP.activate(alice, generate_totp_secret())
    theatre.require_two_factor = True
    theatre.save()
    beat(MONDAY)
    [mail] = smtp.mails
    assert mail["Subject"] == "The digest of Gull Theatre waits for your second step"
    said = str(mail)
    assert settings.BASE_URL + reverse("mfa_index") in said
    assert "matinee" not in said
    owners, old_link = Client(), digest_letter.reading_url(bob, WEEK)
    owners.force_login(alice)
    listed = owners.get(reverse("coaching:digest_settings", args=["theatre"])).content.decode()
    assert "bob@example.org" in listed.partition("Members without two-step login")[2]
    assert "erin@example.org" not in listed  # has left the digest
    for url, status in ((old_link, 403), (digest_letter.choosing_url(bob), 200)):
        page = Client().get("/" + url.split("/", 3)[3])
        assert page.status_code == status
        assert "two-step login" in page.content.decode()
        assert "matinee" not in page.content.decode()

    TOTP.activate(theatre.members.get(email="bob@example.org"), generate_totp_secret())
    beat(MONDAY + timedelta(days=7))
    assert "matinee" in str(smtp.mails[1])
    assert Client().get("/" + old_link.split("/", 3)[3]).status_code == 200
    assert "Members without two-step login" not in owners.get("/o/theatre/settings/digest/").content.decode()


def test_a_server_that_puts_off_is_asked_again_and_one_mail_arrives(
    theatre: Organization, smtp: mail_server.MailServer
) -> None:
    only(theatre)
    smtp.at_data = "451 come back later"
    beat(MONDAY)
    [copy] = copies(theatre)
    assert (copy.state, copy.attempts, copy.next_at) == ("queued", 1, MONDAY + timedelta(minutes=1))
    assert "come back later" in copy.trouble
    beat(MONDAY + timedelta(seconds=30))
    smtp.at_data = "250 OK"
    beat(MONDAY + timedelta(minutes=1))
    assert [copy.state for copy in copies(theatre)] == ["sent"]
    assert len(smtp.mails) == 1


def test_a_refused_address_stops_and_the_owner_can_see_it(
    theatre: Organization, smtp: mail_server.MailServer
) -> None:
    only(theatre, "bob@example.org")
    smtp.at_recipient = "550 no such user"
    beat(MONDAY)
    assert [copy.state for copy in copies(theatre)] == ["bounced"]
    smtp.at_recipient = "250 OK"
    beat(MONDAY + timedelta(days=7))
    assert smtp.mails == []
    alice = Client()
    alice.force_login(User.objects.get(email="alice@example.org"))
    page = alice.get("/o/theatre/settings/digest/").content.decode()
    assert "refused for good" in page
    assert "bob@example.org" in page
    with scope([theatre.pk]):
        assert theatre.auditevents.filter(action="digest_bounced").count() == 1


def test_a_server_that_hangs_or_is_away_is_tried_later(
    theatre: Organization, smtp: mail_server.MailServer, settings: Settings
) -> None:
    only(theatre)
    settings.EMAIL_TIMEOUT, smtp.hangs = 1, 15
    beat(MONDAY)
    settings.EMAIL_TIMEOUT, smtp.hangs = 60, 0
    open_port, settings.EMAIL_PORT = smtp.port, 1
    beat(MONDAY + timedelta(minutes=1))
    assert [(copy.state, copy.attempts) for copy in copies(theatre)] == [("queued", 2)]
    settings.EMAIL_PORT = open_port
    beat(MONDAY + timedelta(hours=1))
    assert [copy.state for copy in copies(theatre)] == ["sent"]
    assert len({str(mail["Message-ID"]) for mail in smtp.mails}) == 1


def test_after_a_day_of_refusals_it_is_given_up(theatre: Organization, smtp: mail_server.MailServer) -> None:
    only(theatre)
    smtp.at_data = "554 not today"
    for hour in range(40):
        beat(MONDAY + timedelta(hours=hour))
    assert [(copy.state, copy.attempts) for copy in copies(theatre)] == [("failed", 8)]


def test_a_worker_that_died_before_the_mail_server_had_it_is_replaced(
    theatre: Organization, smtp: mail_server.MailServer
) -> None:
    one = only(theatre)
    [pk] = delivering.queue(theatre.pk, [one.pk], now=MONDAY)
    assert delivering.claim(theatre.pk, pk, now=MONDAY)
    assert delivering.claim(theatre.pk, pk, now=MONDAY + timedelta(minutes=9)) is None
    beat(MONDAY + timedelta(minutes=11))
    assert len(smtp.mails) == 1


def test_a_second_copy_after_a_crash_is_logged_and_has_the_same_id(
    theatre: Organization, smtp: mail_server.MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    one = only(theatre)
    [pk] = delivering.queue(theatre.pk, [one.pk], now=MONDAY)
    copy = delivering.claim(theatre.pk, pk, now=MONDAY)
    assert copy
    delivering.send(copy, now=MONDAY)
    with scope([theatre.pk]):  # as if the worker had died before it could write down that it was accepted
        Delivery.across_organizations.filter(pk=pk).update(
            state="sending", next_at=MONDAY + timedelta(minutes=10), sent_at=None
        )
    with caplog.at_level(logging.WARNING):
        beat(MONDAY + timedelta(minutes=11))
    assert "second time" in caplog.text
    first, second = smtp.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert [copy.state for copy in copies(theatre)] == ["sent"]


def test_the_database_allows_one_copy_per_reader_and_week(theatre: Organization) -> None:
    one = only(theatre)
    with scope([theatre.pk]):
        Delivery.across_organizations.create(organization=theatre, subscription=one, week=WEEK)
        with pytest.raises(IntegrityError), transaction.atomic():
            Delivery.across_organizations.create(organization=theatre, subscription=one, week=WEEK)


def test_nothing_new_is_not_sent_unless_wanted(smtp: mail_server.MailServer) -> None:
    cast = make.cast()
    readers.enrol(cast.theatre.pk, now=make.NOW)
    one = only(cast.theatre)
    beat(MONDAY)
    assert [copy.state for copy in copies(cast.theatre)] == ["skipped"]
    with scope([cast.theatre.pk]):
        one.even_without_news = True
        one.save(update_fields=["even_without_news"])
    beat(MONDAY + timedelta(days=7))
    assert [str(mail["Subject"]) for mail in smtp.mails] == ["A quiet week for Gull Theatre"]


def wishes(**values: object) -> Wishes:
    usual: dict[str, object] = {
        "on": True, "day": 0, "hour": 8, "timezone": "", "paused_until": None, "even_without_news": False,
        "tell_waiting": False,
    }  # fmt: skip
    return Wishes(**{**usual, **values})  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["America/Los_Angeles", "Asia/Kathmandu", "Australia/Lord_Howe"])
def test_a_year_of_mondays_with_a_reader_who_moves_about(name: str) -> None:
    cast = make.cast()
    Organization.objects.update(timezone=name)
    start = datetime(2026, 1, 7, 12, tzinfo=UTC)
    readers.enrol(cast.theatre.pk, now=start)
    one = only(cast.theatre)
    moves = {
        datetime(2026, 3, 4, 12, tzinfo=UTC): wishes(day=3, hour=17),
        datetime(2026, 3, 11, 12, tzinfo=UTC): wishes(day=3, hour=17, timezone="Pacific/Kiritimati"),
        datetime(2026, 4, 8, 12, tzinfo=UTC): wishes(day=6, hour=2, timezone="Europe/London"),
        datetime(2026, 7, 1, 12, tzinfo=UTC): wishes(day=0, hour=0, timezone="Pacific/Pago_Pago"),
        datetime(2026, 10, 7, 12, tzinfo=UTC): wishes(),
    }
    now = start
    while now < datetime(2027, 1, 18, tzinfo=UTC):
        if now in moves:
            with scope([cast.theatre.pk]):
                one = Subscription.across_organizations.select_related("organization").get(pk=one.pk)
                readers.choose(one, moves[now], now=now)
        for organization_id, pk in delivering.due(now):
            delivering.queue(organization_id, [pk], now=now)
        now += timedelta(hours=2)
    zone = ZoneInfo(name)
    weeks = [copy.week for copy in copies(cast.theatre)]
    first = start.astimezone(zone).date()
    first -= timedelta(days=first.weekday())
    assert weeks == [first + timedelta(weeks=n) for n in range(len(weeks))]
    assert weeks[-1] >= date(2027, 1, 4)


def test_a_pause_skips_and_does_not_send_afterwards(
    theatre: Organization, smtp: mail_server.MailServer
) -> None:
    one = only(theatre)
    with scope([theatre.pk]):
        readers.choose(one, wishes(paused_until=date(2026, 10, 20)), now=make.NOW)
    beat(MONDAY)
    beat(MONDAY + timedelta(days=7))
    assert smtp.mails == []
    beat(MONDAY + timedelta(days=14, hours=1))  # the clocks have changed
    assert [copy.state for copy in copies(theatre)] == ["skipped", "skipped", "sent"]


def path(url: str) -> str:
    return "/" + url.split("//", 1)[1].partition("/")[2]


def test_one_click_leaves_by_post_only(theatre: Organization, smtp: mail_server.MailServer) -> None:
    one = only(theatre)
    browser = Client(enforce_csrf_checks=True)
    leave = path(digest_letter.choosing_url(one)) + "leave/"
    assert "No more digests?" in browser.get(leave).content.decode()
    beat(MONDAY)
    assert len(smtp.mails) == 1
    answer = browser.post(leave, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    beat(MONDAY + timedelta(days=7))
    assert len(smtp.mails) == 1
    assert browser.post("/reader/altered/leave/").status_code == 404


def test_a_reader_chooses_without_a_login(theatre: Organization) -> None:
    one = only(theatre)
    url = path(digest_letter.choosing_url(one))
    browser = Client()
    answer = browser.post(url, {"on": "on", "day": "4", "hour": "16", "timezone": "Asia/Kathmandu"})
    assert answer.status_code == 302
    with scope([theatre.pk]):
        kept = theatre.subscriptions.get(pk=one.pk)
    assert (kept.day, kept.hour, kept.timezone) == (4, 16, "Asia/Kathmandu")
    assert kept.due_at == datetime(2026, 10, 16, 10, 15, tzinfo=UTC)
    assert browser.post(url, {"on": "on", "day": "9", "hour": "16"}).status_code == 422


def test_somebody_without_an_account_is_asked_first(
    theatre: Organization, smtp: mail_server.MailServer
) -> None:
    with scope([theatre.pk]):
        theatre.subscriptions.update(due_at=None, on=False)
    alice = User.objects.get(email="alice@example.org")
    with scope([theatre.pk]):
        one = readers.invite(theatre, " Board@Example.org ", by=alice, now=make.NOW)
    reader_page.ask(theatre.pk, one.pk, now=make.NOW)
    [asked] = smtp.mails
    assert asked["To"] == "board@example.org"
    beat(MONDAY)
    assert len(smtp.mails) == 1
    url = path(digest_letter.choosing_url(one))
    assert url in asked.get_body(("plain",)).get_content()
    browser = Client()
    assert "Do you want" in browser.get(url).content.decode()
    with scope([theatre.pk]):
        Subscription.across_organizations.filter(pk=one.pk).update(asked_at=datetime.now(tz=UTC))
    assert browser.post(url).status_code == 302
    with scope([theatre.pk]):
        assert theatre.subscriptions.get(pk=one.pk).confirmed_at


def test_who_cannot_be_asked_to_read_it_is_said_and_stays_typed(theatre: Organization) -> None:
    alice = Client()
    alice.force_login(User.objects.get(email="alice@example.org"))
    for typed, told in {
        "": "Fill in “Email address”.",
        "board at example": "Write a whole email address in “Email address”",
        "bob@example.org": "They are a member already",
    }.items():
        page = alice.post("/o/theatre/settings/digest/readers/add/", {"email": typed})
        assert page.status_code == 422
        assert told in page.content.decode()
        assert f'value="{typed}"' in page.content.decode()
    with scope([theatre.pk]):
        assert not theatre.subscriptions.exclude(email="").exists()


@pytest.mark.django_db(transaction=True)
def test_many_readers_over_several_workers_get_one_copy_each(smtp: mail_server.MailServer) -> None:
    cast = make.cast()
    asked = make.message(1, "@gulltheatre is there a matinee?", ago=timedelta(hours=30))
    make.pulled(cast.theatre, *(make.post(n) for n in range(1, 15)), messages=[asked])
    with scope([cast.theatre.pk]):
        for n in range(60):
            one = readers._fresh(cast.theatre, make.NOW)
            one.email, one.confirmed_at = f"r{n}@example.org", make.NOW
            readers.plan_next(one)
            one.save()

    def work(_: int) -> None:
        try:
            beat(MONDAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    addresses = [str(mail["To"]) for mail in smtp.mails]
    assert len(addresses) == len(set(addresses)) == 60
