"""Who works for a practice: founding, inviting, joining, leading, leaving."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.test import Client as Browser
from django.utils import timezone

from accounts import closing
from accounts.models import Consultant, Membership, Practice, PracticeLink, User
from accounts.practices import consultants, links
from accounts.tenancy import scope
from tests import make
from tests.accounts.practices.firm import browser, link_in, person, post_out, practice_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_worker(settings: Any) -> None:
    settings.CELERY_BROKER_URL = "memory://"


def invite(carol: User, email: str, **more: Any) -> PracticeLink:
    return consultants.invite(
        practice_of(carol), email, leads=more.get("leads", False), by=carol, now=timezone.now()
    )


def test_whoever_founds_a_practice_leads_it_and_strangers_see_nothing() -> None:
    cast = make.cast()
    answer = browser(cast.dave).post("/practices/new/", {"name": "Dave & Sons", "timezone": "Europe/Paris"})
    assert answer["Location"] == "/practices/dave-sons/"
    page = browser(cast.dave).get("/practices/dave-sons/")
    assert page.status_code == 200
    assert "leads the practice" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    for path in ("", "look/", "look.css", "logo.png", "leave/", "clients/new/"):
        assert browser(cast.alice).get(f"/practices/dave-sons/{path}").status_code == 404, path
    assert browser(cast.alice).post("/practices/new/", {"name": "", "timezone": "x"}).status_code == 422


def test_names_that_are_taken_or_ours_get_another_address() -> None:
    make.cast()
    carol = make.consultant()
    found = [
        consultants.found(name=name, timezone="Europe/London", by=carol, now=make.NOW).slug
        for name in ("Carol & Co", "New", "Links", "???", "carol co")
    ]
    assert found == ["carol-co-2", "new-2", "links-2", "practice", "carol-co-3"]


def test_a_mailed_invitation_is_accepted_with_a_new_account(mailoutbox: list[EmailMessage]) -> None:
    carol = make.consultant()
    answer = browser(carol).post("/practices/carol-co/consultants/invite/", {"email": "Tess@Example.org"})
    assert answer.status_code == 302
    post_out()
    [mail] = mailoutbox
    assert mail.to == ["tess@example.org"]
    tess = Browser()
    path = link_in(mail)
    assert "Work for Carol" in tess.get(path).content.decode()
    signup = tess.post(path, {"what": "signup"})["Location"]
    assert 'value="tess@example.org"' in tess.get(signup).content.decode()
    done = tess.post(signup, {"email": "tess@example.org", "password1": make.PASSWORD}, follow=True)
    assert done.redirect_chain[-1][0] == "/practices/carol-co/"
    joined = Consultant.objects.get(user__email="tess@example.org")
    assert not joined.leads
    assert EmailAddress.objects.get(user=joined.user).verified  # the mail proved it
    assert tess.get(path)["Location"] == "/clients/"
    assert browser(person("mallory")).get(path).status_code == 410


def test_an_invitation_is_for_its_address_alone(mailoutbox: list[EmailMessage]) -> None:
    carol = make.consultant()
    link = invite(carol, "tess@example.org")
    post_out()
    by_mail, copied = link_in(mailoutbox[0]), "/" + links.copied_url(link).split("/", 3)[3]
    mallory, tess = browser(person("mallory")), person("tess", verified=False)
    for path in (by_mail, copied):
        assert "you are logged in as mallory@example.org" in mallory.get(path).content.decode()
        assert mallory.post(path).status_code == 422
    # The copied link proves nothing about an address that was never confirmed.
    assert browser(tess).post(copied).status_code == 422
    assert browser(tess).post(by_mail).status_code == 302
    assert Consultant.objects.filter(practice__slug="carol-co").count() == 2


def test_links_run_out_are_sent_again_and_taken_back(mailoutbox: list[EmailMessage]) -> None:
    carol, now = make.consultant(), timezone.now()
    link = invite(carol, "tess@example.org")
    tess, leader = browser(person("tess")), browser(carol)
    first = "/" + links.copied_url(link).split("/", 3)[3]
    PracticeLink.objects.update(expires_at=now - timedelta(seconds=1), created_at=now - timedelta(days=7))
    assert "run out" in tess.get(first).content.decode()
    assert tess.post(first).status_code == 410
    leader.post(f"/practices/carol-co/links/{link.pk}/again/")
    link.refresh_from_db()
    fresh = "/" + links.copied_url(link).split("/", 3)[3]
    assert tess.get(first).status_code == 404
    assert tess.get(fresh).status_code == 200
    leader.post(f"/practices/carol-co/links/{link.pk}/revoke/")
    assert "taken back" in tess.post(fresh).content.decode()
    post_out()
    assert mailoutbox == []  # what was taken back is not sent
    link.refresh_from_db()
    with pytest.raises(ValidationError):
        links.renew(link, now=now + timedelta(hours=1))
    assert tess.get("/practices/links/nonsense/").status_code == 404


def test_addresses_of_links_long_over_are_forgotten() -> None:
    carol, now = make.consultant(), timezone.now()
    invite(carol, "tess@example.org")
    wanted = {"name": "Harbour Museum", "timezone": "Europe/London", "role": "editor"}
    browser(carol).post("/practices/carol-co/clients/new/", {**wanted, "email": "rosa@example.org"})
    links.drop_old(now + timedelta(days=36))
    assert set(PracticeLink.objects.values_list("email", flat=True)) == {
        "tess@example.org",
        "rosa@example.org",
    }
    links.drop_old(now + timedelta(days=38))
    [kept] = PracticeLink.objects.all()
    assert (kept.kind, kept.email) == ("handover", "")
    assert browser(carol).get("/practices/carol-co/").status_code == 200


def test_whoever_is_there_or_invited_is_not_invited_again() -> None:
    carol = make.consultant()
    for email, said in (
        ("carol@example.org", "work for this"),
        ("tess@example.org", ""),
        ("TESS@example.org", "invited"),
    ):
        page = browser(carol).post("/practices/carol-co/consultants/invite/", {"email": email})
        assert page.status_code == (422 if said else 302)
        assert said in page.content.decode()
    page = browser(carol).post("/practices/carol-co/consultants/invite/", {"email": "not an address"})
    assert page.status_code == 422
    assert "not an address" in page.content.decode()


def test_only_those_who_lead_manage_people_and_look() -> None:
    carol, tess = make.consultant(), person("tess")
    practice = practice_of(carol)
    mine = Consultant.objects.create(practice=practice, user=tess)
    theirs = practice.consultants.get(user=carol)
    link = invite(carol, "kim@example.org")
    follower = browser(tess)
    for path in ("consultants/invite/", f"consultants/{theirs.pk}/", "look/"):
        assert follower.post(f"/practices/carol-co/{path}", {"what": "remove"}).status_code == 403, path
    assert follower.post(f"/practices/carol-co/links/{link.pk}/revoke/").status_code == 404
    browser(carol).post(f"/practices/carol-co/consultants/{mine.pk}/", {"what": "lead"})
    assert follower.get("/practices/carol-co/look/").status_code == 200
    elsewhere = make.consultant(name="oscar")
    other = Consultant.objects.get(user=elsewhere)
    assert browser(carol).post(f"/practices/carol-co/consultants/{other.pk}/").status_code == 404


def test_a_removed_consultant_is_out_with_the_next_request_and_the_trail_says_so() -> None:
    cast = make.cast()
    carol, tess = make.consultant(cast.theatre), person("tess")
    one = Consultant.objects.create(practice=practice_of(carol), user=tess)
    client = browser(tess)
    assert client.get("/o/theatre/").status_code == 200
    browser(carol).post(f"/practices/carol-co/consultants/{one.pk}/", {"what": "remove"})
    assert client.get("/o/theatre/").status_code == 404
    assert client.get("/practices/carol-co/").status_code == 404
    with scope([cast.theatre.pk]):
        [event] = cast.theatre.auditevents.all()
        assert (event.action, event.target, event.actor_id) == ("consultant_left", str(tess.pk), carol.pk)


@pytest.mark.parametrize("what", ["remove", "follow"])
def test_what_somebody_offered_who_led_the_practice_ends_with_that(what: str) -> None:
    carol, tess = make.consultant(), person("tess")
    one = Consultant.objects.create(practice=practice_of(carol), user=tess, leads=True)
    twin = person("twin")
    browser(tess).post("/practices/carol-co/consultants/invite/", {"email": twin.email, "leads": "on"})
    wanted = {"name": "Harbour Museum", "timezone": "Europe/London", "role": "editor"}
    browser(tess).post("/practices/carol-co/clients/new/", wanted)
    place, client = PracticeLink.objects.order_by("pk")
    browser(carol).post(f"/practices/carol-co/consultants/{one.pk}/", {"what": what})
    way = "/" + links.copied_url(place).split("/", 3)[3]
    assert browser(twin).post(way).status_code == 410
    assert not Consultant.objects.filter(user=twin).exists()
    handover = "/" + links.copied_url(client).split("/", 3)[3]
    assert browser(twin).get(handover).status_code == (410 if what == "remove" else 200)


@pytest.mark.parametrize("way", ["removed", "leaves", "deletes the account"])
def test_a_link_for_a_client_is_not_taken_by_who_has_left(way: str, mailoutbox: list[EmailMessage]) -> None:
    carol, tess = make.consultant(), person("tess")
    one = Consultant.objects.create(practice=practice_of(carol), user=tess)
    wanted = {"name": "Harbour Museum", "timezone": "Europe/London", "role": "editor"}
    browser(carol).post("/practices/carol-co/clients/new/", wanted)
    browser(carol).post("/practices/carol-co/clients/new/", {**wanted, "email": "rosa@example.org"})
    post_out()
    plain, mailed = PracticeLink.objects.order_by("pk")
    known = ["/" + links.copied_url(link).split("/", 3)[3] for link in (plain, mailed)]
    assert all(path in browser(tess).get("/practices/carol-co/").content.decode() for path in known)
    if way == "removed":
        page = browser(carol).post(
            f"/practices/carol-co/consultants/{one.pk}/", {"what": "remove"}, follow=True
        )
        assert "2 links to hand over an organization have ended" in page.content.decode()
    elif way == "leaves":
        browser(tess).post("/practices/carol-co/leave/")
    else:
        closing.close(tess, now=timezone.now())

    twin = browser(person("twin"))
    assert [twin.post(path).status_code for path in known] == [404, 404]
    plain.refresh_from_db()
    fresh = "/" + links.copied_url(plain).split("/", 3)[3]
    shown = browser(carol).get("/practices/carol-co/").content.decode()
    assert fresh in shown
    assert "The link in the mail works." in shown
    assert browser(person("ruth")).post(fresh).status_code == 302
    # What was mailed to the client is theirs alone, and still lets them in.
    [offered] = [mail for mail in mailoutbox if mail.to == ["rosa@example.org"]]
    assert browser(person("rosa")).post(link_in(offered)).status_code == 302
    owners = set(Membership.objects.values_list("user__email", flat=True))
    assert owners == {"ruth@example.org", "rosa@example.org"}


def test_the_last_who_leads_stays_until_somebody_else_does() -> None:
    cast = make.cast()
    carol, tess = make.consultant(cast.theatre), person("tess")
    practice = practice_of(carol)
    other = Consultant.objects.create(practice=practice, user=tess)
    leader = browser(carol)
    answer = leader.post("/practices/carol-co/leave/")
    assert answer.status_code == 422
    assert "Let somebody else lead" in answer.content.decode()
    mine = practice.consultants.get(user=carol)
    leader.post(f"/practices/carol-co/consultants/{mine.pk}/", {"what": "follow"})
    assert practice.consultants.get(user=carol).leads
    leader.post(f"/practices/carol-co/consultants/{other.pk}/", {"what": "lead"})
    assert leader.post("/practices/carol-co/leave/").status_code == 302
    assert [one.user for one in practice.consultants.all()] == [tess]
    # The last of all may go once nobody is looked after.
    assert browser(tess).post("/practices/carol-co/leave/").status_code == 422
    practice.clients.update(ends_at=timezone.now())
    assert browser(tess).post("/practices/carol-co/leave/").status_code == 302
    assert not Practice.objects.get(pk=practice.pk).consultants.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_lead_and_leave_at_once_do_not_leave_nobody() -> None:
    cast = make.cast()
    carol, tess = make.consultant(cast.theatre), person("tess")
    practice = practice_of(carol)
    Consultant.objects.create(practice=practice, user=tess, leads=True)
    refused: list[str] = []

    def go(user: User) -> None:
        try:
            mine = practice.consultants.get(user=user)
            consultants.remove(practice, mine.pk, by=user, now=timezone.now())
        except ValidationError as wrong:
            refused.append(wrong.messages[0])
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=[user]) for user in (carol, tess)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert practice.consultants.filter(leads=True).count() == 1
    assert len(refused) == 1


@pytest.mark.django_db(transaction=True)
def test_two_accept_one_link_at_once_and_one_wins() -> None:
    cast = make.cast()
    carol = make.consultant()
    offer = {"practice": practice_of(carol), "organization": cast.rival, "role": "editor"}
    link = links.make(kind="handover", **offer, by=carol, now=timezone.now())
    won: list[int] = []

    def go() -> None:
        try:
            with transaction.atomic():
                links.use(links.claim(link, now=timezone.now()), by=carol, now=timezone.now())
            won.append(1)
        except ValidationError:
            won.append(0)
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [0, 1]
