"""How long an organization keeps what others wrote, messages, drafts and digests."""

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from accounts import audit
from accounts.models import Organization, User
from coaching.models import (
    Connection,
    ConversationClaim,
    ConversationMark,
    Delivery,
    DigestIssue,
    Draft,
    Message,
    Retention,
)
from coaching.networks.contract import Batch


@dataclass(frozen=True)
class Periods:
    """Days until things go; None is as long as the organization itself."""

    x_text_days: int | None
    facebook_text_days: int | None = None
    message_days: int | None = None
    draft_days: int | None = None
    digest_days: int | None = None


@dataclass(frozen=True)
class Swept:
    """How many texts were dropped, and how many messages, drafts and digests went."""

    texts: int
    gone: int


def of(organization: Organization) -> Periods:
    """What holds for an organization; never longer on X than the operator allows. One query."""
    kept: Retention | None = organization.retentions.first()
    own = {field.name: getattr(kept, field.name) for field in fields(Periods)} if kept else {}
    most = settings.OTHERS_TEXT_DAYS
    return Periods(**{**own, "x_text_days": min(own.get("x_text_days") or most, most)})


def change(organization: Organization, wanted: Periods, *, by: User, now: datetime) -> None:
    """Keeps what an owner chose; the next round heeds it."""
    values = {field.name: getattr(wanted, field.name) for field in fields(Periods)}
    Retention.across_organizations.update_or_create(organization=organization, defaults=values)
    audit.record(organization, "retention_changed", by=by, at=now)


def sweep(organization: Organization, *, now: datetime) -> Swept:
    """Drops what has been here long enough. Needs the organization's scope."""
    periods = of(organization)
    texts = 0
    for network, days in (
        (Connection.Network.TWITTER, periods.x_text_days),
        (Connection.Network.FACEBOOK, periods.facebook_text_days),
    ):
        if days is not None:
            texts += _drop_texts(organization, network, now - timedelta(days=days))
    gone = 0
    if periods.message_days is not None:
        gone += _drop_messages(organization, now - timedelta(days=periods.message_days))
    if periods.draft_days is not None:
        before = now - timedelta(days=periods.draft_days)
        old = Draft.across_organizations.filter(organization=organization, created_at__lt=before)
        gone += old.delete()[0]
    if periods.digest_days is not None:
        gone += _drop_digests(organization, now - timedelta(days=periods.digest_days))
    return Swept(texts, gone)


def _drop_texts(organization: Organization, network: str, before: datetime) -> int:
    """Other people's texts and names go; id, time and labels stay."""
    old = Message.across_organizations.filter(
        organization=organization, connection__network=network, created_at__lt=before
    )
    return old.exclude(Q(text="") & Q(author_name__isnull=True)).update(text="", author_name=None)


def _drop_messages(organization: Organization, before: datetime) -> int:
    """Whole messages go, with what staff said about them. The weeks' figures were counted and stay."""
    old = Message.across_organizations.filter(organization=organization, created_at__lt=before)
    ids = old.values("external_id")
    ConversationMark.across_organizations.filter(organization=organization, message__in=ids).delete()
    ConversationClaim.across_organizations.filter(organization=organization, until__lt=before).delete()
    return old.delete()[0]


def _drop_digests(organization: Organization, before: datetime) -> int:
    day = before.astimezone(organization.zone).date()
    Delivery.across_organizations.filter(organization=organization, week__lt=day).delete()
    return DigestIssue.across_organizations.filter(organization=organization, week__lt=day).delete()[0]


def without_old(connection: Connection, batch: Batch, *, now: datetime) -> Batch:
    """The batch without messages that would go again with the next round. Needs the organization's scope."""
    if not batch.messages:
        return batch
    days = of(connection.organization).message_days
    if days is None:
        return batch
    since = now - timedelta(days=days)
    return replace(batch, messages=tuple(one for one in batch.messages if one.created_at >= since))
