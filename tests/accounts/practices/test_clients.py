"""A practice's access to an organization: offered, begun, changed, ended, and everybody told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client as Browser
from django.utils import formats, timezone

from accounts import tokens
from accounts.models import Client, Organization, PracticeLink, Role, User
from accounts.practices import links
from accounts.tenancy import scope
from accounts.tokens import Wish
from coaching import practice_digest
from tests import make
from tests.accounts.practices.firm import browser, person, post_out, practice_of

pytestmark = pytest.mark.django_db
INVITE = "/o/theatre/settings/practices/invite/"
PAGE = "/o/theatre/settings/practices/"


@pytest.fixture(autouse=True)
def _no_worker(settings: Any) -> None:
    settings.CELERY_BROKER_URL = "memory://"


def trail(organization: Organization) -> list[str]:
    with scope([organization.pk]):
        return [event.action for event in organization.auditevents.order_by("pk")]


def link_path(link: PracticeLink) -> str:
    return "/" + links.copied_url(link).split("/", 3)[3]


def test_an_owner_invites_a_practice_by_its_address_and_it_says_yes(mailoutbox: list[EmailMessage]) -> None:
    cast = make.cast()
    carol = make.consultant()
    answer = browser(cast.alice).post(INVITE, {"practice": "carol-co", "role": "editor", "until": ""})
    assert answer["Location"] == PAGE
    post_out()
    assert [mail.to for mail in mailoutbox] == [["carol@example.org"]]
    # Nothing begins, and no page wears the practice's name, before it has said yes.
    assert browser(carol).get("/o/theatre/").status_code == 404
    link = PracticeLink.objects.get()
    page = browser(carol).get("/practices/carol-co/")
    assert "Gull Theatre" in page.content.decode()
    browser(carol).post(f"/practices/carol-co/links/{link.pk}/answer/", {"what": "accept"})
    assert browser(carol).get("/o/theatre/").status_code == 200
    post_out()
    told = {mail.to[0]: mail for mail in mailoutbox[1:]}
    assert set(told) == {"alice@example.org", "carol@example.org"}
    assert "Carol & Co has access to Gull Theatre as Editor" in told["alice@example.org"].body
    assert trail(cast.theatre) == ["practice_invited", "practice_access_started"]
    seen = browser(cast.bob).get(PAGE).content.decode()
    assert "Carol &amp; Co" in seen
    assert "until you end it" in seen
    assert "End it now" not in seen


def test_an_owner_sends_a_link_to_whichever_practice(mailoutbox: list[EmailMessage]) -> None:
    cast = make.cast()
    carol = make.consultant()
    day = timezone.localdate() + timedelta(days=30)
    browser(cast.alice).post(INVITE, {"practice": "", "role": "viewer", "until": day.isoformat()})
    path = link_path(PracticeLink.objects.get())
    assert path in browser(cast.alice).get(PAGE).content.decode()
    assert path not in browser(cast.bob).get(PAGE).content.decode()
    dave = browser(cast.dave)
    assert "Set one up" in dave.get(path).content.decode()
    assert dave.post(path, {"practice": "carol-co"}).status_code == 422
    assert browser(carol).post(path, {"practice": "carol-co"})["Location"] == "/clients/"
    access = Client.objects.get()
    assert (access.role, access.last_day) == (Role.VIEWER, day)
    assert browser(carol).post(path, {"practice": "carol-co"})["Location"] == "/clients/"
    assert Client.objects.count() == 1


def test_what_cannot_be_is_said_and_nothing_typed_is_lost() -> None:
    cast = make.cast()
    make.consultant(cast.theatre)
    alice = browser(cast.alice)
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    for typed, said in (
        ({"practice": "nobody-there", "role": "editor"}, "No practice has this address"),
        ({"practice": "carol-co", "role": "editor"}, "has access already"),
        ({"practice": "", "role": "owner"}, "Choose “Role” from the list."),
        ({"practice": "", "role": "editor", "until": yesterday}, "today or a later day"),
        ({"practice": "", "role": "editor", "until": "31.31.2026"}, "Write a day in “Until the end of”"),
    ):
        answer = alice.post(INVITE, typed)
        assert answer.status_code == 422, typed
        assert said in answer.content.decode()
        assert typed["practice"] in answer.content.decode()
    assert not PracticeLink.objects.exists()


def test_only_members_who_own_let_practices_in() -> None:
    cast = make.cast()
    carol = make.consultant(cast.theatre, role=Role.OWNER)
    access = Client.objects.get()
    for user in (cast.erin, cast.bob, carol):
        client = browser(user)
        assert client.get(PAGE).status_code == 200
        assert client.post(INVITE, {"practice": "", "role": "editor"}).status_code == 403
        assert client.post(f"{PAGE}{access.pk}/", {"what": "end"}).status_code == 403
        assert client.post(f"{PAGE}links/1/take-back/").status_code == 403
    access.refresh_from_db()
    assert access.ends_at is None
    rival = make.consultant(cast.rival, name="oscar")
    other = Client.objects.get(practice=practice_of(rival))
    assert browser(cast.alice).post(f"{PAGE}{other.pk}/", {"what": "end"}).status_code == 404


def test_an_invitation_is_taken_back_or_declined() -> None:
    cast = make.cast()
    carol = make.consultant()
    alice = browser(cast.alice)
    for _ in range(2):
        alice.post(INVITE, {"practice": "http://testserver/practices/carol-co/", "role": "editor"})
        link = PracticeLink.objects.get(accepted_at=None, revoked_at=None)
        if PracticeLink.objects.count() == 1:
            alice.post(f"{PAGE}links/{link.pk}/take-back/")
        else:
            browser(carol).post(f"/practices/carol-co/links/{link.pk}/answer/", {"what": "decline"})
        assert browser(carol).post(f"/practices/carol-co/links/{link.pk}/answer/").status_code == 302
    assert not Client.objects.exists()
    assert trail(cast.theatre) == [
        "practice_invited", "practice_invitation_revoked", "practice_invited", "practice_declined",
    ]  # fmt: skip


def ended_everywhere(carol: User, secret: str, client: Browser) -> dict[str, bool]:
    """Whether carol is out: pages, fragments that ask by themselves, programs, mails."""
    api = Browser()
    bearer = {"Authorization": f"Bearer {secret}"}
    told = practice_digest.clients(practice_of(carol), now=timezone.now())
    return {
        "page": client.get("/o/theatre/").status_code == 404,
        "fragment": client.get("/o/theatre/imports/1/progress/", HTTP_HX_REQUEST="true").status_code == 404,
        "api": api.get("/api/v1/organizations/theatre", headers=bearer).status_code == 404,
        "mail": told == (),
        "table": "Gull Theatre" not in client.get("/clients/").content.decode(),
        "look": client.get("/o/theatre/notes/").status_code == 404,
    }


def test_ended_access_is_over_everywhere_with_the_next_request(mailoutbox: list[EmailMessage]) -> None:
    cast = make.cast()
    carol = make.consultant(cast.theatre)
    client, access = browser(carol), Client.objects.get()
    secret = tokens.issue_personal(carol, Wish("sheet"), now=timezone.now()).secret
    before = ended_everywhere(carol, secret, client)
    assert not any(before[what] for what in ("page", "api", "mail", "table", "look"))
    browser(cast.alice).post(f"{PAGE}{access.pk}/", {"what": "end"})
    assert all(ended_everywhere(carol, secret, client).values())
    browser(cast.alice).post(f"{PAGE}{access.pk}/", {"what": "end"})
    post_out()
    assert [mail.subject for mail in mailoutbox] == ["Carol & Co no longer looks after Gull Theatre"] * 2
    assert trail(cast.theatre)[-1] == "practice_access_ended"
    # Changing what is over does not bring it back.
    browser(cast.alice).post(f"{PAGE}{access.pk}/", {"role": "editor", "until": ""})
    assert client.get("/o/theatre/").status_code == 404


def test_role_and_end_are_changed_from_the_next_request_on(mailoutbox: list[EmailMessage]) -> None:
    cast = make.cast()
    carol = make.consultant(cast.theatre)
    access = Client.objects.get()
    day = timezone.localdate()
    form = {"role": "viewer", "until": day.isoformat()}
    for _ in range(2):  # a second press changes nothing and mails nobody
        browser(cast.alice).post(f"{PAGE}{access.pk}/", form)
    access.refresh_from_db()
    assert access.role == Role.VIEWER
    assert access.last_day == day
    assert browser(carol).post("/o/theatre/connect/x/").status_code == 403
    post_out()
    assert len(mailoutbox) == 2
    assert f"as Viewer. It lasts until the end of {formats.date_format(day)}." in mailoutbox[0].body
    assert trail(cast.theatre) == ["practice_access_changed"]


def test_a_practice_ends_its_own_access_and_the_owner_is_told(mailoutbox: list[EmailMessage]) -> None:
    cast = make.cast()
    carol = make.consultant(cast.theatre)
    access = Client.objects.get()
    stranger = make.consultant(name="oscar")
    assert browser(stranger).post(f"/practices/carol-co/clients/{access.pk}/end/").status_code == 404
    assert browser(stranger).post(f"/practices/oscar-co/clients/{access.pk}/end/").status_code == 404
    browser(carol).post(f"/practices/carol-co/clients/{access.pk}/end/")
    assert browser(carol).get("/o/theatre/").status_code == 404
    post_out()
    assert "alice@example.org" in {mail.to[0] for mail in mailoutbox}
    with scope([cast.theatre.pk]):
        event = cast.theatre.auditevents.get()
        assert (event.actor_id, event.practice_id) == (carol.pk, practice_of(carol).pk)


def test_a_later_access_is_not_run_into() -> None:
    cast = make.cast()
    carol = make.consultant(cast.theatre, ends_at=timezone.now() + timedelta(days=3))
    first = Client.objects.get()
    later = timezone.now() + timedelta(days=10)
    Client.objects.create(
        practice=practice_of(carol), organization=cast.theatre, role="viewer", starts_at=later
    )
    browser(cast.alice).post(f"{PAGE}{first.pk}/", {"role": "editor", "until": ""})
    first.refresh_from_db()
    assert first.ends_at is not None
    soon = (timezone.localdate() + timedelta(days=5)).isoformat()
    browser(cast.alice).post(f"{PAGE}{first.pk}/", {"role": "editor", "until": soon})
    first.refresh_from_db()
    assert first.last_day is not None
    assert first.last_day.isoformat() == soon


def test_a_consultant_of_the_practice_answers_for_it_nobody_else() -> None:
    cast = make.cast()
    make.consultant()
    tess = person("tess")
    browser(cast.alice).post(INVITE, {"practice": "carol-co", "role": "editor"})
    offered = PracticeLink.objects.get()
    assert browser(tess).post(f"/practices/carol-co/links/{offered.pk}/answer/").status_code == 404
    other = make.consultant(name="oscar")
    assert browser(other).post(f"/practices/oscar-co/links/{offered.pk}/answer/").status_code == 404
    assert browser(other).post(link_path(offered), {"practice": "oscar-co"}).status_code == 422
    assert not Client.objects.exists()
