"""Whom to write to about a meetup: words to copy and the way to the network; nothing is sent for anybody."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from coaching import day_wording, people, person_page
from coaching.meetups import links
from coaching.models import Connection, Meetup, MeetupGuest, MeetupInvite, Message

Purpose = MeetupInvite.Purpose
X_LENGTH = 280
X_LINK = 23
"""Characters that X counts for any link."""
TITLE_AT_MOST = 90


@dataclass(frozen=True)
class InviteLine:
    """Somebody to write to: the words, and where to say them. `message_id` opens the person's page."""

    message_id: int
    network: str
    name: str
    handle: str | None
    weeks: int
    text: str
    link: str
    written_at: datetime | None


@dataclass(frozen=True)
class InvitePage:
    """The list of regulars; `known` is False where no source tells what people wrote."""

    known: bool
    lines: tuple[InviteLine, ...] = ()
    everybody: tuple[tuple[str, str], ...] = ()

    @property
    def written(self) -> int:
        """How many have been written to."""
        return sum(line.written_at is not None for line in self.lines)


def build(meetup: Meetup, *, now: datetime) -> InvitePage:
    """The regulars of the last eight weeks, with what may be said to each of them."""
    organization = meetup.organization
    found = people.build(organization, now=now)
    wanted = [card.message_id for card in found.regulars]
    spoken = {one.pk: one for one in organization.messages.filter(pk__in=wanted).select_related("connection")}
    written = _written(meetup, Purpose.INVITED)
    lines = tuple(
        InviteLine(
            message_id=card.message_id,
            network=card.network,
            name=card.name,
            handle=card.handle,
            weeks=card.weeks,
            text=(text := invitation(meetup, card.network, card.handle or "", personal=True)),
            link=deep_link(card.network, text, card.url),
            written_at=written.get(person_page.key(spoken[card.message_id])),
        )
        for card in found.regulars
        if card.message_id in spoken
    )
    networks = {card.network for card in found.regulars} or set(
        organization.connections.values_list("network", flat=True)
    )
    return InvitePage(
        known=found.known,
        lines=lines,
        everybody=tuple((network, invitation(meetup, network, "")) for network in sorted(networks)),
    )


def _written(meetup: Meetup, purpose: Purpose) -> dict[tuple[str, str], datetime]:
    rows = meetup.invites.filter(purpose=purpose).values_list("network", "person", "at")
    return {(network, person): at for network, person, at in rows}


def invitation(meetup: Meetup, network: str, handle: str, *, personal: bool = False) -> str:
    """Words to copy, short enough for the network: to one person, or to everybody."""
    local = meetup.starts_at.astimezone(meetup.zone)
    told = {
        "at": f"@{handle}" if handle and network == Connection.Network.TWITTER else "",
        "title": meetup.title[:TITLE_AT_MOST],
        "day": day_wording.weekday(local),
        "time": date_format(local, "TIME_FORMAT"),
        "place": meetup.place[:60] or _("online"),
        "url": links.public_url(meetup),
        "tag": f"#{meetup.hashtag}" if meetup.hashtag else "",
    }
    if personal:
        words = _(
            "{at} We talk so often here that we would love to meet you: {title}, {day}, {time}, {place}."
        )
    else:
        words = _("Come and meet us: {title}, {day}, {time}, {place}.")
    ending = _("Will you come? {url} {tag}") if personal else _("All about it: {url} {tag}")
    body, end = " ".join(words.format(**told).split()), " ".join(ending.format(**told).split())
    if network == Connection.Network.TWITTER:
        room = X_LENGTH - (len(end) - len(told["url"]) + X_LINK) - 1
        body = body if len(body) <= room else body[: room - 1].rstrip() + "…"
    return f"{body} {end}"


def thanks(meetup: Meetup, guest: MeetupGuest) -> str:
    """Words to thank somebody who came, to copy."""
    at = f"@{guest.handle}" if guest.network == Connection.Network.TWITTER else guest.name
    tag = f" #{meetup.hashtag}" if meetup.hashtag else ""
    said = _("{at} Thank you for coming to {title}! It was good to meet you in person.{tag}")
    return said.format(at=at, title=meetup.title[:TITLE_AT_MOST], tag=tag)


def deep_link(network: str, text: str, url: str | None) -> str:
    """Where to say it: X with the words filled in, Facebook where they last wrote."""
    if network == Connection.Network.TWITTER:
        return "https://x.com/intent/post?" + urlencode({"text": text})
    return url or "https://www.facebook.com/"


def mark(meetup: Meetup, message: Message, *, written: bool, by: User, now: datetime) -> None:
    """Says that somebody has written to the writer of a message, so that no colleague does it again."""
    network, person = person_page.key(message)
    if not person:
        raise BadRequest("The network does not say who wrote this.")
    _mark(meetup, network, person, Purpose.INVITED, written=written, by=by, now=now)


def mark_thanked(meetup: Meetup, guest: MeetupGuest, *, written: bool, by: User, now: datetime) -> None:
    """Says that a guest who linked their handle has been thanked."""
    if guest.handle:
        _mark(meetup, guest.network, guest.handle.lower(), Purpose.THANKED, written=written, by=by, now=now)


def thanked(meetup: Meetup, guests: Iterable[MeetupGuest]) -> dict[int, datetime]:
    """When guests were thanked, by their id. One query."""
    written = _written(meetup, Purpose.THANKED)
    return {
        guest.pk: written[guest.network, guest.handle.lower()]
        for guest in guests
        if (guest.network, guest.handle.lower()) in written
    }


def _mark(
    meetup: Meetup, network: str, person: str, purpose: Purpose, *, written: bool, by: User, now: datetime
) -> None:
    if meetup.emptied_at is not None:
        return  # who was written to has been deleted, and nobody would delete it again
    mine = {
        "organization_id": meetup.organization_id,
        "meetup": meetup,
        "network": network,
        "person": person,
        "purpose": purpose,
    }
    if written:
        MeetupInvite.across_organizations.bulk_create(
            [MeetupInvite(**mine, by=by, at=now)], ignore_conflicts=True
        )
    else:
        MeetupInvite.across_organizations.filter(**mine).delete()
