"""The dashboard of the sample theatre in Chromium, its processor slowed down four times, as a first visit.

Beside it, by turns, an empty page from the same server. Says what was transferred, when the largest part was
painted, what moved, which tasks were long and what the console complained about.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, ConsoleMessage, sync_playwright

from accounts.models import User
from bench import report
from bench.dashboard import serving, session_key
from coaching import sample
from tests.conftest import BROWSER_ARGUMENTS, chromium

ROUNDS = 7
SLOWER = 4
WARM = 20
"""Requests before the first visit, so that every thread of the server has read its templates."""
# Until a page says nothing new for this long, it is not finished.
QUIET_MS = 1_500
_WATCH = """
window.seen = {lcp: 0, cls: 0, longest: 0};
const watch = (type, see) => new PerformanceObserver(list => list.getEntries().forEach(see))
    .observe({type, buffered: true});
watch('largest-contentful-paint', entry => { seen.lcp = entry.startTime; });
watch('layout-shift', entry => { if (!entry.hadRecentInput) seen.cls += entry.value; });
watch('longtask', entry => { seen.longest = Math.max(seen.longest, entry.duration); });
"""
_TELL = """({...seen, answered: performance.getEntriesByType('navigation')[0].responseStart,
    painted: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0})"""


@dataclass
class Visit:
    """One first visit: bytes, milliseconds from its begin, shift and complaints."""

    bytes: int = 0
    requests: int = 0
    answered: float = 0
    painted: float = 0
    lcp: float = 0
    cls: float = 0
    longest: float = 0
    errors: list[str] = field(default_factory=list)
    parts: dict[str, int] = field(default_factory=dict)


def run(folder: Path) -> None:
    """Loads the sample theatre and visits it."""
    sample.load(email="browser@example.org", password="browser-bench", now=timezone.now())
    key = session_key(User.objects.get(email="browser@example.org"))
    # As in production: static files with their content in their names, compressed once.
    os.environ.update(STATIC_MANIFEST="1", STATIC_ROOT=str(folder / "static"))
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(collect, check=True, env=os.environ)
    with serving(folder) as address, sync_playwright() as machine:
        browser = machine.chromium.launch(executable_path=chromium(), args=BROWSER_ARGUMENTS)
        pages = {"dashboard": f"{address}/o/{sample.SLUG}/", "empty": f"{address}/empty/"}
        for page in [*pages.values()] * WARM:
            requests.get(page, cookies={settings.SESSION_COOKIE_NAME: key}, timeout=60).raise_for_status()
        visits: dict[str, list[Visit]] = {name: [] for name in pages}
        for _ in range(ROUNDS + 1):
            for name, page in pages.items():
                visits[name].append(visit(browser, page, key))
        browser.close()
    tell(visits["dashboard"][1:], visits["empty"][1:])  # the first round warms the browser


def visit(browser: Browser, address: str, key: str) -> Visit:
    """Opens the page in a browser that has never seen it."""
    found = Visit()
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": address}])
        page = context.new_page()
        page.add_init_script(_WATCH)

        def said(message: ConsoleMessage) -> None:
            if message.type == "error":
                found.errors.append(message.text)

        page.on("console", said)
        page.on("pageerror", lambda error: found.errors.append(str(error)))
        tools = context.new_cdp_session(page)
        tools.send("Network.enable")
        names: dict[str, str] = {}

        def answered(event: Any) -> None:
            names[event["requestId"]] = event["response"]["url"].rpartition("/")[2] or "the page"

        def arrived(event: Any) -> None:
            found.bytes += int(event["encodedDataLength"])
            found.requests += 1
            found.parts[names.get(event["requestId"], "?")] = int(event["encodedDataLength"])

        tools.on("Network.responseReceived", answered)
        tools.on("Network.loadingFinished", arrived)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(address, wait_until="load", timeout=120_000)
        page.wait_for_timeout(QUIET_MS)
        seen = page.evaluate(_TELL)
    found.answered, found.painted, found.lcp = seen["answered"], seen["painted"], seen["lcp"]

    found.cls, found.longest = seen["cls"], seen["longest"]
    return found


def tell(ours: list[Visit], empty: list[Visit]) -> None:
    """The lines of the report; medians of times, the worst of everything else."""
    largest = sorted(ours[-1].parts.items(), key=lambda part: -part[1])[:5]
    report.line(
        "browser-transfer", ours=max(one.bytes for one in ours) / 1000, reference=150, unit="kB",
        requests=ours[-1].requests, largest=",".join(f"{name}:{size / 1000:.1f}" for name, size in largest),
    )  # fmt: skip
    report.line(
        "browser-lcp", ours=statistics.median(one.lcp for one in ours),
        reference=statistics.median(one.lcp for one in empty), unit="ms-median",
        answered=f"{statistics.median(one.answered for one in ours):.0f}",
        painted=f"{statistics.median(one.painted for one in ours):.0f}",
        empty_answered=f"{statistics.median(one.answered for one in empty):.0f}",
    )  # fmt: skip
    report.line("browser-shift", ours=max(one.cls for one in ours), reference=0.05, unit="cls")
    report.line(
        "browser-longest-task", ours=max(one.longest for one in ours), reference=100, unit="ms",
        median=f"{statistics.median(one.longest for one in ours):.0f}",
    )  # fmt: skip
    errors = sorted({error for one in ours for error in one.errors})
    report.line("browser-errors", ours=len(errors), reference=1, unit="errors")
    print(*errors, sep="\n")
