"""Connecting Facebook Pages: consent, lasting tokens, the choice of Pages, and taking it all back."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from coaching.networks import facebook_login
from coaching.networks.contract import Account, Network, Refused, TryLater
from coaching.networks.facebook_graph import FacebookApp

from .conftest import NOW, patient_enough
from .stand.facebook import Facebook, error
from .stand.server import CUT, HANG, HTML_502, JSON_500, Reply


def login(facebook: Facebook, app: FacebookApp) -> facebook_login.FacebookLogin:
    told = facebook.consent(facebook_login.begin(app, state="STATE"))
    return facebook_login.finish(app, told, state="STATE", now=NOW)


def test_the_question_asks_for_the_fewest_permissions(facebook: Facebook, facebook_app: FacebookApp) -> None:
    parts = urlsplit(facebook_login.begin(facebook_app, state="STATE"))
    query = dict(parse_qsl(parts.query))
    assert parts.path == "/v26.0/dialog/oauth"
    assert query["scope"].split(",") == list(facebook_login.SCOPES)
    assert query["state"] == "STATE"
    assert "auth_type" not in query
    again = facebook_login.begin(
        facebook_app, state="S", ask_again=True, also=(facebook_login.FOR_BUSINESSES,)
    )
    query = dict(parse_qsl(urlsplit(again).query))
    assert query["auth_type"] == "rerequest"
    assert query["scope"].endswith(",business_management")


@pytest.mark.parametrize("agrees", [True, False])
def test_the_way_there_and_back_in_a_browser(
    facebook: Facebook, facebook_app: FacebookApp, agrees: bool
) -> None:
    facebook.agrees = agrees
    page = requests.get(facebook_login.begin(facebook_app, state="S"), allow_redirects=False, timeout=20)
    told = dict(parse_qsl(urlsplit(page.headers["Location"]).query))
    if agrees:
        assert facebook_login.finish(facebook_app, told, state="S", now=NOW).granted
        return
    with pytest.raises(Refused) as refused:
        facebook_login.finish(facebook_app, told, state="S", now=NOW)
    assert (refused.value.reason, refused.value.code) == ("denied", 200)


def test_the_address_of_the_dialog_may_be_given_whole(facebook_app: FacebookApp) -> None:
    app = replace(facebook_app, dialog_url="http://127.0.0.1:7/v1/dialog/oauth")
    assert facebook_login.begin(app, state="S").startswith("http://127.0.0.1:7/v1/dialog/oauth?client_id=")


def test_consent_ends_in_a_lasting_token_and_what_was_granted(
    facebook: Facebook, facebook_app: FacebookApp
) -> None:
    facebook.permissions["read_insights"] = "declined"
    found = login(facebook, facebook_app)
    assert found.token.startswith("long-")
    assert found.user_id == "user-1"
    assert found.expires_at == NOW + timedelta(days=60)
    assert found.declined == {"read_insights"}
    assert found.granted == set(facebook_login.SCOPES) - {"read_insights"}
    assert facebook_login.features(found.granted) == {"posts", "comments", "visitors", "tagged", "webhooks"}


def test_without_any_permission_there_is_no_feature() -> None:
    assert facebook_login.features(frozenset()) == frozenset()
    assert "insights" in facebook_login.features(frozenset(facebook_login.SCOPES))


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (
            {"error": "access_denied", "error_code": "200", "error_reason": "user_denied", "state": "S"},
            "denied",
        ),
        ({"error_code": "1349048", "error_message": "?", "state": "S"}, "denied"),
        ({"state": "S"}, "code"),
        ({"code": "c", "state": "T"}, "state"),
        ({"code": "c"}, "state"),
        ({"code": "never-issued", "state": "S"}, "code"),
    ],
)
def test_a_callback_that_is_no_consent(facebook_app: FacebookApp, told: dict[str, str], reason: str) -> None:
    with pytest.raises(Refused) as refused:
        facebook_login.finish(facebook_app, told, state="S", now=NOW)
    assert refused.value.reason == reason


def test_a_code_refused_in_the_old_shape(facebook: Facebook, facebook_app: FacebookApp) -> None:
    told = facebook.consent(facebook_login.begin(facebook_app, state="S"))
    old = {
        "error_type": "OAuthException",
        "code": 400,
        "error_message": "Error validating verification code.",
    }
    facebook.misbehave("/oauth/access_token", Reply(400, old))
    with pytest.raises(Refused) as refused:
        facebook_login.finish(facebook_app, told, state="S", now=NOW)
    assert refused.value.reason == "code"


def test_wrong_keys_of_the_operator_are_not_the_users_fault(
    facebook: Facebook, facebook_app: FacebookApp
) -> None:
    with pytest.raises(Refused) as refused:
        login(facebook, replace(facebook_app, app_secret="other"))
    assert refused.value.reason == "keys"


@pytest.mark.parametrize(
    "reply", [HTML_502, JSON_500, CUT, HANG, Reply(200, {"token_type": "bearer"}), error(2)]
)
def test_a_token_host_in_trouble_means_later(
    facebook: Facebook, facebook_app: FacebookApp, reply: Reply
) -> None:
    facebook.misbehave("/oauth/access_token", reply)
    with pytest.raises(TryLater):
        login(facebook, patient_enough(facebook_app, reply))


def test_pages_of_the_person_and_of_their_businesses_each_once(
    facebook: Facebook, facebook_app: FacebookApp
) -> None:
    facebook.page_size = 1
    museum = {"id": "666", "name": "Museum", "access_token": "museum-token", "tasks": ["MODERATE"]}
    facebook.accounts.append({"id": "777", "name": "No role here"})
    facebook.businesses = {
        "b1": {"owned_pages": [facebook.page, museum], "client_pages": []},
        "b2": {"client_pages": [{"id": "777", "name": "No role here", "access_token": "by-business"}]},
    }
    token = login(facebook, facebook_app).token

    found = {one.account.external_id: one for one in facebook_login.pages(facebook_app, token, now=NOW)}

    assert set(found) == {"555", "666", "777"}
    assert found["555"].account == Account(Network.FACEBOOK, "555", "harbourtheatre", "Harbour Theatre")
    assert found["555"].token == facebook.page_token
    assert (found["666"].business, found["666"].tasks) == ("Business b1", ("MODERATE",))
    assert found["777"].token == "by-business"


def test_no_business_and_no_page_are_no_errors(facebook: Facebook, facebook_app: FacebookApp) -> None:
    facebook.accounts.clear()
    token = login(facebook, facebook_app).token
    assert facebook_login.pages(facebook_app, token, now=NOW) == ()


def test_a_business_that_shows_nothing_does_not_hide_the_others(
    facebook: Facebook, facebook_app: FacebookApp
) -> None:
    facebook.businesses = {"b1": {}, "b2": {"owned_pages": [{"id": "888", "name": "Cinema"}]}}
    token = login(facebook, facebook_app).token
    facebook.misbehave("b1/owned_pages", error(200))
    found = {one.account.external_id for one in facebook_login.pages(facebook_app, token, now=NOW)}
    assert found == {"555", "888"}


def test_what_facebook_says_about_a_token(facebook: Facebook, facebook_app: FacebookApp) -> None:
    token = login(facebook, facebook_app).token
    state = facebook_login.debug(facebook_app, token, now=NOW)
    assert state.valid
    assert state.expires_at == NOW + timedelta(days=60)
    assert "pages_show_list" in state.scopes
    lasting = facebook_login.debug(facebook_app, facebook.page_token, now=NOW)
    assert (lasting.valid, lasting.expires_at) == (True, None)
    assert not facebook_login.debug(facebook_app, "stranger", now=NOW).valid


def test_taking_everything_back_twice_is_once(facebook: Facebook, facebook_app: FacebookApp) -> None:
    token = login(facebook, facebook_app).token
    facebook_login.revoke(facebook_app, token, now=NOW)
    facebook_login.revoke(facebook_app, token, now=NOW)
    assert facebook.user_tokens == {}


def test_subscribing_and_unsubscribing_a_page(facebook: Facebook, facebook_app: FacebookApp) -> None:
    assert facebook_login.subscribe(facebook_app, "555", facebook.page_token, now=NOW)
    assert facebook.subscribed == ["feed", "mention"]
    assert facebook.asked[-1].query == {}, "token and proof go in the body"
    facebook_login.unsubscribe(facebook_app, "555", facebook.page_token, now=NOW)
    assert facebook.subscribed == []
    facebook_login.unsubscribe(facebook_app, "555", "dead-token", now=NOW)


def test_subscribing_without_the_permission_names_the_feature(
    facebook: Facebook, facebook_app: FacebookApp
) -> None:
    facebook.misbehave("/subscribed_apps", error(200))
    with pytest.raises(Refused) as refused:
        facebook_login.subscribe(facebook_app, "555", facebook.page_token, now=NOW)
    assert (refused.value.reason, refused.value.feature) == ("permission", "webhooks")


def test_a_signed_request_is_read(facebook: Facebook) -> None:
    told = facebook_login.parse_signed_request(facebook.signed_request(user_id="218471"), facebook.app[1])
    assert told is not None
    assert told["user_id"] == "218471"


def _signed(payload: bytes, secret: str) -> str:
    body = base64.urlsafe_b64encode(payload).decode().rstrip("=")
    digest = hmac.new(secret.encode(), body.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=") + "." + body


def test_a_signed_request_of_a_stranger_is_nothing(facebook: Facebook) -> None:
    """The library's own parser raises on most of these."""
    secret = facebook.app[1]
    good = facebook.signed_request(user_id="1")
    signature, _, payload = good.partition(".")
    forged = base64.urlsafe_b64encode(
        json.dumps({"user_id": "2", "algorithm": "HMAC-SHA256"}).encode()
    ).decode()
    strange = [
        "",
        ".",
        "nothing",
        "a.b.c",
        f"{signature}.{forged}",
        f".{payload}",
        f"ünïcode.{payload}",
        f"{signature}.ünïcode",
        f"{signature[:-3]}.{payload}",
        "\x00.\x00",
        _signed(b"not json", secret),
        _signed(b"[1]", secret),
        _signed(b"\xff\xfe", secret),
        _signed(json.dumps({"algorithm": "none", "user_id": "1"}).encode(), secret),
        _signed(json.dumps({"user_id": "1"}).encode(), secret),
        _signed(b'{"algorithm":"HMAC-SHA256"}', "another secret"),
    ]
    assert [facebook_login.parse_signed_request(one, secret) for one in strange] == [None] * len(strange)
    assert facebook_login.parse_signed_request(good, secret)


def test_nothing_secret_is_printed_or_logged(
    facebook: Facebook, facebook_app: FacebookApp, everything_logged: pytest.LogCaptureFixture
) -> None:
    told = facebook.consent(facebook_login.begin(facebook_app, state="S"))
    found = facebook_login.finish(facebook_app, told, state="S", now=NOW)
    choices = facebook_login.pages(facebook_app, found.token, now=NOW)
    facebook_login.debug(facebook_app, found.token, now=NOW)
    facebook_login.subscribe(facebook_app, "555", facebook.page_token, now=NOW)
    facebook_login.revoke(facebook_app, found.token, now=NOW)
    logging.getLogger("stand").debug("recorded")
    printed = everything_logged.text + repr((facebook_app, found, choices))
    assert "recorded" in printed
    for secret in (found.token, told["code"], facebook.app[1], facebook.page_token):
        assert secret not in printed
