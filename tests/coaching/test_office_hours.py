"""Opening times and targets: filled in, stored, used by figures and by the coach."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from accounts.models import Organization
from accounts.tenancy import scope
from coaching import coach, opening_times, period_figures
from coaching.judgement.intervals import Median, Share
from coaching.judgement.opening import hours_between
from coaching.models import AnswerWeek, Setting, WeekRollup
from coaching.networks.contract import Surface
from coaching.setting_form import read_hours, write_hours
from tests import make

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")
PAGE = reverse("coaching:settings", args=["theatre"])


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("9:00–17:30", ((540, 1050),)),
        ("9-12, 14-18", ((540, 720), (840, 1080))),
        ("9.30 to 12 and 13:15 – 18", ((570, 720), (795, 1080))),
        ("18–2", ((1080, 1560),)),
        ("0:00–24:00", ((0, 1440),)),
        ("", ()),
    ],
)
def test_opening_times_are_read_as_people_write_them(text: str, spans: tuple[tuple[int, int], ...]) -> None:
    assert read_hours(text) == spans
    assert read_hours(write_hours(spans)) == spans


@pytest.mark.parametrize("text", ["nine to five", "9", "25–26", "9:75–10", "9–17–18", "-3–4", "9–24:30"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_hours(text)


def log_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def working(organization: Organization) -> opening_times.Working:
    with scope([organization.pk]):
        return opening_times.working(Organization.objects.get(pk=organization.pk))


def test_staff_fill_in_when_they_are_there_and_what_they_aim_at(
    django_capture_on_commit_callbacks: Any,
) -> None:
    cast = make.cast()
    week = {f"day_{n}": "9–17" for n in range(5)}
    given = {
        **week,
        "day_5": "10–13, 19–1",
        "holidays": "2026-12-25\n2026-12-26, 2026-12-25",
        "social_share": "60",
        "answer_hours": "2.5",
    }
    with django_capture_on_commit_callbacks() as later:
        answer = log_in(cast.erin).post(PAGE, given)
    assert (answer.status_code, answer["Location"], len(later)) == (302, PAGE, 1)
    own = working(cast.theatre)
    assert own.opening.hours == (
        *(((540, 1020),),) * 5,
        ((600, 780), (1140, 1500)),
        (),
    )
    assert own.opening.holidays == {date(2026, 12, 25), date(2026, 12, 26)}
    assert (own.targets.social_share, own.targets.answer_hours, own.targets.answer_rate) == (0.6, 2.5, 0.9)
    shown = log_in(cast.bob).get(PAGE).content.decode()
    assert "10:00–13:00, 19:00–1:00" in shown
    with django_capture_on_commit_callbacks() as later:
        log_in(cast.erin).post(PAGE, {**given, "answer_hours": "3"})
    assert later == []  # a target changes no count


def test_only_an_owner_moves_the_time_zone_and_nonsense_changes_nothing() -> None:
    cast = make.cast()
    log_in(cast.erin).post(PAGE, {"timezone": "Asia/Tokyo"})
    assert Organization.objects.get(slug="theatre").timezone == "Europe/London"
    refused = log_in(cast.alice).post(
        PAGE, {"timezone": "Asia/Tokyo", "day_0": "early", "holidays": "Xmas", "answer_rate": "120"}
    )
    assert refused.status_code == 422
    assert refused.content.decode().count('class="errorlist"') == 3
    assert Organization.objects.get(slug="theatre").timezone == "Europe/London"
    with scope([cast.theatre.pk]):
        stored = Setting.across_organizations.get()
    assert (stored.hours, stored.holidays, stored.answer_rate) == (None, [], None)


def test_a_share_beyond_all_is_refused_by_the_database() -> None:
    cast = make.cast()
    with pytest.raises(IntegrityError), scope([cast.theatre.pk]):
        Setting.across_organizations.create(organization=cast.theatre, social_share=1.5)


def asked_at_night(organization: Organization) -> None:
    """Six people ask on a Sunday at 22:00 and are answered on Monday at 9:30, in London."""
    sunday = datetime(2026, 9, 27, 22, tzinfo=LONDON)
    monday = datetime(2026, 9, 28, 9, 30, tzinfo=LONDON)
    make.pulled(
        organization,
        *(
            make.post(
                n,
                "At seven, see you!",
                ago=make.NOW - monday,
                surface=Surface.REPLY,
                parent_id=f"m{n}",
                conversation_id=f"m{n}",
            )
            for n in range(1, 7)
        ),
        messages=[
            make.message(n, "@gulltheatre when do you open?", who=f"who{n}", ago=make.NOW - sunday)
            for n in range(1, 7)
        ],
    )


def answering(organization: Organization) -> period_figures.AnsweringFigures:
    organization = Organization.objects.get(pk=organization.pk)
    with scope([organization.pk]):
        connections = list(organization.connections.all())
        period = period_figures.usual_period(organization, connections, now=make.NOW)
        assert period is not None
        return period_figures.answers(organization, period, connections, now=make.NOW)


def set_hours(organization: Organization, spans: Any, **rest: Any) -> None:
    """Changes the opening times and counts anew, as page and worker do."""
    organization = Organization.objects.get(pk=organization.pk)
    with scope([organization.pk]):
        values = {"holidays": [], "targets": {}, **rest}
        opening_times.change(organization, hours=spans, by=None, now=make.NOW, **values)
    opening_times.count_anew_of(organization.pk)


def test_a_question_in_the_night_waits_from_the_next_opening_on() -> None:
    cast = make.cast()
    asked_at_night(cast.theatre)
    clock = answering(cast.theatre)
    assert isinstance(clock.first_answer_time, Median)
    assert (clock.first_answer_time.value, clock.office_hours) == (11.5, False)
    set_hours(cast.theatre, ((((540, 1020),),) * 7))
    found = answering(cast.theatre)
    assert isinstance(found.first_answer_time, Median)
    assert (found.first_answer_time.value, found.office_hours) == (0.5, True)
    assert isinstance(found.within_target, Share)
    assert found.within_target.value == 1
    set_hours(cast.theatre, ((((540, 1020),),) * 7), holidays=[date(2026, 9, 28)])
    closed = answering(cast.theatre).first_answer_time
    assert isinstance(closed, Median)
    assert closed.value == 0
    set_hours(cast.theatre, None)
    assert answering(cast.theatre).first_answer_time == clock.first_answer_time


def test_another_time_zone_moves_the_weeks_of_posts_and_answers() -> None:
    cast = make.cast()
    asked_at_night(cast.theatre)
    with scope([cast.theatre.pk]):
        assert list(AnswerWeek.across_organizations.values_list("monday", flat=True)) == [date(2026, 9, 21)]
    set_hours(cast.theatre, None, timezone="Asia/Tokyo")
    with scope([cast.theatre.pk]):
        assert list(AnswerWeek.across_organizations.values_list("monday", flat=True)) == [date(2026, 9, 28)]
        assert list(WeekRollup.across_organizations.values_list("monday", flat=True)) == [date(2026, 9, 28)]


def test_the_coach_looks_at_opening_times_and_targets() -> None:
    cast = make.cast()
    asked_at_night(cast.theatre)
    set_hours(cast.theatre, ((((540, 1020),),) * 7), targets={"answer_hours": 1.5})
    with scope([cast.theatre.pk]):
        seen = coach.picture(cast.theatre, now=make.NOW)
    assert seen.targets.answer_hours == 1.5
    assert seen.runs is not None
    run = seen.runs[0]
    assert run.answered_at is not None
    assert hours_between(seen.hours, run.arrived_at, run.answered_at) == 0.5
    assert run.answered_at - run.arrived_at == timedelta(hours=11.5)
