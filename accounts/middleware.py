"""Finds the organization that a page is about, and shows the database no other."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import access, addresses, audit, second_step
from accounts.models import Organization
from accounts.permissions import allows, is_open_to_visitors
from accounts.streaming import as_long_as
from accounts.tenancy import scope

FORM_OVERHEAD = 64 * 1024
# Nowhere else is anything uploaded, and whoever is not logged in may not fill the disk with a form.
LARGEST_ELSEWHERE = 2 * 1024 * 1024
# As in the addresses (coaching/urls.py): what does not look like an organization is nobody's page.
ORGANIZATION_PATH = re.compile(r"/o/([-a-zA-Z0-9_]+)/")


class OrganizationMiddleware:
    """/o/<organization>/… → request.organization and request.role, or 404 as if it did not exist."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        match = ORGANIZATION_PATH.match(request.path_info)
        length = content_length(request)
        if not match:
            if length > LARGEST_ELSEWHERE:
                return too_large(request, LARGEST_ELSEWHERE)
            return self.get_response(request)
        way = None
        if request.user.is_authenticated:
            way = access.enter(request.user, match[1], at=timezone.now())
            if way is None and (moved := moved_from(request, match[1])):
                return moved
        if way is None and request.method in ("GET", "HEAD"):
            way = access.visit(match[1])
        if way is None:
            if request.user.is_authenticated and access.trial_over(request.user, match[1], at=timezone.now()):
                return trial_over(request)
            return nobody(request)
        if not way.visiting and second_step.lacking(request.user, way.organization):
            return second_step_first(request, way.organization)
        request.organization, request.role, request.practice = (  # type: ignore[attr-defined]
            way.organization,
            way.role,
            way.practice,
        )
        request.visiting = way.visiting  # type: ignore[attr-defined]
        largest = (
            settings.TRIAL_UPLOAD_MAX_BYTES if way.organization.trial_ends_at else settings.UPLOAD_MAX_BYTES
        )
        if length > largest + FORM_OVERHEAD:
            return too_large(request, largest)
        # Read the body now: a slow upload must not hold a transaction open.
        request.POST  # noqa: B018
        # Language, days and hours on a page are the organization's own, as its weeks are.
        origin = audit.Origin(
            address=visitor_address(request), practice_id=way.practice.pk if way.practice else None
        )
        organization = way.organization
        with organization.customs(), scope([organization.pk]), audit.coming_from(origin):
            response = self.get_response(request)
            if response.status_code >= 400:
                # Django has turned an exception into a page already; what was begun must not be kept.
                transaction.set_rollback(True)
            if response.status_code == 405 and request.method == "GET":
                # Whoever opens again what a form had led to would see nothing at all.
                response.content = render_to_string("405.html", {"home": organization})
        if response.streaming and not way.visiting:
            chunks = response.streaming_content  # type: ignore[attr-defined]
            response.streaming_content = as_long_as(still(request.user, way), chunks)  # type: ignore[attr-defined]
        # Neither a proxy nor the next person at this computer is to see it.
        patch_cache_control(response, private=True, no_store=True)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response.setdefault("Content-Language", organization.language)
        return response


class LoginMiddleware(LoginRequiredMiddleware):
    """Asks everybody to log in, but for what is public, and for visitors where a page is open to them."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """Nothing where the page may be seen."""
        if getattr(request, "visiting", False):
            return None if is_open_to_visitors(view_func) else nobody(request)
        stopped = super().process_view(request, view_func, view_args, view_kwargs)
        return log_in_first(request) if stopped is not None else None


def moved_from(request: HttpRequest, former: str) -> HttpResponse | None:
    """The same page under the address that the organization has now, for those who may enter it.

    What was posted is posted there.
    """
    now = addresses.current(former)
    if now is None or access.enter(request.user, now, at=timezone.now()) is None:  # type: ignore[arg-type]
        return None
    page = f"/o/{now}/{request.get_full_path().split('/', 3)[3]}"
    answer = HttpResponseRedirect(page, preserve_request=True)
    patch_cache_control(answer, private=True, no_store=True)
    return answer


def still(user: Any, way: access.Access) -> Callable[[], bool]:
    """Asks whether somebody may now enter as what they entered before."""

    def asked() -> bool:
        now = access.enter_by_id(user, way.organization.pk, at=timezone.now())
        if now is None or second_step.lacking(user, now.organization):
            return False
        return allows(now.role, way.role)

    return asked


def nobody(request: HttpRequest) -> HttpResponse:
    """The answer to whoever has no way in: log in first, or 404 as if it did not exist."""
    if request.user.is_authenticated:
        raise Http404
    return log_in_first(request)


def log_in_first(request: HttpRequest) -> HttpResponse:
    """To the login, and from there to the page one was at.

    What was posted cannot be opened again, so the way leads back to the page with the form. A part of a page
    gets 401, so that no login stands inside the page and what was typed there stays.
    """
    if "HX-Request" in request.headers:
        return HttpResponse(status=401)
    if request.method in ("GET", "HEAD"):
        return redirect_to_login(request.get_full_path())
    return redirect_to_login(page_before(request) or "/")


def page_before(request: HttpRequest) -> str:
    """The page of this site that a form was sent from; empty where the browser does not say."""
    try:
        came_from = urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # anybody can send anything
        return ""
    page = came_from._replace(scheme="", netloc="", fragment="").geturl()
    is_ours = came_from.netloc == request.get_host() and url_has_allowed_host_and_scheme(page, None)
    return page if is_ours else ""


def trial_over(request: HttpRequest) -> HttpResponse:
    """The page that says how to keep a trial whose day is over."""
    answer = render(request, "accounts/trial_over.html", status=403)
    patch_cache_control(answer, private=True, no_store=True)
    return answer


def visitor_address(request: HttpRequest) -> str | None:
    """The internet address of the visitor, behind the operator's proxy as in front of it."""
    address = get_adapter().get_client_ip(request)
    return str(address) if address else None


def content_length(request: HttpRequest) -> int:
    """How long the body is said to be; 0 where that is no number, as Django then reads none."""
    told = request.META.get("CONTENT_LENGTH") or ""
    return int(told) if told.isascii() and told.isdigit() else 0


def too_large(request: HttpRequest, limit: int) -> HttpResponse:
    """The page that says how much there may be."""
    return render(request, "413.html", {"limit": limit}, status=413)


def second_step_first(request: HttpRequest, organization: Organization) -> HttpResponse:
    """The page for who has no second step yet where the organization asks for one; nothing else of it."""
    response = render(request, "accounts/second_step_first.html", {"asking": organization}, status=403)
    patch_cache_control(response, private=True, no_store=True)
    return response
