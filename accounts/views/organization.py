"""What an organization is called, its logo, and whether it asks everybody for a second step."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import addresses, organizing
from accounts.models import Organization, User
from accounts.organization_form import AddressForm, LogoForm, OrganizationForm
from accounts.permissions import ASK_SECOND_STEP, SET_ORGANIZATION, OrganizationRequest, requires


@require_http_methods(["GET", "HEAD", "POST"])
@requires(SET_ORGANIZATION)
def organization(request: OrganizationRequest, organization: str) -> HttpResponseBase:
    """The name and the language."""
    if request.method != "POST":
        return _page(request)
    # A row of its own: the form writes into it what was typed, and the page still says what is true.
    form = OrganizationForm(request.POST, instance=Organization.objects.get(pk=request.organization.pk))
    if not form.is_valid():
        return _page(request, form=form, status=422)
    by = cast(User, request.user)
    organizing.change(request.organization, form.cleaned_data, by=by, now=timezone.now())
    messages.success(request, _("Saved."))
    return redirect("accounts:organization", request.organization.slug)


@require_POST
@requires(SET_ORGANIZATION)
def change_address(request: OrganizationRequest, organization: str) -> HttpResponseBase:
    """Another address; the one before leads there."""
    form = AddressForm(request.POST, initial={"slug": request.organization.slug})
    if form.is_valid():
        by, now = cast(User, request.user), timezone.now()
        try:
            addresses.change(request.organization, form.cleaned_data["slug"], by=by, now=now)
        except ValidationError as wrong:
            form.add_error("slug", wrong.messages)
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:organization", request.organization.slug)
    return _page(request, address_form=form, status=422)


@require_POST
@requires(SET_ORGANIZATION)
def change_logo(request: OrganizationRequest, organization: str) -> HttpResponse:
    """Uploads a logo, or takes it away."""
    by, now = cast(User, request.user), timezone.now()
    if "remove" in request.POST:
        organizing.remove_logo(request.organization, by=by, now=now)
        messages.success(request, _("The logo is removed."))
        return redirect("accounts:organization", request.organization.slug)
    form = LogoForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            organizing.set_logo(request.organization, form.cleaned_data["logo"].file, by=by, now=now)
        except ValidationError as wrong:
            form.add_error("logo", wrong)
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:organization", request.organization.slug)
    return _page(request, logo_form=form, status=422)


@require_POST
@requires(ASK_SECOND_STEP)
def ask_second_step(request: OrganizationRequest, organization: str) -> HttpResponse:
    """Asks everybody for two-step login, or no longer."""
    by, wanted = cast(User, request.user), request.POST.get("ask") == "yes"
    try:
        organizing.ask_second_step(request.organization, wanted, by=by, now=timezone.now())
    except ValidationError as wrong:
        messages.error(request, " ".join(wrong.messages))
    else:
        messages.success(request, _("Saved."))
    return redirect("accounts:organization", request.organization.slug)


@require_safe
def logo(request: OrganizationRequest, organization: str) -> HttpResponse:
    """The logo as a picture, for those who may see the organization."""
    kept = request.organization.logos.first()
    if kept is None:
        raise Http404
    headers = {
        "Content-Disposition": 'inline; filename="logo.png"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return HttpResponse(bytes(kept.png), content_type="image/png", headers=headers)


def _page(
    request: OrganizationRequest,
    *,
    form: OrganizationForm | None = None,
    address_form: AddressForm | None = None,
    logo_form: LogoForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form or OrganizationForm(instance=request.organization),
        "address_form": address_form or AddressForm(initial={"slug": request.organization.slug}),
        "logo_form": logo_form or LogoForm(),
        "logo": request.organization.logos.only("pk", "changed_at").first(),
    }
    return render(request, "accounts/organization.html", context, status=status)
