"""Speaking Facebook's Graph API through facebook-sdk: where it is, what it refuses, how its lists end."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import facebook
import requests

from .contract import Refused, TryLater
from .http import Patience, Window, answer, bind, fields_of, retry_after, whole_number

PAGE = 100
MOST_PAGES = 1_000
ALMOST_USED_UP = 95
"""Percent of a limit at which we stop by ourselves; at 100 the network stops the whole app."""

_NEXT = frozenset({"after", "before", "until", "since", "offset", "__paging_token"})
_RATE = frozenset({4, 17, 32, 341, 368, 613}) | frozenset(range(80_000, 80_015))
WHOLE_APP = 4
"""The code for a limit that the app, not one Page, has used up."""
_RECONNECT = frozenset({102, 190, 2500})
_PERMISSION = frozenset({3, 10}) | frozenset(range(200, 300))
_KEYS = frozenset({101, 104})
_GONE = frozenset({"21", "803", "100/33"})
_NETWORK = frozenset({1, 2})


@dataclass(frozen=True, slots=True)
class FacebookApp:
    """The operator's app at Facebook, and where Facebook is. `version` is like v26.0."""

    app_id: str
    app_secret: str = field(repr=False)
    version: str = "v26.0"
    redirect_uri: str = ""
    graph_url: str = "https://graph.facebook.com"
    dialog_url: str = "https://www.facebook.com"
    patience: Patience = field(default_factory=Patience)

    def proof(self, token: str) -> str:
        """Shows Facebook that whoever uses a token also knows the app's secret."""
        return hmac.new(self.app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class GraphPage:
    """One page of a list: its rows, how to ask for the next (None at the end), and the total if told."""

    rows: list[dict[str, Any]]
    following: dict[str, str] | None
    total: int | None = None


class Graph(facebook.GraphAPI):
    """facebook-sdk with our one `request` under it; every call ends in a value, `Refused` or `TryLater`.

    `usage` is what the last answer said about limits, in percent left; None where it said nothing.
    """

    def __init__(self, app: FacebookApp, token: str | None, *, now: datetime) -> None:
        super().__init__(access_token=token, session=requests.Session())
        # The constructor refuses every version above 3.1.
        self.version = app.version if app.version.startswith("v") else f"v{app.version}"
        self.usage: Window | None = None
        self.feature: str | None = None
        self._app, self._now = app, now
        bind(self.session, app.patience)

    def request(
        self,
        path: str,
        args: Mapping[str, Any] | None = None,
        post_args: Mapping[str, Any] | None = None,
        files: Any = None,
        method: str | None = None,
    ) -> Any:
        """One call. The library's own has no timeout and no proof, and takes some failures for success."""
        query, body = self._signed(args, post_args)
        url = f"{self._app.graph_url.rstrip('/')}/{path.lstrip('/')}"
        verb = "POST" if post_args is not None else method or "GET"
        response = answer(
            lambda: self.session.request(
                verb, url, params=query, data=body, files=files, allow_redirects=False
            )
        )
        self.usage = usage_of(response.headers, self._now)
        fault = fault_of(response, feature=self.feature, now=self._now)
        if fault is not None:
            raise fault
        told = fields_of(response)
        if told is None:
            if response.content.strip() == b"true":
                return {"success": True}
            raise TryLater("garbled")
        return told

    def almost_used_up(self) -> bool:
        """Whether the next calls may be the ones that close the limit for the whole app."""
        return (
            self.usage is not None
            and self.usage.remaining is not None
            and self.usage.remaining <= 100 - ALMOST_USED_UP
        )

    def pages(
        self, owner: str, edge: str, *, start: Mapping[str, Any] | None = None, **query: Any
    ) -> Iterator[GraphPage]:
        """The pages of a list, to its end: no `next`, no `data`, or a cursor or content that repeats."""
        asked: dict[str, Any] = {"limit": PAGE, **query}
        following: dict[str, str] | None = dict(start) if start else {}
        steps = {json.dumps(following, sort_keys=True)} if following else set()
        seen: set[str] = set()
        for _ in range(MOST_PAGES):
            told = self.get_connections(owner, edge, **{**asked, **(following or {})})
            page = _read_page(told, limit=int(asked["limit"]), before=len(seen))
            ids = {str(row.get("id")) for row in page.rows if row.get("id") is not None}
            step = json.dumps(page.following, sort_keys=True)
            over = page.following is None or step in steps or (bool(ids) and ids <= seen)
            following = None if over else page.following
            yield GraphPage(page.rows, following, page.total)
            if following is None:
                return
            seen |= ids
            steps.add(step)

    def _signed(
        self, args: Mapping[str, Any] | None, post_args: Mapping[str, Any] | None
    ) -> tuple[dict[str, Any], dict[str, Any] | None]:
        """Token and proof where they belong: in the body of a POST, else in the query."""
        query, body = dict(args or {}), None if post_args is None else dict(post_args)
        signed = query if body is None else body
        token = signed.setdefault("access_token", self.access_token)
        if token is None:
            del signed["access_token"]
        else:
            signed["appsecret_proof"] = self._app.proof(str(token))
        return query, body


def _read_page(told: Mapping[str, Any], *, limit: int, before: int) -> GraphPage:
    rows = told.get("data")
    if not isinstance(rows, list):
        return GraphPage([], None)
    rows = [row for row in rows if isinstance(row, dict)]
    summary, paging = _mapping(told.get("summary")), _mapping(told.get("paging"))
    total = whole_number(summary.get("total_count"))
    after = _mapping(paging.get("cursors")).get("after")
    by_cursor = {"after": str(after)} if after else None
    if isinstance(paging.get("next"), str):
        # Never the link itself: it holds a token, and another host than the operator may want.
        link = dict(parse_qsl(urlsplit(paging["next"]).query))
        following = {key: value for key, value in link.items() if key in _NEXT}
        return GraphPage(rows, following or by_cursor, total)
    if "previous" in paging:
        # Links are told, and there is none onward.
        return GraphPage(rows, None, total)
    full = len(rows) >= limit or (total is not None and before + len(rows) < total)
    return GraphPage(rows, by_cursor if rows and full else None, total)


def fault_of(response: requests.Response, *, feature: str | None, now: datetime) -> Refused | TryLater | None:
    """The refusal or request for patience in an answer, by codes; never by its text."""
    told = fields_of(response) or {}
    error = told.get("error")
    if isinstance(error, Mapping):
        return _by_code(error, response, feature=feature, now=now)
    if response.status_code >= 500 or response.status_code == 408:
        return TryLater("network", at=retry_after(response.headers, now), code=response.status_code)
    if response.status_code == 429:
        return TryLater("rate", at=_patience(response.headers, now), code=429)
    if "error_type" in told or isinstance(error, str):
        # How the token endpoint of old refuses a code.
        return Refused("parameter", feature=feature, code=whole_number(told.get("code")))
    if not 200 <= response.status_code < 300:
        return TryLater("unexpected", code=response.status_code)
    return None


def _by_code(
    error: Mapping[str, Any], response: requests.Response, *, feature: str | None, now: datetime
) -> Refused | TryLater:
    number, sub = whole_number(error.get("code")), whole_number(error.get("error_subcode"))
    code: int | str | None = number if sub is None else f"{number}/{sub}"
    if number in _RATE:
        return TryLater("rate", at=_patience(response.headers, now), code=code, whole_app=number == WHOLE_APP)
    if number in _RECONNECT:
        return Refused("reconnect", code=code)
    if number in _PERMISSION:
        return Refused("permission", feature=feature, code=code)
    if number in _KEYS:
        return Refused("keys", code=code)
    if str(code) in _GONE:
        return Refused("gone", feature=feature, code=code)
    if number in _NETWORK or error.get("is_transient") is True or response.status_code >= 500:
        return TryLater("network", at=retry_after(response.headers, now), code=code)
    if number == 100:
        return Refused("parameter", feature=feature, code=code)
    return TryLater("unexpected", code=code if code is not None else response.status_code)


def usage_of(headers: Mapping[str, str], now: datetime) -> Window | None:
    """The fullest limit that the usage headers tell, as percent left, and when it opens again."""
    used, minutes = [], [0]
    for told in _usages(headers):
        used += [
            percent
            for name in ("call_count", "total_time", "total_cputime")
            if (percent := whole_number(told.get(name))) is not None
        ]
        minutes.append(whole_number(told.get("estimated_time_to_regain_access")) or 0)
    if not used:
        return None
    wait = min(max(minutes), 7 * 24 * 60)
    return Window(max(0, 100 - max(used)), 100, now + timedelta(minutes=wait) if wait > 0 else None)


def _usages(headers: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
    for name in ("X-App-Usage", "X-Business-Use-Case-Usage"):
        try:
            told = json.loads(headers.get(name) or "{}")
        except ValueError:
            continue
        if not isinstance(told, dict):
            continue
        if name == "X-App-Usage":
            yield told
            continue
        for entries in told.values():
            yield from (one for one in entries if isinstance(one, dict)) if isinstance(entries, list) else ()


def _patience(headers: Mapping[str, str], now: datetime) -> datetime | None:
    usage = usage_of(headers, now)
    return (usage.resets_at if usage else None) or retry_after(headers, now)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
