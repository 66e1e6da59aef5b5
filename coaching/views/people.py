"""The people an organization talks with."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.permissions import FORGET_PEOPLE, KEEP_PEOPLE, OrganizationRequest, open_to_visitors, requires
from coaching import people as use_case
from coaching import person_page
from coaching.models import Message


def _message(request: OrganizationRequest, pk: int) -> Message:
    found = request.organization.messages.select_related("connection", "organization")
    message: Message = get_object_or_404(found, pk=pk)
    return message


@open_to_visitors
@require_safe
def people(request: OrganizationRequest, organization: str) -> HttpResponse:
    """Regulars, new voices, and whom we have not talked with lately."""
    page = use_case.build(request.organization, now=timezone.now(), asked=request.GET.get("q", ""))
    return render(request, "coaching/people.html", {"page": page})


@open_to_visitors
@require_safe
def person(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """What somebody said to us and whether we answered."""
    return _person(request, _message(request, pk))


@require_POST
@requires(KEEP_PEOPLE)
def change(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """Writes a note, deletes one, hides or shows somebody."""
    message, by = _message(request, pk), cast(User, request.user)
    note = request.POST.get("delete_note", "")
    if note.isdecimal() and len(note) < 19:
        person_page.delete_note(request.organization, message, int(note), by=by, now=timezone.now())
    else:
        what, text = request.POST.get("what", ""), request.POST.get("text", "")
        try:
            person_page.change(request.organization, message, what, text=text, by=by, now=timezone.now())
        except ValidationError as wrong:
            return _person(request, message, typed=text, trouble=wrong.messages[0], status=422)
    return redirect("coaching:person", request.organization.slug, pk)


def _person(
    request: OrganizationRequest, message: Message, *, typed: str = "", trouble: str = "", status: int = 200
) -> HttpResponse:
    page = person_page.build(request.organization, message)
    context = {"page": page, "typed": typed, "trouble": trouble}
    return render(request, "coaching/person.html", context, status=status)


@require_POST
@requires(FORGET_PEOPLE)
def forget(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """Forgets somebody for good; they do not come back with the next reading."""
    by = cast(User, request.user)
    gone = person_page.forget(request.organization, _message(request, pk), by=by, now=timezone.now())
    told = ngettext(
        "Forgotten, with %(n)s message. They will not come back.",
        "Forgotten, with %(n)s messages. They will not come back.",
        gone,
    )
    messages.success(request, told % {"n": gone})
    return redirect("coaching:people", request.organization.slug)


@require_safe
@requires(FORGET_PEOPLE)
def held(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """Everything held about somebody, as a file to send to them."""
    by = cast(User, request.user)
    told = person_page.held(request.organization, _message(request, pk), by=by, now=timezone.now())
    answer = JsonResponse(told)
    answer["Content-Disposition"] = 'attachment; filename="what-we-hold.json"'
    return answer
