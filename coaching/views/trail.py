"""Who did what, when, from where: for owners to read and to take away."""

from typing import cast

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import SEE_TRAIL, OrganizationRequest, requires
from coaching.trail import page as use_case
from coaching.trail import table as tables
from coaching.trail_form import TrailForm


def _form(request: OrganizationRequest) -> TrailForm:
    form = TrailForm(request.GET, actors=use_case.actors(request.organization))
    form.is_valid()
    return form


@require_safe
@requires(SEE_TRAIL)
def trail(request: OrganizationRequest, organization: str) -> HttpResponse:
    """The trail, the newest first, filtered."""
    form = _form(request)
    page = use_case.page(request.organization, form.cleaned_data, after=request.GET.get("after", ""))
    asked = request.GET.copy()
    asked.pop("after", None)
    context = {"form": form, "page": page, "asked": asked.urlencode()}
    return render(request, "coaching/trail.html", context)


@require_safe
@requires(SEE_TRAIL)
def table(request: OrganizationRequest, organization: str) -> StreamingHttpResponse:
    """The same as a table to take away."""
    wanted = _form(request).cleaned_data
    tables.note(request.organization, by=cast(User, request.user), now=timezone.now())
    file = f"{request.organization.slug}-trail-{timezone.localdate():%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        tables.lines(request.organization, wanted),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{file}"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )
