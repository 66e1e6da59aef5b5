#!/usr/bin/env python3
"""Engage's commands: `python manage.py help` lists them."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

OUR_PYTHON = Path(__file__).resolve().parent / ".venv" / "bin" / "python"

# Commands that only judge: no server is started for them.
PURE = {"score", "train_judgement", "evaluate_judgement", "makemessages", "compilemessages", "collectstatic"}


def main() -> None:
    """Run one command with the Python that `make install` made, whichever this was called with."""
    if find_spec("django") is None:
        # Inside .venv already and still no Django: the installation was cut off, another round would not end.
        if OUR_PYTHON.exists() and Path(sys.prefix).resolve() != OUR_PYTHON.parent.parent.resolve():
            os.execv(OUR_PYTHON, [str(OUR_PYTHON), *sys.argv])  # noqa: S606
        sys.exit("Engage is not installed yet: run `make install` first.")

    # Only now, as neither can be imported before the installation.
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    from engage.embedded import Unavailable  # noqa: PLC0415

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "engage.settings")
    if PURE.intersection(sys.argv[1:2]):
        os.environ.setdefault("ENGAGE_EMBEDDED", "off")
    try:
        execute_from_command_line(sys.argv)
    except Unavailable as reason:
        sys.exit(str(reason))


if __name__ == "__main__":
    main()
