"""An organization's data: take it away, say how long it stays, delete it all."""

from typing import cast

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import knowing_again
from accounts.models import User
from accounts.permissions import DELETE, SET_RETENTION, TAKE_ALL, OrganizationRequest, requires
from coaching import retention as keeping
from coaching import tasks
from coaching.erasing import asking as erasing
from coaching.retention_form import RetentionForm
from coaching.takeaway import asking, files


@require_http_methods(["GET", "HEAD", "POST"])
@requires(TAKE_ALL)
def takeaway(request: OrganizationRequest, organization: str) -> HttpResponse:
    """The files that were made, and how far one is; with POST a new one is made."""
    now = timezone.now()
    if request.method == "POST":
        if away := knowing_again.first(request, request.path):
            return away
        job = asking.ask(request.organization, by=cast(User, request.user), now=now)
        if job is None:
            messages.info(request, _("A file is being made already."))
        else:
            tasks.enqueue_on_commit(tasks.make_takeaway, (request.organization.pk, job.pk))
        return redirect("coaching:takeaway", request.organization.slug)
    page = asking.page(request.organization, now=now)
    return render(request, "coaching/takeaway.html", {"page": page})


@require_safe
@requires(TAKE_ALL)
def fetch(request: OrganizationRequest, organization: str, pk: int) -> HttpResponseBase:
    """The file itself, for a week."""
    now = timezone.now()
    wanted = get_object_or_404(request.organization.takeaways, pk=pk)
    if wanted.may_be_fetched(now) and (away := knowing_again.first(request, request.path)):
        return away
    found = asking.fetch(request.organization, pk, by=cast(User, request.user), now=now)
    if found is None:
        messages.info(request, _("This file is gone. You can have a new one made."))
        page = asking.page(request.organization, now=now)
        return render(request, "coaching/takeaway.html", {"page": page}, status=410)
    name = f"{request.organization.slug}-{timezone.localtime(found.created_at):%Y-%m-%d}.zip"
    answer = FileResponse(files.path(found.file).open("rb"), as_attachment=True, filename=name)
    answer["Content-Type"] = "application/zip"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@requires(SET_RETENTION)
def retention(request: OrganizationRequest, organization: str) -> HttpResponse:
    """How long others' texts, messages, drafts and digests stay."""
    form = RetentionForm(request.POST or None, periods=keeping.of(request.organization))
    if request.method == "POST" and form.is_valid():
        by = cast(User, request.user)
        keeping.change(request.organization, form.periods, by=by, now=timezone.now())
        messages.success(request, _("Saved. What has been here too long goes within a day."))
        return redirect("coaching:retention", request.organization.slug)
    status = 422 if request.method == "POST" else 200
    return render(request, "coaching/retention.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(DELETE)
def deletion(request: OrganizationRequest, organization: str) -> HttpResponse:
    """Asks whether to delete the organization; its name is typed to confirm it."""
    typed = request.POST.get("name", request.GET.get("name", ""))
    wrong = request.method == "POST" and _plain(typed) != _plain(request.organization.name)
    if request.method == "POST" and not wrong:
        if away := knowing_again.first(request, f"{request.path}?{urlencode({'name': typed})}"):
            return away
        if erasing.ask(request.organization, by=cast(User, request.user), now=timezone.now()):
            tasks.enqueue_on_commit(tasks.send_pending_mails, ())
            messages.success(request, _("All owners get a mail. Until then you can undo it here."))
        return redirect("coaching:deletion", request.organization.slug)
    context = {
        "typed": typed,
        "wrong": wrong,
        "grace": erasing.GRACE.days,
        "erasure": erasing.running(request.organization) if request.organization.erase_at else None,
    }
    return render(request, "coaching/deletion.html", context, status=422 if wrong else 200)


@require_POST
@requires(DELETE)
def undo_deletion(request: OrganizationRequest, organization: str) -> HttpResponse:
    """Takes the deletion back while that is possible."""
    if erasing.undo(request.organization, by=cast(User, request.user), now=timezone.now()):
        tasks.enqueue_on_commit(tasks.send_pending_mails, ())
        messages.success(request, _("It is undone. Everything is as it was, and reading goes on."))
    else:
        messages.error(request, _("There is nothing to undo, or it has begun already."))
    return redirect("coaching:deletion", request.organization.slug)


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
