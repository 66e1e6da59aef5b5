"""Workers, the queue and the database die in the middle of reading; afterwards everything is there, once."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis

from accounts import organizing
from accounts.models import Organization, User
from accounts.tenancy import scope
from coaching.models import Connection
from coaching.networks import twitter_oauth
from tests import processes
from tests.coaching.network_cast import connected
from tests.networks.stand.server import Asked, Reply
from tests.networks.stand.x import X

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

POSTS = 50


class Crowd(X):
    """X with many handles of the same number of posts; `gate` holds answers back while it is shut."""

    def __init__(self, handles: int) -> None:
        super().__init__(datetime.now(UTC).replace(microsecond=0))
        self.gate = threading.Event()
        self.gate.set()
        self.held = threading.Event()
        self.access: dict[str, str] = {}
        for number in range(handles):
            who = str(10_001 + number)
            self.access[who] = self.person(who, f"stage{number}")
            for post in range(POSTS):
                at = self.now - timedelta(hours=1 + post, seconds=number)
                self.write(who, f"Scene {post} of stage {number}, tonight at seven", at=at)
        self._by_author: dict[str, list[dict[str, Any]]] = {}
        for one in self.posts.values():
            self._by_author.setdefault(one["author_id"], []).append(one)

    def handle(self, asked: Asked) -> Reply:
        if asked.query.get("pagination_token"):
            self.held.set()
            self.gate.wait(300)
        return super().handle(asked)

    def _page(self, asked: Asked, posts: list[dict[str, Any]]) -> Reply:
        who = asked.path.split("/")[3] if asked.path.startswith("/2/users/") else None
        mine = self._by_author.get(who or "", []) if asked.path.endswith("/tweets") else []
        return super()._page(asked, mine)


@contextmanager
def crowd(handles: int) -> Iterator[Crowd]:
    """The stand while it runs."""
    with Crowd(handles) as stand:
        yield stand
        assert stand.wrong == []


def connect_all(stand: Crowd, organizations: int) -> list[Connection]:
    """Every handle connected, spread over organizations, all due now."""
    owner = User.objects.create_user("owner@example.org", "correct-horse-battery")
    made: list[Organization] = [
        organizing.create_organization(slug=f"stage-{n}", name=f"Stage {n}", owner=owner)
        for n in range(organizations)
    ]
    return [
        connected(
            made[index % organizations],
            network="twitter",
            external_id=who,
            handle=stand.people[who]["username"],
            scopes=list(twitter_oauth.SCOPES),
            token_expires_at=stand.now + timedelta(days=1),
            due_at=stand.now - timedelta(minutes=1),
            tokens={"access": token, "refresh": "unused"},
        )
        for index, (who, token) in enumerate(stand.access.items())
    ]


def environment(stand: Crowd, **more: str) -> dict[str, str]:
    """What workers must know."""
    return {
        "X_API_BASE_URL": stand.url,
        "X_CLIENT_ID": stand.client[0],
        "X_CLIENT_SECRET": stand.client[1],
        "X_MONTHLY_DOLLARS": "1000",
        "REFRESH_LEASE_SECONDS": "6",
        **more,
    }


def counts(connections: list[Connection]) -> Counter[str]:
    """How many posts each connection has, by handle; doubles are not possible but would show in `ids`."""
    found: Counter[str] = Counter()
    for connection in connections:
        with scope([connection.organization_id]):
            ids = list(connection.posts.values_list("external_id", flat=True))
            assert len(ids) == len(set(ids))
            found[connection.handle] = len(ids)
    return found


def all_there(connections: list[Connection]) -> bool:
    """Whether every connection has every post and nobody reads any more."""
    organizations = sorted({one.organization_id for one in connections})
    with scope(organizations):
        rows = Connection.across_organizations.filter(organization__in=organizations)
        done = rows.filter(caught_up_at__isnull=False, lease_until__isnull=True).count()
    return done == len(connections)


def test_two_hundred_accounts_are_read_by_two_workers_every_post_once() -> None:
    with crowd(200) as stand:
        connections = connect_all(stand, organizations=40)
        # Nobody dies here, and a slow machine is no reason to take an account from whoever reads it.
        given = environment(stand, REFRESH_LEASE_SECONDS="600")
        with processes.worker(given, beat=True), processes.worker(given):
            assert processes.wait_until(lambda: all_there(connections), 900)
        assert set(counts(connections).values()) == {POSTS}
        reads = Counter(asked.path for asked in stand.asked if asked.path.endswith("/tweets"))
        assert len(reads) == 200
        assert stand.billed == 200 * POSTS, "nothing was read twice"


def test_kill_9_of_a_worker_in_mid_pull_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    with crowd(1) as stand:
        stand.page_size = 10
        connections = connect_all(stand, organizations=1)
        stand.gate.clear()
        given = environment(stand)
        with processes.worker(given, beat=True, log=log) as first:
            assert stand.held.wait(300)
            processes.kill(first)
            first.wait()
        assert counts(connections)["stage0"] == 10, "the first page is stored, the second never came"
        stand.gate.set()
        with processes.worker(given, beat=True, log=log):
            assert processes.wait_until(lambda: all_there(connections))
        assert counts(connections)["stage0"] == POSTS
        assert stand.billed <= POSTS + 10
        said = log.read_text(errors="replace")
        assert "refresh_connection" in said, "the workers told what they did"
        for secret in (*stand.access.values(), stand.client[1], "Bearer"):
            assert secret not in said


def test_a_queue_that_forgets_everything_loses_nothing() -> None:
    with crowd(4) as stand:
        connections = connect_all(stand, organizations=2)
        given = environment(stand)
        with processes.worker(given, beat=True):
            stand.page_size = 10
            for _ in range(3):
                forget_the_queue()
            assert processes.wait_until(lambda: all_there(connections), 400)
        assert set(counts(connections).values()) == {POSTS}


def forget_the_queue() -> None:
    """What is left of Redis after kill -9 without a disk: nothing."""
    client = redis.Redis.from_url(os.environ["REDIS_URL"])
    client.flushdb()
    client.close()
