"""Connecting Facebook Pages: consent, tokens that last, which Pages there are, and taking it all back."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from .contract import Account, Network, Refused, TryLater
from .facebook_graph import FacebookApp, Graph
from .http import moment, whole_number

NEEDED_FOR = {
    "pages_show_list": "posts",
    "pages_read_engagement": "posts",
    "pages_read_user_content": "visitors",
    "pages_manage_metadata": "webhooks",
    "read_insights": "insights",
}
"""What each permission is for, so that a missing one can be explained."""
SCOPES = tuple(NEEDED_FOR)
FOR_BUSINESSES = "business_management"
"""Only needed where the Pages belong to a business; ask for it when somebody misses theirs."""
SUBSCRIBED = ("feed", "mention")
PAGE_FIELDS = "id,name,username,access_token,tasks"


@dataclass(frozen=True, slots=True)
class FacebookLogin:
    """The outcome of consent: who consented, to what, and a token of about 60 days."""

    user_id: str
    token: str = field(repr=False)
    expires_at: datetime | None
    granted: frozenset[str]
    declined: frozenset[str]


@dataclass(frozen=True, slots=True)
class PageChoice:
    """A Page that may be connected. `token` is None where the person may not act for the Page."""

    account: Account
    token: str | None = field(repr=False)
    business: str | None = None
    tasks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TokenState:
    """What Facebook says about a token; times are aware UTC, None for no end."""

    valid: bool
    user_id: str | None
    scopes: frozenset[str]
    expires_at: datetime | None
    data_access_expires_at: datetime | None


def begin(app: FacebookApp, *, state: str, ask_again: bool = False, also: tuple[str, ...] = ()) -> str:
    """Where to ask for consent. `ask_again` for permissions that were declined before."""
    query = {
        "client_id": app.app_id,
        "redirect_uri": app.redirect_uri,
        "state": state,
        "scope": ",".join((*SCOPES, *also)),
        "response_type": "code",
    }
    if ask_again:
        query["auth_type"] = "rerequest"
    version = app.version if app.version.startswith("v") else f"v{app.version}"
    base = app.dialog_url.rstrip("/")
    if not urlsplit(base).path.endswith("/dialog/oauth"):
        base = f"{base}/{version}/dialog/oauth"
    return f"{base}?{urlencode(query)}"


def finish(app: FacebookApp, told: Mapping[str, str], *, state: str, now: datetime) -> FacebookLogin:
    """Token and permissions after consent; `told` is the query Facebook sent the browser back with.

    Raises Refused: denied, state (not the answer to our question), code (used or expired), keys.
    """
    if not state or not hmac.compare_digest(str(told.get("state", "")).encode(), state.encode()):
        raise Refused("state")
    if told.get("error") or told.get("error_code"):
        raise Refused("denied", code=whole_number(told.get("error_code")))
    if not told.get("code"):
        raise Refused("code")
    try:
        graph = Graph(app, None, now=now)
        short = graph.get_access_token_from_code(told["code"], app.redirect_uri, app.app_id, app.app_secret)
    except Refused as refused:
        if refused.reason in ("parameter", "reconnect"):
            raise Refused("code", code=refused.code) from None
        raise
    return _lasting(app, _token(short), now)


def _lasting(app: FacebookApp, short: str, now: datetime) -> FacebookLogin:
    told = Graph(app, short, now=now).extend_access_token(app.app_id, app.app_secret)
    token, seconds = _token(told), whole_number(told.get("expires_in"))
    graph = Graph(app, token, now=now)
    me = graph.get_object("me", fields="id")
    granted, declined = permissions(app, token, now=now)
    expires_at = now + timedelta(seconds=seconds) if seconds else None
    return FacebookLogin(str(me.get("id") or ""), token, expires_at, granted, declined)


def permissions(app: FacebookApp, token: str, *, now: datetime) -> tuple[frozenset[str], frozenset[str]]:
    """What the person granted and what they declined."""
    found: dict[str, set[str]] = {"granted": set(), "declined": set(), "expired": set()}
    for page in Graph(app, token, now=now).pages("me", "permissions"):
        for row in page.rows:
            found.setdefault(str(row.get("status")), set()).add(str(row.get("permission")))
    return frozenset(found["granted"]), frozenset(found["declined"] | found["expired"])


def features(granted: frozenset[str]) -> frozenset[str]:
    """Which features the granted permissions allow, as `FacebookReader` takes them."""
    missing = {NEEDED_FOR[name] for name in set(SCOPES) - granted}
    found = set(NEEDED_FOR.values()) - missing
    # What people write under posts and where they name the Page is one permission with what visitors post.
    return frozenset(found | {"comments", "tagged"} if "visitors" in found else found)


def pages(app: FacebookApp, token: str, *, now: datetime) -> tuple[PageChoice, ...]:
    """Every Page the person may connect, each once; those of a business are only listed under it."""
    graph = Graph(app, token, now=now)
    found: dict[str, PageChoice] = {}
    for choice in (*_choices(graph, "me", "accounts", None), *_of_businesses(graph)):
        known = found.get(choice.account.external_id)
        if known is None or (known.token is None and choice.token is not None):
            found[choice.account.external_id] = choice
    return tuple(found.values())


def _of_businesses(graph: Graph) -> Iterator[PageChoice]:
    try:
        businesses = [row for page in graph.pages("me", "businesses", fields="id,name") for row in page.rows]
    except Refused as refused:
        # Most people have no business, and were not asked for the permission to list it.
        if refused.reason not in ("permission", "parameter"):
            raise
        return
    for business in businesses:
        for edge in ("owned_pages", "client_pages"):
            try:
                yield from list(
                    _choices(graph, str(business.get("id")), edge, str(business.get("name") or ""))
                )
            except Refused as refused:
                if refused.reason not in ("permission", "parameter"):
                    raise


def _choices(graph: Graph, owner: str, edge: str, business: str | None) -> Iterator[PageChoice]:
    for page in graph.pages(owner, edge, fields=PAGE_FIELDS):
        for row in page.rows:
            if not row.get("id"):
                continue
            external_id, name = str(row["id"]), str(row.get("name") or row["id"])
            account = Account(Network.FACEBOOK, external_id, str(row.get("username") or ""), name)
            tasks = row.get("tasks")
            yield PageChoice(
                account,
                row.get("access_token") or None,
                business,
                tuple(str(task) for task in tasks) if isinstance(tasks, list) else (),
            )


def debug(app: FacebookApp, token: str, *, now: datetime) -> TokenState:
    """Whether a token still works, what for and how long."""
    told = Graph(app, None, now=now).debug_access_token(token, app.app_id, app.app_secret)
    data = told.get("data")
    if not isinstance(data, dict):
        raise TryLater("garbled")
    return TokenState(
        valid=data.get("is_valid") is True,
        user_id=str(data["user_id"]) if data.get("user_id") else None,
        scopes=frozenset(str(one) for one in data.get("scopes") or ()),
        # Facebook writes 0 for a token without an end.
        expires_at=moment(data.get("expires_at") or None),
        data_access_expires_at=moment(data.get("data_access_expires_at") or None),
    )


def revoke(app: FacebookApp, token: str, *, now: datetime, user_id: str = "me") -> None:
    """Take all permissions back; a token that is dead already counts as taken back."""
    try:
        Graph(app, token, now=now).request(f"{_version(app)}/{user_id}/permissions", method="DELETE")
    except Refused as refused:
        if refused.reason not in ("reconnect", "gone"):
            raise


def subscribe(app: FacebookApp, page_id: str, page_token: str, *, now: datetime) -> bool:
    """Ask Facebook to push what happens on a Page."""
    graph = Graph(app, page_token, now=now)
    graph.feature = "webhooks"
    told = graph.put_object(page_id, "subscribed_apps", subscribed_fields=",".join(SUBSCRIBED))
    return told.get("success") is True


def unsubscribe(app: FacebookApp, page_id: str, page_token: str, *, now: datetime) -> None:
    """Ask Facebook to push no more; where it no longer can, it does not anyway."""
    try:
        Graph(app, page_token, now=now).request(f"{_version(app)}/{page_id}/subscribed_apps", method="DELETE")
    except Refused as refused:
        if refused.reason not in ("reconnect", "gone", "permission"):
            raise


def parse_signed_request(value: str, app_secret: str) -> dict[str, Any] | None:
    """What a deauthorize or data-deletion callback says, None unless Facebook signed it.

    The library's own raises on half of what strangers may send.
    """
    signature, _, payload = value.partition(".")
    sent, data = _decoded(signature), _decoded(payload)
    expected = hmac.new(app_secret.encode(), payload.encode(), hashlib.sha256).digest()
    if sent is None or data is None or not hmac.compare_digest(sent, expected):
        return None
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or str(told.get("algorithm", "")).upper() != "HMAC-SHA256":
        return None
    return told


def _decoded(part: str) -> bytes | None:
    try:
        return base64.urlsafe_b64decode((part + "=" * (-len(part) % 4)).encode("ascii"))
    except (binascii.Error, ValueError):
        return None


def _token(told: Mapping[str, Any]) -> str:
    token = told.get("access_token")
    if not isinstance(token, str) or not token:
        raise TryLater("garbled")
    return token


def _version(app: FacebookApp) -> str:
    return app.version if app.version.startswith("v") else f"v{app.version}"
