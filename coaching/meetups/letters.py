"""What the mails of a meetup say."""

from dataclasses import replace
from datetime import datetime
from email.mime.base import MIMEBase
from email.mime.image import MIMEImage
from email.mime.nonmultipart import MIMENonMultipart

from accounts.branding import Brand, brand_of
from accounts.mailing import Letter
from accounts.models import Organization
from coaching.meetups import calendar, links, passes
from coaching.models import Meetup, MeetupGuest, MeetupMail

Kind, Guest, State = MeetupMail.Kind, MeetupGuest.State, Meetup.State
_PASSES = (Kind.PLACE, Kind.MOVED_UP, Kind.REMINDER)
_CALENDARS = (*_PASSES, Kind.CHANGED, Kind.CANCELLED)
# Whom each mail is for; whoever has changed their mind in the meantime does not get it.
_FITS: dict[str, tuple[str, ...]] = {
    Kind.CONFIRM: (Guest.ASKED,),
    Kind.KNOWN: (Guest.COMING, Guest.WAITING),
    Kind.PLACE: (Guest.COMING,),
    Kind.MOVED_UP: (Guest.COMING,),
    Kind.WAITING: (Guest.WAITING,),
    Kind.CHANGED: (Guest.COMING, Guest.WAITING),
    Kind.CANCELLED: (Guest.COMING, Guest.WAITING, Guest.ASKED),
    Kind.REMINDER: (Guest.COMING,),
    Kind.THANKS: (Guest.COMING,),
}
_TURNS = (Kind.CONFIRM, Kind.PLACE, Kind.MOVED_UP, Kind.WAITING)


def letter(mail: MeetupMail, *, now: datetime) -> Letter | None:
    """The mail, or None where it has been overtaken: cancelled, changed again, over, or no longer theirs."""
    guest, meetup = mail.guest, mail.guest.meetup
    if not guest.email or guest.state not in _FITS[mail.kind] or _overtaken(mail, guest, meetup, now):
        return None
    return Letter(
        name="meetup",
        to=guest.email,
        context={
            "kind": str(mail.kind),
            "words": f"mail/meetup/{mail.kind}.txt",
            "meetup": meetup,
            "guest": guest,
            # Before somebody has said that the address is theirs, anybody may have written that name.
            "proven": guest.state != Guest.ASKED,
            "organization": meetup.organization,
            "mine_url": links.guest_url(meetup, guest),
            "public_url": links.public_url(meetup),
            "pass": mail.kind in _PASSES,
            "online_url": meetup.online_url if guest.state == Guest.COMING else "",
        },
        brand=dress(meetup.organization, now=now),
        attachments=_attachments(mail, guest, meetup),
    )


def dress(organization: Organization, *, now: datetime) -> Brand:
    """Guests know the organization: mails carry its name, in the dress of its practice where it has one."""
    name = organization.name
    brand = brand_of(organization, at=now) or Brand(slug="", name=name)
    return replace(brand, name=name, sender_name=name)


def _overtaken(mail: MeetupMail, guest: MeetupGuest, meetup: Meetup, now: datetime) -> bool:
    if mail.kind in _TURNS and mail.round != guest.turn:
        return True
    if mail.kind == Kind.CANCELLED:
        return meetup.state != State.CANCELLED
    if meetup.state != State.OPEN:
        return True
    if mail.kind == Kind.THANKS:
        return guest.came_at is None
    if mail.kind == Kind.CHANGED and guest.mails.filter(kind=Kind.CHANGED, round__gt=mail.round).exists():
        return True  # a later one tells all
    return now >= (meetup.starts_at if mail.kind == Kind.REMINDER else meetup.ends_at)


def _attachments(mail: MeetupMail, guest: MeetupGuest, meetup: Meetup) -> tuple[MIMEBase, ...]:
    made: list[MIMEBase] = []
    if mail.kind in _PASSES:
        picture = MIMEImage(passes.png(links.pass_url(meetup, guest)), "png")
        picture.add_header("Content-ID", "<pass>")
        picture.add_header("Content-Disposition", "inline", filename="pass.png")
        made.append(picture)
    if mail.kind in _CALENDARS:
        file = MIMENonMultipart("text", "calendar", charset="utf-8", method=calendar.method(meetup))
        file.set_payload(calendar.file(meetup, for_guest=guest.state == Guest.COMING).decode(), "utf-8")
        file.add_header("Content-Disposition", "attachment", filename="meetup.ics")
        made.append(file)
    return tuple(made)
