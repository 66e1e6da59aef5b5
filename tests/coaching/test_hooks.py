"""Webhooks: told where it happens, once; tried for a day; owners see what came of it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.tenancy import scope
from coaching import announcing, coach, health, hook_clock, hook_delivery, hooks, rotating
from coaching.models import Connection, WebhookDelivery, WebhookEndpoint
from coaching.networks.delivery import Resolver
from tests import make
from tests.receiver import Receiver, receiver

pytestmark = pytest.mark.django_db

Event = WebhookEndpoint.Event
PAGE = "/o/theatre/settings/webhooks/"
EVERYTHING = list(Event.values)


@pytest.fixture
def stand(tmp_path: Path, settings: Any) -> Iterator[Receiver]:
    with receiver(tmp_path) as found:
        settings.WEBHOOK_LOOPBACK_CA = found.ca
        yield found


def listen(
    cast: make.Cast, url: str = "https://a.test/hook", events: list[str] = EVERYTHING
) -> tuple[int, str]:
    """A receiver of the theatre, with its secret."""
    with scope([cast.theatre.pk]):
        return hooks.add(cast.theatre, url, events, by=cast.alice, now=make.NOW)


def told(cast: make.Cast) -> list[WebhookDelivery]:
    with scope([cast.theatre.pk]):
        return list(cast.theatre.webhookdeliverys.order_by("pk"))


def announce(cast: make.Cast, key: str = "1", at: datetime = make.NOW) -> None:
    with scope([cast.theatre.pk]):
        announcing.announce(cast.theatre, Event.SUGGESTION, key, {"suggestion": 1}, at=at)


def work(now: datetime, resolve: Resolver) -> int:
    """What beat and a worker do; says how many were sent."""
    claimed = [hook_delivery.claim(*ids, now=now) for ids in hook_delivery.due(now)]
    for one in filter(None, claimed):
        hook_delivery.send(one, now=now, resolve=resolve)
    return sum(one is not None for one in claimed)


def test_what_is_told_arrives_once_and_can_be_verified(stand: Receiver) -> None:
    cast = make.cast()
    _, secret = listen(cast, stand.url)
    announce(cast)
    announce(cast)
    assert work(make.NOW, stand.here) == 1
    assert work(make.NOW + timedelta(hours=1), stand.here) == 0
    [got] = stand.got
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    assert got.headers["webhook-signature"] == (
        "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    )
    assert json.loads(got.body) == {
        "type": "suggestion.new",
        "timestamp": "2026-10-07T12:00:00+00:00",
        "organization": "theatre",
        "data": {"suggestion": 1},
    }
    [kept] = told(cast)
    assert (kept.state, kept.status, kept.attempts) == ("sent", 200, 1)


def test_a_receiver_that_fails_is_asked_again_under_the_same_id(stand: Receiver) -> None:
    cast = make.cast()
    listen(cast, stand.url)
    announce(cast)
    stand.moods = [500, 200]
    assert work(make.NOW, stand.here) == 1
    assert work(make.NOW + timedelta(seconds=59), stand.here) == 0
    assert work(make.NOW + timedelta(minutes=1), stand.here) == 1
    first, second = (got.headers["webhook-id"] for got in stand.got)
    assert first == second
    assert told(cast)[0].state == "sent"


def test_after_a_day_of_tries_the_receiver_is_switched_off_and_says_why(stand: Receiver) -> None:
    cast = make.cast()
    pk, _ = listen(cast, stand.url)
    announce(cast)
    stand.moods = [500]
    now, tries = make.NOW, 0
    while tries < 10:
        tries += work(now, stand.here)
        now += timedelta(minutes=1)
    assert timedelta(hours=20) < now - make.NOW < timedelta(hours=24, minutes=1)
    announce(cast, "2", now)
    assert [one.state for one in told(cast)] == ["failed"]
    with scope([cast.theatre.pk]):
        [shown] = hooks.page(cast.theatre).receivers
        assert "it answered with an error" in shown.off
        assert "10 tries" in shown.log[0].sentence
        endpoint = cast.theatre.webhookendpoints.get(pk=pk)
        hooks.switch(endpoint, on=True, by=None, now=now)
        assert hooks.repeat(cast.theatre.webhookdeliverys.get(), now=now)
    stand.moods = [200]
    assert work(now, stand.here) == 1
    assert told(cast)[0].state == "sent"


def test_an_address_that_leads_inside_is_switched_off_at_once() -> None:
    cast = make.cast()
    listen(cast)
    announce(cast)
    announce(cast, "2")
    work(make.NOW, lambda *_: ["10.0.0.1"])
    assert [one.state for one in told(cast)] == ["failed", "failed"]
    with scope([cast.theatre.pk]):
        assert cast.theatre.webhookendpoints.get().off_because == "private_address"


def test_two_workers_send_once_and_a_dead_one_gives_up_its_claim() -> None:
    cast = make.cast()
    listen(cast)
    announce(cast)
    [ids] = hook_delivery.due(make.NOW)
    assert hook_delivery.claim(*ids, now=make.NOW) is not None
    assert hook_delivery.claim(*ids, now=make.NOW) is None
    assert hook_delivery.due(make.NOW + timedelta(seconds=119)) == []
    again = hook_delivery.claim(*ids, now=make.NOW + hook_delivery.LEASE)
    assert again is not None
    assert again.attempts == 2


def test_events_nobody_asked_for_are_not_kept() -> None:
    cast = make.cast()
    listen(cast, events=[Event.FIGURES])
    announce(cast)
    assert told(cast) == []


def test_suggestions_and_troubles_are_told_where_they_happen() -> None:
    cast = make.cast()
    listen(cast)
    make.pulled(cast.theatre, *(make.post(n) for n in range(1, 30)))
    with scope([cast.theatre.pk]):
        advices = coach.suggest(cast.theatre, now=make.NOW)
        coach.suggest(cast.theatre, now=make.NOW)
        connection = cast.theatre.connections.get()
        Connection.across_organizations.update(state="reconnect", state_since=make.NOW, access="api")
    health.tell_owners(cast.theatre.pk, connection.pk, now=make.NOW)
    health.tell_owners(cast.theatre.pk, connection.pk, now=make.NOW)
    kept = told(cast)
    assert len([one for one in kept if one.event == Event.SUGGESTION]) == len(advices) > 0
    assert [one.payload["data"] for one in kept if one.event == Event.TROUBLE] == [
        {"connection": connection.pk, "state": "reconnect"}
    ]


def test_the_clock_tells_of_a_week_and_of_whom_waits_once_and_without_words() -> None:
    cast = make.cast()
    listen(cast, events=[Event.FIGURES, Event.WAITING])
    asked = make.message(1, "Is there a ramp at the stage door?")
    make.pulled(cast.theatre, *(make.post(n) for n in range(1, 30)), messages=[asked])
    for _ in range(2):
        assert hook_clock.listeners() == [cast.theatre.pk]
        hook_clock.look(cast.theatre.pk, now=make.NOW)
    kept = {one.event: one.payload["data"] for one in told(cast)}
    assert len(told(cast)) == 2
    assert kept[Event.FIGURES]["since"] == "2026-09-28"
    assert {row["name"] for row in kept[Event.FIGURES]["figures"]} >= {"social_share", "answer_rate"}
    with scope([cast.theatre.pk]):
        assert kept[Event.WAITING]["message"] == cast.theatre.messages.get().pk
    assert "ramp" not in json.dumps(list(kept.values()))


def test_a_new_secret_counts_beside_the_old_one_for_a_day(settings: Any) -> None:
    cast = make.cast()
    pk, old = listen(cast)
    with scope([cast.theatre.pk]):
        endpoint = cast.theatre.webhookendpoints.get(pk=pk)
        new = hooks.rotate(endpoint, by=cast.alice, now=make.NOW)
        keys = [base64.b64decode(one.removeprefix("whsec_")) for one in (new, old)]
        assert endpoint.keys(now=make.NOW) == keys
        assert endpoint.keys(now=make.NOW + timedelta(days=1)) == keys[:1]
        assert new not in endpoint.sealed_secrets
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_ENCRYPTION_KEYS]
    assert rotating.rotate() == (1, 0)
    settings.FIELD_ENCRYPTION_KEYS = settings.FIELD_ENCRYPTION_KEYS[:1]
    with scope([cast.theatre.pk]):
        assert cast.theatre.webhookendpoints.get(pk=pk).keys(now=make.NOW) == keys


def test_the_log_is_forgotten_after_a_month() -> None:
    cast = make.cast()
    listen(cast)
    announce(cast)
    work(make.NOW, lambda *_: ["10.0.0.1"])
    hook_delivery.drop_old(cast.theatre, now=make.NOW + timedelta(days=29))
    assert len(told(cast)) == 1
    hook_delivery.drop_old(cast.theatre, now=make.NOW + timedelta(days=31))
    assert told(cast) == []


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_owners_add_test_change_and_take_away_receivers() -> None:
    cast = make.cast()
    owner = browser(cast.alice)
    form = {"url": "https://a.test/hook", "events": ["suggestion.new", "figures.weekly"]}
    assert owner.post(PAGE, {**form, "url": "http://a.test/"}).status_code == 422
    page = owner.post(PAGE, form)
    secret = page.content.decode().partition('<code class="secret">')[2].partition("<")[0]
    assert secret.startswith("whsec_")
    assert secret not in owner.get(PAGE).content.decode()
    with scope([cast.theatre.pk]):
        pk = cast.theatre.webhookendpoints.get().pk
    change = f"{PAGE}{pk}/"
    assert owner.post(change, {"what": "test"}).status_code == 302
    assert [one.event for one in told(cast)] == ["ping"]
    assert "whsec_" in owner.post(change, {"what": "secret"}).content.decode()
    work(timezone.now(), lambda *_: ["10.0.0.1"])
    assert "private network" in owner.get(PAGE).content.decode()
    again = f"{PAGE}deliveries/{told(cast)[0].pk}/again/"
    assert owner.post(again).status_code == 404  # while it is switched off
    owner.post(change, {"what": "on"})
    assert owner.post(again).status_code == 302
    assert told(cast)[0].state == "waiting"
    for user, status in ((cast.erin, 403), (cast.bob, 403), (cast.dave, 404)):
        assert browser(user).get(PAGE).status_code == status
        for address in (PAGE, change, again):
            assert browser(user).post(address, {"what": "remove"}).status_code == status
    elsewhere = change.replace("/o/theatre/", "/o/rival/")
    assert browser(cast.dave).post(elsewhere, {"what": "remove"}).status_code == 404
    assert owner.get(change).status_code == owner.get(again).status_code == 405
    owner.post(change, {"what": "remove"})
    assert told(cast) == []
    with scope([cast.theatre.pk]):
        actions = list(AuditEvent.across_organizations.order_by("pk").values_list("action", flat=True))
    assert actions == [
        "webhook_added", "webhook_secret_changed", "webhook_on", "webhook_removed",
    ]  # fmt: skip


def test_the_page_costs_the_same_with_few_and_many(django_assert_num_queries) -> None:
    cast = make.cast()
    for number in range(3):
        listen(cast, f"https://a.test/{number}")
    for number in range(5):
        announce(cast, str(number))
    with scope([cast.theatre.pk]), django_assert_num_queries(2):
        assert len(hooks.page(cast.theatre).receivers) == 3
