"""What row-level security costs: the same dashboard from the same rows, with the policies and without.

Two servers stand on one database. One is the role of production, whom the policies bind; the other is the
owner of the tables, for whom PostgreSQL leaves them out. Their pages are asked for by turns.
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import requests
from django.conf import settings

from accounts import organizing
from accounts.models import User
from bench import dashboard, report

ROUNDS = 150
POSTS = 200_000
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
