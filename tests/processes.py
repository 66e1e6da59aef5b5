"""Real workers beside the tests, on the same servers and the same database."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent


@contextlib.contextmanager
def worker(
    environment: Mapping[str, str] | None = None, *, beat: bool = False, log: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A Celery worker in a process group of its own; `environment` is added to ours, `beat` runs inside.

    `log` is a file that gets all it has to say, down to the last detail.
    """
    level = "DEBUG" if log else "WARNING"
    command = [sys.executable, "-m", "celery", "-A", "engage", "worker", "-c", "1", "--loglevel", level]
    schedule = Path(os.environ["ENGAGE_VAR"]) / f"beat-{time.monotonic_ns()}"
    if beat:
        command += ["-B", "-s", str(schedule)]
    said = log.open("ab") if log else None
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "engage.settings", **(environment or {})},
        start_new_session=True,
        stdout=said or subprocess.DEVNULL,
        stderr=said or subprocess.DEVNULL,
    )
    if said:
        said.close()
    try:
        yield process
    finally:
        kill(process, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):  # how long it takes is for other tests
            process.wait(timeout=60)
        kill(process)
        process.wait()


def kill(process: subprocess.Popen[bytes], number: int = signal.SIGKILL) -> None:
    """Sends a signal to the process and all its children."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def wait_until(true: Callable[[], bool], seconds: float = 300) -> bool:
    """Whether it became true in time, which is plenty: a busy machine is not to fail a test."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return False
