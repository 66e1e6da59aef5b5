"""Connecting an X account: consent, tokens that work once, and every way it can fail."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from coaching.networks import twitter_oauth
from coaching.networks.contract import Account, Network, Refused, TryLater
from coaching.networks.twitter_api import API_URL, XApp

from .conftest import NOW, patient_enough
from .stand.server import CUT, HANG, HTML_502, JSON_500, Reply
from .stand.x import X


def connected(x: X, app: XApp) -> twitter_oauth.XLogin:
    beginning = twitter_oauth.begin(app)
    told = x.consent(beginning.url, "1001")
    return twitter_oauth.finish(app, told, state=beginning.state, verifier=beginning.verifier, now=NOW)


def test_the_question_asks_for_the_fewest_scopes_with_pkce(x: X, x_app: XApp) -> None:
    beginning = twitter_oauth.begin(x_app)
    parts = urlsplit(beginning.url)
    query = dict(parse_qsl(parts.query))
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{x.url}/i/oauth2/authorize"
    assert query["scope"] == "tweet.read users.read offline.access"
    assert "+" not in parts.query
    assert query["code_challenge_method"] == "S256"
    assert query["redirect_uri"] == x_app.redirect_uri
    assert query["state"] == beginning.state
    assert beginning.verifier not in beginning.url
    assert 43 <= len(beginning.verifier) <= 128


def test_the_way_there_and_back_in_a_browser(x: X, x_app: XApp) -> None:
    beginning = twitter_oauth.begin(x_app)
    page = requests.get(beginning.url, allow_redirects=False, timeout=20)
    back = urlsplit(page.headers["Location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == x_app.redirect_uri
    told = dict(parse_qsl(back.query))
    login = twitter_oauth.finish(x_app, told, state=beginning.state, verifier=beginning.verifier, now=NOW)
    assert login.account.handle == "HarbourTheatre"


def test_two_questions_have_nothing_in_common(x_app: XApp) -> None:
    one, other = twitter_oauth.begin(x_app), twitter_oauth.begin(x_app)
    assert one.state != other.state
    assert one.verifier != other.verifier


def test_consent_ends_in_account_and_tokens(x: X, x_app: XApp) -> None:
    login = connected(x, x_app)
    assert login.account == Account(Network.TWITTER, "1001", "HarbourTheatre", "Harbour Theatre")
    assert login.tokens.expires_at == NOW + timedelta(hours=2)
    assert login.tokens.scopes == set(twitter_oauth.SCOPES)
    assert login.tokens.missing == set()
    assert x.tokens[login.tokens.access_token] == "1001"


def test_fewer_scopes_than_asked_are_told_and_no_error(x: X, x_app: XApp) -> None:
    x.scopes = "tweet.read users.read"
    login = connected(x, x_app)
    assert login.tokens.missing == {"offline.access"}
    assert twitter_oauth.NEEDED_FOR["offline.access"]


def test_a_public_app_sends_its_id_and_no_secret(x: X, x_app: XApp) -> None:
    public = replace(x_app, client_secret=None)
    with pytest.raises(Refused) as refused:
        connected(x, public)
    assert refused.value.reason == "keys"
    (asked,) = [one for one in x.asked if one.path == "/2/oauth2/token"]
    assert asked.form["client_id"] == x_app.client_id
    assert "authorization" not in asked.headers


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"error": "access_denied", "state": "STATE"}, "denied"),
        ({"state": "STATE"}, "code"),
        ({"code": "c", "state": "another"}, "state"),
        ({"code": "c"}, "state"),
        ({}, "state"),
        ({"code": "never-issued", "state": "STATE"}, "code"),
    ],
)
def test_a_callback_that_is_no_consent(x_app: XApp, told: dict[str, str], reason: str) -> None:
    with pytest.raises(Refused) as refused:
        twitter_oauth.finish(x_app, told, state="STATE", verifier="v" * 50, now=NOW)
    assert refused.value.reason == reason


def test_an_empty_state_never_matches_an_empty_state(x_app: XApp) -> None:
    with pytest.raises(Refused) as refused:
        twitter_oauth.finish(x_app, {"code": "c", "state": ""}, state="", verifier="v" * 50, now=NOW)
    assert refused.value.reason == "state"


def test_a_code_works_once(x: X, x_app: XApp) -> None:
    beginning = twitter_oauth.begin(x_app)
    told = x.consent(beginning.url, "1001")
    twitter_oauth.finish(x_app, told, state=beginning.state, verifier=beginning.verifier, now=NOW)
    with pytest.raises(Refused) as refused:
        twitter_oauth.finish(x_app, told, state=beginning.state, verifier=beginning.verifier, now=NOW)
    assert refused.value.reason == "code"


def test_a_code_needs_the_verifier_of_its_question(x: X, x_app: XApp) -> None:
    beginning = twitter_oauth.begin(x_app)
    told = x.consent(beginning.url, "1001")
    with pytest.raises(Refused) as refused:
        twitter_oauth.finish(x_app, told, state=beginning.state, verifier="w" * 64, now=NOW)
    assert refused.value.reason == "code"


def test_a_refresh_token_works_once(x: X, x_app: XApp) -> None:
    old = connected(x, x_app).tokens
    assert old.refresh_token is not None
    new = twitter_oauth.refresh(x_app, old.refresh_token, now=NOW)
    assert new.access_token != old.access_token
    assert new.refresh_token not in (None, old.refresh_token)
    with pytest.raises(Refused) as refused:
        twitter_oauth.refresh(x_app, old.refresh_token, now=NOW)
    assert (refused.value.reason, refused.value.code) == ("reconnect", "invalid_request")


def test_a_refresh_with_fewer_scopes_is_no_error(x: X, x_app: XApp) -> None:
    old = connected(x, x_app).tokens
    x.scopes = "tweet.read"
    assert twitter_oauth.refresh(x_app, old.refresh_token or "", now=NOW).scopes == {"tweet.read"}


def test_wrong_keys_of_the_operator_are_not_the_users_fault(x: X, x_app: XApp) -> None:
    old = connected(x, x_app).tokens
    wrong = replace(x_app, client_secret="other")
    with pytest.raises(Refused) as refused:
        twitter_oauth.refresh(wrong, old.refresh_token or "", now=NOW)
    assert refused.value.reason == "keys"
    assert twitter_oauth.refresh(x_app, old.refresh_token or "", now=NOW).access_token


@pytest.mark.parametrize(
    "reply",
    [HTML_502, JSON_500, CUT, HANG, Reply(200, b"<html>"), Reply(200, []), Reply(429), Reply(200, {"x": 1})],
    ids=["html 502", "json 500", "cut", "hang", "html 200", "list", "429", "no token"],
)
def test_a_token_host_in_trouble_means_later(x: X, x_app: XApp, reply: Reply) -> None:
    old = connected(x, x_app).tokens
    x.misbehave("/2/oauth2/token", reply)
    with pytest.raises(TryLater):
        twitter_oauth.refresh(patient_enough(x_app, reply), old.refresh_token or "", now=NOW)
    assert twitter_oauth.refresh(x_app, old.refresh_token or "", now=NOW).access_token


def test_revoking_takes_tokens_back_and_twice_is_once(x: X, x_app: XApp) -> None:
    tokens = connected(x, x_app).tokens
    twitter_oauth.revoke(x_app, tokens.refresh_token or "", now=NOW)
    twitter_oauth.revoke(x_app, tokens.access_token, now=NOW, hint="access_token")
    twitter_oauth.revoke(x_app, tokens.access_token, now=NOW, hint="access_token")
    assert x.refresh_tokens == {}
    assert tokens.access_token not in x.tokens
    hints = [one.form["token_type_hint"] for one in x.asked if one.path == "/2/oauth2/revoke"]
    assert hints == ["refresh_token", "access_token", "access_token"]


def test_revoking_while_x_is_away_means_later(x: X, x_app: XApp) -> None:
    x.misbehave("/2/oauth2/revoke", HTML_502)
    with pytest.raises(TryLater):
        twitter_oauth.revoke(x_app, "t", now=NOW)


def test_nothing_secret_is_printed_or_logged(
    x: X, x_app: XApp, everything_logged: pytest.LogCaptureFixture
) -> None:
    beginning = twitter_oauth.begin(x_app)
    told = x.consent(beginning.url, "1001")
    login = twitter_oauth.finish(x_app, told, state=beginning.state, verifier=beginning.verifier, now=NOW)
    new = twitter_oauth.refresh(x_app, login.tokens.refresh_token or "", now=NOW)
    twitter_oauth.revoke(x_app, new.refresh_token or "", now=NOW)
    logging.getLogger("stand").debug("recorded")

    printed = everything_logged.text + repr((x_app, beginning, login, new))
    assert "recorded" in printed
    for tokens in (login.tokens, new):
        for secret in (tokens.access_token, tokens.refresh_token or "", told["code"]):
            assert secret not in printed
    assert x.client[1] not in printed
    assert beginning.verifier not in printed


def test_tokens_come_from_the_api_host_unless_consent_was_pointed_elsewhere() -> None:
    assert XApp("id").token_base == API_URL
    assert XApp("id", api_url="http://127.0.0.1:1").token_base == "http://127.0.0.1:1"
    assert XApp("id", oauth_url="http://127.0.0.1:2").token_base == "http://127.0.0.1:2"
