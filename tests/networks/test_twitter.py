"""Reading an X account through the real tweepy against a server that speaks X's protocol."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest

from coaching.networks.contract import (
    Account,
    Batch,
    FeedMessage,
    FeedPost,
    Network,
    Reader,
    Refused,
    Surface,
    TryLater,
)
from coaching.networks.twitter import TwitterReader, next_look
from coaching.networks.twitter_api import XApp

from .conftest import NOW, THEATRE
from .stand.server import Reply
from .stand.x import X, id_at, problem


def token_of(x: X, who: str = "1001") -> str:
    return next(token for token, owner in x.tokens.items() if owner == who)


def reader(x: X, app: XApp, **more: Any) -> TwitterReader:
    return TwitterReader(app, THEATRE, token_of(x), **more)


def posts_of(batches: Iterable[Batch]) -> list[FeedPost]:
    return [one for batch in batches for one in batch.posts]


def messages_of(batches: Iterable[Batch]) -> list[FeedMessage]:
    return [one for batch in batches for one in batch.messages]


def pull(x: X, app: XApp, cursor: dict[str, Any] | None = None, now: datetime = NOW) -> list[Batch]:
    mine: Reader = reader(x, app)
    return list(mine.batches(cursor, now=now))


def test_a_first_pull_brings_posts_and_messages_and_says_that_it_is_complete(x: X, x_app: XApp) -> None:
    ours = x.write("1001", "We open on Friday")
    asked = x.write("2002", "@HarbourTheatre is there a lift?", at=NOW - timedelta(minutes=4))
    answered = x.write("1001", "@ana yes, by the side door", at=NOW - timedelta(minutes=3), answers=asked)

    batches = pull(x, x_app)

    assert {one.external_id for one in posts_of(batches)} == {ours, answered}
    (message,) = messages_of(batches)
    assert (message.external_id, message.author.handle, message.author.name) == (asked, "ana", "Ana Lopes")
    assert message.url == f"https://x.com/ana/status/{asked}"
    assert [batch.complete for batch in batches] == [False] * (len(batches) - 1) + [True]


def test_every_batch_holds_a_cursor_that_survives_json(x: X, x_app: XApp) -> None:
    x.write("1001", "One")
    for batch in pull(x, x_app):
        assert batch.cursor is not None
        assert json.loads(json.dumps(batch.cursor)) == batch.cursor


def test_a_second_pull_reads_only_what_is_new(x: X, x_app: XApp) -> None:
    x.write("1001", "One")
    cursor = pull(x, x_app)[-1].cursor
    x.billed = 0
    fresh = x.write("1001", "Two", at=NOW + timedelta(minutes=1))

    batches = pull(x, x_app, cursor, NOW + timedelta(hours=1))

    assert [one.external_id for one in posts_of(batches)] == [fresh]
    assert x.billed == 1


def test_an_account_without_posts_has_no_data_in_its_pages(x: X, x_app: XApp) -> None:
    batches = pull(x, x_app)
    assert posts_of(batches) == []
    assert batches[-1].complete


def test_a_post_that_appears_between_two_pages_is_not_lost(x: X, x_app: XApp) -> None:
    """The next `since_id` is the newest id of the first page, not the newest that was there at the end."""
    x.page_size = 5
    old = {x.write("1001", f"Post {n}", at=NOW - timedelta(minutes=60 - n)) for n in range(12)}
    meanwhile: list[str] = []

    def appear(page: int) -> None:
        if page == 2:
            meanwhile.append(x.write("1001", "In between", at=NOW + timedelta(seconds=1)))

    x.before_page = appear
    first = pull(x, x_app)
    x.before_page = None
    second = pull(x, x_app, first[-1].cursor)

    assert {one.external_id for one in posts_of(first)} == old
    assert [one.external_id for one in posts_of(second)] == meanwhile


def test_a_pull_that_dies_goes_on_from_its_last_stored_batch(x: X, x_app: XApp) -> None:
    x.page_size = 5
    written = {x.write("1001", f"Post {n}", at=NOW - timedelta(minutes=60 - n)) for n in range(17)}
    stored: list[Batch] = []
    for batch in reader(x, x_app).batches(None, now=NOW):
        stored.append(batch)
        if len(stored) == 2:
            break
    newer = x.write("1001", "Newer", at=NOW)

    rest = pull(x, x_app, stored[-1].cursor)
    after = pull(x, x_app, rest[-1].cursor)

    found = [one.external_id for one in posts_of([*stored, *rest])]
    assert sorted(found) == sorted(written), "each post exactly once"
    assert [one.external_id for one in posts_of(after)] == [newer]


def test_the_old_since_stays_until_the_last_page_is_in(x: X, x_app: XApp) -> None:
    x.page_size = 5
    x.write("1001", "Before", at=NOW - timedelta(hours=3))
    cursor = pull(x, x_app)[-1].cursor
    since = (cursor or {})["posts"]["since"]
    for n in range(9):
        x.write("1001", f"Post {n}", at=NOW - timedelta(minutes=60 - n))

    first, second, *_ = reader(x, x_app).batches(cursor, now=NOW)

    assert first.cursor is not None
    assert second.cursor is not None
    assert first.cursor["posts"]["since"] == since
    assert "since" in second.cursor["posts"]
    assert second.cursor["posts"] == {"since": first.cursor["posts"]["newest"]}


def test_a_page_token_that_went_stale_starts_the_walk_over(x: X, x_app: XApp) -> None:
    written = {x.write("1001", f"Post {n}", at=NOW - timedelta(minutes=60 - n)) for n in range(3)}
    cursor = {"posts": {"since": None, "newest": "9", "page": "from-last-year"}}

    batches = pull(x, x_app, cursor)

    assert {one.external_id for one in posts_of(batches)} == written
    assert (batches[-1].cursor or {})["posts"] == {"since": max(written)}


def test_a_page_token_that_repeats_for_ever_ends(x: X, x_app: XApp) -> None:
    x.page_size = 5
    x.same_token = "again"
    for n in range(30):
        x.write("1001", f"Post {n}", at=NOW - timedelta(minutes=60 - n))

    batches = pull(x, x_app)

    assert batches[-1].complete
    assert len([path for path in x.paths() if path.endswith("/tweets")]) == 2


def test_both_spellings_of_fields_give_the_same(x: X, x_app: XApp) -> None:
    asked = x.write("2002", "@HarbourTheatre tickets?", at=NOW - timedelta(minutes=9))
    x.write("1001", "@ana here", at=NOW - timedelta(minutes=8), answers=asked)
    x.write("1001", "short…", at=NOW - timedelta(minutes=7), note_tweet={"text": "long & whole " * 40})
    x.write("1001", "RT @ana: hi", referenced_tweets=[{"type": "retweeted", "id": asked}])
    old = pull(x, x_app)
    x.spelling = "post"
    new = pull(x, x_app)

    assert posts_of(old) == posts_of(new)
    assert messages_of(old) == messages_of(new)
    assert {one.surface for one in posts_of(new)} == {Surface.REPLY, Surface.TIMELINE, Surface.SHARE}
    assert any(one.metrics.shares == 3 for one in posts_of(new))


def test_a_time_without_milliseconds_loses_nothing(x: X, x_app: XApp) -> None:
    x.milliseconds = False
    x.write("1001", "One", at=NOW - timedelta(hours=1))
    (one,) = posts_of(pull(x, x_app))
    assert one.created_at == NOW - timedelta(hours=1)


def test_text_is_unescaped(x: X, x_app: XApp) -> None:
    x.write("1001", "Tea & <cake> at 4")
    (one,) = posts_of(pull(x, x_app))
    assert one.text == "Tea & <cake> at 4"


def test_half_an_emoji_and_a_nul_do_not_stop_a_pull(x: X, x_app: XApp) -> None:
    x.write("1001", "Half \ud83d of it\x00")
    (one,) = posts_of(pull(x, x_app))
    assert one.text == "Half \ufffd of it"
    assert one.text.encode()


def test_errors_beside_data_lose_nothing(x: X, x_app: XApp) -> None:
    """X names what it could not expand under `errors`, with a 200."""
    x.write("1001", "One")
    answer = x.answer

    def with_errors(asked: Any) -> Any:
        reply = answer(asked)
        reply.body["errors"] = [{"type": "https://api.twitter.com/2/problems/resource-not-found"}]
        return reply

    x.answer = with_errors  # type: ignore[method-assign]
    assert len(posts_of(pull(x, x_app))) == 1


def test_a_thread_that_talks_without_naming_us_is_found_by_search(x: X, x_app: XApp) -> None:
    asked = x.write("2002", "@HarbourTheatre a lift?", at=NOW - timedelta(hours=5))
    x.write("1001", "@ana yes", at=NOW - timedelta(hours=4), answers=asked)
    aside = x.write("3003", "I can help too", at=NOW - timedelta(hours=3), answers=asked)

    batches = pull(x, x_app)
    assert aside in {one.external_id for one in messages_of(batches)}

    x.asked.clear()
    again = x.write("3003", "Any time", at=NOW + timedelta(hours=1), answers=aside)
    more = pull(x, x_app, batches[-1].cursor, NOW + timedelta(hours=2))
    assert [one.external_id for one in messages_of(more)] == [again]
    (search,) = [one for one in x.asked if one.path.endswith("/recent")]
    assert search.query["query"] == f"(conversation_id:{asked}) -from:HarbourTheatre"
    assert search.query["since_id"] == aside


def test_a_thread_that_is_new_to_us_is_searched_from_its_beginning(x: X, x_app: XApp) -> None:
    first = x.write("2002", "@HarbourTheatre one", at=NOW - timedelta(hours=5))
    other = x.write("2002", "Talking to nobody", at=NOW - timedelta(hours=5))
    early = x.write("3003", "Quite", at=NOW - timedelta(hours=4), answers=other)
    cursor = pull(x, x_app)[-1].cursor
    assert cursor is not None
    assert first in cursor["threads"]
    x.write("1001", "@ana may we join in?", at=NOW + timedelta(hours=1), answers=other)

    found = {one.external_id for one in messages_of(pull(x, x_app, cursor, NOW + timedelta(hours=2)))}

    assert {other, early} <= found


def test_a_search_never_reaches_back_more_than_seven_days(x: X, x_app: XApp) -> None:
    old = x.write("2002", "@HarbourTheatre one", at=NOW - timedelta(days=6))
    cursor = pull(x, x_app)[-1].cursor
    assert (cursor or {})["searched"]["newest"] == old
    x.now = later = NOW + timedelta(days=10)
    fresh = x.write("2002", "@HarbourTheatre two", at=later - timedelta(days=1))

    assert fresh in {one.external_id for one in messages_of(pull(x, x_app, cursor, later))}


def test_searches_stay_within_the_allowed_length(x: X, x_app: XApp) -> None:
    for n in range(40):
        x.write("2002", f"@HarbourTheatre {n}", at=NOW - timedelta(minutes=n))
    pull(x, x_app)
    searches = [one.query["query"] for one in x.asked if one.path.endswith("/recent")]
    assert len(searches) > 1
    assert all(len(words) <= 512 for words in searches)
    assert sum(words.count("conversation_id:") for words in searches) == 40


def test_a_bare_repost_of_ours_is_no_message(x: X, x_app: XApp) -> None:
    ours = x.write("1001", "We open")
    x.write("2002", "RT @HarbourTheatre: We open", referenced_tweets=[{"type": "retweeted", "id": ours}])
    assert messages_of(pull(x, x_app)) == []


def test_an_edited_post_replaces_its_earlier_versions(x: X, x_app: XApp) -> None:
    before = id_at(NOW - timedelta(hours=2))
    after = x.write("1001", "We open at 8", at=NOW - timedelta(hours=1))
    x.posts[after]["edit_history_tweet_ids"] = [before, after]

    first, *_ = pull(x, x_app)

    assert first.removed == (before,)
    assert first.posts[0].created_at == NOW - timedelta(hours=2)
    assert first.posts[0].edited_at == NOW - timedelta(hours=1)


def test_rechecking_brings_fresh_counts_and_finds_what_is_gone(x: X, x_app: XApp) -> None:
    ids = [x.write("1001", f"Post {n}", at=NOW - timedelta(minutes=200 - n)) for n in range(130)]
    hidden = x.write("2002", "@HarbourTheatre hm")
    x.gone = {
        ids[3]: "resource-not-found",
        hidden: "not-authorized-for-resource",
        ids[5]: "resource-unavailable",
    }
    x.posts[ids[0]]["public_metrics"]["like_count"] = 1234

    batches = list(reader(x, x_app).recheck([*ids, hidden], now=NOW))

    assert sorted(one for batch in batches for one in batch.removed) == sorted([ids[3], hidden])
    found = {one.external_id: one for one in posts_of(batches)}
    assert len(found) == 128
    assert found[ids[0]].metrics.likes == 1234
    assert len(x.asked) == 2, "a hundred at a time"


@pytest.mark.parametrize(
    "reply",
    [
        problem(403, "client-forbidden", reason="client-not-enrolled"),
        Reply(404, {"title": "Not Found"}),
        problem(400, "invalid-request"),
    ],
    ids=["not enrolled", "no such endpoint", "words not allowed"],
)
def test_a_missing_plan_for_search_comes_after_everything_else(x: X, x_app: XApp, reply: Reply) -> None:
    x.write("2002", "@HarbourTheatre a lift?")
    x.write("1001", "We open")
    x.misbehave("/search/recent", reply)
    got: list[Batch] = []
    with pytest.raises(Refused) as refused:
        for_each(reader(x, x_app).batches(None, now=NOW), got)

    assert (refused.value.reason, refused.value.feature) == ("permission", "conversations")
    assert len(posts_of(got)) == 1
    assert len(messages_of(got)) == 1
    assert [batch.complete for batch in got] == [False] * (len(got) - 1) + [True]
    off = reader(x, x_app, features=frozenset({"mentions"}))
    assert list(off.batches(got[-1].cursor, now=NOW))[-1].complete


def for_each(batches: Iterable[Batch], into: list[Batch]) -> None:
    """Store each batch as it comes, as a worker does."""
    for batch in batches:
        into.append(batch)


def test_counts_are_looked_at_ever_more_rarely() -> None:
    pauses = [next_look(timedelta(days=days)) for days in (0, 2, 5, 20, 60)]
    assert pauses[-1] is None
    known = [pause for pause in pauses if pause is not None]
    assert known == sorted(set(known))


def test_an_account_that_is_gone(x: X, x_app: XApp) -> None:
    nobody = Account(Network.TWITTER, "9999", "nobody", "Nobody")
    with pytest.raises(Refused) as refused:
        list(TwitterReader(x_app, nobody, token_of(x)).batches(None, now=NOW))
    assert refused.value.reason == "gone"


def test_limits_from_headers_are_remembered_and_nobody_asks_in_vain(x: X, x_app: XApp) -> None:
    reset = NOW + timedelta(minutes=9)
    x.headers = {
        "x-rate-limit-limit": "900",
        "x-rate-limit-remaining": "0",
        "x-rate-limit-reset": str(int(reset.timestamp())),
    }
    first = reader(x, x_app)
    list(first.batches(None, now=NOW))
    assert first.windows["posts"].resets_at == reset
    x.asked.clear()

    with pytest.raises(TryLater) as later:
        list(reader(x, x_app, windows=first.windows).batches(None, now=NOW))

    assert (later.value.reason, later.value.at) == ("rate", reset)
    assert x.asked == []
    assert list(reader(x, x_app, windows=first.windows).batches(None, now=reset))[-1].complete
