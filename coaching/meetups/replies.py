"""Who wants to come: asked for, confirmed by mail, a place or the waiting list, changed, cancelled, deleted.

Whatever gives or takes a place holds the meetup's row, so that the last place is given once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import BadRequest
from django.db.models import Q, QuerySet

from accounts import audit
from coaching.meetups import links, mails
from coaching.models import Meetup, MeetupGuest, MeetupInvite, MeetupMail

Kind, State = MeetupMail.Kind, MeetupGuest.State
HOLD = timedelta(hours=2)
"""How long somebody who has not confirmed yet keeps a place from others."""
CONFIRM_WITHIN = timedelta(days=2)
"""How long the link in the first mail works; then the address is deleted."""
PAUSE = timedelta(minutes=10)
"""So long one address is not mailed again."""
UNANSWERED_AT_MOST = 3
"""Mails to an address that nobody has confirmed; more would only bother a stranger."""
UNCONFIRMED_AT_MOST = 300
"""Addresses of a meetup that may wait for their confirmation at a time."""


@dataclass(frozen=True)
class Wish:
    """What somebody filled in. The handle is empty without consent to link it."""

    name: str
    email: str
    network: str = ""
    handle: str = ""


class Closed(Exception):
    """The meetup is over, cancelled or not public: nobody can sign up."""


class Busy(Exception):
    """Too many have asked at once; later there is room again."""


class Gone(BadRequest):
    """The guest, or the whole meetup, was deleted meanwhile."""


def takes_replies(meetup: Meetup, now: datetime) -> bool:
    """Whether people can still say that they come."""
    return meetup.state == Meetup.State.OPEN and now < meetup.ends_at


def locked(meetup: Meetup) -> Meetup:
    """The meetup's row, held until the end of the transaction. Raises Gone where it was deleted meanwhile."""
    found: Meetup | None = (
        Meetup.across_organizations.select_for_update(of=("self",))
        .select_related("organization")
        .filter(organization=meetup.organization_id, pk=meetup.pk)
        .first()
    )
    if found is None:
        raise Gone("This was deleted just now.")
    return found


def guests(meetup: Meetup) -> "QuerySet[MeetupGuest]":
    """Everybody who is on a list of the meetup."""
    found: QuerySet[MeetupGuest] = MeetupGuest.across_organizations.filter(
        organization=meetup.organization_id, meetup=meetup
    )
    return found


def unreached(meetup: Meetup) -> frozenset[int]:
    """Guests whose mail server refused the last mail for good, or took none for a day. One query."""
    last = MeetupMail.across_organizations.filter(
        organization=meetup.organization_id, guest__meetup=meetup, attempts__gt=0
    )
    newest = last.order_by("guest", "-pk").distinct("guest").values_list("guest", "state")
    lost = (MeetupMail.State.BOUNCED, MeetupMail.State.FAILED)
    return frozenset(guest for guest, state in newest if state in lost)


def free(meetup: Meetup, now: datetime) -> int | None:
    """Places that nobody has or is just confirming; None without a limit."""
    if meetup.capacity is None:
        return None
    held = Q(state=State.COMING) | Q(state=State.ASKED, holds_until__gt=now)
    return max(0, meetup.capacity - guests(meetup).filter(held, walk_in=False).count())


def has_room(meetup: Meetup, now: datetime) -> bool:
    """Whether somebody new gets a place: those on the waiting list come first."""
    left = free(meetup, now)
    return left is None or (left > 0 and not guests(meetup).filter(state=State.WAITING).exists())


def ask(meetup: Meetup, wish: Wish, *, now: datetime) -> None:
    """Somebody wants to come: they get a mail to confirm, and a place is kept for two hours.

    Whoever knows an address cannot find out here whether it is on the list. Raises Closed or Busy.
    """
    meetup = locked(meetup)
    if not takes_replies(meetup, now):
        raise Closed
    email = wish.email.strip().lower()
    found = guests(meetup).filter(email=email).first()
    if found and found.state in (State.COMING, State.WAITING):
        mails.queue([found], Kind.KNOWN, turn=now.toordinal(), now=now)
        return
    if found and found.state == State.ASKED and (now - found.asked_at < PAUSE or _unanswered(found)):
        return
    if not found and guests(meetup).filter(state=State.ASKED).count() >= UNCONFIRMED_AT_MOST:
        raise Busy
    one = found or MeetupGuest(
        organization_id=meetup.organization_id, meetup=meetup, email=email, code=links.new_code()
    )
    one.name, one.network, one.handle = wish.name, wish.network, wish.handle
    one.state, one.asked_at, one.turn = State.ASKED, now, one.turn + 1
    one.holds_until = None
    one.holds_until = now + HOLD if has_room(meetup, now) else None
    one.save()
    mails.queue([one], Kind.CONFIRM, turn=one.turn, now=now)
    wake(meetup, one.holds_until or now + CONFIRM_WITHIN)


def _unanswered(guest: MeetupGuest) -> bool:
    """Whether an address was asked often enough since somebody last answered."""
    sent = guest.mails.filter(kind=Kind.CONFIRM)
    since = guest.mails.exclude(kind=Kind.CONFIRM).order_by("-pk").values_list("pk", flat=True).first()
    return (sent.filter(pk__gt=since) if since else sent).count() >= UNANSWERED_AT_MOST


def confirm(guest: MeetupGuest, *, now: datetime) -> MeetupGuest:
    """The address is theirs: a place if one is kept or free, else the waiting list. Twice is harmless.

    Raises Gone.
    """
    meetup = locked(guest.meetup)
    one = guests(meetup).filter(pk=guest.pk).first()
    if one is None:
        raise Gone("This was deleted just now.")
    if one.state not in (State.ASKED, State.CANCELLED):
        return one
    if not takes_replies(meetup, now):
        raise Closed
    kept = one.state == State.ASKED and one.holds_until is not None and one.holds_until > now
    if one.state == State.CANCELLED:
        one.turn += 1
    if kept or has_room(meetup, now):
        one.state, one.queued_at, kind = State.COMING, None, Kind.PLACE
    else:
        one.state, one.queued_at, kind = State.WAITING, now, Kind.WAITING
    one.holds_until, one.confirmed_at = None, now
    one.save()
    mails.queue([one], kind, turn=one.turn, now=now)
    return one


def change(guest: MeetupGuest, *, name: str, network: str, handle: str) -> None:
    """A guest corrects their name or handle; that we thanked an earlier handle is forgotten with it."""
    locked(guest.meetup)
    if guest.handle and (guest.network, guest.handle.lower()) != (network, handle.lower()):
        _forget_thanks(guest)
    if not guests(guest.meetup).filter(pk=guest.pk).update(name=name, network=network, handle=handle):
        raise Gone("This was deleted just now.")


def _forget_thanks(guest: MeetupGuest) -> None:
    MeetupInvite.across_organizations.filter(
        organization=guest.organization_id,
        meetup=guest.meetup_id,
        network=guest.network,
        person=guest.handle.lower(),
        purpose=MeetupInvite.Purpose.THANKED,
    ).delete()


def erase(guest: MeetupGuest) -> bool:
    """Deletes a guest with all that is kept because they came; False where they are gone already."""
    if guest.handle:
        _forget_thanks(guest)
    return bool(MeetupGuest.across_organizations.filter(pk=guest.pk).delete()[0])


def cancel(guest: MeetupGuest, *, now: datetime) -> None:
    """A guest does not come after all; the first on the waiting list moves up."""
    meetup = locked(guest.meetup)
    mine = guests(meetup).filter(pk=guest.pk, came_at=None).exclude(state=State.CANCELLED)
    mine.update(state=State.CANCELLED, queued_at=None, holds_until=None)
    settle(meetup, now=now)


def delete(guest: MeetupGuest, *, now: datetime) -> None:
    """All that is kept about a guest goes, for good, and their place is free."""
    meetup = locked(guest.meetup)
    if erase(guest):
        audit.record(meetup.organization, "meetup_guest_erased", by=None, at=now, target=meetup.pk)
    settle(meetup, now=now)


def settle(meetup: Meetup, *, now: datetime) -> int:
    """Gives free places to those who have waited longest; each is told. Needs the meetup's row locked.

    Nobody loses a place, even where there are fewer places now than guests.
    """
    if not takes_replies(meetup, now):
        return 0
    left = free(meetup, now)
    waiting = guests(meetup).filter(state=State.WAITING).order_by("queued_at", "pk")
    lucky = list(waiting if left is None else waiting[:left])
    for one in lucky:
        one.state, one.queued_at, one.turn = State.COMING, None, one.turn + 1
        one.save(update_fields=["state", "queued_at", "turn"])
        mails.queue([one], Kind.MOVED_UP, turn=one.turn, now=now)
    return len(lucky)


def wake(meetup: Meetup, at: datetime) -> None:
    """Has a worker look at the meetup by then; an earlier date stays."""
    if meetup.due_at is None or at < meetup.due_at:
        meetup.due_at = at
        meetup.save(update_fields=["due_at"])
