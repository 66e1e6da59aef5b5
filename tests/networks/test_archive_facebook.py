"""A Page's export becomes posts with stable keys; other exports are refused kindly."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from coaching.networks.archives import open_archive
from coaching.networks.contract import Account, FeedPost, Metrics, Network, Person, Surface, Unreadable
from tests.networks.archive_makers import (
    OWN_NAME,
    fb_link,
    fb_picture,
    fb_post,
    make_facebook_archive,
)

NOON = 1_700_000_000


def read(path: Path) -> list[FeedPost]:
    return list(open_archive(path).posts())


def one(tmp_path: Path, item: dict[str, Any]) -> FeedPost:
    (post,) = read(make_facebook_archive(tmp_path / "one.zip", [item]))
    return post


def refusal(path: Path) -> str:
    with pytest.raises(Unreadable) as refused:
        list(open_archive(path).posts())
    return refused.value.reason


def test_a_post_in_our_words(tmp_path: Path) -> None:
    picture = fb_picture(
        "posts/media/Album_1/77.jpg", description="Café", media_metadata={"upload_ip": "203.0.113.9"}
    )
    item = fb_post(NOON, "Naïve façade – “so” 🎭", attachments=[fb_link("https://example.org/é"), picture])
    item["data"].append({"update_timestamp": NOON + 90})
    post = one(tmp_path, item)
    assert post.text == "Naïve façade – “so” 🎭"
    assert post.created_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert post.edited_at == datetime(2023, 11, 14, 22, 14, 50, tzinfo=UTC)
    assert (post.surface, post.links, post.media) == (Surface.TIMELINE, ("https://example.org/é",), 1)
    assert post.metrics == Metrics(), "an export tells no counts"
    assert (post.url, post.parent_id, post.conversation_id, post.mentions) == (None, None, None, ())
    assert "203.0.113.9" not in repr(post)


@pytest.mark.parametrize("parts", [1, 3])
@pytest.mark.parametrize("folder", ["this_profile's_activity_across_facebook/", "", "facebook-lantern/"])
def test_every_layout_gives_the_same_posts(tmp_path: Path, folder: str, parts: int) -> None:
    items = [fb_post(NOON + number, f"Evening {number}") for number in range(7)]
    path = make_facebook_archive(tmp_path / "x.zip", items, folder=folder, parts=parts)
    assert [post.text for post in read(path)] == [f"Evening {number}" for number in range(7)]


def test_text_that_was_never_misread_stays(tmp_path: Path) -> None:
    path = make_facebook_archive(
        tmp_path / "x.zip",
        [],
        parts=1,
        extra=[
            ("posts/profile_posts_2.json", json.dumps([fb_post(NOON, "Grüße ☕"), fb_post(NOON, "Grüße")])),
        ],
    )
    assert [post.text for post in read(path)] == ["Grüße ☕", "Grüße"]


def test_pictures_lend_their_caption_where_a_post_has_no_words(tmp_path: Path) -> None:
    alike = [fb_picture("a.jpg", description="The café"), fb_picture("b.jpg", description="The café")]
    assert one(tmp_path, fb_post(NOON, attachments=alike)).text == "The café"
    unlike = [fb_picture("a.jpg", description="One"), fb_picture("b.jpg", description="Two")]
    post = one(tmp_path, fb_post(NOON, attachments=unlike))
    assert (post.text, post.media) == ("", 2)


def test_a_tag_reads_as_a_name(tmp_path: Path) -> None:
    assert one(tmp_path, fb_post(NOON, "With @[1234:274:Mill Bakery]!")).text == "With Mill Bakery!"


@pytest.mark.parametrize(
    ("item", "surface", "owner"),
    [
        (fb_post(NOON, "Look", title=f"{OWN_NAME} shared a post."), Surface.SHARE, None),
        (
            fb_post(NOON, "Look", title=f"{OWN_NAME} shared Mill Bakery's photo."),
            Surface.SHARE,
            "Mill Bakery",
        ),
        (fb_post(NOON, "Look", title=f"{OWN_NAME} shared James’ post."), Surface.SHARE, "James"),
        (fb_post(NOON, title=f"{OWN_NAME} shared an event."), Surface.SHARE, None),
        (fb_post(NOON, "Look", title=f"{OWN_NAME} shared a link."), Surface.TIMELINE, None),
        (fb_post(NOON, "Look", title=f"{OWN_NAME} shared a memory."), Surface.TIMELINE, None),
        (fb_post(NOON, "Look", title=f"{OWN_NAME} updated their status."), Surface.TIMELINE, None),
        (fb_post(NOON, "We shared a photo yesterday"), Surface.TIMELINE, None),
        (
            fb_post(NOON, attachments=[fb_link("https://www.facebook.com/millbakery/posts/1")]),
            Surface.SHARE,
            None,
        ),
        (fb_post(NOON, attachments=[fb_link("https://fb.watch/abc/")]), Surface.SHARE, None),
        (
            fb_post(NOON, attachments=[fb_link("https://m.facebook.com/LanternHouse/posts/1")]),
            Surface.TIMELINE,
            None,
        ),
        (fb_post(NOON, attachments=[fb_link("https://example.org/facebook.com")]), Surface.TIMELINE, None),
        (fb_post(NOON, attachments=[fb_link("https://[broken")]), Surface.TIMELINE, None),
    ],
)
def test_what_is_a_share(tmp_path: Path, item: dict[str, Any], surface: Surface, owner: str | None) -> None:
    post = one(tmp_path, item)
    assert post.surface is surface
    assert post.shared_from == (Person(name=owner) if owner else None)


def test_a_newer_export_gives_the_same_keys(tmp_path: Path) -> None:
    older = [
        fb_post(NOON, "Same second"),
        fb_post(NOON, "Same second, other words"),
        fb_post(NOON + 5, attachments=[fb_picture("this_profile's_activity/posts/media/Album_1/77.jpg")]),
        fb_post(NOON + 5, attachments=[fb_picture("this_profile's_activity/posts/media/Album_1/78.jpg")]),
        fb_post(NOON + 9, "Twice the very same"),
        fb_post(NOON + 9, "Twice the very same"),
    ]
    newer = [fb_post(NOON, "Same second as well"), *reversed(older), fb_post(NOON + 99, "New")]
    moved = json.loads(json.dumps(newer).replace("this_profile's_activity/", "another_folder/"))
    first = {post.external_id for post in read(make_facebook_archive(tmp_path / "a.zip", older))}
    second = {post.external_id for post in read(make_facebook_archive(tmp_path / "b.zip", moved, parts=3))}
    assert len(first) == 6
    assert len(second) == 8
    assert first < second


@pytest.mark.parametrize(
    ("options", "account"),
    [
        ({}, ("username:lanternhouse", "lanternhouse", OWN_NAME)),
        (
            {"username": None, "address": "https://www.facebook.com/Lantern.House"},
            ("username:lantern.house", "Lantern.House", OWN_NAME),
        ),
        (
            {"username": None, "address": "https://www.facebook.com/profile.php?id=100064000000001"},
            ("100064000000001", "LanternHouseTheatre", OWN_NAME),
        ),
        (
            {"username": "lanternhouse", "address": "https://www.facebook.com/Lantern-House-100064000000001"},
            ("100064000000001", "lanternhouse", OWN_NAME),
        ),
        (
            {"username": None, "address": "https://evil.example/profile.php?id=100064000000001"},
            ("name:", "LanternHouseTheatre", OWN_NAME),
        ),
        ({"name": "Café Zürich", "username": None}, ("name:", "CaféZürich", "Café Zürich")),
    ],
)
def test_whose_page_it_is(tmp_path: Path, options: dict[str, Any], account: tuple[str, str, str]) -> None:
    archive = open_archive(make_facebook_archive(tmp_path / "x.zip", [fb_post(NOON, "Hi")], **options))
    told: Account = archive.account
    assert told.network is Network.FACEBOOK
    assert told.external_id.startswith(account[0])
    assert (told.handle, told.name) == account[1:]
    assert "owner@example.org" not in repr((told, vars(archive)))
    assert archive.expected is None


def test_without_a_profile_file_the_titles_name_the_page(tmp_path: Path) -> None:
    titles = ["Café Süd shared a link.", "Café Süd was live.", "Ada wrote on Café Süd's timeline.", None]
    items = [
        fb_post(NOON + place, "Hi", **({"title": title} if title else {}))
        for place, title in enumerate(titles)
    ]
    archive = open_archive(make_facebook_archive(tmp_path / "x.zip", items, name=None))
    assert archive.account.name == "Café Süd"
    again = open_archive(make_facebook_archive(tmp_path / "y.zip", items[:2], name=None))
    assert again.account == archive.account
    assert archive.warnings == ["name_from_titles"]
    assert (
        refusal(make_facebook_archive(tmp_path / "z.zip", [fb_post(NOON, "Hi")], name=None)) == "no_account"
    )


PERSONAL = "your_facebook_activity/"


@pytest.mark.parametrize(
    ("folder", "file", "reason"),
    [
        (PERSONAL, "posts/your_posts__check_ins__photos_and_videos", "facebook_personal"),
        ("", "posts/your_posts", "facebook_personal"),
        ("facebook-ada/", "posts/your_posts", "facebook_personal"),
        (PERSONAL, "comments_and_reactions/comments", "facebook_personal"),
        ("this_profile's_activity_across_facebook/", "comments_and_reactions/comments", "facebook_no_posts"),
    ],
)
def test_other_exports_are_recognised(tmp_path: Path, folder: str, file: str, reason: str) -> None:
    path = make_facebook_archive(tmp_path / "x.zip", [fb_post(NOON, "For friends")], folder=folder, file=file)
    assert refusal(path) == reason


@pytest.mark.parametrize("name", ["posts/profile_posts_1.html", "posts/your_posts_1.html"])
def test_an_export_for_reading_is_recognised(tmp_path: Path, name: str) -> None:
    page = [("this_profile's_activity_across_facebook/" + name, "<html></html>")]
    path = make_facebook_archive(tmp_path / "x.zip", [], folder="elsewhere/", file="notes", extra=page)
    assert refusal(path) == "facebook_html"


@pytest.mark.parametrize(
    "broken",
    [
        "a word",
        None,
        {},
        {"timestamp": "soon"},
        {"timestamp": True},
        {"timestamp": 1.5},
        {"timestamp": 10**15},
        {"timestamp": -(10**15)},
        {"timestamp": 5},
        {"timestamp": NOON, "data": 7},
        {"timestamp": NOON, "data": [{"post": 7}]},
        {"timestamp": NOON, "attachments": ["x"]},
        {"timestamp": NOON, "attachments": [{"data": 5}]},
        fb_post(NOON, "x" * 200_000),
    ],
)
def test_one_broken_post_is_left_out_and_counted(tmp_path: Path, broken: Any) -> None:
    items = [fb_post(NOON, "One"), broken, fb_post(NOON, "Two")]
    archive = open_archive(make_facebook_archive(tmp_path / "x.zip", items))
    assert [post.text for post in archive.posts()] == ["One", "Two"]
    assert archive.warnings == ["broken_posts:1"]
    assert refusal(make_facebook_archive(tmp_path / "y.zip", [broken])) == "all_posts_broken"


def test_older_exports_wrap_the_list(tmp_path: Path) -> None:
    wrapped = json.dumps({"profile_posts": [fb_post(NOON, "One"), fb_post(NOON, "Two")], "more": 1})
    extra = [("x/posts/page_posts_1.json", wrapped)]
    path = make_facebook_archive(tmp_path / "x.zip", [], folder="", file="notes", extra=extra)
    assert [post.text for post in read(path)] == ["One", "Two"]


def test_an_export_without_posts_is_refused(tmp_path: Path) -> None:
    assert refusal(make_facebook_archive(tmp_path / "x.zip", [])) == "no_posts"
