"""What Engage is, for people who come for the first time."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import access
from coaching.mix import KindShare

EXAMPLE = (
    KindShare("converse", 21, 19),
    KindShare("share", 12, 11),
    KindShare("announce", 30, 27),
    KindShare("pitch", 37, 33),
)
"""The mix in the picture of a page: about a third of 90 posts talk with people."""


@login_not_required
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """The front page."""
    sample = access.visit(settings.DEMO_ORGANIZATION)
    context = {"sample": sample.organization if sample else None, "example": EXAMPLE}
    return render(request, "landing.html", context)
