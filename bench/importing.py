"""An archive of 100,000 posts, from the zip to the dashboard, against parsing and storing alone.

Reference: the same file parsed whole with orjson, plus one COPY of the same finished rows by the owner of
the tables into an equal table with equal indexes.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import orjson
from django.db import connections

from bench import report
from bench.make_archive import write_archive

TWEETS = 100_000


def run(folder: Path) -> None:
    """Generates the archive, imports it in a process of its own, then measures the reference."""
    archive = folder / "archive.zip"
    write_archive(archive, TWEETS)
    command = [sys.executable, "-m", "bench.importing", str(archive)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    ours = json.loads(done.stdout.splitlines()[-1])
    parsed = _parse_seconds(archive)
    copied = _copy_seconds(folder)
    report.line(
        "import",
        ours=ours["seconds"],
        reference=parsed + copied,
        unit="s",
        posts=ours["posts"],
        peak_mb=round(ours["peak_mb"]),
        parse=f"{parsed:.2f}",
        copy=f"{copied:.2f}",
    )


def _parse_seconds(archive: Path) -> float:
    begun = time.perf_counter()
    count = 0
    with zipfile.ZipFile(archive) as file:
        for name in file.namelist():
            if name.startswith("data/tweets"):
                raw = file.read(name)
                count += len(orjson.loads(raw[raw.index(b"[") :]))
    assert count == TWEETS
    return time.perf_counter() - begun


def _copy_seconds(folder: Path) -> float:
    rows = folder / "rows.copy"
    with connections["owner"].cursor() as cursor:
        with rows.open("wb") as file:
            cursor.copy_expert("COPY coaching_post TO STDOUT", file)
        cursor.execute("CREATE TABLE reference_post (LIKE coaching_post INCLUDING ALL)")
        begun = time.perf_counter()
        with rows.open("rb") as file:
            cursor.copy_expert("COPY reference_post FROM STDIN", file)
        seconds = time.perf_counter() - begun
        cursor.execute("SELECT count(*) FROM reference_post")
        assert cursor.fetchone() == (TWEETS,)
        cursor.execute("DROP TABLE reference_post")
    return seconds


def main(archive: Path) -> None:
    """Imports the archive as a worker would and prints seconds and peak memory."""
    # Django must be set up before what uses its models is imported.
    import django  # noqa: PLC0415

    django.setup()
    from django.utils import timezone  # noqa: PLC0415

    from accounts import organizing  # noqa: PLC0415
    from accounts.models import User  # noqa: PLC0415
    from coaching import importing  # noqa: PLC0415
    from coaching.networks import archives  # noqa: PLC0415

    owner = User.objects.create_user("bench@example.org")
    organization = organizing.create_organization(slug="bench", name="Bench", owner=owner)
    begun = time.perf_counter()
    result = importing.bring_in(organization, archives.open_archive(archive), clock=timezone.now)
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1024**2 if sys.platform == "darwin" else 1024
    )
    print(json.dumps({"seconds": seconds, "peak_mb": peak, "posts": result["posts"]}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
