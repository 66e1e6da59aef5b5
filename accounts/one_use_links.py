"""Links that let somebody in once: drawn, found by their hash, taken back, forgotten when long over.

Invitations to an organization and what practices offer are such links; what they offer is told there.
"""

import secrets
from datetime import datetime, timedelta
from enum import Enum
from hashlib import sha256
from typing import Any, TypeVar

from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from accounts.models import Invitation, PracticeLink

LASTS = timedelta(days=7)
KEPT = timedelta(days=30)
"""How long a link that is over, and with it the address it went to, stays."""
_LONGEST = 100
SECRETS = ("nonce", "mail_digest", "link_digest")

OneUse = Invitation | PracticeLink
Kind = TypeVar("Kind", Invitation, PracticeLink)


class Way(Enum):
    """The two addresses of a link: only who reads the mail has the first."""

    MAIL = "mail"
    COPY = "copy"


_SALTS: dict[tuple[type[OneUse], Way], str] = {
    (Invitation, Way.MAIL): "engage.invitation.mail",
    (Invitation, Way.COPY): "engage.invitation.copy",
    (PracticeLink, Way.MAIL): "engage.practice.mailed",
    (PracticeLink, Way.COPY): "engage.practice.copied",
}


def secret(link: OneUse, way: Way) -> str:
    """The secret part of an address; without the operator's key it cannot be made from what is stored."""
    return salted_hmac(_SALTS[type(link), way], link.nonce, algorithm="sha256").hexdigest()


def digest(told: str) -> str:
    """What is kept of the secret part of an address."""
    return sha256(told.encode()).hexdigest()


def draw(link: OneUse, *, now: datetime) -> None:
    """Two fresh addresses that work for seven days; does not save."""
    _fresh_secrets(link)
    link.created_at, link.expires_at = now, now + LASTS


def find(links: "QuerySet[Kind]", told: str) -> tuple[Kind, Way] | None:
    """The link behind a secret, whatever has become of it, and which of its addresses it is. One query."""
    if len(told) > _LONGEST:
        return None
    kept = digest(told)
    link = links.filter(Q(mail_digest=kept) | Q(link_digest=kept)).first()
    return (link, Way.MAIL if link.mail_digest == kept else Way.COPY) if link else None


def unanswered(links: "QuerySet[Kind]") -> "QuerySet[Kind]":
    """Those that were neither accepted nor taken back; some may have run out."""
    return links.filter(accepted_at=None, revoked_at=None)


def take_back(links: "QuerySet[Kind]", *, now: datetime, **also: Any) -> int:
    """Takes links back unless somebody has used them; how many."""
    return unanswered(links).update(revoked_at=now, **also)


def long_over(now: datetime) -> Q:
    """Links that were used, taken back or have run out so long ago that nobody asks any more."""
    before = now - KEPT
    return Q(accepted_at__lt=before) | Q(revoked_at__lt=before) | Q(expires_at__lt=before)


def end_copied(links: "QuerySet[PracticeLink]") -> int:
    """The addresses that could be copied lead nowhere from now on; what was mailed still does. How many.

    A link that went to nobody's mailbox has a fresh address at once, for the rest of its seven days.
    """
    ended = 0
    for link in unanswered(links):
        if link.email:
            link.link_digest = digest(secrets.token_urlsafe(32))  # nobody's
        else:
            _fresh_secrets(link)
        fresh = {name: getattr(link, name) for name in SECRETS}
        ended += unanswered(links.filter(pk=link.pk)).update(**fresh)
    return ended


def _fresh_secrets(link: OneUse) -> None:
    link.nonce = secrets.token_urlsafe(32)
    link.mail_digest, link.link_digest = (digest(secret(link, way)) for way in (Way.MAIL, Way.COPY))
