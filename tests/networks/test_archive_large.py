"""A large archive is read in little memory, measured in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bench.make_archive import write_archive

ROOT = Path(__file__).parents[2]
READ = """
import json, resource, sys
from pathlib import Path
from coaching.networks.archives import open_archive

count = sum(1 for post in open_archive(Path(sys.argv[1])).posts())
status = Path("/proc/self/status")
if status.exists():
    # ru_maxrss would also count what the tests' own process held when it started this one
    [line] = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
    peak = int(line.split()[1]) / 1024
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
print(json.dumps({"posts": count, "mb": peak}))
"""


@pytest.mark.slow
def test_200_mb_of_tweets_in_400_mb_of_memory(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "large.zip", 95_000, part=95_000)
    with zipfile.ZipFile(path) as archive:
        assert archive.getinfo("data/tweets.js").file_size > 200 * 1024**2
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    assert told["posts"] == 95_000
    assert told["mb"] < 400


def test_the_same_seed_writes_the_same_posts(tmp_path: Path) -> None:
    one, two = write_archive(tmp_path / "a.zip", 50, part=20), write_archive(tmp_path / "b.zip", 50, part=20)
    with zipfile.ZipFile(one) as first, zipfile.ZipFile(two) as second:
        assert first.namelist() == second.namelist()
        assert all(first.read(name) == second.read(name) for name in first.namelist())
