"""How often a visitor may use a form that anybody can reach."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError


def allowed(
    what: str, who: str | None, *, most: int, within: timedelta, at: datetime, without_cache: bool
) -> bool:
    """Counts one use and says whether it is among the first `most` of this stretch of time.

    The cache is told a keyed hash, never an internet address. `without_cache` is the answer while there is
    no cache: yes for what costs little, no for what sends mail.
    """
    stretch = int(within.total_seconds())
    turn = int(at.timestamp()) // stretch
    visitor = salted_hmac("engage.limits", f"{what}:{who or ''}", algorithm="sha256").hexdigest()[:32]
    key = f"limit:{what}:{turn}:{visitor}"
    try:
        cache.add(key, 0, timeout=2 * stretch)
        return cache.incr(key) <= most
    except ValueError:  # it ran out just now, so a new stretch begins
        return True
    except RedisError:
        return without_cache
