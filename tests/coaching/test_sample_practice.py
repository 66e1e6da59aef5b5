"""The sample practice: a dozen clients, each in the state that it was invented for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from accounts.models import Client, Organization, User
from accounts.tenancy import scope
from coaching import portfolio, sample, sample_practice
from coaching.networks import demo_feeds
from coaching.portfolio import Wanted
from tests import make

pytestmark = pytest.mark.django_db
LOGINS = {"staff": "staff@example.org", "consultant": "wren@example.org", "password": make.PASSWORD}
# What is to stand beside each client.
STATES = {
    "Marram Lighthouse Museum": "3 people wait for an answer, the longest for 4 days.",
    "Coppergate Cycles": "An account cannot be read until somebody reconnects or allows it.",
    "Fennel & Flint": "Better since, says the outcome of a suggestion they tried: tell them.",
    "Brackwater Rowing Club": "They talk with people less than in the twelve weeks before.",
    "Hollin Dale Food Bank": "Reading is paused.",
    "Pellow & Daughters, Bookbinders": "",
    "Ashwick Wildlife Hospital": "Waiting for the client to connect.",
    "Osier Valley Walks": "Your access ends in 9 days.",
    "Saltmarsh Choir": "1 person waits for an answer.",
    "Quill Lane Bakery": "No post for 3 weeks.",
    "Kestrel Green Homes": "Only ",
}


def test_every_client_is_in_its_state_and_loading_again_changes_nothing() -> None:
    sample.load(email="demo@example.org", password=make.PASSWORD, now=make.NOW)
    loaded = sample_practice.load(**LOGINS, now=make.NOW)
    assert loaded == {"clients": 12, "clients_read": 11}
    wren = User.objects.get(email="wren@example.org")
    with CaptureQueriesContext(database) as queries:
        page = portfolio.build(wren, Wanted(), now=make.NOW)
    assert len(queries) <= 20
    seen = {line.organization.name: line for line in page.shown}
    assert len(seen) == 12
    for name, first in STATES.items():
        reasons = seen[name].reasons
        said = any(reason.startswith(first) for reason in reasons) if first else not reasons
        assert said, (name, reasons)
    archive = seen["Tern Street Library"]
    assert archive.waiting is None
    assert any("archive that ended" in reason for reason in archive.reasons)
    staff = User.objects.get(email="staff@example.org")
    assert [place.organization.slug for place in staff.memberships.all()] == [sample.SLUG]
    # The practice does not look after the theatre.
    assert sample.SLUG not in {line.organization.slug for line in page.shown}
    later = make.NOW + timedelta(hours=3)
    assert sample_practice.load(**LOGINS, now=later)["clients"] == 12
    again = portfolio.build(wren, Wanted(), now=later)
    assert {line.organization.name for line in again.shown} == set(seen)
    assert again.waiting == page.waiting
    assert Organization.objects.count() == 13
    assert Client.objects.count() == 12


def test_a_week_later_it_is_read_anew_and_alive() -> None:
    sample.load(email="demo@example.org", password=make.PASSWORD, now=make.NOW)
    sample_practice.load(**LOGINS, now=make.NOW)
    later = make.NOW + timedelta(days=20)
    sample_practice.load(**LOGINS, now=later)
    wren = User.objects.get(email="wren@example.org")
    seen = {line.organization.name: line for line in portfolio.build(wren, Wanted(), now=later).shown}
    assert len(seen) == 12
    assert seen["Marram Lighthouse Museum"].waiting == 3
    assert seen["Ashwick Wildlife Hospital"].reasons == ("Waiting for the client to connect.",)


@pytest.mark.parametrize("handle", demo_feeds.BY_HANDLE)
def test_feeds_are_drawn_the_same_each_time_and_nobody_waits_who_should_not(handle: str) -> None:
    first, second = (list(demo_feeds.items(handle, make.NOW)) for _ in range(2))
    assert first == second
    assert len({item.external_id for item in first}) == len(first)
    assert all(item.created_at <= make.NOW for item in first)
    answered = {getattr(item, "parent_id", None) for item in first}
    waiting = [item for item in first if hasattr(item, "author") and item.external_id not in answered]
    assert len(waiting) == len(demo_feeds.BY_HANDLE[handle].waiting)


def test_a_stranger_sees_none_of_it() -> None:
    cast = make.cast()
    sample.load(email="demo@example.org", password=make.PASSWORD, now=make.NOW)
    sample_practice.load(**LOGINS, now=make.NOW)
    assert portfolio.build(cast.dave, Wanted(), now=make.NOW).shown == ()
    with scope([cast.theatre.pk]):
        assert not cast.theatre.connections.exists()
