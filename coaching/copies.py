"""Sends one mail that was written down before, once, through any mood of a mail server.

A copy is claimed by one worker. Just before the mail server gets it, that is written down: a worker that dies
then may have sent it, and the next one sends it again under the same Message-ID and says so in the log.
Everywhere else a copy is sent once.
"""

import logging
import smtplib
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any

from django.core.mail import get_connection
from django.db.models import QuerySet

from accounts import mailing
from accounts.mailing import LEASE, TROUBLE, Letter, next_try, refused_for_good
from coaching.models import Delivery, MeetupMail, PracticeDelivery

log = logging.getLogger(__name__)

Copy = Delivery | MeetupMail | PracticeDelivery
Within = Callable[[], AbstractContextManager[None]]


def take(mine: "QuerySet[Any]", *, now: datetime) -> bool:
    """Claims a copy that waits, or whose worker has let its lease run out; one statement."""
    free = mine.filter(state__in=[Delivery.State.QUEUED, Delivery.State.SENDING], next_at__lte=now)
    return bool(free.update(state=Delivery.State.SENDING, next_at=now + LEASE))


def send(copy: Copy, letter: Letter | None, *, now: datetime, within: Within = nullcontext) -> Delivery.State:
    """Sends a claimed copy and keeps what came of it; None as a letter means that there is nothing to say.

    `within` opens what the copy's row needs to be seen, such as its organization's scope.
    """
    if letter is None:
        return _keep(copy, within, state=Delivery.State.SKIPPED, next_at=None)
    mail = mailing.compose(letter)
    if copy.handed_over_at is not None:
        log.warning(
            "%s %s may be sent a second time: it is not known what became of the first.",
            type(copy).__name__,
            copy.pk,
        )
    if copy.message_id:
        mail.extra_headers["Message-ID"] = copy.message_id  # mail programs show the same one once
    if not _hand_over(copy, str(mail.extra_headers["Message-ID"]), now, within):
        return Delivery.State.SENDING
    try:
        mail.connection = get_connection()
        mail.send()
    except TROUBLE as trouble:
        return _put_off(copy, trouble, now, within)
    return _keep(copy, within, state=Delivery.State.SENT, next_at=None, sent_at=now, trouble="")


def _hand_over(copy: Copy, message_id: str, now: datetime, within: Within) -> bool:
    """Writes down that the mail server gets this copy now; False where another worker has taken it over."""
    with within():
        mine = type(copy)._default_manager.filter(
            pk=copy.pk,
            state=Delivery.State.SENDING,
            attempts=copy.attempts,
            handed_over_at=copy.handed_over_at,
        )
        changed = mine.update(handed_over_at=now, message_id=message_id, attempts=copy.attempts + 1)
    copy.attempts += 1
    return bool(changed)


def _put_off(copy: Copy, trouble: Exception, now: datetime, within: Within) -> Delivery.State:
    """Tries again later, or never where the reader's mail server refused the address for good."""
    told: dict[str, object] = {"trouble": " ".join(str(trouble).split())[:200]}
    if isinstance(trouble, (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, ConnectionError)):
        told["handed_over_at"] = None  # the server said no, so there is no doubt about it
    if refused_for_good(trouble):
        return _keep(copy, within, state=Delivery.State.BOUNCED, next_at=None, **told)
    again = next_try(copy.attempts, now=now)
    if again is None:
        return _keep(copy, within, state=Delivery.State.FAILED, next_at=None, **told)
    return _keep(copy, within, state=Delivery.State.QUEUED, next_at=again, **told)


def _keep(copy: Copy, within: Within, *, state: Delivery.State, **values: object) -> Delivery.State:
    with within():
        type(copy)._default_manager.filter(pk=copy.pk).update(state=state, **values)
    return state
