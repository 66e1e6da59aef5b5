"""A mail whose row says when it is due: claimed by one worker, tried for a day, in no queue alone."""

import logging
from datetime import datetime
from enum import Enum
from typing import TypeVar

from django.core.mail import EmailMessage
from django.db.models import F, Model, QuerySet

from accounts import mailing
from accounts.mailing import Letter

log = logging.getLogger(__name__)
Row = TypeVar("Row", bound=Model)


class Fate(Enum):
    """What came of one try."""

    SENT = "sent"
    LATER = "later"
    REFUSED = "refused"
    GIVEN_UP = "given up"


def due(rows: "QuerySet[Row]", *, now: datetime, limit: int = 500) -> list[int]:
    """Ids of the rows whose mail can be sent now, the longest waiting first."""
    found = rows.filter(mail_due_at__lte=now).order_by("mail_due_at", "pk")
    return list(found.values_list("pk", flat=True)[:limit])


def claim(rows: "QuerySet[Row]", pk: int, *, now: datetime) -> Row | None:
    """The row, for whoever asks first; a worker that dies gives it up when the lease ends."""
    mine = rows.filter(pk=pk, mail_due_at__lte=now)
    if not mine.update(mail_due_at=now + mailing.LEASE, mail_tries=F("mail_tries") + 1):
        return None
    return rows.filter(pk=pk).first()


def send(letter: Letter, *, tries: int, now: datetime) -> tuple[Fate, datetime | None]:
    """Sends a claimed letter; what came of it, and when it is due again."""
    return hand_in(mailing.compose(letter), tries=tries, now=now)


def hand_in(mail: EmailMessage, *, tries: int, now: datetime) -> tuple[Fate, datetime | None]:
    """Sends a claimed mail; what came of it, and when it is due again.

    A worker that dies just after the mail server took it leaves it to be sent once more, under the same
    Message-ID where the mail names one.
    """
    try:
        mail.send()
    except mailing.TROUBLE as trouble:
        if mailing.refused_for_good(trouble):
            return Fate.REFUSED, None
        again = mailing.next_try(tries, now=now)
        log.warning("A mail could not be sent: %s", type(trouble).__name__)
        return (Fate.LATER, again) if again else (Fate.GIVEN_UP, None)
    return Fate.SENT, None
