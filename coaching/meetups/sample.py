"""The sample theatre's meetups: one that is over, with who came, and one ahead, with who wants to come."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from accounts.models import Organization, User
from coaching.meetups import links, local_time
from coaching.meetups.planning import CHECKLIST, Plan
from coaching.models import Meetup, MeetupGuest, MeetupTask

ANY = datetime(1970, 1, 1, tzinfo=UTC)
"""Replaced by a day near the one on which the sample is loaded."""
PINT = Plan(
    title="A pint with the lighthouse keeper",
    goal="Meet those who write to us every week",
    about=(
        "After the Friday show we push the foyer tables together. The cast comes as well, as soon as the "
        "salt is off their faces.\n\nStep-free way in from Gannet Lane; a quiet corner by the cloakroom."
    ),
    place="Playhouse foyer",
    address="3 Gannet Lane",
    online_url="",
    starts_at=ANY,
    ends_at=ANY,
    timezone="Europe/London",
    capacity=12,
    hashtag="KeepersPint",
    thanks="The next round of questions is on you.",
)
WALK = replace(
    PINT,
    title="A walk along the harbour sets",
    about="Our set builder shows the doors and boats behind the stage, and where they came from.",
    place="Stage door",
    capacity=8,
    hashtag="HarbourSets",
    thanks="",
)
CAME = ("Priya Nair", "Tom Ashby", "Łucja Wrona", "Grace Okafor", "Sam Delgado")
COMING = ("Priya Nair", "Ewan Hart", "Grace Okafor", "June Feldman", "Nadia Haddad", "Tom Ashby")
MISSED = ("Ravi Shah",)


def load(organization: Organization, *, by: User, now: datetime) -> None:
    """The two meetups, made anew once the one ahead is over. Nobody is mailed: the guests are invented."""
    if organization.meetups.filter(starts_at__gt=now).exists():
        return
    organization.meetups.all().delete()
    over = _hold(organization, PINT, days=-24, by=by, now=now)
    _invite(over, (*CAME, *MISSED), now=now)
    over.guests.filter(name__in=CAME).update(came_at=over.starts_at, ticked_by=by)
    over.tasks.update(done_at=over.starts_at, done_by=by)
    ahead = _hold(organization, WALK, days=12, by=by, now=now)
    _invite(ahead, COMING, now=now)
    ahead.tasks.filter(code__in=CHECKLIST[:2]).update(done_at=now, done_by=by)


def _hold(organization: Organization, plan: Plan, *, days: int, by: User, now: datetime) -> Meetup:
    starts_at = local_time.same_hour(now, days, organization.zone, time(19, 30))
    planned_at = min(now, starts_at - timedelta(days=21))
    wanted = replace(
        plan, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), timezone=organization.timezone
    )
    meetup: Meetup = organization.meetups.create(
        **vars(wanted),
        token=links.new_token(),
        state=Meetup.State.OPEN,
        created_by=by,
        created_at=planned_at,
        changed_at=planned_at,
        published_at=planned_at,
    )
    MeetupTask.across_organizations.bulk_create(
        [MeetupTask(organization=organization, meetup=meetup, code=code) for code in CHECKLIST]
    )
    return meetup


def _invite(meetup: Meetup, names: tuple[str, ...], *, now: datetime) -> None:
    MeetupGuest.across_organizations.bulk_create(
        [
            MeetupGuest(
                organization_id=meetup.organization_id,
                meetup=meetup,
                name=name,
                code=links.new_code(),
                state=MeetupGuest.State.COMING,
                asked_at=now,
                confirmed_at=now,
            )
            for name in names
        ]
    )
