"""What Engage refuses to start with."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WHOLE = {
    "ENGAGE_ENV": "production",
    "SECRET_KEY": "k7Zq-a-word-that-nobody-else-has-and-that-is-long-enough-3Xy",
    "FIELD_ENCRYPTION_KEYS": "b25lLWtleS1mb3ItdGVzdHMtMzItYnl0ZXMtbG9uZyE=",
    "DATABASE_URL": "postgres://app:word@127.0.0.1:9/engage",
    "REDIS_URL": "redis://127.0.0.1:9/0",
    "ALLOWED_HOSTS": "engage.example",
}


def deploy_check(**changed: str) -> tuple[int, str]:
    """How `manage.py check --deploy` ends in an environment that holds nothing else."""
    ended = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **WHOLE, **changed},
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stderr


def test_a_whole_production_environment_passes_djangos_own_check() -> None:
    assert deploy_check()[0] == 0


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"SECRET_KEY": ""}, "Set SECRET_KEY"),
        ({"SECRET_KEY": "local-only-key-never-used-in-production"}, "Set SECRET_KEY"),
        ({"FIELD_ENCRYPTION_KEYS": ""}, "Set FIELD_ENCRYPTION_KEYS"),
        ({"FIELD_ENCRYPTION_KEYS": "rubbish"}, "no Fernet key"),
        ({"ENGAGE_ENV": "Production"}, "local or production"),
    ],
)
def test_production_does_not_start_with_secrets_that_are_none(changed: dict[str, str], said: str) -> None:
    code, told = deploy_check(**changed)
    assert code != 0
    assert said in told
