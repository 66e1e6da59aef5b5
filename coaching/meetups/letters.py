"""What the mails of a meetup say."""

from dataclasses import replace
from datetime import datetime
from email.mime.base import MIMEBase
from email.mime.image import MIMEImage
from email.mime.nonmultipart import MIMENonMultipart

from accounts import dressing, pictures
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
    worn = brand_of(meetup.organization, at=now)
    logo = dressing.logo(meetup.organization, worn)
    picture, width = pictures.on_white(logo) if logo else (b"", 0)
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
            "logo_of": (worn.name if worn else meetup.organization.name) if logo else "",
            "logo_width": width,
            "online_url": meetup.online_url if guest.state == Guest.COMING else "",
        },
        brand=dress(meetup.organization, worn),
        attachments=_attachments(mail, guest, meetup, picture),
    )


def dress(organization: Organization, worn: Brand | None) -> Brand:
    """Guests know the organization: mails carry its name, in the dress of its practice where it has one."""
    name = organization.name
    return replace(worn or Brand(slug="", name=name), name=name, sender_name=name)


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


def _attachments(mail: MeetupMail, guest: MeetupGuest, meetup: Meetup, logo: bytes) -> tuple[MIMEBase, ...]:
    made: list[MIMEBase] = [_shown("logo", logo)] if logo else []
    if mail.kind in _PASSES:
        made.append(_shown("pass", passes.png(links.pass_url(meetup, guest))))
    if mail.kind in _CALENDARS:
        file = MIMENonMultipart("text", "calendar", charset="utf-8", method=calendar.method(meetup))
        file.set_payload(calendar.file(meetup, for_guest=guest.state == Guest.COMING).decode(), "utf-8")
        file.add_header("Content-Disposition", "attachment", filename="meetup.ics")
        made.append(file)
    return tuple(made)


def _shown(name: str, png: bytes) -> MIMEImage:
    """A picture that the HTML part shows by its name."""
    picture = MIMEImage(png, "png")
    picture.add_header("Content-ID", f"<{name}>")
    picture.add_header("Content-Disposition", "inline", filename=f"{name}.png")
    return picture
