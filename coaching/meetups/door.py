"""At the door: who is here, by the pass on their phone or by a tick on the list."""

from dataclasses import dataclass
from datetime import datetime

from accounts import audit
from accounts.models import User
from coaching.meetups import links, replies, tending
from coaching.models import Meetup, MeetupGuest

State = MeetupGuest.State
WALK_INS_AT_MOST = 500


@dataclass(frozen=True)
class DoorPage:
    """The list at the door, by name; `open` says whether people can be ticked off already."""

    meetup: Meetup
    open: bool
    coming: tuple[MeetupGuest, ...]
    waiting: tuple[MeetupGuest, ...]
    came: int


def build(meetup: Meetup, *, now: datetime) -> DoorPage:
    """Everybody who may come through the door. One query."""
    found = replies.guests(meetup).filter(state__in=[State.COMING, State.WAITING])
    everybody = sorted(found, key=lambda guest: (guest.name.casefold(), guest.pk))
    return DoorPage(
        meetup=meetup,
        open=is_open(meetup, now),
        coming=tuple(one for one in everybody if one.state == State.COMING),
        waiting=tuple(one for one in everybody if one.state == State.WAITING),
        came=sum(one.came_at is not None for one in everybody),
    )


def is_open(meetup: Meetup, now: datetime) -> bool:
    """Whether people can be ticked off: from the morning on, until the names are deleted."""
    return (
        meetup.state == Meetup.State.OPEN
        and now >= meetup.starts_at - tending.DOOR_OPENS
        and meetup.emptied_at is None
    )


def by_code(meetup: Meetup, code: str) -> MeetupGuest | None:
    """Whose pass that is; None for none of this meetup."""
    return replies.guests(meetup).filter(code=code).exclude(email="", walk_in=False).first()


def welcome(meetup: Meetup, guest_id: int, *, by: User, now: datetime) -> bool:
    """Somebody is here; ticking twice is harmless. Whoever waited for a place has one by being here."""
    if not is_open(meetup, now):
        return False
    meetup = replies.locked(meetup)
    here = replies.guests(meetup).filter(pk=guest_id).exclude(state=State.ASKED)
    changed = here.filter(came_at=None).update(
        came_at=now, ticked_by=by, state=State.COMING, queued_at=None, holds_until=None
    )
    if changed and now >= tending.thank_at(meetup):
        replies.wake(meetup, now)
    return here.exists()


def undo(meetup: Meetup, guest_id: int, *, now: datetime) -> None:
    """A tick too many is taken away; a walk-in goes with it."""
    if not is_open(meetup, now):
        return
    mine = replies.guests(meetup).filter(pk=guest_id)
    mine.filter(walk_in=True).delete()
    mine.update(came_at=None, ticked_by=None)


def walk_in(meetup: Meetup, name: str, *, by: User, now: datetime) -> bool:
    """Somebody came without signing up; only what they want to be called is kept."""
    name = " ".join(name.replace("\0", " ").split())[:120]
    walked_in = replies.guests(meetup).filter(walk_in=True)
    if not name or not is_open(meetup, now) or walked_in.count() >= WALK_INS_AT_MOST:
        return False
    MeetupGuest.across_organizations.create(
        organization_id=meetup.organization_id,
        meetup=meetup,
        name=name,
        code=links.new_code(),
        state=State.COMING,
        walk_in=True,
        asked_at=now,
        confirmed_at=now,
        came_at=now,
        ticked_by=by,
    )
    return True


def remove(meetup: Meetup, guest_id: int, *, by: User, now: datetime) -> None:
    """Takes somebody off the list who asked for it by another way, with all that is kept about them."""
    meetup = replies.locked(meetup)
    guest = replies.guests(meetup).filter(pk=guest_id).first()
    if guest is not None and replies.erase(guest):
        audit.record(meetup.organization, "meetup_guest_removed", by=by, at=now, target=meetup.pk)
    replies.settle(meetup, now=now)
