"""Addresses of everything that is not about one organization."""

from django.contrib import admin
from django.urls import include, path

from coaching.api.routes import urls as api
from engage import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", api),
    path("", include("accounts.urls")),
    path("", include("coaching.urls")),
]

handler429 = "accounts.views.too_many.answer"  # allauth asks for it by this name
