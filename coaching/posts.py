"""The list of posts and a single one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import Q

from accounts.models import Organization
from coaching.post_card import PostCard, card

PAGE = 30


@dataclass(frozen=True)
class PostsPage:
    """One page of posts, newest first; `next` is the key of the following page, or None."""

    posts: tuple[PostCard, ...]
    next: str | None


def page(organization: Organization, wanted: Mapping[str, Any], after: str = "") -> PostsPage:
    """Posts that match `wanted` (kind, surface, words), from the key `after` on."""
    posts = organization.posts.select_related("connection").order_by("-created_at", "-pk")
    if wanted.get("kind"):
        posts = posts.filter(kind=wanted["kind"])
    if wanted.get("surface"):
        posts = posts.filter(surface=wanted["surface"])
    for word in (wanted.get("words") or "").split():
        posts = posts.filter(text__icontains=word)
    if after:
        created_at, pk = _key(after)
        posts = posts.filter(Q(created_at__lt=created_at) | Q(created_at=created_at, pk__lt=pk))
    found = list(posts[: PAGE + 1])
    more = len(found) > PAGE
    shown = found[:PAGE]
    key = f"{shown[-1].created_at.isoformat()}~{shown[-1].pk}" if more else None
    return PostsPage(tuple(card(post) for post in shown), key)


def _key(after: str) -> tuple[datetime, int]:
    moment, _, pk = after.partition("~")
    try:
        return datetime.fromisoformat(moment), int(pk)
    except ValueError as wrong:
        raise BadRequest("This page address is not complete; start again from the list of posts.") from wrong
