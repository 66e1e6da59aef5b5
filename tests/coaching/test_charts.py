"""The charts: what they say in words, what stands behind them, and that unknown is never drawn as nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Organization
from accounts.tenancy import scope
from coaching import dashboard, period_figures, rollup
from coaching.answer_line import answer_line
from coaching.judgement.answering import Turn
from coaching.judgement.figures import Group, Where, count_week
from coaching.judgement.intervals import Share
from coaching.judgement.verdict import Kind
from coaching.models import Meetup
from coaching.period_figures import posts_in
from coaching.talk_times import talk_times
from coaching.templatetags.engage_charts import hours_chart, mix_news, spread_chart, stretches
from coaching.trend import ENOUGH, WINDOW
from tests import make

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 6, 1)


def point(week: int, percent: int | None) -> SimpleNamespace:
    low, high = (percent - 10, percent + 10) if percent is not None else (None, None)
    return SimpleNamespace(
        monday=MONDAY + timedelta(weeks=week), percent=percent, low=low, high=high, posts=12
    )


def html(source: str, **told: Any) -> str:
    return Template("{% load engage_charts %}" + source).render(Context(told))


def theatre() -> Organization:
    """A theatre that announced daily for ten weeks and asks people something since a month."""
    cast = make.cast()
    make.pulled(
        cast.theatre,
        *(make.post(n, f"Tickets for show {n} are on sale now, book today!", ago=timedelta(days=28 + n))
          for n in range(1, 70)),
        *(make.post(100 + n, "Which scene stayed with you? Tell us, we read it.", ago=timedelta(days=n))
          for n in range(1, 26)),
    )  # fmt: skip
    return cast.theatre


def meetup(organization: Organization, at: datetime, **fields: Any) -> Meetup:
    with scope([organization.pk]):
        made: Meetup = Meetup.across_organizations.create(
            organization=organization, title="Fringe pint", starts_at=at, ends_at=at + timedelta(hours=2),
            timezone="Europe/London", **{"state": "open", "token": f"token-{at:%Y%m%d}", **fields},
        )  # fmt: skip
        return made


def test_a_point_is_the_social_share_of_four_weeks_with_the_interval_of_the_figures() -> None:
    organization = theatre()
    with scope([organization.pk]):
        page = dashboard.build(organization, now=make.NOW, where=Where.TIMELINE)
        last = page.trend[-1]
        window = [week.monday for week in page.weeks[-WINDOW:]]
        counts = [rollup.week_counts(row, replies_known=True) for row in organization.weekrollups.all()]
    share = posts_in(counts, window)[Where.TIMELINE].social_share
    assert isinstance(share, Share)
    assert (last.posts, last.percent) == (share.n, round(100 * share.value))
    assert (last.low, last.high) == (round(100 * share.low), round(100 * share.high))
    assert len(page.trend) == len(page.weeks) == dashboard.SHOWN_WEEKS
    assert page.trend[0].percent is None  # nothing was posted then, which is not a share of nothing


def test_too_few_posts_are_a_gap_in_the_line_and_in_its_band() -> None:
    found = stretches([point(0, 20), point(1, 30), point(2, None), point(3, 50)])
    assert [one.line for one in found] == ["12.5,80.0 37.5,70.0", "87.5,50.0"]
    assert found[0].band == "12.5,70.0 37.5,60.0 37.5,80.0 12.5,90.0"
    drawn = html("{% trend_chart points 'Growing' 50 %}", points=[point(0, 20), point(1, None)])
    assert "too few posts" in drawn
    assert "10 and 30%" in drawn
    assert 'y1="50.0"' in drawn
    assert drawn.count('<th scope="row">') == 2


def test_a_short_archive_has_a_sentence_instead_of_empty_charts() -> None:
    cast = make.cast()
    make.pulled(cast.theatre, *(make.post(n, ago=timedelta(days=n % 12)) for n in range(1, 25)))
    with scope([cast.theatre.pk]):
        page = dashboard.build(cast.theatre, now=make.NOW)
    assert [one.percent is not None for one in page.trend].count(True) == ENOUGH - 1
    shown = render_to_string("coaching/_trend.html", {"page": page})
    assert "Too early for charts" in shown
    assert 'class="trend"' not in shown
    assert 'class="weeks"' not in shown


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [((62, 184), (80, 167), "up"), ((80, 167), (62, 184), "down"), ((40, 100), (41, 100), "same"),
     ((40, 100), (48, 100), "unclear"), ((0, 0), (41, 100), None), ((50, 100), (53, 100), "same"),
     ((50, 100), (47, 100), "same"), ((49_600, 100_000), (50_400, 100_000), "same")],
)  # fmt: skip
def test_the_headline_says_no_change_that_may_be_chance_and_misses_none_that_is_not(
    before: tuple[int, int], now: tuple[int, int], said: str | None
) -> None:
    mondays = [MONDAY + timedelta(weeks=n) for n in range(24)]
    counts = [
        count_week(0, monday, Group.TIMELINE, [(Kind.CONVERSE, 80)] * k + [(Kind.PITCH, 10)] * (n - k))
        for monday, (k, n) in ((mondays[3], before), (mondays[20], now))
    ]
    lead = dashboard.lead(counts, mondays, Where.TIMELINE)
    assert lead
    assert lead.compared == said


def test_a_headline_that_compares_does_not_say_the_same_words_twice() -> None:
    told = dashboard.Lead(posts=500, percent=99, before_percent=95, compared="up")
    said = render_to_string("coaching/_lead_sentence.html", {"lead": told})
    assert "Nearly all</strong> of your last 500 posts talk with people, up from 95% in" in said
    other = render_to_string("coaching/_lead_sentence.html", {"lead": replace(told, before_percent=50)})
    assert "up from about half in" in other


def test_charts_begin_with_the_third_week_that_can_be_compared() -> None:
    cast = make.cast()
    make.pulled(cast.theatre, *(make.post(n, ago=timedelta(days=n % 19)) for n in range(1, 58)))
    with scope([cast.theatre.pk]):
        page = dashboard.build(cast.theatre, now=make.NOW)
    assert [one.percent is not None for one in page.trend].count(True) == ENOUGH
    shown = render_to_string("coaching/_trend.html", {"page": page})
    assert "Too early for charts" not in shown
    assert 'class="trend"' in shown
    assert 'class="weeks"' in shown


def test_meetups_stand_in_their_week_and_drafts_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    organization = theatre()
    at = make.NOW - timedelta(days=20)
    meetup(organization, at)
    meetup(organization, at - timedelta(days=1), state="draft")
    meetup(organization, make.NOW + timedelta(days=30))
    meetup(organization, make.NOW - timedelta(days=400))
    with scope([organization.pk]):
        page = dashboard.build(organization, now=make.NOW)
    [met] = page.meetups
    assert met.monday == date(2026, 9, 14)
    client = Client()
    client.force_login(organization.members.get(email="bob@example.org"))
    monkeypatch.setattr(timezone, "now", lambda: make.NOW)  # when the posts are new
    shown = client.get(reverse("coaching:dashboard", args=["theatre"])).content.decode()
    assert "your target: 50%" in shown
    assert f'href="{reverse("coaching:meetup", args=["theatre", met.id])}"' in shown


def test_a_meetup_of_another_organization_is_nowhere() -> None:
    organization = theatre()
    rival = Organization.objects.get(slug="rival")
    meetup(rival, make.NOW - timedelta(days=20))
    with scope([organization.pk]):
        assert dashboard.build(organization, now=make.NOW).meetups == ()


def test_kinds_are_told_apart_without_colours() -> None:
    week = SimpleNamespace(monday=MONDAY, social_percent=50, converse=2, share=2, announce=1, pitch=1)
    met = SimpleNamespace(monday=MONDAY, title="Fringe <pint>")
    drawn = html("{% weeks_chart weeks 'News' 40 meetups %}", weeks=[week], meetups=[met])
    for kind in ("share", "announce", "pitch"):
        assert f'fill="url(#over-{kind})"' in drawn
        assert f'<pattern id="over-{kind}"' in drawn
    assert "Fringe &lt;pint&gt;" in drawn
    assert 'd="M0 60.0H10"' in drawn
    assert "style=" not in drawn


def test_the_title_says_what_the_mix_is_above_all() -> None:
    mix = [
        SimpleNamespace(kind="converse", percent=20, count=2),
        SimpleNamespace(kind="pitch", percent=80, count=8),
    ]
    assert mix_news(mix) == "Above all asking for something, 80% of your posts"
    assert mix_news([]) == "What kinds of talk, week by week"


def test_the_title_says_how_soon_people_were_answered() -> None:
    cast = make.cast()
    client = Client()
    client.force_login(cast.bob)
    asked = [
        make.message(n, "@gulltheatre is there a matinee?", who=f"guest{n}", ago=timedelta(days=10, hours=n))
        for n in range(12)
    ]
    make.pulled(cast.theatre, *(make.post(n) for n in range(1, 15)), messages=asked)
    with scope([cast.theatre.pk]):
        connections = list(cast.theatre.connections.all())
        period = period_figures.usual_period(cast.theatre, connections, now=make.NOW)
        assert period
        found = period_figures.answers(cast.theatre, period, connections, now=make.NOW)
    assert answer_line(found).news == "More than half got no answer"


def test_answers_are_bars_beside_their_numbers() -> None:
    drawn = spread_chart([("within an hour", 6), ("not yet", 3), ("never", 0)])
    assert drawn["rows"] == [
        ("within an hour", 6, "100.0", 67), ("not yet", 3, "50.0", 33), ("never", 0, "0.0", 0),
    ]  # fmt: skip
    assert spread_chart([])["rows"] == []


def turn(number: int, at: datetime, author: str | None = "ana") -> Turn:
    return Turn(number, number, at, author)


def test_people_write_by_the_clock_of_the_organization() -> None:
    late = datetime(2026, 10, 6, 22, 30, tzinfo=UTC)  # half past eleven on a Tuesday in London
    said = [turn(n, late) for n in range(25)] + [turn(99, late, author=None)]
    found = talk_times(said, ZoneInfo("Europe/London"))
    assert (found.total, found.hours[1][23], found.busiest) == (25, 25, (1, 21))
    assert talk_times(said, ZoneInfo("Asia/Tokyo")).hours[2][7] == 25
    assert found.parts[1][7] == 25


def test_few_messages_have_no_busiest_hour_and_none_draw_nothing() -> None:
    some = talk_times([turn(n, make.NOW) for n in range(3)], ZoneInfo("UTC"))
    assert some.busiest is None
    assert len(hours_chart(some)["cells"]) == 1
    assert "When people write to you" in html("{% hours_chart times %}", times=some)
    assert hours_chart(talk_times([], ZoneInfo("UTC")))["cells"] == []


def test_drawings_know_no_decimal_comma() -> None:
    times = talk_times([turn(n, make.NOW + timedelta(hours=n % 5)) for n in range(23)], ZoneInfo("UTC"))
    with translation.override("de"):
        drawn = html(
            "{% hours_chart times %}{% trend_chart points '' 35 %}", times=times, points=[point(0, 33)]
        )
    assert 'y1="65.0"' in drawn
    assert not [part for part in drawn.split('"') if part.replace(",", "").isdigit() and "," in part]
