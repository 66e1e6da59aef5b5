"""X as we know it: consent, tokens that work once, timelines, search, lookups, limits and refusals."""

from __future__ import annotations

import base64
import hashlib
import html
import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from .server import Asked, Reply, Stand
from .x_spec import XSpec

EPOCH_MS = 1_288_834_974_657
PROBLEMS = "https://api.twitter.com/2/problems/"
ALWAYS = {"id", "text", "edit_history_tweet_ids"}
RENAMED = {
    "referenced_tweets": "referenced_posts",
    "note_tweet": "note_post",
    "edit_history_tweet_ids": "edit_history_post_ids",
    "retweet_count": "repost_count",
    "retweeted": "reposted",
    "tweets": "posts",
}


def id_at(moment: datetime, number: int = 0) -> str:
    """The id of a post written at that moment."""
    return str((int(moment.timestamp() * 1000) - EPOCH_MS << 22) + number)


def problem(status: int, kind: str, **more: Any) -> Reply:
    """A problem document as X sends it; its words must not matter."""
    body = {"type": PROBLEMS + kind, "title": "Some title", "detail": "Some detail", "status": status, **more}
    return Reply(status, body, kind="application/problem+json")


class X(Stand):
    """`people` and `posts` are the world; posts are raw objects in the spelling of spec 2.159."""

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self.now = now
        self.spec = XSpec()
        self.people: dict[str, dict[str, Any]] = {}
        self.posts: dict[str, dict[str, Any]] = {}
        self.gone: dict[str, str] = {}
        self.spelling = "tweet"
        self.milliseconds = True
        self.headers: dict[str, str] = {}
        self.tokens: dict[str, str] = {}
        self.refresh_tokens: dict[str, str] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.scopes = "tweet.read users.read offline.access"
        self.client = ("client-id-1", "client-secret-1")
        self.agrees: str | None = "1001"
        self.page_size: int | None = None
        self.same_token: str | None = None
        self.tokens_are_stale = False
        self.before_page: Callable[[int], None] | None = None
        self.billed = 0
        self._pages = 0

    def person(self, external_id: str, handle: str, name: str | None = None) -> str:
        """Somebody new; answers with a token of theirs."""
        self.people[external_id] = {"id": external_id, "username": handle, "name": name or handle.title()}
        token = f"bearer-{secrets.token_hex(12)}"
        self.tokens[token] = external_id
        return token

    def write(
        self, author: str, text: str, *, at: datetime | None = None, answers: str | None = None, **more: Any
    ) -> str:
        """A post by somebody; mentions are found in the text, and an answer names whom it answers."""
        at = at or self.now - timedelta(minutes=5)
        external_id = more.pop("id", None) or id_at(at, len(self.posts))
        mentions = []
        by_handle = {one["username"].lower(): one["id"] for one in self.people.values()}
        for found in re.finditer(r"@(\w+)", text):
            entry = {"start": found.start(), "end": found.end(), "username": found.group(1)}
            if found.group(1).lower() in by_handle:
                entry["id"] = by_handle[found.group(1).lower()]
            mentions.append(entry)
        raw: dict[str, Any] = {
            "id": external_id,
            "author_id": author,
            "text": text,
            "created_at": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "conversation_id": external_id,
            "edit_history_tweet_ids": [external_id],
            "lang": "en",
            "public_metrics": {
                "retweet_count": 2,
                "reply_count": 1,
                "like_count": 7,
                "quote_count": 1,
                "bookmark_count": 0,
                "impression_count": 90,
            },
        }
        if mentions:
            raw["entities"] = {"mentions": mentions}
        if answers:
            parent = self.posts[answers]
            raw["referenced_tweets"] = [{"type": "replied_to", "id": answers}]
            raw["in_reply_to_user_id"] = parent["author_id"]
            raw["conversation_id"] = parent["conversation_id"]
        raw.update(more)
        self.posts[external_id] = raw
        return external_id

    def answer(self, asked: Asked) -> Reply:
        if asked.path == "/i/oauth2/authorize":
            return self._authorize(asked)
        if asked.path == "/2/oauth2/token":
            return self._token(asked)
        if asked.path == "/2/oauth2/revoke":
            return self._revoke(asked)
        self.wrong += self.spec.complaints(asked.path, asked.query)
        me = self.tokens.get(asked.bearer)
        if me is None:
            return Reply(401, {"title": "Unauthorized", "type": "about:blank", "status": 401})
        if asked.path == "/2/users/me":
            return Reply(200, {"data": self.people[me]}, headers=self.headers)
        if asked.path == "/2/tweets":
            return self._lookup(asked)
        if asked.path == "/2/tweets/search/recent":
            return self._search(asked)
        found = re.fullmatch(r"/2/users/(\d+)/(tweets|mentions)", asked.path)
        if not found:
            return Reply(404, {"title": "Not Found"})
        who, what = found.groups()
        if who not in self.people:
            error = {"type": PROBLEMS + "resource-not-found", "resource_type": "user", "resource_id": who}
            return Reply(200, {"errors": [error]})
        if what == "tweets":
            return self._page(asked, [one for one in self.posts.values() if one["author_id"] == who][-3200:])
        return self._page(asked, [one for one in self.posts.values() if _names(one, who)][-800:])

    def _authorize(self, asked: Asked) -> Reply:
        """X's consent page, where somebody (`agrees`) agrees at once, or declines if that is None."""
        query = asked.query
        if query.get("client_id") != self.client[0] or query.get("code_challenge_method") != "S256":
            return Reply(400, b"<html>Something went wrong</html>", kind="text/html")
        back = {"error": "access_denied", "state": query["state"]}
        if self.agrees is not None:
            back = self.consent(f"{self.url}{asked.path}?{urlencode(query)}", self.agrees)
        return Reply(302, b"", headers={"Location": f"{query['redirect_uri']}?{urlencode(back)}"})

    def consent(self, url: str, who: str) -> dict[str, str]:
        """What a person who agrees brings back in the query."""
        query = dict(parse_qsl(urlsplit(url).query))
        code = secrets.token_hex(8)
        self.codes[code] = {**query, "who": who}
        return {"code": code, "state": query["state"]}

    def _token(self, asked: Asked) -> Reply:
        pair = base64.b64encode(":".join(self.client).encode()).decode()
        if asked.headers.get("authorization") != f"Basic {pair}":
            return Reply(401, {"error": "unauthorized_client", "error_description": "Missing header"})
        if asked.form.get("grant_type") == "refresh_token":
            # As seen at X: a used refresh token is an `invalid_request`.
            who = self.refresh_tokens.pop(asked.form.get("refresh_token", ""), None)
            return self._issue(who) if who else Reply(400, {"error": "invalid_request"})
        granted = self.codes.pop(asked.form.get("code", ""), None)
        if granted is None or asked.form.get("redirect_uri") != granted["redirect_uri"]:
            return Reply(400, {"error": "invalid_request", "error_description": "Value was invalid"})
        digest = hashlib.sha256(asked.form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != granted["code_challenge"]:
            return Reply(400, {"error": "invalid_grant"})
        return self._issue(granted["who"])

    def _issue(self, who: str) -> Reply:
        access, renew = f"access-{secrets.token_hex(12)}", f"refresh-{secrets.token_hex(12)}"
        self.tokens[access] = who
        self.refresh_tokens[renew] = who
        body = {
            "token_type": "bearer",
            "expires_in": 7200,
            "access_token": access,
            "refresh_token": renew,
            "scope": self.scopes,
        }
        return Reply(200, body)

    def _revoke(self, asked: Asked) -> Reply:
        token = asked.form.get("token", "")
        known = self.tokens.pop(token, None) or self.refresh_tokens.pop(token, None)
        return Reply(200, {"revoked": True}) if known else Reply(400, {"error": "invalid_request"})

    def _lookup(self, asked: Asked) -> Reply:
        found, errors = [], []
        for one in asked.query["ids"].split(","):
            if one in self.posts and one not in self.gone:
                found.append(self.posts[one])
            else:
                kind = self.gone.get(one, "resource-not-found")
                errors.append(
                    {
                        "type": PROBLEMS + kind,
                        "resource_type": "tweet",
                        "resource_id": one,
                        "value": one,
                        "parameter": "ids",
                        "title": "Some title",
                    }
                )
        body = self._body(asked, found)
        del body["meta"]
        return Reply(200, {**body, **({"errors": errors} if errors else {})}, headers=self.headers)

    def _search(self, asked: Asked) -> Reply:
        start = self.now - timedelta(days=7)
        since = asked.query.get("since_id")
        if since and int(since) < int(id_at(start)):
            return problem(400, "invalid-request", errors=[{"parameters": {"since_id": [since]}}])
        threads = set(re.findall(r"(?<![-\w])conversation_id:(\d+)", asked.query["query"]))
        without = {handle.lower() for handle in re.findall(r"-from:(\w+)", asked.query["query"])}
        hits = [
            one
            for one in self.posts.values()
            if one["conversation_id"] in threads
            and one["created_at"] >= start.strftime("%Y-%m-%dT%H:%M:%S.000Z")
            and self.people[one["author_id"]]["username"].lower() not in without
        ]
        return self._page(asked, hits)

    def _page(self, asked: Asked, posts: list[dict[str, Any]]) -> Reply:
        self._pages += 1
        if self.before_page:
            self.before_page(self._pages)
        since = int(asked.query.get("since_id") or 0)
        token = asked.query.get("pagination_token") or asked.query.get("next_token")
        below = int(asked.query.get("until_id") or 1 << 63)
        if token and token != self.same_token:
            if self.tokens_are_stale or not token.startswith("page-"):
                return problem(400, "invalid-request", errors=[{"parameters": {"pagination_token": [token]}}])
            below = min(below, int(token.removeprefix("page-")))
        rows = sorted(
            (one for one in posts if since < int(one["id"]) < below), key=lambda one: -int(one["id"])
        )
        size = min(int(asked.query.get("max_results", 10)), self.page_size or 100)
        body = self._body(asked, rows[:size])
        if len(rows) > size:
            body["meta"]["next_token"] = self.same_token or f"page-{rows[size - 1]['id']}"
        return Reply(200, body, headers=self.headers)

    def _body(self, asked: Asked, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """Only the fields that were asked for, in the spelling of the day; no `data` where there is none."""
        self.billed += len(rows)
        fields = ALWAYS | set(asked.query.get("tweet.fields", "").split(","))
        body: dict[str, Any] = {"meta": {"result_count": len(rows)}}
        if rows:
            body["data"] = [self._spell(self._shown(one, fields)) for one in rows]
            body["meta"] |= {"newest_id": rows[0]["id"], "oldest_id": rows[-1]["id"]}
        if rows and "author_id" in asked.query.get("expansions", ""):
            authors = {one["author_id"] for one in rows}
            body["includes"] = {"users": [self.people[one] for one in sorted(authors)]}
            self.billed += len(authors)
        return body

    def _shown(self, raw: dict[str, Any], fields: set[str]) -> dict[str, Any]:
        shown = {key: value for key, value in raw.items() if key in fields}
        shown["text"] = html.escape(raw["text"], quote=False)
        if not self.milliseconds and "created_at" in shown:
            shown["created_at"] = shown["created_at"].replace(".000Z", "Z")
        return shown

    def _spell(self, value: Any) -> Any:
        if self.spelling == "tweet":
            return value
        if isinstance(value, dict):
            return {RENAMED.get(key, key): self._spell(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self._spell(one) for one in value]
        return RENAMED.get(value, value) if isinstance(value, str) else value


def _names(raw: dict[str, Any], who: str) -> bool:
    return any(one.get("id") == who for one in raw.get("entities", {}).get("mentions", []))


def later(seconds: int) -> str:
    """A moment from now, as rate-limit headers write it."""
    return str(int((datetime.now(UTC) + timedelta(seconds=seconds)).timestamp()))
