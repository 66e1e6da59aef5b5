"""The connections page: every account in words with one button, and the same few queries however many."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.tenancy import scope
from coaching import arriving, health, health_wording, sources
from coaching.models import Connection
from coaching.networks import facebook_login, twitter_oauth
from tests import make
from tests.coaching.network_cast import NOW, connected

pytestmark = pytest.mark.django_db
State = Connection.State


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


def account(cast: make.Cast, number: int = 0, network: str = "twitter", **fields: Any) -> Connection:
    """A connected account in some state."""
    scopes = list(twitter_oauth.SCOPES if network == "twitter" else facebook_login.SCOPES)
    told = {"caught_up_at": NOW, "state_since": NOW, "due_at": NOW + timedelta(minutes=30), "scopes": scopes}
    return connected(
        cast.theatre, network=network, external_id=str(number), handle=f"gull{number}",
        tokens={"access": "t"}, **{**told, **fields},
    )  # fmt: skip


WORDS = [
    ("active", "", "Read regularly.", "refresh"),
    ("waiting", "429", "Waiting until 13:30 on 7 October", ""),
    ("failing", "502", "has not answered as it should since 13:00 on 7 October", "refresh"),
    ("reconnect", "190/460", "because the password at Facebook was changed", "reconnect"),
    ("reconnect", "never-seen", "the network no longer takes our permission", "reconnect"),
    ("credit", "402", "no credit left", "refresh"),
    ("cap", "usage-capped", "has been used up since", ""),
    ("budget", "", "not to pass your budget", "budget"),
    ("gone", "404", "does not exist or may not be seen", "reconnect"),
    ("keys", "401", "has refused the keys of this site", ""),
    ("disconnected", "", "Its posts are kept", "reconnect"),
]


@pytest.mark.parametrize(("state", "code", "words", "action"), WORDS)
def test_every_state_has_a_sentence_and_at_most_one_button(
    cast: make.Cast, state: str, code: str, words: str, action: str
) -> None:
    seen = health_wording.of(account(cast, state=state, state_code=code))
    assert words in seen.sentence
    assert seen.action == action
    assert bool(seen.label) == bool(action)


def test_a_missing_permission_names_the_feature_that_is_off(cast: make.Cast) -> None:
    granted = [one for one in facebook_login.SCOPES if one != "read_insights"]
    seen = health_wording.of(account(cast, network="facebook", scopes=granted))
    assert "how often posts are seen" in seen.sentence
    assert seen.action == "reconnect"


def test_the_first_reading_shows_how_far_it_is(cast: make.Cast) -> None:
    connection = account(cast, caught_up_at=None)
    with scope([cast.theatre.pk]):
        (line,) = sources.build(cast.theatre, now=NOW).lines
    assert line.connection == connection
    assert line.progress == arriving.Reading(connection.pk, connection.name, "twitter", 0, None)
    assert "first time" in line.health.sentence


def test_the_page_costs_the_same_queries_however_many_accounts(
    cast: make.Cast, django_assert_num_queries: Any
) -> None:
    account(cast, caught_up_at=None)
    with scope([cast.theatre.pk]), django_assert_num_queries(5):
        sources.build(cast.theatre, now=NOW)
    for number in range(1, 30):
        account(cast, number, state=State.values[number % len(State.values)])
    with scope([cast.theatre.pk]), django_assert_num_queries(5):
        assert len(sources.build(cast.theatre, now=NOW).lines) == 30


def test_the_page_shows_the_meter_and_lets_owners_change_the_budget(cast: make.Cast) -> None:
    account(cast)
    client = Client()
    client.force_login(cast.alice)
    address = reverse("coaching:connections", args=["theatre"])
    assert "0% of the month" in client.get(address).content.decode()
    client.post(reverse("coaching:budget", args=["theatre"]), {"dollars": "25.50", "posts": ""})
    assert "The limit is $25.50" in client.get(address).content.decode()
    wrong = client.post(reverse("coaching:budget", args=["theatre"]), {"dollars": "-1"})
    assert wrong.status_code == 422
    client.force_login(cast.bob)
    assert "Save the budget" not in client.get(address).content.decode()


def test_trouble_that_nobody_was_told_of_is_found(cast: make.Cast) -> None:
    account(cast, 1)
    mute = account(cast, 2, state=State.RECONNECT)
    account(cast, 3, state=State.RECONNECT, mail_sent_at=NOW)
    account(cast, 4, state=State.FAILING)
    long = account(cast, 5, state=State.FAILING, state_since=NOW - timedelta(days=2))
    assert sorted(health.untold(cast.theatre, now=NOW)) == sorted([mute.pk, long.pk])


def test_an_uploaded_archive_can_be_taken_out_again(cast: make.Cast) -> None:
    uploaded = make.connection(cast.theatre, access="archive")
    kept = make.connection(cast.theatre, "other", access="archive")
    address = reverse("coaching:account_disconnect", args=["theatre", uploaded.pk])
    erin, bob = Client(), Client()
    erin.force_login(cast.erin)
    bob.force_login(cast.bob)
    page = reverse("coaching:connections", args=["theatre"])
    assert address in erin.get(page).content.decode()
    assert address not in bob.get(page).content.decode()
    assert bob.post(address).status_code == 403
    assert "Keep them" not in erin.get(address).content.decode()
    assert "and its posts are erased" in erin.post(address, follow=True).content.decode()
    with scope([cast.theatre.pk]):
        assert list(cast.theatre.connections.all()) == [kept]
