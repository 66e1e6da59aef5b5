"""Meetups and report cards go with the organization: into the file an owner takes away, and for good."""

from __future__ import annotations

import json
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from accounts.tenancy import scope
from coaching.erasing import asking as erasing
from coaching.erasing import carrying_out
from coaching.meetups import calendar_address, invitations, links
from coaching.models import Meetup, ReportCard
from coaching.period_figures import Period
from coaching.report_cards import links as card_links
from coaching.report_cards import measuring, publishing
from coaching.takeaway import asking, files, making
from tests import make
from tests.coaching.meetups import stage

pytestmark = pytest.mark.django_db
TABLES = ("meetup", "meetuptask", "meetupguest", "meetupinvite", "meetupmail", "reportcard")


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    """Files of this test alone."""
    settings.EXPORTS_DIR, settings.UPLOADS_DIR = tmp_path / "exports", tmp_path / "uploads"


@pytest.fixture
def cast() -> make.Cast:
    """The theatre and its people."""
    return make.cast()


def furnished(cast: make.Cast) -> tuple[Meetup, ReportCard]:
    """A meetup to which somebody comes who was thanked before, and a card."""
    pint = stage.public(cast.theatre, by=cast.alice)
    ana = stage.comes(pint, "ana", handle="ana_at_x", network="twitter")
    stage.ask(pint, "ben")
    period = Period(date(2026, 9, 1), date(2026, 9, 30))
    with scope([cast.theatre.pk]):
        invitations.mark_thanked(pint, ana, written=True, by=cast.alice, now=make.NOW)
        content = measuring.measure(cast.theatre, period, now=make.NOW)
        wish = publishing.Wish(period, 30)
        card = publishing.publish(cast.theatre, wish, content, by=cast.alice, now=make.NOW)
    return pint, card


def counted(organization_id: int) -> dict[str, int]:
    """Rows of the organization in each table."""
    found = {}
    with scope([organization_id]), connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(
                f"SELECT count(*) FROM coaching_{table} WHERE organization_id = %s",  # noqa: S608
                [organization_id],
            )
            found[table] = cursor.fetchone()[0]
    return found


def test_what_is_taken_away_holds_meetups_guests_and_cards(cast: make.Cast) -> None:
    pint, card = furnished(cast)
    with scope([cast.theatre.pk]):
        asking.ask(cast.theatre, by=cast.alice, now=make.NOW)
    for ids in making.due(make.NOW):
        if job := making.claim(*ids, now=make.NOW):
            making.make(job, clock=lambda: make.NOW)
    with scope([cast.theatre.pk]):
        file = files.path(cast.theatre.takeaways.get().file)
    with zipfile.ZipFile(file) as archive:
        held: dict[str, list[dict[str, Any]]] = {
            Path(name).stem: json.loads(archive.read(name))
            for name in archive.namelist()
            if name.startswith("json/")
        }
    assert [(one["title"], "token" in one) for one in held["meetups"]] == [(pint.title, False)]
    assert {one["email"] for one in held["meetupguests"]} == {"ana@example.net", "ben@example.net"}
    assert [one["id"] for one in held["reportcards"]] == [card.pk]


def test_an_erased_organization_leaves_no_meetup_no_guest_and_no_card(cast: make.Cast) -> None:
    pint, card = furnished(cast)
    theirs = stage.public(cast.rival, by=cast.dave)
    theatre, kept = cast.theatre.pk, counted(cast.rival.pk)
    pages = (
        stage.path(links.public_url(pint)),
        stage.mine(pint, "ana"),
        stage.path(calendar_address.url(cast.theatre)),
        card_links.path(card, cast.theatre.slug),
    )
    assert all(counted(theatre).values())
    with scope([theatre]):
        erasing.ask(cast.theatre, by=cast.alice, now=make.NOW)
    later = make.NOW + timedelta(days=15)
    for pk in carrying_out.due(later):
        if one := carrying_out.claim(pk, now=later):
            assert carrying_out.carry_out(one, now=later)
    assert not any(counted(theatre).values())
    assert counted(cast.rival.pk) == kept
    assert [Client().get(page).status_code for page in pages] == [404] * 4
    stage.beat(later)
    assert stage.fresh(theirs).pk == theirs.pk
