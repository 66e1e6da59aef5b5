"""What somebody sees who has not installed anything yet."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("sh", "cat", "cksum", "awk", "rm", "mkdir", "cp")


def executable(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(script)
    path.chmod(0o755)


def manage(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """manage.py alone in a folder, by a Python that has nothing installed."""
    shutil.copy(ROOT / "manage.py", folder)
    return subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "manage.py"), *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_a_command_before_the_installation_says_what_to_do(tmp_path: Path) -> None:
    answer = manage(tmp_path, "migrate")
    assert answer.returncode == 1
    assert answer.stderr.strip() == "Engage is not installed yet: run `make install` first."


def test_a_command_by_another_python_goes_on_with_ours(tmp_path: Path) -> None:
    executable(tmp_path / ".venv/bin/python", '#!/bin/sh\necho "ours: $*"\n')
    answer = manage(tmp_path, "import_archive", "a b.zip")
    assert answer.stdout.strip() == f"ours: {tmp_path}/manage.py import_archive a b.zip"


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A checkout with the few tools of every system on PATH, and no Python."""
    for name in NEEDED:
        found = shutil.which(name)
        assert found is not None
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / name).symlink_to(found)
    for name in ("requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def install(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(ROOT / "engage/install.sh")],
        cwd=folder,
        env={"PATH": str(folder / "bin"), "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_without_a_python_that_is_new_enough_the_installation_says_so(bare: Path) -> None:
    executable(bare / "bin/python3", "#!/bin/sh\nexit 1\n")
    answer = install(bare)
    assert answer.returncode != 0
    assert "Engage needs Python 3.11 or newer" in answer.stderr
    assert not (bare / ".venv").exists()


def test_without_venv_the_installation_names_the_package(bare: Path) -> None:
    executable(bare / "bin/python3", '#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\n')
    answer = install(bare)
    assert answer.returncode != 0
    assert "apt install python3-venv" in answer.stderr


# Stands for an interpreter that can do everything and tells what it was asked to do.
TELLING = """#!/bin/sh
case "$*" in
  "-m venv .venv") mkdir -p .venv/bin; cp "$0" .venv/bin/python;;
  *"pip install"*) echo "$*" >> "$HOME/asked"; case "$*" in *uv.txt) exit ${UV_FAILS:-0};; esac;;
esac
"""


def test_everything_is_installed_once_and_again_when_the_locks_change(bare: Path) -> None:
    executable(bare / "bin/python3", TELLING)
    asked = bare / "asked"

    assert install(bare).returncode == 0
    first = asked.read_text().splitlines()
    assert len(first) == 2
    assert first[0].endswith("--require-hashes -r .venv/uv.txt")
    assert "uv pip install" in first[1]
    assert "--require-hashes" in first[1]

    assert install(bare).stdout == ""
    assert asked.read_text().splitlines() == first

    with (bare / "requirements.txt").open("a") as lock:
        lock.write("# newer\n")
    assert install(bare).returncode == 0
    assert len(asked.read_text().splitlines()) == 4


def test_pip_does_it_where_uv_is_not_to_be_had(bare: Path) -> None:
    executable(bare / "bin/python3", TELLING.replace("${UV_FAILS:-0}", "1"))
    answer = install(bare)
    assert answer.returncode == 0
    last = (bare / "asked").read_text().splitlines()[-1]
    assert last.startswith("-m pip install")
    assert last.endswith("--require-hashes -r requirements.txt -r requirements-dev.txt")


def test_pip_does_it_where_uv_cannot_reach_the_index(bare: Path) -> None:
    executable(bare / "bin/python3", TELLING.replace("esac;;", '"-m uv "*) exit 2;; esac;;', 1))
    answer = install(bare)
    assert answer.returncode == 0
    asked = (bare / "asked").read_text().splitlines()
    assert asked[-2].startswith("-m uv pip install")
    assert asked[-1].startswith("-m pip install")


def test_uv_is_installed_as_the_lock_pins_it(bare: Path) -> None:
    executable(bare / "bin/python3", TELLING)
    install(bare)
    pinned = (bare / ".venv/uv.txt").read_text()
    assert pinned.startswith("uv==")
    assert pinned.count("==") == 1
    assert "--hash=sha256:" in pinned
    assert os.linesep in pinned
