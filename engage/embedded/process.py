"""Server processes that outlive the command which started them.

Each server inherits an open, locked file. The kernel drops that lock when the last process of the server
is gone, however it went, and neither a zombie nor a stranger with a recycled number can hold it. So "is it
running" is "is the lock held", and "which processes are it" is "who has that file open".
"""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from engage.embedded.place import Account, as_account

LOOPBACK = "127.0.0.1"
_PAUSE = 0.02

# Kept so that a server which dies while we live is reaped, and is not reported as forgotten at exit.
_children: list[subprocess.Popen[bytes]] = []


def start(arguments: Sequence[str], *, running: Path, log: Path, account: Account | None) -> None:
    """Start a server in the background, holding the lock on `running` for as long as it lives."""
    descriptor = os.open(running, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with log.open("ab") as output:
            child = subprocess.Popen(
                list(arguments),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                env={"PATH": os.defpath, "LANG": "C", "LC_ALL": "C", "TZ": "UTC"},
                start_new_session=True,
                pass_fds=(descriptor,),
                **as_account(account),
            )
    finally:
        os.close(descriptor)
    _children.append(child)


def is_running(running: Path) -> bool:
    """Whether any process of that server is alive."""
    for child in _children:
        child.poll()
    try:
        descriptor = os.open(running, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def stop(running: Path, *, politely: signal.Signals, patience: float = 15.0) -> None:
    """End that server and nothing else: asked first, killed when it does not go in `patience` seconds."""
    for how, wait in ((politely, patience), (signal.SIGKILL, 10.0)):
        if not is_running(running):
            return
        for process in _leaders(running):
            try:
                process.send_signal(how)
            except psutil.NoSuchProcess:
                continue
        gone(running, wait)


def gone(running: Path, seconds: float) -> bool:
    """Wait until no process of that server is left; False if some still is."""
    until = time.monotonic() + seconds
    while is_running(running):
        if time.monotonic() > until:
            return False
        time.sleep(_PAUSE)
    return True


def _leaders(running: Path) -> list[psutil.Process]:
    """The processes that have the lock file open, less those whose parent has it too."""
    path = str(running.resolve())
    others = (process for process in psutil.process_iter() if process.pid != os.getpid())
    holders = [process for process in others if _holds(process, path)]
    numbers = {process.pid for process in holders}
    return [process for process in holders if _parent(process) not in numbers]


def _holds(process: psutil.Process, path: str) -> bool:
    try:
        return any(file.path == path for file in process.open_files())
    except (psutil.Error, OSError):
        return False


def _parent(process: psutil.Process) -> int | None:
    try:
        return process.ppid()
    except psutil.Error:
        return None


def free_port(wanted: int | None = None) -> int:
    """A port on the loopback address that nobody listens on: the wanted one if it still is."""
    for port in (wanted or 0, 0):
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((LOOPBACK, port))
            except OSError:
                continue
            return int(listener.getsockname()[1])
    raise OSError("no free port on the loopback address")


def answers(port: int) -> bool:
    """Whether anybody listens on that port of the loopback address."""
    with socket.socket() as caller:
        caller.settimeout(2.0)
        return caller.connect_ex((LOOPBACK, port)) == 0
