"""What X's raw objects mean in our words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from coaching.networks.contract import Account, Metrics, Network, Person, Surface
from coaching.networks.twitter_words import Known, is_ours, known, message, metrics, post, time_in

US = Account(Network.TWITTER, "1001", "HarbourTheatre", "Harbour Theatre")


def raw(**more: Any) -> dict[str, Any]:
    return {
        "id": "1835000000000000001",
        "author_id": "1001",
        "text": "Hello",
        "created_at": "2026-09-14T10:00:00.000Z",
        "conversation_id": "1835000000000000001",
        **more,
    }


def mention(handle: str, external_id: str | None = None, start: int = 0) -> dict[str, Any]:
    return {"username": handle, "start": start, **({"id": external_id} if external_id else {})}


def read(**more: Any) -> Any:
    found = post(raw(**more), US, Known())
    assert found is not None
    return found


def test_a_post_on_its_own_stands_on_the_timeline() -> None:
    one = read()
    assert one.surface is Surface.TIMELINE
    assert (one.parent_id, one.reply_to, one.quotes_id) == (None, None, None)
    assert one.url == "https://x.com/HarbourTheatre/status/1835000000000000001"


def test_an_answer_to_somebody_is_a_reply_and_names_them() -> None:
    one = read(
        text="@ana yes",
        in_reply_to_user_id="2002",
        referenced_tweets=[{"type": "replied_to", "id": "77"}],
        entities={"mentions": [mention("ana", "2002")]},
    )
    assert (one.surface, one.parent_id) == (Surface.REPLY, "77")
    assert one.reply_to == Person("2002", "ana")


def test_a_reply_may_name_a_user_and_no_post() -> None:
    one = read(text="@ana yes", in_reply_to_user_id="2002", entities={"mentions": [mention("ana", "2002")]})
    assert (one.surface, one.parent_id, one.reply_to.handle) == (Surface.REPLY, None, "ana")


@pytest.mark.parametrize(
    "how",
    [
        {"in_reply_to_user_id": "1001", "referenced_tweets": [{"type": "replied_to", "id": "77"}]},
        {
            "text": "@harbourTHEATRE and",
            "referenced_tweets": [{"type": "replied_to", "id": "77"}],
            "entities": {"mentions": [mention("harbourTHEATRE")]},
        },
        {"referenced_tweets": [{"type": "replied_to", "id": "42"}]},
    ],
    ids=["by id", "by handle in any case", "because the parent is ours"],
)
def test_an_answer_to_ourselves_is_a_thread(how: dict[str, Any]) -> None:
    one = post(raw(**how), US, Known(), own_ids={"42"})
    assert one is not None
    assert one.surface is Surface.THREAD


def test_a_repost_is_a_share_and_its_counts_are_not_ours() -> None:
    one = read(
        text="RT @ana: what a night",
        referenced_tweets=[{"type": "retweeted", "id": "55"}],
        public_metrics={"retweet_count": 812, "like_count": 0, "reply_count": 0, "quote_count": 0},
    )
    assert one.surface is Surface.SHARE
    assert one.shared_from == Person(handle="ana")
    assert one.metrics == Metrics()
    assert (one.parent_id, one.reply_to) == (None, None)


def test_a_repost_is_whole_where_the_original_is_included() -> None:
    about = known(
        {
            "includes": {
                "tweets": [{"id": "55", "author_id": "2002", "text": "what a night &amp; what a cast"}],
                "users": [{"id": "2002", "username": "ana", "name": "Ana"}],
            }
        }
    )
    one = post(raw(text="RT @ana: what a…", referenced_tweets=[{"type": "retweeted", "id": "55"}]), US, about)
    assert one is not None
    assert one.text == "RT @ana: what a night & what a cast"
    assert one.shared_from == Person("2002", "ana", "Ana")


def test_a_quote_with_own_words_stays_on_the_timeline() -> None:
    one = read(text="So good", referenced_posts=[{"type": "quoted", "id": "55"}])
    assert (one.surface, one.quotes_id) == (Surface.TIMELINE, "55")


def test_a_quote_inside_an_answer_stays_an_answer() -> None:
    references = [{"type": "replied_to", "id": "77"}, {"type": "quoted", "id": "55"}]
    one = read(in_reply_to_user_id="2002", referenced_tweets=references)
    assert (one.surface, one.parent_id, one.quotes_id) == (Surface.REPLY, "77", "55")


@pytest.mark.parametrize("name", ["note_tweet", "note_post"])
def test_a_long_text_is_whole_with_its_own_entities(name: str) -> None:
    note = {
        "text": "A long one &amp; more",
        "entities": {"mentions": [mention("Ben_K", start=9), mention("ana", start=2)]},
    }
    one = read(text="A long…", **{name: note})
    assert one.text == "A long one & more"
    assert one.mentions == ("ana", "Ben_K")


def test_links_are_expanded_and_own_pictures_are_media() -> None:
    urls = [
        {"url": "https://t.co/a", "expanded_url": "https://harbour.example/autumn"},
        {
            "url": "https://t.co/b",
            "expanded_url": "https://x.com/HarbourTheatre/status/1835000000000000001/photo/1",
        },
        {"url": "https://t.co/c", "expanded_url": "https://x.com/ana/status/55/photo/1"},
        {"url": "https://t.co/a", "expanded_url": "https://harbour.example/autumn"},
    ]
    one = read(entities={"urls": urls})
    assert one.links == ("https://harbour.example/autumn", "https://x.com/ana/status/55/photo/1")
    assert one.media == 1
    assert read(entities={"urls": urls}, attachments={"media_keys": ["3_1", "3_2"]}).media == 2


def test_counts_that_are_not_told_are_unknown_and_not_nought() -> None:
    assert metrics({}) == Metrics()
    assert metrics({"public_metrics": {"like_count": 0}}) == Metrics(likes=0)
    assert metrics({"public_metrics": {"repost_count": 4}}).shares == 4
    assert metrics({"public_metrics": {"retweet_count": 4, "quote_count": 2}}).shares == 6
    assert metrics({"public_metrics": None}) == Metrics()


def test_a_message_without_its_author_keeps_the_id() -> None:
    one = message(raw(author_id="2002"), Known())
    assert one is not None
    assert one.author == Person("2002")
    assert one.url == "https://x.com/i/web/status/1835000000000000001"


@pytest.mark.parametrize("broken", [{"id": None}, {"id": "7", "created_at": "Wed Jan 06"}, {"id": ""}])
def test_what_has_neither_id_nor_time_is_nothing(broken: dict[str, Any]) -> None:
    assert message(raw(**broken), Known()) is None
    assert post(raw(**broken), US, Known()) is None


def test_the_time_is_in_the_id_where_it_is_told_nowhere_else() -> None:
    one = read(created_at=None)
    assert one.created_at == time_in("1835000000000000001")
    assert one.created_at.tzinfo is UTC
    assert time_in("29620000000") is None
    assert time_in(None) is None


def test_the_moment_in_an_id() -> None:
    # From the examples in X's own specification.
    at = time_in("1346889436626259968")
    assert at is not None
    assert at.replace(microsecond=0) == datetime(2021, 1, 6, 18, 40, 40, tzinfo=UTC)


def test_odd_shapes_are_no_error() -> None:
    one = read(
        entities="?",
        public_metrics=[],
        referenced_tweets={"type": "quoted"},
        edit_history_tweet_ids="x",
        text=None,
    )
    assert (one.text, one.mentions, one.links, one.media) == ("", (), (), 0)
    assert known(
        {"includes": {"users": [None, {"data": {"id": 5, "username": "e"}}], "tweets": "?"}}
    ).people == {"5": Person("5", "e", None)}


def test_we_are_known_by_id_and_else_by_handle() -> None:
    assert is_ours({"author_id": 1001}, US)
    assert is_ours({"username": "harbourtheatre"}, US)
    assert not is_ours({"author_id": "2002", "username": "harbourtheatre"}, US)
    assert not is_ours({}, US)
