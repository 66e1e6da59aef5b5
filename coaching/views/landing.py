"""What Engage is, for people who come for the first time."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_not_required
def landing(request: HttpRequest) -> HttpResponse:
    """The front page."""
    return render(request, "landing.html")
