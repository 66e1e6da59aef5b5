"""Connecting an X account: OAuth 2.0 with PKCE, tokens that last, and taking them back."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import requests
from oauthlib.oauth2 import OAuth2Error
from requests.auth import HTTPBasicAuth
from tweepy import OAuth2UserHandler

from .contract import Account, Network, Refused, TryLater
from .http import answer, bind, fields_of, rebase, whole_number
from .twitter_api import API_URL, OAUTH_URL, XApp, XClient, fault_of

SCOPES = ("tweet.read", "users.read", "offline.access")
NEEDED_FOR = {
    "tweet.read": "posts",
    "users.read": "posts",
    "offline.access": "staying connected",
}
"""What each scope is for, so that a missing one can be explained."""

TOKEN_PATH, REVOKE_PATH = "/2/oauth2/token", "/2/oauth2/revoke"

_LATER = frozenset({"missing_token", "server_error", "temporarily_unavailable"})
_OUR_KEYS = frozenset({"invalid_client", "unauthorized_client"})


@dataclass(frozen=True, slots=True)
class Beginning:
    """Where to send somebody, and what to keep in their session until they come back."""

    url: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class XTokens:
    """What X handed out. `refresh_token` works once; `expires_at` is aware UTC."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    expires_at: datetime | None
    scopes: frozenset[str]

    @property
    def missing(self) -> frozenset[str]:
        """Scopes we asked for and were not given."""
        return frozenset(SCOPES) - self.scopes


@dataclass(frozen=True, slots=True)
class XLogin:
    """The outcome of consent: the account and its tokens."""

    account: Account
    tokens: XTokens


def begin(app: XApp) -> Beginning:
    """Where to ask for consent."""
    handler = _handler(app, SCOPES)
    verifier = handler._client.create_code_verifier(96)
    url, state = handler.authorization_url(
        f"{OAUTH_URL}/i/oauth2/authorize",
        code_challenge=handler._client.create_code_challenge(verifier, "S256"),
        code_challenge_method="S256",
    )
    # oauthlib joins scopes with +, which X's consent page takes literally on some paths.
    return Beginning(rebase(url, app.oauth_url).replace("+", quote(" ")), state, verifier)


def finish(app: XApp, told: Mapping[str, str], *, state: str, verifier: str, now: datetime) -> XLogin:
    """Tokens and account after consent; `told` is the query X sent the browser back with.

    Raises Refused: denied, state (not the answer to our question), code (used or expired), keys.
    """
    if not hmac.compare_digest(str(told.get("state", "")).encode(), state.encode()) or not state:
        raise Refused("state")
    if told.get("error"):
        raise Refused("denied", code=_code(told.get("error")))
    code = told.get("code")
    if not code:
        raise Refused("code")
    handler = _handler(app, SCOPES, now=now)
    # tweepy's own `fetch_token` reads the verifier from the handler that made the URL, and this is a new one.
    tokens = _tokens(
        lambda: super(OAuth2UserHandler, handler).fetch_token(
            _secure(TOKEN_PATH),
            code=code,
            auth=_basic(app),
            include_client_id=True,
            code_verifier=verifier,
        ),
        refused="code",
        now=now,
    )
    return XLogin(account_of(app, tokens.access_token, now=now), tokens)


def refresh(app: XApp, refresh_token: str, *, now: datetime) -> XTokens:
    """New tokens for old; the old refresh token is used up. Raises Refused(reconnect) for one used before."""
    # Without scopes of its own the request keeps those granted, and oauthlib compares none.
    handler = _handler(app, None, now=now)
    more: dict[str, Any] = {} if app.client_secret else {"client_id": app.client_id}
    return _tokens(
        lambda: handler.refresh_token(
            _secure(TOKEN_PATH), refresh_token=refresh_token, auth=_basic(app), **more
        ),
        refused="reconnect",
        now=now,
    )


def revoke(app: XApp, token: str, *, now: datetime, hint: str = "refresh_token") -> None:
    """Take a token back at X; one that X no longer knows counts as taken back."""
    with requests.Session() as session:
        bind(session, app.patience, app.token_base)
        body = {"token": token, "token_type_hint": hint, "client_id": app.client_id}
        response = answer(
            lambda: session.post(_secure(REVOKE_PATH), data=body, auth=_basic(app), allow_redirects=False)
        )
    if response.status_code in (400, 404):
        return
    if response.status_code == 401:
        raise Refused("keys", code=401)
    fault = fault_of(response, feature="revoke", now=now)
    if fault is not None:
        raise fault


def account_of(app: XApp, access_token: str, *, now: datetime) -> Account:
    """Whose token this is; X bills it as one user read."""
    me = XClient(app, access_token, now=now).me().get("data")
    if not isinstance(me, Mapping) or not me.get("id") or not me.get("username"):
        raise TryLater("garbled")
    handle = str(me["username"])
    return Account(Network.TWITTER, str(me["id"]), handle, str(me.get("name") or handle))


def _handler(app: XApp, scopes: tuple[str, ...] | None, *, now: datetime | None = None) -> OAuth2UserHandler:
    handler = OAuth2UserHandler(
        client_id=app.client_id,
        redirect_uri=app.redirect_uri,
        scope=list(scopes) if scopes else None,
        client_secret=app.client_secret,
    )
    bind(handler, app.patience, app.token_base)

    def heed(response: requests.Response) -> requests.Response:
        # oauthlib reads the body and never looks at the status. Both 400 and 401 hold a code it knows.
        told = fields_of(response)
        if response.status_code == 401 and "error" not in (told or {}):
            raise Refused("keys", code=401)
        if response.status_code not in (400, 401) and now is not None:
            fault = fault_of(response, feature="token", now=now)
            if fault is not None:
                raise fault
        if told is None:
            raise TryLater("garbled", code=response.status_code)
        return response

    for moment_of in ("access_token_response", "refresh_token_response"):
        handler.register_compliance_hook(moment_of, heed)
    return handler


def _secure(path: str) -> str:
    """oauthlib takes none but https addresses; the adapter sends it to where X is for us."""
    return f"{API_URL}{path}"


def _basic(app: XApp) -> HTTPBasicAuth | None:
    return HTTPBasicAuth(app.client_id, app.client_secret) if app.client_secret else None


def _tokens(call: Callable[[], Mapping[str, Any]], *, refused: str, now: datetime) -> XTokens:
    """Run a token request of the library and read what it made of the answer."""
    told: Any = None
    code: str | None = None

    def run() -> None:
        nonlocal told, code
        try:
            told = call()
        except OAuth2Error as fault:
            code = fault.error or "invalid_request"
        except Warning as fewer:
            # oauthlib raises the builtin Warning where fewer scopes were granted than asked for.
            told = getattr(fewer, "token", None)

    answer(run, also=(ValueError,))
    if code in _LATER:
        raise TryLater("garbled", code=code)
    if code is not None:
        raise Refused("keys" if code in _OUR_KEYS else refused, code=code)
    if not isinstance(told, Mapping) or not isinstance(told.get("access_token"), str):
        raise TryLater("garbled")
    return _read(told, now)


def _read(told: Mapping[str, Any], now: datetime) -> XTokens:
    seconds = whole_number(told.get("expires_in"))
    scopes = told.get("scope") or ()
    return XTokens(
        access_token=told["access_token"],
        refresh_token=told.get("refresh_token") or None,
        expires_at=now + timedelta(seconds=seconds) if seconds is not None else None,
        scopes=frozenset(scopes.split() if isinstance(scopes, str) else scopes),
    )


def _code(value: object) -> str:
    """An error code from a query string, which anybody may have written."""
    return "".join(letter for letter in str(value)[:40] if letter.isalnum() or letter in "_-.")
