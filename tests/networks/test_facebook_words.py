"""What Facebook's posts and comments mean in our words."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from coaching.networks.contract import Account, FeedPost, Metrics, Network, Person, Surface
from coaching.networks.facebook_words import Root, comments, instant, message, metrics, post, unshimmed

US = Account(Network.FACEBOOK, "555", "harbourtheatre", "Harbour Theatre")
OURS = {"from": {"id": "555", "name": "Harbour Theatre"}}
ANA = {"from": {"id": "2002", "name": "Ana"}}
BEN = {"from": {"id": "3003", "name": "Ben"}}
ON_OUR_POST = Root("555_1", Person("555"), ours=True)
ON_A_VISITORS = Root("555_2", Person("2002", None, "Ana"), ours=False)
PAYLOADS = Path(__file__).resolve().parents[1] / "payloads" / "facebook"
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "contracts" / "facebook" / "graph"


def raw(**more: Any) -> dict[str, Any]:
    return {"id": "555_1", "created_time": "2026-09-14T10:00:00+0000", "message": "We open", **OURS, **more}


def said(number: int, by: dict[str, Any], under: int | None = None, **more: Any) -> dict[str, Any]:
    """A comment, written `number` minutes after ten."""
    parent = {"parent": {"id": f"1_{under}"}} if under is not None else {}
    time = f"2026-09-14T10:{number:02}:00+0000"
    return {"id": f"1_{number}", "created_time": time, "message": f"words {number}", **by, **parent, **more}


def ours(rows: list[dict[str, Any]], root: Root = ON_OUR_POST) -> FeedPost:
    """The only comment of ours among the rows."""
    (own,), _ = comments(rows, root, US)
    return own


def test_a_post_of_the_page() -> None:
    one = post(raw(), US)
    assert one is not None
    assert (one.surface, one.conversation_id, one.parent_id) == (Surface.TIMELINE, "555_1", None)
    assert one.created_at == datetime(2026, 9, 14, 10, 0, tzinfo=UTC)
    assert one.url == "https://www.facebook.com/555_1"


def test_passing_on_without_a_word_is_a_share_and_with_own_words_a_quote() -> None:
    bare = post(raw(message=None, parent_id="777_3"), US)
    told = post(raw(parent_id="777_3"), US)
    assert bare is not None
    assert told is not None
    assert (bare.surface, bare.shared_from, bare.quotes_id) == (Surface.SHARE, Person("777"), None)
    assert (told.surface, told.shared_from, told.quotes_id) == (Surface.TIMELINE, Person("777"), "777_3")


def test_passing_on_ourselves_names_ourselves() -> None:
    one = post(raw(message="", parent_id="555_9"), US)
    assert one is not None
    assert one.shared_from == Person("555", "harbourtheatre", "Harbour Theatre")


def test_answering_a_persons_comment() -> None:
    own = ours([said(1, ANA), said(2, OURS, under=1)])
    assert (own.surface, own.parent_id, own.conversation_id) == (Surface.COMMENT, "1_1", "555_1")
    assert own.reply_to == Person("2002", None, "Ana")


def test_a_further_comment_under_our_own_post_is_a_thread() -> None:
    own = ours([said(1, ANA), said(2, OURS)])
    assert (own.surface, own.reply_to, own.parent_id) == (Surface.THREAD, None, "555_1")


def test_answering_ourselves_below_our_own_comment_is_a_thread() -> None:
    (first, second), _ = comments([said(1, OURS), said(2, OURS, under=1)], ON_OUR_POST, US)
    assert (first.surface, second.surface) == (Surface.THREAD, Surface.THREAD)


def test_whoever_spoke_last_below_a_comment_is_answered() -> None:
    own = ours([said(1, ANA), said(2, BEN, under=1), said(3, OURS, under=1), said(4, ANA, under=1)])
    assert own.reply_to == Person("3003", None, "Ben")


def test_answering_a_person_below_our_own_comment() -> None:
    (_, own), _ = comments([said(1, OURS), said(2, BEN, under=1), said(3, OURS, under=1)], ON_OUR_POST, US)
    assert (own.surface, own.reply_to) == (Surface.COMMENT, Person("3003", None, "Ben"))


def test_a_person_we_name_is_whom_we_answer() -> None:
    tags = [{"id": "2002", "name": "Ana", "type": "user", "offset": 0, "length": 3}]
    own = ours([said(1, ANA), said(2, BEN), said(3, OURS, message_tags=tags)])
    assert (own.surface, own.reply_to, own.mentions) == (
        Surface.COMMENT,
        Person("2002", None, "Ana"),
        ("Ana",),
    )


def test_a_comment_under_a_visitors_post_answers_the_visitor() -> None:
    own = ours([said(1, OURS)], ON_A_VISITORS)
    assert (own.surface, own.reply_to) == (Surface.COMMENT, Person("2002", None, "Ana"))


def test_people_without_a_name_are_answered_all_the_same() -> None:
    own = ours([said(1, {}), said(2, OURS, under=1)])
    assert (own.surface, own.reply_to) == (Surface.COMMENT, None)


def test_the_order_of_the_list_does_not_matter() -> None:
    rows = [said(1, ANA), said(2, BEN, under=1), said(3, OURS, under=1)]
    assert comments(rows, ON_OUR_POST, US) == comments(rows[::-1], ON_OUR_POST, US)


def test_comments_without_id_or_time_are_left_out() -> None:
    rows = [{"message": "x"}, {"id": "1_1", "message": "x"}, {"id": "1_2", "created_time": "soon"}]
    assert comments(rows, ON_OUR_POST, US) == ((), ())


def test_links_and_media() -> None:
    shim = "https://l.facebook.com/l.php?u=https%3A%2F%2Fharbour.example%2Fautumn&h=AT0"
    one = post(
        raw(
            message="See https://harbour.example/a, and more.",
            attachments={
                "data": [
                    {"media_type": "link", "type": "share", "url": shim},
                    {"media_type": "album", "subattachments": {"data": [{}, {}, {}]}},
                    {"media_type": "photo", "type": "photo"},
                ]
            },
        ),
        US,
    )
    assert one is not None
    assert one.links == ("https://harbour.example/a", "https://harbour.example/autumn")
    assert one.media == 4


def test_an_address_behind_the_leaving_page() -> None:
    assert unshimmed("https://l.facebook.com/l.php?u=https%3A%2F%2Fa.example%2F&h=1") == "https://a.example/"
    assert unshimmed("https://a.example/l.php?u=x") == "https://a.example/l.php?u=x"
    assert unshimmed("https://l.facebook.com/l.php") == "https://l.facebook.com/l.php"


def test_counts_that_are_not_told_are_unknown_and_not_nought() -> None:
    assert metrics({}) == Metrics()
    assert metrics({"comments": []}) == Metrics()
    assert metrics({"comments": {"data": [], "summary": {"total_count": 0}}}) == Metrics(replies=0)
    assert metrics({"shares": {"count": "12"}}).shares == 12
    assert metrics({"like_count": 3, "comment_count": 1}) == Metrics(likes=3, replies=1)


@pytest.mark.parametrize(
    "value", ["2021-07-09T19:09:52+0000", "2021-07-09T19:09:52Z", 1625857792, "1625857792"]
)
def test_times_as_facebook_writes_them(value: Any) -> None:
    assert instant(value) == datetime(2021, 7, 9, 19, 9, 52, tzinfo=UTC)


def test_a_moment_that_is_none() -> None:
    strange: list[Any] = [None, "", "soon", [], {}, 1e40]
    assert [instant(value) for value in strange] == [None] * 6


@pytest.mark.parametrize(
    "tags",
    [
        [{"name": "Ana", "offset": 4}, {"name": "Ben", "offset": 0}],
        {"0": [{"name": "Ben", "offset": 0}], "4": [{"name": "Ana", "offset": 4}]},
    ],
)
def test_names_come_in_the_order_of_the_text(tags: Any) -> None:
    one = message(raw(message_tags=tags))
    assert one is not None
    assert one.mentions == ("Ben", "Ana")


def test_a_real_comment() -> None:
    told = json.loads((PAYLOADS / "graph" / "comment-issue286.json").read_text())
    page = Account(Network.FACEBOOK, "474930769339741", "tester", "Tester Page")
    (own,), heard = comments([told], Root("520586098107541", Person(), ours=False), page)
    assert (own.external_id, own.text, own.metrics) == (
        told["id"],
        "new comment",
        Metrics(likes=1, replies=0),
    )
    assert heard == ()


@pytest.mark.parametrize("name", ["post-with-empty-comments", "post-with-normal-comments"])
def test_real_posts_of_old(name: str) -> None:
    one = message(json.loads((PAYLOADS / "graph" / f"{name}.json").read_text()))
    assert one is not None
    assert (one.external_id, one.author.name, one.text) == ("1234", "Manuel Martin", "hello world!")
    assert one.metrics.likes is None


def test_real_lists_of_a_page() -> None:
    if not SHARED.exists():
        pytest.skip("people's posts may not be copied into the project, and their folder is not here")
    page = Account(Network.FACEBOOK, "19292868552", "FacebookforDevelopers", "Facebook for Developers")
    rows = json.loads((SHARED / "feeds_default_fields_p1.json").read_text())["data"]
    read = [post(row, page) for row in rows]
    assert all(one is not None and one.text and one.created_at for one in read)
    assert any(one is not None and one.media for one in read)
    answers = json.loads((SHARED / "comments_p1.json").read_text())["data"]
    found = comments(({"id": str(n), **row} for n, row in enumerate(answers)), ON_OUR_POST, US)
    assert len(found[1]) == len(answers)
