"""What to try, and what was decided about it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import DECIDE, OrganizationRequest, open_to_visitors, requires
from coaching import advice_wording
from coaching import suggestions as use_case


@open_to_visitors
@require_safe
def suggestions(request: OrganizationRequest, organization: str) -> HttpResponse:
    """Open suggestions, and those that were taken or set aside."""
    page = use_case.page(request.organization, now=timezone.now())
    return render(request, "coaching/suggestions.html", {"page": page})


@open_to_visitors
@require_safe
def history(request: OrganizationRequest, organization: str) -> HttpResponse:
    """What was tried, year by year, and what came of it."""
    years = use_case.history(request.organization, now=timezone.now())
    return render(request, "coaching/history.html", {"years": years})


@require_POST
@requires(DECIDE)
def decide(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """Take, snooze or dismiss a suggestion."""
    suggestion = get_object_or_404(request.organization.suggestions.select_for_update(), pk=pk)
    try:
        use_case.decide(
            suggestion,
            request.POST.get("decision", ""),
            because=request.POST.get("because", ""),
            by=request.user,  # type: ignore[arg-type]
            now=timezone.now(),
        )
    except use_case.DecidedAlready as no:
        messages.warning(request, str(no))
    else:
        messages.success(request, advice_wording.decided(suggestion.state))
    return redirect("coaching:suggestions", request.organization.slug)


@require_POST
@requires(DECIDE)
def undo(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """Take a decision back."""
    suggestion = get_object_or_404(request.organization.suggestions.select_for_update(), pk=pk)
    try:
        use_case.undo(suggestion, by=request.user, now=timezone.now())  # type: ignore[arg-type]
    except use_case.DecidedAlready as no:
        messages.warning(request, str(no))
    return redirect("coaching:suggestions", request.organization.slug)
