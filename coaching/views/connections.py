"""Where posts come from: connections, uploads and their progress."""

from functools import wraps
from typing import Any, cast
from urllib.parse import urlsplit

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import access
from accounts.models import User
from accounts.permissions import AWAIT_ARCHIVE, CONNECT, SET_BUDGET, OrganizationRequest, View, may, requires
from coaching import (
    awaited_archives,
    budget,
    disconnect,
    duties,
    import_progress,
    import_wording,
    importing,
    refresh,
    retention,
    sources,
    tasks,
)
from coaching.forms import BudgetForm, UploadForm
from coaching.models import Connection
from coaching.networks.contract import Network, Unreadable


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def consent_elsewhere(view: View) -> View:
    """Lets the page's forms lead to the networks: browsers hold a form's redirects to the policy, too."""

    @wraps(view)
    def allowed(request: OrganizationRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        origins = [_origin(settings.X_OAUTH_BASE_URL), _origin(settings.FACEBOOK_DIALOG_URL)]
        widened: View = csp_update({"form-action": origins})(view)
        return widened(request, *args, **kwargs)

    return allowed


@require_safe
@consent_elsewhere
def connections(request: OrganizationRequest, organization: str) -> HttpResponse:
    """The organization's connections, how reading them goes, and how to add one."""
    form = UploadForm(connections=request.organization.connections.all())
    return _page(request, form)


def _page(
    request: OrganizationRequest, form: UploadForm, status: int = 200, budget_form: BudgetForm | None = None
) -> HttpResponse:
    now = timezone.now()
    seen = sources.build(request.organization, now=now)
    recent = [import_progress.of(job, now=now) for job in request.organization.imports.order_by("-pk")[:5]]
    sample = access.visit(settings.DEMO_ORGANIZATION)
    limits = {"dollars": seen.budget.most_dollars, "posts": seen.budget.most_reads} if seen.budget else {}
    awaits = may(request, AWAIT_ARCHIVE) and not request.organization.trial_ends_at
    context = {
        "sources": seen,
        "awaits": awaits,
        "awaited": awaited_archives.page(request.organization, cast(User, request.user)) if awaits else {},
        "connections": [line.connection for line in seen.lines],
        "form": form,
        "imports": recent,
        "sample": sample.organization if sample and not seen.lines else None,
        "budget_form": budget_form or BudgetForm(initial=limits),
    }
    return render(request, "coaching/connections.html", context, status=status)


@require_POST
@requires(CONNECT)
def read_now(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """Reads an account now, unless somebody asked for it moments ago."""
    connection = get_object_or_404(request.organization.connections, pk=pk)
    if refresh.hurry(request.organization, connection.pk, now=timezone.now()):
        tasks.enqueue_on_commit(tasks.refresh_connection, (request.organization.pk, connection.pk))
        messages.success(request, _("%(name)s is being read now.") % {"name": connection.name})
    else:
        messages.info(request, _("%(name)s was read moments ago or has to wait.") % {"name": connection.name})
    return redirect("coaching:connections", organization)


@require_http_methods(["GET", "HEAD", "POST"])
def disconnecting(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """Asks whether to keep or erase what was read; then lets go of the account."""
    connection = get_object_or_404(request.organization.connections, pk=pk)
    if request.method == "POST":
        return cast(HttpResponse, _disconnect(request, connection))
    counts = {"post_count": connection.posts.count(), "message_count": connection.messages.count()}
    return render(request, "coaching/disconnect.html", {"connection": connection, **counts})


@requires(CONNECT)
def _disconnect(request: OrganizationRequest, connection: Connection) -> HttpResponse:
    uploaded = connection.access == Connection.Access.ARCHIVE  # nothing is connected: there is only erasing
    erase = uploaded or request.POST.get("posts") == "erase"
    confirmed = disconnect.disconnect(
        connection, erase=erase, by=cast(User, request.user), now=timezone.now()
    )
    done = _("%(name)s is disconnected.")
    if erase:
        done = _("%(name)s is disconnected and its posts are erased.")
    if uploaded:
        done = _("%(name)s and its posts are erased.")
    messages.success(request, done % {"name": connection.name})
    if not confirmed:
        said = _("%(network)s did not confirm it. To be sure, remove Engage in your settings there.")
        messages.warning(request, said % {"network": connection.get_network_display()})
    return redirect("coaching:connections", request.organization.slug)


@require_POST
@requires(SET_BUDGET)
@consent_elsewhere
def allow(request: OrganizationRequest, organization: str) -> HttpResponse:
    """Sets how much may be read at X in a month."""
    form = BudgetForm(request.POST)
    if not form.is_valid():
        upload_form = UploadForm(connections=request.organization.connections.all())
        return _page(request, upload_form, status=422, budget_form=form)
    by = cast(User, request.user)
    budget.allow(request.organization, Network.TWITTER, **form.cleaned_data, by=by, now=timezone.now())
    messages.success(request, _("The budget is saved."))
    return redirect("coaching:connections", organization)


@require_safe
def duties_done(request: OrganizationRequest, organization: str) -> HttpResponse:
    """What the networks oblige us to forget, and when that was last looked after."""
    context = {
        "sweeps": duties.last_sweeps(request.organization),
        "days": retention.of(request.organization).x_text_days,
    }
    return render(request, "coaching/duties.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@consent_elsewhere
def upload(request: OrganizationRequest, organization: str) -> HttpResponse:
    """Takes an archive and hands it to a worker; whoever only comes to look is shown where to upload."""
    if request.method != "POST":
        return redirect("coaching:connections", organization)
    return cast(HttpResponse, _upload(request))


@requires(CONNECT)
def _upload(request: OrganizationRequest) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES, connections=request.organization.connections.all())
    if not form.is_valid():
        return _page(request, form, status=422)
    file = form.cleaned_data["archive"]
    try:
        job = importing.start(
            request.organization,
            filename=file.name,
            chunks=file.chunks(),
            by=cast(User, request.user),
            into=form.cleaned_data["connection"],
        )
    except Unreadable as problem:
        form.add_error("archive", import_wording.explain(problem.reason, problem.params))
        return _page(request, form, status=422)
    tasks.enqueue_on_commit(tasks.import_archive, (job.organization_id, job.pk))
    return redirect("coaching:import", request.organization.slug, job.pk)


def _network(request: OrganizationRequest) -> Network:
    named = request.POST.get("network")
    if named not in list(Network):
        raise Http404
    return Network(named)


@require_POST
@requires(AWAIT_ARCHIVE)
def archive_asked(request: OrganizationRequest, organization: str) -> HttpResponse:
    """Somebody has asked a network for an archive, and is written to when it is time to fetch it."""
    by = cast(User, request.user)
    awaited_archives.ask(request.organization, _network(request), by=by, now=timezone.now())
    return redirect(reverse("coaching:connections", args=[organization]) + "#upload")


@require_POST
@requires(AWAIT_ARCHIVE)
def archive_here(request: OrganizationRequest, organization: str) -> HttpResponse:
    """An archive need not be waited for any more."""
    by = cast(User, request.user)
    awaited_archives.stop(request.organization, _network(request), by=by, now=timezone.now())
    return redirect(reverse("coaching:connections", args=[organization]) + "#upload")


@require_safe
def progress(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """How far an import is; the page looks again by itself."""
    job = get_object_or_404(request.organization.imports.select_related("connection"), pk=pk)
    return render(request, "coaching/import.html", {"progress": import_progress.of(job, now=timezone.now())})


@require_safe
def progress_fragment(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """The part of the progress page that changes; 286 tells htmx to stop asking."""
    job = get_object_or_404(request.organization.imports.select_related("connection"), pk=pk)
    seen = import_progress.of(job, now=timezone.now())
    return render(
        request, "coaching/_import_progress.html", {"progress": seen}, status=286 if seen.ended else 200
    )
