"""What the pages about practices show, each built in a fixed number of queries."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from accounts.models import Client, Consultant, Membership, Organization, Practice, PracticeLink, Role, User
from accounts.practices import links

Kind, State = PracticeLink.Kind, PracticeLink.State


@dataclass(frozen=True)
class LinkLine:
    """One link; `url` may be copied while it is open."""

    id: int
    kind: str
    email: str
    leads: bool
    role: str
    state: str
    open: bool
    expires_at: datetime
    url: str
    practice: Practice | None = None
    organization: Organization | None = None
    last_day: date | None = None


@dataclass(frozen=True)
class ClientLine:
    """An organization that the practice looks after; `handover` is the last link for who is to own it."""

    access: Client
    waits_for_owner: bool
    handover: LinkLine | None


@dataclass(frozen=True)
class PracticePage:
    """A practice as its people see it."""

    practice: Practice
    me: Consultant
    consultants: tuple[Consultant, ...]
    invitations: tuple[LinkLine, ...]
    offers: tuple[LinkLine, ...]
    clients: tuple[ClientLine, ...]


@dataclass(frozen=True)
class AccessPage:
    """Which practices look after an organization, which did, and which are invited."""

    open: tuple[Client, ...]
    ended: tuple[Client, ...]
    offers: tuple[LinkLine, ...]


def place(user: User, slug: str) -> Consultant | None:
    """Somebody's place in the practice with this address, or None as if it did not exist. One query."""
    return (
        Consultant.objects.select_related("practice")
        .defer("practice__logo")
        .filter(user=user, practice__slug=slug)
        .first()
    )


def practice_page(me: Consultant, *, now: datetime) -> PracticePage:
    """Everything about a practice. Five queries."""
    practice = me.practice
    people = practice.consultants.select_related("user").order_by("-leads", "created_at", "pk")
    unanswered = practice.links.filter(accepted_at=None, revoked_at=None).select_related("organization")
    waiting = [link_line(link, now) for link in unanswered.order_by("-created_at", "-pk")]
    handovers = {
        line.organization.pk: line for line in waiting if line.kind == Kind.HANDOVER and line.organization
    }
    access = list(
        practice.open_clients(now).select_related("organization").order_by("organization__name", "pk")
    )
    owned = set(
        Membership.objects.filter(
            organization__in=[one.organization_id for one in access], role=Role.OWNER
        ).values_list("organization", flat=True)
    )
    return PracticePage(
        practice=practice,
        me=me,
        consultants=tuple(people),
        invitations=tuple(line for line in waiting if line.kind == Kind.CONSULTANT),
        offers=tuple(line for line in waiting if line.kind == Kind.CLIENT and line.open),
        clients=tuple(
            ClientLine(one, one.organization_id not in owned, handovers.get(one.organization_id))
            for one in access
        ),
    )


def access_page(organization: Organization, *, now: datetime) -> AccessPage:
    """Everything about an organization's practices. Two queries."""
    access = list(
        organization.practice_access.select_related("practice").defer("practice__logo").order_by("-starts_at")
    )
    over = [one for one in access if one.ends_at is not None and one.ends_at <= now]
    offers = organization.practice_links.filter(
        Q(kind=Kind.CLIENT), accepted_at=None, revoked_at=None
    ).select_related("practice")
    return AccessPage(
        open=tuple(one for one in access if one not in over),
        ended=tuple(over[:20]),
        offers=tuple(link_line(link, now) for link in offers.order_by("-created_at", "-pk")),
    )


def link_line(link: PracticeLink, now: datetime) -> LinkLine:
    """One link as the pages list it."""
    state = link.state(now)
    return LinkLine(
        id=link.pk,
        kind=link.kind,
        email=link.email,
        leads=link.leads,
        role=str(Role(link.role).label) if link.role else "",
        state=str(state.label),
        open=state is State.OPEN,
        expires_at=link.expires_at,
        url=links.copied_url(link),
        practice=link.practice if link.kind == Kind.CLIENT else None,
        organization=link.organization,
        last_day=link.last_day,
    )
