"""What an editor says a post is counts everywhere, and outlives judges, imports and connections."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import BadRequest
from django.test import Client
from django.urls import reverse

from accounts.tenancy import scope
from coaching import corrections, own_judge, pull, rejudging
from coaching.models import Connection, Post
from tests import make

pytestmark = pytest.mark.django_db

ANNOUNCEMENT = "Our new season begins tonight at half past seven on the main stage."


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


@pytest.fixture
def connection(cast: make.Cast) -> Connection:
    """Twelve announcements, an hour apart."""
    return make.pulled(cast.theatre, *(make.post(n) for n in range(1, 13)))


def one(cast: make.Cast, external_id: str = "1") -> Post:
    """The post of that id, as it is now."""
    found: Post = cast.theatre.posts.select_related("connection", "organization").get(external_id=external_id)
    return found


def week_of_kinds(cast: make.Cast) -> dict[str, int]:
    """What the rollups count."""
    weeks = list(cast.theatre.weekrollups.all())
    return {kind: sum(getattr(week, kind) for week in weeks) for kind in Post.Kind.values}


def correct(cast: make.Cast, kind: str = "converse", external_id: str = "1") -> Post:
    post = one(cast, external_id)
    corrections.correct(post, kind, by=cast.erin, now=make.NOW)
    return one(cast, external_id)


def test_a_correction_counts_at_once_and_the_judges_word_stays_beside_it(
    cast: make.Cast, connection: Connection
) -> None:
    with scope([cast.theatre.pk]):
        before = week_of_kinds(cast)
        judged = one(cast).judged_kind
        post = correct(cast)
        assert (post.kind, post.judged_kind) == ("converse", judged)
        assert judged in ("announce", "pitch")
        after = week_of_kinds(cast)
        assert after["converse"] == before["converse"] + 1
        assert sum(after.values()) == sum(before.values()) == 12
        found = corrections.of(post)
        assert found is not None
        assert (found.kind, found.by, found.at) == ("converse", "erin@example.org", make.NOW)


def test_a_corrected_post_is_never_the_best_or_the_worst_example(
    cast: make.Cast, connection: Connection
) -> None:
    with scope([cast.theatre.pk]):
        week = cast.theatre.weekrollups.order_by("monday").last()
        assert week is not None
        assert week.worst_post is not None
        correct(cast, external_id=cast.theatre.posts.get(pk=week.worst_post).external_id)
        again = cast.theatre.weekrollups.get(monday=week.monday, timeline=week.timeline)
        assert again.worst_post != week.worst_post
        assert again.score_sum > week.score_sum  # what staff call social is social for certain


def test_only_the_weeks_of_the_post_are_counted_again(cast: make.Cast, connection: Connection) -> None:
    with scope([cast.theatre.pk]):
        kept = set(cast.theatre.weekrollups.values_list("pk", flat=True))
        correct(cast)
        now = set(cast.theatre.weekrollups.values_list("pk", flat=True))
        weeks = cast.theatre.weekrollups.values_list("monday", flat=True).distinct().count()
    assert len(now - kept) == 1
    assert weeks == len(now)


def test_taking_it_back_restores_the_judges_kind(cast: make.Cast, connection: Connection) -> None:
    with scope([cast.theatre.pk]):
        before = week_of_kinds(cast)
        corrections.undo(correct(cast), by=cast.erin, now=make.NOW)
        post = one(cast)
        assert post.kind == post.judged_kind
        assert corrections.of(post) is None
        assert week_of_kinds(cast) == before
        corrections.undo(post, by=cast.erin, now=make.NOW)  # twice is fine
        assert week_of_kinds(cast) == before


def test_a_second_correction_replaces_the_first(cast: make.Cast, connection: Connection) -> None:
    with scope([cast.theatre.pk]):
        correct(cast, "converse")
        assert correct(cast, "pitch").kind == "pitch"
        assert cast.theatre.corrections.count() == 1
        with pytest.raises(BadRequest):
            correct(cast, "shouting")
        assert one(cast).kind == "pitch"


def test_a_post_with_too_little_to_judge_can_be_given_a_kind(cast: make.Cast) -> None:
    make.pulled(cast.theatre, make.post(1, "1"), make.post(2))
    with scope([cast.theatre.pk]):
        assert one(cast).kind is None
        post = correct(cast, "converse")
        assert (post.kind, post.judged_kind, post.score) == ("converse", None, None)
        assert sum(week_of_kinds(cast).values()) == 2


def test_it_survives_reading_the_post_again(cast: make.Cast, connection: Connection) -> None:
    with scope([cast.theatre.pk]):
        correct(cast)
    pull.pull(connection, make.Feed([make.post(1, likes_text(), url="https://x.com/a/1")]), now=make.NOW)
    connection.cursor = None
    pull.pull(connection, make.Feed([make.post(1, likes_text())]), now=make.NOW)
    with scope([cast.theatre.pk]):
        post = one(cast)
        assert post.text == likes_text()
        assert post.kind == "converse" != post.judged_kind


def likes_text() -> str:
    """The post's text after an edit."""
    return "Edited: " + ANNOUNCEMENT


def test_it_survives_disconnecting_and_connecting_anew(cast: make.Cast, connection: Connection) -> None:
    with scope([cast.theatre.pk]):
        correct(cast)
        connection.delete()
        assert cast.theatre.posts.count() == 0
    make.pulled(cast.theatre, *(make.post(n) for n in range(1, 13)))
    with scope([cast.theatre.pk]):
        assert one(cast).kind == "converse" != one(cast).judged_kind
        assert one(cast, "2").kind == one(cast, "2").judged_kind


def test_it_survives_judging_again(cast: make.Cast, connection: Connection) -> None:
    with scope([cast.theatre.pk]):
        correct(cast)
        cast.theatre.ownjudges.update(model="posts-0")
    claimed = rejudging.claim(cast.theatre.pk, now=make.NOW)
    assert claimed is not None
    rejudging.rejudge(claimed, clock=lambda: make.NOW)
    with scope([cast.theatre.pk]):
        assert one(cast).kind == "converse" != one(cast).judged_kind
        assert week_of_kinds(cast)["converse"] >= 1


def test_it_is_no_vote_on_the_judge(cast: make.Cast, connection: Connection) -> None:
    with scope([cast.theatre.pk]):
        correct(cast)
        assert cast.theatre.checks.count() == 0
        assert own_judge.labelled(cast.theatre) == []


def test_another_organization_with_the_same_account_is_not_touched(cast: make.Cast) -> None:
    for organization in (cast.theatre, cast.rival):
        make.pulled(organization, make.post(1), make.post(2))
    with scope([cast.theatre.pk]):
        correct(cast)
    with scope([cast.rival.pk]):
        theirs = cast.rival.posts.get(external_id="1")
        assert theirs.kind == theirs.judged_kind
        cast.rival.connections.all().delete()
    make.pulled(cast.rival, make.post(1))
    with scope([cast.rival.pk]):
        theirs = cast.rival.posts.get(external_id="1")
        assert theirs.kind == theirs.judged_kind


def test_the_page_shows_both_and_the_list_filters_by_what_counts(
    cast: make.Cast, connection: Connection, client: Client
) -> None:
    with scope([cast.theatre.pk]):
        post = one(cast)
    client.force_login(cast.erin)
    address = reverse("coaching:post_correct", args=["theatre", post.pk])
    answer = client.post(address, {"kind": "converse"}, follow=True)
    page = " ".join(answer.content.decode().split())
    assert "You said Converse; the judge said" in page
    assert "said by erin@example.org" in page
    listed = client.get(reverse("coaching:posts", args=["theatre"]), {"kind": "converse"}).content.decode()
    assert reverse("coaching:post", args=["theatre", post.pk]) in listed
    client.post(address, {"undo": "1"})
    page = client.get(reverse("coaching:post", args=["theatre", post.pk])).content.decode()
    assert "You said" not in page
    assert client.post(address, {"kind": "shouting"}).status_code == 400


def test_a_text_that_keeps_coming_and_a_language_that_is_not_read_are_shown_as_such(
    cast: make.Cast, client: Client
) -> None:
    german = "Heute Abend um halb acht beginnt unsere neue Spielzeit auf der großen Bühne, wir freuen uns."
    make.pulled(cast.theatre, *(make.post(n, ANNOUNCEMENT) for n in range(1, 8)), make.post(20, german))
    client.force_login(cast.bob)
    page: Any = client.get(reverse("coaching:posts", args=["theatre"])).content.decode()
    assert "A text sent again and again (7 times)." in page
    assert "Judged by its form only: it is not in English." in page
    assert "Say what it is" not in page
