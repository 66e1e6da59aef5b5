"""What a report card's link opens, without a login: the page, its picture, its badge and its paper."""

from collections.abc import Callable
from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from accounts import dressing
from accounts.tenancy import scope
from coaching.report_cards import badge, links, paper, picture, publishing
from coaching.report_cards import card as cards
from coaching.report_cards.publishing import Found

KEPT = 3600
"""Seconds that others may keep a picture or a badge; so long one that was taken back may be seen."""


@login_not_required
@require_safe
def card(request: HttpRequest, **place: str) -> HttpResponse:
    """The page."""
    now = timezone.now()
    found = _find(now, **place)
    if not found.open:
        return _unseen(render(request, "coaching/report_card_gone.html", status=410))
    organization = found.organization
    addresses = {
        what: links.url(found.row, organization.slug, what)
        for what in ("card", "card_picture", "card_badge", "card_paper")
    }
    with scope([organization.pk]), organization.customs():
        told = cards.published(organization, found.row, now=now)
        worn = dressing.worn(organization, told.brand, at=now)
        context = {"card": told, "addresses": addresses, "dress": worn}
        context["paper_path"] = links.path(found.row, organization.slug, "card_paper")
        answer = render(request, "coaching/report_card.html", context)
    # Whoever is logged in sees their own menu above it, so nobody else may keep this page.
    patch_cache_control(answer, private=True, no_cache=True)
    return answer if told.indexed else _unseen(answer)


@login_not_required
@require_safe
def card_picture(request: HttpRequest, **place: str) -> HttpResponse:
    """The picture that other sites show beside the link."""

    def made(found: Found, now: datetime) -> bytes:
        told = cards.published(found.organization, found.row, now=now)
        return picture.png(told, dressing.logo(found.organization, told.brand))

    return _file(request, made, "image/png", place)


@login_not_required
@require_safe
def card_badge(request: HttpRequest, **place: str) -> HttpResponse:
    """The badge for their own site."""

    def made(found: Found, now: datetime) -> bytes:
        return badge.svg(cards.published(found.organization, found.row, now=now)).encode()

    return _file(request, made, "image/svg+xml; charset=utf-8", place)


@login_not_required
@require_safe
def card_paper(request: HttpRequest, **place: str) -> HttpResponse:
    """The paper for a board."""

    def made(found: Found, now: datetime) -> bytes:
        told = cards.published(found.organization, found.row, now=now)
        return paper.pdf(told, dressing.logo(found.organization, told.brand))

    answer = _file(request, made, "application/pdf", place)
    if answer.status_code == 200:
        answer["Content-Disposition"] = 'attachment; filename="report-card.pdf"'
    return answer


def _find(now: datetime, token: str = "", organization: str = "", address: str = "") -> Found:
    found = (
        publishing.by_token(token, now=now)
        if token
        else publishing.by_address(organization, address, now=now)
    )
    if found is None:
        raise Http404
    return found


def _file(
    request: HttpRequest, made: Callable[[Found, datetime], bytes], kind: str, place: dict[str, str]
) -> HttpResponse:
    """A file of a card, which others may keep for a while and need not fetch twice."""
    now = timezone.now()
    found = _find(now, **place)
    if not found.open:
        return _unseen(HttpResponse("", content_type="text/plain", status=410))
    etag = quote_etag(f"{found.row.pk}-{now:%Y%m%d}")
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    with scope([found.organization.pk]), found.organization.customs():
        answer = HttpResponse(made(found, now), content_type=kind)
    answer["ETag"] = etag
    answer["Last-Modified"] = http_date(found.row.published_at.timestamp())
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"  # it is there to be shown on their own site
    answer["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    patch_cache_control(answer, public=True, max_age=KEPT)
    return answer if found.row.indexed else _unseen(answer)


def _unseen(answer: HttpResponse) -> HttpResponse:
    """Search engines are not to find it."""
    answer["X-Robots-Tag"] = "noindex, nofollow"
    if answer.status_code != 200:
        patch_cache_control(answer, private=True, no_store=True)
    return answer
