"""What everybody may see of a meetup, and what a guest sees of their own place."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from coaching.meetups import links, passes, replies
from coaching.models import Meetup, MeetupGuest

FEW = 5
"""Up to so many free places are told as a number."""


@dataclass(frozen=True)
class PublicPage:
    """The page for everybody: nothing about who comes but how many places are left.

    `left` is None where there is no limit.
    """

    meetup: Meetup
    starts: datetime
    ends: datetime
    same_day: bool
    open: bool
    over: bool
    full: bool
    left: int | None
    file_url: str
    keep_days: int


@dataclass(frozen=True)
class MinePage:
    """A guest's own page; `pass_picture` is the QR code of somebody who has a place."""

    public: PublicPage
    guest: MeetupGuest
    key: str
    pass_picture: str
    may_confirm: bool


def build(meetup: Meetup, *, now: datetime) -> PublicPage:
    """The page for everybody."""
    left = replies.free(meetup, now)
    starts, ends = (at.astimezone(meetup.zone) for at in (meetup.starts_at, meetup.ends_at))
    return PublicPage(
        meetup=meetup,
        starts=starts,
        ends=ends,
        same_day=starts.date() == ends.date(),
        open=replies.takes_replies(meetup, now),
        over=now >= meetup.ends_at,
        full=not replies.has_room(meetup, now),
        left=left if left is not None and left <= FEW else None,
        file_url=links.file_url(meetup),
        keep_days=settings.MEETUP_KEEP_DAYS,
    )


def guest_of(meetup: Meetup, key: str) -> MeetupGuest | None:
    """Whose page that is; None where the key is not ours or the guest is gone."""
    pk = links.guest_id(key)
    if pk is None:
        return None
    return replies.guests(meetup).exclude(email="").select_related("meetup").filter(pk=pk).first()


def build_mine(meetup: Meetup, guest: MeetupGuest, *, now: datetime) -> MinePage:
    """A guest's own page."""
    public = build(meetup, now=now)
    coming = guest.state == MeetupGuest.State.COMING
    return MinePage(
        public=public,
        guest=guest,
        key=links.guest_key(guest),
        pass_picture=passes.data_uri(links.pass_url(meetup, guest)) if coming and not public.over else "",
        may_confirm=public.open and guest.state in (MeetupGuest.State.ASKED, MeetupGuest.State.CANCELLED),
    )
