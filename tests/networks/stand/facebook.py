"""Facebook as we know it: the dialog, token exchange, Pages, lists with cursors, insights and refusals."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from .facebook_spec import GraphSpec, top_names
from .server import Asked, Reply, Stand

VERSION = "v26.0"
PERMISSIONS = (
    "pages_show_list",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_metadata",
    "read_insights",
)
ALIVE = {"page_media_view", "page_post_engagements", "page_follows", "post_media_view", "post_clicks"}


def error(code: int, sub: int | None = None, *, status: int = 400, headers: Any = None, **more: Any) -> Reply:
    """An error body as the Graph API sends it; its words must not matter."""
    told = {"message": "Some message", "type": "OAuthException", "code": code, "fbtrace_id": "x", **more}
    if sub is not None:
        told["error_subcode"] = sub
    return Reply(status, {"error": told}, headers=headers or {})


class Facebook(Stand):
    """`walls` holds posts by feed, `comments` the flat list under each post."""

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self.now = now
        self.spec = GraphSpec()
        self.app = ("app-1", "app-secret-0123456789")
        self.page = {"id": "555", "name": "Harbour Theatre", "username": "harbourtheatre"}
        self.page_token = f"page-{secrets.token_hex(12)}"
        self.walls: dict[str, list[dict[str, Any]]] = {
            "published_posts": [],
            "visitor_posts": [],
            "tagged": [],
        }
        self.comments: dict[str, list[dict[str, Any]]] = {}
        self.views: dict[str, int] = {}
        self.figures: dict[str, int] = {}
        self.alive = set(ALIVE)
        self.closed: set[str] = set()
        self.agrees = True
        self.codes: dict[str, str] = {}
        self.user_tokens: dict[str, str] = {}
        self.permissions = dict.fromkeys(PERMISSIONS, "granted")
        self.accounts: list[dict[str, Any]] = [{**self.page, "access_token": self.page_token}]
        self.businesses: dict[str, dict[str, list[dict[str, Any]]]] = {}
        self.subscribed: list[str] = []
        self.headers: dict[str, str] = {}
        self.page_size = 100
        self.same_cursor = False
        self._count = 0

    def write(self, feed: str, text: str | None, *, at: datetime, by: Any = "page", **more: Any) -> str:
        """A post on one of the three lists; `by` is an author object, or None for an unnamed one."""
        self._count += 1
        author = {"id": "555", "name": "Harbour Theatre"} if by == "page" else by
        raw = {
            "id": more.pop("id", None) or f"555_{9000 + self._count}",
            "created_time": at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
            "permalink_url": f"https://www.facebook.com/555/posts/{9000 + self._count}",
            **({"message": text} if text is not None else {}),
            **({"from": author} if author else {}),
            **more,
        }
        self.walls[feed].append(raw)
        return str(raw["id"])

    def comment(
        self, post_id: str, text: str, *, at: datetime, by: Any = None, parent: str | None = None, **more: Any
    ) -> str:
        """A comment under a post, or an answer to another comment."""
        self._count += 1
        author = {"id": "555", "name": "Harbour Theatre"} if by == "page" else by
        raw = {
            "id": f"{post_id.split('_')[1]}_{9000 + self._count}",
            "created_time": at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
            "message": text,
            "like_count": 1,
            "comment_count": 0,
            **({"from": author} if author else {}),
            **({"parent": {"id": parent}} if parent else {}),
            **more,
        }
        self.comments.setdefault(post_id, []).append(raw)
        return str(raw["id"])

    def remove(self, external_id: str) -> None:
        """Delete a post or comment."""
        for rows in (*self.walls.values(), *self.comments.values()):
            rows[:] = [row for row in rows if row["id"] != external_id]

    def _dialog(self, asked: Asked) -> Reply:
        """The login dialog, where somebody agrees at once, or declines if `agrees` is false."""
        query = asked.query
        if query.get("client_id") != self.app[0]:
            return Reply(400, b"<html>Invalid App ID</html>", kind="text/html")
        back = {"error": "access_denied", "error_code": "200", "state": query["state"]}
        if self.agrees:
            back = self.consent(f"{self.url}{asked.path}?{urlencode(query)}")
        return Reply(302, b"", headers={"Location": f"{query['redirect_uri']}?{urlencode(back)}"})

    def signature(self, body: bytes) -> str:
        """What Facebook sends in X-Hub-Signature-256 with a body it pushes."""
        return "sha256=" + hmac.new(self.app[1].encode(), body, hashlib.sha256).hexdigest()

    def consent(self, url: str) -> dict[str, str]:
        """What a person who agrees brings back in the query."""
        query = dict(parse_qsl(urlsplit(url).query))
        code = secrets.token_hex(8)
        self.codes[code] = query["redirect_uri"]
        return {"code": code, "state": query["state"]}

    def signed_request(self, **told: Any) -> str:
        """What Facebook posts to a deauthorize or deletion callback."""
        payload = base64.urlsafe_b64encode(json.dumps({"algorithm": "HMAC-SHA256", **told}).encode())
        body = payload.decode().rstrip("=")
        digest = hmac.new(self.app[1].encode(), body.encode(), hashlib.sha256).digest()
        return f"{base64.urlsafe_b64encode(digest).decode().rstrip('=')}.{body}"

    def answer(self, asked: Asked) -> Reply:
        given = {**asked.query, **asked.form}
        version, _, rest = asked.path.strip("/").partition("/")
        if version != VERSION:
            self.wrong.append(f"version {version}")
        if rest == "dialog/oauth":
            return self._dialog(asked)
        if rest == "oauth/access_token":
            return self._exchange(given)
        token = given.get("access_token", "")
        proof = hmac.new(self.app[1].encode(), token.encode(), hashlib.sha256).hexdigest()
        if given.get("appsecret_proof") != proof:
            self.wrong.append(f"{asked.path}: no proof")
        if rest == "debug_token":
            return self._debug(given)
        owner, _, edge = rest.partition("/")
        if owner == "me" or owner in self.businesses or owner == "user-1":
            return self._of_person(asked, owner, edge, token)
        if token != self.page_token:
            return error(190, 463, status=401)
        return self._of_page(asked, owner, edge, given)

    def _exchange(self, given: Mapping[str, str]) -> Reply:
        if (given.get("client_id"), given.get("client_secret")) != self.app:
            return error(101)
        if given.get("grant_type") == "fb_exchange_token":
            if given.get("fb_exchange_token") not in self.user_tokens:
                return error(190)
            return self._issue("long", expires_in=5_184_000)
        if self.codes.pop(given.get("code", ""), None) != given.get("redirect_uri"):
            return error(100, 36009)
        return self._issue("short", expires_in=5_000)

    def _issue(self, kind: str, *, expires_in: int) -> Reply:
        token = f"{kind}-{secrets.token_hex(12)}"
        self.user_tokens[token] = "user-1"
        return Reply(200, {"access_token": token, "token_type": "bearer", "expires_in": expires_in})

    def _debug(self, given: Mapping[str, str]) -> Reply:
        if given.get("access_token") != "|".join(self.app):
            return error(190)
        token = given.get("input_token", "")
        valid = token in self.user_tokens or token == self.page_token
        end = int((self.now + timedelta(days=60)).timestamp()) if token in self.user_tokens else 0
        data = {
            "app_id": self.app[0],
            "is_valid": valid,
            "expires_at": end,
            "data_access_expires_at": int((self.now + timedelta(days=90)).timestamp()),
            "scopes": [name for name, status in self.permissions.items() if status == "granted"],
            "user_id": "user-1",
        }
        return Reply(200, {"data": data if valid else {"is_valid": False, "scopes": []}})

    def _of_person(self, asked: Asked, owner: str, edge: str, token: str) -> Reply:
        self.wrong += self.spec.complaints("Person", edge or None, asked.query, asked.method)
        if token not in self.user_tokens:
            return error(190, 467, status=401)
        if asked.method == "DELETE" and edge == "permissions":
            self.user_tokens.clear()
            return Reply(200, {"success": True})
        if edge == "permissions":
            rows = [{"permission": name, "status": status} for name, status in self.permissions.items()]
            return Reply(200, {"data": rows})
        if edge == "accounts":
            return self._list(asked, self.accounts)
        if edge == "businesses":
            if not self.businesses:
                return error(200)
            return self._list(asked, [{"id": one, "name": f"Business {one}"} for one in self.businesses])
        if edge in ("owned_pages", "client_pages"):
            return self._list(asked, self.businesses[owner].get(edge, []))
        return Reply(200, {"id": "user-1"})

    def _of_page(self, asked: Asked, owner: str, edge: str, given: Mapping[str, str]) -> Reply:
        on_wall = owner.startswith("555_") or self._post(owner) is not None
        kind = "Page" if owner == "555" else "PagePost" if on_wall else "Comment"
        self.wrong += self.spec.complaints(kind, edge or None, given, asked.method)
        if edge in self.closed or owner in self.closed:
            return error(10, status=403)
        if edge == "subscribed_apps":
            self.subscribed = given.get("subscribed_fields", "").split(",") if asked.method == "POST" else []
            return Reply(200, {"success": True})
        if edge in self.walls and owner == "555":
            rows = sorted(self.walls[edge], key=lambda row: row["created_time"], reverse=True)
            return self._list(asked, rows)
        if edge == "insights":
            return self._insights(owner, given)
        if edge == "comments" and self._post(owner):
            rows = sorted(self.comments.get(owner, []), key=lambda row: row["created_time"])
            return self._list(asked, rows[::-1] if "reverse" in given.get("order", "") else rows)
        if not edge:
            found = self.page if owner == "555" else self._post(owner) or self._comment(owner)
            if found is not None:
                return Reply(200, self._shown(found, asked), headers=self.headers)
        return error(100, 33)

    def _post(self, external_id: str) -> dict[str, Any] | None:
        rows = (row for rows in self.walls.values() for row in rows)
        return next((row for row in rows if row["id"] == external_id), None)

    def _comment(self, external_id: str) -> dict[str, Any] | None:
        rows = (row for rows in self.comments.values() for row in rows)
        return next((row for row in rows if row["id"] == external_id), None)

    def _insights(self, owner: str, given: Mapping[str, str]) -> Reply:
        names = given["metric"].split(",")
        if not set(names) <= self.alive:
            return error(100)
        period = given.get("period", "lifetime")
        rows = [
            {"name": name, "period": period, "values": self._values(owner, name, given)} for name in names
        ]
        # As in a real answer: links to other times that never end.
        more = {"previous": f"{self.url}/x?since=1", "next": f"{self.url}/x?since=2"}
        return Reply(200, {"data": rows, "paging": more}, headers=self.headers)

    def _values(self, owner: str, name: str, given: Mapping[str, str]) -> list[dict[str, Any]]:
        """One value for each day's end at Facebook's midnight between `since` and `until`."""
        value = self.figures.get(name, self.views.get(owner, 0))
        if "since" not in given:
            return [{"value": value, "end_time": "2026-09-14T07:00:00+0000"}]
        start = datetime.fromtimestamp(int(given["since"]), UTC).replace(hour=7, minute=0, second=0)
        ends = [start + timedelta(days=n) for n in range(100)]
        last = datetime.fromtimestamp(int(given["until"]), UTC)
        return [
            {"value": value, "end_time": end.strftime("%Y-%m-%dT%H:%M:%S+0000")}
            for end in ends
            if end <= last
        ]

    def _list(self, asked: Asked, rows: list[dict[str, Any]]) -> Reply:
        since = int(asked.query.get("since") or 0)
        rows = [row for row in rows if "created_time" not in row or _seconds(row) >= since]
        size = min(int(asked.query.get("limit", 25)), self.page_size)
        after = asked.query.get("after") or "0"
        if not after.isdigit():
            return error(100)
        start = int(after)
        shown = [self._shown(row, asked) for row in rows[start : start + size]]
        body: dict[str, Any] = {"data": shown}
        if shown:
            after = "0" if self.same_cursor else str(start + size)
            body["paging"] = {"cursors": {"before": str(start), "after": after}}
            if self.same_cursor or start + size < len(rows):
                link = urlencode({**asked.query, "after": after, "access_token": "leaked"})
                body["paging"]["next"] = f"https://graph.facebook.com{asked.path}?{link}"
        return Reply(200, body, headers=self.headers)

    def _shown(self, row: dict[str, Any], asked: Asked) -> dict[str, Any]:
        """Only the fields that were asked for; counts by summary, shares only where there are any."""
        names = top_names(asked.query.get("fields", "id"))
        shown = {name: row[name] for name in names if name in row} | {"id": row.get("id")}
        for edge, count in (("comments", len(self.comments.get(row.get("id", ""), []))), ("reactions", 4)):
            if re.search(rf"\b{edge}\.limit\(0\)\.summary\(true\)", asked.query.get("fields", "")):
                shown[edge] = {"data": [], "summary": {"total_count": count}}
        return shown


def _seconds(row: Mapping[str, Any]) -> int:
    return int(datetime.fromisoformat(row["created_time"]).timestamp())
