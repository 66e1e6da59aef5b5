"""Who belongs to an organization: looking, inviting, changing roles, removing, leaving, handing over."""

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import inviting, tasks
from accounts import members as belonging
from accounts.member_form import InviteForm, RoleForm
from accounts.models import Membership, Role, User
from accounts.permissions import LEAVE, MANAGE_MEMBERS, TRANSFER, OrganizationRequest, may, requires


@require_http_methods(["GET", "HEAD", "POST"])
def members(request: OrganizationRequest, organization: str) -> HttpResponseBase:
    """The members and who may do what; owners also see the invitations and invite."""
    if request.method == "POST":
        return invite(request, organization)
    return _page(request, InviteForm())


@requires(MANAGE_MEMBERS)
def invite(request: OrganizationRequest, organization: str) -> HttpResponse:
    """Invites somebody; a worker sends the mail."""
    form = InviteForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = inviting.invite(
                request.organization,
                given["email"],
                Role(given["role"]),
                by=cast(User, request.user),
                now=timezone.now(),
            )
        except ValidationError as wrong:
            form.add_error("email", wrong)
        else:
            tasks.enqueue_on_commit(tasks.mail_invitation, (made.pk,))
            messages.success(request, _("Invited. The mail is on its way; the link works for seven days."))
            return redirect("accounts:members", request.organization.slug)
    return _page(request, form, status=422)


@require_POST
@requires(MANAGE_MEMBERS)
def invite_again(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """Sends an invitation again, with a new link."""
    kept = get_object_or_404(request.organization.invitations.select_related("organization"), pk=pk)
    by = cast(User, request.user)
    try:
        made = inviting.send_again(kept, by=by, now=timezone.now())
    except ValidationError as wrong:
        messages.error(request, " ".join(wrong.messages))
    else:
        tasks.enqueue_on_commit(tasks.mail_invitation, (made.pk,))
        messages.success(request, _("A new mail is on its way; the earlier link no longer works."))
    return redirect("accounts:members", request.organization.slug)


@require_POST
@requires(MANAGE_MEMBERS)
def invite_not(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """Takes an invitation back."""
    kept = get_object_or_404(request.organization.invitations.select_related("organization"), pk=pk)
    inviting.revoke(kept, by=cast(User, request.user), now=timezone.now())
    messages.success(request, _("Taken back. The link no longer works."))
    return redirect("accounts:members", request.organization.slug)


@require_POST
@requires(MANAGE_MEMBERS)
def role(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """Gives a member another role."""
    place, form = _place(request, pk), RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the three roles."))
        return redirect("accounts:members", request.organization.slug)
    chosen = Role(form.cleaned_data["role"])
    now, by = timezone.now(), cast(User, request.user)
    return _done(
        request,
        lambda: belonging.change_role(request.organization, place.pk, chosen, by=by, now=now),
        _("%(who)s has the role %(role)s now.") % {"who": place.user, "role": chosen.label},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(MANAGE_MEMBERS)
def remove(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """Asks, then ends a membership."""
    place = _place(request, pk)
    if request.method != "POST":
        return render(request, "accounts/member_remove.html", {"place": place})
    now, by = timezone.now(), cast(User, request.user)
    said = _("%(who)s is no longer a member.") % {"who": place.user}
    return _done(request, lambda: belonging.remove(request.organization, pk, by=by, now=now), said)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(TRANSFER)
def hand_over(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """Asks, then makes another member the owner."""
    place = _place(request, pk)
    if request.method != "POST":
        return render(request, "accounts/member_hand_over.html", {"place": place})
    now, by = timezone.now(), cast(User, request.user)
    said = _("%(who)s owns the organization now.") % {"who": place.user}
    return _done(request, lambda: belonging.hand_over(request.organization, pk, by=by, now=now), said)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(LEAVE)
def leave(request: OrganizationRequest, organization: str) -> HttpResponse:
    """Asks, then ends one's own membership."""
    user = cast(User, request.user)
    place = get_object_or_404(belonging.of(request.organization), user=user)
    if request.method != "POST":
        return render(request, "accounts/member_leave.html", {"place": place})
    now = timezone.now()
    return _done(
        request,
        lambda: belonging.leave(request.organization, user, now=now),
        _("You have left %(name)s.") % {"name": request.organization.name},
        then="coaching:home",
    )


def _place(request: OrganizationRequest, pk: int) -> Membership:
    return get_object_or_404(belonging.of(request.organization), pk=pk)


def _done(request: OrganizationRequest, deed: Callable[[], None], said: str, then: str = "") -> HttpResponse:
    """Does it and says so, or says why it cannot be done."""
    try:
        deed()
    except ValidationError as wrong:
        messages.error(request, " ".join(wrong.messages))
    else:
        messages.success(request, said)
        if then:
            return redirect(then)
    return redirect("accounts:members", request.organization.slug)


def _page(request: OrganizationRequest, form: InviteForm, status: int = 200) -> HttpResponse:
    manages = may(request, MANAGE_MEMBERS)
    user = cast(User, request.user)
    page = belonging.page(request.organization, user, manages=manages, now=timezone.now())
    context = {"page": page, "form": form, "manages": manages}
    return render(request, "accounts/members.html", context, status=status)
