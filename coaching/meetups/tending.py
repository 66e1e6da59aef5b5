"""What the clock does to a meetup: it frees unconfirmed places, reminds, thanks, and deletes addresses."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import connection as database
from django.db.models import Min, Q

from accounts import audit
from accounts.tenancy import scope
from coaching.meetups import local_time, mails, replies
from coaching.models import Meetup, MeetupGuest, MeetupInvite, MeetupMail

Kind, State = MeetupMail.Kind, MeetupGuest.State
LEASE = timedelta(minutes=10)
DOOR_OPENS = timedelta(hours=12)
"""So long before the beginning people can be ticked off."""
THANKS_AT = time(10, 0)
THANKS_FOR = timedelta(days=7)
"""So long somebody may still be ticked off and gets a mail of thanks."""


def due(now: datetime, limit: int = 500) -> list[tuple[int, int]]:
    """(organization, meetup) that a worker should look at, the longest waiting first."""
    with database.cursor() as cursor:
        cursor.execute("SELECT organization_id, id FROM engage_due_meetups(%s, %s)", [now, limit])
        return cursor.fetchall()


def claim(organization_id: int, meetup_id: int, *, now: datetime) -> Meetup | None:
    """The meetup, for whoever asks first; a worker that dies gives it up when the lease ends."""
    with scope([organization_id]):
        mine = Meetup.across_organizations.filter(organization=organization_id, pk=meetup_id, due_at__lte=now)
        if not mine.update(due_at=now + LEASE):
            return None
        return Meetup.across_organizations.select_related("organization").get(pk=meetup_id)


def tend(claimed: Meetup, *, now: datetime) -> None:
    """Does all that is due by now, and writes down when to look again. Twice is harmless."""
    with scope([claimed.organization_id]):
        try:
            meetup = replies.locked(claimed)
        except replies.Gone:
            return
        replies.guests(meetup).filter(state=State.ASKED, asked_at__lte=now - replies.CONFIRM_WITHIN).delete()
        replies.settle(meetup, now=now)
        _remind(meetup, now)
        _thank(meetup, now)
        if meetup.emptied_at is None and now >= empty_at(meetup):
            empty(meetup, now=now)
        meetup.due_at = next_look(meetup, now)
        meetup.save(update_fields=["due_at"])


def remind_at(meetup: Meetup) -> datetime:
    """The day before, at the hour at which the meetup begins."""
    return local_time.same_hour(meetup.starts_at, -1, meetup.zone)


def thank_at(meetup: Meetup) -> datetime:
    """Ten in the morning after."""
    return local_time.same_hour(meetup.ends_at, 1, meetup.zone, THANKS_AT)


def empty_at(meetup: Meetup) -> datetime:
    """When names and addresses of guests are deleted."""
    return meetup.ends_at + timedelta(days=settings.MEETUP_KEEP_DAYS)


def next_look(meetup: Meetup, now: datetime) -> datetime | None:
    """The next moment at which something is due."""
    if meetup.emptied_at is not None:
        return None
    found = replies.guests(meetup).aggregate(
        holds=Min("holds_until", filter=Q(state=State.ASKED, holds_until__gt=now)),
        asked=Min("asked_at", filter=Q(state=State.ASKED)),
    )
    moments = [remind_at(meetup), thank_at(meetup), empty_at(meetup), found["holds"]]
    if found["asked"]:
        moments.append(found["asked"] + replies.CONFIRM_WITHIN)
    return min((moment for moment in moments if moment is not None and moment > now), default=None)


def _remind(meetup: Meetup, now: datetime) -> None:
    at = remind_at(meetup)
    if meetup.state != Meetup.State.OPEN or not at <= now < meetup.starts_at:
        return
    # Whoever got their place only now has just had a mail.
    coming = replies.guests(meetup).filter(state=State.COMING, confirmed_at__lt=at)
    day = meetup.starts_at.astimezone(meetup.zone).toordinal()
    mails.queue(coming, Kind.REMINDER, turn=day, now=now)


def _thank(meetup: Meetup, now: datetime) -> None:
    at = thank_at(meetup)
    if meetup.state == Meetup.State.OPEN and at <= now < at + THANKS_FOR:
        came = replies.guests(meetup).filter(came_at__isnull=False)
        mails.queue(came, Kind.THANKS, turn=0, now=now)


def empty(meetup: Meetup, *, now: datetime) -> None:
    """Deletes who was invited, who wanted to come and what was mailed; how many came is kept."""
    everybody = replies.guests(meetup)
    MeetupInvite.across_organizations.filter(organization=meetup.organization_id, meetup=meetup).delete()
    MeetupMail.across_organizations.filter(organization=meetup.organization_id, guest__in=everybody).delete()
    everybody.exclude(state=State.COMING).delete()
    everybody.update(name="", email="", network="", handle="")
    meetup.emptied_at = now
    meetup.save(update_fields=["emptied_at"])
    audit.record(meetup.organization, "meetup_emptied", by=None, at=now, target=meetup.pk)
