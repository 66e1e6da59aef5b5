"""What all tests stand on: a migrated database, used as the unprivileged role, and perhaps a browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import TransactionTestCase
from playwright.sync_api import expect

from tests import servers

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_BROWSER_PATHS = (
    "/usr/bin/chromium",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
BROWSER_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# How long a page may take to show what is expected: a busy machine with two browsers is slow, not wrong.
PATIENCE_MS = 30_000


def chromium() -> str | None:
    """The browser for the browser tests, if this machine has one."""
    named = [path for path in _BROWSER_PATHS if Path(path).exists()]
    found = [path for name in _BROWSERS if (path := shutil.which(name))]
    return next(iter(named + found), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last, as the browser's event loop stays once it runs; a file stays together."""
    missing = pytest.mark.skip(reason="no Chromium here: neither /usr/bin/chromium nor one on PATH")
    for item in items:
        if item.get_closest_marker("browser"):
            # By file, so that two workers share what is left at the end.
            item.add_marker(pytest.mark.xdist_group(f"browser {item.path.stem}"))
            if chromium() is None:
                item.add_marker(missing)
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """The database of this worker, migrated by the owner of the tables; the tests are the app role."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        servers.make_database()
        # Django would truncate as the role under test, which rightly may not.
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: servers.empty_tables())
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """How the browser plugin starts the Chromium of this machine; it never downloads one."""
    # The plugin's event loop makes Django think that it is called from asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PATIENCE_MS)
    return {**browser_type_launch_args, "executable_path": chromium(), "args": BROWSER_ARGUMENTS}
