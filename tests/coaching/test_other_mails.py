"""The consultants' mail, archives and their reminders, and short notices."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.mail import EmailMessage
from django.db import connection as database
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from accounts import organizing
from accounts.models import Client, Consultant, Organization, Practice, User
from accounts.tenancy import scope
from coaching import delivering, notices, portfolio, practice_digest, readers
from coaching.models import Delivery, DigestIssue, Import, PracticeDelivery, Subscription
from tests import make

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 10, 12, 7, 0, tzinfo=UTC)


def asked(organization: Organization, people: int) -> None:
    make.pulled(
        organization,
        *(make.post(n) for n in range(1, 15)),
        messages=[
            make.message(n, "@gulltheatre is there a matinee?", ago=timedelta(hours=30 + n), who=f"guest{n}")
            for n in range(people)
        ],
    )


@pytest.fixture
def clients(mailoutbox: list[EmailMessage]) -> tuple[make.Cast, list[EmailMessage]]:
    """carol looks after the theatre, where one waits, and the rival, where three wait."""
    cast = make.cast()
    asked(cast.theatre, 1)
    asked(cast.rival, 3)
    make.consultant(cast.theatre, cast.rival)
    return cast, mailoutbox


def morning(now: datetime) -> None:
    for pk in practice_digest.due(now):
        practice_digest.send(pk, now=now)


def test_consultants_get_one_mail_about_all_clients_once(
    clients: tuple[make.Cast, list[EmailMessage]],
) -> None:
    _, mails = clients
    morning(MONDAY - timedelta(minutes=1))
    assert mails == []
    morning(MONDAY)
    morning(MONDAY + timedelta(hours=3))
    [mail] = mails
    assert mail.to == ["carol@example.org"]
    assert mail.subject == "4 people wait for your clients, most of them at Rival Rooms"
    assert mail.body.index("Rival Rooms") < mail.body.index("Gull Theatre")
    morning(MONDAY + timedelta(days=7))
    assert len(mails) == 2


def test_a_consultant_chooses_the_day(clients: tuple[make.Cast, list[EmailMessage]]) -> None:
    _, mails = clients
    sunday = 6
    carol = Consultant.objects.get()
    browser = Browser()
    browser.force_login(carol.user)
    browser.post("/practices/carol-co/mail/", {"digest_on": "on", "digest_day": sunday})
    morning(MONDAY + timedelta(days=6, minutes=-1))
    assert mails == []
    # Down on Sunday, up again on Monday: it comes a day late, and only once.
    morning(MONDAY + timedelta(days=7))
    morning(MONDAY + timedelta(days=8))
    assert len(mails) == 1
    assert "5 to 11 October" in mails[0].body.replace("5 October to 11 October", "5 to 11 October")
    browser.post("/practices/carol-co/mail/", {"digest_day": sunday})
    morning(MONDAY + timedelta(days=13))
    assert len(mails) == 1


def test_the_mail_has_the_order_of_the_page_and_a_fixed_number_of_queries(
    clients: tuple[make.Cast, list[EmailMessage]],
) -> None:
    practice = Practice.objects.get()
    carol = practice.people.get()
    with CaptureQueriesContext(database) as two:
        lines = practice_digest.clients(practice, now=MONDAY)
    page = portfolio.build(carol, portfolio.Wanted(), now=MONDAY)
    assert [line.name for line in lines] == [line.organization.name for line in page.shown]
    for number in range(5):
        made = organizing.create_organization(
            slug=f"more-{number}", name=f"More {number}", owner=User.objects.get(email="dave@example.org")
        )
        Client.objects.create(practice=practice, organization=made, role="viewer", starts_at=make.NOW)
    with CaptureQueriesContext(database) as seven:
        assert len(practice_digest.clients(practice, now=MONDAY)) == 7
    assert len(seven) == len(two)


def test_an_ended_client_is_not_in_it(clients: tuple[make.Cast, list[EmailMessage]]) -> None:
    cast, mails = clients
    Client.objects.filter(organization=cast.rival).update(ends_at=MONDAY - timedelta(minutes=1))
    morning(MONDAY)
    assert "Rival" not in f"{mails[0].body} {mails[0].subject}"


def test_clients_that_ask_for_a_second_step_are_not_told_to_who_has_none(
    clients: tuple[make.Cast, list[EmailMessage]],
) -> None:
    cast, mails = clients
    Organization.objects.filter(pk=cast.rival.pk).update(require_two_factor=True)
    morning(MONDAY)
    assert mails[0].subject == "1 person waits for your clients, first at Gull Theatre"
    assert "One client asks everybody for two-step login" in mails[0].body
    assert "/accounts/2fa/" in mails[0].body
    assert "Gull Theatre" in str(mails[0].message())
    assert "Rival" not in str(mails[0].message())
    Organization.objects.filter(pk=cast.theatre.pk).update(require_two_factor=True)
    morning(MONDAY + timedelta(days=7))
    assert mails[1].subject == "News of your clients, after one more step"
    assert "2 clients ask everybody" in mails[1].body
    assert "Gull" not in str(mails[1].message())
    carol = Consultant.objects.get()
    TOTP.activate(carol.user, generate_totp_secret())
    letter = practice_digest.letter(carol, MONDAY.date() - timedelta(days=7), now=MONDAY)
    assert letter is not None
    assert {line.name for line in letter.context["lines"]} == {"Gull Theatre", "Rival Rooms"}
    assert not letter.context["withheld"]


def test_consultants_leave_with_one_post(clients: tuple[make.Cast, list[EmailMessage]]) -> None:
    _, mails = clients
    morning(MONDAY)
    url = mails[0].extra_headers["List-Unsubscribe"].strip("<>")
    path = "/" + url.split("//", 1)[1].partition("/")[2]
    browser = Browser(enforce_csrf_checks=True)
    assert browser.get(path).status_code == 200
    assert browser.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    morning(MONDAY + timedelta(days=7))
    assert len(mails) == 1
    assert PracticeDelivery.objects.count() == 1


def test_an_archive_brings_one_digest_and_then_a_reminder_a_month(mailoutbox: list[EmailMessage]) -> None:
    cast = make.cast()
    connection = make.pulled(cast.theatre, *(make.post(n, ago=timedelta(days=19 + n)) for n in range(1, 15)))
    readers.enrol(cast.theatre.pk, now=make.NOW)
    with scope([cast.theatre.pk]):
        connection.access = "archive"
        connection.save()
        Import.across_organizations.create(
            organization=cast.theatre, filename="a.zip", state="done", finished_at=make.NOW
        )
        cast.theatre.subscriptions.exclude(user=cast.alice).update(due_at=None)
    told = []
    for week in range(10):
        now = MONDAY + timedelta(weeks=week, hours=1)
        for organization_id, pk in delivering.due(now):
            delivering.queue(organization_id, [pk], now=now)
        for organization_id, pk in delivering.waiting(now):
            copy = delivering.claim(organization_id, pk, now=now)
            assert copy
            delivering.send(copy, now=now)
        told.append(len(mailoutbox))
    subjects = [mail.subject for mail in mailoutbox]
    assert told[0] == 1
    assert subjects[0].startswith("Gull Theatre talked with people")
    assert subjects[1:] == ["A newer archive would tell Gull Theatre more"] * (len(subjects) - 1)
    assert len(subjects) == 3
    with scope([cast.theatre.pk]):
        assert cast.theatre.deliverys.filter(state=Delivery.State.SKIPPED).count() == 7


def test_whoever_uploaded_a_long_archive_is_told_once(mailoutbox: list[EmailMessage]) -> None:
    cast = make.cast()
    with scope([cast.theatre.pk]):
        job = Import.across_organizations.create(
            organization=cast.theatre,
            filename="a.zip",
            state="done",
            created_by=cast.erin,
            created_at=make.NOW,
            finished_at=make.NOW + timedelta(minutes=5),
        )
    for _ in range(2):
        notices.tell_importer(cast.theatre.pk, job.pk, now=make.NOW)
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        (["erin@example.org"], "The archive for Gull Theatre has been read")
    ]


def test_members_who_want_to_hear_of_waiting_people_once_a_day(mailoutbox: list[EmailMessage]) -> None:
    cast = make.cast()
    asked(cast.theatre, 2)
    readers.enrol(cast.theatre.pk, now=make.NOW)
    assert notices.watchers(make.NOW) == []
    with scope([cast.theatre.pk]):
        one = cast.theatre.subscriptions.get(user=cast.erin)
        Subscription.across_organizations.filter(pk=one.pk).update(tell_waiting=True)
    for hours in (0, 1, 30):
        for organization_id, pk in notices.watchers(make.NOW + timedelta(hours=hours)):
            notices.tell_waiting(organization_id, pk, now=make.NOW + timedelta(hours=hours))
    assert [mail.subject for mail in mailoutbox] == ["2 people have waited for Gull Theatre for a day"]
    with scope([cast.theatre.pk]):
        Subscription.across_organizations.filter(pk=one.pk).update(told_waiting_at=None)
        Organization.objects.filter(pk=cast.theatre.pk).update(require_two_factor=True)
    assert not notices.tell_waiting(cast.theatre.pk, one.pk, now=make.NOW)
    Organization.objects.filter(pk=cast.theatre.pk).update(require_two_factor=False)
    assert notices.tell_waiting(cast.theatre.pk, one.pk, now=make.NOW)
    cast.erin.memberships.all().delete()
    with scope([cast.theatre.pk]):
        Subscription.across_organizations.filter(pk=one.pk).update(told_waiting_at=None)
    assert not notices.tell_waiting(cast.theatre.pk, one.pk, now=make.NOW)


def test_a_clients_week_is_by_its_own_clock(clients: tuple[make.Cast, list[EmailMessage]]) -> None:
    cast, _ = clients
    Practice.objects.update(timezone="Asia/Kathmandu")
    Organization.objects.filter(pk=cast.theatre.pk).update(timezone="America/Los_Angeles")
    morning(datetime(2026, 10, 12, 2, 30, tzinfo=UTC))  # a quarter past eight on Monday in Kathmandu
    assert PracticeDelivery.objects.get().state == "sent"
    with scope([cast.theatre.pk, cast.rival.pk]):
        assert not DigestIssue.across_organizations.exists()
