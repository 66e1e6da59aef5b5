"""The draft coach's answer while somebody types, against the smallest page beside it.

Both go through all of Django in this process, by turns, so that what else the machine does meets both.
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from django.test import Client

from accounts import organizing
from accounts.models import User
from bench import report

ROUNDS = 200
DRAFTS = (
    "Buy your tickets now! Only 10 seats left for tonight, book at https://gull.example/book #theatre",
    "Thank you @ana for the pictures! Which scene of part {} stayed with you, and who was in it?",
    "Part {} of our winter season begins at half past seven. The foyer opens at six and the bar has soup. "
    * 2,
)


def run(folder: Path) -> None:
    """Types three kinds of drafts by turns with asking for the smallest page."""
    user = User.objects.create_user("draft-bench@example.org")
    organizing.create_organization(slug="drafting", name="Drafting", owner=user)
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    times: dict[str, list[float]] = {"draft": [], "minimal": []}
    for turn in range(ROUNDS + 10):
        fields = {"network": "twitter", "text": DRAFTS[turn % len(DRAFTS)].replace("{}", str(turn))}
        for name in times:
            begun = time.perf_counter()
            answer = (
                client.post("/o/drafting/draft/check/", fields)
                if name == "draft"
                else client.get("/o/drafting/minimal/")
            )
            taken = (time.perf_counter() - begun) * 1000
            if answer.status_code != 200:
                raise RuntimeError(f"{name} answered {answer.status_code}")
            if turn >= 10:
                times[name].append(taken)
    p95 = {name: statistics.quantiles(values, n=20)[-1] for name, values in times.items()}
    median = {name: statistics.median(values) for name, values in times.items()}
    report.line(
        "draft-check", ours=p95["draft"], reference=p95["minimal"], unit="ms-p95",
        median_ratio=f"{median['draft'] / median['minimal']:.2f}",
        median_ours=f"{median['draft']:.4g}",
    )  # fmt: skip
