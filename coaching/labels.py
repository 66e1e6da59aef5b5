"""Finds the posts that corrections and checks are about: both name them as their network does."""

from collections.abc import Iterable
from typing import TypeVar

from accounts.models import Organization
from coaching.models import Check, Correction, Post

Key = tuple[str, str, str]
Said = TypeVar("Said", Check, Correction)


def names(post: Post) -> dict[str, str]:
    """A post as its network names it, as columns of a label; its connection must have been loaded with it."""
    return {
        "network": post.connection.network,
        "account": post.connection.external_id,
        "post": post.external_id,
    }


def key(post: Post) -> Key:
    """The same as one value."""
    return (post.connection.network, post.connection.external_id, post.external_id)


def with_posts(organization: Organization, labels: Iterable[Said]) -> list[tuple[Said, Post]]:
    """Labels with their posts, in their order, without those whose post is not here now. One query."""
    said = list(labels)
    found = organization.posts.select_related("connection").filter(
        external_id__in={label.post for label in said}
    )
    posts = {key(post): post for post in found}
    pairs = ((label, posts.get((label.network, label.account, label.post))) for label in said)
    return [(label, post) for label, post in pairs if post is not None]
