"""Asked the network for an archive: a mail when it is time, one more, and none to whom it is of no use."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone

from accounts import closing, members
from accounts.models import Client, Membership, Organization, User
from accounts.tenancy import scope
from coaching import awaited_archives, importing
from coaching.models import AwaitedArchive, Import
from coaching.networks.contract import Network
from tests import mail_server, make
from tests.networks.archive_makers import make_x_archive, tweet

pytestmark = pytest.mark.django_db
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
FIRST, SECOND = make.NOW + DAY, make.NOW + 4 * DAY
PAGE = "/o/theatre/connections/"
ASKED, HERE = f"{PAGE}archive/asked/", f"{PAGE}archive/here/"


@pytest.fixture
def smtp(settings: Any) -> Iterator[mail_server.MailServer]:
    """Mail goes through SMTP to a server of this test."""
    with mail_server.running() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 60
        yield server


@pytest.fixture
def cast(settings: Any, tmp_path: Path) -> make.Cast:
    settings.UPLOADS_DIR = tmp_path / "uploads"
    return make.cast()


def ask(organization: Organization, by: User, network: Network = Network.TWITTER) -> AwaitedArchive:
    """What the button does, at make.NOW."""
    with scope([organization.pk]):
        awaited_archives.ask(organization, network, by=by, now=make.NOW)
        one: AwaitedArchive = organization.awaitedarchives.get(network=network)
    return one


def beat(now: datetime) -> list[bool]:
    """What beat and the workers do; whether each mail went, in the order in which they were asked for."""
    return [awaited_archives.send(*one, now=now) for one in sorted(awaited_archives.due(now))]


def waiting(organization: Organization) -> list[AwaitedArchive]:
    with scope([organization.pk]):
        return list(organization.awaitedarchives.order_by("pk"))


def upload(organization: Organization, by: User, path: Path) -> Import:
    """An X archive on its way in; nobody reads it yet."""
    file = make_x_archive(path / "x.zip", [tweet("1", "What would you like to hear next?")])
    with scope([organization.pk]):
        return importing.start(organization, filename="x.zip", chunks=[file.read_bytes()], by=by)


def read(job: Import, now: datetime) -> None:
    claimed = importing.claim(job.organization_id, job.pk, now=now)
    assert claimed is not None
    importing.run(claimed, clock=lambda: now)


def words(mail: Any) -> str:
    text: str = mail.get_body(("plain",)).get_content()
    return text


def browser(user: User) -> Browser:
    client = Browser()
    client.force_login(user)
    return client


def test_it_comes_after_a_day_and_once_more_and_then_no_more(
    cast: make.Cast, smtp: mail_server.MailServer
) -> None:
    ask(cast.theatre, cast.erin)
    assert beat(FIRST - MINUTE) == []
    assert beat(FIRST) == [True]
    assert beat(FIRST) == beat(SECOND - MINUTE) == []
    assert beat(SECOND) == [True]
    assert beat(SECOND + 30 * DAY) == []
    assert waiting(cast.theatre) == []
    first, second = smtp.mails
    assert {str(mail["To"]) for mail in smtp.mails} == {"erin@example.org"}
    assert first["Subject"] == "Your archive from X may be ready"
    assert second["Subject"] == "Once more: your archive from X"
    assert first["Message-ID"] != second["Message-ID"]
    assert "On 7 October 2026 you told us that you had asked X for the archive of Gull Theatre" in words(
        first
    )
    assert "/o/theatre/connections/#upload" in words(first)
    assert "once more in three days" in words(first)
    assert "our last mail" in words(second)
    assert "/archive/" not in words(second)


def test_asking_twice_changes_nothing(cast: make.Cast, smtp: mail_server.MailServer) -> None:
    kept = ask(cast.theatre, cast.erin)
    with scope([cast.theatre.pk]):
        awaited_archives.ask(cast.theatre, Network.TWITTER, by=cast.alice, now=FIRST - MINUTE)
    [one] = waiting(cast.theatre)
    assert (one.pk, one.asked_by, one.mail_due_at) == (kept.pk, cast.erin, FIRST)
    assert beat(FIRST) == [True]
    assert [str(mail["To"]) for mail in smtp.mails] == ["erin@example.org"]


def test_an_archive_that_was_read_ends_it_for_its_network(
    cast: make.Cast, smtp: mail_server.MailServer, tmp_path: Path
) -> None:
    ask(cast.theatre, cast.erin)
    ask(cast.theatre, cast.alice, Network.FACEBOOK)
    ask(cast.rival, cast.dave)
    job = upload(cast.theatre, cast.alice, tmp_path)
    assert beat(FIRST) == [False, False, True], "the theatre's upload may be what they wait for"
    read(job, FIRST + MINUTE)
    assert [one.network for one in waiting(cast.theatre)] == ["facebook"]
    assert beat(FIRST + timedelta(hours=1)) == [True]
    assert [(str(mail["To"]), str(mail["Subject"])) for mail in smtp.mails] == [
        ("dave@example.org", "Your archive from X may be ready"),
        ("alice@example.org", "Your archive from Facebook may be ready"),
    ]


def test_an_upload_that_could_not_be_read_ends_nothing(
    cast: make.Cast, smtp: mail_server.MailServer, tmp_path: Path
) -> None:
    ask(cast.theatre, cast.erin)
    with scope([cast.theatre.pk]):
        job = importing.start(cast.theatre, filename="a.zip", chunks=[b"no zip"], by=cast.erin)
    read(job, make.NOW)
    assert beat(FIRST) == [True]
    assert len(smtp.mails) == 1


def left(cast: make.Cast) -> None:
    with scope([cast.theatre.pk]):
        members.leave(cast.theatre, cast.erin, now=make.NOW)


def only_looks(cast: make.Cast) -> None:
    Membership.objects.filter(user=cast.erin).update(role="viewer")


def closed(cast: make.Cast) -> None:
    User.objects.filter(pk=cast.erin.pk).update(is_active=False)


def leaves_for_good(cast: make.Cast) -> None:
    Organization.objects.filter(pk=cast.theatre.pk).update(erase_at=make.NOW + 14 * DAY)


@pytest.mark.parametrize("what", [left, only_looks, closed, leaves_for_good], ids=lambda what: what.__name__)
def test_whom_it_is_of_no_use_gets_none(cast: make.Cast, smtp: mail_server.MailServer, what: Any) -> None:
    ask(cast.theatre, cast.erin)
    what(cast)
    assert True not in beat(FIRST)
    assert smtp.mails == []
    assert waiting(cast.theatre) == []


def test_a_consultant_whose_access_has_ended_gets_none(cast: make.Cast, smtp: mail_server.MailServer) -> None:
    carol = make.consultant(cast.theatre, cast.rival)
    ask(cast.theatre, carol)
    ask(cast.rival, carol)
    Client.objects.filter(organization=cast.theatre).update(ends_at=FIRST - MINUTE)
    assert beat(FIRST) == [False, True]
    [mail] = smtp.mails
    assert mail["To"] == "carol@example.org"
    assert "Rival Rooms" in words(mail)


def test_a_mail_server_that_is_away_loses_nothing(cast: make.Cast, smtp: mail_server.MailServer) -> None:
    ask(cast.theatre, cast.erin)
    smtp.at_data = "451 come back later"
    assert beat(FIRST) == [False]
    assert beat(FIRST + timedelta(seconds=30)) == []
    assert beat(FIRST + MINUTE) == [False]
    smtp.at_data = "250 OK"
    later = FIRST + 6 * MINUTE
    assert beat(later) == [True]
    assert len(smtp.mails) == 1
    [one] = waiting(cast.theatre)
    assert (one.mails, one.mail_tries, one.mail_due_at) == (1, 0, later + timedelta(days=3))


def test_a_mail_server_that_stays_away_ends_it_after_two(
    cast: make.Cast, smtp: mail_server.MailServer
) -> None:
    ask(cast.theatre, cast.erin)
    smtp.at_data = "451 come back later"
    now, tries = FIRST, 0
    while found := waiting(cast.theatre):
        now = max(now, found[0].mail_due_at)
        tries += len(beat(now))
    assert tries == 16, "eight tries in a day, for each of two mails"
    assert smtp.mails == []


def test_an_address_that_is_refused_for_good_ends_it(cast: make.Cast, smtp: mail_server.MailServer) -> None:
    ask(cast.theatre, cast.erin)
    smtp.at_recipient = "550 no such user"
    assert beat(FIRST) == [False]
    assert waiting(cast.theatre) == []


def test_who_uploads_while_the_mail_server_is_away_gets_none_afterwards(
    cast: make.Cast, smtp: mail_server.MailServer, tmp_path: Path
) -> None:
    ask(cast.theatre, cast.erin)
    smtp.at_data = "451 come back later"
    beat(FIRST)
    read(upload(cast.theatre, cast.erin, tmp_path), FIRST)
    smtp.at_data = "250 OK"
    assert beat(FIRST + DAY) == []
    assert smtp.mails == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one_mail(cast: make.Cast, smtp: mail_server.MailServer) -> None:
    one = ask(cast.theatre, cast.erin)
    together = threading.Barrier(2)

    def work(_: int) -> bool:
        try:
            together.wait(timeout=120)
            return awaited_archives.send(cast.theatre.pk, one.pk, now=FIRST)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(work, range(2))) == [False, True]
    assert len(smtp.mails) == 1


def test_a_worker_that_comes_back_too_late_changes_nothing(
    cast: make.Cast, smtp: mail_server.MailServer
) -> None:
    one = ask(cast.theatre, cast.erin)
    with scope([cast.theatre.pk]):  # it claimed the mail and died
        AwaitedArchive.across_organizations.filter(pk=one.pk).update(
            mail_tries=1, mail_due_at=FIRST + 10 * MINUTE
        )
    assert beat(FIRST) == []
    assert beat(FIRST + 10 * MINUTE) == [True]


def test_a_worker_that_died_after_the_mail_server_had_it_sends_the_same_mail_again(
    cast: make.Cast, smtp: mail_server.MailServer
) -> None:
    one = ask(cast.theatre, cast.erin)
    assert beat(FIRST) == [True]
    with scope([cast.theatre.pk]):  # but it died before it wrote that down
        AwaitedArchive.across_organizations.filter(pk=one.pk).update(
            mails=0, mail_tries=1, mail_due_at=FIRST + 10 * MINUTE
        )
    assert beat(FIRST + 10 * MINUTE) == [True]
    first, again = smtp.mails
    assert first["Message-ID"] == again["Message-ID"], "mail programs show it once"
    assert first["Subject"] == again["Subject"]


def test_the_link_in_the_mail_ends_it_without_a_login(cast: make.Cast, smtp: mail_server.MailServer) -> None:
    ask(cast.theatre, cast.erin)
    ask(cast.theatre, cast.erin, Network.FACEBOOK)
    beat(FIRST)
    mail = next(one for one in smtp.mails if "X" in str(one["Subject"]))
    [link] = [line for line in words(mail).split() if "/archive/" in line]
    assert str(mail["List-Unsubscribe"]).strip() == f"<{link}>"
    path = "/" + link.split("//", 1)[1].partition("/")[2]
    stranger = Browser(enforce_csrf_checks=True)
    page = stranger.get(path)
    assert "Have you got the archive from X?" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert len(waiting(cast.theatre)) == 2, "mail scanners look at links"
    for _ in range(2):
        answer = stranger.post(path, {"List-Unsubscribe": "One-Click"})
        assert "We do not write to you about it again" in answer.content.decode()
    assert [one.network for one in waiting(cast.theatre)] == ["facebook"]
    assert beat(SECOND) == [True]
    assert "Facebook" in str(smtp.mails[-1]["Subject"])
    assert stranger.post(path[:-3] + "x/").status_code == 404


def test_the_page_says_when_and_where_we_write(cast: make.Cast) -> None:
    erin, alice, bob = browser(cast.erin), browser(cast.alice), browser(cast.bob)
    assert "I have asked X for it" in erin.get(PAGE).content.decode()
    for _ in range(2):
        assert erin.post(ASKED, {"network": "twitter"})["Location"] == f"{PAGE}#upload"
    [one] = waiting(cast.theatre)
    assert timezone.now() + DAY - MINUTE < one.mail_due_at <= timezone.now() + DAY
    day = one.mail_due_at.astimezone(cast.theatre.zone)
    mine = erin.get(PAGE).content.decode()
    assert f"On {day.day} {day:%B %Y} we write to erin@example.org that it is time to fetch it." in mine
    assert "I have asked X for it" not in mine
    assert "I have asked Facebook for it" in mine
    theirs = alice.get(PAGE).content.decode()
    assert "erin@example.org asked X for an archive" in theirs
    looks = bob.get(PAGE).content.decode()
    assert "I have asked" not in looks
    assert "erin@example.org" not in looks
    assert bob.post(ASKED, {"network": "facebook"}).status_code == 403
    assert bob.post(HERE, {"network": "twitter"}).status_code == 403
    assert erin.post(ASKED, {"network": "elsewhere"}).status_code == 404
    for _ in range(2):
        assert alice.post(HERE, {"network": "twitter"})["Location"] == f"{PAGE}#upload"
    assert waiting(cast.theatre) == []


def test_others_cannot_end_it(cast: make.Cast) -> None:
    ask(cast.theatre, cast.erin)
    dave = browser(cast.dave)
    assert dave.post(HERE, {"network": "twitter"}).status_code == 404
    dave.post("/o/rival/connections/archive/here/", {"network": "twitter"})
    assert len(waiting(cast.theatre)) == 1


def test_a_trial_is_over_before_a_mail_could_come(cast: make.Cast) -> None:
    Organization.objects.filter(pk=cast.theatre.pk).update(trial_ends_at=datetime(2100, 1, 1, tzinfo=UTC))
    alice = browser(cast.alice)
    assert "I have asked" not in alice.get(PAGE).content.decode()
    assert alice.post(ASKED, {"network": "twitter"}).status_code == 403
    assert waiting(cast.theatre) == []


def test_whoever_deletes_their_account_leaves_nothing_waiting(
    cast: make.Cast, smtp: mail_server.MailServer
) -> None:
    ask(cast.theatre, cast.erin)
    closing.close(cast.erin, now=make.NOW)
    assert waiting(cast.theatre) == []
    assert beat(FIRST) == []
    assert smtp.mails == []
