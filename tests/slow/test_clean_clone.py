"""From a clean clone to a dashboard and to passing tests: as root, as a normal user, again, after kills."""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Iterator

import pytest
import requests

from tests.slow.checkouts import Checkout, Demo, clean_clone, log_in, somebody_else, text_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("clean clone"),  # one checkout for all of them
    pytest.mark.skipif(not (shutil.which("git") and shutil.which("make")), reason="needs git and make"),
]


@pytest.fixture(scope="module", params=["ourselves", "somebody else"])
def checkout(request: pytest.FixtureRequest) -> Iterator[Checkout]:
    """A clean clone with an empty home, installed by the first command that is run in it."""
    if request.param == "somebody else" and os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    with clean_clone(None if request.param == "ourselves" else somebody_else()) as clone:
        yield clone


def shows_the_dashboard(demo: Demo) -> None:
    page = log_in(demo)
    assert page.status_code == 200
    assert re.search(r"/o/[\w-]+/$", page.url)
    assert re.search(r"\d+ posts", text_of(page))


def test_the_demo_shows_a_dashboard_and_ends_with_an_interrupt(checkout: Checkout) -> None:
    demo = checkout.demo()
    shows_the_dashboard(demo)
    demo.end(signal.SIGINT, everyone=True)
    assert checkout.left() == []


def test_the_demo_works_again_and_ends_when_make_is_terminated(checkout: Checkout) -> None:
    demo = checkout.demo()
    shows_the_dashboard(demo)
    demo.end(signal.SIGTERM, everyone=False)
    assert checkout.left() == []


def test_the_demo_works_after_the_last_one_was_killed(checkout: Checkout) -> None:
    checkout.demo().end(signal.SIGKILL, everyone=True)
    demo = checkout.demo()
    shows_the_dashboard(demo)
    demo.end(signal.SIGTERM, everyone=True)
    assert checkout.left() == []


def test_tests_and_demo_run_at_once(checkout: Checkout) -> None:
    demo = checkout.demo()
    code, said = checkout.run(".venv/bin/python", "-m", "pytest", "tests/test_servers.py", "tests/embedded")
    assert code == 0, said
    assert re.search(r"\d+ passed", said)
    shows_the_dashboard(demo)
    demo.end(signal.SIGTERM, everyone=False)
    assert checkout.left() == []


def test_make_stop_ends_a_demo_that_runs_elsewhere(checkout: Checkout) -> None:
    demo = checkout.demo()
    assert checkout.run("make", "stop")[0] == 0
    demo.end(signal.SIGTERM, everyone=False)
    assert checkout.left() == []
    with pytest.raises(requests.ConnectionError):
        requests.get(demo.url, timeout=5)


@pytest.mark.skipif(
    not os.path.exists("/proc/self/status"), reason="only Linux tells that make holds a signal back"
)
def test_an_interrupt_that_reaches_only_make_ends_the_demo_as_well(checkout: Checkout) -> None:
    demo = checkout.demo()
    demo.end(signal.SIGINT, everyone=False)
    assert checkout.left() == []


def test_an_impatient_hand_ends_everything_as_well(checkout: Checkout) -> None:
    demo = checkout.demo()
    os.killpg(demo.make.pid, signal.SIGTERM)
    demo.end(signal.SIGINT, everyone=True)
    assert checkout.left() == []
