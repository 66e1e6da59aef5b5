"""Choosing and creating an organization."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import access, addresses, organizing
from accounts.models import User
from accounts.trials import opening
from coaching.forms import OrganizationForm


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """After login: the only organization, the choice between several, or the first one to create.

    Who only consults goes on to all clients.
    """
    user = cast(User, request.user)
    mine = list(access.reachable(user, at=timezone.now())[:200])
    if user.consultancies.exists() and not user.memberships.exists():
        return redirect("coaching:clients")
    if not mine and opening.of(user):
        return redirect("accounts:trial_keep")
    if not mine:
        return redirect("coaching:organization_new")
    if len(mine) == 1:
        return redirect("coaching:dashboard", mine[0].slug)
    return render(request, "coaching/organizations.html", {"organizations": mine})


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A new organization, whose owner is whoever creates it."""
    form = OrganizationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            organization = organizing.found(**form.cleaned_data, owner=cast(User, request.user))
        except ValidationError as wrong:
            form.add_error(None, wrong.messages[0])
        else:
            if addresses.is_made_up(organization.slug):
                said = _("The address here is /o/%(slug)s/. You can choose another one in the settings.")
                messages.info(request, said % {"slug": organization.slug})
            return redirect("coaching:connections", organization.slug)
    status = 422 if form.errors else 200
    return render(request, "coaching/organization_new.html", {"form": form}, status=status)
