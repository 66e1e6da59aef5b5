"""What must be forgotten is forgotten: on the network's notice, by asking X, and by age."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.tenancy import scope
from coaching import budget, deletion, duties, forgetting, importing, pull, pushes
from coaching.models import ComplianceJob, Connection, DeletionRequest, Forgotten, Message, ReadMeter, Sweep
from coaching.networks import archives
from coaching.networks.contract import Batch
from tests import make
from tests.coaching.network_cast import NOW, connected, heard, on_facebook, stored, texts
from tests.coaching.network_cast import facebook as facebook
from tests.networks.archive_makers import make_x_archive, tweet
from tests.networks.stand.facebook import Facebook
from tests.networks.stand.x_app import XForApps

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


@pytest.fixture
def x_for_apps(settings: Any) -> Iterator[XForApps]:
    """X as it speaks to apps."""
    with XForApps() as stand:
        settings.X_API_BASE_URL, settings.X_BEARER_TOKEN = stand.url, stand.bearer
        yield stand
        assert stand.wrong == []


def handle(cast: make.Cast) -> Connection:
    """A connected handle with two posts and a message, all with ids as X gives them."""
    made = connected(
        cast.theatre, network="twitter", external_id="1001", handle="gull", tokens={"access": "t"}
    )
    batch = Batch(
        posts=(make.post(101), make.post(102)),
        messages=(make.message(1, "Is there a ramp?", external_id="103", ago=timedelta(days=91)),),
    )
    pull.store(made, batch, now=NOW)
    return made


def post_signed(name: str, facebook: Facebook, **told: Any) -> Any:
    """What Facebook sends to a callback."""
    return Client().post(reverse(f"coaching:{name}"), {"signed_request": facebook.signed_request(**told)})


def test_x_is_asked_daily_what_is_gone_and_that_is_deleted(cast: make.Cast, x_for_apps: XForApps) -> None:
    connection = handle(cast)
    assert duties.sweep_x(now=NOW) is not None
    (asked,) = x_for_apps.uploaded.values()
    assert asked == ["101", "102", "103"]
    duties.sweep_x(now=NOW + timedelta(hours=1))
    assert len(texts(connection)) == 2, "X is not ready yet"
    x_for_apps.finished, x_for_apps.gone = True, {"101", "103"}
    done = duties.sweep_x(now=NOW + timedelta(hours=2))
    assert done is not None
    assert (done.removed, len(texts(connection)), heard(connection)) == (2, 1, [])
    with scope([cast.theatre.pk]):
        sweep = Sweep.across_organizations.get()
        assert (sweep.looked_at, sweep.removed) == (3, 2)
    assert duties.sweep_x(now=NOW + timedelta(hours=3)) is None
    assert duties.sweep_x(now=NOW + timedelta(hours=25)) is not None
    assert ComplianceJob.objects.count() == 2
    late = Batch(posts=(make.post(101),))
    pull.store(connection, late, now=NOW)
    assert len(texts(connection)) == 1, "what was deleted does not come back"


def test_a_plan_without_compliance_is_said_on_the_page(
    cast: make.Cast, x_for_apps: XForApps, settings: Any
) -> None:
    handle(cast)
    settings.X_BEARER_TOKEN = "of-a-small-plan"
    assert duties.sweep_x(now=NOW) is None
    client = Client()
    client.force_login(cast.bob)
    page = client.get(reverse("coaching:duties", args=["theatre"])).content.decode()
    assert "plan there does not let us ask" in page


def test_old_texts_of_others_go_and_id_time_and_labels_stay(cast: make.Cast) -> None:
    connection = handle(cast)
    sweep = duties.drop_old_texts(cast.theatre, now=NOW)
    assert sweep is not None
    assert (sweep.looked_at, sweep.texts_dropped) == (1, 1)
    with scope([cast.theatre.pk]):
        kept = Message.across_organizations.get(connection=connection)
        assert (kept.text, kept.author_name, kept.external_id, kept.intent) == ("", None, "103", "question")
    assert len(texts(connection)) == 2, "our own texts stay"
    assert duties.drop_old_texts(cast.theatre, now=NOW) is None
    again = duties.drop_old_texts(cast.theatre, now=NOW + timedelta(days=2))
    assert again is not None
    assert again.texts_dropped == 0


def test_young_texts_and_those_of_facebook_stay(cast: make.Cast) -> None:
    page = connected(cast.theatre, network="facebook", external_id="555", handle="g", tokens={})
    pull.store(page, Batch(messages=(make.message(1, "Hello", ago=timedelta(days=400)),)), now=NOW)
    duties.drop_old_texts(cast.theatre, now=NOW)
    assert heard(page) == ["Hello"]


def test_who_removes_the_app_has_their_tokens_deleted_at_once(cast: make.Cast, facebook: Facebook) -> None:
    connection = on_facebook(cast.theatre, facebook)
    assert post_signed("facebook_deauthorize", facebook, user_id="user-1").status_code == 200
    after = stored(connection)
    assert (after.state, after.sealed_tokens, after.due_at) == (Connection.State.RECONNECT, "", None)


@pytest.mark.parametrize("name", ["facebook_deauthorize", "facebook_deletion"])
def test_callbacks_not_signed_by_facebook_do_nothing(cast: make.Cast, facebook: Facebook, name: str) -> None:
    connection = on_facebook(cast.theatre, facebook)
    for value in ("", "a.b", "é", facebook.signed_request(user_id="user-1")[:-2] + "xx"):
        answer = Client().post(reverse(f"coaching:{name}"), {"signed_request": value})
        assert answer.status_code == 403
    assert stored(connection).sealed_tokens
    assert not DeletionRequest.objects.exists()


def test_a_deletion_is_carried_out_and_its_page_says_so(cast: make.Cast, facebook: Facebook) -> None:
    ours = on_facebook(cast.theatre, facebook)
    pull.store(ours, Batch(posts=(make.post(1),)), now=NOW)
    other = connected(cast.rival, network="facebook", external_id="777", handle="r", tokens={"access": "t"})
    by_them = make.message(1, "Hello", who="user-1")
    pull.store(other, Batch(messages=(by_them, make.message(2, "Hi", who="ana"))), now=NOW)
    with scope([cast.rival.pk]):
        Message.across_organizations.filter(text="Hello").update(author_id="user-1")
    told = post_signed("facebook_deletion", facebook, user_id="user-1").json()
    assert stored(ours).sealed_tokens == ""
    request = DeletionRequest.objects.get(code=told["confirmation_code"])
    address = reverse("coaching:deletion_status", args=[request.code])
    assert told["url"].endswith(address)
    assert "is being deleted" in Client().get(address).content.decode()
    for _ in range(2):
        deletion.carry_out(request.pk, now=NOW + timedelta(hours=1))
    page = Client().get(address).content.decode()
    assert "Your data is deleted" in page
    with scope([cast.theatre.pk, cast.rival.pk]):
        assert not Connection.across_organizations.filter(pk=ours.pk).exists()
        assert heard(other) == ["Hi"]
        assert Forgotten.across_organizations.count() == 2
        assert Sweep.across_organizations.get().removed == 1
    request.refresh_from_db()
    assert (request.person, request.connections, request.messages) == ("", 1, 1)
    assert deletion.unfinished() == []


def test_who_was_forgotten_does_not_come_back_with_the_next_pull(cast: make.Cast, facebook: Facebook) -> None:
    page = connected(cast.rival, network="facebook", external_id="777", handle="r", tokens={"access": "t"})
    post_signed("facebook_deletion", facebook, user_id="id-ana")
    deletion.carry_out(deletion.unfinished()[0], now=NOW)
    brought = Batch(messages=(make.message(1, "Hello"), make.message(2, "Hi", who="ben")))
    pull.store(page, brought, now=NOW)
    assert heard(page) == ["Hi"]


def test_whom_a_day_was_billed_for_is_forgotten_the_day_after(cast: make.Cast) -> None:
    connection = connected(cast.theatre, network="twitter", external_id="1001", handle="t", tokens={})
    with scope([cast.theatre.pk]):
        budget.record_person(connection, "2002", now=NOW)
    duties.drop_old_texts(cast.theatre, now=NOW)
    with scope([cast.theatre.pk]):
        assert len(ReadMeter.across_organizations.get().read_that_day) == 8
        budget.record_person(connection, "2002", now=NOW)
        assert ReadMeter.across_organizations.get().users == 1
    duties.drop_old_texts(cast.theatre, now=NOW + timedelta(days=1))
    with scope([cast.theatre.pk]):
        meter = ReadMeter.across_organizations.get()
        assert (bytes(meter.read_that_day), meter.day, meter.users) == (b"", None, 1)


def test_an_archive_does_not_bring_back_whoever_was_forgotten(cast: make.Cast, tmp_path: Path) -> None:
    ben = {"in_reply_to_user_id_str": "3003", "in_reply_to_screen_name": "ben"}
    ana = {"in_reply_to_user_id_str": "2002", "in_reply_to_screen_name": "ana"}
    path = make_x_archive(
        tmp_path / "archive.zip", [tweet("1", "@ana yes, at eight", **ana), tweet("2", "@ben no", **ben)]
    )

    def answered() -> list[str | None]:
        with scope([cast.theatre.pk]):
            rows = cast.theatre.posts.order_by("external_id")
            return [(row.reply_to or {}).get("handle") for row in rows]

    importing.bring_in(cast.theatre, archives.open_archive(path), clock=lambda: NOW)
    assert answered() == ["ana", "ben"]
    with scope([cast.theatre.pk]):
        forgetting.forget_person(cast.theatre, "twitter", "2002", now=NOW)
    assert answered() == [None, "ben"]
    importing.bring_in(cast.theatre, archives.open_archive(path), clock=lambda: NOW)
    assert answered() == [None, "ben"]
    with scope([cast.theatre.pk]):
        assert [row.surface for row in cast.theatre.posts.order_by("external_id")] == ["reply", "reply"]


def test_an_older_archive_does_not_bring_back_what_was_deleted(cast: make.Cast, tmp_path: Path) -> None:
    path = make_x_archive(
        tmp_path / "archive.zip", [tweet(str(n), f"Tonight on stage, number {n}") for n in (1, 2, 3)]
    )
    importing.bring_in(cast.theatre, archives.open_archive(path), clock=lambda: NOW)
    with scope([cast.theatre.pk]):
        connection = cast.theatre.connections.get()
        pushes.remove(connection, ["2"], now=NOW)
    importing.bring_in(cast.theatre, archives.open_archive(path), clock=lambda: NOW)
    assert texts(connection) == ["Tonight on stage, number 1", "Tonight on stage, number 3"]
