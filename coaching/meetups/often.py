"""How often one visitor may sign somebody up: enough for a family, too little for a machine."""

from datetime import datetime, timedelta

from accounts import limits

WITHIN = timedelta(hours=1)
A_VISITOR = 20
"""Forms that one internet address may send in an hour; a school or an office shares one."""
A_MEETUP = 600
"""Forms that one meetup takes in an hour, from wherever they come."""


def may_ask(address: str | None, meetup_id: int, *, now: datetime) -> bool:
    """Counts a form that was sent; False where there were too many. Without a cache nobody is held up.

    What one visitor sends beyond their share is not counted for the meetup, which stays open to others.
    """
    return limits.allowed(
        "meet", address, most=A_VISITOR, within=WITHIN, at=now, without_cache=True
    ) and limits.allowed("meetup", str(meetup_id), most=A_MEETUP, within=WITHIN, at=now, without_cache=True)
