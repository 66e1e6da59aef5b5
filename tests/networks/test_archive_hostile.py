"""Whatever a stranger uploads ends in posts or in Unreadable, and opens nothing that is not listed."""

from __future__ import annotations

import contextlib
import io
import json
import random
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from coaching.networks import (
    archive_facebook,
    archive_notes,
    archive_twitter,
    archive_waiting,
    archive_zip,
)
from coaching.networks.archives import open_archive
from coaching.networks.contract import Unreadable
from tests.networks.archive_makers import (
    PAGE_FOLDER,
    fb_post,
    make_facebook_archive,
    make_x_archive,
    note,
    reply,
    script,
    tweet,
)

ACCOUNT = script("YTD.account.part0", [{"account": {"username": "a", "accountId": "1"}}])
TWEETS = script("YTD.tweets.part0", [tweet(1)])


def refusal(path: Path) -> str:
    with pytest.raises(Unreadable) as refused:
        list(open_archive(path).posts())
    return refused.value.reason


def packed(path: Path, members: list[tuple[str | zipfile.ZipInfo, str | bytes]]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone.zip") == "missing"
    assert refusal(tmp_path) == "missing"


@pytest.mark.parametrize(
    ("content", "reason", "kind"),
    [
        (b"", "empty", None),
        (b"hello", "not_zip", "other"),
        (b"Rar!\x1a\x07\x00", "not_zip", "rar"),
        (b"7z\xbc\xaf\x27\x1c\x00", "not_zip", "7z"),
        (b"\x1f\x8b\x08", "not_zip", "gzip"),
        (b"\x89PNG\r\n", "not_zip", "picture"),
        (b"%PDF-1.4", "not_zip", "pdf"),
        (TWEETS.encode(), "not_zip", "json"),
        (b"\xef\xbb\xbf [{}]", "not_zip", "json"),
        (b"\n<!DOCTYPE html><html>", "not_zip", "html"),
        (b"PK\x03\x04 and then nothing", "truncated", None),
        (b"PK\x05\x06 too short", "truncated", None),
        (b"PK\x05\x06" + bytes(18), "unknown_archive", None),
    ],
)
def test_what_is_no_zip(tmp_path: Path, content: bytes, reason: str, kind: str | None) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    with pytest.raises(Unreadable) as refused:
        open_archive(path)
    assert (refused.value.reason, refused.value.params.get("kind")) == (reason, kind)


@pytest.mark.parametrize(
    "name",
    ["../data/tweets.js", "/etc/passwd", "data/../../x.js", "C:/x.js", "..\\x.js", "\\\\host\\x", "data/.."],
)
def test_names_that_point_outside(tmp_path: Path, name: str) -> None:
    path = packed(tmp_path / "x.zip", [("data/account.js", ACCOUNT), ("data/tweets.js", TWEETS), (name, "x")])
    assert refusal(path) == "unsafe_name"


def test_a_link_instead_of_a_file(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("data/tweets.js")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = packed(tmp_path / "x.zip", [("data/account.js", ACCOUNT), (link, "/etc/passwd")])
    assert refusal(path) == "unsafe_name"


def test_a_zip_with_a_password(tmp_path: Path) -> None:
    path = packed(tmp_path / "x.zip", [("data/account.js", ACCOUNT), ("data/tweets.js", TWEETS)])
    raw = bytearray(path.read_bytes())
    for magic, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = raw.find(magic)
        while place >= 0:
            raw[place + flags] |= 1
            place = raw.find(magic, place + 4)
    path.write_bytes(raw)
    assert refusal(path) == "encrypted"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packed_in_another_way(tmp_path: Path, method: int) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("data/account.js", ACCOUNT)
        archive.writestr("data/tweets.js", TWEETS)
    assert refusal(path) == "compression"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name(tmp_path: Path) -> None:
    members: list[tuple[str | zipfile.ZipInfo, str | bytes]] = [("data/account.js", ACCOUNT)]
    path = packed(tmp_path / "x.zip", [*members, ("data/tweets.js", TWEETS), ("data/tweets.js", TWEETS)])
    assert refusal(path) == "duplicate_file"
    mixed = packed(tmp_path / "y.zip", [*members, ("data/tweets.js", TWEETS), ("data\\tweets.js", TWEETS)])
    assert refusal(mixed) == "duplicate_file"


def test_a_bomb_by_its_ratio(tmp_path: Path) -> None:
    endless = "window.YTD.tweets.part0 = [" + " " * (archive_zip.FREE_OF_RATIO + 1) + "]"
    path = packed(tmp_path / "x.zip", [("data/account.js", ACCOUNT), ("data/tweets.js", endless)])
    assert refusal(path) == "suspicious"


def test_a_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    endless = TWEETS + " " * (archive_zip.FREE_OF_RATIO * 2)
    path = packed(tmp_path / "x.zip", [("data/account.js", ACCOUNT), ("data/tweets.js", endless)])
    told, lie = struct.pack("<I", len(endless)), struct.pack("<I", 9000)
    path.write_bytes(path.read_bytes().replace(told, lie))
    assert refusal(path) in ("broken_zip", "cut_off")


def test_a_bomb_of_entries_that_share_their_bytes(tmp_path: Path) -> None:
    path = packed(tmp_path / "x.zip", [("data/account.js", ACCOUNT), ("data/tweets.js", TWEETS)])
    raw = bytearray(path.read_bytes())
    directory = raw.rfind(b"PK\x01\x02")
    raw[directory + 42 : directory + 46] = bytes(4)
    path.write_bytes(raw)
    assert refusal(path) in ("suspicious", "broken_zip")


def test_more_files_than_any_archive_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_zip, "MAX_MEMBERS", 3)
    path = packed(tmp_path / "x.zip", [(f"data/{number}.js", "") for number in range(4)])
    assert refusal(path) == "too_many_files"


def test_a_directory_that_hides_its_number_of_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_zip, "MAX_MEMBERS", 3)
    path = packed(tmp_path / "x.zip", [(f"data/{number:0>400}.js", "") for number in range(12)])
    raw = bytearray(path.read_bytes())
    end = raw.rfind(b"PK\x05\x06")
    raw[end + 8 : end + 12] = struct.pack("<HH", 1, 1)
    path.write_bytes(raw)
    assert refusal(path) == "too_many_files"


def test_more_than_all_files_together_may_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_zip, "MAX_TOTAL", 3000)
    path = make_x_archive(tmp_path / "x.zip", [tweet(number) for number in range(1, 9)], parts=4)
    assert refusal(path) == "too_large"


def test_more_posts_than_anybody_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_twitter, "MAX_POSTS", 3)
    monkeypatch.setattr(archive_facebook, "MAX_POSTS", 3)
    tweets = [tweet(number) for number in range(1, 6)]
    items = [fb_post(1_700_000_000 + number, "Hi") for number in range(5)]
    assert refusal(make_x_archive(tmp_path / "x.zip", tweets)) == "too_many_posts"
    assert refusal(make_facebook_archive(tmp_path / "y.zip", items)) == "too_many_posts"


def test_more_replies_than_can_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_waiting, "MANY_CHARACTERS", 1_000)
    monkeypatch.setattr(archive_waiting, "MAX_PACKED", 2_000)
    chance = random.Random(1)
    noise = ["".join(chance.choices("abcdefghijklmnop", k=2_000)) for _ in range(5)]
    replies = [reply(1 + number, text, to_id="55", parent="99") for number, text in enumerate(noise)]
    assert len(list(open_archive(make_x_archive(tmp_path / "x.zip", replies[:1])).posts())) == 1
    assert refusal(make_x_archive(tmp_path / "x.zip", replies)) == "too_many_posts"


def test_a_file_of_hardly_any_posts(tmp_path: Path) -> None:
    broken: list[object] = [{}] * 2_100
    assert refusal(make_x_archive(tmp_path / "x.zip", [tweet(1), *broken])) == "all_posts_broken"
    items = [fb_post(1_700_000_000, "Hi"), *broken]
    assert refusal(make_facebook_archive(tmp_path / "y.zip", items)) == "all_posts_broken"


def test_more_long_texts_than_anybody_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_notes, "MAX_CHARACTERS", 1_000)
    notes = [note("A long story " * 20) for _ in range(60)]
    archive = open_archive(make_x_archive(tmp_path / "x.zip", [tweet(1)], notes=notes))
    assert len(list(archive.posts())) == 1
    assert archive.warnings == ["long_texts_skipped:58"]


def test_a_file_larger_than_its_kind(tmp_path: Path) -> None:
    account = ACCOUNT + " " * (5 * 1024**2)
    path = packed(tmp_path / "x.zip", [("data/account.js", account), ("data/tweets.js", TWEETS)])
    assert refusal(path) == "too_large"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("data/tweets.js", "", "not_a_list"),
        ("data/tweets.js", "alert(1)", "not_a_list"),
        ("data/tweets.js", "window.YTD.tweets.part0 = {}", "not_a_list"),
        ("data/tweets.js", "window.YTD.tweets.part0 = [", "cut_off"),
        ("data/tweets.js", TWEETS[:-40], "cut_off"),
        ("data/tweets.js", TWEETS + "; alert(1)", "broken_json"),
        ("data/tweets.js", TWEETS.replace(" : ", " = "), "broken_json"),
        ("data/tweets.js", "[" * 5000, "broken_json"),
        ("data/tweets.js", '[{"a":' * 5000, "broken_json"),
        ("data/tweets.js", '[{"a": "' + "x" * 5_000_000 + '"}]', "too_long"),
        ("data/tweets.js", "[{}, , {}]", "broken_json"),
        ("data/tweets.js", "[{'tweet': 1}]", "broken_json"),
        ("data/account.js", "window.YTD.account.part0 = [{]", "broken_json"),
        ("data/account.js", "[" * 5000 + "]" * 5000, "broken_json"),
        ("data/account.js", "window.YTD.account.part0 = []", "no_account"),
        ("data/account.js", '[{"account": {"accountId": ["1"], "username": {}}}]', "no_account"),
    ],
)
def test_files_that_do_not_hold_what_they_should(
    tmp_path: Path, name: str, content: str, reason: str
) -> None:
    files = {"data/account.js": ACCOUNT, "data/tweets.js": TWEETS} | {name: content}
    assert refusal(packed(tmp_path / "x.zip", list(files.items()))) == reason


@pytest.mark.parametrize(
    ("names", "reason", "network"),
    [
        (["your_instagram_activity/content/posts_1.json"], "other_network", "Instagram"),
        (["content/posts_1.json"], "other_network", "Instagram"),
        (["Takeout/archive_browser.html"], "other_network", "Google"),
        (["Shares.csv", "Profile.csv"], "other_network", "LinkedIn"),
        (["outbox.json", "actor.json"], "other_network", "Mastodon"),
        (["ads_account/campaigns.csv"], "unknown_archive", None),
        (["data/js/tweets/2013_01.js", "tweets.csv"], "x_before_2018", None),
        (["twitter-2024.zip"], "zip_in_zip", None),
        (["holiday/1.jpg"], "unknown_archive", None),
        ([], "unknown_archive", None),
    ],
)
def test_archives_of_another_kind(tmp_path: Path, names: list[str], reason: str, network: str | None) -> None:
    path = packed(tmp_path / "x.zip", [(name, "{}") for name in names])
    with pytest.raises(Unreadable) as refused:
        open_archive(path)
    assert (refused.value.reason, refused.value.params.get("name")) == (reason, network)


def test_two_archives_in_one(tmp_path: Path) -> None:
    members = [
        (f"{folder}/data/{name}", content)
        for folder in ("old", "new")
        for name, content in (("account.js", ACCOUNT), ("tweets.js", TWEETS))
    ]
    assert refusal(packed(tmp_path / "x.zip", list(members))) == "several_archives"


def test_an_x_archive_without_its_posts(tmp_path: Path) -> None:
    manifest = script("__THAR_CONFIG", {"userInfo": {"accountId": "1", "userName": "a"}})
    assert refusal(packed(tmp_path / "x.zip", [("data/manifest.js", manifest)])) == "no_posts"


def test_nothing_is_written_beside_it(tmp_path: Path) -> None:
    path = make_x_archive(tmp_path / "x.zip", [tweet(1)])
    list(open_archive(path).posts())
    assert list(tmp_path.iterdir()) == [path]


def x_bytes() -> bytes:
    members = [tweet(1), reply(2, "more &amp; more", parent="1"), tweet(3, "RT @Ada: é\ud83c")]
    return in_memory(lambda path: make_x_archive(path, members, parts=2))


def page_bytes() -> bytes:
    return in_memory(lambda path: make_facebook_archive(path, [fb_post(1_700_000_000, "Café")]))


def in_memory(make: Callable[[Path], Path]) -> bytes:
    buffer = io.BytesIO()
    make(buffer)  # type: ignore[arg-type] # zipfile takes either
    return buffer.getvalue()


def check_outcome(path: Path) -> None:
    """Reads to the end; anything but posts or Unreadable breaks the test."""
    with contextlib.suppress(Unreadable):
        for post in open_archive(path).posts():
            post.text.encode()
            assert "\x00" not in post.text


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=400))
@example(b"PK\x05\x06" + b"\xff" * 18)
@example(b"PK\x06\x06" + b"\xff" * 60 + b"PK\x06\x07" + b"\xff" * 16 + b"PK\x05\x06" + b"\xff" * 18)
def test_any_bytes(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any.zip"
    path.write_bytes(content)
    check_outcome(path)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(page=st.booleans(), seed=st.integers(0, 2**32), hits=st.integers(1, 12), cut=st.integers(0, 60))
def test_any_damage_to_a_real_archive(tmp_path: Path, page: bool, seed: int, hits: int, cut: int) -> None:
    raw = bytearray(page_bytes() if page else x_bytes())
    chance = random.Random(seed)
    for _ in range(hits):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    path = tmp_path / "damaged.zip"
    path.write_bytes(raw[: len(raw) - cut])
    check_outcome(path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.sampled_from([*tweet(1)["tweet"], "in_reply_to_status_id_str", "in_reply_to_screen_name"])


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fields=st.dictionaries(FIELDS, JSON, max_size=5), other=JSON)
def test_any_value_in_any_field_of_a_tweet(tmp_path: Path, fields: dict[str, Any], other: Any) -> None:
    path = tmp_path / "x.zip"
    check_outcome(make_x_archive(path, [tweet(1), tweet(5, **fields), other]))
    check_outcome(make_x_archive(path, [tweet(1)], notes=[other], account=fields, layout="no_manifest"))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fields=st.dictionaries(st.sampled_from(["timestamp", "data", "attachments", "title"]), JSON), other=JSON
)
def test_any_value_in_any_field_of_a_page_post(tmp_path: Path, fields: dict[str, Any], other: Any) -> None:
    items = [fb_post(1_700_000_000, "One"), fb_post(1_700_000_000) | fields, other]
    check_outcome(make_facebook_archive(tmp_path / "x.zip", items, extra=[(f"{PAGE_FOLDER}x.txt", "")]))


PROFILE = st.dictionaries(
    st.sampled_from(["name", "username", "profile_uri", "url", "profile_v2"]), JSON, max_size=4
)
ADDRESSES = st.text(max_size=20).map(lambda rest: f"https://www.facebook.com/{rest}")


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(profile=PROFILE, address=ADDRESSES, wrapped=st.booleans())
def test_any_profile_of_a_page(tmp_path: Path, profile: dict[str, Any], address: str, wrapped: bool) -> None:
    told = {"name": "Lantern House", "profile_uri": address} | profile
    file = json.dumps({"profile_v2": told} if wrapped else told)
    items = [fb_post(1_700_000_000, "One", title="Lantern House shared a link.")]
    extra = [("personal_information/profile_information/profile_information.json", file)]
    path = make_facebook_archive(tmp_path / "x.zip", items, name=None, extra=extra)
    check_outcome(path)
    with contextlib.suppress(Unreadable):
        account = open_archive(path).account
        assert account.name
        assert account.handle
        assert account.external_id
