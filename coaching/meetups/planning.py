"""Planning a meetup: from a suggestion or from scratch, made public, changed, called off."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from django.core.exceptions import BadRequest, ValidationError
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Organization, User
from coaching import suggestions
from coaching.meetups import links, mails, replies
from coaching.models import Meetup, MeetupGuest, MeetupMail, MeetupTask, Suggestion

State = Meetup.State
RULE = "plan_a_meetup"
SETTLES = timedelta(minutes=10)
"""A change is mailed so much later, as the first one is often not the last."""
CHECKLIST = ("venue", "host", "name_tags", "photo_consent", "accessibility")
TASKS_AT_MOST = 40
# What guests have in their calendars.
_TOLD = ("title", "place", "address", "online_url", "starts_at", "ends_at", "timezone")


class Past(ValueError):
    """The meetup lies in the past; its day must be changed first."""


class StillTelling(Exception):
    """The mails that call a meetup off are on their way; deleted now, nobody would be told."""


@dataclass(frozen=True)
class Plan:
    """What staff filled in about a meetup."""

    title: str
    goal: str
    about: str
    place: str
    address: str
    online_url: str
    starts_at: datetime
    ends_at: datetime
    timezone: str
    capacity: int | None
    hashtag: str
    thanks: str = ""


def begin(organization: Organization, plan: Plan, *, by: User, now: datetime) -> Meetup:
    """A new meetup that nobody outside sees yet, with the usual list of things to do.

    The suggestion to hold one, where it is open, is taken with it.
    """
    meetup: Meetup = Meetup(
        organization=organization, token=links.new_token(), created_by=by, created_at=now, changed_at=now
    )
    _fill(meetup, plan)
    meetup.due_at = now
    meetup.save()
    MeetupTask.across_organizations.bulk_create(
        [MeetupTask(organization=organization, meetup=meetup, code=code) for code in CHECKLIST]
    )
    audit.record(organization, "meetup_planned", by=by, at=now, target=meetup.pk)
    suggested = organization.suggestions.select_for_update(of=("self",)).filter(
        rule=RULE, state=Suggestion.State.OPEN
    )
    for suggestion in suggested:
        suggestions.decide(suggestion, "take", because="", by=by, now=now)
    return meetup


def change(meetup: Meetup, plan: Plan, *, by: User, now: datetime) -> bool:
    """Keeps what was changed; guests of a public meetup get a mail about another time or place.

    True where they are told. More places are given to those who wait; fewer take nobody's place away.
    """
    meetup = replies.locked(meetup)
    before = [getattr(meetup, name) for name in _TOLD]
    _fill(meetup, plan)
    news = meetup.state == State.OPEN and before != [getattr(meetup, name) for name in _TOLD]
    meetup.changed_at = now
    if meetup.ends_at > now:
        meetup.emptied_at = None  # whoever signs up from now on is forgotten after the new day
    if meetup.state == State.OPEN:
        meetup.sequence += 1  # words change as well, and calendars show them
    meetup.due_at = now
    meetup.save()
    replies.settle(meetup, now=now)
    if news:
        told = replies.guests(meetup).filter(state__in=[MeetupGuest.State.COMING, MeetupGuest.State.WAITING])
        mails.queue(told, MeetupMail.Kind.CHANGED, turn=meetup.sequence, now=now, at=now + SETTLES)
    audit.record(meetup.organization, "meetup_changed", by=by, at=now, target=meetup.pk)
    return news


def publish(meetup: Meetup, *, by: User, now: datetime) -> None:
    """From now on everybody who has the address sees the page and can sign up. Raises Past."""
    meetup = replies.locked(meetup)
    if meetup.state != State.DRAFT:
        return
    if meetup.starts_at <= now:
        raise Past
    meetup.state, meetup.published_at, meetup.changed_at, meetup.due_at = State.OPEN, now, now, now
    meetup.save()
    audit.record(meetup.organization, "meetup_published", by=by, at=now, target=meetup.pk)


def call_off(meetup: Meetup, *, by: User, now: datetime) -> None:
    """The meetup does not take place; all guests are told, and calendars strike it out."""
    meetup = replies.locked(meetup)
    if meetup.state != State.OPEN or now >= meetup.ends_at:
        return
    meetup.state, meetup.cancelled_at, meetup.changed_at = State.CANCELLED, now, now
    meetup.sequence += 1
    meetup.save()
    told = replies.guests(meetup).exclude(state=MeetupGuest.State.CANCELLED)
    mails.queue(told, MeetupMail.Kind.CANCELLED, turn=0, now=now)
    audit.record(meetup.organization, "meetup_cancelled", by=by, at=now, target=meetup.pk)


def delete(meetup: Meetup, *, by: User, now: datetime) -> None:
    """Deletes a meetup with all its guests; a public one that lies ahead must be called off first.

    Raises StillTelling.
    """
    meetup = replies.locked(meetup)
    if meetup.state == State.OPEN and now < meetup.ends_at:
        raise BadRequest("Call the meetup off first, so that its guests are told.")
    untold = MeetupMail.across_organizations.filter(
        organization=meetup.organization_id,
        guest__meetup=meetup,
        kind=MeetupMail.Kind.CANCELLED,
        next_at__isnull=False,
    )
    if now < meetup.ends_at and untold.exists():
        raise StillTelling
    pk, organization = meetup.pk, meetup.organization
    meetup.delete()
    audit.record(organization, "meetup_deleted", by=by, at=now, target=pk)


def _fill(meetup: Meetup, plan: Plan) -> None:
    for field in fields(plan):
        setattr(meetup, field.name, getattr(plan, field.name))


def tick(meetup: Meetup, task_id: int, *, done: bool, by: User, now: datetime) -> None:
    """Says that something on the list is done, or is not."""
    meetup.tasks.filter(pk=task_id).update(done_at=now if done else None, done_by=by if done else None)


def add_task(meetup: Meetup, text: str) -> None:
    """Puts something of one's own on the list. Raises ValidationError with what to do where it cannot."""
    text = " ".join(text.replace("\0", " ").split())[:200]
    if not text:
        raise ValidationError(_("Write what there is to do, then put it on the list."))
    if meetup.tasks.count() >= TASKS_AT_MOST:
        raise ValidationError(_("The list is full. Remove something that is done, then put this on it."))
    MeetupTask.across_organizations.create(organization_id=meetup.organization_id, meetup=meetup, text=text)


def drop_task(meetup: Meetup, task_id: int) -> None:
    """Takes something off the list that does not matter here."""
    meetup.tasks.filter(pk=task_id).delete()
