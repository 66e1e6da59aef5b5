"""The draft coach: a box to type in, and what would be said of it."""

from typing import Any, cast

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.permissions import DRAFT, SWITCH_REWRITING, OrganizationRequest, requires
from coaching import draft_wording, drafts, rewriting
from coaching.forms import DraftForm
from coaching.models import Draft
from coaching.networks.contract import Refused, TryLater


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: OrganizationRequest, organization: str) -> HttpResponse:
    """The box; with a posted draft, what is said of it. Nothing is stored."""
    return _page(request, DraftForm(request.POST if request.method == "POST" else None))


@require_POST
def check(request: OrganizationRequest, organization: str) -> HttpResponse:
    """The part of the page that changes while somebody types."""
    form = DraftForm(request.POST)
    looks = drafts.look(request.organization, drafts.written(form.cleaned_data)) if form.is_valid() else None
    return render(request, "coaching/_draft_looks.html", {"form": form, "looks": looks})


@require_POST
@requires(DRAFT)
def save(request: OrganizationRequest, organization: str) -> HttpResponse:
    """Keeps a draft that has words."""
    form = DraftForm(request.POST)
    if not form.is_valid() or not form.cleaned_data["text"].strip():
        form.add_error("text", draft_wording.trouble("empty"))
        return _page(request, form, status=422)
    kept = drafts.save(
        request.organization,
        drafts.written(form.cleaned_data),
        by=cast(User, request.user),
        now=timezone.now(),
    )
    return redirect("coaching:saved_draft", request.organization.slug, kept.pk)


@require_safe
def saved(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """A kept draft, open in the box again."""
    kept: Draft = get_object_or_404(request.organization.drafts, pk=pk)
    fields = {name: getattr(kept, name) for name in DraftForm.base_fields}
    return _page(request, DraftForm(fields), kept=kept)


@require_POST
@requires(DRAFT)
def delete(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """Deletes a kept draft."""
    get_object_or_404(request.organization.drafts, pk=pk).delete()
    return redirect("coaching:draft", request.organization.slug)


@require_POST
@requires(DRAFT)
def rewrite(request: OrganizationRequest, organization: str) -> HttpResponse:
    """Asks a machine for another wording, if that is on; it is shown with our own verdict."""
    form = DraftForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        found = rewriting.rewrite(request.organization, drafts.written(form.cleaned_data), now=timezone.now())
    except (Refused, TryLater) as no:
        return _page(request, form, trouble=draft_wording.trouble(no.reason))
    return _page(request, form, rewritten=found)


@require_POST
@requires(SWITCH_REWRITING)
def switch(request: OrganizationRequest, organization: str) -> HttpResponse:
    """An owner lets a machine suggest rewrites, or no longer."""
    on, by = request.POST.get("on") == "yes", cast(User, request.user)
    rewriting.turn(request.organization, on=on, by=by, now=timezone.now())
    return redirect("coaching:draft", request.organization.slug)


def _page(request: OrganizationRequest, form: DraftForm, status: int = 200, **more: Any) -> HttpResponse:
    what = drafts.written(form.cleaned_data) if form.is_bound and form.is_valid() else None
    context = {
        "form": form,
        "looks": drafts.look(request.organization, what) if what else None,
        "drafts": drafts.kept(request.organization),
        "switch": rewriting.switch(request.organization, now=timezone.now()),
        **more,
    }
    return render(request, "coaching/draft.html", context, status=status)
