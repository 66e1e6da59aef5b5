"""Five posts a week to look at before one sees the verdict."""

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import LABEL, OrganizationRequest, requires
from coaching import checks as use_case
from coaching import own_judge, tasks


@require_safe
def checks(request: OrganizationRequest, organization: str) -> HttpResponse:
    """The next post to look at, and how often judge and staff agree."""
    page = use_case.page(request.organization, now=timezone.now())
    return render(request, "coaching/checks.html", {"page": page})


@require_POST
@requires(LABEL)
def answer(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """What staff say that a drawn post is; then the verdict is shown."""
    get_object_or_404(request.organization.posts, pk=pk)
    use_case.answer(
        request.organization,
        pk,
        request.POST.get("kind", ""),
        by=request.user,  # type: ignore[arg-type]
        now=timezone.now(),
    )
    if own_judge.due(request.organization):
        organization_id = request.organization.pk
        transaction.on_commit(lambda: tasks.fit_judge.delay(organization_id))
    return redirect("coaching:checks", request.organization.slug)
