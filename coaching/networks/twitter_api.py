"""Speaking X's API v2 through tweepy: where it is, what it refuses and when it asks for patience."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import requests
import tweepy

from .contract import Refused, TryLater
from .http import Patience, Window, answer, bind, fields_of, moment, retry_after, sound, whole_number

API_URL = "https://api.x.com"
OAUTH_URL = "https://x.com"
WHOLE_APP = "x-app-limit-24hour"
"""The headers of the day's limit that all accounts of an app share."""


@dataclass(frozen=True, slots=True)
class XApp:
    """The operator's app at X, and where X is.

    `oauth_url` is where people are sent to consent. Tokens are had from `api_url`, unless `oauth_url` was
    pointed elsewhere (a simulator): then from there.
    """

    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    redirect_uri: str = ""
    api_url: str = API_URL
    oauth_url: str = OAUTH_URL
    patience: Patience = field(default_factory=Patience)

    @property
    def token_base(self) -> str:
        """The host of the token and revoke endpoints."""
        return self.api_url if self.oauth_url.rstrip("/") == OAUTH_URL else self.oauth_url


class XClient:
    """A `tweepy.Client` with our adapter under it; every call ends in a dict, `Refused` or `TryLater`.

    `windows` remembers per endpoint what the rate-limit headers said, so that nobody asks in vain.
    """

    def __init__(
        self, app: XApp, token: str, *, now: datetime, windows: Mapping[str, Window] | None = None
    ) -> None:
        self.windows: dict[str, Window] = dict(windows or {})
        self._now = now
        self._feature = ""
        # `wait_on_rate_limit` would sleep in the worker; models lose a page over one odd date.
        self._client = tweepy.Client(bearer_token=token, return_type=dict, wait_on_rate_limit=False)
        bind(self._client.session, app.patience, app.api_url)
        # Before tweepy reads the answer: its own errors trip over bodies that are not what it expects.
        self._client.session.hooks["response"].append(self._judge)

    def me(self) -> dict[str, Any]:
        """The account the token belongs to."""
        return self._ask("me", lambda: self._client.get_me(user_auth=False))

    def posts_of(self, user_id: str, **query: Any) -> dict[str, Any]:
        """What an account published, newest first."""
        return self._ask("posts", lambda: self._client.get_users_tweets(user_id, user_auth=False, **query))

    def mentions_of(self, user_id: str, **query: Any) -> dict[str, Any]:
        """What others addressed to an account, newest first."""
        return self._ask(
            "mentions", lambda: self._client.get_users_mentions(user_id, user_auth=False, **query)
        )

    def search(self, words: str, **query: Any) -> dict[str, Any]:
        """Posts of the last seven days, newest first."""
        return self._ask(
            "conversations", lambda: self._client.search_recent_tweets(words, user_auth=False, **query)
        )

    def by_ids(self, ids: list[str], **query: Any) -> dict[str, Any]:
        """Up to 100 posts by id; those that are gone are named under `errors`."""
        return self._ask("recheck", lambda: self._client.get_tweets(ids, user_auth=False, **query))

    def call(
        self, feature: str, method: str, route: str, *, json: Any = None, **query: Any
    ) -> dict[str, Any]:
        """Any other endpoint, of which tweepy knows no method."""
        return self._ask(
            feature, lambda: self._client.request(method, route, params=query or None, json=json).json()
        )

    def _ask(self, feature: str, call: Callable[[], Any]) -> dict[str, Any]:
        window = self.windows.get(feature)
        if window is not None and window.closed(self._now):
            raise TryLater("rate", at=window.resets_at)
        self._feature = feature
        told = answer(lambda: sound(call()), also=(tweepy.TweepyException, ValueError, RecursionError))
        if not isinstance(told, dict):
            raise TryLater("garbled")
        return told

    def _judge(self, response: requests.Response, *args: Any, **kwargs: Any) -> None:
        """Remember the limit, and turn every refusal into ours."""
        window = window_of(response.headers)
        if window is not None:
            self.windows[self._feature] = window
        fault = fault_of(response, feature=self._feature, now=self._now)
        if fault is not None:
            raise fault


def window_of(headers: Mapping[str, str]) -> Window | None:
    """What `x-rate-limit-*` tells, None where nothing."""
    remaining = whole_number(headers.get("x-rate-limit-remaining"))
    limit = whole_number(headers.get("x-rate-limit-limit"))
    resets_at = moment(headers.get("x-rate-limit-reset"))
    return None if remaining is None and resets_at is None else Window(remaining, limit, resets_at)


def fault_of(response: requests.Response, *, feature: str, now: datetime) -> Refused | TryLater | None:
    """The refusal or request for patience in an answer, by status and problem type; never by its text."""
    status = response.status_code
    if 200 <= status < 300:
        return None
    problem = problem_of(fields_of(response))
    if status == 401:
        return Refused("reconnect", code=401)
    if status == 402:
        return Refused("credit", code=402)
    if problem == "usage-capped":
        # A monthly or daily cap, which waiting for a window does not lift; it comes as 429 or 403.
        return Refused("cap", code=problem)
    if status == 403:
        return Refused("permission", feature=feature, code=problem or 403)
    if status == 404:
        return Refused("gone", feature=feature, code=404)
    if status == 429:
        whole_app = whole_number(response.headers.get(f"{WHOLE_APP}-remaining")) == 0
        reset = moment(response.headers.get(f"{WHOLE_APP}-reset")) if whole_app else None
        at = reset if reset and reset > now else _patience(response.headers, now)
        return TryLater("rate", at=at, code=429, whole_app=whole_app)
    if status == 408 or status >= 500:
        return TryLater("network", at=retry_after(response.headers, now), code=status)
    return TryLater("unexpected", code=problem or status)


def _patience(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When a 429 ends: the latest reset of those limits that are used up; None for one without a moment."""
    resets = []
    for name in ("x-rate-limit", "x-user-limit-24hour", WHOLE_APP):
        left = whole_number(headers.get(f"{name}-remaining"))
        reset = moment(headers.get(f"{name}-reset"))
        used_up = left == 0 or (left is None and name == "x-rate-limit")
        if used_up and reset is not None and reset > now:
            resets.append(reset)
    return max(resets, default=None) or retry_after(headers, now)


def problem_of(told: Mapping[str, Any] | None) -> str | None:
    """The last part of a problem's `type`, such as usage-capped or client-forbidden."""
    if not told:
        return None
    kind = told.get("type")
    if isinstance(kind, str) and "/problems/" in kind:
        return kind.rsplit("/", 1)[-1]
    return None
