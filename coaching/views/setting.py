"""When somebody is there, and what the organization wants to reach."""

from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone as clock
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Role, User
from accounts.permissions import SET_TARGETS, OrganizationRequest, allows, requires
from coaching import opening_times, sister_accounts, tasks
from coaching.setting_form import SettingForm


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: OrganizationRequest, organization: str) -> HttpResponseBase:
    """Opening times and targets; everybody may look, editors may change them."""
    if request.method == "POST":
        return change(request, organization)
    return _page(request, _form(request))


@requires(SET_TARGETS)
def change(request: OrganizationRequest, organization: str) -> HttpResponse:
    """Stores what was filled in and has the answers counted anew."""
    form = _form(request)
    if not form.is_valid():
        return _page(request, form, status=422)
    by, now = cast(User, request.user), clock.now()
    anew = opening_times.change(
        request.organization,
        hours=form.hours,
        holidays=form.cleaned_data["holidays"],
        targets=form.targets,
        timezone=form.cleaned_data.get("timezone"),
        by=by,
        now=now,
    )
    if "also_ours" in form.cleaned_data:
        sister_accounts.change(request.organization, form.cleaned_data["also_ours"], by=by, now=now)
    if anew:
        pk = request.organization.pk
        transaction.on_commit(lambda: tasks.count_answers_anew.delay(pk))
    messages.success(request, _("Saved."))
    return redirect("coaching:settings", request.organization.slug)


def _form(request: OrganizationRequest) -> SettingForm:
    return SettingForm(
        request.POST if request.method == "POST" else None,
        own=opening_times.working(request.organization),
        organization=request.organization,
        owner=allows(request.role, Role.OWNER),
    )


def _page(request: OrganizationRequest, form: SettingForm, status: int = 200) -> HttpResponse:
    return render(request, "coaching/settings.html", {"form": form}, status=status)
