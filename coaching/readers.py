"""Who reads the digest, and when: members by themselves, others when an owner asks and they say yes."""

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection as database
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Membership, Organization, User
from accounts.tenancy import scope
from coaching.models import Delivery, Subscription
from coaching.sending_time import due_at, last_whole_week

MOST_READERS = 50
"""Addresses without an account that an organization may subscribe."""
ASK_AGAIN = timedelta(days=1)
CONFIRM_WITHIN = timedelta(days=14)
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Wishes:
    """What a reader chose."""

    on: bool
    day: int
    hour: int
    timezone: str
    paused_until: date | None
    even_without_news: bool
    tell_waiting: bool


def zone(subscription: Subscription) -> ZoneInfo:
    """The reader's time zone: their own, else the organization's."""
    return ZoneInfo(subscription.timezone) if subscription.timezone else subscription.organization.zone


def plan_next(subscription: Subscription) -> None:
    """Sets when the next copy is due; does not save. None for who left, bounced or never said yes."""
    active = subscription.on and subscription.bounced_at is None and subscription.confirmed_at is not None
    subscription.due_at = (
        due_at(
            subscription.next_week,
            day=subscription.day,
            hour=subscription.hour,
            reader=zone(subscription),
            organization=subscription.organization.zone,
        )
        if active
        else None
    )


def missing(limit: int = 200) -> list[int]:
    """Organizations with members that have no subscription yet."""
    with database.cursor() as cursor:
        cursor.execute("SELECT organization_id FROM engage_members_not_subscribed(%s)", [limit])
        return [row[0] for row in cursor.fetchall()]


def enrol(organization_id: int, *, now: datetime) -> int:
    """Gives every member of an organization the digest, from the running week on; number of new ones."""
    organization = Organization.objects.filter(pk=organization_id).first()
    if organization is None:
        return 0
    with scope([organization_id]):
        has = organization.subscriptions.filter(user__isnull=False).values("user")
        new = []
        for member in Membership.objects.filter(organization=organization).exclude(user__in=has):
            one = _fresh(organization, now)
            one.user_id, one.confirmed_at = member.user_id, now
            plan_next(one)
            new.append(one)
        Subscription.across_organizations.bulk_create(new, ignore_conflicts=True)
        return len(new)


def _fresh(organization: Organization, now: datetime) -> Subscription:
    # The first digest is about the week that runs now, so that nobody gets one in the minute they join.
    return Subscription(organization=organization, next_week=last_whole_week(now, organization.zone) + WEEK)


def choose(subscription: Subscription, wishes: Wishes, *, now: datetime) -> None:
    """Keeps what a reader chose. A week that was sent is not sent again, one that was not is not dropped."""
    for field in fields(wishes):
        setattr(subscription, field.name, getattr(wishes, field.name))
    if wishes.on and subscription.bounced_at is not None:
        subscription.bounced_at = None  # they are here, so the address may be tried again
    chosen = {field.name for field in fields(wishes)}
    subscription.clean_fields(exclude={field.name for field in Subscription._meta.fields} - chosen)
    _not_before(subscription, now)
    plan_next(subscription)
    subscription.save()


def _not_before(subscription: Subscription, now: datetime) -> None:
    """Weeks that passed while a reader was away are not sent afterwards."""
    latest = last_whole_week(now, subscription.organization.zone)
    if subscription.due_at is None and subscription.next_week < latest:
        subscription.next_week = latest + WEEK


def leave(subscription: Subscription, *, now: datetime) -> None:
    """No more digests, from this moment; copies that wait are not sent."""
    subscription.on, subscription.due_at, subscription.tell_waiting = False, None, False
    subscription.save(update_fields=["on", "due_at", "tell_waiting"])
    waiting = subscription.deliveries.filter(state=Delivery.State.QUEUED)
    waiting.update(state=Delivery.State.SKIPPED, next_at=None)


def invite(organization: Organization, email: str, *, by: User, now: datetime) -> Subscription:
    """Asks somebody without an account whether they want the digest; raises ValidationError with what to do.

    The caller mails them. Nothing else is sent before they say yes.
    """
    email = email.strip().lower()
    validate_email(email)
    Organization.objects.select_for_update().get(pk=organization.pk)
    readers = organization.subscriptions.exclude(email="")
    found: Subscription | None = readers.filter(email=email).first()
    if Membership.objects.filter(organization=organization, user__email=email).exists():
        raise ValidationError(_("They are a member already, and members get the digest by themselves."))
    if found and found.confirmed_at and found.on:
        raise ValidationError(_("They get the digest already."))
    if found and found.asked_at and now - found.asked_at < ASK_AGAIN:
        raise ValidationError(_("They were asked less than a day ago; give them time to answer."))
    if not found and readers.count() >= MOST_READERS:
        raise ValidationError(_("Fifty readers without an account at most; invite others as members."))
    one = found or _fresh(organization, now)
    one.email, one.asked_at, one.confirmed_at, one.on = email, now, None, True
    plan_next(one)
    one.save()
    audit.record(organization, "digest_reader_asked", by=by, at=now, target=one.pk)
    return one


def confirm(subscription: Subscription, *, now: datetime) -> bool:
    """A reader says yes; False where they were asked too long ago. Saying it twice is harmless."""
    if subscription.confirmed_at is not None:
        return True
    if subscription.asked_at is None or now - subscription.asked_at > CONFIRM_WITHIN:
        return False
    subscription.confirmed_at = now
    _not_before(subscription, now)
    plan_next(subscription)
    subscription.save()
    return True


def remove(organization: Organization, pk: int, *, by: User, now: datetime) -> None:
    """An owner takes a reader without account off the list, with what was sent to them."""
    if organization.subscriptions.exclude(email="").filter(pk=pk).delete()[0]:
        audit.record(organization, "digest_reader_removed", by=by, at=now, target=pk)
