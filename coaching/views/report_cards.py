"""An organization's report cards: what was published, a look before publishing, and the paper for a board."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import audit, dressing
from accounts.branding import brand
from accounts.middleware import visitor_address
from accounts.models import User
from accounts.permissions import EXPORT, LOOK, PUBLISH, OrganizationRequest, requires
from coaching.models import ReportCard
from coaching.report_card_form import PeriodForm, PublishForm
from coaching.report_cards import card, measuring, papers, periods, publishing


@require_safe
@requires(LOOK)
def report_cards(request: OrganizationRequest, organization: str) -> HttpResponse:
    """The published cards, and the period to look at next."""
    return _list(request, PeriodForm(**_offered(request)))


@require_safe
@requires(LOOK)
def preview(request: OrganizationRequest, organization: str) -> HttpResponse:
    """A card as it would be, with what an owner decides before publishing it."""
    chosen = PeriodForm(request.GET, **_offered(request))
    if not chosen.is_valid():
        return _list(request, chosen, status=422)
    content = measuring.measure(request.organization, chosen.chosen, now=timezone.now())
    asked = {name: request.GET.get(name, "") for name in ("period", "since", "until")}
    return _preview(request, chosen, content, PublishForm(initial=asked, **_offered(request, content)))


@require_POST
@requires(PUBLISH)
def publish(request: OrganizationRequest, organization: str) -> HttpResponse:
    """Publishes a card."""
    now, chosen = timezone.now(), PeriodForm(request.POST, **_offered(request))
    if not chosen.is_valid():
        return _list(request, chosen, status=422)
    content = measuring.measure(request.organization, chosen.chosen, now=now)
    form = PublishForm(request.POST, **_offered(request, content))
    if not form.is_valid():
        return _preview(request, chosen, content, form, status=422)
    publishing.publish(request.organization, form.wish, content, by=cast(User, request.user), now=now)
    messages.success(request, _("Published. Whoever has the link can see it."))
    return redirect("coaching:report_cards", request.organization.slug)


@require_POST
@requires(PUBLISH)
def extend(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """Ninety more days from now on."""
    row = _own(request, pk)
    publishing.extend(row, days=publishing.LASTING[1], by=cast(User, request.user), now=timezone.now())
    messages.success(request, _("It can be seen for ninety days from today."))
    return redirect("coaching:report_cards", request.organization.slug)


@require_POST
@requires(PUBLISH)
def revoke(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """Takes a card back at once."""
    publishing.revoke(_own(request, pk), by=cast(User, request.user), now=timezone.now())
    messages.success(request, _("Taken back. The link shows nobody anything any more."))
    return redirect("coaching:report_cards", request.organization.slug)


@require_safe
@requires(EXPORT)
def paper(request: OrganizationRequest, organization: str) -> HttpResponse:
    """The card of a period as a PDF, in the practice's dress for its consultants."""
    form = PeriodForm(request.GET, **_offered(request))
    if not form.is_valid():
        return _list(request, form, status=422)
    made = papers.one(
        request.organization,
        form.chosen,
        brand(request.practice) if request.practice else None,
        by=cast(User, request.user),
        now=timezone.now(),
    )
    code = periods.code(form.chosen.first, form.chosen.last)
    file = f"{request.organization.slug}-{code}.pdf"
    return HttpResponse(
        made,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{file}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


@require_safe
def all_clients(request: HttpRequest) -> HttpResponse:
    """Which practice and which time, for the papers of all clients."""
    user = cast(User, request.user)
    practices = list(user.practices.defer("logo").order_by("name", "pk"))
    if not practices:
        raise Http404
    answer = render(
        request, "coaching/client_papers.html", {"form": _clients_form(None), "practices": practices}
    )
    patch_cache_control(answer, private=True, no_store=True)
    return answer


@require_safe
def client_papers(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """A paper for each client of a practice, in one file."""
    user = cast(User, request.user)
    practice = get_object_or_404(user.practices, slug=request.GET.get("practice", ""))
    form = _clients_form(request.GET)
    if not form.is_valid():
        told = {"form": form, "practices": list(user.practices.defer("logo").order_by("name", "pk"))}
        return render(request, "coaching/client_papers.html", told, status=422)
    period = form.chosen
    origin = audit.Origin(visitor_address(request), practice.pk)
    file = f"{practice.slug}-{periods.code(period.first, period.last)}.zip"
    return StreamingHttpResponse(
        papers.zipped(user, practice, period, origin=origin, clock=timezone.now),
        content_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{file}"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _clients_form(data: Any) -> PeriodForm:
    today = timezone.now().date()
    return PeriodForm(data, offered=periods.offered_until(today - periods.DAY), today=today)


def _offered(request: OrganizationRequest, content: measuring.Content | None = None) -> dict[str, Any]:
    now, organization = timezone.now(), request.organization
    told = {
        "offered": periods.offered(organization, now=now),
        "today": now.astimezone(organization.zone).date(),
    }
    return told if content is None else {**told, "tries": content["tries"]}


def _own(request: OrganizationRequest, pk: int) -> ReportCard:
    row: ReportCard = get_object_or_404(request.organization.reportcards, pk=pk)
    row.organization = request.organization
    return row


def _list(request: OrganizationRequest, form: PeriodForm, status: int = 200) -> HttpResponse:
    told = {"form": form, "lines": publishing.lines(request.organization, now=timezone.now())}
    return render(request, "coaching/report_cards.html", told, status=status)


def _preview(
    request: OrganizationRequest,
    chosen: PeriodForm,
    content: measuring.Content,
    form: PublishForm,
    status: int = 200,
) -> HttpResponse:
    worn = brand(request.practice) if request.practice else None
    now, period = timezone.now(), chosen.chosen
    drafted = card.drafted(request.organization, period, content, brand=worn, now=now)
    told = {
        "card": drafted,
        "dress": dressing.worn(request.organization, drafted.brand, at=now),
        "form": form,
        "published": publishing.open_cards(request.organization, now=now)
        .filter(first=period.first, last=period.last)
        .count(),
    }
    return render(request, "coaching/report_card_preview.html", told, status=status)
