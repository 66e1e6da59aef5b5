"""The list of posts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import Organization
from coaching.post_card import PostCard, card
from coaching.post_search import ORDERS, page_of, wanted_posts

PAGE = 30


@dataclass(frozen=True)
class PostsPage:
    """One page of posts; `next` is the key of the following page, or None."""

    posts: tuple[PostCard, ...]
    next: str | None
    order: str


def page(organization: Organization, wanted: Mapping[str, Any], after: str = "") -> PostsPage:
    """Posts that match `wanted`, in its order, from the key `after` on. One query."""
    order = wanted.get("sort") or "newest"
    posts = wanted_posts(organization, wanted).select_related("connection")
    found, key = page_of(posts, ORDERS[order], after, PAGE)
    return PostsPage(tuple(card(post) for post in found), key, order)
