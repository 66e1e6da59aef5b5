"""The cast and what they have: alice owns, erin edits, bob views, carol consults, dave is a stranger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts import organizing
from accounts.models import Client, Consultant, Membership, Organization, Practice, Role, User
from accounts.tenancy import scope
from coaching import pull
from coaching.models import Connection, ReportCard
from coaching.networks.contract import Batch, FeedMessage, FeedPost, Person, Surface
from coaching.period_figures import Period
from coaching.report_cards import measuring, publishing

NOW = datetime(2026, 10, 7, 12, 0, tzinfo=UTC)
PASSWORD = "correct-horse-battery"


@dataclass(frozen=True)
class Cast:
    """Two organizations and the people around them."""

    theatre: Organization
    rival: Organization
    alice: User
    erin: User
    bob: User
    dave: User


def cast() -> Cast:
    """The theatre of alice (owner), erin (editor) and bob (viewer), and the rival of dave."""
    alice, erin, bob, dave = (
        User.objects.create_user(f"{name}@example.org", PASSWORD) for name in ("alice", "erin", "bob", "dave")
    )
    theatre = organizing.create_organization(slug="theatre", name="Gull Theatre", owner=alice)
    rival = organizing.create_organization(slug="rival", name="Rival Rooms", owner=dave)
    for user, role in ((erin, Role.EDITOR), (bob, Role.VIEWER)):
        Membership.objects.create(organization=theatre, user=user, role=role)
    return Cast(theatre, rival, alice, erin, bob, dave)


def consultant(
    *organizations: Organization,
    role: str = Role.EDITOR,
    ends_at: datetime | None = None,
    name: str = "carol",
) -> User:
    """carol of Carol & Co, who looks after these organizations since the day before NOW."""
    carol = User.objects.create_user(f"{name}@example.org", PASSWORD)
    practice = Practice.objects.create(slug=f"{name}-co", name=f"{name.title()} & Co")
    Consultant.objects.create(practice=practice, user=carol, leads=True)
    for organization in organizations:
        Client.objects.create(
            practice=practice,
            organization=organization,
            role=role,
            starts_at=NOW - timedelta(days=1),
            ends_at=ends_at,
        )
    return carol


def connection(
    organization: Organization, handle: str = "gulltheatre", *, access: str = "demo", network: str = "twitter"
) -> Connection:
    """A connection, made within its organization's scope."""
    with scope([organization.pk]):
        made: Connection = Connection.across_organizations.create(
            organization=organization,
            network=network,
            access=access,
            external_id=f"id-{handle}",
            handle=handle,
            name=organization.name,
        )
    return made


class Feed:
    """A reader that yields what it was given, in batches of `size`."""

    def __init__(
        self, posts: Sequence[FeedPost] = (), messages: Sequence[FeedMessage] = (), size: int = 1_000
    ) -> None:
        self.posts, self.messages, self.size = tuple(posts), tuple(messages), size

    def batches(self, cursor: dict[str, Any] | None, *, now: datetime) -> Iterator[Batch]:
        """What lies behind the cursor."""
        start = (cursor or {}).get("next", 0)
        ends = range(start, max(len(self.posts), 1), self.size)
        return iter(
            Batch(
                posts=self.posts[at : at + self.size],
                messages=self.messages if at == 0 else (),
                cursor={"next": at + self.size},
                complete=at + self.size >= len(self.posts),
            )
            for at in ends
        )


def post(number: int, text: str = "", *, ago: timedelta | None = None, **fields: object) -> FeedPost:
    """A timeline post; post 1 is an hour old, post 2 two hours, unless told otherwise."""
    values: dict[str, object] = {
        "external_id": str(number),
        "created_at": NOW - (ago or timedelta(hours=number)),
        "text": text or f"Tonight at half past seven: part {number} of our winter season begins.",
        "surface": Surface.TIMELINE,
    }
    return FeedPost(**{**values, **fields})  # type: ignore[arg-type]


def message(
    number: int, text: str, *, ago: timedelta = timedelta(hours=5), who: str = "ana", **fields: object
) -> FeedMessage:
    """Something ana (or `who`) wrote to us."""
    values: dict[str, object] = {
        "external_id": f"m{number}",
        "created_at": NOW - ago,
        "text": text,
        "author": Person(f"id-{who}", who, who.title()),
        "conversation_id": f"m{number}",
    }
    return FeedMessage(**{**values, **fields})  # type: ignore[arg-type]


def pulled(organization: Organization, *posts: FeedPost, messages: Sequence[FeedMessage] = ()) -> Connection:
    """A connection whose posts and messages have been pulled."""
    made = connection(organization)
    pull.pull(made, Feed(posts, messages), now=NOW)
    return made


def card(organization: Organization, *, by: User, at: datetime = NOW, **wishes: Any) -> ReportCard:
    """A report card about the two weeks up to the day before; needs the organization's scope."""
    yesterday = at.astimezone(organization.zone).date() - timedelta(days=1)
    period = Period(yesterday - timedelta(days=13), yesterday)
    content = measuring.measure(organization, period, now=at)
    wish = publishing.Wish(**{"period": period, "days": 90, **wishes})
    return publishing.publish(organization, wish, content, by=by, now=at)
