"""The dashboard."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import OrganizationRequest, open_to_visitors
from coaching import arriving as arriving_case
from coaching import dashboard as use_case
from coaching.judgement.figures import Where


@open_to_visitors
@require_safe
def dashboard(request: OrganizationRequest, organization: str) -> HttpResponse:
    """How are we doing, whom do we answer, what do we try."""
    asked = request.GET.get("show", "")
    where = Where(asked) if asked in list(Where) else None
    page = use_case.build(request.organization, now=timezone.now(), where=where)
    return render(request, "coaching/dashboard.html", {"page": page})


@require_safe
def arriving(request: OrganizationRequest, organization: str) -> HttpResponse:
    """What is being read, for the part of the dashboard that looks again; 286 tells htmx to stop asking."""
    connections = request.organization.connections.order_by("network", "handle")
    seen = arriving_case.build(request.organization, connections, now=timezone.now())
    status = 200 if seen.going_on else 286
    return render(request, "coaching/_arriving.html", {"arriving": seen}, status=status)
