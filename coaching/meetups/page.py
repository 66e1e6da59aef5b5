"""The meetups of an organization, and one of them with all that belongs to it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from coaching.meetups import afterwards, calendar_address, hashtags, links, name_tags, replies, tending
from coaching.meetups.hashtags import Following, Use
from coaching.models import Meetup, MeetupGuest, MeetupTask

State, Guest = Meetup.State, MeetupGuest.State
SHOWN = 100
TASKS: dict[str, Promise] = {
    "venue": _("The venue is booked, and they know when we come"),
    "host": _("Somebody opens the door and says hello to everybody"),
    "name_tags": _("Name tags are printed, with pens for those who come without asking"),
    "photo_consent": _("We ask before we take pictures, and there is a corner without cameras"),
    "accessibility": _("Step-free way in, a quiet seat, and the page says how it is"),
}


@dataclass(frozen=True)
class MeetupCard:
    """A meetup in the list, with how many come, wait and came."""

    id: int
    title: str
    local: datetime
    place: str
    state: str
    coming: int
    waiting: int
    came: int
    capacity: int | None


@dataclass(frozen=True)
class MeetupsPage:
    """What lies ahead, the next first, and what is over, the last first."""

    ahead: tuple[MeetupCard, ...]
    over: tuple[MeetupCard, ...]
    calendar_url: str


@dataclass(frozen=True)
class TaskLine:
    """Something to do before a meetup."""

    id: int
    words: str
    done: bool


@dataclass(frozen=True)
class MeetupPage:
    """One meetup as staff see it.

    `use` is how the hashtag was used before the meetup was planned; `by_hand` are names that no font of ours
    can draw on a tag; `unreached` are ids of guests whom our mails do not reach.
    """

    meetup: Meetup
    starts: datetime
    ends: datetime
    over: bool
    coming: tuple[MeetupGuest, ...]
    waiting: tuple[MeetupGuest, ...]
    unconfirmed: int
    cancelled: int
    came: int
    free: int | None
    too_many: int
    tasks: tuple[TaskLine, ...]
    use: Use | None
    following: Following | None
    public_url: str
    file_url: str
    empty_at: datetime
    by_hand: tuple[str, ...]
    unreached: frozenset[int]

    @property
    def done(self) -> int:
        """How many things on the list are done."""
        return sum(task.done for task in self.tasks)


def build_list(organization: Organization, *, now: datetime) -> MeetupsPage:
    """All meetups. Two queries."""
    found = organization.meetups.annotate(
        coming=Count("guests", filter=Q(guests__state=Guest.COMING)),
        waiting=Count("guests", filter=Q(guests__state=Guest.WAITING)),
        came=Count("guests", filter=Q(guests__came_at__isnull=False)),
    ).order_by("-starts_at", "-pk")[:SHOWN]
    cards = [(meetup.ends_at > now, _card(meetup)) for meetup in found]
    return MeetupsPage(
        ahead=tuple(card for ahead, card in reversed(cards) if ahead),
        over=tuple(card for ahead, card in cards if not ahead),
        calendar_url=calendar_address.url(organization),
    )


def _card(meetup: Meetup) -> MeetupCard:
    return MeetupCard(
        id=meetup.pk,
        title=meetup.title,
        local=meetup.starts_at.astimezone(meetup.zone),
        place=meetup.place,
        state=meetup.state,
        coming=meetup.coming,  # type: ignore[attr-defined]
        waiting=meetup.waiting,  # type: ignore[attr-defined]
        came=meetup.came,  # type: ignore[attr-defined]
        capacity=meetup.capacity,
    )


def build(meetup: Meetup, *, now: datetime) -> MeetupPage:
    """One meetup; a fixed number of queries."""
    everybody = list(replies.guests(meetup).order_by("queued_at", "name", "pk"))
    coming = tuple(one for one in everybody if one.state == Guest.COMING)
    signed_up = sum(not one.walk_in for one in coming)
    return MeetupPage(
        meetup=meetup,
        starts=meetup.starts_at.astimezone(meetup.zone),
        ends=meetup.ends_at.astimezone(meetup.zone),
        over=now >= meetup.ends_at,
        coming=coming,
        waiting=tuple(one for one in everybody if one.state == Guest.WAITING),
        unconfirmed=sum(one.state == Guest.ASKED for one in everybody),
        cancelled=sum(one.state == Guest.CANCELLED for one in everybody),
        came=sum(one.came_at is not None for one in coming),
        free=replies.free(meetup, now),
        too_many=max(0, signed_up - meetup.capacity) if meetup.capacity is not None else 0,
        tasks=_tasks(meetup),
        use=_use(meetup),
        following=afterwards.followed(meetup, now=now),
        public_url=links.public_url(meetup),
        file_url=links.file_url(meetup),
        empty_at=tending.empty_at(meetup),
        by_hand=name_tags.by_hand(coming),
        unreached=replies.unreached(meetup),
    )


def _tasks(meetup: Meetup) -> tuple[TaskLine, ...]:
    return tuple(
        TaskLine(task.pk, str(TASKS.get(task.code, task.text)), task.done_at is not None)
        for task in MeetupTask.across_organizations.filter(
            organization=meetup.organization_id, meetup=meetup
        ).order_by("pk")
    )


def _use(meetup: Meetup) -> Use | None:
    if not meetup.hashtag:
        return None
    planned = meetup.created_at
    return hashtags.use(
        meetup.organization, meetup.hashtag, since=planned - hashtags.LOOK_BACK, until=planned
    )
