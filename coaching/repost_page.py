"""What could we share this week: what people said about us, with a link to pass it on with own words."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from accounts.models import Organization
from coaching import conversations, figure_wording
from coaching.judgement.answering import Intent
from coaching.judgement.marks import read_marks
from coaching.judgement.repost_ideas import DAYS, Idea, Spoken, repost_ideas
from coaching.models import Connection, Message, Post

CANDIDATES = 500
ENOUGH = 1.0
"""Less is a remark in passing, in the middle of a thread."""


@dataclass(frozen=True)
class ShareIdea:
    """Something worth passing on: who said what, why it fits, and where it can be shared."""

    message_id: int
    name: str
    handle: str | None
    text: str
    at: datetime
    network: str
    url: str | None
    why: str


def ideas(
    organization: Organization, *, now: datetime, regulars: Container[int | str] = (), at_most: int = 3
) -> tuple[ShareIdea, ...]:
    """What could be shared this week, the best first. Two queries.

    `regulars` are the keys of people who often talk with the organization. Sister accounts are ourselves:
    passing them on would be talking about oneself.
    """
    ours = conversations.ourselves(organization)
    since = now - timedelta(days=DAYS)
    fitting = [Intent.PRAISE, Intent.THANKS, Intent.OTHER, Intent.QUESTION]
    messages: dict[int, Message] = {
        message.pk: message
        for message in organization.messages.filter(
            created_at__gte=since, created_at__lte=now, intent__in=fitting
        )
        .select_related("connection")
        .order_by("-created_at")[:CANDIDATES]
    }
    shares = organization.posts.filter(created_at__gte=since).exclude(quotes_id=None, shared_from=None)
    quoted, texts = set(), set()
    for quotes_id, surface, text in shares.values_list("quotes_id", "surface", "text"):
        quoted.add(quotes_id)
        if surface == Post.Surface.SHARE:
            texts.add(_bare(text))
    spoken = [
        _spoken(message, message.external_id in quoted or _bare(message.text) in texts, regulars)
        for message in messages.values()
        if (message.author_handle or "").lower() not in ours
    ]
    found = [idea for idea in repost_ideas(spoken, now, at_most) if idea.worth >= ENOUGH]
    return tuple(_card(idea, messages[int(idea.id)]) for idea in found)


def _spoken(message: Message, shared: bool, regulars: Container[int | str]) -> Spoken:
    marks = read_marks(message.text)
    person = message.author_id or (message.author_handle or "").lower()
    return Spoken(
        id=message.pk,
        at=message.created_at,
        person=person or f"unknown {message.pk}",
        intent=Intent(message.intent) if message.intent else None,
        length=len(" ".join(word for word in message.text.split() if word[:1] != "@" and "://" not in word)),
        credits=marks.credit,
        addressed=message.parent_id is not None,
        link=bool(marks.links),
        regular=person in regulars,
        shared=shared,
    )


def _bare(text: str) -> str:
    """A text without the handle that a repost puts in front, to know a repost again."""
    words = text.split()
    if words[:1] == ["RT"]:
        words = words[2:]
    return " ".join(words)[:80].lower().rstrip("…")


def _card(idea: Idea, message: Message) -> ShareIdea:
    return ShareIdea(
        message_id=message.pk,
        name=message.author_name or message.author_handle or "",
        handle=message.author_handle,
        text=message.text,
        at=message.created_at,
        network=message.connection.network,
        url=_share_url(message),
        why=figure_wording.idea_words(idea),
    )


def _share_url(message: Message) -> str | None:
    """Where the network lets one pass it on with own words: X opens a post that quotes it."""
    if message.url and message.connection.network == Connection.Network.TWITTER:
        return f"https://x.com/intent/post?{urlencode({'url': message.url})}"
    return message.url
