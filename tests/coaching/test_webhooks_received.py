"""What networks push: taken from nobody else, kept once, applied in any order with one same result."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Organization
from accounts.tenancy import scope
from coaching import pushes
from coaching.models import Connection, Push, Removal
from coaching.networks import webhooks
from tests import make
from tests.coaching.network_cast import NOW, connected, heard, stored, texts

pytestmark = pytest.mark.django_db

CONTRACTS = Path(__file__).resolve().parents[3] / "shared" / "data" / "contracts"
PAGE, HANDLE = "1234567890321", "1111111111111111111"
FACEBOOK_SECRET, X_SECRET = "facebook-secret", "x-secret"


@pytest.fixture(autouse=True)
def keys(settings: Any) -> None:
    settings.FACEBOOK_APP_SECRET, settings.FACEBOOK_VERIFY_TOKEN = FACEBOOK_SECRET, "verify-me"
    settings.X_CONSUMER_SECRET = X_SECRET


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


def page(organization: Organization, external_id: str = PAGE) -> Connection:
    """A connected Page."""
    return connected(
        organization, network="facebook", external_id=external_id, handle="gull", tokens={"access": "t"}
    )


def handle(organization: Organization) -> Connection:
    """A connected handle."""
    return connected(
        organization, network="twitter", external_id=HANDLE, handle="gull", tokens={"access": "t"}
    )


def push(network: str, body: bytes, *, signature: str | None = None) -> Any:
    """What the network sends, signed as it signs."""
    if network == "facebook":
        digest = hmac.new(FACEBOOK_SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-Hub-Signature-256": signature or f"sha256={digest}"}
    else:
        headers = {"x-twitter-webhooks-signature": signature or webhooks.answer_to_crc(body, X_SECRET)}
    return Client().post(
        reverse(f"coaching:webhook_{'x' if network == 'twitter' else network}"),
        body,
        content_type="application/json",
        headers=headers,
    )


def apply_all() -> None:
    """What a worker does with everything that waits."""
    for push_id in pushes.waiting(NOW):
        claimed = pushes.claim(push_id, now=NOW)
        assert claimed is not None
        pushes.apply(claimed, now=NOW)


def comment(verb: str, text: str | None, *, time: int = 1_791_300_000, who: str = "9", **more: Any) -> bytes:
    """A push about one comment by somebody on the Page."""
    value = {
        "item": "comment", "verb": verb, "comment_id": "1_2", "post_id": f"{PAGE}_1",
        "from": {"id": who, "name": "Ana"}, "created_time": 1_791_290_000, **more,
    }  # fmt: skip
    if text is not None:
        value["message"] = text
    change = {"field": "feed", "value": value}
    return json.dumps({"object": "page", "entry": [{"id": PAGE, "time": time, "changes": [change]}]}).encode()


def test_facebooks_handshake_wants_our_word() -> None:
    address = reverse("coaching:webhook_facebook")
    told = {"hub.mode": "subscribe", "hub.verify_token": "verify-me", "hub.challenge": "1158201444"}
    answer = Client().get(address, told)
    assert (answer.status_code, answer.content) == (200, b"1158201444")
    assert Client().get(address, {**told, "hub.verify_token": "guess"}).status_code == 403
    assert Client().get(address, {**told, "hub.mode": "unsubscribe"}).status_code == 403


def test_xs_challenge_is_answered() -> None:
    answer = Client().get(reverse("coaching:webhook_x"), {"crc_token": "abc"})
    assert answer.json() == {"response_token": webhooks.answer_to_crc("abc", X_SECRET)}


@pytest.mark.parametrize("network", ["facebook", "twitter"])
def test_what_is_not_signed_by_the_network_is_not_kept(network: str, settings: Any) -> None:
    body = comment("add", "Hello")
    for signature in ("sha256=", "sha256=00", "nonsense", "é"):
        assert push(network, body, signature=signature).status_code == 403
    settings.FACEBOOK_APP_SECRET = settings.X_CONSUMER_SECRET = ""
    assert push(network, body).status_code == 403
    assert not Push.objects.exists()


def test_a_body_too_large_is_refused_before_it_is_read() -> None:
    assert push("facebook", b" " * (webhooks.LARGEST + 1)).status_code == 413
    assert push("facebook", b" " * webhooks.LARGEST).status_code == 200


def test_a_comment_arrives_within_seconds_and_its_body_is_not_kept(cast: make.Cast) -> None:
    connection = page(cast.theatre)
    assert push("facebook", comment("add", "Is there a ramp?")).status_code == 200
    assert push("facebook", comment("add", "Is there a ramp?")).status_code == 200
    assert Push.objects.count() == 1
    apply_all()
    assert heard(connection) == ["Is there a ramp?"]
    kept = Push.objects.get()
    assert (kept.state, bytes(kept.body), kept.events) == (Push.State.APPLIED, b"", 1)
    assert stored(connection).look_again == [f"{PAGE}_1"]


def test_a_push_goes_to_every_organization_that_has_the_account(cast: make.Cast) -> None:
    ours, theirs = page(cast.theatre), page(cast.rival)
    push("facebook", comment("add", "Is there a ramp?"))
    apply_all()
    assert heard(ours) == heard(theirs) == ["Is there a ramp?"]


def test_a_comment_that_was_removed_never_comes_back(cast: make.Cast) -> None:
    connection = page(cast.theatre)
    push("facebook", comment("remove", None))
    apply_all()
    push("facebook", comment("add", "Is there a ramp?"))
    apply_all()
    assert heard(connection) == []


def test_a_later_edit_stays_whatever_comes_after_it(cast: make.Cast) -> None:
    connection = page(cast.theatre)
    for body in (
        comment("edited", "third", time=1_791_300_300),
        comment("add", "first", time=1_791_300_000),
        comment("edited", "second", time=1_791_300_200),
    ):
        push("facebook", body)
        apply_all()
    assert heard(connection) == ["third"]


def test_the_page_that_comments_is_ours_and_not_somebody_elses(cast: make.Cast) -> None:
    connection = page(cast.theatre)
    push("facebook", comment("add", "Yes, at the side door.", who=PAGE))
    apply_all()
    assert (texts(connection), heard(connection)) == (["Yes, at the side door."], [])


def test_a_removed_post_takes_its_comments_along(cast: make.Cast) -> None:
    connection = page(cast.theatre)
    push("facebook", comment("add", "Is there a ramp?"))
    value = {"item": "status", "verb": "remove", "post_id": f"{PAGE}_1"}
    entry = {"id": PAGE, "time": 1, "changes": [{"field": "feed", "value": value}]}
    push("facebook", json.dumps({"object": "page", "entry": [entry]}).encode())
    apply_all()
    assert heard(connection) == []


def test_reactions_only_say_where_to_look_and_hurry_nobody_much(cast: make.Cast) -> None:
    connection = page(cast.theatre)
    with scope([cast.theatre.pk]):
        Connection.across_organizations.update(due_at=NOW + timedelta(hours=1))
    for number in range(3):
        value = {"item": "reaction", "verb": "add", "post_id": f"{PAGE}_1", "from": {"id": str(number)}}
        entry = {"id": PAGE, "time": number, "changes": [{"field": "feed", "value": value}]}
        push("facebook", json.dumps({"object": "page", "entry": [entry]}).encode())
    apply_all()
    after = stored(connection)
    assert (after.look_again, after.due_at) == ([f"{PAGE}_1"], NOW + pushes.LOOK_WITHIN)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b'{"object": "page", "entry": [{"id": 1}]}'])
def test_unknown_shapes_are_kept_aside_and_counted(cast: make.Cast, body: bytes) -> None:
    page(cast.theatre)
    assert push("facebook", body).status_code == 200
    apply_all()
    kept = Push.objects.get()
    assert (kept.state, kept.unknown, bytes(kept.body)) == (Push.State.UNKNOWN, 1, body)
    assert pushes.waiting(NOW) == []
    assert pushes.discard_old(NOW + timedelta(days=365)) == 1


def test_xs_owner_who_takes_access_back_is_heard(cast: make.Cast) -> None:
    connection = handle(cast.theatre)
    data = {"event_type": "oauth.revoke", "event_uuid": "1", "payload": {"user_id": HANDLE}}
    push("twitter", json.dumps({"data": data}).encode())
    apply_all()
    after = stored(connection)
    assert (after.state, after.state_code, after.sealed_tokens) == (Connection.State.RECONNECT, "revoked", "")


def test_a_post_deleted_on_x_is_deleted_here(cast: make.Cast) -> None:
    connection = handle(cast.theatre)
    payload = {"id": "20", "author_id": HANDLE, "text": "Oops", "created_at": "2026-10-07T10:00:00.000Z"}
    told = {"event_type": "post.create", "event_uuid": "1", "filter": {"user_id": HANDLE}, "payload": payload}
    push("twitter", json.dumps({"data": told}).encode())
    apply_all()
    assert texts(connection) == ["Oops"]
    gone = {**told, "event_type": "post.delete", "event_uuid": "2", "payload": {"id": "20"}}
    push("twitter", json.dumps({"data": gone}).encode())
    apply_all()
    assert texts(connection) == []


def test_a_body_whose_worker_died_is_taken_up_again(cast: make.Cast) -> None:
    connection = page(cast.theatre)
    push("facebook", comment("add", "Is there a ramp?"))
    (push_id,) = pushes.waiting(NOW)
    assert pushes.claim(push_id, now=NOW)
    assert pushes.claim(push_id, now=NOW) is None
    later = NOW + pushes.LEASE + timedelta(seconds=1)
    again = pushes.claim(push_id, now=later)
    assert again is not None
    pushes.apply(again, now=later)
    pushes.apply(again, now=later)
    assert heard(connection) == ["Is there a ramp?"]


def state_of(*connections: Connection) -> Any:
    """All that pushes can change."""
    found = []
    for connection in connections:
        with scope([connection.organization_id]):
            row = stored(connection)
            found.append(
                (
                    row.state,
                    row.look_again,
                    sorted(row.posts.values_list("external_id", "text", "surface", "parent_id", "edited_at")),
                    sorted(
                        row.messages.values_list(
                            "external_id", "text", "author_id", "parent_id", "author_name"
                        )
                    ),
                    sorted(Removal.across_organizations.values_list("external_id", flat=True)),
                )
            )
    return found


def test_all_real_bodies_applied_twice_and_in_any_order_give_one_state(cast: make.Cast) -> None:
    files = [
        *((CONTRACTS / "facebook" / "webhooks").glob("*.json")),
        *((CONTRACTS / "x" / "activity_events").glob("*.json")),
    ]
    if not files:
        pytest.skip("the recorded bodies are not beside the project")
    bodies = [("facebook" if "facebook" in path.parts else "twitter", path.read_bytes()) for path in files]
    pages = {
        str(entry.get("id"))
        for network, body in bodies if network == "facebook"
        for entry in json.loads(body).get("entry", [])
    }  # fmt: skip
    seen: list[Any] = []
    for seed in range(6):
        with scope([cast.theatre.pk]):
            Connection.across_organizations.all().delete()
            Push.objects.all().delete()
        mine = [*(page(cast.theatre, one) for one in sorted(pages)), handle(cast.theatre)]
        order = [*bodies, *bodies]
        random.Random(seed).shuffle(order)
        for network, body in order:
            assert push(network, body).status_code == 200
            if random.Random(seed).random() < 0.5:
                apply_all()
        apply_all()
        for kept in Push.objects.filter(state=Push.State.UNKNOWN):
            pushes.apply(kept, now=NOW)
        seen.append(state_of(*mine))
    assert all(one == seen[0] for one in seen)
    assert any(posts for _, _, posts, _, _ in seen[0])
