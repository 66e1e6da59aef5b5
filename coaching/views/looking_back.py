"""The past: which weeks were the most social."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import OrganizationRequest, open_to_visitors
from coaching import looking_back as use_case


@open_to_visitors
@require_safe
def looking_back(request: OrganizationRequest, organization: str) -> HttpResponse:
    """The most social weeks of the history, and the seasons."""
    return render(request, "coaching/looking_back.html", {"page": use_case.page(request.organization)})
