"""Lists in pages: the next one begins after the last row of this one, whatever is added meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.core import signing
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Field, Schema

from coaching.api.problems import Problem

Shown = TypeVar("Shown")

MOST = 200
_SALT = "coaching.api.cursor"


class Asked(Schema):
    """Which page of a list."""

    limit: int = Field(50, ge=1, le=MOST, description="Rows in a page.")
    cursor: str = Field("", max_length=300, description="The `next` of the page before; the first without.")


@dataclass(frozen=True)
class Listing:
    """A list: its name (a cursor of another one does not fit), and the moment by which it is sorted."""

    name: str
    by: str | None = None


def page(
    request: HttpRequest,
    response: HttpResponse,
    rows: QuerySet[Any],
    listing: Listing,
    asked: Asked,
    show: Callable[[list[Any]], list[Shown]],
) -> dict[str, Any]:
    """One page, the newest row first; a Link header leads to the next one. One query beside `show`."""
    order = (f"-{listing.by}", "-pk") if listing.by else ("-pk",)
    if asked.cursor:
        rows = rows.filter(_after(listing, asked.cursor))
    found = list(rows.order_by(*order)[: asked.limit + 1])
    following = None
    if len(found) > asked.limit:
        found = found[: asked.limit]
        following = _cursor(listing, found[-1])
        query = request.GET.copy()
        query["cursor"] = following
        address = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
        response["Link"] = f'<{address}>; rel="next"'
    return {"items": show(found), "next": following}


def _cursor(listing: Listing, last: Any) -> str:
    moment = getattr(last, listing.by).isoformat() if listing.by else None
    return signing.dumps([listing.name, moment, last.pk], salt=_SALT)


def _after(listing: Listing, cursor: str) -> Q:
    try:
        name, moment, pk = signing.loads(cursor, salt=_SALT)
    except signing.BadSignature:
        name = None
    if name != listing.name:
        raise Problem(422, "no_such_page", "This cursor is not one of this list; begin at its first page.")
    if listing.by is None:
        return Q(pk__lt=pk)
    at = datetime.fromisoformat(moment)
    return Q(**{f"{listing.by}__lt": at}) | Q(**{listing.by: at, "pk__lt": pk})
