"""`python -m engage.healthcheck`: whether this container serves pages, for images without curl."""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request


def main() -> int:
    """0 if /healthz answers 200 under the first of the allowed hosts, else 1."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].lstrip(".")
    question = urllib.request.Request("http://127.0.0.1:8000/healthz", headers={"Host": host})
    try:
        with urllib.request.urlopen(question, timeout=5) as answer:  # noqa: S310 -- the address is above
            return 0 if answer.status == 200 else 1
    except (urllib.error.URLError, OSError) as reason:
        print(reason, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
