"""`make bench`: every measurement, each a ratio against a reference that runs beside it.

    python -m bench [import] [dashboard] [draft] [browser] [judgement] [row-security]

Servers of its own are started in a temporary folder and thrown away.
"""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
from pathlib import Path

from engage import embedded

ALL = {
    "import": "bench.importing",
    "dashboard": "bench.dashboard",
    "draft": "bench.draft",
    "browser": "bench.browser",
    "judgement": "bench.judgement",
    "row-security": "bench.row_security",
}


def main(names: list[str]) -> int:
    """Runs the named measurements, or all."""
    if unknown := set(names) - set(ALL):
        print(f"There is no bench {', '.join(sorted(unknown))}; there are {', '.join(ALL)}.", file=sys.stderr)
        return 2
    folder = Path(tempfile.mkdtemp(prefix="engage-bench-"))
    try:
        urls = embedded.ensure(folder / "var")
        os.environ.update(
            DATABASE_URL=urls.database,
            MIGRATION_DATABASE_URL=urls.migration_database,
            REDIS_URL=urls.redis,
            ENGAGE_VAR=str(folder / "var"),
            DJANGO_SETTINGS_MODULE="bench.settings",
        )
        # Django must first see the addresses of these servers.
        import django  # noqa: PLC0415
        from django.core.management import call_command  # noqa: PLC0415

        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
        for name in names or ALL:
            importlib.import_module(ALL[name]).run(folder)
    finally:
        embedded.throw_away(folder / "var")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
