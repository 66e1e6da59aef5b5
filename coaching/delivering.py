"""Sends the digest: one copy for each reader and week, tried again when a mail server puts it off.

A copy is written down before it is sent, and claimed by one worker. Just before the mail server gets it, that
is written down too: a worker that dies then may have sent it, and the next one sends it again under the same
Message-ID and says so in the log. Everywhere else a copy is sent once.
"""

import logging
import smtplib
from datetime import datetime, timedelta

from anymail.exceptions import AnymailError, AnymailRecipientsRefused
from django.core.mail import get_connection
from django.db import connection as database

from accounts import audit, mailing
from accounts.models import Organization
from accounts.tenancy import scope
from coaching import digest, digest_letter, readers
from coaching.models import Delivery, Subscription
from coaching.sending_time import last_whole_week

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=10)
WEEK = timedelta(days=7)
PUT_OFF = (1, 5, 15, 60, 240, 480, 720)
"""Minutes until the next try, by how many there were; a day in all."""


def due(now: datetime, limit: int = 1_000) -> list[tuple[int, int]]:
    """(organization, subscription) whose next copy is due, the longest waiting first."""
    return _found("SELECT organization_id, id FROM engage_due_digests(%s, %s)", now, limit)


def waiting(now: datetime, limit: int = 1_000) -> list[tuple[int, int]]:
    """(organization, delivery) that can be sent now."""
    return _found("SELECT organization_id, id FROM engage_due_deliveries(%s, %s)", now, limit)


def _found(statement: str, now: datetime, limit: int) -> list[tuple[int, int]]:
    with database.cursor() as cursor:
        cursor.execute(statement, [now, limit])
        return cursor.fetchall()


def queue(organization_id: int, subscription_ids: list[int], *, now: datetime) -> list[int]:
    """Writes down the copies of readers of one organization that are due, and when their next ones are.

    After a long standstill only the latest week is sent. Ids of the copies to send.
    """
    with scope([organization_id]):
        mine = (
            Subscription.across_organizations.select_for_update(of=("self",), skip_locked=True)
            .select_related("organization", "user")
            .filter(organization=organization_id, pk__in=subscription_ids, due_at__lte=now)
        )
        made = []
        subscriptions = list(mine)
        for one in subscriptions:
            week = max(one.next_week, last_whole_week(now, one.organization.zone))
            paused = (
                one.paused_until is not None and now.astimezone(readers.zone(one)).date() < one.paused_until
            )
            made.append(
                Delivery(
                    organization=one.organization,
                    subscription=one,
                    week=week,
                    state=Delivery.State.SKIPPED if paused else Delivery.State.QUEUED,
                    next_at=None if paused else now,
                )
            )
            one.next_week = week + WEEK
            readers.plan_next(one)
        Delivery.across_organizations.bulk_create(made, ignore_conflicts=True)
        Subscription.across_organizations.bulk_update(subscriptions, ["next_week", "due_at"])
        copies = Delivery.across_organizations.filter(
            organization=organization_id, subscription__in=subscriptions, state=Delivery.State.QUEUED
        )
        return list(copies.order_by("pk").values_list("pk", flat=True))


def claim(organization_id: int, delivery_id: int, *, now: datetime) -> Delivery | None:
    """The copy, for whoever asks first; a worker that dies gives it up when the lease ends."""
    with scope([organization_id]):
        mine = Delivery.across_organizations.filter(
            organization=organization_id,
            pk=delivery_id,
            state__in=[Delivery.State.QUEUED, Delivery.State.SENDING],
            next_at__lte=now,
        )
        if not mine.update(state=Delivery.State.SENDING, next_at=now + LEASE):
            return None
        found: Delivery = Delivery.across_organizations.select_related(
            "organization", "subscription__user", "subscription__organization"
        ).get(pk=delivery_id)
        return found


def send(copy: Delivery, *, now: datetime) -> None:
    """Sends a claimed copy and keeps what came of it."""
    with scope([copy.organization_id]):
        told = digest.read(digest.issue(copy.organization, week=copy.week, now=now))
    if not _wanted(copy, told):
        _keep(copy, state=Delivery.State.SKIPPED, next_at=None)
        return
    mail = mailing.compose(
        digest_letter.letter(told, copy.subscription.address, subscription=copy.subscription, now=now)
    )
    if copy.handed_over_at is not None:
        log.warning("Digest %s may be sent a second time: it is not known what became of the first.", copy.pk)
    if copy.message_id:
        mail.extra_headers["Message-ID"] = copy.message_id  # mail programs show the same one once
    if not _hand_over(copy, str(mail.extra_headers["Message-ID"]), now):
        return
    try:
        mail.connection = get_connection()
        mail.send()
    except (smtplib.SMTPException, OSError, AnymailError) as trouble:
        _put_off(copy, trouble, now)
        return
    _keep(copy, state=Delivery.State.SENT, next_at=None, sent_at=now, trouble="")


def _wanted(copy: Delivery, told: digest.Digest) -> bool:
    """Whether the reader still wants this copy, and whether it has something to say."""
    reader = copy.subscription
    here = reader.on and reader.bounced_at is None and reader.confirmed_at is not None
    return here and (told.news or reader.even_without_news)


def _hand_over(copy: Delivery, message_id: str, now: datetime) -> bool:
    """Writes down that the mail server gets this copy now; False where another worker has taken it over."""
    with scope([copy.organization_id]):
        mine = Delivery.across_organizations.filter(
            pk=copy.pk,
            state=Delivery.State.SENDING,
            attempts=copy.attempts,
            handed_over_at=copy.handed_over_at,
        )
        changed = mine.update(handed_over_at=now, message_id=message_id, attempts=copy.attempts + 1)
    copy.attempts += 1
    return bool(changed)


def _put_off(copy: Delivery, trouble: Exception, now: datetime) -> None:
    """Tries again later, or never where the reader's mail server refused the address for good."""
    told: dict[str, object] = {"trouble": " ".join(str(trouble).split())[:200]}
    if isinstance(trouble, (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, ConnectionError)):
        told["handed_over_at"] = None  # the server said no, so there is no doubt about it
    if _refused_for_good(trouble):
        _keep(copy, state=Delivery.State.BOUNCED, next_at=None, **told)
        _stop(copy, now)
    elif copy.attempts > len(PUT_OFF):
        _keep(copy, state=Delivery.State.FAILED, next_at=None, **told)
    else:
        again = now + timedelta(minutes=PUT_OFF[copy.attempts - 1])
        _keep(copy, state=Delivery.State.QUEUED, next_at=again, **told)


def _refused_for_good(trouble: Exception) -> bool:
    if isinstance(trouble, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _ in trouble.recipients.values())
    return isinstance(trouble, AnymailRecipientsRefused)


def _stop(copy: Delivery, now: datetime) -> None:
    """No more digests to an address that does not exist; owners see it in the settings and the trail."""
    with scope([copy.organization_id]):
        Subscription.across_organizations.filter(pk=copy.subscription_id).update(bounced_at=now, due_at=None)
        audit.record(copy.organization, "digest_bounced", by=None, at=now, target=copy.subscription_id)


def _keep(copy: Delivery, **values: object) -> None:
    with scope([copy.organization_id]):
        Delivery.across_organizations.filter(pk=copy.pk).update(**values)


def troubled(organization: Organization) -> list[Subscription]:
    """Readers whose address does not work, for the owners' page."""
    found = organization.subscriptions.filter(bounced_at__isnull=False).select_related("user")
    return list(found.order_by("pk"))
