"""Digests inside an organization: what was sent, what would be sent, and who reads it."""

from datetime import date, timedelta
from typing import cast

from csp.decorators import csp_replace
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import mailing
from accounts.models import User
from accounts.permissions import INVITE_READERS, OrganizationRequest, may, open_to_visitors, requires
from coaching import digest, digest_letter, reader_page, readers, tasks
from coaching.models import DigestIssue
from coaching.reader_form import AskReaderForm, ReaderForm
from coaching.sending_time import last_whole_week

SHOWN = 60
# Mail programs know no style sheets in files, so the picture of a mail holds its styles; nothing else may.
MAIL_CSP = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["'self'", "data:"],
    "frame-ancestors": ["'self'"],
}


@open_to_visitors
@require_safe
def digests(request: OrganizationRequest, organization: str) -> HttpResponse:
    """The digests that were sent, the newest first."""
    kept = request.organization.digestissues.order_by("-week")[:SHOWN]
    latest = digest.covered_week(request.organization, now=timezone.now())
    return render(
        request, "coaching/digests.html", {"kept": kept, "latest": latest, "running": latest + timedelta(7)}
    )


@open_to_visitors
@require_safe
def one(request: OrganizationRequest, organization: str, week: str) -> HttpResponse:
    """A digest, as it was sent or as it would be."""
    told, sent = _digest(request, week)
    context = {"digest": told, "sent": sent, "subject": digest_letter.subject(told)}
    return render(request, "coaching/digest.html", {**context, "share_line": digest_letter.share_line(told)})


@require_safe
@xframe_options_sameorigin
@csp_replace(MAIL_CSP)  # type: ignore[arg-type]
def mail(request: OrganizationRequest, organization: str, week: str) -> HttpResponse:
    """The mail itself, as mail programs show it."""
    told, _sent = _digest(request, week)
    return HttpResponse(mailing.html(digest_letter.letter(told, "", subscription=None, now=timezone.now())))


def _digest(request: OrganizationRequest, week: str) -> tuple[digest.Digest, bool]:
    try:
        monday = date.fromisoformat(week)
    except ValueError:
        raise Http404 from None
    kept = request.organization.digestissues.select_related("organization").filter(week=monday).first()
    if kept:
        return digest.read(cast(DigestIssue, kept)), True
    latest = last_whole_week(timezone.now(), request.organization.zone)
    if monday.weekday() or monday > latest + timedelta(days=7) or monday.year < 2006:
        raise Http404
    return digest.preview(request.organization, week=monday, now=timezone.now()), False


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: OrganizationRequest, organization: str) -> HttpResponseBase:
    """One's own wishes, and for owners the readers without an account."""
    own = reader_page.mine(request.organization, cast(User, request.user), now=timezone.now())
    form = ReaderForm(request.POST or None, instance=own, member=True) if own else None
    if request.method == "POST" and own and form and form.is_valid():
        own.refresh_from_db()
        readers.choose(own, form.wishes, now=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("coaching:digest_settings", request.organization.slug)
    return _settings_page(request, form, status=422 if form and form.errors else 200)


def _settings_page(
    request: OrganizationRequest,
    form: ReaderForm | None,
    *,
    asked: AskReaderForm | None = None,
    status: int,
) -> HttpResponse:
    owner = may(request, INVITE_READERS)
    context = {
        "form": form,
        "asked": asked or AskReaderForm(),
        "owner": owner,
        "readers": reader_page.others(request.organization) if owner else (),
        "troubled": reader_page.troubled(request.organization) if owner else (),
        "without_second_step": reader_page.without_second_step(request.organization) if owner else (),
    }
    return render(request, "coaching/digest_settings.html", context, status=status)


@require_POST
@requires(INVITE_READERS)
def add_reader(request: OrganizationRequest, organization: str) -> HttpResponse:
    """Asks somebody without an account whether they want the digest."""
    by, now = cast(User, request.user), timezone.now()
    asked = AskReaderForm(request.POST)
    if asked.is_valid():
        try:
            one = readers.invite(request.organization, asked.cleaned_data["email"], by=by, now=now)
        except ValidationError as wrong:
            asked.add_error("email", wrong.messages)
        else:
            tasks.enqueue_on_commit(tasks.ask_reader, (request.organization.pk, one.pk))
            messages.success(request, _("We have asked them. The digest comes once they say yes."))
            return redirect("coaching:digest_settings", request.organization.slug)
    own = reader_page.mine(request.organization, by, now=now)
    form = ReaderForm(instance=own, member=True) if own else None
    return _settings_page(request, form, asked=asked, status=422)


@require_POST
@requires(INVITE_READERS)
def remove_reader(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """Takes a reader off the list."""
    get_object_or_404(request.organization.subscriptions.exclude(email=""), pk=pk)
    readers.remove(request.organization, pk, by=cast(User, request.user), now=timezone.now())
    return redirect("coaching:digest_settings", request.organization.slug)
