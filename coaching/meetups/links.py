"""The addresses of a meetup's public pages, and what they point at."""

from dataclasses import dataclass
from secrets import token_urlsafe

from django.conf import settings
from django.core import signing
from django.db import connection as database
from django.urls import reverse

from coaching.models import Meetup, MeetupGuest

_GUEST = signing.Signer(sep=".", salt="engage.meetup.guest")


@dataclass(frozen=True)
class Place:
    """Where a public link leads."""

    organization_id: int
    meetup_id: int


def new_token() -> str:
    """An address that nobody guesses."""
    return token_urlsafe(12)


def new_code() -> str:
    """What a pass holds; short, so that its picture is coarse enough for any phone."""
    return token_urlsafe(9)


def place(token: str) -> Place | None:
    """Whose a public page is; None for an address of nobody's."""
    with database.cursor() as cursor:
        cursor.execute("SELECT organization_id, id FROM engage_meetup_by_token(%s)", [token])
        found = cursor.fetchone()
    return Place(*found) if found else None


def public_url(meetup: Meetup) -> str:
    """The page that everybody may see."""
    return settings.BASE_URL + reverse("coaching:meet", args=[meetup.token])


def file_url(meetup: Meetup) -> str:
    """The meetup as a calendar file."""
    return settings.BASE_URL + reverse("coaching:meet_file", args=[meetup.token])


def guest_url(meetup: Meetup, guest: MeetupGuest) -> str:
    """Where a guest confirms, changes or cancels; only their mails hold it."""
    return settings.BASE_URL + reverse("coaching:meet_mine", args=[meetup.token, guest_key(guest)])


def guest_key(guest: MeetupGuest) -> str:
    """What opens a guest's own page."""
    return _GUEST.sign(str(guest.pk))


def guest_id(key: str) -> int | None:
    """Whose key that is; None for one that we did not make."""
    try:
        return int(_GUEST.unsign(key))
    except (signing.BadSignature, ValueError):
        return None


def pass_url(meetup: Meetup, guest: MeetupGuest) -> str:
    """What the picture on a guest's pass says; it tells nothing about them to others."""
    return settings.BASE_URL + reverse("coaching:meet_pass", args=[meetup.token, guest.code])
