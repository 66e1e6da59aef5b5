"""Receivers of webhooks, for owners."""

from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.permissions import MANAGE_WEBHOOKS, OrganizationRequest, requires
from coaching import hooks, tasks
from coaching.forms import HookForm
from coaching.models import WebhookDelivery, WebhookEndpoint


@require_http_methods(["GET", "HEAD", "POST"])
@requires(MANAGE_WEBHOOKS)
def webhooks(request: OrganizationRequest, organization: str) -> HttpResponse:
    """The receivers and their log; adding one shows its secret this once."""
    form = HookForm(request.POST or None)
    page = hooks.page(request.organization)
    if request.method == "POST" and form.is_valid() and page.room:
        url, events = form.cleaned_data["url"], form.cleaned_data["events"]
        by = cast(User, request.user)
        pk, secret = hooks.add(request.organization, url, events, by=by, now=timezone.now())
        form, page = HookForm(), hooks.page(request.organization, secret=secret, of=pk)
    context = {"form": form, "page": page}
    return render(request, "coaching/webhooks.html", context, status=422 if form.errors else 200)


@require_POST
@requires(MANAGE_WEBHOOKS)
def change(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """Tests a receiver, gives it a new secret, switches it off or on, or takes it away."""
    endpoint: WebhookEndpoint = get_object_or_404(
        request.organization.webhookendpoints.select_related("organization"), pk=pk
    )
    what, by, now = request.POST.get("what"), cast(User, request.user), timezone.now()
    if what == "secret":
        page = hooks.page(request.organization, secret=hooks.rotate(endpoint, by=by, now=now), of=pk)
        return render(request, "coaching/webhooks.html", {"form": HookForm(), "page": page})
    if what == "test" and endpoint.off_since is None:
        hooks.ping(endpoint, now=now)
        messages.success(request, _("A test is on its way; look at the log in a moment."))
    elif what in ("on", "off"):
        hooks.switch(endpoint, on=what == "on", by=by, now=now)
    elif what == "remove":
        hooks.remove(endpoint, by=by, now=now)
        messages.success(request, _("The receiver is gone, and its log with it."))
    return redirect("coaching:webhooks", request.organization.slug)


@require_POST
@requires(MANAGE_WEBHOOKS)
def repeat(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """Sends one delivery again."""
    one: WebhookDelivery = get_object_or_404(
        request.organization.webhookdeliverys.filter(endpoint__off_since__isnull=True), pk=pk
    )
    if hooks.repeat(one, now=timezone.now()):
        tasks.enqueue_on_commit(tasks.send_hook, (request.organization.pk, one.pk))
        messages.success(request, _("It is being sent again."))
    return redirect("coaching:webhooks", request.organization.slug)
