"""A day's trial: asking for it, opening it by the link of the mail, keeping it."""

from datetime import timedelta
from typing import cast

from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import audit, limits
from accounts.middleware import visitor_address
from accounts.models import Trial, User
from accounts.tasks import enqueue_on_commit, mail_trial
from accounts.trial_form import TrialForm
from accounts.trials import asking, opening

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
OFTEN, WITHIN = 5, timedelta(hours=1)
ALL_TOGETHER = 200
"""Mails in an hour, whoever asks."""


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def trial(request: HttpRequest) -> HttpResponse:
    """Asking for it. What we know of an address is told to its mailbox alone."""
    form = TrialForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return _private(render(request, "accounts/trial.html", {"form": form}, status=status))
    now = timezone.now()
    if not _may_ask(request):
        form.add_error(None, _("That was a lot in a short time. Try again in an hour."))
        return _private(render(request, "accounts/trial.html", {"form": form}, status=429))
    if not form.cleaned_data["website"]:
        asked = asking.ask(form.cleaned_data["email"], form.cleaned_data["name"], now=now)
        if asked is not None:
            enqueue_on_commit(mail_trial, (asked.pk,))
    return _private(render(request, "accounts/trial_asked.html", {"email": form.cleaned_data["email"]}))


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def open_trial(request: HttpRequest, token: str) -> HttpResponse:
    """What the link opens. A GET, which mail scanners send too, only shows the button."""
    found, now = asking.find(token), timezone.now()
    if found is None:
        raise Http404
    if request.method == "POST":
        with audit.coming_from(audit.Origin(visitor_address(request))):
            user = opening.enter(found, now=now)
        if user is not None:
            return _private(_logged_in(request, user))
        found.refresh_from_db()
    state = found.state(now)
    known = opening.known(found)
    over = known or state in (Trial.State.LATE, Trial.State.KEPT, Trial.State.ERASED)
    context = {"trial": found, "state": state.value, "known": known}
    return _private(render(request, "accounts/trial_open.html", context, status=410 if over else 200))


def _logged_in(request: HttpRequest, user: User) -> HttpResponse:
    kept = opening.of(user)
    organization = opening.organization_of(kept) if kept else None
    if kept is None or organization is None or kept.erase_at is None:
        raise Http404
    login(request, user, backend=BACKEND)
    request.session.set_expiry(kept.erase_at)
    if kept.state(timezone.now()) is Trial.State.OVER:
        return redirect("accounts:trial_keep")
    return redirect("coaching:connections", organization.slug)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest) -> HttpResponse:
    """Signing up: a password, and the trial is an organization like any other."""
    user, now = cast(User, request.user), timezone.now()
    found = opening.of(user)
    organization = opening.organization_of(found) if found else None
    if found is None or organization is None:
        raise Http404
    form = None if user.has_usable_password() else SetPasswordForm(user, request.POST or None)
    context = {
        "trial": found,
        "kept": organization,
        "form": form,
        "over": found.state(now) is Trial.State.OVER,
    }
    if request.method != "POST" or (form is not None and not form.is_valid()):
        status = 422 if request.method == "POST" else 200
        return _private(render(request, "accounts/trial_keep.html", context, status=status))
    with audit.coming_from(audit.Origin(visitor_address(request))):
        if opening.keep(found, by=user, now=now) is None:
            raise Http404
    if form is not None:
        form.save()
        update_session_auth_hash(request, user)
    messages.success(request, _("It is yours now, with everything in it. Welcome."))
    return redirect("coaching:dashboard", organization.slug)


def _may_ask(request: HttpRequest) -> bool:
    now = timezone.now()
    return limits.allowed(
        "trial", visitor_address(request), most=OFTEN, within=WITHIN, at=now, without_cache=False
    ) and limits.allowed("trials", None, most=ALL_TOGETHER, within=WITHIN, at=now, without_cache=False)


def _private(answer: HttpResponse) -> HttpResponse:
    patch_cache_control(answer, private=True, no_store=True)
    answer["Referrer-Policy"] = "same-origin"
    return answer
