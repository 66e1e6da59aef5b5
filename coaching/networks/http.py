"""How we speak to a network over HTTP: bounded in time and size, without a trace of tokens, faults as values.

A call ends in a value, in `Refused` or in `TryLater`; nothing of the client libraries leaves this package.
"""

from __future__ import annotations

import ipaddress
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from .contract import TryLater

Answer = TypeVar("Answer")

CHUNK = 64 * 1024
MOST_BYTES = 32 * 1024 * 1024
"""No answer of a network comes near this; more would only fill a worker's memory."""

LARGEST_NUMBER = 2**63
LONGEST_ID, LONGEST_HANDLE, LONGEST_NAME = 100, 100, 200

TALKATIVE = (
    "oauthlib",
    "requests_oauthlib",
    "requests_oauthlib.oauth2_session",
    "tweepy.auth",
    "tweepy.client",
    "urllib3.connectionpool",
    "urllib3.util.retry",
)
"""Loggers of client libraries that write bearer tokens, token bodies or URLs with tokens at DEBUG."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one call may take, in seconds: to connect, between two bytes, and altogether."""

    connect: float = 5.0
    read: float = 20.0
    whole: float = 60.0


@dataclass(frozen=True, slots=True)
class Window:
    """What a network's headers say is left of a rate limit; `resets_at` is aware UTC, None if not told."""

    remaining: int | None = None
    limit: int | None = None
    resets_at: datetime | None = None

    def closed(self, now: datetime) -> bool:
        """Whether asking now is known to be in vain."""
        return self.remaining == 0 and self.resets_at is not None and self.resets_at > now

    def as_json(self) -> dict[str, Any]:
        """To keep between two pulls."""
        resets_at = self.resets_at.isoformat() if self.resets_at else None
        return {"remaining": self.remaining, "limit": self.limit, "resets_at": resets_at}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Window:
        """What `as_json` gave."""
        at = kept.get("resets_at")
        return cls(kept.get("remaining"), kept.get("limit"), datetime.fromisoformat(at) if at else None)


class _NothingBelowInfo(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.INFO


def hush() -> None:
    """Keep the client libraries' DEBUG records, which print tokens, out of every log.

    A filter and not a level, because a level is what somebody who debugs would change.
    """
    for name in TALKATIVE:
        logger = logging.getLogger(name)
        if not any(isinstance(known, _NothingBelowInfo) for known in logger.filters):
            logger.addFilter(_NothingBelowInfo())


hush()


class BoundedAdapter(HTTPAdapter):
    """Sends with timeouts, reads the body under a deadline and a size cap, and never by itself again.

    `base_url` replaces scheme and host (and may add a path in front): how an operator points us at a
    simulator although the client library has the network's host in its code.
    """

    def __init__(self, patience: Patience, base_url: str | None = None) -> None:
        super().__init__(max_retries=0)
        self._patience = patience
        self._base_url = base_url.rstrip("/") if base_url else None

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """As `HTTPAdapter.send`, whose `stream` and `timeout` are ours to say."""
        deadline = monotonic() + self._patience.whole
        if self._base_url:
            request.url = rebase(request.url or "", self._base_url)
        if is_loopback(request.url or ""):
            proxies = {}
        timeout = (self._patience.connect, self._patience.read)
        response = super().send(request, True, timeout, verify, cert, proxies)
        response._content = _body(response, deadline)
        response._content_consumed = True  # type: ignore[attr-defined]
        return response


class TooLarge(requests.RequestException):
    """An answer beyond any that a network has reason to send."""


def _body(response: requests.Response, deadline: float) -> bytes:
    """The whole body; a server that drips one byte at a time must not hold a worker for ever."""
    body = bytearray()
    fault: requests.RequestException | None = None
    try:
        while fault is None and (chunk := response.raw.read1(CHUNK, decode_content=True)):
            body += chunk
            if monotonic() > deadline:
                fault = requests.ReadTimeout("the answer took too long")
            elif len(body) > MOST_BYTES:
                fault = TooLarge("the answer is too large")
    except urllib3.exceptions.ReadTimeoutError:
        fault = requests.ReadTimeout("the answer took too long")
    except (urllib3.exceptions.HTTPError, OSError) as broken:
        # The library's own text names the URL, and a URL may hold a token.
        fault = requests.exceptions.ChunkedEncodingError(type(broken).__name__)
    if fault is None and _broke_off(response, len(body)):
        fault = requests.exceptions.ChunkedEncodingError("the answer broke off")
    if fault is not None:
        # Not back into the pool: what is left of this answer would be taken for the next one.
        response.raw.close()
        raise fault
    response.raw.release_conn()
    return bytes(body)


def _broke_off(response: requests.Response, length: int) -> bool:
    expected = response.headers.get("Content-Length", "")
    encoded = response.headers.get("Content-Encoding") is not None
    return not encoded and expected.isdigit() and response.request.method != "HEAD" and length < int(expected)


def rebase(url: str, base_url: str) -> str:
    """The same path and query at another host."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{base_url.rstrip('/')}{parts.path}{query}"


def is_loopback(url: str) -> bool:
    """Whether the host is this machine, where no proxy may stand between."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def bind(session: requests.Session, patience: Patience, base_url: str | None = None) -> None:
    """Give a session our adapter for every address, so that no redirect escapes the timeouts."""
    for scheme in ("https://", "http://"):
        session.mount(scheme, BoundedAdapter(patience, base_url))
    session.max_redirects = 3
    if session.auth is None:
        # With no auth at all, requests lets a ~/.netrc replace the bearer token.
        session.auth = _as_it_is


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def answer(call: Callable[[], Answer], *, also: tuple[type[Exception], ...] = ()) -> Answer:
    """Run one call of a client library; its faults become `TryLater` with nothing of them attached.

    The new exception is raised outside the handler, so that not even its context holds a URL with a token.
    `also` names what else the library throws over an answer it cannot read.
    """
    try:
        return call()
    except requests.Timeout:
        reason = "timeout"
    except TooLarge:
        reason = "too_large"
    except (requests.exceptions.JSONDecodeError, requests.exceptions.ContentDecodingError):
        reason = "garbled"
    except requests.exceptions.ChunkedEncodingError:
        reason = "broken_off"
    except requests.RequestException:
        reason = "unreachable"
    except also:
        reason = "garbled"
    raise TryLater(reason)


def fields_of(response: requests.Response) -> dict[str, Any] | None:
    """The JSON object of an answer, None where it is anything else."""
    try:
        told = sound(json.loads(response.content))
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def sound(value: Any) -> Any:
    """The same JSON value without what no database stores: half characters and NUL in its texts."""
    if isinstance(value, str):
        if value.isascii() and "\0" not in value:
            return value
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "")
    if isinstance(value, dict):
        return {sound(key): sound(one) for key, one in value.items()}
    return [sound(one) for one in value] if isinstance(value, list) else value


def whole_number(value: Any) -> int | None:
    """A count or code that may come as text, with decimals or not at all."""
    try:
        number = None if value is None or isinstance(value, bool) else int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if number is not None and abs(number) < LARGEST_NUMBER else None


def short(value: Any, most: int) -> str | None:
    """A name or handle of at most `most` characters, None for anything else."""
    return value[:most] if isinstance(value, str) and value else None


def moment(epoch: Any) -> datetime | None:
    """Seconds since 1970 as aware UTC, None where they are no moment."""
    seconds = whole_number(epoch)
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def retry_after(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """The moment a `Retry-After` header names, in seconds or as a date."""
    told = headers.get("Retry-After")
    if not told:
        return None
    seconds = whole_number(told)
    if seconds is not None:
        return now + timedelta(seconds=min(max(seconds, 0), 7 * 86_400))
    try:
        at = parsedate_to_datetime(told)
    except (TypeError, ValueError):
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
