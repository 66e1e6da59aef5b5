"""What a network pushes to us, in our words, and whether it really was the network."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from .contract import FeedMessage, FeedPost, Network
from .http import sound

LARGEST = 1024 * 1024
"""Bytes; networks push far less, and a body is kept whole."""


class EventKind(StrEnum):
    """What happened. Most events only say where to look again."""

    POST = "post"
    """We published something: `post`, or only its id."""
    MESSAGE = "message"
    """Somebody wrote to us: `message`, or only its id."""
    EDITED = "edited"
    """A text or its visibility changed: `post` or `message` if told, else only the id to look at again."""
    REMOVED = "removed"
    """A post or message is gone and must go here too."""
    COUNTS = "counts"
    """Reactions or shares changed: look again."""
    REVOKED = "revoked"
    """The account's owner took our access back."""
    NOTED = "noted"
    """Understood, and nothing to do."""
    UNKNOWN = "unknown"
    """A shape we do not know: to be kept aside and counted."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened on one account.

    `event_id` is the same for a body that is pushed twice. `at` orders events about one thing; it is aware
    UTC, None where the network does not say. `detail` is the network's own word for what happened.
    """

    network: Network
    external_account_id: str | None
    kind: EventKind
    event_id: str
    external_id: str | None = None
    conversation_id: str | None = None
    at: datetime | None = None
    post: FeedPost | None = None
    message: FeedMessage | None = None
    replaces: tuple[str, ...] = ()
    """Ids of earlier versions of an edited post, which are gone with it."""
    detail: str = ""


def signed_in_hex(body: bytes, header: str | None, secret: str) -> bool:
    """Whether `X-Hub-Signature-256` fits the raw body."""
    expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return bool(secret) and hmac.compare_digest((header or "").encode(), expected.encode())


def signed_in_base64(body: bytes, header: str | None, secret: str) -> bool:
    """Whether `x-twitter-webhooks-signature` fits the raw body."""
    return bool(secret) and hmac.compare_digest((header or "").encode(), answer_to_crc(body, secret).encode())


def answer_to_crc(challenge: str | bytes, secret: str) -> str:
    """What X wants to hear, to know that the address is ours: sha256= and a base64 digest."""
    raw = challenge.encode() if isinstance(challenge, str) else challenge
    return "sha256=" + base64.b64encode(hmac.new(secret.encode(), raw, hashlib.sha256).digest()).decode()


def fits(told: str | None, expected: str) -> bool:
    """Whether a handshake's verify token is ours; an empty one never is."""
    return bool(expected) and hmac.compare_digest((told or "").encode(), expected.encode())


def loaded(body: bytes) -> Any:
    """The JSON of a body, None where it is none."""
    try:
        return sound(json.loads(body))
    except (ValueError, RecursionError):
        return None


def fingerprint(*parts: Any) -> str:
    """The same for the same thing said twice, whatever the order of its keys."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def unreadable(network: Network, body: bytes) -> Event:
    """A body that is no JSON object at all."""
    digest = hashlib.sha256(body).hexdigest()
    return Event(network, None, EventKind.UNKNOWN, digest, detail="unreadable")
