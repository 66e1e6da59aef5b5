"""What links of practices open, also for those who have no account yet; and how a practice looks."""

from typing import Any, cast

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_http_methods, require_safe

from accounts import audit, tasks
from accounts.branding import brand
from accounts.middleware import visitor_address
from accounts.models import Practice, PracticeLink, User
from accounts.practices import clients, consultants, handover, links, look, reply_to
from accounts.practices.links import Found

Kind, State = PracticeLink.Kind, PracticeLink.State
_WANTED = "practice_link_wanted"


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """What is offered, who offers it, and the one button; whoever has no account makes one on the way."""
    seen = links.find(token)
    if seen is None:
        return _private(render(request, "accounts/practices/link_gone.html", {}, status=404))
    if seen.link.state(timezone.now()) is not State.OPEN:
        return _private(_over(request, seen))
    user = request.user
    if not user.is_authenticated:
        return _private(_first_an_account(request, seen, token))
    # Whoever pressed the button before they had an account does not have to press it twice.
    wanted = request.session.pop(_WANTED, None) == token
    if request.method == "POST" or (wanted and seen.link.kind != Kind.CLIENT):
        return _private(_accept(request, seen, user))
    return _private(_ask(request, seen, user))


def _first_an_account(request: HttpRequest, seen: Found, token: str) -> HttpResponse:
    if request.method != "POST":
        return render(request, "accounts/practices/link.html", _told(seen))
    request.session[_WANTED] = token
    if seen.by_mail and seen.link.email:
        get_adapter(request).stash_verified_email(request, seen.link.email)
    page = "account_login" if request.POST.get("what") == "login" else "account_signup"
    return HttpResponseRedirect(f"{reverse(page)}?{urlencode({'next': request.path})}")


def _ask(request: HttpRequest, seen: Found, user: User, wrong: str = "") -> HttpResponse:
    context = _told(seen) | {"wrong": wrong, "mine": True}
    if seen.link.kind == Kind.CONSULTANT:
        context["mine"] = consultants.is_for(seen, user)
    if seen.link.kind == Kind.CLIENT:
        context["practices"] = list(user.practices.defer("logo").order_by("name", "pk"))
    return render(request, "accounts/practices/link.html", context, status=422 if wrong else 200)


def _accept(request: HttpRequest, seen: Found, user: User) -> HttpResponse:
    now = timezone.now()
    try:
        with audit.coming_from(audit.Origin(visitor_address(request))):
            if seen.link.kind == Kind.CONSULTANT:
                joined = consultants.join(seen, by=user, now=now)
                messages.success(request, _("You work for %(name)s now.") % {"name": joined.name})
                return redirect("accounts:practice", joined.slug)
            if seen.link.kind == Kind.HANDOVER:
                taken = handover.accept(seen, by=user, now=now)
                tasks.hurry_practice_mails()
                said = _("%(name)s is yours. Connect its accounts, or upload an archive.")
                messages.success(request, said % {"name": taken.name})
                return redirect("coaching:connections", taken.slug)
            practice = _chosen(request, seen, user)
            clients.accept(seen.link, practice, by=user, now=now)
    except ValidationError as wrong:
        return _ask(request, seen, user, wrong.messages[0])
    tasks.hurry_practice_mails()
    return redirect("coaching:clients")


def _chosen(request: HttpRequest, seen: Found, user: User) -> Practice:
    """For which of their practices somebody accepts."""
    wanted = seen.link.practice.slug if seen.link.practice else request.POST.get("practice", "")
    found = user.practices.filter(slug=wanted).first()
    if found is None:
        raise ValidationError(_("Choose for which of your practices you accept."))
    return found


def _told(seen: Found) -> dict[str, Any]:
    offer = seen.link
    dressed = offer.practice if offer.kind != Kind.CLIENT else None
    return {"offer": offer, "by_mail": seen.by_mail, "brand": brand(dressed) if dressed else None}


def _over(request: HttpRequest, seen: Found) -> HttpResponse:
    """The link was used, taken back, or has run out: whoever used it goes on, others read what to do."""
    offer, user = seen.link, request.user
    if offer.accepted_by_id is not None and user.is_authenticated and offer.accepted_by_id == user.pk:
        if offer.kind == Kind.HANDOVER and offer.organization:
            return redirect("coaching:dashboard", offer.organization.slug)
        return redirect("coaching:clients")
    context = {"state": offer.state(timezone.now()).value, "offer": offer}
    return render(request, "accounts/practices/link_gone.html", context, status=410)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def answers(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever reads an address says that answers to a practice's mails may go there; a GET only asks."""
    practice = reply_to.find(token)
    said = request.method == "POST" and practice is not None
    if said and practice:
        reply_to.confirm(practice)
    status = 200 if practice else 410
    context = {"practice": practice, "said": said}
    return _private(render(request, "accounts/practices/reply_to.html", context, status=status))


def _seen(request: HttpRequest, slug: str) -> Practice:
    """The practice whose look is asked for, read once for its ETag and its body."""
    if not hasattr(request, "look"):
        request.look = look.seen_by(cast(User, request.user), slug, now=timezone.now())  # type: ignore[attr-defined]
    found: Practice | None = request.look  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    return found


def _etag(request: HttpRequest, practice: str) -> str:
    seen = _seen(request, practice)
    return f'"{seen.pk}-{seen.look_changed_at.timestamp()}"'


@require_safe
@condition(etag_func=_etag)
def stylesheet(request: HttpRequest, practice: str) -> HttpResponse:
    """The practice's colour, for the pages of its clients."""
    return _kept(HttpResponse(look.stylesheet(_seen(request, practice)), content_type="text/css"))


@require_safe
@condition(etag_func=_etag)
def logo(request: HttpRequest, practice: str) -> HttpResponse:
    """The practice's logo, for the pages of its clients."""
    seen = _seen(request, practice)
    if not seen.logo:
        raise Http404
    return _kept(HttpResponse(bytes(seen.logo), content_type="image/png"))


def _kept(response: HttpResponse) -> HttpResponse:
    """Browsers keep it and ask whether it has changed, so that who has lost access sees it no longer."""
    patch_cache_control(response, private=True, no_cache=True)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _private(response: HttpResponse) -> HttpResponse:
    """Nobody may keep or find these pages; that no other site learns their address is the usual policy."""
    patch_cache_control(response, private=True, no_store=True)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
