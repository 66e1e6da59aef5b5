"""Five posts a week, drawn at random and answered before the verdict is seen; the judge fitted to them."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import BadRequest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.tenancy import scope
from coaching import checks, own_judge, pull, rejudging
from coaching.judgement import judge
from coaching.judgement.intervals import Share, TooFew, wilson
from coaching.models import Check, Connection, OwnJudge, Post
from tests import make

pytestmark = pytest.mark.django_db

WEEK = timedelta(weeks=1)
ASKS = "What would you like to see on our stage next, number {n}? Tell us, we read every answer."
TELLS = "Tonight at half past seven: part {n} of our winter season begins."


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


@pytest.fixture
def connection(cast: make.Cast) -> Connection:
    """Forty posts, one a day from last week backwards, every other a question to readers."""
    return make.pulled(
        cast.theatre,
        *(
            make.post(n, (ASKS if n % 2 else TELLS).format(n=n), ago=timedelta(days=6 + n))
            for n in range(1, 41)
        ),
    )


def answer(cast: make.Cast, pk: int, said: str, weeks: int = 0) -> Check:
    """Erin's answer, so many weeks from now."""
    checks.answer(cast.theatre, pk, said, by=cast.erin, now=make.NOW + weeks * WEEK)
    post = cast.theatre.posts.get(pk=pk)
    found: Check = cast.theatre.checks.get(post=post.external_id)
    return found


def label(cast: make.Cast, says: Any) -> None:
    """A check of every post, as if weeks of answering had passed; `says` gives the kind for a post."""
    for number, post in enumerate(cast.theatre.posts.order_by("created_at")):
        cast.theatre.checks.create(
            network="twitter",
            account="id-gulltheatre",
            post=post.external_id,
            monday=make.NOW.date(),
            kind=says(number, post),
            judged_kind=post.judged_kind or "announce",
            judge=post.judge,
            at=make.NOW + timedelta(minutes=number),
        )


def side_of_the_judge(number: int, post: Post) -> str:
    return post.judged_kind or "announce"


def mostly_social(number: int, post: Post) -> str:
    """Staff find most of what the judge calls broadcast social, evenly over time."""
    return "announce" if number % 7 < 2 else "converse"


def test_five_are_drawn_and_the_same_ones_whenever_one_asks(cast: make.Cast, connection: Connection) -> None:
    with scope([cast.theatre.pk]):
        drawn = checks.draw(cast.theatre, now=make.NOW)
        assert len(set(drawn)) == 5
        assert checks.draw(cast.theatre, now=make.NOW + timedelta(days=2)) == drawn
        assert checks.draw(cast.theatre, now=make.NOW + WEEK) != drawn
        assert checks.waiting(cast.theatre, now=make.NOW) == 5


def test_posts_of_this_week_older_than_twelve_weeks_or_not_judged_are_not_drawn(cast: make.Cast) -> None:
    make.pulled(
        cast.theatre,
        make.post(1),
        make.post(2, "2", ago=timedelta(days=8)),
        make.post(3, ago=timedelta(weeks=14)),
        make.post(4, ago=timedelta(days=9)),
    )
    with scope([cast.theatre.pk]):
        [drawn] = checks.draw(cast.theatre, now=make.NOW)
        assert cast.theatre.posts.get(pk=drawn).external_id == "4"


def test_an_old_archive_is_drawn_from_its_own_last_weeks(cast: make.Cast) -> None:
    make.pulled(cast.theatre, *(make.post(n, ago=timedelta(weeks=60 + n)) for n in range(1, 20)))
    with scope([cast.theatre.pk]):
        drawn = checks.draw(cast.theatre, now=make.NOW)
        assert len(drawn) == 5
        found = cast.theatre.posts.filter(pk__in=drawn)
        assert all(int(post.external_id) <= 13 for post in found)


def test_every_post_has_the_same_chance(cast: make.Cast) -> None:
    make.pulled(cast.theatre, *(make.post(n, ago=timedelta(weeks=60, hours=n)) for n in range(1, 21)))
    with scope([cast.theatre.pk]):
        drawn = Counter(
            pk for week in range(200) for pk in checks.draw(cast.theatre, now=make.NOW + week * WEEK)
        )
    assert len(drawn) == 20
    assert all(20 <= count <= 80 for count in drawn.values())  # 50 are expected, 5 deviations are 31


def test_an_answer_is_kept_with_the_verdict_of_its_moment(cast: make.Cast, connection: Connection) -> None:
    with scope([cast.theatre.pk]):
        first, second, *_ = checks.draw(cast.theatre, now=make.NOW)
        check = answer(cast, first, "share")
        post = cast.theatre.posts.get(pk=first)
        assert (check.kind, check.judged_kind, check.judge) == ("share", post.judged_kind, judge.VERSION)
        assert (check.by, check.at) == (cast.erin, make.NOW)
        assert checks.draw(cast.theatre, now=make.NOW)[0] == second
        assert checks.waiting(cast.theatre, now=make.NOW) == 4
        assert post.kind == post.judged_kind  # a check is a question about the judge, not a correction


def test_the_first_answer_stays(cast: make.Cast, connection: Connection) -> None:
    with scope([cast.theatre.pk]):
        [first, *_] = checks.draw(cast.theatre, now=make.NOW)
        answer(cast, first, "share")
        assert answer(cast, first, "pitch").kind == "share"  # having seen the verdict changes nothing


def test_only_drawn_posts_and_known_kinds_are_taken(cast: make.Cast, connection: Connection) -> None:
    with scope([cast.theatre.pk]):
        drawn = checks.draw(cast.theatre, now=make.NOW)
        chosen = cast.theatre.posts.exclude(pk__in=drawn).first()
        with pytest.raises(BadRequest):
            answer(cast, chosen.pk, "converse")
        with pytest.raises(BadRequest):
            answer(cast, drawn[0], "shouting")
        assert cast.theatre.checks.count() == 0


def test_five_answers_are_all_of_a_week_and_no_post_comes_twice(
    cast: make.Cast, connection: Connection
) -> None:
    with scope([cast.theatre.pk]):
        seen: list[int] = []
        for week in range(3):
            drawn = checks.draw(cast.theatre, now=make.NOW + week * WEEK)
            for pk in drawn:
                answer(cast, pk, "unclear", weeks=week)
            assert checks.draw(cast.theatre, now=make.NOW + week * WEEK) == []
            assert checks.waiting(cast.theatre, now=make.NOW + week * WEEK) == 0
            seen += drawn
        assert len(set(seen)) == 15


def test_checks_outlive_their_connection(cast: make.Cast, connection: Connection) -> None:
    with scope([cast.theatre.pk]):
        [first, *_] = checks.draw(cast.theatre, now=make.NOW)
        answer(cast, first, "converse")
        connection.delete()
        assert cast.theatre.checks.count() == 1
        assert checks.page(cast.theatre, now=make.NOW).answered == ()


def test_agreement_counts_what_staff_could_tell_with_its_wilson_interval(
    cast: make.Cast, connection: Connection
) -> None:
    with scope([cast.theatre.pk]):
        page = checks.page(cast.theatre, now=make.NOW)
        assert page.agreement.kind == TooFew(0, checks.ENOUGH_TO_SAY)
        other = {"converse": "share", "share": "converse", "announce": "pitch", "pitch": "announce"}

        def says(number: int, post: Post) -> str | None:
            kind = post.judged_kind or ""
            return {0: None, 1: other[kind], 2: "pitch", 3: "converse"}.get(number, kind)

        label(cast, says)
        said = list(
            zip(
                cast.theatre.checks.order_by("at").values_list("kind", flat=True),
                cast.theatre.posts.order_by("created_at").values_list("judged_kind", flat=True),
                strict=True,
            )
        )[1:]
        social = ("converse", "share")
        kinds = sum(a == b for a, b in said)
        sides = sum((a in social) == (b in social) for a, b in said)
        agreement = checks.page(cast.theatre, now=make.NOW).agreement
        assert isinstance(agreement.kind, Share)
        assert isinstance(agreement.side, Share)
        assert (agreement.kind.k, agreement.kind.n, agreement.side.k) == (kinds, 39, sides)
        assert kinds < sides
        assert (agreement.kind.low, agreement.kind.high) == wilson(kinds, 39)


def test_the_page_hides_the_verdict_until_staff_have_answered(
    cast: make.Cast, connection: Connection, client: Client
) -> None:
    client.force_login(cast.erin)
    address = reverse("coaching:checks", args=["theatre"])
    before = client.get(address)
    shown = before.context["page"].next
    page = before.content.decode()
    assert shown.text in page  # without marks
    assert '<mark class="reason' not in page
    assert 'class="score' not in page
    assert "Post 1 of 5" in page
    answered = client.post(
        reverse("coaching:check_answer", args=["theatre", shown.id]), {"kind": "share"}, follow=True
    )
    assert answered.context["page"].answered[0].post.id == shown.id
    assert "The judge:" in answered.content.decode()
    assert "Post 2 of 5" in answered.content.decode()


def test_viewers_see_the_agreement_and_no_buttons(
    cast: make.Cast, connection: Connection, client: Client
) -> None:
    client.force_login(cast.bob)
    page = client.get(reverse("coaching:checks", args=["theatre"])).content.decode()
    assert "Editors and owners" in page
    assert "How good is the judge?" in page
    assert (
        reverse("coaching:checks", args=["theatre"])
        not in client.get(reverse("coaching:dashboard", args=["theatre"])).content.decode().split("<main")[1]
    )


def test_the_dashboard_asks_editors(
    cast: make.Cast, connection: Connection, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(cast.erin)
    monkeypatch.setattr(timezone, "now", lambda: make.NOW)  # when the posts are new
    address = reverse("coaching:dashboard", args=["theatre"])
    assert "posts to look at, one minute" in client.get(address).content.decode()


def test_the_page_costs_the_same_with_few_and_with_many_checks(
    cast: make.Cast, connection: Connection, django_assert_num_queries: Any
) -> None:
    with scope([cast.theatre.pk]):
        label(cast, side_of_the_judge)
        cast.theatre.checks.filter(post__in=["1", "2", "3"]).delete()
        cast.theatre.checks.update(monday=make.NOW.date() - WEEK)
        with django_assert_num_queries(7):
            checks.page(cast.theatre, now=make.NOW)
        cast.theatre.checks.exclude(post__in=["4", "5"]).delete()
        with django_assert_num_queries(7):
            checks.page(cast.theatre, now=make.NOW)


@pytest.fixture
def many(cast: make.Cast) -> make.Cast:
    """Seventy posts that could be checked."""
    make.pulled(
        cast.theatre,
        *(
            make.post(n, (ASKS if n % 3 == 0 else TELLS).format(n=n), ago=timedelta(days=6, hours=n))
            for n in range(1, 71)
        ),
    )
    return cast


def test_there_is_no_own_judge_below_sixty_checks(cast: make.Cast, connection: Connection) -> None:
    with scope([cast.theatre.pk]):
        label(cast, mostly_social)
        assert not own_judge.due(cast.theatre)
        own = own_judge.fit(cast.theatre, now=make.NOW)
        assert (own.why, own.wanted_number) == (OwnJudge.Why.TOO_FEW, 0)
        assert "so far there are 40" in checks.page(cast.theatre, now=make.NOW).judge_sentence


def test_there_is_none_with_too_few_on_one_side(many: make.Cast) -> None:
    with scope([many.theatre.pk]):
        label(many, lambda number, post: "announce" if number < 9 else "converse")
        own = own_judge.fit(many.theatre, now=make.NOW)
        assert (own.why, own.wanted_number) == (OwnJudge.Why.ONE_SIDE, 0)


def test_one_that_is_measurably_better_takes_over_and_is_named(many: make.Cast) -> None:
    with scope([many.theatre.pk]):
        before = {post.pk: post.probabilities for post in many.theatre.posts.all()}
        label(many, mostly_social)
        assert own_judge.due(many.theatre)
        own = own_judge.fit(many.theatre, now=make.NOW)
        assert (own.why, own.wanted_number, own.number) == (OwnJudge.Why.BETTER, 1, 0)
        assert own.wanted > 0
        assert not own_judge.due(many.theatre)
        page = checks.page(many.theatre, now=make.NOW)
        assert page.changing
        assert "takes over soon" in page.judge_sentence
    assert rejudging.stale(make.NOW) == [many.theatre.pk]
    claimed = rejudging.claim(many.theatre.pk, now=make.NOW)
    assert claimed is not None
    rejudging.rejudge(claimed, clock=lambda: make.NOW)
    assert rejudging.stale(make.NOW) == []
    with scope([many.theatre.pk]):
        after = list(many.theatre.posts.all())
        assert {post.judge for post in after} == {f"{judge.VERSION}+own1"}
        assert all(sum(post.probabilities[:2]) > sum(before[post.pk][:2]) for post in after)
        page = checks.page(many.theatre, now=make.NOW)
        assert page.agreement.judge == f"{judge.VERSION}+own1"
        assert "fitted to your own 70 checks is in use" in page.judge_sentence
        connection = many.theatre.connections.get()
    connection.cursor = None
    pull.pull(connection, make.Feed([make.post(500, TELLS.format(n=500))]), now=make.NOW)
    # New posts stand under it from their first day.
    with scope([many.theatre.pk]):
        assert many.theatre.posts.get(external_id="500").judge == f"{judge.VERSION}+own1"
        assert not many.theatre.weekrollups.filter(judge="mixed").exists()


def test_the_fit_stays_as_long_as_checks_ask_for_nearly_the_same(many: make.Cast) -> None:
    with scope([many.theatre.pk]):
        label(many, mostly_social)
        first = own_judge.fit(many.theatre, now=make.NOW)
        again = own_judge.fit(many.theatre, now=make.NOW)
        assert (again.wanted, again.wanted_number) == (first.wanted, 1)
        many.theatre.checks.filter(kind="converse").update(kind="announce")
        many.theatre.checks.filter(post__in=[str(n) for n in range(1, 13)]).update(kind="converse")
        other = own_judge.fit(many.theatre, now=make.NOW)
        assert other.wanted != first.wanted
        assert other.wanted_number in (0, 2)


def test_a_weeks_answers_have_the_judge_fitted_again(many: make.Cast) -> None:
    with scope([many.theatre.pk]):
        label(many, mostly_social)
        many.theatre.checks.filter(post__in=["1", "2", "3", "4", "5"]).delete()
        many.theatre.checks.filter(monday=make.NOW.date()).update(monday=make.NOW.date() - WEEK)
        own_judge.fit(many.theatre, now=make.NOW)
        fitted = own_judge.of(many.theatre).fitted_checks
    assert fitted == 65
    own_judge.fit_of(many.theatre.pk, now=make.NOW + WEEK)
    with scope([many.theatre.pk]):
        assert own_judge.of(many.theatre).fitted_at == make.NOW  # nothing has come since
        for pk in checks.draw(many.theatre, now=make.NOW):
            answer(many, pk, "converse")
    own_judge.fit_of(many.theatre.pk, now=make.NOW + WEEK)
    with scope([many.theatre.pk]):
        assert own_judge.of(many.theatre).fitted_checks == 70
        assert own_judge.of(many.theatre).fitted_at == make.NOW + WEEK
