"""Engage's pages and the smallest page that could stand beside the dashboard."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def minimal(request: HttpRequest, organization: str) -> HttpResponse:
    """Logged in, membership checked, one indexed query."""
    last = request.organization.posts.order_by("-created_at", "-pk").values_list("pk", flat=True).first()  # type: ignore[attr-defined]
    return HttpResponse(f"<!doctype html><title>minimal</title><p>{last}")


@login_not_required
def empty(request: HttpRequest) -> HttpResponse:
    """What the dashboard in a browser is compared with: hardly anything."""
    return HttpResponse("<!doctype html><title>empty</title><p>Nothing here.")


urlpatterns = [
    path("empty/", empty),
    path("o/<slug:organization>/minimal/", minimal),
    path("", include("engage.urls")),
]
