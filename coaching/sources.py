"""The connections page: every account with its health, the month's budget, and what can be connected."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Organization
from coaching import arriving, budget, health_wording, network_apps, page_insights
from coaching.models import Connection


@dataclass(frozen=True)
class Line:
    """One account; `progress` only while it is read for the first time."""

    connection: Connection
    health: health_wording.Health
    progress: arriving.Reading | None
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
    progress = {one.connection: one for one in arriving.first_readings(organization, found)}
    figures = page_insights.of(organization, now=now)
    lines = tuple(
        Line(
            connection,
            health_wording.of(connection),
            progress.get(connection.pk),
            connection.subscribed_at is not None,
            figures.get(connection.pk),
        )
        for connection in found
    )
    on_x = any(one.network == Connection.Network.TWITTER and one.access == "api" for one in found)
    spent = budget.spent(organization, Connection.Network.TWITTER, now=now) if on_x else None
    return Sources(lines, _buttons(), spent)


def _buttons() -> tuple[Button, ...]:
    return (
        Button("facebook", "Facebook", "coaching:connect_facebook", network_apps.missing("facebook")),
        Button("twitter", "X", "coaching:connect_x", network_apps.missing("twitter")),
    )
