"""Meetups: planned by editors, seen by whoever has the link."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from coaching.meetups import calendar_address, links
from coaching.models import Meetup, MeetupCalendar, MeetupGuest, MeetupInvite, MeetupMail, MeetupTask
from tests import make
from tests.coaching.meetups import stage as meetups
from tests.routes.expecting import EDITOR, INSIDE, deed, form, page, public
from tests.routes.stage import Place, Stage, create


def _meetup(place: Place) -> Any:
    now = timezone.now()
    return meetups.public(
        place.organization,
        by=place.owner,
        now=now,
        starts_at=now + timedelta(days=9),
        ends_at=now + timedelta(days=10),
    )


def _guest(place: Place) -> Any:
    meetup = place.row(Meetup)
    return create(
        MeetupGuest,
        place,
        meetup=meetup,
        name="Ana",
        email="ana@example.net",
        code="a-pass",
        state=MeetupGuest.State.COMING,
        asked_at=make.NOW,
    )


def token(stage: Stage) -> str:
    """The address of the theatre's meetup."""
    return str(stage.theatre.row(Meetup).token)


def key(stage: Stage) -> str:
    """What opens a guest's own page."""
    return links.guest_key(stage.theatre.row(MeetupGuest))


def code(stage: Stage) -> str:
    """What a guest's pass holds."""
    return str(stage.theatre.row(MeetupGuest).code)


ROUTES = {
    "coaching:meetups": page(),
    "coaching:meetup_new": form(EDITOR, look=EDITOR, post=422),
    "coaching:meetup_calendar": deed(EDITOR),
    "coaching:meetup": page(Meetup),
    "coaching:meetup_edit": form(EDITOR, Meetup, look=EDITOR, post=422),
    "coaching:meetup_decide": deed(EDITOR, Meetup),
    "coaching:meetup_tasks": deed(EDITOR, Meetup, post=404),
    "coaching:meetup_invite": form(EDITOR, Meetup, look=EDITOR, post=404),
    "coaching:meetup_door": form(EDITOR, Meetup, look=EDITOR),
    "coaching:meetup_pass": form(EDITOR, Meetup, code, look=EDITOR),
    "coaching:meetup_tags": page(Meetup, look=EDITOR),
    # Not over yet: there is nothing to look back at.
    "coaching:meetup_after": form(EDITOR, Meetup, look=EDITOR, get=302, post=404),
    "coaching:meet": public(token, post=422),
    "coaching:meet_asked": public(token),
    "coaching:meet_file": public(token),
    "coaching:meet_mine": public(token, key, post=302),
    "coaching:meet_pass": public(
        token, code, but={(who, method): 302 for who in INSIDE for method in ("GET", "HEAD")}
    ),
    "coaching:meet_calendar": public(
        lambda stage: calendar_address.url(stage.theatre.organization).rsplit("/", 1)[1].removesuffix(".ics")
    ),
}
ROWS = {
    Meetup: _meetup,
    MeetupCalendar: lambda place: create(MeetupCalendar, place, renewed_at=make.NOW),
    MeetupTask: lambda place: create(MeetupTask, place, meetup=place.row(Meetup), text="Crisps"),
    MeetupInvite: lambda place: create(
        MeetupInvite, place, meetup=place.row(Meetup), network="twitter", person="id-ana", at=make.NOW
    ),
    MeetupGuest: _guest,
    MeetupMail: lambda place: create(MeetupMail, place, guest=place.row(MeetupGuest), kind="place"),
}
