"""The links that open a report card: a secret one for each, and a readable one where an owner chose it."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from coaching.models import ReportCard

_SIGNER = signing.Signer(salt="engage.report_card")


def token(card: ReportCard) -> str:
    """The secret part of a card's link; nobody can make one without the operator's key."""
    return _SIGNER.sign_object([card.organization_id, card.pk])


def read(given: str) -> tuple[int, int] | None:
    """(organization, card) of such a secret, or None for one that we did not make."""
    try:
        organization_id, pk = _SIGNER.unsign_object(given)
        return int(organization_id), int(pk)
    except (signing.BadSignature, TypeError, ValueError):
        return None


def path(card: ReportCard, organization_slug: str, what: str = "card") -> str:
    """Where a card's page, picture, badge or paper is on this site."""
    if card.address:
        return reverse(f"coaching:public_{what}", args=[organization_slug, card.address])
    return reverse(f"coaching:{what}", args=[token(card)])


def url(card: ReportCard, organization_slug: str, what: str = "card") -> str:
    """The same as a whole address, for other sites."""
    return f"{settings.BASE_URL}{path(card, organization_slug, what)}"
