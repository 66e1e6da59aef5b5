"""Tokens for the API: one's own, and those of an organization."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import tokens
from accounts.models import ApiToken, Role, User
from accounts.permissions import MANAGE_TOKENS, OrganizationRequest, requires
from accounts.token_form import OrganizationTokenForm, TokenForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """One's own tokens; a new one is shown this once."""
    user, now = cast(User, request.user), timezone.now()
    form = TokenForm(request.POST or None)
    issued = None
    if request.method == "POST" and form.is_valid():
        issued, form = tokens.issue_personal(user, form.wish(now), now=now), TokenForm()
    context = {"form": form, "issued": issued, "tokens": tokens.shown(user.api_tokens.all(), now=now)}
    status = 422 if form.errors else 200
    return render(request, "accounts/my_tokens.html", {**context, "now": now}, status=status)


@require_POST
def end_mine(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends one of one's own tokens."""
    user = cast(User, request.user)
    tokens.revoke(get_object_or_404(user.api_tokens, pk=pk), by=user, now=timezone.now())
    return redirect("accounts:my_tokens")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(MANAGE_TOKENS)
def organization(request: OrganizationRequest, organization: str) -> HttpResponse:
    """An organization's tokens; a new one is shown this once."""
    user, now = cast(User, request.user), timezone.now()
    form = OrganizationTokenForm(request.POST or None)
    issued = None
    if request.method == "POST" and form.is_valid():
        role = Role(form.cleaned_data["role"])
        issued = tokens.issue_for(request.organization, form.wish(now), role=role, by=user, now=now)
        form = OrganizationTokenForm()
    found = tokens.shown(ApiToken.objects.filter(organization=request.organization), now=now)
    context = {"form": form, "issued": issued, "tokens": found, "now": now}
    status = 422 if form.errors else 200
    return render(request, "accounts/organization_tokens.html", context, status=status)


@require_POST
@requires(MANAGE_TOKENS)
def end(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """Ends one of the organization's tokens."""
    token = get_object_or_404(ApiToken, organization=request.organization, pk=pk)
    tokens.revoke(token, by=cast(User, request.user), now=timezone.now())
    return redirect("accounts:tokens", request.organization.slug)
