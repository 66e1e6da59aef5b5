"""Addresses of the coach's pages."""

from django.urls import URLPattern, URLResolver, include, path

from coaching.views import (
    connections,
    conversations,
    dashboard,
    landing,
    looking_back,
    organizations,
    posts,
    setting,
    styleguide,
    suggestions,
)

organization = [
    path("", dashboard.dashboard, name="dashboard"),
    path("conversations/", conversations.conversations, name="conversations"),
    path("conversations/<int:pk>/", conversations.conversation, name="conversation"),
    path("conversations/<int:pk>/decide/", conversations.decide, name="conversation_decide"),
    path("looking-back/", looking_back.looking_back, name="looking_back"),
    path("settings/", setting.settings, name="settings"),
    path("posts/", posts.posts, name="posts"),
    path("posts/<int:pk>/", posts.post, name="post"),
    path("suggestions/", suggestions.suggestions, name="suggestions"),
    path("suggestions/history/", suggestions.history, name="history"),
    path("suggestions/<int:pk>/decide/", suggestions.decide, name="suggestion_decide"),
    path("suggestions/<int:pk>/undo/", suggestions.undo, name="suggestion_undo"),
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
