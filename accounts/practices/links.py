"""What a practice offers, or is offered, by a link: made, made anew, claimed, used."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import one_use_links
from accounts.models import PracticeLink, User
from accounts.one_use_links import Way

_AGAIN = timedelta(minutes=1)
_A_DAY = 50
"""Links that one person may make in a day."""
_DRAWN = (*one_use_links.SECRETS, "created_at", "expires_at")
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
    one_use_links.draw(link, now=now)
    link.save()
    return link


def renew(link: PracticeLink, *, now: datetime) -> None:
    """A fresh address and seven more days; the old address ends. Raises ValidationError."""
    if link.state(now) not in (State.OPEN, State.EXPIRED):
        raise ValidationError(_("This link was used or taken back already. Look at the list again."))
    if now - link.created_at < _AGAIN:
        raise ValidationError(_("This link was made less than a minute ago. Wait a minute, then try again."))
    one_use_links.draw(link, now=now)
    fresh = {name: getattr(link, name) for name in _DRAWN}
    if not _unanswered(link).update(**fresh):
        raise ValidationError(_("This link was used or taken back already. Look at the list again."))


def revoke(link: PracticeLink, *, now: datetime) -> bool:
    """Takes a link back, unless somebody has used it."""
    return bool(one_use_links.take_back(PracticeLink.objects.filter(pk=link.pk), now=now))


def revoke_made_by(maker: User, offered: "QuerySet[PracticeLink]", *, now: datetime) -> None:
    """Takes back what somebody offered who may no longer offer it: they still know the addresses."""
    one_use_links.take_back(offered.filter(made_by=maker), now=now)


def drop_old(now: datetime) -> None:
    """Forgets the addresses of links that were over long ago; a client's link stays as what became of it."""
    old = PracticeLink.objects.filter(one_use_links.long_over(now))
    handover = PracticeLink.Kind.HANDOVER
    old.exclude(kind=handover).delete()
    old.filter(kind=handover).exclude(email="").update(email="")


def find(token: str) -> Found | None:
    """The link with this token, whatever has become of it. One query."""
    links = PracticeLink.objects.select_related("practice", "organization", "made_by")
    found = one_use_links.find(links, token)
    return Found(found[0], found[1] is Way.MAIL) if found else None


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
    """The address that the inviter may hand on; empty where it was ended for who may have copied it."""
    secret = one_use_links.secret(link, Way.COPY)
    return _url(secret) if one_use_links.digest(secret) == link.link_digest else ""


def mailed_url(link: PracticeLink) -> str:
    """The address for the mail alone: whoever has it reads that mailbox."""
    return _url(one_use_links.secret(link, Way.MAIL))


def _url(token: str) -> str:
    return settings.BASE_URL + reverse("accounts:practice_link", args=[token])


def _unanswered(link: PracticeLink) -> "QuerySet[PracticeLink]":
    return one_use_links.unanswered(PracticeLink.objects.filter(pk=link.pk))
