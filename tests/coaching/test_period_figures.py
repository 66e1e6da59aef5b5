"""The figures of a period: everywhere the same, and the same as a few lines that count by themselves."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connection as database
from django.utils import timezone

from accounts.models import Organization
from accounts.tenancy import scope
from coaching import conversation_page, dashboard, figure_table, importing, looking_back, period_figures
from coaching import pull as pulling
from coaching.figure_table import FORMULAS
from coaching.judgement.figures import Where
from coaching.models import EarnedPraise, Post
from coaching.networks import archives
from coaching.networks.contract import FeedMessage, FeedPost, Surface
from coaching.period_figures import Period
from tests import make

pytestmark = pytest.mark.django_db

SFO = Path(__file__).parents[2].parent / "shared" / "data" / "archives" / "twitter-sfomuseum.zip"
QUESTION = "@gulltheatre what time does the matinee start on Saturday?"


def told(slug: str = "theatre", *options: str) -> dict[str, Any]:
    """What the command says."""
    out = StringIO()
    call_command("figures", slug, "--json", *options, stdout=out)
    said: dict[str, Any] = json.loads(out.getvalue())
    return said


def rows(said: dict[str, Any], where: str | None = None) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in said["figures"] if row.get("where") == where}


def ago(moment: datetime) -> timedelta:
    return make.NOW - moment


def feed(count: int, since: timedelta = timedelta()) -> tuple[list[FeedPost], list[FeedMessage]]:
    """Posts of all kinds over many weeks, people who ask, and answers to most of them."""
    texts = [
        "What would you like to hear next winter? Tell us below!",
        "Tonight at half past seven: our winter season begins.",
        "Book your tickets now and save ten percent: https://example.org/tickets",
        "Thank you all for coming, you were wonderful.",
    ]
    posts = [
        make.post(n, f"{texts[n % 4]} ({n})", ago=since + timedelta(hours=19 * n))
        for n in range(1, count + 1)
    ]
    people = [
        make.message(n, QUESTION, who=f"who{n % 30}", ago=since + timedelta(hours=29 * n + 3))
        for n in range(1, count // 2 + 1)
    ]
    answers = [
        make.post(
            count + n,
            "At half past two, see you there!",
            ago=since + timedelta(hours=29 * n + 3 - n % 7),
            surface=Surface.REPLY,
            parent_id=f"m{n}",
            conversation_id=f"m{n}",
        )
        for n in range(1, count // 2 + 1)
        if n % 4
    ]
    return [*posts, *answers], people


@pytest.fixture
def theatre() -> Organization:
    """A theatre whose last weeks are full of posts and questions, up to now."""
    cast = make.cast()
    posts, people = feed(120, since=make.NOW - timezone.now())
    make.pulled(cast.theatre, *posts, messages=people)
    return cast.theatre


def test_dashboard_and_command_show_the_same_numbers(theatre: Organization) -> None:
    said = told()
    timeline, answering = rows(said, "timeline"), rows(said)
    with scope([theatre.pk]):
        page = dashboard.build(theatre, now=timezone.now(), where=Where.TIMELINE)
    share = timeline["social_share"]
    assert page.lead is not None
    assert (page.lead.posts, page.lead.percent) == (share["n"], round(100 * share["value"]))
    assert (page.lead.low, page.lead.high) == (round(100 * share["low"]), round(100 * share["high"]))
    assert {kind.kind: kind.count for kind in page.mix} == {
        kind: timeline[f"mix_{kind}"]["k"] for kind in ("converse", "share", "announce", "pitch")
    }
    assert page.answering is not None
    assert page.answering.rate == answering["answer_rate"]["words"]
    assert page.answering.percent == round(100 * answering["answer_rate"]["value"])
    assert page.answering.first_answer == answering["first_answer_time"]["words"]
    assert page.answering.open == answering["still_open"]["value"]
    shown = {week.monday: week.judged for week in page.weeks[-period_figures.WEEKS :]}
    assert sum(shown.values()) == share["n"]
    assert min(shown) == date.fromisoformat(said["since"])
    assert date.fromisoformat(said["until"]) - max(shown) == timedelta(days=6)


def test_every_figure_has_its_formula_state_and_words(theatre: Organization) -> None:
    said = told()
    assert {row["name"] for row in said["figures"]} == set(FORMULAS)
    for row in said["figures"]:
        assert row["formula"]
        assert row["unit"]
        assert row["state"] in {"known", "too_few", "not_known"}
        assert (row["value"] is None) <= (row["state"] != "known" or row["name"] == "first_answer_time")
    share = rows(said, "everything")["social_share"]
    assert share["low"] < share["value"] < share["high"]
    with scope([theatre.pk]):
        assert {share["judge"]} == set(Post.across_organizations.values_list("judge", flat=True))
        assert {rows(said)["answer_rate"]["judge"]} == set(theatre.messages.values_list("judge", flat=True))


@pytest.mark.parametrize(
    "days", [("2026-08-10", "2026-09-06"), ("2026-08-12", "2026-09-10"), ("2026-09-08", "2026-09-10")]
)
def test_any_days_are_counted_exactly(days: tuple[str, str]) -> None:
    cast = make.cast()
    posts, people = feed(120)
    made = make.pulled(cast.theatre, *posts, messages=people)
    first, last = (date.fromisoformat(day) for day in days)
    zone = ZoneInfo("Europe/London")

    def inside(moment: datetime) -> bool:
        return first <= moment.astimezone(zone).date() <= last

    said = told("theatre", "--since", days[0], "--until", days[1])
    assert (said["since"], said["until"]) == days
    expected = sum(inside(one.created_at) for one in posts if one.surface is Surface.TIMELINE)
    assert rows(said, "timeline")["posts"]["value"] == expected
    assert rows(said, "everything")["posts"]["value"] == sum(inside(one.created_at) for one in posts)
    with scope([cast.theatre.pk]):
        asking = set(
            made.messages(manager="across_organizations")
            .filter(wants_answer=True)
            .values_list("external_id", flat=True)
        )
    spread = rows(said)["answer_distribution"]["value"]
    assert sum(spread["buckets"]) == sum(
        inside(people[n].created_at) and (n + 1) % 4 > 0
        for n in range(len(people))
        if people[n].external_id in asking
    )


def test_unknown_is_said_and_never_zero(tmp_path: Path) -> None:
    cast = make.cast()
    made = make.connection(cast.theatre, access="archive", network="facebook")
    pulling.pull(made, make.Feed([make.post(n) for n in range(1, 15)]), now=make.NOW)
    said = told()
    assert said["until"] == "2026-10-11"
    assert (
        rows(said)["answer_rate"] | {"state": "not_known", "value": None, "reason": "archive"}
        == rows(said)["answer_rate"]
    )
    assert rows(said)["still_open"]["words"] == "not known from an archive"
    assert rows(said, "everything")["social_share"]["reason"] == "no_replies"
    assert rows(said, "timeline")["social_share"]["state"] == "known"


def test_too_few_posts_are_too_few_and_nothing_is_nothing() -> None:
    cast = make.cast()
    assert told("rival") == {
        "organization": "rival",
        "timezone": "Europe/London",
        "since": None,
        "until": None,
        "figures": [],
    }
    make.pulled(cast.theatre, make.post(1), make.post(2))
    share = rows(told("theatre", "--since", "2026-10-01", "--until", "2026-10-10"), "timeline")[
        "social_share"
    ]
    assert (share["state"], share["n"], share["needed"], share["value"]) == ("too_few", 2, 10, None)
    with pytest.raises(CommandError, match="no organization nobody"):
        told("nobody")
    with pytest.raises(CommandError, match="after"):
        told("theatre", "--since", "2026-10-10", "--until", "2026-10-01")


def test_a_period_knows_its_whole_weeks_and_its_ends() -> None:
    odd = Period(date(2026, 8, 12), date(2026, 9, 10))
    assert odd.whole_weeks == (date(2026, 8, 17), date(2026, 8, 24), date(2026, 8, 31))
    assert odd.edges == (
        Period(date(2026, 8, 12), date(2026, 8, 16)),
        Period(date(2026, 9, 7), date(2026, 9, 10)),
    )
    assert Period(date(2026, 8, 17), date(2026, 8, 30)).edges == ()
    assert Period(date(2026, 8, 18), date(2026, 8, 20)).edges == (
        Period(date(2026, 8, 18), date(2026, 8, 20)),
    )


@pytest.mark.skipif(not SFO.exists(), reason="the museum's archive is not beside this checkout")
def test_figures_of_the_museum_agree_with_a_few_independent_lines(settings: Any, tmp_path: Path) -> None:
    settings.UPLOADS_DIR = tmp_path
    cast = make.cast()
    importing.bring_in(cast.theatre, archives.open_archive(SFO), clock=lambda: make.NOW)
    with database.cursor() as cursor, scope([cast.theatre.pk]):
        cursor.execute("SELECT created_at, surface, kind, score FROM coaching_post")
        museum = cursor.fetchall()
    zone = ZoneInfo("Europe/London")
    for first, last in ((date(2010, 1, 1), date(2026, 1, 1)), (date(2019, 3, 5), date(2020, 2, 20))):
        said = told("theatre", "--since", f"{first}", "--until", f"{last}")
        some = [row for row in museum if first <= row[0].astimezone(zone).date() <= last]
        assert len(some) > 500
        for where, posts in (
            ("everything", some),
            ("timeline", [row for row in some if row[1] in ("timeline", "share", "thread")]),
        ):
            figures = rows(said, where)
            judged = [row for row in posts if row[2]]
            n, k = len(judged), sum(row[2] in ("converse", "share") for row in judged)
            assert figures["posts"]["value"] == len(posts)
            assert (figures["social_share"]["k"], figures["social_share"]["n"]) == (k, n)
            z = 1.959963984540054
            middle, half = k + z * z / 2, z * math.sqrt(k * (n - k) / n + z * z / 4)
            assert figures["social_share"]["low"] == pytest.approx((middle - half) / (n + z * z))
            assert figures["social_share"]["high"] == pytest.approx((middle + half) / (n + z * z))
            assert figures["mean_score"]["value"] == pytest.approx(sum(row[3] for row in judged) / n)
            for kind in ("converse", "share", "announce", "pitch"):
                assert figures[f"mix_{kind}"]["k"] == sum(row[2] == kind for row in judged)
        assert rows(said)["answer_rate"]["state"] == "not_known"


def check_queries(organization: Organization, expected: int, check: Any) -> None:
    with scope([organization.pk]):
        with check(expected):
            dashboard.build(organization, now=make.NOW)
        with check(10):
            conversation_page.page(organization, now=make.NOW)
        with check(6):
            looking_back.page(organization)


DASHBOARD = 22


@pytest.mark.parametrize("count", [50, 400])
def test_pages_cost_a_fixed_number_of_queries(count: int, django_assert_num_queries: Any) -> None:
    cast = make.cast()
    posts, people = feed(count)
    make.pulled(cast.theatre, *posts, messages=people)
    check_queries(cast.theatre, DASHBOARD, django_assert_num_queries)


@pytest.mark.slow
def test_pages_cost_the_same_with_fifty_thousand_posts(django_assert_num_queries: Any) -> None:
    cast = make.cast()
    connection = make.pulled(cast.theatre, *feed(50)[0], messages=feed(50)[1])
    with scope([cast.theatre.pk]), database.cursor() as cursor:
        cursor.execute(
            "INSERT INTO coaching_post (organization_id, connection_id, external_id, created_at, text, "
            "surface, conversation_id, mentions, links, media, kind, score, probabilities, basis, reasons, "
            "by_structure_only, repeats, judge) "
            "SELECT %s, %s, 'bulk' || n, %s - n * interval '7 minutes', 'Number ' || n, "
            "CASE WHEN n %% 3 = 0 THEN 'reply' ELSE 'timeline' END, 'bulk' || n, '{}', '{}', 0, "
            "'announce', n %% 100, '{0.1,0.1,0.7,0.1}', 'text', '[]', false, 0, 'x' "
            "FROM generate_series(1, 50000) AS n",
            [cast.theatre.pk, connection.pk, datetime(2026, 10, 1, tzinfo=UTC)],
        )
    check_queries(cast.theatre, DASHBOARD, django_assert_num_queries)


def test_the_dashboard_praises_what_was_earned_and_shows_what_could_be_shared(theatre: Organization) -> None:
    kind = make.message(
        900,
        "@gulltheatre thank you for the most wonderful evening, the whole family is still talking about it",
        who="nora",
        ago=make.NOW - timezone.now() + timedelta(days=1),
        url="https://x.com/nora/status/900",
    )
    with scope([theatre.pk]):
        made = theatre.connections.select_related("organization").get()
        made.cursor = None
    pulling.pull(made, make.Feed([], [kind]), now=timezone.now())
    with scope([theatre.pk]):
        page = dashboard.build(theatre, now=timezone.now())
        kept = EarnedPraise.across_organizations.first()
    assert [idea.name for idea in page.ideas] == ["Nora"]
    assert page.ideas[0].url == "https://x.com/intent/post?url=https%3A%2F%2Fx.com%2Fnora%2Fstatus%2F900"
    assert "thanks you" in page.ideas[0].why
    assert (page.praise is None) == (kept is None)
    assert len(page.waiting) == dashboard.SHOWN_WAITING
    assert page.waiting_total > dashboard.SHOWN_WAITING


def test_looking_back_shows_the_most_social_weeks() -> None:
    cast = make.cast()
    make.pulled(cast.theatre, *feed(120)[0], messages=feed(120)[1])
    with scope([cast.theatre.pk]):
        page = looking_back.page(cast.theatre)
        mean = figure_table.table(
            period_figures.measure(
                cast.theatre,
                Period(page.weeks[0].monday, page.weeks[0].monday + timedelta(days=6)),
                now=make.NOW,
            )
        )
    best = page.weeks[0]
    assert page.weeks
    assert len(page.weeks) <= looking_back.BEST
    found = next(row for row in mean if row["name"] == "social_share" and row["where"] == "everything")
    assert best.judged == found["n"]
    assert best.best is not None
    assert all(one.social / one.judged <= 1 for one in page.weeks)
    assert sum(season.posts for season in page.seasons) == len(feed(120)[0])
    before, week, after = best.around
    assert (week.monday, week.social, week.judged) == (best.monday, best.social, best.judged)
    assert (after.monday - before.monday).days == 14
    with scope([cast.theatre.pk]):
        for near in best.around:
            start, end = Period(near.monday, near.monday + timedelta(days=6)).bounds(cast.theatre)
            wrote = cast.theatre.messages.filter(created_at__gte=start, created_at__lt=end)
            assert near.people == len(set(wrote.values_list("author_id", flat=True)))
    assert any(near.people for one in page.weeks for near in one.around)
