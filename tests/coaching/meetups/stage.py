"""A theatre with a public meetup, and what beat and the workers do about it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from accounts.models import Organization, User
from accounts.tenancy import scope
from coaching.meetups import links, mails, planning, replies, tending
from coaching.meetups.planning import Plan
from coaching.meetups.replies import Wish
from coaching.models import Meetup, MeetupGuest, MeetupMail
from tests import make

PLAN = Plan(
    title="A pint after the show",
    goal="Meet five people who write to us",
    about="We sit in the foyer. The way in is step-free.",
    place="Gull Theatre, foyer",
    address="1 Lane End",
    online_url="",
    starts_at=datetime(2026, 10, 16, 18, 30, tzinfo=UTC),
    ends_at=datetime(2026, 10, 16, 21, 0, tzinfo=UTC),
    timezone="Europe/London",
    capacity=2,
    hashtag="GullPint",
    thanks="See you at the panto!",
)
"""Half past seven on a Friday evening in London, nine days after make.NOW."""


def planned(organization: Organization, *, by: User, now: datetime = make.NOW, **fields: Any) -> Meetup:
    """A meetup that nobody outside sees yet."""
    with scope([organization.pk]):
        made = planning.begin(organization, replace(PLAN, **fields), by=by, now=now)
    return made


def public(organization: Organization, *, by: User, now: datetime = make.NOW, **fields: Any) -> Meetup:
    """A meetup that everybody can sign up for."""
    made = planned(organization, by=by, now=now, **fields)
    with scope([organization.pk]):
        planning.publish(made, by=by, now=now)
    return fresh(made)


def fresh(meetup: Meetup) -> Meetup:
    """The meetup as it is stored now."""
    with scope([meetup.organization_id]):
        found: Meetup = Meetup.across_organizations.select_related("organization").get(pk=meetup.pk)
    return found


def ask(meetup: Meetup, who: str, *, now: datetime = make.NOW, **wish: str) -> MeetupGuest:
    """`who` fills in the form."""
    with scope([meetup.organization_id]):
        replies.ask(meetup, Wish(name=who.title(), email=f"{who}@example.net", **wish), now=now)
    return guest(meetup, who)


def guest(meetup: Meetup, who: str) -> MeetupGuest:
    """The row of `who`."""
    with scope([meetup.organization_id]):
        found: MeetupGuest = MeetupGuest.across_organizations.select_related("meetup").get(
            meetup=meetup, email=f"{who}@example.net"
        )
    return found


def comes(meetup: Meetup, who: str, *, now: datetime = make.NOW, **wish: str) -> MeetupGuest:
    """`who` fills in the form and follows the link in the mail."""
    asked = ask(meetup, who, now=now, **wish)
    with scope([meetup.organization_id]):
        replies.confirm(asked, now=now)
    return guest(meetup, who)


def states(meetup: Meetup) -> dict[str, str]:
    """Everybody's state, by the name before the @."""
    with scope([meetup.organization_id]):
        rows = MeetupGuest.across_organizations.filter(meetup=meetup).values_list("email", "name", "state")
        return {(email.split("@")[0] or name): state for email, name, state in rows}


def beat(now: datetime) -> None:
    """What beat and the workers do."""
    for organization_id, pk in tending.due(now):
        if meetup := tending.claim(organization_id, pk, now=now):
            tending.tend(meetup, now=now)
    for organization_id, pk in mails.due(now):
        if mail := mails.claim(organization_id, pk, now=now):
            mails.send(mail, now=now)


def kinds(meetup: Meetup, who: str) -> list[tuple[str, str]]:
    """The mails to `who`, by time of writing down: kind and state."""
    with scope([meetup.organization_id]):
        found = MeetupMail.across_organizations.filter(guest=guest(meetup, who)).order_by("pk")
        return [(mail.kind, mail.state) for mail in found]


def path(address: str) -> str:
    """An address of ours without the server."""
    return re.sub(r"^https?://[^/]+", "", address)


def mine(meetup: Meetup, who: str) -> str:
    """The path of a guest's own page."""
    return path(links.guest_url(meetup, guest(meetup, who)))
