"""Which practices look after an organization: its owners invite them, and end their access at any moment."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import tasks
from accounts.models import User
from accounts.permissions import MANAGE_PRACTICES, OrganizationRequest, requires
from accounts.practices import clients, pages
from accounts.practices.forms import AccessForm, OfferForm


@require_safe
def practices(request: OrganizationRequest, organization: str) -> HttpResponse:
    """Which practices have access, as what, since when, until when."""
    return _page(request)


def _page(request: OrganizationRequest, form: OfferForm | None = None) -> HttpResponse:
    context = {
        "page": pages.access_page(request.organization, now=timezone.now()),
        "form": form or OfferForm(**_clock(request)),
        "change": AccessForm(**_clock(request)),
    }
    return render(request, "accounts/practices/access.html", context, status=422 if form else 200)


def _clock(request: OrganizationRequest) -> dict[str, Any]:
    zone = request.organization.zone
    return {"zone": zone, "today": timezone.localdate(timezone=zone)}


@require_POST
@requires(MANAGE_PRACTICES)
def offer(request: OrganizationRequest, organization: str) -> HttpResponse:
    """Invites a practice, by its address or by a link."""
    form = OfferForm(request.POST, **_clock(request))
    if not form.is_valid():
        return _page(request, form)
    practice = form.cleaned_data["practice"]
    try:
        clients.offer(
            request.organization,
            practice,
            role=form.role_chosen,
            ends_at=form.ends_at,
            by=cast(User, request.user),
            now=timezone.now(),
        )
    except ValidationError as wrong:
        form.add_error("practice", wrong)
        return _page(request, form)
    tasks.hurry_practice_mails()
    if practice:
        said = _("%(name)s is invited. Access begins when somebody there says yes.") % {
            "name": practice.brand
        }
    else:
        said = _("Here is the link. Send it to your consultants.")
    messages.success(request, said)
    return redirect("accounts:practices", request.organization.slug)


@require_POST
@requires(MANAGE_PRACTICES)
def take_back(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """Takes an invitation back."""
    offered = get_object_or_404(request.organization.practice_links, pk=pk, kind="client")
    clients.take_back(request.organization, offered, by=cast(User, request.user), now=timezone.now())
    messages.success(request, _("Taken back. The link no longer works."))
    return redirect("accounts:practices", request.organization.slug)


@require_POST
@requires(MANAGE_PRACTICES)
def change(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """Changes what a practice may do or until when, or ends its access now."""
    client, now = get_object_or_404(request.organization.practice_access, pk=pk), timezone.now()
    user, form = cast(User, request.user), AccessForm(request.POST, **_clock(request))
    try:
        if request.POST.get("what") == "end":
            clients.end(client, by=user, now=now)
            messages.success(request, _("Ended. They cannot see anything of yours from now on."))
        elif form.is_valid():
            clients.change(client, role=form.role_chosen, ends_at=form.ends_at, by=user, now=now)
            messages.success(request, _("Saved."))
        else:
            raise ValidationError([said for errors in form.errors.values() for said in errors])
    except ValidationError as wrong:
        messages.error(request, wrong.messages[0])
    tasks.hurry_practice_mails()
    return redirect("accounts:practices", request.organization.slug)
