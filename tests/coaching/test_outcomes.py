"""Did it help: a suggestion is taken, its weeks go by, and what is said of it stays said."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import BadRequest
from django.db import connection as database
from django.db.utils import IntegrityError
from django.test import Client
from django.urls import reverse

from accounts.models import Organization
from accounts.tenancy import scope
from coaching import (
    coach,
    dashboard,
    goal_progress,
    opening_times,
    outcomes,
    pull,
    sample,
    suggestions,
    tasks,
)
from coaching.judgement import judge
from coaching.models import Connection, Outcome, Post, Suggestion
from coaching.networks.contract import FeedPost
from tests import make

pytestmark = pytest.mark.django_db

TAKEN = datetime(2026, 6, 3, 12, tzinfo=UTC)  # a Wednesday
DUE = datetime(2026, 8, 4, tzinfo=UTC)  # the Tuesday after eight whole weeks
PLAIN = "Our foyer opens at six tonight and the bar has soup, part {}."
ASKING = "Which scene of our winter play number {} stayed with you, and who was in it?"


def weeks_of_posts(first: int, last: int, asking: int, a_week: int = 6) -> list[FeedPost]:
    """Posts of weeks `first` to `last` from the week of taking, `asking` of them in each week a question."""
    return [
        make.post(
            10_000 + 100 * week + number,
            (ASKING if number < asking else PLAIN).format(100 * week + number),
            created_at=TAKEN + timedelta(weeks=week, days=-2, hours=number),
        )
        for week in range(first, last + 1)
        for number in range(a_week)
    ]


def suggestion(cast: make.Cast, **fields: Any) -> Suggestion:
    """An open suggestion to ask questions; the four weeks before gave the reason."""
    monday = date(2026, 6, 1)
    values: dict[str, Any] = {
        "rule": "ask_questions",
        "metric": "question_share",
        "evidence": "hubspot",
        "as_of": TAKEN.date(),
        "weeks": 8,
        "baseline": 0.05,
        "target": 0.15,
        "params": {"k": 1, "n": 24, "over_weeks": 4},
        "trigger_weeks": [(monday - timedelta(weeks=back)).isoformat() for back in range(4)],
    }
    with scope([cast.theatre.pk]):
        made: Suggestion = Suggestion.across_organizations.create(
            organization=cast.theatre, **{**values, **fields}
        )
    return made


def take(cast: make.Cast, made: Suggestion, now: datetime = TAKEN) -> Suggestion:
    with scope([cast.theatre.pk]):
        mine: Suggestion = cast.theatre.suggestions.get(pk=made.pk)
        suggestions.decide(mine, "take", because="", by=cast.erin, now=now)
    return mine


def lived(cast: make.Cast, asking_before: int, asking_after: int) -> Connection:
    """A theatre with twenty-one weeks of posts, read once after the last of them."""
    made = make.connection(cast.theatre)
    posts = [*weeks_of_posts(-12, 0, asking_before), *weeks_of_posts(1, 8, asking_after)]
    pull.pull(made, make.Feed(sorted(posts, key=lambda post: post.created_at)), now=DUE)
    return made


def measured(cast: make.Cast, made: Suggestion, now: datetime = DUE) -> Outcome | None:
    claimed = outcomes.claim(cast.theatre.pk, made.pk, now=now)
    return outcomes.measure(claimed, now=now) if claimed else None


def test_a_theatre_that_begins_to_ask_is_better_since() -> None:
    cast = make.cast()
    lived(cast, 0, 4)
    found = measured(cast, take(cast, suggestion(cast)))
    assert found is not None
    assert found.word == Outcome.Word.BETTER
    assert found.before == 0
    assert found.after == pytest.approx(4 / 6)
    assert found.low is not None
    assert found.low > 0
    assert found.judge == judge.VERSION
    assert (found.cases_before, found.cases_after, found.weeks_before) == (54, 48, 9)
    assert found.until == date(2026, 8, 2)


def test_a_theatre_that_goes_on_as_before_has_no_clear_change() -> None:
    cast = make.cast()
    lived(cast, 1, 1)
    found = measured(cast, take(cast, suggestion(cast)))
    assert found is not None
    assert found.word == Outcome.Word.NO_CLEAR_CHANGE


def test_a_theatre_that_asks_less_is_told_so() -> None:
    cast = make.cast()
    lived(cast, 4, 0)
    found = measured(cast, take(cast, suggestion(cast)))
    assert found is not None
    assert found.word == Outcome.Word.WORSE


def test_taking_keeps_the_baseline_the_judge_and_what_would_be_visible() -> None:
    cast = make.cast()
    lived(cast, 1, 1)
    mine = take(cast, suggestion(cast))
    assert mine.judge == judge.VERSION
    assert len(mine.baseline_weeks) == 9
    assert all(k == 1 and n == 6 for _, k, n in mine.baseline_weeks)
    assert mine.baseline_weeks[-1][0] == "2026-05-04"  # the week before those that gave the reason
    assert mine.visible_before == pytest.approx(1 / 6)
    assert mine.visible_change is not None
    assert 0.1 < mine.visible_change < 0.5
    assert mine.measure_at == datetime(2026, 8, 3, 23, tzinfo=UTC)  # midnight in London, a day later


def test_nothing_is_measured_before_its_time_and_everything_once() -> None:
    cast = make.cast()
    lived(cast, 0, 4)
    mine = take(cast, suggestion(cast))
    early = DUE - timedelta(days=3)
    assert outcomes.due(early) == []
    assert measured(cast, mine, now=early) is None
    assert outcomes.due(DUE) == [(cast.theatre.pk, mine.pk)]
    first = outcomes.claim(cast.theatre.pk, mine.pk, now=DUE)
    assert first is not None
    assert outcomes.claim(cast.theatre.pk, mine.pk, now=DUE) is None  # somebody has it
    assert outcomes.claim(cast.theatre.pk, mine.pk, now=DUE + 2 * outcomes.LEASE)  # who died: the lease ends
    one = outcomes.measure(first, now=DUE)
    two = outcomes.measure(first, now=DUE + timedelta(days=40))
    assert one is not None
    assert one == two
    with scope([cast.theatre.pk]):
        assert cast.theatre.outcomes.count() == 1
    assert outcomes.due(DUE + timedelta(days=400)) == []


def test_beat_sends_what_is_due_to_a_worker(settings: Any) -> None:
    cast = make.cast()
    lived(cast, 0, 4)
    long_ago = TAKEN
    mine = take(cast, suggestion(cast), now=long_ago)
    tasks.measure_outcome.run(cast.theatre.pk, mine.pk)
    tasks.measure_outcome.run(cast.theatre.pk, mine.pk)
    with scope([cast.theatre.pk]):
        assert [stored.word for stored in cast.theatre.outcomes.all()] == ["better_since"]


def test_what_was_said_stays_when_posts_or_judge_change_later() -> None:
    cast = make.cast()
    lived(cast, 0, 4)
    mine = take(cast, suggestion(cast))
    first = measured(cast, mine)
    with scope([cast.theatre.pk]):
        cast.theatre.posts.update(judge="another", text="Now something else.")
        Suggestion.across_organizations.filter(pk=mine.pk).update(measure_at=DUE)
    again = measured(cast, mine, now=DUE + timedelta(days=1))
    assert first is not None
    assert again is not None
    assert (again.pk, again.word, again.judge) == (first.pk, Outcome.Word.BETTER, judge.VERSION)


def test_two_judges_are_waited_out_and_then_nothing_can_be_known() -> None:
    cast = make.cast()
    lived(cast, 0, 4)
    mine = take(cast, suggestion(cast))
    with scope([cast.theatre.pk]):
        cast.theatre.posts.filter(created_at__lt=TAKEN).update(judge="an older one")
    assert measured(cast, mine) is None
    assert outcomes.due(DUE) == []
    assert outcomes.due(DUE + outcomes.AGAIN) == [(cast.theatre.pk, mine.pk)]
    found = measured(cast, mine, now=DUE + outcomes.WAITS + timedelta(days=2))
    assert found is not None
    assert (found.word, found.reason, found.judge) == (Outcome.Word.CANNOT_KNOW, "two_judges", "")


def test_an_outcome_waits_for_posts_that_have_not_been_read_yet() -> None:
    cast = make.cast()
    connection = lived(cast, 0, 4)
    mine = take(cast, suggestion(cast))
    with scope([cast.theatre.pk]):
        Connection.across_organizations.filter(pk=connection.pk).update(
            last_pulled_at=DUE - timedelta(days=9)
        )
    assert measured(cast, mine) is None
    with scope([cast.theatre.pk]):
        Connection.across_organizations.filter(pk=connection.pk).update(last_pulled_at=DUE)
    assert measured(cast, mine, now=DUE + timedelta(days=1)) is not None


def test_too_few_posts_to_compare_with_is_said_in_words() -> None:
    cast = make.cast()
    made = make.connection(cast.theatre)
    pull.pull(made, make.Feed(weeks_of_posts(-2, 8, 2)), now=DUE)
    mine = take(cast, suggestion(cast))
    assert mine.visible_change is None
    with scope([cast.theatre.pk]):
        [trying] = suggestions.page(cast.theatre, now=TAKEN + timedelta(weeks=4)).taken
    assert "too few" in trying.visible
    assert trying.since is not None
    assert trying.since.sentence == "Too early: we compare after 2 August 2026."
    assert (trying.since.week, trying.since.weeks, trying.since.percent) == (3, 8, 38)
    found = measured(cast, mine)
    assert found is not None
    assert (found.word, found.reason) == (Outcome.Word.CANNOT_KNOW, "few_weeks")
    with scope([cast.theatre.pk]):
        [known] = suggestions.page(cast.theatre, now=DUE).measured
    assert known.since is not None
    assert known.since.sentence == "Cannot know: there are too few weeks from before to compare with."


def test_the_suggestion_says_beforehand_what_would_be_visible() -> None:
    cast = make.cast()
    lived(cast, 1, 1)
    with scope([cast.theatre.pk]):
        coach.suggest(cast.theatre, now=DUE)
        found = suggestions.page(cast.theatre, now=DUE).open
    assert found
    assert all(card.visible for card in found)
    told = [card.visible for card in found if "A difference can be seen from about" in card.visible]
    assert told


def test_goals_stand_beside_the_figures_of_the_period() -> None:
    cast = make.cast()
    lived(cast, 0, 4)
    with scope([cast.theatre.pk]):
        opening_times.change(
            cast.theatre,
            hours=None,
            holidays=[],
            targets={"social_share": 0.05, "answer_rate": None},
            by=cast.alice,
            now=make.NOW,
        )
        lines = goal_progress.of(cast.theatre, now=DUE)
        page = dashboard.build(cast.theatre, now=DUE)
    social = lines[0]
    assert (social.target, social.own) == ("5%", True)
    assert page.lead is not None
    assert f"about {page.lead.percent}%" in social.now
    assert [line.own for line in lines[1:]] == [False, False]
    assert all(line.word == "not known yet" and line.percent is None for line in lines[1:])


def test_without_posts_there_is_no_goal_to_look_at() -> None:
    cast = make.cast()
    with scope([cast.theatre.pk]):
        assert goal_progress.of(cast.theatre, now=DUE) == ()
        make_archive = make.connection(cast.theatre, access="archive", network="facebook")
        assert goal_progress.of(cast.theatre, now=DUE) == ()
    assert make_archive.replies_known is False


def test_history_sums_a_year_up_and_leaves_nothing_out() -> None:
    cast = make.cast()
    lived(cast, 0, 4)
    measured(cast, take(cast, suggestion(cast)))
    take(cast, suggestion(cast, rule="name_people", metric="naming_share", evidence="kent_taylor"), now=DUE)
    take(
        cast,
        suggestion(cast, rule="no_bait", metric="bait_share", evidence="facebook_bait"),
        now=TAKEN - timedelta(days=300),
    )
    with scope([cast.theatre.pk]):
        this, last = suggestions.history(cast.theatre, now=DUE)
    assert (this.number, this.sum.taken, this.sum.better, this.sum.still_measured) == (2026, 2, 1, 1)
    assert (last.number, last.sum.taken, last.sum.better) == (2025, 1, 0)


def test_a_decision_can_be_undone_until_it_is_measured() -> None:
    cast = make.cast()
    lived(cast, 0, 4)
    made = suggestion(cast)
    mine = take(cast, made)
    with scope([cast.theatre.pk]):
        suggestions.undo(mine, by=cast.alice, now=make.NOW)
        mine = cast.theatre.suggestions.get(pk=made.pk)
        assert (mine.state, mine.decided_at, mine.measure_at) == (Suggestion.State.OPEN, None, None)
    assert outcomes.due(DUE) == []
    mine = take(cast, made)
    measured(cast, mine)
    with scope([cast.theatre.pk]), pytest.raises(BadRequest):
        suggestions.undo(cast.theatre.suggestions.get(pk=made.pk), by=cast.alice, now=make.NOW)


def test_undoing_gives_way_to_a_newer_suggestion_of_the_same_rule() -> None:
    cast = make.cast()
    lived(cast, 0, 4)
    mine = take(cast, suggestion(cast))
    newer = suggestion(cast)
    with scope([cast.theatre.pk]):
        suggestions.undo(mine, by=cast.alice, now=make.NOW)
        states = dict(cast.theatre.suggestions.values_list("pk", "state"))
    assert (states[mine.pk], states[newer.pk]) == (Suggestion.State.WITHDRAWN, Suggestion.State.OPEN)


def test_a_dismissed_suggestion_says_why_and_how_long_it_rests() -> None:
    cast = make.cast()
    lived(cast, 0, 4)
    for because, weeks in (("not_now", 8), ("does_not_fit", 52)):
        made = suggestion(cast, rule=f"no_bait_{because}")
        with scope([cast.theatre.pk]):
            mine = cast.theatre.suggestions.get(pk=made.pk)
            suggestions.decide(mine, "dismiss", because=because, by=cast.erin, now=DUE)
            assert mine.rests_until == DUE + timedelta(weeks=weeks)
            with pytest.raises(BadRequest):
                suggestions.decide(mine, "snooze", because="because", by=cast.erin, now=DUE)


def test_taking_twice_keeps_the_first_day() -> None:
    cast = make.cast()
    lived(cast, 0, 4)
    mine = take(cast, suggestion(cast))
    again = take(cast, mine, now=TAKEN + timedelta(days=5))
    assert again.decided_at == TAKEN
    with scope([cast.theatre.pk]), pytest.raises(BadRequest):
        suggestions.decide(again, "dismiss", because="", by=cast.erin, now=DUE)


def test_the_database_keeps_one_outcome_a_suggestion() -> None:
    cast = make.cast()
    mine = suggestion(cast)
    values = {"word": "cannot_know", "metric": "bait_share", "until": TAKEN.date(), "measured_at": TAKEN}
    with scope([cast.theatre.pk]):
        Outcome.across_organizations.create(organization=cast.theatre, suggestion=mine, **values)
    with pytest.raises(IntegrityError), scope([cast.theatre.pk]):
        Outcome.across_organizations.create(organization=cast.theatre, suggestion=mine, **values)
    with pytest.raises(IntegrityError), scope([cast.theatre.pk]):
        Outcome.across_organizations.create(
            organization=cast.theatre, suggestion=suggestion(cast, rule="x"), **{**values, "word": "great"}
        )


@pytest.mark.parametrize(("name", "cost"), [("suggestions", 21), ("history", 15)])
@pytest.mark.parametrize("many", [2, 60])
def test_the_pages_cost_the_same_with_few_and_many_suggestions(
    many: int, name: str, cost: int, django_assert_num_queries: Any
) -> None:
    cast = make.cast()
    lived(cast, 0, 4)
    with scope([cast.theatre.pk]):
        post = Post.across_organizations.values_list("pk", flat=True)[0]
    for number in range(many):
        made = suggestion(cast, examples=[post])
        with scope([cast.theatre.pk]):
            Suggestion.across_organizations.filter(pk=made.pk).update(
                state="taken", decided_at=TAKEN - timedelta(days=number), decided_by=cast.erin
            )
    client = Client()
    client.force_login(cast.alice)
    address = reverse(f"coaching:{name}", args=["theatre"])
    client.get(address)
    with django_assert_num_queries(cost):
        assert client.get(address).status_code == 200


def test_staff_take_it_on_the_page_and_see_when_it_is_compared() -> None:
    cast = make.cast()
    lived(cast, 0, 0)
    made = suggestion(cast)
    client = Client()
    client.force_login(cast.erin)
    decide = reverse("coaching:suggestion_decide", args=["theatre", made.pk])
    page = client.post(decide, {"decision": "take"}, follow=True).content.decode()
    assert "Too early: we compare after" in page
    assert "0 of 8 weeks are over" in page
    assert "We are not trying this after all" in page
    assert "You are trying this. It stands below" in page
    # A colleague has the page open from before.
    page = client.post(decide, {"decision": "dismiss"}, follow=True).content.decode()
    assert "This suggestion has been taken; undo that first." in page
    page = client.post(
        reverse("coaching:suggestion_undo", args=["theatre", made.pk]), follow=True
    ).content.decode()
    assert "Too early: we compare after" not in page
    page = client.post(
        decide, {"decision": "dismiss", "because": "does_not_fit"}, follow=True
    ).content.decode()
    assert "You said: does not fit us." in page
    with database.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM coaching_outcome")
        assert cursor.fetchone() == (0,)  # outside of a scope nobody sees any


def test_the_sample_theatre_has_tried_things_and_loading_it_again_changes_nothing() -> None:
    for _ in range(2):
        sample.load(email="demo@example.org", password=make.PASSWORD, now=make.NOW)
        organization = Organization.objects.get(slug=sample.SLUG)
        with scope([organization.pk]):
            years = suggestions.history(organization, now=make.NOW)
            cards = [card for year in years for card in year.cards]
            assert sorted(card.suggestion.rule for card in cards) == sorted(sample.TRIED)
            assert all(card.since is not None and card.since.measured_at for card in cards)
