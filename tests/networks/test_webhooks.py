"""What the networks push: signatures over raw bytes, every real body, and shapes nobody expected."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.networks import facebook_webhooks, twitter_webhooks, webhooks
from coaching.networks.contract import Network, Person, Surface
from coaching.networks.webhooks import Event, EventKind

PAYLOADS = Path(__file__).resolve().parents[1] / "payloads" / "facebook" / "webhooks"
CONTRACTS = Path(__file__).resolve().parents[3] / "shared" / "data" / "contracts"
PAGE = "1234567890321"


def here(folder: str) -> Path:
    """A folder that may not be copied into the project."""
    path = CONTRACTS / folder
    if not path.exists():
        pytest.skip(f"{folder} may not be copied into the project, and is not beside it")
    return path


def facebook_event(**value: Any) -> Event:
    body = {
        "object": "page",
        "entry": [{"id": PAGE, "time": 1700000000, "changes": [{"field": "feed", "value": value}]}],
    }
    (event,) = facebook_webhooks.events(json.dumps(body).encode())
    return event


def x_event(**data: Any) -> Event:
    (event,) = twitter_webhooks.events(json.dumps({"data": data}).encode())
    return event


def test_facebooks_signatures_fit_the_raw_bytes() -> None:
    vectors = here("vectors")
    lines = (vectors / "fb_signatures.txt").read_text().splitlines()
    secret = next(found.group(1) for line in lines if (found := re.search(r"secret=(\S+)", line)))
    for line in lines:
        name, header = line.split(" ")[0], line.split("X-Hub-Signature-256: ")[1]
        folder = vectors if name == "unicode.json" else CONTRACTS / "facebook" / "webhooks"
        body = (folder / name).read_bytes()
        assert webhooks.signed_in_hex(body, header, secret), name
        assert not webhooks.signed_in_hex(json.dumps(json.loads(body)).encode(), header, secret)
        assert not webhooks.signed_in_hex(body + b" ", header, secret)
        assert not webhooks.signed_in_hex(body, header, secret + "x")


def test_xs_challenge_is_answered() -> None:
    lines = (here("vectors") / "x_crc.txt").read_text().splitlines()
    assert lines
    for line in lines:
        found = re.fullmatch(r"crc_token=\[(.*)\] secret=(\S+) response_token=(\S+)", line)
        assert found is not None
        assert webhooks.answer_to_crc(found.group(1), found.group(2)) == found.group(3)


def test_xs_signature_is_the_same_digest_over_the_body() -> None:
    header = webhooks.answer_to_crc(b'{"a":1}', "secret")
    assert webhooks.signed_in_base64(b'{"a":1}', header, "secret")
    assert not webhooks.signed_in_base64(b'{"a": 1}', header, "secret")


@pytest.mark.parametrize("header", [None, "", "sha256=", "sha1=abc", "sha256=ÿ", "sha256=" + "0" * 64])
def test_no_other_header_is_a_signature(header: str | None) -> None:
    assert not webhooks.signed_in_hex(b"{}", header, "secret")
    assert not webhooks.signed_in_base64(b"{}", header, "secret")


def test_without_a_secret_nothing_is_signed() -> None:
    assert not webhooks.signed_in_base64(b"{}", webhooks.answer_to_crc(b"{}", ""), "")
    assert not webhooks.fits("", "")
    assert not webhooks.fits(None, "token")
    assert webhooks.fits("token", "token")


@pytest.mark.parametrize(
    ("name", "kind", "external_id"),
    [
        ("feed-comment-add-211", EventKind.POST, "901097836652708_903438993085259"),
        ("feed-comment-edited-25", EventKind.EDITED, "900728623356296_900744590021366"),
        ("feed-photo-add-25", EventKind.POST, "1234567890321_900767076685784"),
        ("feed-post-add-25", EventKind.MESSAGE, "1234567890321_7293787835232"),
        ("feed-reaction-add", EventKind.COUNTS, "1234567890321_98735342324352"),
        ("feed-reaction-remove", EventKind.COUNTS, "1234567890321_98735342324352"),
        ("feed-share-add-25", EventKind.POST, "1234567890321_98735342324352"),
        ("feed-status-add-photos", EventKind.POST, "1234567890321_930145403745849"),
        ("mention-comment-add", EventKind.MESSAGE, "7363534231324_3754798971271444"),
        ("mention-post-add-real", EventKind.MESSAGE, "1234567890321_98722536423179"),
    ],
)
def test_real_bodies_of_facebook(name: str, kind: EventKind, external_id: str) -> None:
    body = (PAYLOADS / f"{name}.json").read_bytes()
    (event,) = facebook_webhooks.events(body)
    assert (event.kind, event.external_id, event.external_account_id) == (kind, external_id, PAGE)
    assert event.at is not None
    assert facebook_webhooks.events(body) == [event], "the same body is the same event"
    told = event.post or event.message
    assert told is None or (told.external_id == external_id and told.text)


def test_the_texts_of_real_bodies() -> None:
    (own,) = facebook_webhooks.events((PAYLOADS / "feed-comment-add-211.json").read_bytes())
    assert own.post is not None
    assert (own.post.surface, own.post.text) == (Surface.COMMENT, "and the next one")
    (status,) = facebook_webhooks.events((PAYLOADS / "feed-status-add-photos.json").read_bytes())
    assert status.post is not None
    assert status.post.media == 3
    (edited,) = facebook_webhooks.events((PAYLOADS / "feed-comment-edited-25.json").read_bytes())
    assert edited.post is not None
    assert edited.post.edited_at == edited.at
    (mention,) = facebook_webhooks.events((PAYLOADS / "mention-comment-add.json").read_bytes())
    assert mention.message is not None
    assert mention.message.author == Person()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("like.create", EventKind.NOTED),
        ("oauth.revoke", EventKind.REVOKED),
        ("post.create", EventKind.POST),
        ("post.delete", EventKind.REMOVED),
        ("post.mention.create", EventKind.MESSAGE),
        ("post.reply.create", EventKind.MESSAGE),
    ],
)
def test_real_bodies_of_x(name: str, kind: EventKind) -> None:
    body = (here("x/activity_events") / f"{name}.json").read_bytes()
    (event,) = twitter_webhooks.events(body)
    assert (event.kind, event.external_account_id) == (kind, "1111111111111111111")
    assert event.event_id == json.loads(body)["data"]["event_uuid"]
    assert (event.post is not None) is (kind is EventKind.POST)
    assert (event.message is not None) is (kind is EventKind.MESSAGE)


@pytest.mark.parametrize(
    ("verb", "kind"),
    [
        ("add", EventKind.MESSAGE),
        ("edit", EventKind.EDITED),
        ("edited", EventKind.EDITED),
        ("remove", EventKind.REMOVED),
        ("hide", EventKind.EDITED),
        ("unhide", EventKind.EDITED),
        ("block", EventKind.NOTED),
        ("mute", EventKind.NOTED),
        ("somersault", EventKind.UNKNOWN),
        ("", EventKind.UNKNOWN),
    ],
)
def test_every_verb_seen_in_real_bodies(verb: str, kind: EventKind) -> None:
    event = facebook_event(
        item="comment",
        verb=verb,
        comment_id="1_2",
        post_id="1_1",
        **{"from": {"id": "9"}},
        message="m",
        created_time=5,
    )
    assert (event.kind, event.external_id, event.conversation_id) == (kind, "1_2", "1_1")


def test_ids_may_be_numbers() -> None:
    event = facebook_event(item="comment", verb="remove", comment_id=12, post_id=11)
    assert (event.external_id, event.conversation_id) == ("12", "11")


def test_a_change_back_and_forth_is_three_events() -> None:
    def body(text: str, time: int) -> bytes:
        value = {"item": "comment", "verb": "edited", "comment_id": "1_2", "post_id": "1_1", "message": text}
        return json.dumps(
            {
                "object": "page",
                "entry": [{"id": 1, "time": time, "changes": [{"field": "feed", "value": value}]}],
            }
        ).encode()

    bodies = [body("a", 1), body("b", 2), body("a", 3), body("a", 3)]
    found = [facebook_webhooks.events(one)[0] for one in bodies]
    assert len({one.event_id for one in found}) == 3
    assert [one.at for one in found] == sorted(one.at for one in found if one.at)


def test_several_entries_and_changes_in_one_body_are_each_an_event() -> None:
    comment = {"field": "feed", "value": {"item": "comment", "verb": "remove", "comment_id": "1_2"}}
    body = {
        "object": "page",
        "entry": [
            {
                "id": "1",
                "time": 1,
                "changes": [comment, {"field": "feed"}, {"field": "ratings", "value": {}}],
            },
            {"id": "2", "time": 1, "changes": [comment]},
            {"id": "3", "time": 1},
            "what?",
        ],
    }
    found = facebook_webhooks.events(json.dumps(body).encode())
    assert [(one.external_account_id, one.kind) for one in found] == [
        ("1", EventKind.REMOVED),
        ("1", EventKind.UNKNOWN),
        ("1", EventKind.UNKNOWN),
        ("2", EventKind.REMOVED),
        ("3", EventKind.UNKNOWN),
        (None, EventKind.UNKNOWN),
    ]
    assert len({one.event_id for one in found}) == len(found)


def test_an_edited_post_at_x_names_what_it_replaces() -> None:
    event = x_event(
        event_type="post.create",
        event_uuid="1",
        filter={"user_id": "7"},
        payload={
            "id": "20",
            "author_id": "7",
            "edit_history_tweet_ids": ["10", "20"],
            "text": "b",
            "created_at": "2026-07-24T21:05:48.000Z",
        },
    )
    assert (event.kind, event.replaces) == (EventKind.POST, ("10",))


def test_our_own_words_are_a_post_under_whatever_event_they_come() -> None:
    payload = {"id": "20", "author_id": "7", "text": "@me hm", "created_at": "2026-07-24T21:05:48.000Z"}
    event = x_event(
        event_type="post.mention.create", event_uuid="1", filter={"user_id": "7"}, payload=payload
    )
    assert event.kind is EventKind.POST


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe",
        b'{"data": 5}',
        b'{"data": {}}',
        b'{"data": {"event_type": 5, "payload": [], "filter": "x"}}',
        b'{"data": {"event_type": "post.create", "payload": {"id": {}}, "includes": []}}',
        b'{"for_user_id": "1", "tweet_create_events": [{}]}',
        b'{"object": "user", "entry": [{"id": 1}]}',
        b'{"object": "page", "entry": {}}',
        b'{"object": "page", "entry": [{"id": true, "changes": [{"value": {"item": []}}]}]}',
        b"[" * 100_000,
    ],
)
def test_strange_bodies_are_kept_aside(body: bytes) -> None:
    for network, parse in (
        (Network.FACEBOOK, facebook_webhooks.events),
        (Network.TWITTER, twitter_webhooks.events),
    ):
        found = parse(body)
        assert {(one.network, one.kind) for one in found} == {(network, EventKind.UNKNOWN)}
        assert parse(body) == found


WORDS = st.sampled_from(
    [
        *(
            "add",
            "remove",
            "edited",
            "hide",
            "comment",
            "post",
            "status",
            "reaction",
            "feed",
            "mention",
            "page",
        ),
        *("post.create", "post.delete", "oauth.revoke", "post.mention.create", "quoted", "retweeted"),
        *("2026-07-24T21:05:48.000Z", "1", "", "555_1"),
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *(
                        "item",
                        "verb",
                        "value",
                        "from",
                        "id",
                        "post_id",
                        "comment_id",
                        "message",
                        "created_time",
                    ),
                    *(
                        "author_id",
                        "entities",
                        "mentions",
                        "urls",
                        "public_metrics",
                        "referenced_tweets",
                        "text",
                    ),
                    *(
                        "created_at",
                        "edit_history_tweet_ids",
                        "note_tweet",
                        "attachments",
                        "user_id",
                        "users",
                    ),
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(value=VALUES, field=WORDS, time=VALUES)
def test_no_change_of_facebook_ever_raises(value: Any, field: str, time: Any) -> None:
    body = {
        "object": "page",
        "entry": [{"id": "5", "time": time, "changes": [{"field": field, "value": value}]}],
    }
    found = facebook_webhooks.events(json.dumps(body).encode())
    assert len(found) == 1
    assert found[0].event_id


@given(payload=VALUES, kind=WORDS, watched=VALUES, includes=VALUES)
def test_no_event_of_x_ever_raises(payload: Any, kind: str, watched: Any, includes: Any) -> None:
    data = {"event_type": kind, "payload": payload, "filter": watched, "includes": includes}
    found = twitter_webhooks.events(json.dumps({"data": data}).encode())
    assert len(found) == 1
    assert found[0].event_id
