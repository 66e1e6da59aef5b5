"""Engage's pages and the smallest page that could stand beside the dashboard."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def minimal(request: HttpRequest, organization: str) -> HttpResponse:
    """Logged in, membership checked, one indexed query."""
    last = request.organization.posts.order_by("-created_at", "-pk").values_list("pk", flat=True).first()  # type: ignore[attr-defined]
    return HttpResponse(f"<!doctype html><title>minimal</title><p>{last}")


urlpatterns = [
    path("o/<slug:organization>/minimal/", minimal),
    path("", include("engage.urls")),
]
