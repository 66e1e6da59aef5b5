"""Addresses of the coach's pages."""

from django.urls import URLPattern, URLResolver, include, path

from coaching.views import (
    connections,
    dashboard,
    landing,
    organizations,
    posts,
    styleguide,
    suggestions,
)

organization = [
    path("", dashboard.dashboard, name="dashboard"),
    path("posts/", posts.posts, name="posts"),
    path("posts/<int:pk>/", posts.post, name="post"),
    path("suggestions/", suggestions.suggestions, name="suggestions"),
    path("suggestions/<int:pk>/decide/", suggestions.decide, name="suggestion_decide"),
    path("connections/", connections.connections, name="connections"),
    path("imports/new/", connections.upload, name="upload"),
    path("imports/<int:pk>/", connections.progress, name="import"),
    path("imports/<int:pk>/progress/", connections.progress_fragment, name="import_progress"),
]

coach: tuple[list[URLPattern | URLResolver], str] = (
    [
        path("home/", organizations.home, name="home"),
        path("organizations/new/", organizations.create, name="organization_new"),
        path("styleguide/", styleguide.styleguide, name="styleguide"),
        path("o/<slug:organization>/", include(organization)),
    ],
    "coaching",
)

urlpatterns = [
    path("", landing.landing, name="landing"),
    path("", include(coach)),
]
