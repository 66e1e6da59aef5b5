"""What reading X costs: counted as it is read, and a stop before a limit is passed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from .contract import Refused


@dataclass(frozen=True, slots=True)
class Prices:
    """Dollars for one thing read; the defaults are X's list of February 2026."""

    post: Decimal = Decimal("0.005")
    owned: Decimal = Decimal("0.001")
    """A read of a user's own posts, where that user also owns the developer app."""
    user: Decimal = Decimal("0.010")


@dataclass(frozen=True, slots=True)
class Bill:
    """What was read: the account's own posts, other posts, and people."""

    own_posts: int = 0
    posts: int = 0
    users: int = 0

    @property
    def reads(self) -> int:
        """Everything the network bills for."""
        return self.own_posts + self.posts + self.users

    def dollars(self, prices: Prices, *, owns_app: bool = False) -> Decimal:
        """What it costs by a price list."""
        own = prices.owned if owns_app else prices.post
        return self.own_posts * own + self.posts * prices.post + self.users * prices.user


Read = tuple[str, str, str]
"""A kind ("post" or "user"), its id, and the UTC day (ISO) for which it is billed."""


class Meter:
    """Counts reads and says how many more are allowed.

    X bills a thing once within a UTC day; so does this, `already` being what earlier pulls of the day have
    read and `fresh` what this one added, in order. Both limits may be None for no limit: `reads` in
    things read, `dollars` in money by `prices`. A call's price is known only afterwards, so room is given
    for the most that it could cost.
    """

    def __init__(
        self,
        *,
        reads: int | None = None,
        dollars: Decimal | None = None,
        prices: Prices | None = None,
        owns_app: bool = False,
        already: Iterable[Read] = (),
    ) -> None:
        self.bill = Bill()
        self.fresh: list[Read] = []
        self._reads, self._dollars = reads, dollars
        self._prices, self._owns_app = prices or Prices(), owns_app
        self._seen: set[Read] = set(already)

    def room(self, *, least: int, most: int, with_authors: bool) -> int:
        """How many posts the next page may bring: `most`, or fewer, or `Refused` below `least`.

        `with_authors` says that each post may bring one billed person along.
        """
        room = most
        things = 2 if with_authors else 1
        if self._reads is not None:
            room = min(room, (self._reads - self.bill.reads) // things)
        if self._dollars is not None:
            each = self._prices.post + (self._prices.user if with_authors else 0)
            left = self._dollars - self.bill.dollars(self._prices, owns_app=self._owns_app)
            room = min(room, int(left // each) if each else most)
        if room < least:
            raise Refused("budget")
        return room

    def count(
        self, now: datetime, *, own: Iterable[str] = (), posts: Iterable[str] = (), users: Iterable[str] = ()
    ) -> int:
        """Add what an answer held and return how much of it is billed."""
        day = now.astimezone(UTC).date().isoformat()
        fresh = Bill(*(self._fresh(kind, ids, day) for kind, ids in self._kinds(own, posts, users)))
        self.bill = Bill(
            self.bill.own_posts + fresh.own_posts,
            self.bill.posts + fresh.posts,
            self.bill.users + fresh.users,
        )
        return fresh.reads

    @staticmethod
    def _kinds(
        own: Iterable[str], posts: Iterable[str], users: Iterable[str]
    ) -> tuple[tuple[str, Iterable[str]], ...]:
        return ("post", own), ("post", posts), ("user", users)

    def _fresh(self, kind: str, ids: Iterable[str], day: str) -> int:
        fresh = dict.fromkeys(read for one in ids if (read := (kind, one, day)) not in self._seen)
        self._seen.update(fresh)
        self.fresh.extend(fresh)
        return len(fresh)
