"""Connecting accounts: consent, every way it can go wrong, reconnecting, and letting go."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.tenancy import scope
from coaching.models import Connection, ReadMeter
from tests import make
from tests.coaching.network_cast import connected, heard, on_facebook, on_x, stored, texts
from tests.coaching.network_cast import facebook as facebook
from tests.coaching.network_cast import x as x
from tests.networks.stand.facebook import Facebook, error
from tests.networks.stand.server import HTML_502, Reply
from tests.networks.stand.x import X

pytestmark = pytest.mark.django_db
State = Connection.State


@pytest.fixture(autouse=True)
def _no_worker(settings: Any) -> None:
    """What would be sent to a worker goes into a queue in memory."""
    settings.CELERY_BROKER_URL = "memory://"


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


def browser(user: User) -> Client:
    """A browser in which the user is logged in."""
    client = Client()
    client.force_login(user)
    return client


def ask(client: Client, network: str, **data: Any) -> str:
    """Presses the connect button and answers with where the network is."""
    answer = client.post(reverse(f"coaching:connect_{network}", args=["theatre"]), data)
    assert answer.status_code == 302
    return str(answer["Location"])


def come_back(client: Client, network: str, told: dict[str, str]) -> HttpResponse:
    """Comes back from the network with what it says."""
    answer: Any = client.get(reverse(f"coaching:connected_{network}"), told)
    return answer


def the_only(cast: make.Cast) -> Connection:
    """The one connection of the theatre."""
    with scope([cast.theatre.pk]):
        found: Connection = Connection.across_organizations.select_related("organization").get(
            organization=cast.theatre
        )
        return found


def test_a_handle_is_connected_and_due_at_once(
    cast: make.Cast, x: X, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    client = browser(cast.erin)
    answer = come_back(client, "x", x.consent(ask(client, "x"), "1001"))
    assert answer["Location"] == reverse("coaching:connections", args=["theatre"])
    made = the_only(cast)
    assert (made.network, made.handle, made.access, made.state) == (
        "twitter", "HarbourTheatre", "api", State.ACTIVE,
    )  # fmt: skip
    assert made.due_at is not None
    assert made.due_at <= timezone.now()
    tokens = made.tokens()
    assert x.tokens[tokens["access"]] == "1001"
    page = client.get(reverse("coaching:connections", args=["theatre"])).content.decode()
    for secret in (tokens["access"], tokens["refresh"], made.sealed_tokens):
        assert secret not in page
        assert secret not in caplog.text
    assert x.client[1] not in caplog.text
    with scope([cast.theatre.pk]):
        assert ReadMeter.across_organizations.get().users == 1
        deed = cast.theatre.auditevents.get()
        assert (deed.action, deed.actor_id, deed.address) == ("connected", cast.erin.pk, "127.0.0.1")


def test_the_browser_may_be_sent_to_the_network_by_the_form(cast: make.Cast) -> None:
    answer = browser(cast.erin).get(reverse("coaching:connections", args=["theatre"]))
    policy = answer["Content-Security-Policy"].split("; ")
    assert "form-action 'self' https://x.com https://www.facebook.com" in policy


def test_consent_that_was_denied_has_its_page(cast: make.Cast, x: X) -> None:
    client = browser(cast.erin)
    told = x.consent(ask(client, "x"), "1001")
    answer = come_back(client, "x", {"state": told["state"], "error": "access_denied"})
    assert answer.status_code == 400
    assert "It was not allowed" in answer.content.decode()
    with scope([cast.theatre.pk]):
        assert not cast.theatre.connections.exists()


def test_an_answer_works_once_and_only_for_who_asked(cast: make.Cast, x: X) -> None:
    client, other = browser(cast.erin), browser(cast.alice)
    told = x.consent(ask(client, "x"), "1001")
    assert "This answer from X" in come_back(other, "x", told).content.decode()
    assert come_back(client, "x", {**told, "state": "guessed"}).status_code == 400
    assert come_back(client, "x", told).status_code == 400, "a wrong guess uses the question up"
    told = x.consent(ask(client, "x"), "1001")
    assert come_back(client, "x", told).status_code == 302
    assert come_back(client, "x", told).status_code == 400


def test_a_code_that_ran_out_has_its_page(cast: make.Cast, x: X) -> None:
    client = browser(cast.erin)
    told = x.consent(ask(client, "x"), "1001")
    x.codes.clear()
    answer = come_back(client, "x", told)
    assert answer.status_code == 400
    assert "used already or is too old" in answer.content.decode()


def test_too_few_scopes_have_their_page(cast: make.Cast, x: X) -> None:
    x.scopes = "users.read offline.access"
    client = browser(cast.erin)
    answer = come_back(client, "x", x.consent(ask(client, "x"), "1001"))
    assert "Too little was allowed" in answer.content.decode()


def test_without_staying_connected_it_works_and_says_what_is_off(cast: make.Cast, x: X) -> None:
    x.scopes = "tweet.read users.read"
    client = browser(cast.erin)
    assert come_back(client, "x", x.consent(ask(client, "x"), "1001")).status_code == 302
    assert the_only(cast).scopes == ["tweet.read", "users.read"]


def test_whoever_left_meanwhile_connects_nothing(cast: make.Cast, x: X) -> None:
    client = browser(cast.erin)
    told = x.consent(ask(client, "x"), "1001")
    cast.erin.memberships.update(role="viewer")
    answer = come_back(client, "x", told)
    assert "may no longer connect" in answer.content.decode()
    assert "/2/oauth2/token" not in x.paths()


def test_reconnecting_another_account_is_refused_and_its_tokens_given_back(cast: make.Cast, x: X) -> None:
    connection = on_x(cast.theatre, x)
    client = browser(cast.erin)
    told = x.consent(ask(client, "x", connection=connection.pk), "2002")
    answer = come_back(client, "x", told)
    assert "That is another account" in answer.content.decode()
    assert the_only(cast).external_id == "1001"
    assert "/2/oauth2/revoke" in x.paths()


def test_reconnecting_keeps_what_was_read_and_doubles_nothing(cast: make.Cast, x: X) -> None:
    made = make.pulled(cast.theatre, make.post(1), messages=[make.message(1, "Is there a ramp?")])
    with scope([cast.theatre.pk]):
        Connection.across_organizations.filter(pk=made.pk).update(
            external_id="1001", access="api", state=State.RECONNECT, due_at=None, features_off=["mentions"]
        )
    client = browser(cast.erin)
    assert come_back(client, "x", x.consent(ask(client, "x", connection=made.pk), "1001")).status_code == 302
    again = the_only(cast)
    assert (again.pk, again.state, again.cursor, again.features_off) == (
        made.pk,
        State.ACTIVE,
        {"next": 1000},
        [],
    )
    assert (len(texts(again)), heard(again)) == (1, ["Is there a ramp?"])


def test_two_organizations_may_connect_one_account_and_see_nothing_of_each_other(
    cast: make.Cast, x: X
) -> None:
    on_x(cast.rival, x)
    client = browser(cast.erin)
    assert come_back(client, "x", x.consent(ask(client, "x"), "1001")).status_code == 302
    with scope([cast.theatre.pk, cast.rival.pk]):
        assert Connection.across_organizations.filter(external_id="1001").count() == 2
    assert the_only(cast).organization_id == cast.theatre.pk


@pytest.mark.parametrize(("fault", "status"), [(HTML_502, 503), (Reply(401, {}), 400)])
def test_a_network_that_fails_meanwhile_has_its_page(
    cast: make.Cast, x: X, fault: Reply, status: int
) -> None:
    client = browser(cast.erin)
    told = x.consent(ask(client, "x"), "1001")
    x.misbehave("/2/oauth2/token", fault)
    assert come_back(client, "x", told).status_code == status


def test_several_pages_are_connected_at_once(
    cast: make.Cast, facebook: Facebook, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    facebook.accounts.append({"id": "777", "name": "Studio Stage", "access_token": "studio-token"})
    facebook.accounts.append({"id": "888", "name": "Not Mine"})
    client = browser(cast.erin)
    answer = come_back(client, "facebook", facebook.consent(ask(client, "facebook")))
    page = client.get(answer["Location"]).content.decode()
    assert "Harbour Theatre" in page
    assert "You may not act for this Page" in page
    assert facebook.page_token not in page
    data = {"page": ["555", "777", "888"]}
    assert client.post(reverse("coaching:connect_choose", args=["theatre"]), data).status_code == 302
    with scope([cast.theatre.pk]):
        made = {one.external_id: one for one in cast.theatre.connections.all()}
    assert set(made) == {"555", "777"}
    assert made["777"].tokens()["access"] == "studio-token"
    assert made["555"].consented_by == "user-1"
    assert client.get(answer["Location"]).status_code == 400, "the choice is made once"
    for secret in (facebook.page_token, "studio-token", *facebook.user_tokens, facebook.app[1]):
        assert secret not in caplog.text


def test_pages_are_kept_sealed_until_they_are_chosen(cast: make.Cast, facebook: Facebook) -> None:
    client = browser(cast.erin)
    come_back(client, "facebook", facebook.consent(ask(client, "facebook")))
    assert facebook.page_token not in json.dumps(dict(client.session))


def test_a_choice_is_of_one_organization_only(cast: make.Cast, facebook: Facebook) -> None:
    cast.rival.memberships.create(user=cast.erin, role="editor")
    client = browser(cast.erin)
    come_back(client, "facebook", facebook.consent(ask(client, "facebook")))
    elsewhere = client.post(reverse("coaching:connect_choose", args=["rival"]), {"page": ["555"]})
    assert elsewhere.status_code == 400


def test_nobody_without_a_page_is_left_alone(cast: make.Cast, facebook: Facebook) -> None:
    facebook.accounts.clear()
    client = browser(cast.erin)
    answer = come_back(client, "facebook", facebook.consent(ask(client, "facebook")))
    assert "No Page to choose" in client.get(answer["Location"]).content.decode()


def test_pages_of_a_business_are_listed(cast: make.Cast, facebook: Facebook) -> None:
    facebook.businesses = {"b1": {"owned_pages": [{"id": "999", "name": "Big Hall", "access_token": "big"}]}}
    client = browser(cast.erin)
    answer = come_back(client, "facebook", facebook.consent(ask(client, "facebook", businesses="1")))
    assert "Big Hall" in client.get(answer["Location"]).content.decode()


def test_a_page_to_reconnect_must_be_among_the_chosen(cast: make.Cast, facebook: Facebook) -> None:
    gone = connected(cast.theatre, network="facebook", external_id="1234", handle="old", tokens={})
    client = browser(cast.erin)
    come_back(client, "facebook", facebook.consent(ask(client, "facebook", connection=gone.pk)))
    answer = client.post(reverse("coaching:connect_choose", args=["theatre"]), {"page": ["555"]})
    assert "another account" in answer.content.decode()


def test_without_keys_the_page_says_what_is_missing(cast: make.Cast, settings: Any) -> None:
    settings.X_CLIENT_ID = settings.FACEBOOK_APP_ID = ""
    client = browser(cast.erin)
    page = client.get(reverse("coaching:connections", args=["theatre"])).content.decode()
    assert "X_CLIENT_ID" in page
    assert "FACEBOOK_APP_ID" in page
    assert "Connect Facebook" not in page
    assert client.post(reverse("coaching:connect_x", args=["theatre"])).status_code == 302


@pytest.mark.parametrize(("posts", "left"), [("keep", 1), ("erase", 0)])
def test_disconnecting_takes_the_permission_back_and_keeps_or_erases(
    cast: make.Cast, x: X, posts: str, left: int
) -> None:
    connection = on_x(cast.theatre, x)
    held = connection.tokens()
    client = browser(cast.erin)
    address = reverse("coaching:account_disconnect", args=["theatre", connection.pk])
    assert "Keep them" in client.get(address).content.decode()
    assert client.post(address, {"posts": posts}).status_code == 302
    assert held["refresh"] not in x.refresh_tokens
    with scope([cast.theatre.pk]):
        assert cast.theatre.connections.count() == left
    if left:
        after = stored(connection)
        assert (after.state, after.sealed_tokens, after.due_at) == (State.DISCONNECTED, "", None)


def test_disconnecting_deletes_the_tokens_even_when_the_network_is_down(cast: make.Cast, x: X) -> None:
    connection = on_x(cast.theatre, x)
    x.misbehave("/revoke", HTML_502)
    client = browser(cast.erin)
    address = reverse("coaching:account_disconnect", args=["theatre", connection.pk])
    page = client.post(address, {"posts": "keep"}, follow=True).content.decode()
    assert stored(connection).sealed_tokens == ""
    assert "did not confirm" in page


def test_a_page_is_let_go_without_touching_what_else_the_person_connected(
    cast: make.Cast, facebook: Facebook
) -> None:
    facebook.user_tokens["user-token"] = "user-1"
    first = on_facebook(cast.theatre, facebook)
    second = connected(
        cast.rival, network="facebook", external_id="555", handle="h", consented_by="user-1",
        tokens={"access": facebook.page_token, "user": "user-token"},
    )  # fmt: skip
    client = browser(cast.erin)
    client.post(reverse("coaching:account_disconnect", args=["theatre", first.pk]), {"posts": "keep"})
    assert "user-token" in facebook.user_tokens
    with scope([cast.rival.pk]):
        assert stored(second).tokens()["access"] == facebook.page_token


def test_keys_are_rotated_and_tokens_stay_readable(cast: make.Cast, x: X, settings: Any) -> None:
    connection = on_x(cast.theatre, x)
    held, old = dict(connection.tokens()), settings.FIELD_ENCRYPTION_KEYS
    new = Fernet.generate_key().decode()
    settings.FIELD_ENCRYPTION_KEYS = [new, *old]
    said = StringIO()
    call_command("rotate_keys", stdout=said)
    assert json.loads(said.getvalue()) == {"rotated": 1, "cannot_be_opened": 0}
    settings.FIELD_ENCRYPTION_KEYS = [new]
    assert dict(stored(connection).tokens()) == held
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CommandError, match="Keep the former keys"):
        call_command("rotate_keys", stdout=StringIO())


def test_pull_prints_counts_and_the_state_of_each(cast: make.Cast, x: X, facebook: Facebook) -> None:
    on_x(cast.theatre, x, due_at=timezone.now(), token_expires_at=None)
    on_facebook(cast.theatre, facebook, due_at=timezone.now())
    x.now = timezone.now()
    x.write("1001", "Doors open at seven")
    facebook.misbehave("/published_posts", error(190, 463, status=401))
    said = StringIO()
    call_command("pull", "theatre", "--json", stdout=said)
    told = {one["network"]: one for one in json.loads(said.getvalue())["connections"]}
    assert (told["twitter"]["state"], told["twitter"]["posts"]) == ("active", 1)
    assert (told["facebook"]["state"], told["facebook"]["code"]) == ("reconnect", "190/463")
    assert "run out" in told["facebook"]["health"]
    x.write("1001", "Doors open at eight", at=x.now)
    said = StringIO()
    call_command("pull", "theatre", "--json", stdout=said)
    again = {one["network"]: one for one in json.loads(said.getvalue())["connections"]}
    assert (again["twitter"]["pulled"], again["twitter"]["posts"]) == (True, 1), "nobody waits for a shell"
    assert not again["facebook"]["pulled"]
    with pytest.raises(CommandError):
        call_command("pull", "nowhere", stdout=StringIO())
