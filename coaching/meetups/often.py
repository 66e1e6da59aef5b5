"""How often one visitor may sign somebody up: enough for a family, too little for a machine."""

from datetime import datetime

from django.core.cache import cache
from redis.exceptions import RedisError

_HOUR = 3600
A_VISITOR = 20
"""Forms that one internet address may send in an hour; a school or an office shares one."""
A_MEETUP = 600
"""Forms that one meetup takes in an hour, from wherever they come."""


def may_ask(address: str | None, meetup_id: int, *, now: datetime) -> bool:
    """Counts a form that was sent; False where there were too many. Without a cache nobody is held up."""
    hour = int(now.timestamp()) // _HOUR
    return _count(f"meet:{meetup_id}:{hour}", A_MEETUP) and _count(f"meet:{address}:{hour}", A_VISITOR)


def _count(key: str, at_most: int) -> bool:
    try:
        cache.add(key, 0, timeout=2 * _HOUR)
        return cache.incr(key) <= at_most
    except (RedisError, ValueError):  # ValueError: it ran out just now
        return True
