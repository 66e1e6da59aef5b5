"""What row-level security costs: the same dashboard from the same rows, with the policies and without.

Two servers stand on one database. One is the role of production, whom the policies bind; the other is the
owner of the tables, for whom PostgreSQL leaves them out. Their pages are asked for by turns.
"""

from __future__ import annotations

import statistics
import time
from contextlib import closing
from pathlib import Path

import psycopg2
import requests
from django.conf import settings

from accounts import organizing
from accounts.models import User
from bench import dashboard, report

ROUNDS = 150
POSTS = 200_000
QUERIES = {
    "weeks": "SELECT * FROM coaching_weekrollup WHERE organization_id = %s",
    "newest": "SELECT * FROM coaching_post WHERE organization_id = %s ORDER BY created_at DESC LIMIT 50",
    "count": "SELECT count(*) FROM coaching_post WHERE organization_id = %s AND kind = 'converse'",
}
"""Of what the pages ask: a year of weeks, a page of posts, and all posts of a kind."""
PAGES = {"dashboard": "", "posts": "posts/", "people": "people/", "suggestions": "suggestions/"}


def run(folder: Path) -> None:
    """Fills two organizations, so that there is something to keep apart, and reads one of them."""
    user = User.objects.create_user("row-security-bench@example.org")
    for slug in ("ours", "theirs"):
        dashboard.fill(organizing.create_organization(slug=slug, name=slug, owner=user), POSTS)
    owner = {"DATABASE_URL": settings.MIGRATION_DATABASE_URL}
    with (
        dashboard.serving(folder) as bound,
        dashboard.serving(folder, owner) as free,
        requests.Session() as session,
    ):
        session.cookies.set(settings.SESSION_COOKIE_NAME, dashboard.session_key(user))
        times: dict[tuple[str, str], list[float]] = {}
        for turn in range(ROUNDS + 10):
            for name, page in PAGES.items():
                for address in (bound, free):
                    begun = time.perf_counter()
                    session.get(f"{address}/o/ours/{page}", timeout=60).raise_for_status()
                    if turn >= 10:
                        taken = (time.perf_counter() - begun) * 1000
                        times.setdefault((name, address), []).append(taken)
    queries(settings.DATABASE_URL, settings.MIGRATION_DATABASE_URL, user)
    for name in PAGES:
        with_, without = times[name, bound], times[name, free]
        p95 = [statistics.quantiles(values, n=20)[-1] for values in (with_, without)]
        report.line(
            f"row-security-{name}",
            ours=statistics.median(with_),
            reference=statistics.median(without),
            unit="ms-median",
            p95_ratio=f"{p95[0] / p95[1]:.2f}",
        )


def queries(bound: str, free: str, user: User) -> None:
    """The queries alone, by both roles in turns, without Python and templates around them."""
    organization = user.organizations.get(slug="ours")
    with closing(psycopg2.connect(bound)) as one, closing(psycopg2.connect(free)) as other:
        cursors = (one.cursor(), other.cursor())
        for cursor in cursors:
            cursor.execute("SELECT set_config('engage.organizations', %s, false)", [str(organization.pk)])
        for name, query in QUERIES.items():
            times: tuple[list[float], list[float]] = ([], [])
            for turn in range(ROUNDS + 10):
                for cursor, taken in zip(cursors, times, strict=True):
                    begun = time.perf_counter()
                    cursor.execute(query, [organization.pk])
                    cursor.fetchall()
                    if turn >= 10:
                        taken.append((time.perf_counter() - begun) * 1000)
            report.line(
                f"row-security-query-{name}",
                ours=statistics.median(times[0]),
                reference=statistics.median(times[1]),
                unit="ms-median",
            )
