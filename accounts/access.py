"""Which organizations somebody may enter now, as what: as a member, or as a consultant of a practice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.db.models import Case, IntegerField, Max, Q, QuerySet, Value, When

from accounts.models import Client, Organization, Practice, Role, User
from accounts.permissions import RANK

_RANKS = {rank: role for role, rank in RANK.items()}


@dataclass(frozen=True)
class Access:
    """Somebody's way into an organization; `practice` is None for a member.

    `ends_at` is when a practice's access ends. Who is `visiting` belongs to nobody there, and only looks at
    the pages that are open to visitors.
    """

    organization: Organization
    role: Role
    practice: Practice | None = None
    visiting: bool = False
    ends_at: datetime | None = None


def _rank(prefix: str, condition: Q) -> Max:
    ranks = [
        When(condition & Q(**{f"{prefix}__role": role}), then=Value(rank)) for role, rank in RANK.items()
    ]
    return Max(Case(*ranks, output_field=IntegerField()))


def _open(user: User, at: datetime) -> Q:
    """The practices' access that this person may use at this moment."""
    return (
        Q(practice_access__practice__consultants__user=user)
        & Q(practice_access__starts_at__lte=at)
        & (Q(practice_access__ends_at__isnull=True) | Q(practice_access__ends_at__gt=at))
    )


def reachable(user: User, *, at: datetime) -> QuerySet[Organization]:
    """All organizations that somebody may enter, with `rank_as_member` and `rank_as_consultant`."""
    mine, consulted = Q(memberships__user=user), _open(user, at)
    running = Q(trial_ends_at__isnull=True) | Q(trial_ends_at__gt=at)
    return (
        Organization.objects.filter(mine | consulted)
        .filter(running)
        .annotate(
            rank_as_member=_rank("memberships", mine), rank_as_consultant=_rank("practice_access", consulted)
        )
        .order_by("name", "pk")
    )


def roles(user: User, organizations: Iterable[Organization], *, at: datetime) -> dict[int, Role]:
    """Somebody's role in each of these organizations that they may enter, by its id. One query."""
    return {
        one.pk: _role(one, max(one.rank_as_member or 0, one.rank_as_consultant or 0))  # type: ignore[attr-defined]
        for one in reachable(user, at=at).filter(pk__in=[one.pk for one in organizations])
    }


def enter(user: User, slug: str, *, at: datetime) -> Access | None:
    """The way into this organization, or None; the better role counts where somebody has two."""
    organization = reachable(user, at=at).filter(slug=slug).first()
    return _way(user, organization, at) if organization else None


def enter_by_id(user: User, organization_id: int, *, at: datetime) -> Access | None:
    """The same for an organization that is known by its id."""
    organization = reachable(user, at=at).filter(pk=organization_id).first()
    return _way(user, organization, at) if organization else None


def _role(organization: Organization, rank: int) -> Role:
    """The role of a rank. In a trial an owner does what editors do, which reaches nobody else."""
    return (
        min(_RANKS[rank], Role.EDITOR, key=RANK.__getitem__) if organization.trial_ends_at else _RANKS[rank]
    )


def trial_over(user: User, slug: str, *, at: datetime) -> bool:
    """Whether this is somebody's own trial whose day is over. One query."""
    ended = Organization.objects.filter(slug=slug, trial_ends_at__lte=at)
    return ended.filter(memberships__user=user).exists()


def _way(user: User, organization: Organization, at: datetime) -> Access:
    member: int | None = organization.rank_as_member  # type: ignore[attr-defined]
    consultant: int | None = organization.rank_as_consultant  # type: ignore[attr-defined]
    if consultant is None or (member is not None and member >= consultant):
        return Access(organization, _role(organization, member or 0))
    practice = (
        Practice.objects.filter(
            consultants__user=user,
            clients__organization=organization,
            clients__role=_RANKS[consultant],
            clients__starts_at__lte=at,
        )
        .filter(Q(clients__ends_at__isnull=True) | Q(clients__ends_at__gt=at))
        .first()
    )
    return Access(organization, _RANKS[consultant], practice)


def visit(slug: str) -> Access | None:
    """The way of everybody else: into the one organization that is invented and set as open to all.

    Both must hold, since a name alone could be somebody's real one.
    """
    if not slug or slug != settings.DEMO_ORGANIZATION:
        return None
    sample = Organization.objects.filter(slug=slug, sample=True).first()
    return Access(sample, Role.VIEWER, visiting=True) if sample else None


def consulted(user: User, *, at: datetime) -> tuple[Access, ...]:
    """The organizations that somebody reaches as a consultant at this moment, once for each practice.

    Those that ask for a second step are left out where there is none. Three queries at most, however many
    they are.
    """
    organizations = {
        one.pk: one for one in reachable(user, at=at).filter(Q(rank_as_consultant__isnull=False))
    }
    if any(one.require_two_factor for one in organizations.values()) and not is_mfa_enabled(user):
        organizations = {pk: one for pk, one in organizations.items() if not one.require_two_factor}
    rows = (
        Client.objects.filter(practice__consultants__user=user, starts_at__lte=at)
        .filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at))
        .filter(organization__in=organizations)
        .select_related("practice")
        .defer("practice__logo")
        .order_by("practice__name", "practice", "organization__name", "organization")
    )
    return tuple(
        Access(organizations[row.organization_id], Role(row.role), row.practice, ends_at=row.ends_at)
        for row in rows
    )


def looked_after(practice: Practice, *, at: datetime) -> tuple[Access, ...]:
    """The organizations that a practice looks after at this moment. One query."""
    rows = practice.open_clients(at).select_related("organization").order_by("organization__name", "pk")
    return tuple(Access(row.organization, Role(row.role), practice, ends_at=row.ends_at) for row in rows)


def practices_for(user: User, organization: Organization, *, at: datetime) -> QuerySet[Practice]:
    """The practices of this person that have access to this organization at this moment."""
    return (
        Practice.objects.filter(
            consultants__user=user, clients__organization=organization, clients__starts_at__lte=at
        )
        .filter(Q(clients__ends_at__isnull=True) | Q(clients__ends_at__gt=at))
        .order_by("name", "pk")
        .defer("logo")
        .distinct()
    )
