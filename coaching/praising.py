"""Kind words that were earned: kept when the coach looks, said first on the dashboard."""

from accounts.models import Organization
from coaching import figure_wording
from coaching.judgement.picture import AccountPicture
from coaching.judgement.praise import Praise, earned
from coaching.models import EarnedPraise


def keep(organization: Organization, seen: AccountPicture) -> None:
    """Keeps what is worth praise now; what is no longer earned goes."""
    found = earned(seen)
    organization.earnedpraises.exclude(code__in=[praise.code for praise in found]).delete()
    for praise in found:
        EarnedPraise.across_organizations.update_or_create(
            organization=organization,
            code=praise.code,
            defaults={
                "value": praise.value,
                "params": praise.params,
                "examples": list(praise.examples),
                "as_of": seen.now.astimezone(seen.zone).date(),
            },
        )


def sentence(organization: Organization) -> str | None:
    """The kind word for the dashboard, or None where none was earned. One query."""
    kept = organization.earnedpraises.order_by("code").first()
    if kept is None:
        return None
    return figure_wording.praise_sentence(Praise(kept.code, kept.value, kept.params, tuple(kept.examples)))
