"""Reading on schedule: who reads what when, and what each fault of a network makes of it."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection as database

from accounts.models import Membership, Role
from accounts.tenancy import scope
from coaching import budget, health, health_wording, reading, refresh
from coaching.models import AppLimit, Connection, ReadMeter
from coaching.networks.contract import Refused
from tests import make
from tests.coaching.network_cast import (
    NOW,
    connected,
    heard,
    hurried,
    on_facebook,
    on_x,
    refreshed,
    stored,
    texts,
)
from tests.coaching.network_cast import facebook as facebook
from tests.coaching.network_cast import x as x
from tests.networks.stand.facebook import Facebook, error
from tests.networks.stand.server import CUT, HANG, HTML_502, JSON_500, Reply
from tests.networks.stand.x import X, later, problem

pytestmark = pytest.mark.django_db
State = Connection.State


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


def test_an_account_on_x_is_read_and_goes_on_from_where_it_was(cast: make.Cast, x: X) -> None:
    connection = on_x(cast.theatre, x)
    x.write("1001", "Doors open at seven", at=NOW - timedelta(hours=3))
    x.write("2002", "@HarbourTheatre is there a ramp?", at=NOW - timedelta(hours=2))
    first = refreshed(connection)
    assert (first.state, first.failures, first.lease_until) == (State.ACTIVE, 0, None)
    assert first.due_at == NOW + timedelta(hours=1)
    assert first.caught_up_at == NOW
    assert (texts(first), heard(first)) == (["Doors open at seven"], ["@HarbourTheatre is there a ramp?"])
    x.write("1001", "And the bar at six", at=NOW + timedelta(minutes=30))
    again = refreshed(first, now=NOW + timedelta(hours=1))
    assert texts(again) == ["Doors open at seven", "And the bar at six"]


def test_a_page_is_read_with_its_comments(cast: make.Cast, facebook: Facebook) -> None:
    connection = on_facebook(cast.theatre, facebook)
    post = facebook.write("published_posts", "Who comes on Friday?", at=NOW - timedelta(hours=3))
    facebook.comment(post, "We do!", at=NOW - timedelta(hours=2), by={"id": "9", "name": "Ana"})
    facebook.comment(post, "See you there, Ana", at=NOW - timedelta(hours=1), by="page")
    read = refreshed(connection)
    assert (read.state, read.due_at) == (State.ACTIVE, NOW + timedelta(minutes=15))
    assert texts(read) == ["Who comes on Friday?", "See you there, Ana"]
    assert heard(read) == ["We do!"]


X_FAULTS = [
    (Reply(429, {}, headers={"x-rate-limit-remaining": "0", "x-rate-limit-reset": later(900)}), "waiting"),
    (Reply(429, {}), "waiting"),
    (Reply(402, {"title": "Payment Required"}), "credit"),
    (problem(429, "usage-capped"), "cap"),
    (problem(403, "client-forbidden"), "permission"),
    (Reply(401, {}), "reconnect"),
    (JSON_500, "failing"),
    (HTML_502, "failing"),
    (CUT, "failing"),
    (HANG, "failing"),
]


@pytest.mark.parametrize(("fault", "state"), X_FAULTS, ids=[f"{f.status}-{s}" for f, s in X_FAULTS])
def test_every_fault_of_x_has_its_state_and_heals(
    cast: make.Cast,
    x: X,
    fault: Reply,
    state: str,
    caplog: pytest.LogCaptureFixture,
    settings: Any,
) -> None:
    caplog.set_level("DEBUG")
    connection = on_x(cast.theatre, x)
    x.write("1001", "Doors open at seven")
    x.misbehave("/tweets", fault)
    with hurried(settings, fault):
        broken = refreshed(connection)
    assert broken.state == state
    assert health_wording.of(broken).sentence
    if state == "reconnect":
        assert broken.due_at is None
        return
    assert broken.due_at is not None
    assert broken.due_at > NOW
    healed = refreshed(broken, now=broken.due_at)
    assert (healed.state, healed.failures, texts(healed)) == (State.ACTIVE, 0, ["Doors open at seven"])
    for secret in (*x.tokens, *x.refresh_tokens, x.client[1]):
        assert secret not in caplog.text


FACEBOOK_FAULTS = [
    (error(190, 463, status=401), "reconnect"),
    (error(190, 467, status=401), "reconnect"),
    (error(190, 460, status=401), "reconnect"),
    (error(10, status=403), "permission"),
    (error(4), "waiting"),
    (error(32), "waiting"),
    (error(1, status=500), "failing"),
    (JSON_500, "failing"),
    (HTML_502, "failing"),
    (CUT, "failing"),
    (HANG, "failing"),
]


@pytest.mark.parametrize(("fault", "state"), FACEBOOK_FAULTS)
def test_every_fault_of_facebook_has_its_state(
    cast: make.Cast,
    facebook: Facebook,
    fault: Reply,
    state: str,
    caplog: pytest.LogCaptureFixture,
    settings: Any,
) -> None:
    caplog.set_level("DEBUG")
    connection = on_facebook(cast.theatre, facebook)
    facebook.misbehave("/published_posts", fault)
    with hurried(settings, fault):
        broken = refreshed(connection)
    assert broken.state == state
    for secret in (facebook.page_token, facebook.app[1], "user-token"):
        assert secret not in caplog.text


def test_a_permission_that_is_missing_costs_only_its_feature(cast: make.Cast, facebook: Facebook) -> None:
    connection = on_facebook(cast.theatre, facebook)
    facebook.write("published_posts", "Doors open at seven", at=NOW - timedelta(hours=3))
    facebook.closed.add("visitor_posts")
    read = refreshed(connection)
    assert (read.state, read.features_off) == (State.PERMISSION, ["visitors"])
    assert texts(read) == ["Doors open at seven"]
    assert "visitors" in health_wording.of(read).sentence


def test_one_token_is_renewed_once_and_the_new_one_kept(cast: make.Cast, x: X) -> None:
    connection = on_x(cast.theatre, x)
    late = NOW + timedelta(hours=3)
    read = refreshed(connection, now=late)
    assert read.state == State.ACTIVE
    assert x.paths().count("/2/oauth2/token") == 1
    assert read.token_expires_at == late + timedelta(hours=2)
    assert read.tokens()["refresh"] in x.refresh_tokens
    assert read.tokens()["access"] not in read.sealed_tokens
    assert read.tokens()["access"] not in repr(read.tokens())


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_renew_one_token_at_once_use_it_once(cast: make.Cast, x: X) -> None:
    connection = on_x(cast.theatre, x)
    late = NOW + timedelta(hours=3)
    found: list[str] = []
    start = threading.Barrier(2)

    def renew() -> None:
        start.wait()
        try:
            found.append(reading.access_token(connection, now=late))
        finally:
            database.close()

    both = [threading.Thread(target=renew) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(found) == 2
    assert found[0] == found[1]
    assert x.paths().count("/2/oauth2/token") == 1


def test_a_refresh_token_used_elsewhere_asks_to_reconnect_and_loses_nothing(cast: make.Cast, x: X) -> None:
    connection = on_x(cast.theatre, x)
    x.write("1001", "Doors open at seven")
    refreshed(connection)
    x.refresh_tokens.clear()
    read = refreshed(connection, now=NOW + timedelta(hours=3))
    assert (read.state, read.due_at) == (State.RECONNECT, None)
    assert texts(read) == ["Doors open at seven"]
    assert health_wording.of(read).action == "reconnect"


def test_before_anybody_owns_it_those_who_lead_the_practice_get_the_mail(cast: make.Cast, x: X) -> None:
    make.consultant(cast.theatre, role=Role.OWNER)
    make.consultant(cast.theatre, role=Role.EDITOR, name="oscar")
    Membership.objects.filter(organization=cast.theatre).delete()
    connection = on_x(cast.theatre, x)
    x.misbehave("/tweets", Reply(402, {}), Reply(402, {}))
    assert health.tell_owners(cast.theatre.pk, refreshed(connection).pk, now=NOW) == 1
    assert [one.to for one in mail.outbox] == [["carol@example.org"]]


def test_owners_get_one_mail_and_not_one_an_hour(cast: make.Cast, x: X) -> None:
    connection = on_x(cast.theatre, x)
    x.misbehave("/tweets", Reply(402, {}), Reply(402, {}))
    broken = refreshed(connection)
    assert health.tell_owners(cast.theatre.pk, broken.pk, now=NOW) == 1
    assert health.tell_owners(cast.theatre.pk, broken.pk, now=NOW) == 0
    assert broken.due_at is not None
    still = refreshed(broken, now=broken.due_at)
    assert not health.worth_a_mail(still, now=broken.due_at)
    assert [one.to for one in mail.outbox] == [["alice@example.org"]]
    assert "no credit left" in mail.outbox[0].body
    assert "/o/theatre/connections/" in mail.outbox[0].body


def test_a_network_that_fails_is_asked_ever_more_rarely(cast: make.Cast, x: X) -> None:
    pauses = [health.pause(failures, seed=7) for failures in range(1, 14)]
    assert timedelta(seconds=45) <= pauses[0] <= timedelta(seconds=75)
    assert pauses[4] > pauses[2] > pauses[0]
    assert max(pauses) <= timedelta(hours=8)
    assert health.pause(3, seed=7) != health.pause(3, seed=8)


def test_a_limit_of_the_whole_app_stops_every_page(cast: make.Cast, facebook: Facebook) -> None:
    connection = on_facebook(cast.theatre, facebook)
    other = connected(
        cast.rival, network="facebook", external_id="777", handle="rival", tokens={"access": "t"}
    )
    facebook.misbehave("/published_posts", error(4))
    refreshed(connection)
    asked = len(facebook.asked)
    assert refreshed(other).state == State.WAITING
    assert len(facebook.asked) == asked
    assert AppLimit.objects.get().until > NOW


def test_the_limit_of_the_day_that_all_accounts_share_stops_every_handle(cast: make.Cast, x: X) -> None:
    connection = on_x(cast.theatre, x)
    other = connected(cast.rival, network="twitter", external_id="2002", handle="ana", tokens={"access": "t"})
    opens = NOW + timedelta(hours=5)
    headers = {
        "x-rate-limit-remaining": "880",
        "x-app-limit-24hour-remaining": "0",
        "x-app-limit-24hour-reset": str(int(opens.timestamp())),
    }
    x.misbehave("/tweets", Reply(429, {}, headers=headers))
    assert refreshed(connection).due_at == opens
    asked = len(x.asked)
    waiting = refreshed(other)
    assert (waiting.state, waiting.due_at) == (State.WAITING, opens)
    assert len(x.asked) == asked
    assert refreshed(connection, now=opens).state == State.ACTIVE


def test_the_limit_of_one_handle_stops_no_other(cast: make.Cast, x: X) -> None:
    connection = on_x(cast.theatre, x)
    headers = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(int(NOW.timestamp()) + 900)}
    x.misbehave("/tweets", Reply(429, {}, headers=headers))
    assert refreshed(connection).state == State.WAITING
    assert not AppLimit.objects.exists()


def test_a_lease_keeps_others_away_until_it_ends(cast: make.Cast, x: X, settings: Any) -> None:
    connection = on_x(cast.theatre, x)
    assert refresh.claim(cast.theatre.pk, connection.pk, now=NOW)
    assert refresh.claim(cast.theatre.pk, connection.pk, now=NOW) is None
    assert refresh.due(NOW) == []
    after = NOW + settings.REFRESH_LEASE + timedelta(seconds=1)
    assert refresh.due(after) == [(cast.theatre.pk, connection.pk)]
    assert refresh.claim(cast.theatre.pk, connection.pk, now=after)


def test_a_worker_that_lost_its_lease_stores_nothing_more(cast: make.Cast, x: X) -> None:
    connection = on_x(cast.theatre, x)
    x.write("1001", "Doors open at seven")
    slow = refresh.claim(cast.theatre.pk, connection.pk, now=NOW)
    assert slow is not None
    quick = refresh.claim(cast.theatre.pk, connection.pk, now=NOW + timedelta(hours=1))
    assert quick is not None
    refresh.refresh(slow, now=NOW)
    assert texts(connection) == []
    refresh.refresh(quick, now=NOW + timedelta(hours=1))
    assert texts(connection) == ["Doors open at seven"]


def test_the_first_of_each_organization_comes_before_any_second(cast: make.Cast) -> None:
    for number in range(3):
        connected(
            cast.theatre, network="facebook", external_id=f"{number}", handle=f"t{number}",
            tokens={}, due_at=NOW - timedelta(hours=9 - number),
        )  # fmt: skip
    alone = connected(cast.rival, network="facebook", external_id="9", handle="r", tokens={})
    assert [org for org, _ in refresh.due(NOW, 2)] == [cast.theatre.pk, alone.organization_id]


def test_reading_now_is_asked_for_once_in_a_while_and_never_against_a_limit(cast: make.Cast, x: X) -> None:
    connection = on_x(cast.theatre, x, due_at=NOW + timedelta(minutes=50))
    with scope([cast.theatre.pk]):
        assert refresh.hurry(cast.theatre, connection.pk, now=NOW)
        assert not refresh.hurry(cast.theatre, connection.pk, now=NOW + timedelta(minutes=1))
        assert stored(connection).due_at == NOW
        Connection.across_organizations.filter(pk=connection.pk).update(state=State.WAITING)
        assert not refresh.hurry(cast.theatre, connection.pk, now=NOW + timedelta(hours=1))


def test_the_meter_counts_what_was_read_and_reading_stops_before_the_budget(cast: make.Cast, x: X) -> None:
    connection = on_x(cast.theatre, x)
    for number in range(40):
        x.write("1001", f"Scene {number}", at=NOW - timedelta(hours=number + 1))
    with scope([cast.theatre.pk]):
        budget.allow(cast.theatre, "twitter", dollars=None, posts=30, by=None, now=NOW)
    paused = refreshed(connection)
    with scope([cast.theatre.pk]):
        meter = ReadMeter.across_organizations.get()
        assert 20 <= meter.reads <= 30
        assert meter.reads == x.billed
        assert budget.spent(cast.theatre, "twitter", now=NOW).share > 60
    assert (paused.state, paused.due_at) == (State.BUDGET, budget.next_month(NOW))
    assert "budget" in health_wording.of(paused).sentence
    with scope([cast.theatre.pk]):
        budget.allow(cast.theatre, "twitter", dollars=None, posts=5_000, by=None, now=NOW)
    whole = refreshed(paused)
    assert (whole.state, len(texts(whole))) == (State.ACTIVE, 40)
    assert x.billed <= 42, "what was read before is not read again"


def test_what_was_read_today_is_not_counted_again_by_the_next_pull(cast: make.Cast, x: X) -> None:
    connection = on_x(cast.theatre, x, token_expires_at=NOW + timedelta(days=9))
    asked = x.write("2002", "@HarbourTheatre a lift?", at=NOW - timedelta(minutes=9))
    x.write("1001", "@ana yes", at=NOW - timedelta(minutes=7), answers=asked)

    def meter() -> ReadMeter:
        with scope([cast.theatre.pk]):
            found: ReadMeter = ReadMeter.across_organizations.get()
            return found

    def look_again(now: Any) -> None:
        with scope([cast.theatre.pk]):
            Connection.across_organizations.filter(pk=connection.pk).update(
                look_again=list(x.posts), due_at=now, reread_on=now.date()
            )
        refreshed(connection, now=now)

    refreshed(connection)
    assert (meter().own_posts, meter().posts, meter().users) == (1, 1, 1)
    look_again(NOW + timedelta(hours=1))
    assert (meter().own_posts, meter().posts, meter().users) == (1, 1, 1)
    x.write("2002", "@HarbourTheatre thanks", at=NOW + timedelta(minutes=65))
    look_again(NOW + timedelta(hours=2))
    assert (meter().own_posts, meter().posts, meter().users) == (1, 2, 1), "ana is billed once a day, too"
    assert meter().dollars == 3 * budget.prices().post + budget.prices().user
    before = x.billed
    look_again(NOW + timedelta(days=1))
    assert meter().reads == 4 + 3, "a new day is billed anew"
    assert x.billed > before
    assert len(meter().read_that_day) == 8 * 3


def test_two_accounts_of_one_budget_are_never_read_at_once(cast: make.Cast, x: X) -> None:
    first = on_x(cast.theatre, x)
    second = connected(cast.theatre, network="twitter", external_id="2002", handle="ana", tokens={})
    assert refresh.claim(cast.theatre.pk, first.pk, now=NOW)
    assert refresh.claim(cast.theatre.pk, second.pk, now=NOW) is None


def test_tokens_that_no_key_opens_ask_to_reconnect(cast: make.Cast, x: X, settings: Any) -> None:
    connection = on_x(cast.theatre, x)
    settings.FIELD_ENCRYPTION_KEYS = ["YW5vdGhlci1sb2NhbC1rZXktdGhhdC1vcGVucy1ub3Q="]
    assert refreshed(connection).state == State.RECONNECT


def test_an_archive_is_never_read_by_itself(cast: make.Cast) -> None:
    connection = make.connection(cast.theatre, access="archive")
    with pytest.raises(Refused):
        reading.reader_for(connection, now=NOW)


def test_pushes_are_ordered_once_where_possible(cast: make.Cast, facebook: Facebook, settings: Any) -> None:
    settings.FACEBOOK_VERIFY_TOKEN = "verify-me"
    connection = on_facebook(cast.theatre, facebook)
    first = refreshed(connection)
    assert first.subscribed_at == NOW
    assert facebook.subscribed == ["feed", "mention"]
    facebook.subscribed = []
    assert first.due_at is not None
    refreshed(first, now=first.due_at)
    assert facebook.subscribed == []


def test_counts_of_posts_are_read_again_as_they_age_and_the_deleted_go(cast: make.Cast, x: X) -> None:
    connection = on_x(cast.theatre, x)
    days = (0, 1, 4, 8)
    ids = [x.write("1001", f"Day {day}", at=NOW - timedelta(days=day, hours=1)) for day in days]
    first = refreshed(connection)
    asked = len(x.asked)
    next_day = NOW + timedelta(days=1)
    x.gone[ids[1]] = "resource-not-found"
    with scope([cast.theatre.pk]):
        Connection.across_organizations.filter(pk=first.pk).update(
            due_at=next_day, token_expires_at=next_day + timedelta(hours=2)
        )
    again = refreshed(first, now=next_day)
    lookups = [one.query["ids"].split(",") for one in x.asked[asked:] if one.path == "/2/tweets"]
    assert lookups == [[ids[0], ids[1], ids[2]]], "one, two and five days old; not nine"
    assert texts(again) == ["Day 8", "Day 4", "Day 0"]


def test_a_list_that_repeats_for_ever_ends(cast: make.Cast, x: X, facebook: Facebook) -> None:
    for number in range(30):
        x.write("1001", f"Scene {number}", at=NOW - timedelta(hours=number + 1))
        facebook.write("published_posts", f"Scene {number}", at=NOW - timedelta(hours=number + 1))
    x.page_size = facebook.page_size = 10
    x.same_token, facebook.same_cursor = "page-for-ever", True
    for connection in (on_x(cast.theatre, x), on_facebook(cast.theatre, facebook)):
        assert refreshed(connection).state == State.ACTIVE
