"""To a network for consent and back: connecting handles and Pages."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.middleware import visitor_address
from accounts.models import Organization, User
from accounts.permissions import CONNECT, OrganizationRequest, requires
from accounts.tenancy import scope
from coaching import connect, connect_wording, network_apps, tasks
from coaching.models import Connection
from coaching.networks.contract import Network, Refused, TryLater
from coaching.views.connections import consent_elsewhere


@require_POST
@requires(CONNECT)
def begin(request: OrganizationRequest, organization: str, network: Network) -> HttpResponse:
    """Sends the browser to the network, which asks for consent."""
    if request.organization.trial_ends_at:
        messages.info(request, _("A trial reads archives. After you keep it you can connect accounts."))
        return redirect("coaching:connections", organization)
    if network_apps.missing(network):
        return redirect("coaching:connections", organization)
    named = request.POST.get("connection", "")
    again = request.organization.connections.filter(
        pk=named if named.isdecimal() else None, network=network
    ).first()
    url = connect.begin(
        request.session,
        request.organization,
        network,
        by=cast(User, request.user),
        now=timezone.now(),
        connection=again,
        businesses=bool(request.POST.get("businesses")),
    )
    return redirect(url)


@require_safe
def connected_x(request: HttpRequest) -> HttpResponse:
    """Where X sends people back to."""
    return _answered(request, Network.TWITTER)


@require_safe
def connected_facebook(request: HttpRequest) -> HttpResponse:
    """Where Facebook sends people back to."""
    return _answered(request, Network.FACEBOOK)


def _answered(request: HttpRequest, network: Network) -> HttpResponse:
    user, told, now = cast(User, request.user), request.GET.dict(), timezone.now()
    asked = None
    try:
        asked = connect.answered(request.session, network, told, by=user, now=now)
        origin = audit.Origin(visitor_address(request), asked.practice_id)
        with scope([asked.organization.pk]), audit.coming_from(origin):
            if network is Network.TWITTER:
                made = [connect.finish_x(asked, told, by=user, now=now)]
            else:
                connect.finish_facebook(request.session, asked, told, now=now)
                return redirect("coaching:connect_pages", asked.organization.slug)
    except (Refused, TryLater) as fault:
        return problem(request, fault, network, asked.organization if asked else None)
    return _done(request, asked.organization, made)


@require_safe
@consent_elsewhere
def pages(request: OrganizationRequest, organization: str) -> HttpResponse:
    """The Pages that somebody may connect, to choose several at once."""
    try:
        seen = connect.choice(request.session, request.organization, now=timezone.now())
    except Refused as fault:
        return problem(request, fault, Network.FACEBOOK, request.organization)
    known = set(
        request.organization.connections.filter(network=Network.FACEBOOK, access=Connection.Access.API)
        .exclude(state=Connection.State.DISCONNECTED)
        .values_list("external_id", flat=True)
    )
    again = request.organization.connections.filter(pk=seen.connection_id).first()
    if not seen.pages:
        return problem(request, Refused("no_page"), Network.FACEBOOK, request.organization)
    context = {"choice": seen, "known": known, "again": again}
    return render(request, "coaching/connect_pages.html", context)


@require_POST
@requires(CONNECT)
def choose(request: OrganizationRequest, organization: str) -> HttpResponse:
    """Connects the chosen Pages."""
    try:
        made = connect.choose(
            request.session,
            request.organization,
            request.POST.getlist("page"),
            by=cast(User, request.user),
            now=timezone.now(),
        )
    except Refused as fault:
        return problem(request, fault, Network.FACEBOOK, request.organization)
    return _done(request, request.organization, made)


def _done(request: HttpRequest, organization: Organization, made: list[Connection]) -> HttpResponse:
    tasks.enqueue_on_commit(tasks.refresh_connection, *((organization.pk, one.pk) for one in made))
    said = ngettext(
        "%(name)s is connected. Its posts appear here while we read.",
        "%(count)s accounts are connected. Their posts appear here while we read.",
        len(made),
    )
    messages.success(request, said % {"name": made[0].name, "count": len(made)})
    return redirect("coaching:connections", organization.slug)


def problem(
    request: HttpRequest,
    fault: Refused | TryLater,
    network: Network,
    organization: Organization | None,
) -> HttpResponse:
    """A clear page about why an account could not be connected, and what to do."""
    name = str(Connection.Network(network).label)
    said = connect_wording.explain(fault, name)
    status = 503 if isinstance(fault, TryLater) else 400
    context = {"said": said, "network": network, "network_name": name, "of": organization}
    return render(request, "coaching/connect_problem.html", context, status=status)
