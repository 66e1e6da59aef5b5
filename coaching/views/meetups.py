"""Meetups as staff plan them, invite to them and stand at their door."""

from functools import partial
from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.permissions import CHECK_IN, PLAN_MEETUPS, OrganizationRequest, open_to_visitors, requires
from coaching.meetup_form import MeetupForm
from coaching.meetups import (
    afterwards,
    calendar_address,
    door,
    invitations,
    name_tags,
    page,
    planning,
    replies,
)
from coaching.models import Meetup
from coaching.tasks import enqueue, send_due_meetup_mails


def _meetup(request: OrganizationRequest, pk: int) -> Meetup:
    found: Meetup = get_object_or_404(request.organization.meetups.select_related("organization"), pk=pk)
    return found


def _by(request: OrganizationRequest) -> User:
    return cast(User, request.user)


def _number(request: OrganizationRequest, name: str) -> int:
    """An id from a form; 404 for what is none."""
    told = request.POST.get(name, "")
    if not (told.isascii() and told.isdigit() and len(told) < 19):
        raise Http404
    return int(told)


@open_to_visitors
@require_safe
def meetups(request: OrganizationRequest, organization: str) -> HttpResponse:
    """What lies ahead and what is over."""
    told = page.build_list(request.organization, now=timezone.now())
    return render(request, "coaching/meetups.html", {"page": told})


@require_POST
@requires(PLAN_MEETUPS)
def renew_calendar(request: OrganizationRequest, organization: str) -> HttpResponse:
    """Gives the calendar a new address, so that nobody follows it by the old one."""
    calendar_address.renew(request.organization, by=_by(request), now=timezone.now())
    messages.success(request, _("The calendar has a new address. The one before shows nothing any more."))
    return redirect("coaching:meetups", request.organization.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(PLAN_MEETUPS)
def new(request: OrganizationRequest, organization: str) -> HttpResponse:
    """Plan a meetup."""
    now = timezone.now()
    form = MeetupForm(request.POST or None, now=now, zone=request.organization.timezone)
    if request.method == "POST" and form.is_valid():
        made = planning.begin(request.organization, form.plan, by=_by(request), now=now)
        messages.success(request, _("Kept. Nobody outside sees it before you make it public."))
        return redirect("coaching:meetup", request.organization.slug, made.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "coaching/meetup_edit.html", {"form": form}, status=status)


@open_to_visitors
@require_safe
def meetup(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """One meetup: who comes, what is to do, what is said about it."""
    told = page.build(_meetup(request, pk), now=timezone.now())
    return render(request, "coaching/meetup.html", {"page": told})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(PLAN_MEETUPS)
def edit(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """Change the plan."""
    one, now = _meetup(request, pk), timezone.now()
    form = MeetupForm(request.POST or None, now=now, meetup=one)
    if request.method == "POST" and form.is_valid():
        told = planning.change(one, form.plan, by=_by(request), now=now)
        messages.success(request, _("Saved. Your guests get a mail about it.") if told else _("Saved."))
        return redirect("coaching:meetup", request.organization.slug, pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "coaching/meetup_edit.html", {"form": form, "meetup": one}, status=status)


@require_POST
@requires(PLAN_MEETUPS)
def decide(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """Make a meetup public, call it off, or delete it."""
    one, now, decision = _meetup(request, pk), timezone.now(), request.POST.get("decision", "")
    if decision == "publish":
        try:
            planning.publish(one, by=_by(request), now=now)
        except planning.Past:
            messages.error(request, _("Its day is over. Change the plan first, then make it public."))
    elif decision == "call_off":
        planning.call_off(one, by=_by(request), now=now)
        transaction.on_commit(partial(enqueue, send_due_meetup_mails))
        messages.success(request, _("Called off. Everybody on the list gets a mail."))
    elif decision == "delete":
        try:
            planning.delete(one, by=_by(request), now=now)
        except planning.StillTelling:
            messages.error(request, _("Its guests are being told right now. Delete it in a few minutes."))
            return redirect("coaching:meetup", request.organization.slug, pk)
        messages.success(request, _("Deleted, with all that was kept about its guests."))
        return redirect("coaching:meetups", request.organization.slug)
    return redirect("coaching:meetup", request.organization.slug, pk)


@require_POST
@requires(PLAN_MEETUPS)
def tasks(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """Tick something off, put something on the list, take something away."""
    one = _meetup(request, pk)
    if "add" in request.POST:
        try:
            planning.add_task(one, request.POST.get("text", ""))
        except ValidationError as wrong:
            messages.error(request, wrong.messages[0])
    elif "drop" in request.POST:
        planning.drop_task(one, _number(request, "drop"))
    else:
        done, task = "done" in request.POST, "done" if "done" in request.POST else "open"
        planning.tick(one, _number(request, task), done=done, by=_by(request), now=timezone.now())
    return redirect(_below(request, pk, "tasks"))


def _below(request: OrganizationRequest, pk: int, part: str) -> str:
    return f"/o/{request.organization.slug}/meetups/{pk}/#{part}"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(PLAN_MEETUPS)
def invite(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """The regulars, with words for each; and who has been written to."""
    one, now = _meetup(request, pk), timezone.now()
    if request.method == "POST":
        written = "written" in request.POST
        number = _number(request, "written" if written else "unwritten")
        message = get_object_or_404(request.organization.messages.select_related("connection"), pk=number)
        invitations.mark(one, message, written=written, by=_by(request), now=now)
        return redirect(f"{request.path}#person-{number}")
    told = invitations.build(one, now=now)
    return render(request, "coaching/meetup_invite.html", {"page": told, "meetup": one})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(CHECK_IN)
def door_list(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """The list at the door: tick off who is here, write down who walks in, take somebody off."""
    one, now, by = _meetup(request, pk), timezone.now(), _by(request)
    if request.method != "POST":
        return render(request, "coaching/meetup_door.html", {"page": door.build(one, now=now)})
    if "here" in request.POST:
        door.welcome(one, _number(request, "here"), by=by, now=now)
    elif "undo" in request.POST:
        door.undo(one, _number(request, "undo"), now=now)
    elif "remove" in request.POST:
        door.remove(one, _number(request, "remove"), by=by, now=now)
    elif not door.walk_in(one, request.POST.get("name", ""), by=by, now=now):
        messages.error(request, _("Write a name; people can be ticked off from twelve hours before."))
    return redirect("coaching:meetup_door", request.organization.slug, pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(CHECK_IN)
def door_pass(request: OrganizationRequest, organization: str, pk: int, code: str) -> HttpResponse:
    """A pass that was scanned: who it is, and the button that ticks them off."""
    one, now = _meetup(request, pk), timezone.now()
    guest = door.by_code(one, code)
    if guest is None:
        return render(request, "coaching/meetup_pass_unknown.html", {"meetup": one}, status=404)
    if request.method == "POST":
        door.welcome(one, guest.pk, by=_by(request), now=now)
        return redirect(request.path)
    told = {"meetup": one, "guest": guest, "open": door.is_open(one, now)}
    return render(request, "coaching/meetup_pass.html", told)


@require_safe
@requires(CHECK_IN)
def tags(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """Name tags to print."""
    one = _meetup(request, pk)
    name_tags.note_printing(one, by=_by(request), now=timezone.now())
    answer = HttpResponse(name_tags.pdf(one, name_tags.build(one)), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="name-tags-{one.pk}.pdf"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@requires(CHECK_IN)
def after(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """Who came, whom to thank, and how people talked before and after."""
    one, now = _meetup(request, pk), timezone.now()
    if request.method == "POST":
        written = "written" in request.POST
        number = _number(request, "written" if written else "unwritten")
        guest = get_object_or_404(replies.guests(one), pk=number)
        invitations.mark_thanked(one, guest, written=written, by=_by(request), now=now)
        return redirect(f"{request.path}#guest-{number}")
    if now < one.ends_at:
        return redirect("coaching:meetup", request.organization.slug, pk)
    return render(request, "coaching/meetup_after.html", {"page": afterwards.build(one, now=now)})
