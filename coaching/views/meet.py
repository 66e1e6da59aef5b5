"""The public pages of a meetup: what it is, signing up, one's own place, the pass, the calendar."""

from collections.abc import Callable, Mapping
from functools import partial, wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods, require_safe

from accounts import access, dressing
from accounts.middleware import visitor_address
from accounts.tenancy import scope
from coaching import tasks
from coaching.meetup_form import GuestForm, ReplyForm
from coaching.meetups import calendar, calendar_address, links, often, public_page, replies
from coaching.models import Meetup, MeetupGuest

PublicView = Callable[..., HttpResponse]


def _of_a_meetup(view: Callable[..., HttpResponse]) -> PublicView:
    """Finds the public meetup that the address names, opens its organization's scope, and hides the page."""

    @login_not_required
    @wraps(view)
    def found(request: HttpRequest, token: str, **arguments: str) -> HttpResponse:
        place = links.place(token)
        if place is None:
            raise Http404
        with scope([place.organization_id]):
            meetup = (
                Meetup.across_organizations.select_related("organization")
                .filter(organization=place.organization_id, pk=place.meetup_id)
                .exclude(state=Meetup.State.DRAFT)
                .first()
            )
            if meetup is None:
                raise Http404
            with meetup.organization.customs(), timezone.override(meetup.zone):
                try:
                    answer = view(request, meetup, **arguments)
                except replies.Gone:  # by another press of a button, in this very moment
                    answer = _page(request, "meet_gone", meetup, status=410)
        return _hidden(answer)

    return found


def _hidden(answer: HttpResponse) -> HttpResponse:
    """No search engine lists it and no proxy keeps it."""
    patch_cache_control(answer, private=True, no_store=True)
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _page(
    request: HttpRequest, name: str, meetup: Meetup, more: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """One of the public pages, in the dress of whose meetup it is."""
    dress = dressing.of(meetup.organization, at=timezone.now())
    told = {"meetup": meetup, "dress": dress, **(more or {})}
    return render(request, f"coaching/{name}.html", told, status=status)


def _hurry(meetup: Meetup) -> None:
    """Has what was just written down mailed at once; beat would find it a little later."""
    transaction.on_commit(partial(tasks.enqueue, tasks.send_due_meetup_mails))


@require_http_methods(["GET", "HEAD", "POST"])
@_of_a_meetup
def meet(request: HttpRequest, meetup: Meetup) -> HttpResponse:
    """What, when and where; and the form of whoever wants to come."""
    now = timezone.now()
    form = ReplyForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if not often.may_ask(visitor_address(request), meetup.pk, now=now):
            return _page(request, "meet_later", meetup, status=429)
        if form.is_valid():
            return _ask(request, meetup, form)
        status = 422
    page = public_page.build(meetup, now=now)
    return _public(request, page, form, status)


def _public(request: HttpRequest, page: public_page.PublicPage, form: ReplyForm, status: int) -> HttpResponse:
    return _page(request, "meet", page.meetup, {"page": page, "form": form}, status=status)


def _ask(request: HttpRequest, meetup: Meetup, form: ReplyForm) -> HttpResponse:
    if not form.by_a_machine:
        try:
            replies.ask(meetup, form.wish, now=timezone.now())
        except replies.Closed:
            page = public_page.build(meetup, now=timezone.now())
            return _public(request, page, form, 422)
        except replies.Busy:
            return _page(request, "meet_later", meetup, status=429)
        _hurry(meetup)
    return redirect("coaching:meet_asked", meetup.token)


@require_safe
@_of_a_meetup
def asked(request: HttpRequest, meetup: Meetup) -> HttpResponse:
    """Check your mail: the same words for everybody, whether they are on the list already or not."""
    return _page(request, "meet_asked", meetup, {"page": public_page.build(meetup, now=timezone.now())})


@require_http_methods(["GET", "HEAD", "POST"])
@_of_a_meetup
def mine(request: HttpRequest, meetup: Meetup, key: str) -> HttpResponse:
    """A guest's own place: confirm, change, cancel, delete; a GET, as mail scanners send, only looks."""
    guest = public_page.guest_of(meetup, key)
    if guest is None:
        return _page(request, "meet_gone", meetup, status=410)
    if request.method == "POST":
        return _change_mine(request, meetup, guest)
    return _my_page(request, meetup, guest, GuestForm(initial=_known(guest)))


def _change_mine(request: HttpRequest, meetup: Meetup, guest: MeetupGuest) -> HttpResponse:
    now, what = timezone.now(), request.POST.get("what", "")
    if what == "delete":
        replies.delete(guest, now=now)
        _hurry(meetup)
        return _page(request, "meet_gone", meetup, {"deleted": True})
    if what == "confirm":
        try:
            guest = replies.confirm(guest, now=now)
        except replies.Closed:
            return redirect(request.path)
    elif what == "cancel":
        replies.cancel(guest, now=now)
    elif what == "change":
        form = GuestForm(request.POST)
        if not form.is_valid():
            return _my_page(request, meetup, guest, form, status=422)
        network, handle = form.handle_given
        replies.change(guest, name=form.cleaned_data["name"], network=network, handle=handle)
        return redirect(f"{request.path}?saved=1")
    _hurry(meetup)
    return redirect(request.path)


def _known(guest: MeetupGuest) -> dict[str, object]:
    network = guest.network or GuestForm.base_fields["network"].initial
    return {"name": guest.name, "handle": guest.handle, "network": network, "link": bool(guest.handle)}


def _my_page(
    request: HttpRequest, meetup: Meetup, guest: MeetupGuest, form: GuestForm, status: int = 200
) -> HttpResponse:
    told = {
        "page": public_page.build_mine(meetup, guest, now=timezone.now()),
        "form": form,
        "saved": "saved" in request.GET,
    }
    return _page(request, "meet_mine", meetup, told, status=status)


@require_safe
@_of_a_meetup
def guest_pass(request: HttpRequest, meetup: Meetup, code: str) -> HttpResponse:
    """What the picture on a pass opens: for staff the door, for everybody else which meetup it is for."""
    if request.user.is_authenticated:
        way = access.enter(request.user, meetup.organization.slug, at=timezone.now())
        if way is not None:
            return redirect("coaching:meetup_pass", meetup.organization.slug, meetup.pk, code)
    page = public_page.build(meetup, now=timezone.now())
    return _page(request, "meet_pass", meetup, {"page": page, "code": code})


@require_safe
@_of_a_meetup
def file(request: HttpRequest, meetup: Meetup) -> HttpResponse:
    """The meetup for a calendar."""
    answer = HttpResponse(calendar.file(meetup), content_type=calendar.FILE_TYPE)
    answer["Content-Disposition"] = 'attachment; filename="meetup.ics"'
    return answer


@login_not_required
@require_safe
def whole_calendar(request: HttpRequest, key: str) -> HttpResponse:
    """All public meetups of an organization, for calendars to follow."""
    organization = calendar_address.find(key)
    if organization is None:
        raise Http404
    with scope([organization.pk]), organization.customs():
        shown = (
            organization.meetups.select_related("organization")
            .exclude(state=Meetup.State.DRAFT)
            .filter(ends_at__gt=timezone.now() - calendar.SHOWN)
            .order_by("starts_at", "pk")
        )
        answer = HttpResponse(calendar.feed(organization, shown), content_type=calendar.FILE_TYPE)
    return _hidden(answer)
