"""Every component on one page, for whoever works on the design."""

from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
@staff_member_required(login_url="account_login")
def styleguide(request: HttpRequest) -> HttpResponse:
    """All components in all their states; staff only."""
    return render(request, "styleguide.html")
