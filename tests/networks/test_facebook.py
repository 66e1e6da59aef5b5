"""Reading a Facebook Page through the real facebook-sdk against a server that speaks the Graph API."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest

from coaching.networks.contract import (
    Batch,
    FeedMessage,
    FeedPost,
    Person,
    Reader,
    Refused,
    Surface,
    TryLater,
)
from coaching.networks.facebook import FacebookReader, next_look
from coaching.networks.facebook_graph import FacebookApp
from coaching.networks.facebook_insights import PAGE_METRICS

from .conftest import NOW, PAGE
from .stand.facebook import ALIVE, VERSION, Facebook, error
from .stand.server import Reply

ANA = {"id": "2002", "name": "Ana Lopes"}
BEN = {"id": "3003", "name": "Ben"}


def reader(facebook: Facebook, app: FacebookApp, **more: Any) -> FacebookReader:
    return FacebookReader(app, PAGE, facebook.page_token, **more)


def pull(
    facebook: Facebook,
    app: FacebookApp,
    cursor: dict[str, Any] | None = None,
    now: datetime = NOW,
    **more: Any,
) -> list[Batch]:
    mine: Reader = reader(facebook, app, **more)
    return list(mine.batches(cursor, now=now))


def posts_of(batches: Iterable[Batch]) -> dict[str, FeedPost]:
    return {one.external_id: one for batch in batches for one in batch.posts}


def messages_of(batches: Iterable[Batch]) -> dict[str, FeedMessage]:
    return {one.external_id: one for batch in batches for one in batch.messages}


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def test_a_first_pull_brings_posts_visitors_tags_and_every_comment(
    facebook: Facebook, facebook_app: FacebookApp
) -> None:
    ours = facebook.write("published_posts", "We open on Friday", at=ago(hours=5))
    visitor = facebook.write("visitor_posts", "Is there a lift?", at=ago(hours=4), by=ANA)
    tagged = facebook.write("tagged", "Loved it", at=ago(hours=3), by=BEN, id="3003_77")
    asked = facebook.comment(ours, "What time?", at=ago(hours=4), by=ANA)
    told = facebook.comment(ours, "At eight", at=ago(hours=3), by="page", parent=asked)
    answered = facebook.comment(visitor, "Yes, there is", at=ago(hours=2), by="page")

    batches = pull(facebook, facebook_app)

    posts, messages = posts_of(batches), messages_of(batches)
    assert set(posts) == {ours, told, answered}
    assert set(messages) == {visitor, tagged, asked}
    assert posts[ours].surface is Surface.TIMELINE
    assert (posts[told].surface, posts[told].parent_id) == (Surface.COMMENT, asked)
    assert (posts[told].reply_to, posts[told].conversation_id) == (Person("2002", None, "Ana Lopes"), ours)
    assert (posts[answered].surface, posts[answered].reply_to) == (
        Surface.COMMENT,
        Person("2002", None, "Ana Lopes"),
    )
    assert messages[asked].conversation_id == ours
    assert batches[-1].complete
    assert sum(batch.reads for batch in batches) == 0, "Facebook bills nothing"


def test_every_call_carries_the_proof_page_two_included(
    facebook: Facebook, facebook_app: FacebookApp
) -> None:
    facebook.page_size = 2
    for n in range(5):
        facebook.write("published_posts", f"Post {n}", at=ago(hours=n + 1))
    pull(facebook, facebook_app)
    proof = hmac.new(facebook.app[1].encode(), facebook.page_token.encode(), hashlib.sha256).hexdigest()
    assert {one.query["appsecret_proof"] for one in facebook.asked} == {proof}
    assert {one.query["access_token"] for one in facebook.asked} == {facebook.page_token}
    assert len([path for path in facebook.paths() if path.endswith("/published_posts")]) == 3


def test_the_version_is_a_setting_beyond_what_the_library_knows(
    facebook: Facebook, facebook_app: FacebookApp
) -> None:
    pull(facebook, facebook_app)
    assert {path.split("/")[1] for path in facebook.paths()} == {VERSION}


def test_counts_come_by_summary_and_what_is_not_told_is_unknown(
    facebook: Facebook, facebook_app: FacebookApp
) -> None:
    shared = facebook.write("published_posts", "A", at=ago(hours=2), shares={"count": 3})
    quiet = facebook.write("published_posts", "B", at=ago(days=40))
    facebook.comment(shared, "one", at=ago(hours=1), by=ANA)
    facebook.views[shared] = 812

    posts = posts_of(pull(facebook, facebook_app))

    assert posts[shared].metrics.likes == 4
    assert posts[shared].metrics.replies == 1
    assert posts[shared].metrics.shares == 3
    assert posts[shared].metrics.views == 812
    assert posts[quiet].metrics.shares is None
    assert posts[quiet].metrics.views is None


def test_new_comments_on_old_posts_are_found(facebook: Facebook, facebook_app: FacebookApp) -> None:
    """`since` filters posts by their own creation; a comment written later needs another look."""
    post = facebook.write("published_posts", "We open", at=ago(days=2))
    cursor = pull(facebook, facebook_app)[-1].cursor
    late = facebook.comment(post, "Still tickets?", at=NOW + timedelta(hours=1), by=ANA)

    batches = pull(facebook, facebook_app, json.loads(json.dumps(cursor)), NOW + timedelta(hours=2))

    assert late in messages_of(batches)


def test_posts_are_looked_at_ever_more_rarely() -> None:
    pauses = [next_look(timedelta(days=days)) for days in (0, 2, 5, 20, 60, 120)]
    assert pauses[-1] is None
    known = [pause for pause in pauses if pause is not None]
    assert known == sorted(known)
    assert len(set(known)) == len(known)


def test_a_post_is_left_alone_until_its_turn(facebook: Facebook, facebook_app: FacebookApp) -> None:
    post = facebook.write("published_posts", "We open", at=ago(days=10))
    facebook.comment(post, "Nice", at=ago(days=9), by=ANA)
    cursor = pull(facebook, facebook_app)[-1].cursor
    facebook.asked.clear()

    cursor = pull(facebook, facebook_app, cursor, NOW + timedelta(hours=20))[-1].cursor
    assert not [path for path in facebook.paths() if path.endswith(f"{post}/comments")]
    pull(facebook, facebook_app, cursor, NOW + timedelta(hours=25))
    assert [path for path in facebook.paths() if path.endswith(f"{post}/comments")]


def test_an_old_post_has_its_comments_read_once_and_is_then_forgotten(
    facebook: Facebook, facebook_app: FacebookApp
) -> None:
    post = facebook.write("published_posts", "Long ago", at=ago(days=300))
    comment = facebook.comment(post, "Lovely", at=ago(days=299), by=ANA)
    batches = pull(facebook, facebook_app)
    assert comment in messages_of(batches)
    assert post not in (batches[-1].cursor or {})["watch"]


def test_the_first_pull_goes_back_as_far_as_it_is_told(facebook: Facebook, facebook_app: FacebookApp) -> None:
    near = facebook.write("published_posts", "Near", at=ago(days=20))
    facebook.write("published_posts", "Far", at=ago(days=40))
    assert set(posts_of(pull(facebook, facebook_app, reach=timedelta(days=30)))) == {near}


def test_edits_are_seen_at_the_next_look(facebook: Facebook, facebook_app: FacebookApp) -> None:
    post = facebook.write("published_posts", "We opn", at=ago(hours=3))
    comment = facebook.comment(post, "Grat", at=ago(hours=2), by=ANA)
    cursor = pull(facebook, facebook_app)[-1].cursor
    facebook.walls["published_posts"][0]["message"] = "We open"
    facebook.comments[post][0]["message"] = "Great"

    batches = pull(facebook, facebook_app, cursor, NOW + timedelta(hours=1))

    assert posts_of(batches)[post].text == "We open"
    assert messages_of(batches)[comment].text == "Great"


def test_a_deleted_post_is_reported_at_the_next_look(facebook: Facebook, facebook_app: FacebookApp) -> None:
    facebook.write("published_posts", "Stays", at=ago(hours=1))
    post = facebook.write("published_posts", "Goes", at=ago(hours=3))
    cursor = pull(facebook, facebook_app)[-1].cursor
    facebook.remove(post)

    batches = pull(facebook, facebook_app, cursor, NOW + timedelta(hours=1))

    assert [one for batch in batches for one in batch.removed] == [post]
    assert post not in (batches[-1].cursor or {})["watch"]


def test_rechecking_finds_deleted_posts_and_comments(facebook: Facebook, facebook_app: FacebookApp) -> None:
    post = facebook.write("published_posts", "Old", at=ago(days=200))
    stays = facebook.comment(post, "Stays", at=ago(days=199), by=ANA)
    goes = facebook.comment(post, "Goes", at=ago(days=199), by=ANA)
    gone = facebook.write("published_posts", "Gone", at=ago(days=200))
    facebook.remove(goes)
    facebook.remove(gone)

    batches = list(reader(facebook, facebook_app).recheck([post, stays, goes, gone], now=NOW))

    assert sorted(one for batch in batches for one in batch.removed) == sorted([goes, gone])
    assert set(posts_of(batches)) == {post}


def test_a_lost_permission_is_not_taken_for_a_deletion(facebook: Facebook, facebook_app: FacebookApp) -> None:
    post = facebook.write("published_posts", "Old", at=ago(days=200))
    facebook.closed.add("published_posts")
    with pytest.raises(Refused) as refused:
        list(reader(facebook, facebook_app).recheck([post], now=NOW))
    assert refused.value.reason == "permission"


def test_a_pull_that_dies_goes_on_from_its_last_stored_batch(
    facebook: Facebook, facebook_app: FacebookApp
) -> None:
    facebook.page_size = 3
    written = {facebook.write("published_posts", f"Post {n}", at=ago(hours=n + 1)) for n in range(10)}
    comments = {facebook.comment(post, "Hm?", at=ago(minutes=9), by=ANA) for post in written}
    stored: list[Batch] = []
    cursor = None
    for _ in range(12):
        # Each worker stores two batches and is killed.
        for batch in reader(facebook, facebook_app).batches(cursor, now=NOW):
            stored.append(batch)
            cursor = json.loads(json.dumps(batch.cursor))
            if len(stored) % 2 == 0:
                break
    assert set(posts_of(stored)) == written
    assert set(messages_of(stored)) == comments
    assert stored[-1].complete


def test_a_cursor_that_repeats_for_ever_ends(facebook: Facebook, facebook_app: FacebookApp) -> None:
    facebook.same_cursor = True
    facebook.write("published_posts", "One", at=ago(hours=1))
    batches = pull(facebook, facebook_app)
    assert batches[-1].complete
    assert len([path for path in facebook.paths() if path.endswith("/published_posts")]) == 2


def test_a_missing_permission_switches_off_its_feature_and_nothing_else(
    facebook: Facebook, facebook_app: FacebookApp
) -> None:
    ours = facebook.write("published_posts", "We open", at=ago(hours=1))
    comment = facebook.comment(ours, "When?", at=ago(minutes=5), by=ANA)
    facebook.closed.add("visitor_posts")
    got: list[Batch] = []
    with pytest.raises(Refused) as refused:
        got.extend(_each(reader(facebook, facebook_app).batches(None, now=NOW), got))

    assert (refused.value.reason, refused.value.feature) == ("permission", "visitors")
    assert set(posts_of(got)) == {ours}
    assert set(messages_of(got)) == {comment}
    assert [batch.complete for batch in got] == [False] * (len(got) - 1) + [True]
    without = reader(facebook, facebook_app, features=frozenset({"comments", "tagged", "insights"}))
    assert list(without.batches(got[-1].cursor, now=NOW))[-1].complete


def _each(batches: Iterable[Batch], into: list[Batch]) -> Iterable[Batch]:
    """Store each batch as it comes, as a worker does."""
    for batch in batches:
        into.append(batch)
    return ()


def test_comments_without_permission_cost_only_the_comments(
    facebook: Facebook, facebook_app: FacebookApp
) -> None:
    for n in range(3):
        post = facebook.write("published_posts", f"Post {n}", at=ago(hours=n + 1))
        facebook.comment(post, "Hm?", at=ago(minutes=5), by=ANA)
    facebook.closed.add("comments")
    got: list[Batch] = []
    with pytest.raises(Refused) as refused:
        _each(reader(facebook, facebook_app).batches(None, now=NOW), got)
    assert (refused.value.reason, refused.value.feature) == ("permission", "comments")
    assert len(posts_of(got)) == 3
    assert len([path for path in facebook.paths() if path.endswith("/comments")]) == 1


def test_insights_without_permission_cost_only_the_views(
    facebook: Facebook, facebook_app: FacebookApp
) -> None:
    ours = facebook.write("published_posts", "We open", at=ago(hours=1))
    facebook.closed.add("insights")
    got: list[Batch] = []
    with pytest.raises(Refused) as refused:
        _each(reader(facebook, facebook_app).batches(None, now=NOW), got)
    assert refused.value.feature == "insights"
    assert posts_of(got)[ours].metrics.views is None
    assert len([path for path in facebook.paths() if path.endswith("/insights")]) == 1


def test_somebody_elses_wall_may_be_closed(facebook: Facebook, facebook_app: FacebookApp) -> None:
    tagged = facebook.write("tagged", "Loved it", at=ago(hours=3), by=BEN, id="3003_77")
    facebook.comment(tagged, "Me too", at=ago(hours=2), by=ANA)
    facebook.closed.add("3003_77")
    batches = pull(facebook, facebook_app)
    assert set(messages_of(batches)) == {tagged}
    assert batches[-1].complete


@pytest.mark.parametrize("reply", [error(100), error(12)], ids=["a field it lacks", "a code nobody knows"])
def test_one_odd_post_does_not_stop_the_others(
    facebook: Facebook, facebook_app: FacebookApp, reply: Reply
) -> None:
    odd = facebook.write("published_posts", "Odd", at=ago(hours=2))
    facebook.comment(odd, "Hm?", at=ago(hours=1), by=ANA)
    good = facebook.write("published_posts", "Good", at=ago(hours=3))
    heard = facebook.comment(good, "Hm?", at=ago(hours=1), by=ANA)
    facebook.misbehave(f"{odd}/comments", reply)
    batches = pull(facebook, facebook_app)
    assert set(posts_of(batches)) == {odd, good}
    assert set(messages_of(batches)) == {heard}
    assert batches[-1].complete


def test_of_an_endless_thread_the_newest_is_read(
    facebook: Facebook, facebook_app: FacebookApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coaching.networks.facebook.MOST_COMMENT_PAGES", 2)
    facebook.page_size = 5
    post = facebook.write("published_posts", "Everybody, say hello", at=ago(hours=9))
    said = [facebook.comment(post, f"Hello {n}", at=ago(minutes=100 - n), by=ANA) for n in range(30)]
    assert set(messages_of(pull(facebook, facebook_app))) == set(said[-10:])


def test_one_dead_metric_does_not_cost_the_others(facebook: Facebook, facebook_app: FacebookApp) -> None:
    facebook.views["555"] = 40
    found, dead = reader(facebook, facebook_app).insights(PAGE_METRICS, now=NOW, since=ago(days=7), until=NOW)
    assert {one.name for one in found} == set(PAGE_METRICS) & ALIVE
    assert {one.value for one in found} == {40}
    assert set(dead) == set(PAGE_METRICS) - ALIVE
    assert len(facebook.asked) == 1 + len(PAGE_METRICS)


def test_we_stop_by_ourselves_shortly_before_the_limit(facebook: Facebook, facebook_app: FacebookApp) -> None:
    for n in range(3):
        facebook.write("published_posts", f"Post {n}", at=ago(hours=n + 1))
    told = [{"type": "pages", "call_count": 97, "total_time": 5, "estimated_time_to_regain_access": 14}]
    facebook.headers = {"X-Business-Use-Case-Usage": json.dumps({"555": told})}
    got: list[Batch] = []

    with pytest.raises(TryLater) as later:
        _each(reader(facebook, facebook_app).batches(None, now=NOW), got)

    assert (later.value.reason, later.value.at) == ("rate", NOW + timedelta(minutes=14))
    assert len(posts_of(got)) == 3
    facebook.headers = {}
    assert list(reader(facebook, facebook_app).batches(got[-1].cursor, now=NOW))[-1].complete


def test_a_feed_cursor_that_went_stale_starts_over(facebook: Facebook, facebook_app: FacebookApp) -> None:
    post = facebook.write("published_posts", "One", at=ago(hours=1))
    cursor: dict[str, Any] = {"posts": {"since": None, "newest": 5, "page": {"after": "stale"}}, "watch": {}}
    batches = pull(facebook, facebook_app, cursor)
    assert set(posts_of(batches)) == {post}
    assert "page" not in (batches[-1].cursor or {})["posts"]


def test_a_page_that_is_gone(facebook: Facebook, facebook_app: FacebookApp) -> None:
    facebook.misbehave("/published_posts", error(100, 33))
    with pytest.raises(Refused) as refused:
        pull(facebook, facebook_app)
    assert refused.value.reason == "gone"
