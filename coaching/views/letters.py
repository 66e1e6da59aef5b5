"""What links in a mail open, without a login: the digest in a browser, and how it is chosen or left."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts import dressing
from accounts.branding import brand_of
from accounts.middleware import second_step_first
from accounts.tenancy import scope
from coaching import awaited_archives, digest, digest_letter, practice_digest, reader_page, readers
from coaching.models import DigestIssue, Subscription
from coaching.reader_form import ReaderForm


def _private(response: HttpResponse) -> HttpResponse:
    """Nobody may keep or find these pages; that no other site learns their address is the usual policy."""
    patch_cache_control(response, private=True, no_store=True)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@login_not_required
@require_safe
def letter(request: HttpRequest, token: str) -> HttpResponse:
    """A digest as it was mailed."""
    place = digest_letter.reading(token)
    if place is None or not reader_page.reads(place.organization_id, place.subscription_id):
        return _private(render(request, "coaching/letter_gone.html", status=410))
    if asking := reader_page.waits_for_second_step(place.organization_id, place.subscription_id):
        return second_step_first(request, asking)
    with scope([place.organization_id]):
        kept = (
            DigestIssue.across_organizations.select_related("organization")
            .filter(organization=place.organization_id, week=place.week)
            .first()
        )
        if kept is None:
            return _private(render(request, "coaching/letter_gone.html", status=410))
        with kept.organization.customs():
            told = digest.read(kept)
            now = timezone.now()
            brand = brand_of(kept.organization, at=now)
            context = {"digest": told, "subject": digest_letter.subject(told), "brand": brand, "public": True}
            context["dress"] = dressing.worn(kept.organization, brand, at=now)
            context["share_line"] = digest_letter.share_line(told)
            return _private(render(request, "coaching/letter.html", context))


def _reader(token: str) -> Subscription:
    found = reader_page.find(token)
    if found is None:
        raise Http404
    return found


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def reader(request: HttpRequest, token: str) -> HttpResponse:
    """A reader says yes, or chooses when the digest comes."""
    one, now = _reader(token), timezone.now()
    with scope([one.organization_id]), one.organization.customs():
        if one.confirmed_at is None:
            return _private(_say_yes(request, one, token))
        form = ReaderForm(request.POST or None, instance=one, member=one.user_id is not None)
        if request.method == "POST" and form.is_valid():
            one.refresh_from_db()
            readers.choose(one, form.wishes, now=now)
            return _private(redirect(f"{request.path}?saved=1"))
        context = {"form": form, "reader": one, "token": token, "saved": "saved" in request.GET}
        context["waits"] = reader_page.waits_for_second_step(one.organization_id, one.pk)
        context["dress"] = dressing.of(one.organization, at=now)
        return _private(render(request, "coaching/reader.html", context, status=422 if form.errors else 200))


def _say_yes(request: HttpRequest, one: Subscription, token: str) -> HttpResponse:
    if request.method == "POST":
        if readers.confirm(one, now=timezone.now()):
            return redirect(f"{request.path}?saved=1")
        return render(request, "coaching/letter_gone.html", status=410)
    dress = dressing.of(one.organization, at=timezone.now())
    return render(request, "coaching/reader_confirm.html", {"reader": one, "token": token, "dress": dress})


# Mail programs post here by themselves (RFC 8058), so there is no token of a form; the link is the proof.
@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """No more digests: with one POST; a GET, which mail scanners send too, only asks."""
    one = _reader(token)
    with scope([one.organization_id]), one.organization.customs():
        if request.method == "POST":
            readers.leave(one, now=timezone.now())
        dress = dressing.of(one.organization, at=timezone.now())
        told = {"reader": one, "token": token, "dress": dress}
        return _private(render(request, "coaching/reader_left.html", told))


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def leave_practice(request: HttpRequest, token: str) -> HttpResponse:
    """A consultant's mail about all clients is left the same way."""
    consultant = practice_digest.leaving(token)
    if consultant is None:
        raise Http404
    left = request.method == "POST"
    if left:
        practice_digest.leave(consultant)
    return _private(render(request, "coaching/practice_left.html", {"consultant": consultant, "left": left}))


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def archive(request: HttpRequest, token: str) -> HttpResponse:
    """No more mails about an archive that was asked for: it is here, or is not wanted."""
    found = awaited_archives.named(token)
    if found is None:
        raise Http404
    organization, awaited = found
    with scope([organization.pk]), organization.customs():
        if request.method == "POST" and awaited is not None:
            awaited_archives.end(organization, awaited.network)
            awaited = None
        context = {"about": organization, "awaited": awaited, "token": token}
        return _private(render(request, "coaching/archive_here.html", context))
