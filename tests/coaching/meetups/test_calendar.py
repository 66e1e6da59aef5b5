"""Calendar files and the feed, read by another library than the one that wrote them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import vobject
from django.test import Client
from icalendar import Calendar

from accounts.tenancy import scope
from coaching.meetups import calendar, calendar_address, links, planning
from coaching.models import Meetup
from tests import make
from tests.coaching.meetups import stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> make.Cast:
    """The theatre and its people."""
    return make.cast()


def read(made: bytes) -> Any:
    """The file as a second library understands it."""
    assert all(len(line) <= 75 for line in made.split(b"\r\n"))
    return vobject.readOne(made.decode())


def test_a_second_library_reads_the_same_moments(cast: make.Cast) -> None:
    # The evening before the clocks go back until the night after: the end is by winter time.
    pint = stage.public(
        cast.theatre,
        by=cast.alice,
        starts_at=datetime(2026, 10, 24, 18, 30, tzinfo=UTC),
        ends_at=datetime(2026, 10, 25, 20, 0, tzinfo=UTC),
        about="First line\nsecond; with, signs\\ and \U0001f3ad " + "long words " * 20,
    )
    event = read(calendar.file(pint)).vevent
    assert event.dtstart.value.astimezone(UTC) == pint.starts_at
    assert event.dtend.value.astimezone(UTC) == pint.ends_at
    assert event.dtstart.value.hour == 19
    assert event.dtend.value.hour == 20
    assert b"DTSTART;TZID=Europe/London:20261024T193000" in calendar.file(pint)
    assert event.summary.value == "A pint after the show"
    assert event.location.value == "Gull Theatre, foyer, 1 Lane End"
    assert "second; with, signs\\ and \U0001f3ad" in event.description.value
    assert event.url.value == links.public_url(pint)
    assert event.organizer.params["CN"] == ["Gull Theatre"]
    assert len(calendar.file(pint)) < 6_000


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"])
def test_the_zone_in_the_file_tells_the_right_moment_all_year(cast: make.Cast, zone: str) -> None:
    for month in (1, 4, 7, 11):
        begins = datetime(2027, month, 5, 20, 0, tzinfo=UTC)
        pint = stage.planned(
            cast.theatre, by=cast.alice, starts_at=begins, ends_at=begins + timedelta(hours=2), timezone=zone
        )
        event = read(calendar.file(stage.fresh(pint))).vevent
        assert event.dtstart.value.astimezone(UTC) == begins
        assert event.dtend.value.astimezone(UTC) == begins + timedelta(hours=2)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "Emoji \U0001f3ad " * 9,
        "a" * 74 + "é",
        "ट" * 60,
        "a;b, c\\d\r\nEND:VEVENT\nBEGIN:VALARM",
        '"x": y=z',
    ],
)
def test_every_line_is_as_the_standard_wants(cast: make.Cast, words: str) -> None:
    pint = stage.planned(cast.theatre, by=cast.alice, about=words * 3, place=words, timezone="Europe/Berlin")
    made = calendar.file(stage.fresh(pint))
    assert made.endswith(b"END:VCALENDAR\r\n")
    folded = made.split(b"\r\n")
    for line in folded:
        assert len(line) <= 75
        assert not {10, 13} & set(line)  # breaks come in pairs
        line.decode()  # no letter is cut in two
    lines = made.decode().replace("\r\n ", "").splitlines()
    names = [re.split("[;:]", line, maxsplit=1)[0] for line in lines]
    for once in (
        "VERSION",
        "PRODID",
        "METHOD",
        "UID",
        "DTSTAMP",
        "SEQUENCE",
        "STATUS",
        "ORGANIZER",
        "SUMMARY",
    ):
        assert names.count(once) == 1, once
    assert [line for line in lines if line.startswith("BEGIN:V")] == [
        "BEGIN:VCALENDAR", "BEGIN:VTIMEZONE", "BEGIN:VEVENT",
    ]  # fmt: skip
    assert f"DTSTAMP:{make.NOW:%Y%m%dT%H%M%SZ}" in lines
    [zone] = [line for line in lines if line.startswith("TZID:")]
    times = [line for line in lines if re.match("DT(START|END);", line)]
    assert [line.partition(":")[0] for line in times] == [
        f"DTSTART;TZID={zone[5:]}", f"DTEND;TZID={zone[5:]}",
    ]  # fmt: skip


def test_changes_keep_the_uid_and_count_up_and_a_cancellation_takes_it_out(cast: make.Cast) -> None:
    pint = stage.public(cast.theatre, by=cast.alice)
    first = read(calendar.file(pint)).vevent
    with scope([cast.theatre.pk]):
        later = replace(stage.PLAN, ends_at=stage.PLAN.ends_at + timedelta(hours=1))
        planning.change(pint, later, by=cast.alice, now=make.NOW)
        changed = read(calendar.file(stage.fresh(pint))).vevent
        planning.call_off(pint, by=cast.alice, now=make.NOW)
        cancelled = read(calendar.file(stage.fresh(pint)))
    assert first.uid.value == changed.uid.value == cancelled.vevent.uid.value
    numbers = [int(event.sequence.value) for event in (first, changed, cancelled.vevent)]
    assert numbers == [0, 1, 2]
    assert [event.status.value for event in (first, changed, cancelled.vevent)] == [
        "CONFIRMED", "CONFIRMED", "CANCELLED",
    ]  # fmt: skip
    assert cancelled.method.value == "CANCEL"


def test_the_feed_holds_public_and_cancelled_meetups_of_one_organization(cast: make.Cast) -> None:
    stage.planned(cast.theatre, by=cast.alice, title="Still secret")
    stage.public(cast.rival, by=cast.dave, title="Somebody else's")
    gone = stage.public(cast.theatre, by=cast.alice, title="Called off")
    stage.public(cast.theatre, by=cast.alice, title="Far away", timezone="Asia/Tokyo")
    old = stage.public(cast.theatre, by=cast.alice, title="Long ago")
    with scope([cast.theatre.pk]):
        planning.call_off(gone, by=cast.alice, now=make.NOW)
        for meetup, years in ((gone, 0), (old, 2)):
            Meetup.across_organizations.filter(pk=meetup.pk).update(
                starts_at=datetime(2026 - years, 10, 16, 18, tzinfo=UTC),
                ends_at=datetime(2026 - years, 10, 16, 20, tzinfo=UTC),
            )
        address = calendar_address.url(cast.theatre)
    answer = Client().get(stage.path(address))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    feed = Calendar.from_ical(answer.content)
    assert {str(event["SUMMARY"]): str(event["STATUS"]) for event in feed.walk("VEVENT")} == {
        "Called off": "CANCELLED",
        "Far away": "CONFIRMED",
    }
    assert {str(zone["TZID"]) for zone in feed.walk("VTIMEZONE")} == {"Europe/London", "Asia/Tokyo"}
    assert len(list(vobject.readOne(answer.content.decode()).vevent_list)) == 2


def test_a_new_address_ends_the_old_one_at_once(cast: make.Cast) -> None:
    stage.public(cast.theatre, by=cast.alice)
    guest, erin, bob = Client(), Client(), Client()
    erin.force_login(cast.erin)
    bob.force_login(cast.bob)

    def address() -> str:
        with scope([cast.theatre.pk]):
            return stage.path(calendar_address.url(cast.theatre))

    known, rivals = [address()], stage.path(calendar_address.url(cast.rival))
    page = erin.get("/o/theatre/meetups/").content.decode()
    assert "Yes, make a new one" in page  # asked once more before it is done
    assert "Yes, make a new one" not in bob.get("/o/theatre/meetups/").content.decode()
    assert bob.post("/o/theatre/meetups/calendar/").status_code == 403
    assert guest.get(known[0]).status_code == 200
    for _ in range(2):
        answer = erin.post("/o/theatre/meetups/calendar/", follow=True)
        assert "The calendar has a new address." in answer.content.decode()
        known.append(address())
        assert known[-1] in answer.content.decode()
    assert len(set(known)) == 3
    assert [guest.get(path).status_code for path in known] == [404, 404, 200]
    assert guest.get(rivals).status_code == 200
    # Nobody counts up by themselves, and a word for one thing opens no other.
    assert guest.get(known[1].replace("-1.", "-2.")).status_code == 404
    with scope([cast.theatre.pk]):
        recorded = cast.theatre.auditevents.filter(action="meetup_calendar_renewed", actor_id=cast.erin.pk)
        assert recorded.count() == 2


def test_an_organization_without_meetups_has_an_empty_calendar(cast: make.Cast) -> None:
    answer = Client().get(stage.path(calendar_address.url(cast.theatre)))
    assert answer.status_code == 200
    assert b"BEGIN:VCALENDAR" in answer.content
