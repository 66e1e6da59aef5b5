"""The dashboard with a million posts against a thousand, and against the smallest page beside it.

All pages come from one running server, by turns, so that whatever else the machine does meets them alike.
"""

from __future__ import annotations

import contextlib
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import requests
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections

from accounts import organizing
from accounts.models import Organization, User
from accounts.tenancy import scope
from bench import report
from coaching import coach, rollup
from coaching.models import Connection

ROUNDS = 150
SMALL, LARGE = 1_000, 1_000_000


def run(folder: Path) -> None:
    """Fills two organizations, then asks for their pages by turns."""
    user = User.objects.create_user("dashboard-bench@example.org")
    for slug, posts in (("small", SMALL), ("large", LARGE)):
        fill(organizing.create_organization(slug=slug, name=slug, owner=user), posts)
    with serving(folder) as address, requests.Session() as session:
        session.cookies.set(settings.SESSION_COOKIE_NAME, session_key(user))
        pages = {
            "small": f"{address}/o/small/",
            "large": f"{address}/o/large/",
            "minimal": f"{address}/o/large/minimal/",
        }
        times: dict[str, list[float]] = {name: [] for name in pages}
        for turn in range(ROUNDS + 10):
            for name, page in pages.items():
                begun = time.perf_counter()
                session.get(page, timeout=60).raise_for_status()
                if turn >= 10:
                    times[name].append((time.perf_counter() - begun) * 1000)
    p95 = {name: statistics.quantiles(values, n=20)[-1] for name, values in times.items()}
    median = {name: statistics.median(values) for name, values in times.items()}
    report.line(
        "dashboard-size", ours=p95["large"], reference=p95["small"], unit="ms-p95",
        median_ratio=f"{median['large'] / median['small']:.2f}",
    )  # fmt: skip
    report.line(
        "dashboard-page", ours=p95["large"], reference=p95["minimal"], unit="ms-p95",
        median_ratio=f"{median['large'] / median['minimal']:.2f}",
    )  # fmt: skip


def fill(organization: Organization, posts: int) -> None:
    """Judged posts of ten years, spread evenly, with their weeks and suggestions."""
    with scope([organization.pk]):
        connection = Connection.across_organizations.create(
            organization=organization, network="twitter", access="archive", external_id="1",
            handle=organization.slug, name=organization.name,
        )  # fmt: skip
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO coaching_post (organization_id, connection_id, external_id, created_at, text, surface,
                mentions, links, media, kind, score, probabilities, basis, reasons, by_structure_only,
                repeats, judge)
            SELECT %(organization)s, %(connection)s, n,
                %(now)s - n::float8 / %(posts)s * interval '3650 days',
                'Tonight at half past seven: part ' || n || ' of our season. Which scene will you stay for?',
                (ARRAY['timeline', 'timeline', 'timeline', 'thread', 'share'])[1 + n %% 5],
                '{}', '{}', 0, (ARRAY['announce', 'pitch', 'converse', 'announce', 'share'])[1 + n %% 5],
                (n * 37) %% 101, '{0.25,0.25,0.25,0.25}', 'both',
                '[["asks_reader", 0.8, 40, 70, {}]]', false, 0, 'bench'
            FROM generate_series(1, %(posts)s) AS n
            """,
            {
                "organization": organization.pk,
                "connection": connection.pk,
                "posts": posts,
                "now": datetime.now(UTC),
            },
        )
        cursor.execute("ANALYZE coaching_post")
    with scope([organization.pk]):
        rollup.count_weeks(connection)
        coach.suggest(organization, now=datetime.now(UTC))
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")


def session_key(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


@contextlib.contextmanager
def serving(folder: Path, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """A web server like that of production; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--host", "127.0.0.1",
        "--port", str(port), "--blocking-threads", "4", "--backpressure", "64", "engage.wsgi:application",
    ]  # fmt: skip
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **(environment or {})})
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(100):
            with contextlib.suppress(requests.ConnectionError, requests.Timeout):
                if requests.get(f"{address}/healthz", timeout=20).ok:
                    break
            time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)
