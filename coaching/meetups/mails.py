"""The mails of a meetup on their way: written down first, sent once, in whatever mood the mail server is."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.db import connection as database

from accounts.tenancy import scope
from coaching import copies
from coaching.meetups import letters
from coaching.models import MeetupGuest, MeetupMail

Kind = MeetupMail.Kind


def queue(
    guests: Iterable[MeetupGuest], kind: Kind, *, turn: int, now: datetime, at: datetime | None = None
) -> None:
    """Writes down a mail to each of these guests, once for a kind and turn; one statement.

    It is sent at `at`, else now. Guests without an address get none.
    """
    MeetupMail.across_organizations.bulk_create(
        [
            MeetupMail(
                organization_id=guest.organization_id, guest=guest, kind=kind, round=turn, next_at=at or now
            )
            for guest in guests
            if guest.email
        ],
        ignore_conflicts=True,
    )


def due(now: datetime, limit: int = 1_000) -> list[tuple[int, int]]:
    """(organization, mail) of what can be sent now, the longest waiting first."""
    with database.cursor() as cursor:
        cursor.execute("SELECT organization_id, id FROM engage_due_meetup_mails(%s, %s)", [now, limit])
        return cursor.fetchall()


def claim(organization_id: int, mail_id: int, *, now: datetime) -> MeetupMail | None:
    """The mail, for whoever asks first; a worker that dies gives it up when the lease ends."""
    with scope([organization_id]):
        mine = MeetupMail.across_organizations.filter(organization=organization_id, pk=mail_id)
        if not copies.take(mine, now=now):
            return None
        found: MeetupMail = mine.select_related("organization", "guest__meetup__organization").get()
        return found


def send(mail: MeetupMail, *, now: datetime) -> None:
    """Sends a claimed mail, unless what it says has been overtaken, and keeps what came of it."""
    within = partial(scope, [mail.organization_id])
    with within(), mail.organization.customs():
        letter = letters.letter(mail, now=now)
    copies.send(mail, letter, now=now, within=within)
