"""An X archive becomes posts: every layout, every way to be ourselves, nothing private."""

from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from coaching.networks import archive_waiting
from coaching.networks.archives import open_archive
from coaching.networks.contract import FeedPost, Metrics, Network, Person, Surface, Unreadable
from tests.networks.archive_makers import (
    LAYOUTS,
    OWN_HANDLE,
    OWN_ID,
    Layout,
    make_x_archive,
    mention,
    note,
    reply,
    script,
    tweet,
)

MUSEUM = Path(__file__).parents[3] / "shared/data/archives/twitter-sfomuseum.zip"


def read(path: Path) -> dict[str, FeedPost]:
    posts = list(open_archive(path).posts())
    assert len({post.external_id for post in posts}) == len(posts)
    return {post.external_id: post for post in posts}


def one(tmp_path: Path, made: dict[str, Any], **options: Any) -> FeedPost:
    return read(make_x_archive(tmp_path / "one.zip", [made], **options))[str(made["tweet"]["id_str"])]


@pytest.mark.parametrize("parts", [1, 3])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_posts(tmp_path: Path, layout: Layout, parts: int) -> None:
    texts = {
        str(100 + number): f'Evening {number}, "so, so" {{fine}} [really], é ☕ \\ {number}'
        for number in range(40)
    }
    made = [tweet(number, text) for number, text in texts.items()]
    archive = open_archive(make_x_archive(tmp_path / "x.zip", made, layout=layout, parts=parts))
    assert archive.account.network is Network.TWITTER
    assert (archive.account.external_id, archive.account.handle) == (OWN_ID, OWN_HANDLE)
    assert archive.account.name == "Lantern House Theatre"
    assert archive.expected == (None if layout in ("no_manifest", "top") else 40)
    assert {post.external_id: post.text for post in archive.posts()} == texts
    assert archive.warnings == []


def test_a_post_in_our_words(tmp_path: Path) -> None:
    entities = {
        "user_mentions": [mention("Mill_Bakery", "55", "Mill Bakery")],
        "urls": [
            {"url": "https://t.co/a", "expanded_url": "https://example.org/cake?a=1&b=2"},
            {"url": "https://t.co/b", "expanded_url": "https://twitter.com/Mill_Bakery/status/42"},
            {"url": "https://t.co/c", "expanded_url": f"https://x.com/{OWN_HANDLE}/status/7/photo/1"},
        ],
        "media": [{"url": "https://t.co/c"}],
    }
    made = tweet(
        7,
        "Tea &amp; cake &lt;3 with @Mill_Bakery, they said &amp;lt; https://t.co/a https://t.co/c",
        entities=entities,
        extended_entities={"media": [{"url": "https://t.co/c"}, {"url": "https://t.co/c"}]},
    )
    assert one(tmp_path, made) == FeedPost(
        external_id="7",
        created_at=datetime(2018, 10, 10, 20, 19, 24, tzinfo=UTC),
        text="Tea & cake <3 with @Mill_Bakery, they said &lt; https://t.co/a https://t.co/c",
        surface=Surface.TIMELINE,
        quotes_id="42",
        mentions=("Mill_Bakery",),
        links=("https://example.org/cake?a=1&b=2", "https://twitter.com/Mill_Bakery/status/42"),
        media=2,
        metrics=Metrics(likes=4, shares=1),
        url=f"https://x.com/{OWN_HANDLE}/status/7",
    )


def test_mentions_come_from_the_text_where_an_archive_lists_none(tmp_path: Path) -> None:
    made = tweet(7, "With @a_b and (@Cee), not me@example.org")
    del made["tweet"]["entities"]
    assert one(tmp_path, made).mentions == ("a_b", "Cee")


@pytest.mark.parametrize(
    "made",
    [
        reply(2, "@LanternHouse and more", to_id=OWN_ID),
        reply(2, "@lanternhouse and more", to_handle="lanternHOUSE"),
        reply(2, "and more", parent="1"),
        reply(2, "and more", parent="1", to_id="55", to_handle="renamed_since"),
    ],
    ids=["account id", "handle in any case", "parent in the archive", "parent wins over another name"],
)
@pytest.mark.parametrize("answer_first", [False, True])
def test_an_answer_to_ourselves_is_a_thread(tmp_path: Path, made: dict[str, Any], answer_first: bool) -> None:
    both = [made, tweet(1)] if answer_first else [tweet(1), made]
    posts = read(make_x_archive(tmp_path / "x.zip", both))
    assert posts["2"].surface is Surface.THREAD
    assert posts["1"].surface is Surface.TIMELINE


@pytest.mark.parametrize("parts", [1, 2])
def test_a_parent_may_stand_in_a_later_part(tmp_path: Path, parts: int) -> None:
    posts = read(make_x_archive(tmp_path / "x.zip", [reply(2, "more", parent="1"), tweet(1)], parts=parts))
    assert posts["2"].surface is Surface.THREAD


def test_an_answer_to_somebody_else_is_a_reply(tmp_path: Path) -> None:
    by_all = reply(2, "@Ada thanks", to_id="55", to_handle="Ada", parent="1")
    by_all["tweet"]["entities"]["user_mentions"] = [mention("Ada", "55", "Ada L.")]
    made = [
        by_all,
        reply(3, "@Ada thanks", to_id="55"),
        reply(4, "@Ada thanks", to_handle="Ada"),
        reply(5, "thanks", parent="999"),
        reply(6, "@gone thanks", to_id="-1", parent="999"),
        tweet(7, "@Ada a greeting that answers nothing"),
    ]
    posts = read(make_x_archive(tmp_path / "x.zip", made))
    assert {number: post.surface for number, post in posts.items()} == {
        "2": Surface.REPLY,
        "3": Surface.REPLY,
        "4": Surface.REPLY,
        "5": Surface.REPLY,
        "6": Surface.REPLY,
        "7": Surface.TIMELINE,
    }
    assert posts["2"].reply_to == Person("55", "Ada", "Ada L.")
    assert posts["2"].parent_id == "1"
    assert posts["3"].reply_to == Person("55")
    assert posts["4"].reply_to == Person(None, "Ada")
    assert posts["5"].reply_to is None


def test_a_share_is_a_share_even_where_it_looks_like_a_thread(tmp_path: Path) -> None:
    made = reply(2, "RT @Ada: hello", to_id=OWN_ID, parent="1")
    made["tweet"] |= {"favorite_count": "0", "retweet_count": "0"}
    made["tweet"]["entities"]["user_mentions"] = [mention("Ada", "55", "Ada L.")]
    posts = read(make_x_archive(tmp_path / "x.zip", [tweet(1), made, tweet(3, "RT this if you like tea")]))
    assert posts["2"].surface is Surface.SHARE
    assert posts["2"].shared_from == Person("55", "Ada", "Ada L.")
    assert posts["2"].metrics == Metrics(), "the zeros of a copy are unknown counts"
    assert posts["3"].surface is Surface.TIMELINE


def edited(number: int, versions: list[str], text: str, *, nested: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"editTweetIds": versions, "editsRemaining": "4"}
    info = (
        {"edit": {"initialTweetId": versions[0], "editControlInitial": told}} if nested else {"initial": told}
    )
    return tweet(number, text, edit_info=info)


@pytest.mark.parametrize("latest_first", [False, True])
def test_of_an_edited_post_the_last_version_counts(tmp_path: Path, latest_first: bool) -> None:
    first, last = 1626922779105759235, 1626923779105759235
    versions = [str(first), str(last)]
    made = [
        edited(first, versions, "Doors open at sevn.", nested=False),
        edited(last, versions, "Doors open at seven.", nested=True),
        reply(1626924779105759235, "And cake!", parent=str(first)),
    ]
    archive = open_archive(make_x_archive(tmp_path / "x.zip", made[::-1] if latest_first else made))
    posts = {post.external_id: post for post in archive.posts()}
    assert set(posts) == {str(last), "1626924779105759235"}
    assert posts[str(last)].text == "Doors open at seven."
    edited_at = posts[str(last)].edited_at
    assert edited_at is not None
    assert edited_at.replace(microsecond=0) == datetime(2023, 2, 18, 12, 37, 10, tzinfo=UTC)
    assert posts["1626924779105759235"].surface is Surface.THREAD
    assert archive.warnings == ["older_versions:1"]


def test_an_older_version_alone_is_kept(tmp_path: Path) -> None:
    posts = read(make_x_archive(tmp_path / "x.zip", [edited(5, ["5", "9"], "Doors open.", nested=False)]))
    assert posts["5"].text == "Doors open."
    assert posts["5"].edited_at is None


def test_what_stands_in_two_parts_counts_once(tmp_path: Path) -> None:
    path = make_x_archive(
        tmp_path / "x.zip", [tweet(1), tweet(2), tweet(1), tweet(3)], parts=2, community=[tweet(3), tweet(4)]
    )
    archive = open_archive(path)
    assert Counter(post.external_id for post in archive.posts()) == Counter("1234")
    assert archive.warnings == ["repeated_posts:2"]


LONG = "This is the start of a long story about tea &amp; cake that goes on " + "and on" + " and on" * 60


@pytest.mark.parametrize(
    ("cut", "entry", "whole"),
    [
        (LONG[:272] + "…", note(LONG), LONG),
        (LONG[:200] + " https://t.co/x", note(LONG), LONG),
        (LONG[:272] + "…", note(LONG, createdAt="2018-10-10T20:19:26.000Z"), LONG),
        (LONG[:272] + "…", note(LONG, createdAt="2001-01-01T00:00:00.000Z", tweetId="9"), LONG),
        ("@Ada @Bob " + LONG[:260] + "…", note(LONG), "@Ada @Bob " + LONG),
        (LONG[:272] + "…", note("Another story of the same second " * 20), LONG[:272] + "…"),
        (LONG[:272] + "…", note(LONG, createdAt="2018-10-10T20:25:00.000Z"), LONG[:272] + "…"),
        (
            LONG[:272] + "…",
            {
                "noteTweet": {
                    "noteTweetId": "8",
                    "tweetId": "9",
                    "noteTweetResults": {"text": LONG, "entitySet": {}},
                }
            },
            LONG,
        ),
    ],
    ids=[
        "beginning",
        "link at the cut",
        "two seconds later",
        "by id",
        "greeting",
        "other words",
        "late",
        "older",
    ],
)
def test_long_texts_are_made_whole(tmp_path: Path, cut: str, entry: dict[str, Any], whole: str) -> None:
    assert one(tmp_path, tweet(9, cut), notes=[entry]).text == whole.replace("&amp;", "&")


def test_a_long_text_brings_its_links_and_mentions(tmp_path: Path) -> None:
    core = {
        "text": LONG,
        "mentions": [{"screenName": "Ada", "fromIndex": "0", "toIndex": "4"}],
        "urls": [
            {"shortUrl": "https://t.co/x", "expandedUrl": "https://example.org/story", "fromIndex": "5"}
        ],
    }
    post = one(tmp_path, tweet(9, LONG[:272] + "…"), notes=[note(LONG, core=core)])
    assert post.mentions == ("Ada",)
    assert post.links == ("https://example.org/story",)


@pytest.mark.parametrize(
    "broken",
    [
        "a word",
        None,
        7,
        [],
        {"tweet": None},
        {"tweet": {}},
        tweet("-5"),
        tweet("1" * 30),
        tweet(5, created_at="yesterday"),
        tweet(5, created_at="Wed Oct 10 20:19:24 +0000 1018"),
        tweet(5, created_at="Wed Oct 45 20:19:24 +0000 2018"),
        tweet(5, created_at="Wed Oct 10 20:19:24 +0000 9999"),
        tweet(5, created_at=12),
        tweet(5, full_text=None),
        tweet(5, full_text=["x"]),
        tweet(5, full_text="x" * 200_000),
        tweet(5, entities=[1]),
        tweet(5, entities={"user_mentions": "Ada"}),
        tweet(5, entities={"urls": [3]}),
        tweet(5, edit_info="never"),
        tweet(5, edit_info={"initial": 7}),
    ],
)
def test_one_broken_post_is_left_out_and_counted(tmp_path: Path, broken: Any) -> None:
    archive = open_archive(make_x_archive(tmp_path / "x.zip", [tweet(1), broken, tweet(2)]))
    assert [post.external_id for post in archive.posts()] == ["1", "2"]
    assert archive.warnings == ["broken_posts:1"]
    with pytest.raises(Unreadable) as refused:
        list(open_archive(make_x_archive(tmp_path / "x.zip", [broken])).posts())
    assert refused.value.reason == "all_posts_broken"


@pytest.mark.parametrize("count", [None, "", "many", "-1", "٣", [], {}, True, 10**12, "99999999999"])
def test_a_count_that_is_none_is_unknown(tmp_path: Path, count: Any) -> None:
    assert one(tmp_path, tweet(7, favorite_count=count, retweet_count=3)).metrics == Metrics(
        likes=None, shares=3
    )


def test_text_that_a_database_refuses_is_put_right(tmp_path: Path) -> None:
    made = [tweet(1, "a\x00b"), tweet(2, "\ud83c\udfad and \ud83c alone"), tweet(3, "plain")]
    posts = read(make_x_archive(tmp_path / "x.zip", made))
    assert posts["1"].text == "ab"
    assert posts["2"].text == "🎭 and \ufffd alone"
    assert posts["3"].text == "plain"


def test_nothing_private_is_kept(tmp_path: Path) -> None:
    made = tweet(1, geo={"coordinates": ["52.1", "4.2"]}, coordinates={"coordinates": ["4.2", "52.1"]})
    archive = open_archive(make_x_archive(tmp_path / "x.zip", [made]))
    told = repr((archive.account, list(archive.posts()), vars(archive)))
    assert "owner@example.org" not in told
    assert "52.1" not in told


def test_the_manifest_names_the_account_where_account_js_does_not(tmp_path: Path) -> None:
    archive = open_archive(make_x_archive(tmp_path / "x.zip", [tweet(1)], account={}))
    assert (archive.account.external_id, archive.account.handle) == (OWN_ID, OWN_HANDLE)


@pytest.mark.parametrize("account", [{}, {"accountId": "x", "username": OWN_HANDLE}, {"accountId": OWN_ID}])
def test_an_archive_of_nobody_is_refused(tmp_path: Path, account: dict[str, Any]) -> None:
    path = make_x_archive(tmp_path / "x.zip", [tweet(1)], layout="no_manifest", account=account)
    with pytest.raises(Unreadable) as refused:
        open_archive(path)
    assert refused.value.reason == "no_account"


def manifest(files: list[Any], **more: Any) -> tuple[str, str]:
    value = {"dataTypes": {"tweets": {"files": files}}} | more
    return "data/manifest.js", script("__THAR_CONFIG", value)


@pytest.mark.parametrize(
    ("told", "warnings"),
    [
        (
            manifest([{"fileName": "data/tweets.js"}, {"fileName": "data/tweets-part1.js"}]),
            ["missing_parts:1"],
        ),
        (manifest([{"fileName": "data/direct-messages.js"}]), ["unknown_parts:1"]),
        (manifest([{"fileName": "../../../etc/passwd"}, {"fileName": 7}, "x"]), ["unknown_parts:1"]),
        (manifest([], archiveInfo={"isPartialArchive": True}), ["partial_archive"]),
        (("data/manifest.js", "window.__THAR_CONFIG = {"), ["manifest_unreadable"]),
        (("data/manifest.js", "window.__THAR_CONFIG = [1]"), ["manifest_unreadable"]),
        (("data/manifest.js", "\x00\xff"), ["manifest_unreadable"]),
    ],
)
def test_a_manifest_leads_to_no_other_file(
    tmp_path: Path, told: tuple[str, str], warnings: list[str]
) -> None:
    archive = open_archive(make_x_archive(tmp_path / "x.zip", [tweet(1)], layout="no_manifest", extra=[told]))
    assert [post.external_id for post in archive.posts()] == ["1"]
    assert archive.warnings == warnings


def test_an_archive_without_posts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        list(open_archive(make_x_archive(tmp_path / "x.zip", [])).posts())
    assert refused.value.reason == "no_posts"


def test_many_replies_wait_packed_and_come_back_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [
        reply(number, f"@Ada é {number}", to_id="55", parent=str(number + 1)) for number in range(1, 60, 2)
    ]
    for each in made:
        each["tweet"]["entities"] |= {
            "user_mentions": [mention("Ada", "55", "Ada L.")],
            "urls": [{"expanded_url": "https://example.org"}],
        }
    versions = ["3", "4611686018427387904", "4611686018427387905"]
    made += [tweet(30), edited(4611686018427387904, versions, "and more", nested=False)]
    path = make_x_archive(tmp_path / "x.zip", made)
    plain = list(open_archive(path).posts())
    monkeypatch.setattr(archive_waiting, "BLOCK", 4)
    assert list(open_archive(path).posts()) == plain
    assert Counter(post.surface for post in plain) == {
        Surface.REPLY: 29,
        Surface.THREAD: 1,
        Surface.TIMELINE: 2,
    }


def test_reading_twice_gives_the_same(tmp_path: Path) -> None:
    path = make_x_archive(tmp_path / "x.zip", [tweet(1), reply(2, "more", parent="1")])
    archive = open_archive(path)
    assert list(archive.posts()) == list(archive.posts()) == list(open_archive(path).posts())


def test_the_museum() -> None:
    if not MUSEUM.exists():
        pytest.skip(f"{MUSEUM.name} is not here: it is no part of this project")
    archive = open_archive(MUSEUM)
    posts = list(archive.posts())
    assert dataclasses.astuple(archive.account) == ("twitter", "116329337", "SFOMuseum", "SFO Museum")
    assert archive.expected == len(posts) == 13_469
    surfaces = Counter(post.surface for post in posts)
    assert surfaces == {
        Surface.SHARE: 2_162,
        Surface.REPLY: 1_033,
        Surface.THREAD: 2_635,
        Surface.TIMELINE: 7_639,
    }
    assert min(post.created_at for post in posts) == datetime(2011, 9, 15, 18, 59, 24, tzinfo=UTC)
    assert max(post.created_at for post in posts).date().isoformat() == "2024-11-22"
    assert archive.warnings == []
