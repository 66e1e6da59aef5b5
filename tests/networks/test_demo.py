"""The sample theatre is read like a network: in weeks, from where one left off, never ahead of time."""

from datetime import UTC, datetime, timedelta

import pytest
from rapidfuzz import fuzz

from coaching.networks.contract import Batch, FeedMessage, FeedPost, Network, Person, Refused, Surface
from coaching.networks.demo import ACCOUNTS, DemoReader

NOW = datetime(2025, 10, 27, 0, 5, tzinfo=UTC)  # just after midnight, the day after the clocks changed
MOMENTS = [
    NOW,
    datetime(2024, 3, 31, 1, 0, tzinfo=UTC),
    datetime(2024, 2, 29, 23, 59, tzinfo=UTC),
    datetime(2026, 7, 1, 12, 0, tzinfo=UTC),
]
HANDLES = [account.handle for account in ACCOUNTS]


def pulled(handle: str, now: datetime = NOW) -> tuple[list[Batch], list[FeedPost], list[FeedMessage]]:
    batches = list(DemoReader(handle).batches(None, now=now))
    return (
        batches,
        [post for batch in batches for post in batch.posts],
        [message for batch in batches for message in batch.messages],
    )


def everything() -> tuple[list[FeedPost], list[FeedMessage]]:
    parts = [pulled(handle) for handle in HANDLES]
    return [post for part in parts for post in part[1]], [message for part in parts for message in part[2]]


def test_two_accounts_half_a_year_and_enough_to_look_at() -> None:
    posts, messages = everything()

    assert {account.network for account in ACCOUNTS} == set(Network)
    assert 380 <= len(posts) <= 450
    assert 140 <= len(messages) <= 180
    assert 175 <= (NOW - min(post.created_at for post in posts)).days <= 182
    assert len({message.author.external_id for message in messages}) >= 40
    assert {post.surface for post in posts} == set(Surface)


@pytest.mark.parametrize("handle", HANDLES)
def test_comes_in_weeks_and_only_the_last_batch_is_complete(handle: str) -> None:
    batches, posts, _ = pulled(handle)

    assert 24 <= len(batches) <= 27
    assert [batch.complete for batch in batches] == [False] * (len(batches) - 1) + [True]
    assert all(batch.reads == len(batch.posts) + len(batch.messages) > 0 for batch in batches)
    moments = [post.created_at for post in posts]
    assert moments == sorted(moments)


@pytest.mark.parametrize("now", MOMENTS)
@pytest.mark.parametrize("handle", HANDLES)
def test_nothing_lies_ahead_and_answers_come_after_what_they_answer(handle: str, now: datetime) -> None:
    _, posts, messages = pulled(handle, now)
    items: list[FeedPost | FeedMessage] = [*posts, *messages]
    when = {item.external_id: item.created_at for item in items}

    assert len(when) == len(items)
    for item in items:
        assert item.created_at <= now
        assert item.created_at.tzinfo is UTC
        assert item.conversation_id in when
        if item.parent_id:
            assert when[item.parent_id] < item.created_at


@pytest.mark.parametrize("handle", HANDLES)
def test_posts_say_whom_they_answer_and_whose_words_they_pass_on(handle: str) -> None:
    _, posts, messages = pulled(handle)
    authors: dict[str, Person] = {message.external_id: message.author for message in messages}
    ours = {post.external_id for post in posts}

    for post in posts:
        assert (post.shared_from is not None) == (post.surface == Surface.SHARE)
        if post.surface == Surface.THREAD:
            assert post.parent_id in ours
        if post.surface in {Surface.REPLY, Surface.COMMENT}:
            assert post.reply_to is not None
            if post.parent_id is not None:
                assert authors[post.parent_id] == post.reply_to
    assert all(message.author.external_id and message.author.name for message in messages)
    assert all(message.parent_id is None or message.parent_id in ours for message in messages)


def test_people_are_answered_late_or_never_and_some_wait_now() -> None:
    posts, messages = everything()
    answers = {post.parent_id: post for post in posts if post.parent_id}
    lasting = [
        answers[message.external_id].created_at - message.created_at
        for message in messages
        if message.external_id in answers
    ]

    assert 70 <= len(lasting) <= 120
    assert timedelta(minutes=5) <= min(lasting)
    assert max(lasting) <= timedelta(days=3, hours=1)
    waiting = [
        message
        for message in messages
        if message.external_id not in answers and message.created_at > NOW - timedelta(days=7)
    ]
    assert 6 <= len(waiting) <= 12


def test_one_week_shouts_the_same_words() -> None:
    posts, _ = everything()
    week = [
        post for post in posts if timedelta(weeks=8) < NOW - post.created_at <= timedelta(weeks=9, days=1)
    ]
    alike = [
        (one.text, other.text)
        for index, one in enumerate(week)
        for other in week[:index]
        if fuzz.ratio(one.text, other.text) > 85
    ]

    assert len(alike) >= 10


@pytest.mark.parametrize("handle", HANDLES)
def test_the_same_every_time(handle: str) -> None:
    assert pulled(handle) == pulled(handle)

    later = pulled(handle, NOW + timedelta(days=40))
    assert [post.external_id for post in later[1]] == [post.external_id for post in pulled(handle)[1]]


@pytest.mark.parametrize("handle", HANDLES)
def test_goes_on_from_the_last_stored_batch(handle: str) -> None:
    batches, _, _ = pulled(handle)
    half = len(batches) // 2

    assert list(DemoReader(handle).batches(batches[half - 1].cursor, now=NOW)) == batches[half:]


@pytest.mark.parametrize("handle", HANDLES)
def test_once_caught_up_a_later_read_brings_only_what_happened_since(handle: str) -> None:
    batches, posts, _ = pulled(handle)
    cursor = batches[-1].cursor

    assert list(DemoReader(handle).batches(cursor, now=NOW)) == [Batch(cursor=cursor, complete=True)]

    newer = list(DemoReader(handle).batches(cursor, now=NOW + timedelta(days=7)))
    fresh = [post for batch in newer for post in batch.posts]
    assert len(fresh) >= 3
    assert all(post.created_at > NOW for post in fresh)
    assert not {post.external_id for post in fresh} & {post.external_id for post in posts}
    again = list(DemoReader(handle).batches(newer[-1].cursor, now=NOW + timedelta(days=90)))
    assert [batch.posts + batch.messages for batch in again] == [()]


def test_another_handle_is_refused() -> None:
    with pytest.raises(Refused, match="reconnect"):
        list(DemoReader("somebody_else").batches(None, now=NOW))
