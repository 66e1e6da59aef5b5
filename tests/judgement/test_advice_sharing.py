"""Rules about sharing, crediting and the loudspeaker."""

from __future__ import annotations

from datetime import timedelta

import pytest

from coaching.judgement.picture import PostView
from coaching.judgement.rules import broadcasting, sharing
from coaching.judgement.verdict import Kind
from tests.judgement.cast import NOW, account, posts


@pytest.mark.parametrize(("shares", "speaks"), [(0, True), (9, True), (10, False)])
def test_share_others_speaks_below_a_tenth(shares: int, speaks: bool) -> None:
    picture = account(posts(100 - shares), posts(shares, Kind.SHARE, start=200, surface="share"))
    assert (sharing.share_others(picture) is not None) is speaks


@pytest.mark.parametrize(("with_words", "speaks"), [(0, True), (2, True), (3, False)])
def test_add_own_words_speaks_where_most_reposts_are_bare(with_words: int, speaks: bool) -> None:
    picture = account(
        posts(6 - with_words, Kind.SHARE, surface="share", own_words=False),
        posts(with_words, Kind.CONVERSE, start=20, surface="share"),
    )
    advice = sharing.add_own_words(picture)
    assert (advice is not None) is speaks
    if advice:
        assert advice.params["bare"] == 6 - with_words
        assert all(example < 20 for example in advice.examples)


def test_four_reposts_are_too_few_to_speak_of() -> None:
    assert sharing.add_own_words(account(posts(4, Kind.SHARE, surface="share", own_words=False))) is None


@pytest.mark.parametrize(("credits", "named", "speaks"), [(2, 0, False), (3, 0, True), (3, 3, False)])
def test_credit_by_handle(credits: int, named: int, speaks: bool) -> None:
    picture = account(
        posts(20 - named - credits), posts(credits, start=50, credit=True), posts(named, start=80, mentions=1)
    )
    advice = sharing.credit_by_handle(picture)
    assert (advice is not None) is speaks
    if advice:
        assert set(advice.examples) == {50, 51, 52}


@pytest.mark.parametrize(("named", "credits", "speaks"), [(1, 0, True), (2, 0, False), (0, 3, False)])
def test_name_people(named: int, credits: int, speaks: bool) -> None:
    picture = account(
        posts(20 - named - credits), posts(named, start=50, mentions=1), posts(credits, start=80, credit=True)
    )
    assert (sharing.name_people(picture) is not None) is speaks


def test_four_pitches_in_a_row() -> None:
    picture = account(posts(4, Kind.PITCH), tuple(later(post, 4) for post in posts(6, Kind.SHARE, start=50)))
    advice = broadcasting.fewer_pitches_in_a_row(picture)
    assert advice is not None
    assert (advice.params["row"], advice.baseline, advice.target) == (4, 0.4, 0.2)


def later(post: PostView, places: int) -> PostView:
    """The same post, further back by so many places."""
    return PostView(
        id=post.id, at=post.at - timedelta(hours=6 * places), kind=post.kind, surface=post.surface
    )


def test_a_third_of_pitches_or_something_social_in_between_is_fine() -> None:
    third = account(posts(5, Kind.PITCH), tuple(later(post, 5) for post in posts(10, start=50)))
    assert broadcasting.fewer_pitches_in_a_row(third) is None
    mixed = tuple(
        PostView(n, NOW - timedelta(hours=n), Kind.CONVERSE if n % 4 == 3 else Kind.PITCH, "timeline")
        for n in range(40)
    )
    assert broadcasting.fewer_pitches_in_a_row(account(mixed)) is None


def test_announcements_do_not_end_a_row_of_pitches() -> None:
    row = tuple(
        PostView(n, NOW - timedelta(hours=n), Kind.ANNOUNCE if n % 2 else Kind.PITCH, "timeline")
        for n in range(10)
    )
    advice = broadcasting.fewer_pitches_in_a_row(account(row))
    assert advice is not None
    assert advice.params["row"] == 5


@pytest.mark.parametrize(("repeated", "speaks"), [(2, False), (3, True)])
def test_stop_repeating(repeated: int, speaks: bool) -> None:
    picture = account(posts(20 - repeated), posts(repeated, start=50, repeats=2))
    assert (broadcasting.stop_repeating(picture) is not None) is speaks


@pytest.mark.parametrize(("hashtags", "many", "speaks"), [(3, 5, False), (3, 6, True), (2, 20, False)])
def test_fewer_hashtags(hashtags: int, many: int, speaks: bool) -> None:
    picture = account(posts(20 - many, hashtags=1), posts(many, start=50, hashtags=hashtags))
    assert (broadcasting.fewer_hashtags(picture) is not None) is speaks


@pytest.mark.parametrize(("baits", "speaks"), [(1, False), (2, True)])
def test_no_bait(baits: int, speaks: bool) -> None:
    advice = broadcasting.no_bait(account(posts(10), posts(baits, start=50, bait=True)))
    assert (advice is not None) is speaks
    if advice:
        assert (advice.target, advice.evidence) == (0.0, "facebook_bait")


def burst(day: int, start: int) -> tuple[PostView, ...]:
    at = NOW.replace(minute=0) - timedelta(days=day)
    return tuple(
        PostView(start + n, at + timedelta(minutes=5 * n - 60), Kind.ANNOUNCE, "timeline") for n in range(5)
    )


def test_bursts_speak_where_most_posts_stand_in_a_few_hours() -> None:
    advice = broadcasting.steady_rather_than_bursts(
        account(*(burst(day, 10 * day) for day in range(0, 28, 7)))
    )
    assert advice is not None
    assert (advice.params["bursts"], advice.params["posts"], advice.params["days"]) == (20, 20, 4)
    assert broadcasting.steady_rather_than_bursts(account(posts(60))) is None
