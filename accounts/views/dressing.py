"""The look of a page, at the signed addresses which that page names."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from accounts import dressing
from accounts.practices import look

KEPT = 3600
"""Seconds that a browser may keep it; a change of the look has another address."""


@login_not_required
@require_safe
def logo(request: HttpRequest, key: str) -> HttpResponse:
    """A practice's logo, or an organization's own."""
    png = dressing.logo_named(key, at=timezone.now())
    if png is None:
        raise Http404
    return _kept(HttpResponse(png, content_type="image/png"))


@login_not_required
@require_safe
def sheet(request: HttpRequest, key: str) -> HttpResponse:
    """A practice's colour."""
    practice = dressing.practice_named(key, at=timezone.now())
    if practice is None:
        raise Http404
    return _kept(HttpResponse(look.stylesheet(practice), content_type="text/css"))


def _kept(answer: HttpResponse) -> HttpResponse:
    """Whoever asked may keep it for a while; nobody else and no search engine."""
    patch_cache_control(answer, private=True, max_age=KEPT)
    answer["X-Robots-Tag"] = "noindex"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
