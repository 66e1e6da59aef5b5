"""What consultants see of their clients, and the notes they write about one."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit
from accounts.middleware import visitor_address
from accounts.models import User
from accounts.permissions import OrganizationRequest
from coaching import client_notes, portfolio, practice_record
from coaching.client_form import ClientFilterForm, ClientNoteForm


@require_safe
def clients(request: HttpRequest) -> HttpResponse:
    """Every client of the practices somebody works for, in one table."""
    form = ClientFilterForm(request.GET)
    page = portfolio.build(cast(User, request.user), form.wanted, now=timezone.now())
    return _private(render(request, "coaching/clients.html", {"page": page, "form": form}))


@require_safe
def record(request: HttpRequest) -> HttpResponse:
    """What a practice's clients tried, and what was measured since."""
    page = practice_record.build(
        cast(User, request.user), request.GET.get("practice", ""), now=timezone.now()
    )
    return _private(render(request, "coaching/practice_record.html", {"page": page}))


@require_safe
def record_table(request: HttpRequest) -> StreamingHttpResponse:
    """The same as a table to take away."""
    user, now = cast(User, request.user), timezone.now()
    page = practice_record.build(user, request.GET.get("practice", ""), now=now)
    if page.practice is None:
        raise Http404
    with audit.coming_from(audit.Origin(visitor_address(request), page.practice.pk)):
        practice_record.note_download(page, by=user, now=now)
    file = f"{page.practice.slug}-record-{now:%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        practice_record.table(page),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{file}"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def notes(request: OrganizationRequest, organization: str) -> HttpResponse:
    """The notes about an organization; its consultants write, its members read what is shared."""
    user, now = cast(User, request.user), timezone.now()
    page = client_notes.page(request.organization, user, now=now)
    if request.method == "POST" and not page.practices:
        raise Http404
    form = ClientNoteForm(request.POST or None, practices=page.practices)
    if request.method == "POST" and form.is_valid():
        client_notes.write(
            request.organization,
            form.chosen,
            text=form.cleaned_data["text"],
            shared=form.cleaned_data["shared"],
            by=user,
            now=now,
        )
        messages.success(request, _("Kept."))
        return redirect("coaching:client_notes", request.organization.slug)
    status = 422 if request.method == "POST" else 200
    return render(request, "coaching/client_notes.html", {"page": page, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def note(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """Change a note of one's own."""
    user, now = cast(User, request.user), timezone.now()
    kept = get_object_or_404(client_notes.own(request.organization, user, now=now), pk=pk)
    kept.organization = request.organization
    before = {"text": kept.text, "shared": kept.shared, "practice": str(kept.practice_id)}
    form = ClientNoteForm(request.POST or None, initial=before, practices=[kept.practice])
    if request.method == "POST" and form.is_valid():
        client_notes.change(
            kept, text=form.cleaned_data["text"], shared=form.cleaned_data["shared"], by=user, now=now
        )
        messages.success(request, _("Saved."))
        return redirect("coaching:client_notes", request.organization.slug)
    status = 422 if request.method == "POST" else 200
    return render(request, "coaching/client_note.html", {"form": form, "note": kept}, status=status)


@require_POST
def delete_note(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """Delete a note of one's own."""
    user = cast(User, request.user)
    get_object_or_404(client_notes.own(request.organization, user, now=timezone.now()), pk=pk).delete()
    messages.success(request, _("Deleted."))
    return redirect("coaching:client_notes", request.organization.slug)


def _private(response: HttpResponse) -> HttpResponse:
    """Neither a proxy nor the next person at this computer is to see it."""
    patch_cache_control(response, private=True, no_store=True)
    return response
