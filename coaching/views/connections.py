"""Where posts come from: connections, uploads and their progress."""

from typing import cast

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Role, User
from accounts.permissions import OrganizationRequest, requires
from coaching import import_progress, import_wording, importing, tasks
from coaching.forms import UploadForm
from coaching.networks.contract import Unreadable


@require_safe
def connections(request: OrganizationRequest, organization: str) -> HttpResponse:
    """The organization's connections and how to add one."""
    form = UploadForm(connections=request.organization.connections.all())
    return _page(request, form)


def _page(request: OrganizationRequest, form: UploadForm, status: int = 200) -> HttpResponse:
    found = list(request.organization.connections.order_by("network", "handle"))
    recent = [import_progress.of(job) for job in request.organization.imports.order_by("-pk")[:5]]
    context = {"connections": found, "form": form, "imports": recent}
    return render(request, "coaching/connections.html", context, status=status)


@require_POST
@requires(Role.EDITOR)
def upload(request: OrganizationRequest, organization: str) -> HttpResponse:
    """Takes an archive and hands it to a worker."""
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
    transaction.on_commit(lambda: tasks.import_archive.delay(job.organization_id, job.pk))
    return redirect("coaching:import", request.organization.slug, job.pk)


@require_safe
def progress(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """How far an import is; the page looks again by itself."""
    job = get_object_or_404(request.organization.imports.select_related("connection"), pk=pk)
    return render(request, "coaching/import.html", {"progress": import_progress.of(job)})


@require_safe
def progress_fragment(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """The part of the progress page that changes; 286 tells htmx to stop asking."""
    job = get_object_or_404(request.organization.imports.select_related("connection"), pk=pk)
    seen = import_progress.of(job)
    return render(
        request, "coaching/_import_progress.html", {"progress": seen}, status=286 if seen.ended else 200
    )
