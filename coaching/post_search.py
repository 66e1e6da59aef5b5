"""Which posts are wanted, in which order, and where the next page begins."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.core.exceptions import BadRequest
from django.db.models import BooleanField, Case, Q, QuerySet, Value, When

from accounts.models import Organization
from coaching.models import Post

CONFIG = "simple"
"""No stemming: organizations write in many languages, and a word finds what begins with it anyway."""
_TERM = re.compile(r'(-?)(?:"([^"]*)"|(\S+))')
_WORD = re.compile(r"\w+")
MOST_TERMS = 12


@dataclass(frozen=True)
class Order:
    """By which column posts are listed; equal ones newest first by id."""

    column: str
    descending: bool = True


ORDERS = {
    "newest": Order("created_at"),
    "social": Order("score"),
    "broadcast": Order("score", descending=False),
    "replies": Order("replies"),
}


@dataclass(frozen=True)
class Term:
    """A word (which finds what begins with it), or words in a row; `without` leaves such posts out."""

    words: str
    phrase: bool
    without: bool


def wanted_posts(organization: Organization, wanted: Mapping[str, Any]) -> QuerySet[Post]:
    """The organization's posts that match, in no order.

    `wanted` may hold kind, surface, account (a network's name or a connection's id), least and most (score),
    since and until (days, both inside) and words.
    """
    posts: QuerySet[Post] = organization.posts.all()
    for name in ("kind", "surface"):
        if wanted.get(name):
            posts = posts.filter(**{name: wanted[name]})
    if account := wanted.get("account"):
        posts = posts.filter(
            **({"connection": int(account)} if account.isdecimal() else {"connection__network": account})
        )
    if wanted.get("least") is not None:
        posts = posts.filter(score__gte=wanted["least"])
    if wanted.get("most") is not None:
        posts = posts.filter(score__lte=wanted["most"])
    if since := wanted.get("since"):
        posts = posts.filter(created_at__gte=_begin(since, organization))
    if until := wanted.get("until"):
        posts = posts.filter(created_at__lt=_begin(until + timedelta(days=1), organization))
    return _with_words(posts, wanted.get("words") or "")


def terms(words: str) -> Iterator[Term]:
    """What somebody typed into the search box: words, "words in a row", -without."""
    for sign, phrase, word in _TERM.findall(words)[:MOST_TERMS]:
        if _WORD.search(phrase or word):
            yield Term(phrase or word, bool(phrase), bool(sign))


def page_of(posts: QuerySet[Post], order: Order, after: str, size: int) -> tuple[list[Post], str | None]:
    """One page in an order, from the key `after` on, and the key of the next page or None. One query.

    Posts without a value (no score, or replies that the network does not tell) are left out.
    """
    column, sign = order.column, "-" if order.descending else ""
    posts = posts.filter(**{f"{column}__isnull": False}).order_by(f"{sign}{column}", "-pk")
    if after:
        value, pk = _key(order, after)
        way = "lt" if order.descending else "gt"
        # the first condition is implied by the second, and one that an index can follow
        posts = posts.filter(**{f"{column}__{way}e": value}).filter(
            Q(**{f"{column}__{way}": value}) | Q(pk__lt=pk)
        )
    found = list(posts[: size + 1])
    if len(found) <= size:
        return found, None
    last = found[size - 1]
    value = getattr(last, column)
    return found[:size], f"{value.isoformat() if isinstance(value, datetime) else value}~{last.pk}"


def _with_words(posts: QuerySet[Post], words: str) -> QuerySet[Post]:
    """Full-text search without an index, see docs/decisions.

    A plain comparison comes first and spares most of the parsing. Both stand in one CASE because the
    planner, which cannot know how rare a word is, else sorts a million posts instead of walking through
    the newest ones until a page is full.
    """
    query: SearchQuery | None = None
    plainly = Q()
    for term in terms(words):
        one = _query(term)
        query = one if query is None else query & one
        if not term.without:
            for word in _WORD.findall(term.words):
                plainly &= Q(text__icontains=word)
    if query is None:
        return posts
    match = Q(search=query)
    found = When(plainly, then=match) if plainly else When(match, then=Value(True))
    return posts.alias(search=SearchVector("text", config=CONFIG)).filter(
        Case(found, default=Value(False), output_field=BooleanField())
    )


def _query(term: Term) -> SearchQuery:
    if term.phrase:
        found = SearchQuery(term.words, search_type="phrase", config=CONFIG)
    else:
        quoted = term.words.replace("\\", "\\\\").replace("'", "''")
        found = SearchQuery(f"'{quoted}':*", search_type="raw", config=CONFIG)
    return ~found if term.without else found


def _begin(day: date, organization: Organization) -> datetime:
    return datetime.combine(day, time.min, organization.zone)


def _key(order: Order, after: str) -> tuple[datetime | int, int]:
    told, _, pk = after.partition("~")
    try:
        value = datetime.fromisoformat(told) if order.column == "created_at" else int(told)
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise ValueError("a moment without a time zone")
            value = value.astimezone(UTC)
        return value, int(pk)
    except (ValueError, OverflowError) as wrong:
        raise BadRequest("This page address is not complete; start again from the list of posts.") from wrong
