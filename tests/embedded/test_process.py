"""Which process is ours: known by the lock it holds, never by a number somebody else may have by now."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from engage.embedded import process

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)",
]
WITH_CHILD = [sys.executable, "-c", "import os, time; os.fork(); time.sleep(600)"]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Path]:
    """The lock file of a server, which is ended with the test."""
    path = tmp_path / "server.running"
    yield path
    process.stop(path, politely=signal.SIGKILL)


def soon(condition: Callable[[], object]) -> None:
    """Wait until it holds, which another process has to bring about."""
    until = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def start(arguments: list[str], running: Path) -> None:
    process.start(arguments, running=running, log=running.with_suffix(".log"), account=None)


def test_nothing_runs_before_it_is_started(running: Path) -> None:
    assert not process.is_running(running)


def test_it_runs_from_start_to_stop(running: Path) -> None:
    start(SLEEP, running)
    assert process.is_running(running)
    process.stop(running, politely=signal.SIGTERM)
    assert not process.is_running(running)


def test_it_is_not_started_twice(running: Path) -> None:
    start(SLEEP, running)
    with pytest.raises(BlockingIOError):
        start(SLEEP, running)


def test_what_was_killed_is_dead_even_before_anyone_has_reaped_it(running: Path) -> None:
    start(SLEEP, running)
    (leader,) = process._leaders(running)
    leader.kill()
    assert process.gone(running, seconds=120)


def test_it_runs_as_long_as_one_of_its_processes_does(running: Path) -> None:
    start(WITH_CHILD, running)
    (leader,) = process._leaders(running)
    soon(leader.children)
    leader.kill()
    assert process.is_running(running)
    process.stop(running, politely=signal.SIGTERM)
    assert not process.is_running(running)


def test_who_does_not_go_when_asked_is_killed(running: Path) -> None:
    start(STUBBORN, running)
    log = running.with_suffix(".log")
    soon(log.read_text)
    process.stop(running, politely=signal.SIGTERM, patience=0.3)
    assert not process.is_running(running)


def test_a_stranger_is_left_alone(running: Path) -> None:
    stranger = subprocess.Popen(SLEEP)
    try:
        running.write_text(str(stranger.pid))
        process.stop(running, politely=signal.SIGKILL)
        assert psutil.pid_exists(stranger.pid)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_the_wanted_port_is_taken_when_it_is_free() -> None:
    port = process.free_port()
    assert process.free_port(port) == port


def test_another_port_is_found_when_the_wanted_one_is_taken() -> None:
    with socket.create_server((process.LOOPBACK, 0)) as taken:
        port = taken.getsockname()[1]
        assert process.answers(port)
        assert process.free_port(port) != port


def test_a_server_gets_no_secrets_from_our_environment(
    running: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "not for servers")
    start(SLEEP, running)
    (leader,) = process._leaders(running)
    assert "SECRET_KEY" not in leader.environ()
    assert os.environ["SECRET_KEY"]
