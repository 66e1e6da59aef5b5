"""Papers for boards, of one organization or of all clients of a practice."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Client, Organization, Practice, User
from accounts.tenancy import scope
from coaching.period_figures import Period
from coaching.report_cards import (
    card,
    colours,
    measuring,
)
from tests import make
from tests.coaching.report_cards.stage import browser, fortnight

pytestmark = pytest.mark.django_db


def test_only_owners_publish_and_all_members_take_the_paper(cast: make.Cast) -> None:
    asked = {**fortnight(cast.theatre), "days": "90", "thing": ""}
    for user in (cast.bob, cast.erin):
        made = browser(user).get(reverse("coaching:report_card_paper", args=["theatre"]), asked)
        assert made["Content-Type"] == "application/pdf"
        assert made.content.startswith(b"%PDF-")
        assert (
            browser(user).get(reverse("coaching:report_card_preview", args=["theatre"]), asked).status_code
            == 200
        )
        assert (
            browser(user).post(reverse("coaching:report_card_publish", args=["theatre"]), asked).status_code
            == 403
        )
    with scope([cast.theatre.pk]):
        assert cast.theatre.auditevents.filter(action="report_card_paper").count() == 2


def test_consultants_take_papers_of_all_clients_in_their_own_dress(cast: make.Cast) -> None:
    carol = User.objects.get(email="carol@example.org")
    Practice.objects.update(brand_name="Carol Cares", colour="#123456")
    Client.objects.create(
        practice=carol.practices.get(), organization=cast.rival, role="viewer",
        starts_at=timezone.now() - timedelta(days=1),
    )  # fmt: skip
    asked = {**fortnight(cast.theatre), "practice": "carol-co"}
    answer: Any = browser(carol).get(reverse("coaching:client_papers"), asked)
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as whole:
        assert [name.split("-")[0] for name in whole.namelist()] == ["theatre", "rival"]
        assert all(whole.read(name).startswith(b"%PDF-") for name in whole.namelist())
    with scope([cast.theatre.pk, cast.rival.pk]):
        for organization in (cast.theatre, cast.rival):
            event = organization.auditevents.get(action="report_card_paper")
            assert event.practice_id == carol.practices.get().pk
    with scope([cast.theatre.pk]):
        content = measuring.measure(
            cast.theatre, Period(date(2026, 5, 1), date(2026, 5, 31)), now=timezone.now()
        )
        period = Period(date(2026, 5, 1), date(2026, 5, 31))
        seen = card.drafted(cast.theatre, period, content, now=timezone.now())
    assert seen.brand
    assert (seen.brand.name, colours.accent(seen.brand)) == ("Carol Cares", "#123456")
    Practice.objects.update(colour="#ffee00")
    assert browser(carol).get(reverse("coaching:all_client_papers")).status_code == 200
    assert browser(cast.alice).get(reverse("coaching:all_client_papers")).status_code == 404
    assert browser(cast.dave).get(reverse("coaching:client_papers"), asked).status_code == 404
    assert browser(carol).get(reverse("coaching:client_papers"), {"practice": "carol-co"}).status_code == 422
    assert browser().get(reverse("coaching:client_papers")).status_code == 302


def clients_of(carol: User, *organizations: Organization) -> None:
    """Carol's practice looks after these, too."""
    for organization in organizations:
        Client.objects.create(
            practice=carol.practices.get(), organization=organization, role="viewer",
            starts_at=timezone.now() - timedelta(days=1),
        )  # fmt: skip


def asked_by(carol: User, cast: make.Cast) -> Any:
    wanted = {**fortnight(cast.theatre), "practice": "carol-co"}
    answer: Any = browser(carol).get(reverse("coaching:client_papers"), wanted)
    return iter(answer.streaming_content)


def unpacked(parts: bytes) -> dict[str, bytes]:
    """The files, by the organization that they are about."""
    with zipfile.ZipFile(io.BytesIO(parts)) as whole:
        assert whole.testzip() is None
        return {name.split("-20")[0]: whole.read(name) for name in whole.namelist()}


def test_whose_access_ends_while_the_file_is_sent_is_left_out_and_named(cast: make.Cast) -> None:
    carol = User.objects.get(email="carol@example.org")
    clients_of(carol, cast.rival)
    parts = asked_by(carol, cast)
    first = next(parts)  # the theatre's paper is on its way
    Client.objects.filter(organization=cast.rival).update(ends_at=timezone.now())
    files = unpacked(first + b"".join(parts))
    assert list(files) == ["theatre", "left-out.txt"]
    assert files["theatre"].startswith(b"%PDF-")
    said = files["left-out.txt"].decode()
    assert f"{cast.rival.name}: your access to it has ended." in said.splitlines()
    with scope([cast.rival.pk]):
        assert not cast.rival.auditevents.filter(action="report_card_paper").exists()


def test_who_leaves_the_practice_while_the_file_is_sent_gets_no_more_of_it(cast: make.Cast) -> None:
    carol = User.objects.get(email="carol@example.org")
    clients_of(carol, cast.rival)
    parts = asked_by(carol, cast)
    first = next(parts)
    carol.consultancies.all().delete()
    assert list(unpacked(first + b"".join(parts))) == ["theatre", "left-out.txt"]


def test_a_client_whose_paper_cannot_be_made_costs_the_others_nothing(
    cast: make.Cast, caplog: pytest.LogCaptureFixture
) -> None:
    carol = User.objects.get(email="carol@example.org")
    clients_of(carol, cast.rival)
    Organization.objects.filter(pk=cast.theatre.pk).update(timezone="Atlantis/Harbour")
    files = unpacked(b"".join(asked_by(carol, cast)))
    assert list(files) == ["rival", "left-out.txt"]
    assert files["rival"].startswith(b"%PDF-")
    assert "Gull Theatre: its paper could not be made." in files["left-out.txt"].decode()
    assert f"No paper could be made of organization {cast.theatre.pk}." in caplog.text
    assert "Atlantis" in caplog.text  # whoever runs it reads why
    with scope([cast.theatre.pk, cast.rival.pk]):
        assert not cast.theatre.auditevents.filter(action="report_card_paper").exists()
        assert cast.rival.auditevents.filter(action="report_card_paper").exists()


def test_a_file_with_everybody_in_it_says_nothing_more(cast: make.Cast) -> None:
    carol = User.objects.get(email="carol@example.org")
    assert list(unpacked(b"".join(asked_by(carol, cast)))) == ["theatre"]
