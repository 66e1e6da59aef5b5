"""Every component on one page, for whoever works on the design."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """All components in all their states; staff only."""
    if not request.user.is_staff:
        raise PermissionDenied
    return render(request, "styleguide.html")
