"""A digest as a mail to one reader, with the links that work without a login."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.branding import brand_of
from accounts.mailing import Letter
from coaching import digest_wording
from coaching.digest import Digest
from coaching.models import Subscription

READABLE_FOR = timedelta(days=60)
"""How long "view in browser" works."""
_READING, _CHOOSING = "engage.digest.read", "engage.digest.choose"


@dataclass(frozen=True)
class Reading:
    """What a link to a digest points at, and the subscription of whoever got it."""

    organization_id: int
    week: date
    subscription_id: int


def letter(told: Digest, to: str, *, subscription: Subscription | None, now: datetime) -> Letter:
    """The mail; without a subscription, as for a look at it, there is nothing to unsubscribe from."""
    organization = told.organization
    choose = choosing_url(subscription) if subscription else ""
    return Letter(
        name="digest",
        to=to,
        context={
            "digest": told,
            "organization": organization,
            "subject": subject(told),
            "share_line": share_line(told),
            "read_url": reading_url(subscription, told.week) if subscription else page_url(told),
            "choose_url": choose,
        },
        brand=brand_of(organization, at=now),
        list_name=f"digest.{organization.slug}",
        unsubscribe_url=choose and f"{choose}leave/",
    )


def subject(told: Digest) -> str:
    """The subject line, which says the news."""
    return digest_wording.subject(
        waiting=told.waiting_total if told.waiting else 0,
        first_name=told.waiting[0].name if told.waiting else "",
        outcome=bool(told.outcomes),
        posts=told.posts,
        social=told.social,
        name=told.organization.name,
    )


def share_line(told: Digest) -> str:
    """The social share in a sentence, empty where there were too few posts."""
    if told.share is None or told.low is None or told.high is None:
        return ""
    return digest_wording.share_line(
        told.share, told.low, told.high, told.target, timeline=told.timeline_only
    )


def page_url(told: Digest) -> str:
    """The digest's page inside its organization, for those who may enter."""
    address = reverse("coaching:digest", args=[told.organization.slug, told.week.isoformat()])
    return settings.BASE_URL + address


def reading_url(subscription: Subscription, week: date) -> str:
    """Where its reader can look at a digest in a browser without a login, as long as they are its reader."""
    told = [subscription.organization_id, week.isoformat(), subscription.pk]
    token = signing.dumps(told, salt=_READING)
    return settings.BASE_URL + reverse("coaching:letter", args=[token])


def reading(token: str) -> Reading | None:
    """What such a link points at; None for one that was altered or is too old."""
    try:
        organization_id, week, reader = signing.loads(token, salt=_READING, max_age=READABLE_FOR)
        return Reading(int(organization_id), date.fromisoformat(week), int(reader))
    except (signing.BadSignature, TypeError, ValueError):
        return None


def choosing_url(subscription: Subscription) -> str:
    """Where a reader chooses when the digest comes, and leaves it, without a login."""
    token = signing.dumps([subscription.organization_id, subscription.pk], salt=_CHOOSING)
    return settings.BASE_URL + reverse("coaching:reader", args=[token])


def choosing(token: str) -> tuple[int, int] | None:
    """(organization, subscription) of such a link, or None; it does not age, for mails lie around."""
    try:
        organization_id, pk = signing.loads(token, salt=_CHOOSING)
        return int(organization_id), int(pk)
    except (signing.BadSignature, TypeError, ValueError):
        return None
