"""Tables to take away; each answer reads its rows in a transaction of its own while it is sent."""

from collections.abc import Iterator
from typing import cast

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Role, User
from accounts.permissions import OrganizationRequest, allows
from coaching import exports
from coaching.forms import PostFilterForm


@require_safe
def posts(request: OrganizationRequest, organization: str) -> StreamingHttpResponse:
    """The posts that the list shows, with their texts for owners."""
    form = PostFilterForm(request.GET, connections=request.organization.connections.all())
    form.is_valid()
    texts = allows(request.role, Role.OWNER)
    return _table(request, "posts", exports.posts(request.organization, form.cleaned_data, texts=texts))


@require_safe
def messages(request: OrganizationRequest, organization: str) -> StreamingHttpResponse:
    """What people wrote to the organization, without their words."""
    return _table(request, "conversations", exports.messages(request.organization))


@require_safe
def weeks(request: OrganizationRequest, organization: str) -> StreamingHttpResponse:
    """The figures of every week."""
    return _table(request, "figures", exports.weeks(request.organization, now=timezone.now()))


def _table(request: OrganizationRequest, name: str, lines: Iterator[str]) -> StreamingHttpResponse:
    exports.note(request.organization, name, by=cast(User, request.user), now=timezone.now())
    file = f"{request.organization.slug}-{name}-{timezone.localdate():%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{file}"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )
