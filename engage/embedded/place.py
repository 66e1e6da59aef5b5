"""Where the local servers keep their files, who may use them, and which secrets they were given."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]


class Unavailable(RuntimeError):
    """A local server cannot be started here; the message says why and what to do."""


@dataclass(frozen=True)
class Account:
    """The system account a server runs under; None where it is simply ours."""

    name: str
    uid: int
    gid: int


def var_folder() -> Path:
    """The folder for everything that a checkout makes while it runs: ENGAGE_VAR, else `var/`."""
    return Path(os.environ.get("ENGAGE_VAR") or REPOSITORY / "var").resolve()


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep every other process of this checkout out while servers are looked at, started or stopped."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "embedded.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def read_json(path: Path) -> dict[str, Any]:
    """A small JSON object from a file; empty where the file is missing or was cut off."""
    try:
        found = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_private(path: Path, content: dict[str, Any]) -> None:
    """Write a small JSON object, whole or not at all, readable by nobody else."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    Path(draft).replace(path)


def secret(name: str, folder: Path | None = None) -> str:
    """A random secret of this checkout, made at the first asking and the same ever after."""
    folder = folder or var_folder()
    path = folder / "secrets.json"
    known = read_json(path).get(name)
    if isinstance(known, str):
        return known
    with alone(folder):
        return secret_while_alone(name, folder)


def secret_while_alone(name: str, folder: Path) -> str:
    """The same, for one who already keeps the others out."""
    path = folder / "secrets.json"
    kept = read_json(path)
    if name not in kept:
        kept[name] = secrets.token_urlsafe(32)
        write_private(path, kept)
    return str(kept[name])


def reaches(account: Account | None, folder: Path) -> bool:
    """Whether the account may step into the folder, through all of its parents."""
    answer = subprocess.run(
        ["/bin/sh", "-c", 'cd "$0"', str(folder)],
        capture_output=True,
        check=False,
        cwd="/",
        **as_account(account),
    )
    return answer.returncode == 0


def as_account(account: Account | None) -> dict[str, Any]:
    """What subprocess needs to be told to run something under that account."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def home_for(account: Account | None, folder: Path, name: str) -> Path:
    """The folder in which one server lives, made when absent.

    Normally `var/<name>`. When we are root and the checkout lies where the server's account cannot go
    (root's own home, a private temporary folder), opening those parents to everyone would be wrong: the
    server then lives in a fresh folder under /var/lib (or /var/tmp where that is missing), and
    `var/<name>.json` remembers which.
    """
    note = folder / f"{name}.json"
    remembered = read_json(note).get("home")
    if isinstance(remembered, str) and Path(remembered).is_dir():
        return Path(remembered)
    inside = folder / name
    inside.mkdir(parents=True, exist_ok=True)
    if account is None or reaches(account, inside):
        return inside
    outside = Path(tempfile.mkdtemp(prefix=f"engage-{name}-", dir=_lasting_folder()))
    outside.chmod(stat.S_IRWXU | stat.S_IXGRP | stat.S_IXOTH)
    write_private(note, {"home": str(outside)})
    return outside


def _lasting_folder() -> Path:
    """A folder of the system that outlives a restart and that everyone may pass through."""
    return next(path for path in (Path("/var/lib"), Path("/var/tmp")) if os.access(path, os.W_OK))  # noqa: S108
