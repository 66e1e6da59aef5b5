"""The connections page: every account with its health, the month's budget, and what can be connected."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min

from accounts.models import Organization
from coaching import budget, health_wording, network_apps, page_insights
from coaching.models import Connection, Post


@dataclass(frozen=True)
class Progress:
    """How far a first reading is."""

    posts: int
    back_to: datetime | None


@dataclass(frozen=True)
class Line:
    """One account; `progress` only while it is read for the first time."""

    connection: Connection
    health: health_wording.Health
    progress: Progress | None
    pushed: bool
    seen: page_insights.Seen | None = None

    @property
    def seen_words(self) -> str:
        """What Facebook counted, for the Page's owners; empty where it told nothing."""
        return health_wording.seen(self.seen) if self.seen else ""

    @property
    def connectable(self) -> bool:
        """Whether it is connected, so that it can be disconnected."""
        return (
            self.connection.access == Connection.Access.API
            and self.connection.state != Connection.State.DISCONNECTED
        )


@dataclass(frozen=True)
class Button:
    """A network that can be connected; `missing` names the settings without which it cannot."""

    network: str
    name: str
    address: str
    missing: list[str]


@dataclass(frozen=True)
class Sources:
    """What the page shows. `budget` is None where no X account is connected."""

    lines: tuple[Line, ...]
    buttons: tuple[Button, ...]
    budget: budget.Spent | None

    @property
    def can_connect(self) -> bool:
        """Whether any network can be connected; where none can, the page begins with the upload."""
        return any(not button.missing for button in self.buttons)


def build(organization: Organization, *, now: datetime) -> Sources:
    """The page of an organization, with the same number of queries however many accounts it has."""
    found = list(
        Connection.across_organizations.filter(organization=organization).order_by("network", "handle", "pk")
    )
    for connection in found:
        connection.organization = organization
    reading = [one.pk for one in found if _reads_for_the_first_time(one)]
    progress = {
        row["connection"]: Progress(row["posts"], row["back_to"])
        for row in Post.across_organizations.filter(organization=organization, connection__in=reading)
        .values("connection")
        .annotate(posts=Count("pk"), back_to=Min("created_at"))
        .order_by()
    }
    figures = page_insights.of(organization, now=now)
    lines = tuple(
        Line(
            connection,
            health_wording.of(connection),
            progress.get(connection.pk, Progress(0, None)) if connection.pk in reading else None,
            connection.subscribed_at is not None,
            figures.get(connection.pk),
        )
        for connection in found
    )
    on_x = any(one.network == Connection.Network.TWITTER and one.access == "api" for one in found)
    spent = budget.spent(organization, Connection.Network.TWITTER, now=now) if on_x else None
    return Sources(lines, _buttons(), spent)


def _reads_for_the_first_time(connection: Connection) -> bool:
    return (
        connection.access == Connection.Access.API
        and connection.caught_up_at is None
        and connection.due_at is not None
    )


def _buttons() -> tuple[Button, ...]:
    return (
        Button("facebook", "Facebook", "coaching:connect_facebook", network_apps.missing("facebook")),
        Button("twitter", "X", "coaching:connect_x", network_apps.missing("twitter")),
    )
