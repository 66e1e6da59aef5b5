"""Checking oneself, and letting an organization know that it can: without a login, and nothing is kept."""

from datetime import timedelta
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import limits
from accounts.middleware import visitor_address
from coaching import self_check
from coaching.knowing_form import NoteForm, SelfCheckForm

OFTEN, WITHIN = 20, timedelta(minutes=10)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def check_yourself(request: HttpRequest) -> HttpResponse:
    """Up to twenty posts of one's own, judged at once and forgotten."""
    if request.method != "POST":
        return render(request, "coaching/check_yourself.html", {"form": SelfCheckForm()})
    now, form, checked, status = timezone.now(), SelfCheckForm(request.POST), None, 422
    if form.is_valid():
        if limits.allowed(
            "check", visitor_address(request), most=OFTEN, within=WITHIN, at=now, without_cache=True
        ):
            posts = self_check.split(form.cleaned_data["posts"])
            checked, status = self_check.check(posts, form.cleaned_data["network"], now=now), 200
        else:
            form.add_error(None, _("That was a lot in a short time. Wait ten minutes, then go on."))
            status = 429
    answer = render(
        request, "coaching/check_yourself.html", {"form": form, "checked": checked}, status=status
    )
    patch_cache_control(answer, private=True, no_store=True)
    return answer


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def let_them_know(request: HttpRequest) -> HttpResponse:
    """A kind note to an organization; its writer sends it with their own mail program."""
    form = NoteForm(request.POST if request.method == "POST" else None, initial={"note": _note()})
    wrong = form.is_bound and not form.is_valid()
    note = form.cleaned_data["note"] if form.is_bound and not wrong else _note()
    context = {
        "form": form,
        "note": note,
        "subject": _subject(),
        "mail_url": f"mailto:?subject={quote(_subject())}&body={quote(note)}",
        "written": form.is_bound and not wrong,
    }
    answer = render(request, "coaching/let_them_know.html", context, status=422 if wrong else 200)
    if form.is_bound:
        patch_cache_control(answer, private=True, no_store=True)
    return answer


def _subject() -> str:
    return _("Talking with people, not only to them")


def _note() -> str:
    """The note to begin with."""
    return _(
        "Hello,\n\n"
        "I like what you do, and I would enjoy talking with you about it online as well as hearing your "
        "news.\n\n"
        "There is a page where you can paste a few of your own posts and see in a minute how many of them "
        "talk with people, and what you could try. It costs nothing and keeps nothing of what you paste:\n\n"
        "%(url)s\n\n"
        "I send you this myself. Nobody has looked at your posts for it.\n\n"
        "Kind regards"
    ) % {"url": settings.BASE_URL + reverse("coaching:check_yourself")}
