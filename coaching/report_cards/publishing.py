"""Publishing a report card, giving it more time, taking it back, and finding it by its link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from accounts import audit
from accounts.models import Organization, User
from accounts.tenancy import scope
from coaching.models import ReportCard
from coaching.period_figures import Period
from coaching.report_cards import card, links, measuring, periods

LASTING = (30, 90, 365)
"""For how many days a card can be published."""
SAME_AGAIN = timedelta(minutes=1)
"""Within it the same wish is a second press of the button."""
SHOWN = 100


@dataclass(frozen=True)
class Wish:
    """What an owner wants to publish: for how many days, with a readable link, found by search engines."""

    period: Period
    days: int
    thing: str = ""
    public: bool = False
    indexed: bool = False


@dataclass(frozen=True)
class Line:
    """One card in the owner's list."""

    pk: int
    period: str
    path: str
    url: str
    badge_path: str
    badge_url: str
    state: ReportCard.State
    public: bool
    indexed: bool
    published_at: datetime
    expires_at: datetime
    extendable: bool


@dataclass(frozen=True)
class Found:
    """What a link leads to; `open` is False once the card has expired or was taken back."""

    organization: Organization
    row: ReportCard
    open: bool


def publish(
    organization: Organization, wish: Wish, content: measuring.Content, *, by: User, now: datetime
) -> ReportCard:
    """Publishes what was measured of a period; pressing twice publishes once."""
    Organization.objects.select_for_update().get(pk=organization.pk)
    again = open_cards(organization, now=now).filter(
        first=wish.period.first,
        last=wish.period.last,
        published_by=by,
        published_at__gt=now - SAME_AGAIN,
    )
    twice: ReportCard | None = (again.exclude if wish.public else again.filter)(address="").first()
    if twice:
        return twice
    content = card.chosen(content, wish.thing)
    row: ReportCard = organization.reportcards.create(
        first=wish.period.first,
        last=wish.period.last,
        content=content,
        judge=measuring.judge_of(content),
        address=_free_address(organization, wish.period, now) if wish.public else "",
        indexed=wish.public and wish.indexed,
        published_by=by,
        published_at=now,
        expires_at=now + timedelta(days=wish.days),
    )
    audit.record(organization, "report_card_published", by=by, at=now, target=row.pk, public=wish.public)
    return row


def extend(row: ReportCard, *, days: int, by: User, now: datetime) -> None:
    """Lets a card be seen for so many days from now, also one that has expired; not one taken back.

    A card that can be seen for longer stays as it is.
    """
    until = now + timedelta(days=days)
    changed = row.organization.reportcards.filter(pk=row.pk, revoked_at=None, expires_at__lt=until)
    if changed.update(expires_at=until):
        audit.record(row.organization, "report_card_extended", by=by, at=now, target=row.pk, days=days)


def revoke(row: ReportCard, *, by: User, now: datetime) -> None:
    """Takes a card back, from this moment; doing it twice is harmless."""
    changed = row.organization.reportcards.filter(pk=row.pk, revoked_at=None)
    if changed.update(revoked_at=now):
        audit.record(row.organization, "report_card_revoked", by=by, at=now, target=row.pk)


def open_cards(organization: Organization, *, now: datetime) -> QuerySet[ReportCard]:
    """The cards that can be seen now."""
    found: QuerySet[ReportCard] = organization.reportcards.filter(revoked_at=None, expires_at__gt=now)
    return found


def lines(organization: Organization, *, now: datetime) -> tuple[Line, ...]:
    """The cards of an organization for its list, the newest first. One query."""
    rows = organization.reportcards.defer("content").order_by("-published_at", "-pk")[:SHOWN]
    return tuple(
        Line(
            pk=row.pk,
            period=periods.name(row.first, row.last),
            path=links.path(row, organization.slug),
            url=links.url(row, organization.slug),
            badge_path=links.path(row, organization.slug, "card_badge"),
            badge_url=links.url(row, organization.slug, "card_badge"),
            state=row.state(now),
            public=bool(row.address),
            indexed=row.indexed,
            published_at=row.published_at,
            expires_at=row.expires_at,
            extendable=row.revoked_at is None and row.expires_at < now + timedelta(days=LASTING[1]),
        )
        for row in rows
    )


def by_token(token: str, *, now: datetime) -> Found | None:
    """The card of a secret link. A card with a readable link is not at two addresses."""
    place = links.read(token)
    if place is None:
        return None
    organization = Organization.objects.filter(pk=place[0]).first()
    return _found(organization, Q(pk=place[1], address=""), now) if organization else None


def by_address(slug: str, address: str, *, now: datetime) -> Found | None:
    """The card of a readable link."""
    here = Q(slug=slug) | Q(former_addresses__slug=slug)
    organization = Organization.objects.filter(here).order_by("pk").first()
    return _found(organization, Q(address=address), now) if organization and address else None


def _found(organization: Organization, which: Q, now: datetime) -> Found | None:
    with scope([organization.pk]):
        row = organization.reportcards.filter(which).first()
    if row is None:
        return None
    return Found(organization, row, row.state(now) is ReportCard.State.OPEN)


def _free_address(organization: Organization, period: Period, now: datetime) -> str:
    """The period's own address, which a card that is over gives up, or one with a number behind it."""
    base = periods.code(period.first, period.last)
    over = Q(revoked_at__isnull=False) | Q(expires_at__lte=now)
    organization.reportcards.filter(over, address=base).update(address="", indexed=False, revoked_at=now)
    taken = set(organization.reportcards.filter(address__startswith=base).values_list("address", flat=True))
    return next(
        name for name in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if name not in taken
    )
