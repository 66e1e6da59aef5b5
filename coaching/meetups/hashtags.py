"""A meetup's hashtag in the organization's own feed: whether it is in use, and what was said with it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounts.models import Organization
from coaching.models import Message, Post

LOOK_BACK = timedelta(weeks=26)
FOLLOWED_FOR = timedelta(weeks=8)
SHOWN = 10
TAG = re.compile(r"#?(\w{1,60})")


@dataclass(frozen=True)
class Use:
    """How often a hashtag was used lately: by the organization and by people who wrote to it."""

    posts: int
    messages: int

    @property
    def total(self) -> int:
        """By anybody."""
        return self.posts + self.messages


@dataclass(frozen=True)
class Mention:
    """Somebody's words with the hashtag; `pk` opens the post where `ours`, else the conversation."""

    pk: int
    ours: bool
    network: str
    name: str
    handle: str | None
    text: str
    at: datetime
    url: str | None


@dataclass(frozen=True)
class Following:
    """What was said with the hashtag since the meetup was planned, the newest first."""

    use: Use
    shown: tuple[Mention, ...]


def clean(text: str) -> str:
    """The hashtag without #. Raises ValueError for what no network would take as one."""
    text = text.strip()
    if not text:
        return ""
    found = TAG.fullmatch(text)
    if not found or found[1].isdigit():
        raise ValueError(text)
    return found[1]


def use(organization: Organization, tag: str, *, since: datetime, until: datetime) -> Use:
    """How often the hashtag was used between two moments. Two queries."""
    return Use(
        posts=_with(organization.posts.all(), tag, since, until).count(),
        messages=_with(organization.messages.all(), tag, since, until).count(),
    )


def follow(organization: Organization, tag: str, *, since: datetime, until: datetime) -> Following:
    """What was said with the hashtag between two moments. Four queries."""
    ours = _with(organization.posts.all(), tag, since, until).select_related("connection")
    theirs = _with(organization.messages.all(), tag, since, until).select_related("connection")
    said = [
        *(_post(post) for post in ours.order_by("-created_at", "-pk")[:SHOWN]),
        *(_message(message) for message in theirs.order_by("-created_at", "-pk")[:SHOWN]),
    ]
    newest = sorted(said, key=lambda one: one.at, reverse=True)[:SHOWN]
    return Following(use(organization, tag, since=since, until=until), tuple(newest))


def _with(rows: "QuerySet", tag: str, since: datetime, until: datetime) -> "QuerySet":
    whole = rf"(^|[^\w&])#{re.escape(tag)}($|\W)"
    within = rows.filter(created_at__gte=since, created_at__lt=until)
    return within.filter(text__icontains=f"#{tag}", text__iregex=whole)


def _post(post: Post) -> Mention:
    connection = post.connection
    return Mention(
        post.pk,
        True,
        connection.network,
        connection.name,
        connection.handle,
        post.text,
        post.created_at,
        post.url,
    )


def _message(message: Message) -> Mention:
    return Mention(
        message.pk,
        False,
        message.connection.network,
        message.author_name or message.author_handle or "",
        message.author_handle,
        message.text,
        message.created_at,
        message.url,
    )
