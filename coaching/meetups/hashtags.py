"""A meetup's hashtag in the organization's own feed: whether it is in use, and what was said with it."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Func, QuerySet, TextField, Value

from accounts.models import Organization
from coaching.models import Message, Post

LOOK_BACK = timedelta(weeks=26)
FOLLOWED_FOR = timedelta(weeks=8)
SHOWN = 10
LONGEST = 60
_SIGNS = "#\uff03"
_JOINERS = "_\u200c\u200d"
"""What joins letters to a word in hashtags; Persian and Hindi need the two that nobody sees."""
_WORD = frozenset(("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd"))
_AS_ONE = ("\uff03\u0130\u0131\u0307", "#II")
"""What is read as what: the wide sign as the narrow one, and each i of Turkish as ours, since neither
capitals nor those without a Turkish keyboard tell them apart. The dot that some keep is left out."""


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
    """The hashtag without #, composed. Raises ValueError for what the networks would not take as one.

    They take letters of any script with their marks, digits and the underscore; not digits alone.
    """
    text = unicodedata.normalize("NFC", text.strip())
    if not text:
        return ""
    tag = text[1:] if text[0] in _SIGNS else text
    if not 0 < len(tag) <= LONGEST or not all(_of_a_word(sign) for sign in tag):
        raise ValueError(text)
    if not any(sign.isalpha() for sign in tag) or _joins(tag[0]):
        raise ValueError(text)
    return tag


def use(organization: Organization, tag: str, *, since: datetime, until: datetime) -> Use:
    """How often the hashtag was used between two moments. Two queries."""
    return Use(
        posts=len(_with(organization.posts.all(), tag, since, until)),
        messages=len(_with(organization.messages.all(), tag, since, until)),
    )


def follow(organization: Organization, tag: str, *, since: datetime, until: datetime) -> Following:
    """What was said with the hashtag between two moments. Four queries."""
    ours = _with(organization.posts.all(), tag, since, until)
    theirs = _with(organization.messages.all(), tag, since, until)
    posts = organization.posts.filter(pk__in=ours[:SHOWN]).select_related("connection")
    messages = organization.messages.filter(pk__in=theirs[:SHOWN]).select_related("connection")
    said = [*map(_post, posts), *map(_message, messages)]
    newest = sorted(said, key=lambda one: (one.at, one.ours, one.pk), reverse=True)[:SHOWN]
    return Following(Use(len(ours), len(theirs)), tuple(newest))


def _with(rows: "QuerySet", tag: str, since: datetime, until: datetime) -> list[int]:
    """Ids of the rows with the hashtag, the newest first.

    The database finds what may be meant; where a word ends in a script with marks, it does not know.
    """
    composed = Func("text", function="NORMALIZE", template="%(function)s(%(expressions)s, NFC)")
    plain = Func(composed, *map(Value, _AS_ONE), function="TRANSLATE", output_field=TextField())
    sought = "#" + _folded(tag)
    found = (
        rows.filter(created_at__gte=since, created_at__lt=until)
        .alias(plain=plain)
        .filter(plain__icontains=sought)
        .order_by("-created_at", "-pk")
        .values_list("pk", "text")
    )
    return [pk for pk, text in found if _says(_folded(text), sought)]


def _says(text: str, sought: str) -> bool:
    """Whether the hashtag stands in a text as a whole word, both folded; not within the query of a link."""
    at = text.find(sought)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(sought) :][:1]
        if before != "&" and not _of_a_word(before) and not _of_a_word(after):
            return True
        at = text.find(sought, at + 1)
    return False


def _folded(text: str) -> str:
    """Small letters as capitals, and composed and decomposed signs alike, as the database compares them."""
    sources, targets = _AS_ONE
    read_as = {ord(sign): targets[place : place + 1] or None for place, sign in enumerate(sources)}
    return "".join(map(_capital, unicodedata.normalize("NFC", text).translate(read_as)))


def _capital(sign: str) -> str:
    return capital if len(capital := sign.upper()) == 1 else sign


def _of_a_word(sign: str) -> bool:
    """Whether it is part of a hashtag: a letter, a mark on one, a digit, an underscore; nothing is not."""
    return sign != "" and (sign in _JOINERS or unicodedata.category(sign)[:2] in _WORD)


def _joins(sign: str) -> bool:
    """Whether it only goes with a letter before it."""
    return sign in _JOINERS[1:] or unicodedata.category(sign)[0] == "M"


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
