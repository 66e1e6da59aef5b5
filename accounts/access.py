"""Which organizations somebody may enter now, as what: as a member, or as a consultant of a practice."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, IntegerField, Max, Q, QuerySet, Value, When

from accounts.models import Organization, Practice, Role, User
from accounts.permissions import RANK

_RANKS = {rank: role for role, rank in RANK.items()}


@dataclass(frozen=True)
class Access:
    """Somebody's way into an organization; `practice` is None for a member."""

    organization: Organization
    role: Role
    practice: Practice | None = None


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
    return (
        Organization.objects.filter(mine | consulted)
        .annotate(
            rank_as_member=_rank("memberships", mine), rank_as_consultant=_rank("practice_access", consulted)
        )
        .order_by("name", "pk")
    )


def enter(user: User, slug: str, *, at: datetime) -> Access | None:
    """The way into this organization, or None; the better role counts where somebody has two."""
    organization = reachable(user, at=at).filter(slug=slug).first()
    if organization is None:
        return None
    member: int | None = organization.rank_as_member  # type: ignore[attr-defined]
    consultant: int | None = organization.rank_as_consultant  # type: ignore[attr-defined]
    if consultant is None or (member is not None and member >= consultant):
        return Access(organization, _RANKS[member or 0])
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
