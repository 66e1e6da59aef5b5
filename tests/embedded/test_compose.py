"""What docker-compose.yml hands to the database, with a real initdb."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from engage.embedded import postgres, programs
from engage.embedded.place import as_account, home_for

ROOT = Path(__file__).resolve().parents[2]


def test_initdb_takes_the_arguments_of_docker_compose(tmp_path: Path) -> None:
    told = re.search(r"POSTGRES_INITDB_ARGS: (.+)", (ROOT / "docker-compose.yml").read_text())
    assert told
    account = postgres.server_account()
    home = home_for(account, tmp_path, "compose")
    found = programs.find(account, home)
    if found.major < 17:
        pytest.skip("this PostgreSQL is older than the image's and knows no alphabet of its own")
    data = home / "data"
    data.mkdir()
    if account is not None:
        os.chown(data, account.uid, account.gid)
    try:
        ended = subprocess.run(
            [found.path("initdb"), "--pgdata", str(data), "--no-sync", *told[1].split()],
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LANG": "en_US.utf8"},
            capture_output=True,
            text=True,
            check=False,
            **as_account(account),
        )
    finally:
        shutil.rmtree(home)
    assert ended.returncode == 0, ended.stderr
