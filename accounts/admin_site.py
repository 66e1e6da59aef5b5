"""The operators’ own pages under /admin/: behind the same login as everything, and a second step."""

from collections.abc import Iterable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

# Second steps and sessions of other people are nobody's to look at, operators included.
SHOWN = {"accounts.user", "accounts.organization", "account.emailaddress"}


class OperatorsSite(AdminSite):
    """For staff with two-step login. It has no login form of its own at which to guess."""

    def register(
        self, model_or_iterable: Any, admin_class: type[ModelAdmin] | None = None, **options: Any
    ) -> None:
        """Takes what is shown, whatever else the installed packages offer."""
        offered = model_or_iterable if isinstance(model_or_iterable, Iterable) else [model_or_iterable]
        shown: list[type[Model]] = [model for model in offered if model._meta.label_lower in SHOWN]
        super().register(shown, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff alone, and with a second step."""
        return super().has_permission(request) and is_mfa_enabled(request.user)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Sends everybody where they can get what they lack: to the login, or to a second step."""
        wanted = request.GET.get("next", "")
        if not url_has_allowed_host_and_scheme(
            wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        ):
            wanted = self.index_address
        if not request.user.is_authenticated:
            return redirect_to_login(wanted)
        if not super().has_permission(request):
            raise PermissionDenied
        if not is_mfa_enabled(request.user):
            messages.warning(request, _("Operators need two-step login. Set it up first, then come back."))
            return redirect("mfa_activate_totp")
        return redirect(wanted)

    @property
    def index_address(self) -> str:
        """Where the admin begins."""
        return "/admin/"
