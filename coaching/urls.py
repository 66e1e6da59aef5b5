"""Addresses of the coach's pages."""

from django.urls import URLPattern, URLResolver, include, path

from coaching.networks.contract import Network
from coaching.views import (
    callbacks,
    checks,
    connecting,
    connections,
    conversations,
    dashboard,
    drafts,
    exports,
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
    path("posts/<int:pk>/correct/", posts.correct, name="post_correct"),
    path("checks/", checks.checks, name="checks"),
    path("checks/<int:pk>/answer/", checks.answer, name="check_answer"),
    path("export/posts/", exports.posts, name="export_posts"),
    path("export/conversations/", exports.messages, name="export_messages"),
    path("export/figures/", exports.weeks, name="export_weeks"),
    path("draft/", drafts.draft, name="draft"),
    path("draft/check/", drafts.check, name="draft_check"),
    path("draft/save/", drafts.save, name="draft_save"),
    path("draft/rewrite/", drafts.rewrite, name="draft_rewrite"),
    path("draft/rewriting/", drafts.switch, name="draft_rewriting"),
    path("draft/<int:pk>/", drafts.saved, name="saved_draft"),
    path("draft/<int:pk>/delete/", drafts.delete, name="saved_draft_delete"),
    path("suggestions/", suggestions.suggestions, name="suggestions"),
    path("suggestions/history/", suggestions.history, name="history"),
    path("suggestions/<int:pk>/decide/", suggestions.decide, name="suggestion_decide"),
    path("suggestions/<int:pk>/undo/", suggestions.undo, name="suggestion_undo"),
    path("connections/", connections.connections, name="connections"),
    path("connections/budget/", connections.allow, name="budget"),
    path("connections/duties/", connections.duties_done, name="duties"),
    path("connections/<int:pk>/read/", connections.read_now, name="account_read"),
    path("connections/<int:pk>/disconnect/", connections.disconnecting, name="account_disconnect"),
    path("connect/x/", connecting.begin, {"network": Network.TWITTER}, name="connect_x"),
    path("connect/facebook/", connecting.begin, {"network": Network.FACEBOOK}, name="connect_facebook"),
    path("connect/facebook/pages/", connecting.pages, name="connect_pages"),
    path("connect/facebook/choose/", connecting.choose, name="connect_choose"),
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
        path("connected/x/", connecting.connected_x, name="connected_x"),
        path("connected/facebook/", connecting.connected_facebook, name="connected_facebook"),
        path("webhooks/x/", callbacks.webhook_x, name="webhook_x"),
        path("webhooks/facebook/", callbacks.webhook_facebook, name="webhook_facebook"),
        path("facebook/deauthorize/", callbacks.facebook_deauthorize, name="facebook_deauthorize"),
        path("facebook/data-deletion/", callbacks.facebook_deletion, name="facebook_deletion"),
        path("facebook/data-deletion/<slug:code>/", callbacks.deletion_status, name="deletion_status"),
    ],
    "coaching",
)

urlpatterns = [
    path("", landing.landing, name="landing"),
    path("", include(coach)),
]
