"""What is kept about members of the public, and how they have themselves forgotten; no login is needed."""

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views import too_many
from coaching import tasks
from coaching.being_forgotten import asking, carrying_out
from coaching.erasing import carrying_out as carrying_out_erasure
from coaching.forget_form import ForgetForm, WhoForm
from coaching.models import Erasure, ForgetRequest


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about people who write to an organization, why, how long, and how to be forgotten."""
    context = {"days": settings.OTHERS_TEXT_DAYS, "backup_days": settings.BACKUP_DAYS}
    return render(request, "coaching/privacy.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def forget_me(request: HttpRequest) -> HttpResponse:
    """Somebody asks to be forgotten; nothing says whether we know them."""
    if request.method != "POST":
        return render(request, "coaching/forget_me.html", {"form": ForgetForm()})
    form = ForgetForm(request.POST)
    if not form.is_valid():
        return render(request, "coaching/forget_me.html", {"form": form}, status=422)
    if not ratelimit.consume(request, action="forget"):
        return too_many.answer(request)
    if not form.by_a_program:
        told = form.cleaned_data
        asking.ask(told["network"], told["handle"], told["email"], now=timezone.now())
        tasks.enqueue_on_commit(tasks.send_pending_mails, ())
    return render(request, "coaching/forget_asked.html", {"email": form.cleaned_data["email"]})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Opens from the mail; a button confirms, as programs that scan mails open links, too."""
    found = asking.find(token)
    if found is None:
        return _private(render(request, "coaching/forget_gone.html", status=410))
    if request.method == "POST":
        asking.confirm(found, now=timezone.now())
    if request.method == "POST" or found.state != ForgetRequest.State.ASKED:
        return _private(redirect("coaching:forget_status", found.code))
    return _private(render(request, "coaching/forget_confirm.html", {"found": found}))


@login_not_required
@require_safe
def request_status(request: HttpRequest, code: str) -> HttpResponse:
    """How far a request is, for whoever has its code."""
    found = get_object_or_404(ForgetRequest, code=code)
    return _private(render(request, "coaching/forget_status.html", {"found": found}))


@login_not_required
@require_safe
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """What was erased of an organization, for whoever has the code."""
    found = get_object_or_404(Erasure, code=code, undone_at__isnull=True)
    rows = carrying_out_erasure.in_words(found.erased)
    context = {"erasure": found, "rows": rows, "backup_days": settings.BACKUP_DAYS}
    return _private(render(request, "coaching/erasure_receipt.html", context))


# Operators alone, with a second step, as in the admin.
@admin.site.admin_view
@require_http_methods(["GET", "HEAD", "POST"])
def staff(request: HttpRequest) -> HttpResponse:
    """Operators decide requests, and forget somebody who wrote to them."""
    form = WhoForm(request.POST if "handle" in request.POST else None)
    if request.method == "POST":
        if asked := request.POST.get("request", ""):
            return _decided(request, int(asked) if asked.isdecimal() and len(asked) < 19 else 0)
        if form.is_valid():
            told = form.cleaned_data
            done = carrying_out.forget(told["network"], told["handle"], now=timezone.now())
            messages.success(request, _said(done))
            return redirect("coaching:staff_forget")
    waiting = [(one, len(carrying_out.named(one.network, one.handle))) for one in asking.waiting()[:50]]
    status = 422 if request.method == "POST" else 200
    return _private(
        render(request, "coaching/staff_forget.html", {"form": form, "waiting": waiting}, status=status)
    )


def _decided(request: HttpRequest, request_id: int) -> HttpResponse:
    do = request.POST.get("decision") == "forget"
    done = carrying_out.decide(request_id, do=do, now=timezone.now())
    if done is None:
        messages.info(request, _("That was decided already."))
    else:
        tasks.enqueue_on_commit(tasks.send_pending_mails, ())
        messages.success(request, _said(done) if do else _("They get a mail that says so."))
    return redirect("coaching:staff_forget")


def _said(done: carrying_out.Forgotten) -> str:
    if not done.messages:
        return _("We hold no message of theirs; if there should be one, look at how the handle is spelled.")
    said = ngettext(
        "Forgotten, with %(n)s message. They will not come back.",
        "Forgotten, with %(n)s messages. They will not come back.",
        done.messages,
    )
    return said % {"n": done.messages}


def _private(response: HttpResponse) -> HttpResponse:
    """Nobody may keep or find these pages."""
    patch_cache_control(response, private=True, no_store=True)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
