"""The mails of a meetup: once each, at the right hour of the place, in any mail server’s mood."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import Client as PracticeClient
from accounts.models import Practice
from accounts.tenancy import scope
from coaching.meetups import calendar, door, links, local_time, planning, replies, tending
from coaching.models import Meetup
from tests import mail_server, make
from tests.coaching.meetups import stage

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def smtp(settings: Settings) -> Iterator[mail_server.MailServer]:
    """Mail goes through SMTP to a server of this test."""
    with mail_server.running() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 60
        yield server


@pytest.fixture
def cast() -> make.Cast:
    """The theatre and its people."""
    return make.cast()


@pytest.fixture
def pint(cast: make.Cast) -> Meetup:
    """A meetup with two places."""
    return stage.public(cast.theatre, by=cast.alice)


def subjects(server: mail_server.MailServer) -> list[str]:
    return [str(mail["Subject"]) for mail in server.mails]


def plain(mail: EmailMessage) -> str:
    return mail.get_body(("plain",)).get_content()


def test_the_first_mail_asks_whether_it_is_their_address(pint: Meetup, smtp: mail_server.MailServer) -> None:
    stage.ask(pint, "ana")
    stage.beat(make.NOW)
    [mail] = smtp.mails
    assert mail["To"] == "ana@example.net"
    assert str(mail["From"]).startswith("Gull Theatre <")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert stage.path(stage.mine(pint, "ana")) in plain(mail)
    assert "Friday 16 October 2026, 19:30 to 22:00 (Europe/London time)" in plain(mail)
    assert "Yes, that is me" in mail.get_body(("html",)).get_content()
    assert not list(mail.iter_attachments())


def test_nobody_can_have_words_of_theirs_mailed_to_a_stranger(
    pint: Meetup, cast: make.Cast, smtp: mail_server.MailServer
) -> None:
    with scope([pint.organization_id]):
        replies.ask(pint, replies.Wish("Buy at spam.example", "ana@example.net"), now=make.NOW)
    stage.beat(make.NOW)
    with scope([pint.organization_id]):
        planning.call_off(pint, by=cast.alice, now=make.NOW + MINUTE)
    stage.beat(make.NOW + MINUTE)
    for mail in smtp.mails:
        assert plain(mail).splitlines()[0] == "Hello,"
        assert "spam" not in plain(mail) + mail.get_body(("html",)).get_content()
    assert len(smtp.mails) == 2


def test_who_has_a_place_gets_a_pass_and_a_calendar_file(pint: Meetup, smtp: mail_server.MailServer) -> None:
    stage.comes(pint, "ana")
    stage.beat(make.NOW)
    [mail] = smtp.mails  # the one to confirm has been overtaken
    assert mail["Subject"] == "You have a place: A pint after the show"
    picture, calendar = mail.iter_attachments()
    assert (picture.get_content_type(), picture["Content-ID"]) == ("image/png", "<pass>")
    assert "cid:pass" in mail.get_body(("html",)).get_content()
    assert (calendar.get_content_type(), calendar.get_filename()) == ("text/calendar", "meetup.ics")
    assert "BEGIN:VEVENT" in calendar.get_content()


def test_a_practice_dresses_the_mail_and_the_organization_signs_it(
    cast: make.Cast, smtp: mail_server.MailServer
) -> None:
    make.consultant(cast.theatre)
    Practice.objects.update(brand_name="Harbour Talk", colour="#004d40", reply_to="hello@harbour.example")
    PracticeClient.objects.update(starts_at=make.NOW - DAY)
    pint = stage.public(cast.theatre, by=cast.alice)
    stage.ask(pint, "ana")
    stage.beat(make.NOW)
    [mail] = smtp.mails
    assert str(mail["From"]).startswith("Gull Theatre <")
    assert mail["Reply-To"] == "hello@harbour.example"
    assert "#004d40" in mail.get_body(("html",)).get_content()


def test_the_reminder_comes_once_the_day_before_at_the_same_hour(
    pint: Meetup, smtp: mail_server.MailServer
) -> None:
    stage.comes(pint, "ana")
    stage.beat(make.NOW)
    at = pint.starts_at - DAY
    stage.beat(at - MINUTE)
    assert len(smtp.mails) == 1
    for minutes in (0, 1, 30):
        stage.beat(at + minutes * MINUTE)
    assert subjects(smtp)[1:] == ["Tomorrow: A pint after the show"]


def test_who_gets_a_place_after_the_reminder_gets_no_second_mail(
    pint: Meetup, smtp: mail_server.MailServer
) -> None:
    stage.beat(pint.starts_at - DAY)
    stage.comes(pint, "late", now=pint.starts_at - 3 * HOUR)
    stage.beat(pint.starts_at - 3 * HOUR)
    stage.beat(pint.starts_at - HOUR)
    assert subjects(smtp) == ["You have a place: A pint after the show"]


@pytest.mark.parametrize(
    ("begins", "reminded"),
    [
        # London leaves summer time on 25 October 2026, New York on 1 November, Lord Howe by half an hour.
        (datetime(2026, 10, 25, 18, 30, tzinfo=UTC), datetime(2026, 10, 24, 17, 30, tzinfo=UTC)),
        (datetime(2027, 3, 28, 17, 30, tzinfo=UTC), datetime(2027, 3, 27, 18, 30, tzinfo=UTC)),
    ],
)
def test_across_a_change_of_the_clocks_it_is_the_same_hour_of_the_clock(
    cast: make.Cast, smtp: mail_server.MailServer, begins: datetime, reminded: datetime
) -> None:
    pint = stage.public(cast.theatre, by=cast.alice, starts_at=begins, ends_at=begins + 2 * HOUR)
    stage.comes(pint, "ana")
    stage.beat(make.NOW)
    stage.beat(reminded - MINUTE)
    assert len(smtp.mails) == 1
    stage.beat(reminded)
    assert len(smtp.mails) == 2


def test_the_clock_of_the_place_counts_not_the_organizations() -> None:
    from_sydney = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)  # 20:00 in Sydney, the day after its clocks changed
    day_before = local_time.same_hour(from_sydney, -1, ZoneInfo("Australia/Sydney"))
    assert day_before == datetime(2026, 10, 4, 9, 0, tzinfo=UTC)
    two_before = local_time.same_hour(from_sydney, -2, ZoneInfo("Australia/Sydney"))
    assert two_before == datetime(2026, 10, 3, 10, 0, tzinfo=UTC)


def test_thanks_go_once_at_ten_to_those_who_came(
    pint: Meetup, cast: make.Cast, smtp: mail_server.MailServer
) -> None:
    ana, ben = stage.comes(pint, "ana"), stage.comes(pint, "ben")
    stage.beat(make.NOW)
    with scope([cast.theatre.pk]):
        door.welcome(pint, ana.pk, by=cast.erin, now=pint.starts_at)
        door.walk_in(pint, "Dora", by=cast.erin, now=pint.starts_at)
    stage.beat(pint.starts_at - DAY)
    smtp.mails.clear()
    at = tending.thank_at(pint)
    assert at == datetime(2026, 10, 17, 9, 0, tzinfo=UTC)
    stage.beat(at - MINUTE)
    assert smtp.mails == []
    for hours in (0, 1, 24):
        stage.beat(at + hours * HOUR)
    [mail] = smtp.mails
    assert (mail["To"], mail["Subject"]) == (
        "ana@example.net",
        "Thank you for coming to A pint after the show",
    )
    assert "See you at the panto!" in plain(mail)
    with scope([cast.theatre.pk]):  # ticked off a day late
        door.welcome(stage.fresh(pint), ben.pk, by=cast.erin, now=at + 25 * HOUR)
    stage.beat(at + 26 * HOUR)
    assert [str(one["To"]) for one in smtp.mails] == ["ana@example.net", "ben@example.net"]


def test_another_time_is_told_once_the_plan_has_settled(
    pint: Meetup, cast: make.Cast, smtp: mail_server.MailServer
) -> None:
    stage.comes(pint, "ana")
    stage.beat(make.NOW)
    smtp.mails.clear()
    with scope([cast.theatre.pk]):
        for minute, place in enumerate(("The bar", "The gallery")):
            changed = planning.change(
                stage.fresh(pint),
                replace(stage.PLAN, place=place),
                by=cast.alice,
                now=make.NOW + minute * MINUTE,
            )
            assert changed
        only_words = replace(stage.PLAN, place="The gallery", about="Crisps as well.")
        later = make.NOW + 2 * MINUTE
        assert not planning.change(stage.fresh(pint), only_words, by=cast.alice, now=later)
    stage.beat(make.NOW + 5 * MINUTE)
    assert smtp.mails == []
    stage.beat(make.NOW + 12 * MINUTE)
    [mail] = smtp.mails
    assert "The gallery" in plain(mail)
    assert mail["Subject"] == "Something has changed: A pint after the show"
    assert f"SEQUENCE:{stage.fresh(pint).sequence}" in next(iter(mail.iter_attachments())).get_content()


def test_a_meetup_that_is_called_off_is_told_to_all_and_nothing_else_follows(
    pint: Meetup, cast: make.Cast, smtp: mail_server.MailServer
) -> None:
    for who in ("ana", "ben", "cleo"):
        stage.comes(pint, who)
    with scope([cast.theatre.pk]):
        replies.cancel(stage.guest(pint, "ben"), now=make.NOW)
    stage.beat(make.NOW)
    smtp.mails.clear()
    with scope([cast.theatre.pk]):
        planning.call_off(stage.fresh(pint), by=cast.alice, now=make.NOW + HOUR)
    for moment in (make.NOW + HOUR, pint.starts_at - DAY, tending.thank_at(pint)):
        stage.beat(moment)
    assert sorted(str(mail["To"]) for mail in smtp.mails) == ["ana@example.net", "cleo@example.net"]
    for mail in smtp.mails:
        [calendar] = mail.iter_attachments()
        assert calendar.get_content_type() == "text/calendar"
        assert calendar.get_param("method") == "CANCEL"
        assert "STATUS:CANCELLED" in calendar.get_content()


def test_a_mail_server_that_is_away_loses_nothing_and_late_reminders_are_not_sent(
    pint: Meetup, smtp: mail_server.MailServer, settings: Settings
) -> None:
    stage.comes(pint, "ana")
    open_port, settings.EMAIL_PORT = smtp.port, 1
    stage.beat(make.NOW)
    stage.beat(make.NOW + MINUTE)
    settings.EMAIL_PORT = open_port
    stage.beat(make.NOW + HOUR)
    assert subjects(smtp) == ["You have a place: A pint after the show"]
    settings.EMAIL_PORT = 1
    stage.beat(pint.starts_at - DAY)
    settings.EMAIL_PORT = open_port
    stage.beat(pint.starts_at + MINUTE)
    assert len(smtp.mails) == 1
    assert stage.kinds(pint, "ana")[-1] == ("reminder", "skipped")


def test_markup_and_line_breaks_in_a_name_stay_words(cast: make.Cast, smtp: mail_server.MailServer) -> None:
    pint = stage.public(cast.theatre, by=cast.alice, title="Tea & <b>cake</b>")
    with scope([cast.theatre.pk]):
        replies.ask(pint, replies.Wish("<img src=x>", "ana@example.net"), now=make.NOW)
        replies.confirm(stage.guest(pint, "ana"), now=make.NOW)
    stage.beat(make.NOW)
    [mail] = smtp.mails
    assert mail["Subject"] == "You have a place: Tea & <b>cake</b>"
    assert "Hello <img src=x>," in plain(mail)
    assert "<img src=x>" not in mail.get_body(("html",)).get_content()


@pytest.mark.parametrize("sign", ["\x0b", "\x01", "\x1b", "\uffff", "\u202e", "👩‍🚀", "{% now %}"])
def test_no_sign_in_a_place_or_a_name_keeps_a_mail_back(
    cast: make.Cast, smtp: mail_server.MailServer, sign: str
) -> None:
    pint = stage.public(cast.theatre, by=cast.alice, place=f"The{sign}foyer", thanks=f"Bye{sign}!")
    with scope([cast.theatre.pk]):
        replies.ask(pint, replies.Wish(f"Ana{sign}", "ana@example.net"), now=make.NOW)
        replies.confirm(stage.guest(pint, "ana"), now=make.NOW)
    stage.beat(make.NOW)
    assert stage.kinds(pint, "ana") == [("confirm", "skipped"), ("place", "sent")]
    [mail] = smtp.mails
    assert "Ana" in mail.get_body(("html",)).get_content()


def test_staff_see_whom_no_mail_reaches(pint: Meetup, cast: make.Cast, smtp: mail_server.MailServer) -> None:
    alice, page = Client(), f"/o/theatre/meetups/{pint.pk}/"
    alice.force_login(cast.alice)
    stage.comes(pint, "ana")
    stage.beat(make.NOW)
    assert "our mails do not arrive" not in alice.get(page).content.decode()
    smtp.at_recipient = "550 no such mailbox"
    with scope([cast.theatre.pk]):
        planning.change(pint, replace(stage.PLAN, place="Bar"), by=cast.alice, now=make.NOW)
    stage.beat(make.NOW + HOUR)
    assert stage.kinds(pint, "ana")[-1] == ("changed", "bounced")
    assert "our mails do not arrive" in alice.get(page).content.decode()
    bob = Client()
    bob.force_login(cast.bob)
    assert "our mails do not arrive" not in bob.get(page).content.decode()


def test_the_link_of_a_meeting_online_goes_to_those_who_have_a_place_alone(
    cast: make.Cast, smtp: mail_server.MailServer
) -> None:
    secret = "https://video.example/secret-room"
    pint = stage.public(cast.theatre, by=cast.alice, place="", address="", online_url=secret, capacity=1)
    stage.ask(pint, "ana")
    stage.beat(make.NOW)
    with scope([cast.theatre.pk]):
        replies.confirm(stage.guest(pint, "ana"), now=make.NOW)
    stage.comes(pint, "ben")
    stage.beat(make.NOW)
    knows = {str(mail["Subject"]).split(":")[0]: "secret-room" in mail.as_string() for mail in smtp.mails}
    assert knows == {"Please confirm": False, "You have a place": True, "You are on the waiting list": False}
    assert b"secret-room" not in calendar.file(pint)
    assert "secret-room" not in Client().get(stage.path(links.public_url(pint))).content.decode()
    assert "secret-room" in Client().get(stage.mine(pint, "ana")).content.decode()
    assert "secret-room" not in Client().get(stage.mine(pint, "ben")).content.decode()
