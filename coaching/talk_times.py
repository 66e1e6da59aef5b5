"""When people write to an organization: weekdays and hours by its own clock."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from coaching.judgement.answering import Turn

ENOUGH = 20
"""Messages below which no hour is called the busiest."""
PART = 3
"""Hours that are looked at together; single ones hold too little to compare."""


@dataclass(frozen=True)
class TalkTimes:
    """How many messages came at each weekday (Monday first) and hour.

    `busiest` is the weekday and the first hour of the three with most messages, None where too few came.
    """

    hours: tuple[tuple[int, ...], ...]
    total: int
    busiest: tuple[int, int] | None

    @property
    def parts(self) -> tuple[tuple[int, ...], ...]:
        """The same in parts of three hours."""
        return tuple(tuple(sum(day[at : at + PART]) for at in range(0, 24, PART)) for day in self.hours)


def talk_times(said: Iterable[Turn], zone: ZoneInfo) -> TalkTimes:
    """When others spoke, of all these turns."""
    moments = (turn.at.astimezone(zone) for turn in said if turn.author is not None)
    counted = Counter((at.weekday(), at.hour) for at in moments)
    hours = tuple(tuple(counted[day, hour] for hour in range(24)) for day in range(7))
    found = TalkTimes(hours, counted.total(), None)
    if found.total < ENOUGH:
        return found
    most = max(
        ((day, part) for day in range(7) for part in range(24 // PART)),
        key=lambda at: found.parts[at[0]][at[1]],
    )
    return TalkTimes(hours, found.total, (most[0], most[1] * PART))
