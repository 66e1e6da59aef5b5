"""Links that let somebody in once: made, found by their hash, made anew, taken back."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.inviting import KEPT, digest
from accounts.models import PracticeLink, User

LASTS = timedelta(days=7)
_LONGEST = 100
_AGAIN = timedelta(minutes=1)
_A_DAY = 50
"""Links that one person may make in a day."""
_BY_MAIL, _COPIED = "engage.practice.mailed", "engage.practice.copied"
_DRAWN = ("nonce", "mail_digest", "link_digest", "created_at", "expires_at")
State = PracticeLink.State


@dataclass(frozen=True)
class Found:
    """A link that somebody has opened; `by_mail` where it is the one that was mailed to its address."""

    link: PracticeLink
    by_mail: bool


def make(*, by: User, now: datetime, **offer: object) -> PracticeLink:
    """A new link; raises ValidationError for whoever has made many today."""
    if PracticeLink.objects.filter(made_by=by, created_at__gt=now - timedelta(days=1)).count() >= _A_DAY:
        raise ValidationError(_("You have made many links today. Go on tomorrow."))
    link = PracticeLink(made_by=by, **offer)
    _draw(link, now)
    link.save()
    return link


def renew(link: PracticeLink, *, now: datetime) -> None:
    """A fresh address and seven more days; the old address ends. Raises ValidationError."""
    if link.state(now) not in (State.OPEN, State.EXPIRED):
        raise ValidationError(_("This link was used or taken back already. Look at the list again."))
    if now - link.created_at < _AGAIN:
        raise ValidationError(_("This link was made less than a minute ago. Wait a minute, then try again."))
    _draw(link, now)
    fresh = {name: getattr(link, name) for name in _DRAWN}
    if not PracticeLink.objects.filter(pk=link.pk, accepted_at=None, revoked_at=None).update(**fresh):
        raise ValidationError(_("This link was used or taken back already. Look at the list again."))


def revoke(link: PracticeLink, *, now: datetime) -> bool:
    """Takes a link back, unless somebody has used it."""
    open_still = PracticeLink.objects.filter(pk=link.pk, accepted_at=None, revoked_at=None)
    return bool(open_still.update(revoked_at=now))


def revoke_made_by(maker: User, offered: "QuerySet[PracticeLink]", *, now: datetime) -> None:
    """Takes back what somebody offered who may no longer offer it: they still know the addresses."""
    offered.filter(made_by=maker, accepted_at=None, revoked_at=None).update(revoked_at=now)


def drop_old(now: datetime) -> None:
    """Forgets the addresses of links that were over long ago; a client's link stays as what became of it."""
    over = Q(accepted_at__lt=now - KEPT) | Q(revoked_at__lt=now - KEPT) | Q(expires_at__lt=now - KEPT)
    old, handover = PracticeLink.objects.filter(over), PracticeLink.Kind.HANDOVER
    old.exclude(kind=handover).delete()
    old.filter(kind=handover).exclude(email="").update(email="")


def find(token: str) -> Found | None:
    """The link with this token, whatever has become of it. One query."""
    if len(token) > _LONGEST:
        return None
    kept = digest(token)
    link = (
        PracticeLink.objects.select_related("practice", "organization", "made_by")
        .filter(Q(mail_digest=kept) | Q(link_digest=kept))
        .first()
    )
    return Found(link, link.mail_digest == kept) if link else None


def claim(link: PracticeLink, *, now: datetime) -> PracticeLink:
    """The link, locked until the transaction ends; raises ValidationError unless it still waits."""
    mine = PracticeLink.objects.select_for_update(of=("self",)).select_related("practice", "organization")
    held = mine.get(pk=link.pk)
    if held.state(now) is not State.OPEN:
        raise ValidationError(_("This link was used, taken back or has run out. Ask for a new one."))
    return held


def use(link: PracticeLink, *, by: User, now: datetime) -> None:
    """Writes down who took up the offer; the link must have been claimed."""
    link.accepted_at, link.accepted_by = now, by
    link.save(update_fields=["accepted_at", "accepted_by"])


def copied_url(link: PracticeLink) -> str:
    """The address that the inviter may hand on."""
    return _url(_token(link, _COPIED))


def mailed_url(link: PracticeLink) -> str:
    """The address for the mail alone: whoever has it reads that mailbox."""
    return _url(_token(link, _BY_MAIL))


def _url(token: str) -> str:
    return settings.BASE_URL + reverse("accounts:practice_link", args=[token])


def _draw(link: PracticeLink, now: datetime) -> None:
    link.nonce = secrets.token_urlsafe(32)
    link.mail_digest, link.link_digest = digest(_token(link, _BY_MAIL)), digest(_token(link, _COPIED))
    link.created_at, link.expires_at = now, now + LASTS


def _token(link: PracticeLink, way: str) -> str:
    return salted_hmac(way, link.nonce, algorithm="sha256").hexdigest()
