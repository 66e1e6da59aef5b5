"""Meetups for calendars: one as a file, all of an organization as a feed.

A calendar knows an event again by its UID and takes what has the higher SEQUENCE.
"""

from collections.abc import Iterable
from datetime import UTC, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress

from accounts.models import Organization
from coaching.meetups import links
from coaching.models import Meetup

FILE_TYPE = "text/calendar; charset=utf-8"
ASK_AGAIN = timedelta(hours=6)
"""How often calendars that follow the feed should look."""
SHOWN = timedelta(days=365)
"""How long the feed keeps what is over."""


def file(meetup: Meetup, *, for_guest: bool = False) -> bytes:
    """One meetup as a file; a cancelled one takes itself out of the calendars that know it.

    Only those who have a place get the link of a meeting online.
    """
    made = _calendar(method(meetup))
    made.add_component(_event(meetup, for_guest=for_guest))
    return _finished(made, [meetup])


def method(meetup: Meetup) -> str:
    """What a calendar is to do with the file."""
    return "CANCEL" if meetup.state == Meetup.State.CANCELLED else "PUBLISH"


def feed(organization: Organization, meetups: Iterable[Meetup]) -> bytes:
    """Public and cancelled meetups in one calendar."""
    made = _calendar("PUBLISH")
    made.add("name", organization.name)
    made.add("x-wr-calname", organization.name)
    made.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", ASK_AGAIN)
    shown = list(meetups)
    for meetup in shown:
        made.add_component(_event(meetup))
    return _finished(made, shown)


def _calendar(method: str) -> Calendar:
    made = Calendar()
    made.add("prodid", "-//Engage//Meetups//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", method)
    return made


def _finished(made: Calendar, meetups: list[Meetup]) -> bytes:
    if meetups:
        # The changes of the clocks around the events are enough, and keep the file small.
        first = min(meetup.starts_at for meetup in meetups).date() - timedelta(days=400)
        last = max(meetup.ends_at for meetup in meetups).date() + timedelta(days=400)
        made.add_missing_timezones(first_date=first, last_date=last)
    return made.to_ical()


def _event(meetup: Meetup, *, for_guest: bool = False) -> Event:
    event, zone = Event(), meetup.zone
    cancelled = meetup.state == Meetup.State.CANCELLED
    event.add("uid", f"{meetup.uid}@engage")
    event.add("sequence", meetup.sequence)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("dtstamp", meetup.changed_at.astimezone(UTC))
    event.add("last-modified", meetup.changed_at.astimezone(UTC))
    event.add("created", meetup.created_at.astimezone(UTC))
    event.add("dtstart", meetup.starts_at.astimezone(zone))
    event.add("dtend", meetup.ends_at.astimezone(zone))
    event.add("summary", meetup.title)
    event.add("url", links.public_url(meetup))
    event.add("organizer", _organizer(meetup.organization))
    online = meetup.online_url if for_guest else _("online") if meetup.online_url else ""
    if where := ", ".join(part for part in (meetup.place, meetup.address, online) if part):
        event.add("location", where)
    event.add("description", _description(meetup))
    return event


def _description(meetup: Meetup) -> str:
    lines = [
        _("Called off.") if meetup.state == Meetup.State.CANCELLED else "",
        meetup.about.replace("\r\n", "\n"),
        f"#{meetup.hashtag}" if meetup.hashtag else "",
        links.public_url(meetup),
    ]
    return "\n\n".join(line for line in lines if line)


def _organizer(organization: Organization) -> vCalAddress:
    who = vCalAddress(f"MAILTO:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    who.params["CN"] = organization.name
    return who
