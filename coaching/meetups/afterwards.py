"""After a meetup: who came, whom to thank, and how people talked in the weeks before and after.

Whoever comes to a meetup is not like those who do not: the page says what was, and never that the meetup made
it so.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from coaching import figure_wording, period_figures
from coaching.judgement.figures import Where
from coaching.judgement.intervals import NotKnown, Share, TooFew
from coaching.judgement.verdict import Kind
from coaching.judgement.weeks import week_of
from coaching.meetups import hashtags, invitations, replies
from coaching.meetups.hashtags import Following
from coaching.models import Meetup, MeetupGuest
from coaching.period_figures import Period, PeriodFigures

WEEKS = 8
_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Compared:
    """A figure in words, before and after."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class ToThank:
    """Somebody who came and let their handle be linked, with words for them."""

    guest_id: int
    network: str
    name: str
    handle: str
    text: str
    link: str
    written_at: datetime | None


@dataclass(frozen=True)
class AfterwardsPage:
    """What is known once a meetup is over; `compared` is empty until `ready_on`.

    `came` counts everybody, `walked_in` those of them who had not signed up, `missed` who had and did not
    come; None where nobody was ticked off.
    """

    meetup: Meetup
    came: int
    walked_in: int
    missed: int | None
    to_thank: tuple[ToThank, ...]
    following: Following | None
    before: Period
    after: Period
    ready_on: date
    compared: tuple[Compared, ...]
    known: bool


def periods(meetup: Meetup) -> tuple[Period, Period]:
    """The eight whole weeks before the week of the meetup, and the eight after it."""
    monday = week_of(meetup.starts_at, meetup.organization.zone)
    before = Period(monday - WEEKS * _WEEK, monday - _DAY)
    return before, Period(monday + _WEEK, monday + (WEEKS + 1) * _WEEK - _DAY)


def build(meetup: Meetup, *, now: datetime) -> AfterwardsPage:
    """The page; a fixed number of queries."""
    organization = meetup.organization
    came = list(replies.guests(meetup).filter(state=MeetupGuest.State.COMING).order_by("name", "pk"))
    here = [guest for guest in came if guest.came_at is not None]
    before, after = periods(meetup)
    ready = now.astimezone(organization.zone).date() > after.last
    return AfterwardsPage(
        meetup=meetup,
        came=len(here),
        walked_in=sum(guest.walk_in for guest in here),
        missed=len(came) - len(here) if here else None,
        to_thank=_to_thank(meetup, here),
        following=followed(meetup, now=now),
        before=before,
        after=after,
        ready_on=after.last + _DAY,
        compared=_compared(meetup, before, after, now) if ready else (),
        known=any(connection.hears_others for connection in organization.connections.all()),
    )


def followed(meetup: Meetup, *, now: datetime) -> Following | None:
    """What was said with the hashtag from the planning to eight weeks after; None without a hashtag."""
    if not meetup.hashtag:
        return None
    until = min(now, meetup.ends_at + hashtags.FOLLOWED_FOR)
    return hashtags.follow(
        meetup.organization, meetup.hashtag, since=min(meetup.created_at, until), until=until
    )


def _to_thank(meetup: Meetup, here: list[MeetupGuest]) -> tuple[ToThank, ...]:
    linked = [guest for guest in here if guest.handle]
    written = invitations.thanked(meetup, linked)
    return tuple(
        ToThank(
            guest_id=guest.pk,
            network=guest.network,
            name=guest.name,
            handle=guest.handle,
            text=(text := invitations.thanks(meetup, guest)),
            link=invitations.deep_link(guest.network, text, None),
            written_at=written.get(guest.pk),
        )
        for guest in linked
    )


def _compared(meetup: Meetup, before: Period, after: Period, now: datetime) -> tuple[Compared, ...]:
    then, since = (period_figures.measure(meetup.organization, one, now=now) for one in (before, after))
    return tuple(
        Compared(name, old, new) for (name, old), (__, new) in zip(_words(then), _words(since), strict=True)
    )


def _words(measured: PeriodFigures) -> tuple[tuple[str, str], ...]:
    spoke, regulars = measured.people.reciprocity, measured.people.regulars
    mix = measured.posts[Where.EVERYTHING].mix
    return (
        (_("People who wrote to you"), _count(spoke if isinstance(spoke, NotKnown) else spoke.n)),
        (_("of them, heard back from you"), figure_wording.share_words(spoke)),
        (_("Your regulars"), _count(regulars if isinstance(regulars, NotKnown) else len(regulars))),
        (_("Your posts that are conversation"), _converse(mix)),
        (_("A conversation goes back and forth"), figure_wording.turns_words(measured.people.depth)),
    )


def _count(known: int | NotKnown) -> str:
    return figure_wording.missing_words(known) if isinstance(known, NotKnown) else str(known)


def _converse(mix: dict[Kind, Share] | TooFew | NotKnown) -> str:
    return figure_wording.share_words(mix[Kind.CONVERSE] if isinstance(mix, dict) else mix)
