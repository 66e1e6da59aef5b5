"""Who waits for an answer, one conversation, and what staff decide about it."""

from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.permissions import ANSWER, OrganizationRequest, open_to_visitors, requires
from coaching import conversation_marks, conversation_page
from coaching.models import ConversationMark


@open_to_visitors
@require_safe
def conversations(request: OrganizationRequest, organization: str) -> HttpResponse:
    """Everybody who waits, the most urgent first."""
    asked = request.GET.get("from", "")
    first = min(int(asked), 100_000) if asked.isdecimal() and len(asked) < 7 else 0
    page = conversation_page.page(request.organization, now=timezone.now(), first=first)
    return render(request, "coaching/conversations.html", {"page": page})


@open_to_visitors
@require_safe
def conversation(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """The thread in which a message stands."""
    message = get_object_or_404(
        request.organization.messages.select_related("connection", "organization"), pk=pk
    )
    page = conversation_page.thread(message, now=timezone.now())
    return render(request, "coaching/conversation.html", {"page": page})


@require_POST
@requires(ANSWER)
def decide(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """Claims, settles or takes back."""
    found = request.organization.messages.select_related("connection__organization", "organization")
    message = get_object_or_404(found, pk=pk)
    by = cast(User, request.user)
    claim = conversation_marks.decide(message, request.POST.get("decision", ""), by=by, now=timezone.now())
    if claim is not None and claim.by != by:
        until = timezone.localtime(claim.until, request.organization.zone)
        messages.warning(
            request,
            _("%(who)s was quicker and is answering this until %(time)s.")
            % {"who": claim.by, "time": date_format(until, "TIME_FORMAT")},
        )
    if request.POST.get("decision") in ConversationMark.Mark.values:
        messages.success(
            request, _("Off the list. Below, under “Taken off the list by you”, you can put it back.")
        )
    if request.POST.get("back") == "thread":
        return redirect("coaching:conversation", request.organization.slug, message.pk)
    return redirect("coaching:conversations", request.organization.slug)
