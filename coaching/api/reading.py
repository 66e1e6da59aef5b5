"""What programs read: organizations, connections, posts, what people wrote, figures."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from accounts import tokens
from accounts.models import Organization, Role
from accounts.permissions import LOOK, allows
from coaching import exports, figure_table, period_figures
from coaching.api.answers import (
    ConnectionsPage,
    FiguresOut,
    MessagesPage,
    OrganizationOut,
    OrganizationsPage,
    PostsPage,
    answers,
)
from coaching.api.entrance import ApiRequest, inside
from coaching.api.paging import Asked, Listing, page
from coaching.api.problems import Problem
from coaching.models import Connection, Message, Post

router = Router()

FIRST_DAY, LAST_DAY = date(2004, 1, 1), date(2100, 1, 1)


class Period(Schema):
    """From the first day to the last, both inside; without them the twelve weeks up to now."""

    since: date | None = Field(None, ge=FIRST_DAY, le=LAST_DAY, description="First day.")
    until: date | None = Field(None, ge=FIRST_DAY, le=LAST_DAY, description="Last day.")


@router.get("", response=answers(OrganizationsPage), summary="Organizations that the token reaches")
def list_organizations(request: ApiRequest, response: HttpResponse, asked: Query[Asked]) -> Any:
    """The newest first. A list of its own for every token."""
    now = timezone.now()
    found = tokens.reachable(request.auth, now=now)
    slugs = Organization.objects.filter(pk__in=found.order_by().values("pk"))

    def show(rows: list[Organization]) -> list[dict[str, Any]]:
        ways = tokens.roles(request.auth, rows, now=now)
        return [_organization(one, ways[one.pk]) for one in rows]

    return page(request, response, slugs, Listing("organizations"), asked, show)


@router.get("/{slug:organization}", response=answers(OrganizationOut), summary="One organization")
@inside(LOOK)
def get_organization(request: ApiRequest, organization: str) -> Any:
    """An organization, and as what the token enters it."""
    return _organization(request.organization, request.role)


@router.get("/{slug:organization}/connections", response=answers(ConnectionsPage), summary="Connections")
@inside(LOOK)
def list_connections(
    request: ApiRequest, organization: str, response: HttpResponse, asked: Query[Asked]
) -> Any:
    """The Pages and handles that are read, and how reading goes."""
    rows = request.organization.connections.all()
    return page(
        request, response, rows, Listing("connections"), asked, lambda found: [*map(_connection, found)]
    )


@router.get("/{slug:organization}/posts", response=answers(PostsPage), summary="Posts with their judgement")
@inside(LOOK)
def list_posts(request: ApiRequest, organization: str, response: HttpResponse, asked: Query[Asked]) -> Any:
    """What the organization published, the newest first."""
    texts = allows(request.role, Role.OWNER)
    rows = request.organization.posts.select_related("connection")
    listing = Listing("posts", by="created_at")
    return page(request, response, rows, listing, asked, lambda found: [_post(one, texts) for one in found])


@router.get("/{slug:organization}/conversations", response=answers(MessagesPage), summary="Conversations")
@inside(LOOK)
def list_conversations(
    request: ApiRequest, organization: str, response: HttpResponse, asked: Query[Asked]
) -> Any:
    """What people wrote to the organization, the newest first; `conversation_id` holds a thread together."""
    rows = request.organization.messages.select_related("connection")
    listing = Listing("conversations", by="created_at")
    return page(request, response, rows, listing, asked, lambda found: [*map(_message, found)])


@router.get(
    "/{slug:organization}/figures", response=answers(FiguresOut), exclude_unset=True, summary="Figures"
)
@inside(LOOK)
def get_figures(request: ApiRequest, organization: str, period: Query[Period]) -> Any:
    """The same figures as on the pages, in the digest and in the exports."""
    if period.since and period.until and period.since > period.until:
        raise Problem(422, "period_backwards", "The first day comes after the last one.")
    us = request.organization
    over = period_figures.usual_period(
        us, us.connections.all(), now=request.now, since=period.since, until=period.until
    )
    found = period_figures.measure(us, over, now=request.now) if over else None
    return {
        "since": over.first if over else None,
        "until": over.last if over else None,
        "timezone": us.timezone,
        "figures": figure_table.table(found) if found else [],
    }


def _organization(one: Organization, role: str) -> dict[str, Any]:
    return {"slug": one.slug, "name": one.name, "timezone": one.timezone, "role": str(role)}


def _connection(one: Connection) -> dict[str, Any]:
    names = ("network", "access", "external_id", "handle", "name", "state", "state_since")
    return {
        "id": one.pk,
        **{name: getattr(one, name) for name in names},
        "last_read_at": one.last_pulled_at,
    }


def _post(post: Post, texts: bool) -> dict[str, Any]:
    names = (
        "external_id", "surface", "kind", "judged_kind", "score", "language", "likes", "replies", "shares",
        "views", "judge",
    )  # fmt: skip
    return {
        "id": post.pk,
        "connection": post.connection_id,
        "network": post.connection.network,
        "posted_at": post.created_at,
        **{name: getattr(post, name) for name in names},
        "reasons": [{"code": code, "weight": weight} for code, weight, *_ in post.reasons],
        "link": post.url,
        "text": exports.own_text(post) if texts else None,
    }


def _message(one: Message) -> dict[str, Any]:
    names = ("external_id", "author_id", "conversation_id", "wants_answer", "language", "judge")
    return {
        "id": one.pk,
        "connection": one.connection_id,
        "network": one.connection.network,
        "written_at": one.created_at,
        **{name: getattr(one, name) for name in names},
        "answers_id": one.parent_id,
        "after": one.intent,
        "link": one.url,
    }
